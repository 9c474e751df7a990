/** What is to be said of a file, in the reader's language. */
import type { FileFamily } from '../../../core/media/endings.ts';
import type { FileRemark } from '../../../core/media/judge-file.ts';
import type { Locale } from '../../../services/render/locale.ts';

const familyKeys: Readonly<Record<FileFamily, string>> = {
  program: 'file.is.program',
  script: 'file.is.script',
  shortcut: 'file.is.shortcut',
  disk: 'file.is.disk',
  page: 'file.is.page',
  macros: 'file.is.macros',
  document: 'file.is.document',
  pdf: 'file.is.pdf',
  archive: 'file.is.archive',
  picture: 'file.is.picture',
  sound: 'file.is.sound',
  video: 'file.is.video',
  mail: 'file.is.mail',
  calendar: 'file.is.calendar',
  card: 'file.is.card',
  text: 'file.is.text',
  data: 'file.is.data',
};

export function remarkTexts(
  remarks: readonly FileRemark[],
  locale: Pick<Locale, 'text'>,
): readonly string[] {
  return remarks.map((remark) => remarkText(remark, locale));
}

function remarkText(remark: FileRemark, locale: Pick<Locale, 'text'>): string {
  switch (remark.kind) {
    case 'disguised':
      return locale.text('file.disguised', {
        claim: remark.claim,
        what: locale.text(familyKeys[remark.is]),
      });
    case 'harmful':
      return locale.text('file.harmful', { what: locale.text(familyKeys[remark.is]) });
    case 'ending':
      return locale.text('file.ending', { ending: remark.ending });
    case 'encrypted':
      return locale.text('file.encrypted');
  }
}
