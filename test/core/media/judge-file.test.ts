import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FileRemark,
  isHarmful,
  isReadable,
  judgeFile,
  shownType,
} from '../../../src/core/media/judge-file.ts';
import { sniffFile } from '../../../src/core/media/sniff-file.ts';
import { fileSamples } from '../../helpers/file-samples.ts';

const vague = 'application/octet-stream';

function say(remark: FileRemark): string {
  switch (remark.kind) {
    case 'disguised':
      return `${remark.claim} is ${remark.is}`;
    case 'harmful':
      return `harm: ${remark.is}`;
    case 'ending':
      return `ends in ${remark.ending}`;
    case 'encrypted':
      return 'locked';
  }
}

function judge(name: string, sample: keyof typeof fileSamples, type = vague) {
  const bytes = fileSamples[sample];
  return judgeFile({ name, type, size: bytes.length }, sniffFile(bytes));
}

describe('judgeFile', () => {
  it.each([
    ['holiday.jpg', 'exe', '.jpg is program'],
    ['invoice.pdf', 'html', '.pdf is page'],
    ['invoice.pdf', 'latePdf', ''],
    ['invoice.pdf', 'lockedPdf', 'locked'],
    ['invoice.pdf', 'noise', '.pdf is data'],
    ['picture.gif', 'polyglot', ''],
    ['picture.jpg', 'png', ''],
    ['picture.png', 'svg', '.png is page'],
    ['drawing.svg', 'svg', 'harm: page'],
    ['page.html', 'html', 'harm: page'],
    ['page.html', 'txt', 'harm: page'],
    ['notes.txt', 'html', ''],
    ['notes.txt', 'sh', ''],
    ['notes.txt', 'exe', '.txt is program'],
    ['setup.exe', 'exe', 'harm: program'],
    ['setup.exe', 'noise', 'harm: program'],
    ['firma.com', 'png', '.com is picture'],
    ['setup.msi', 'msi', 'harm: program'],
    ['tool.jar', 'jar', 'harm: program'],
    ['tool.zip', 'jar', '.zip is program'],
    ['files.zip', 'docx', ''],
    ['files.zip', 'lockedZip', 'locked'],
    ['letter.docx', 'docx', ''],
    ['letter.docx', 'docm', '.docx is macros'],
    ['letter.docm', 'docm', 'harm: macros'],
    ['letter.docm', 'docx', 'harm: macros'],
    ['letter.doc', 'docMacros', 'harm: macros'],
    ['letter.doc', 'rtf', ''],
    ['table.xls', 'html', '.xls is page'],
    ['letter.docx', 'lockedDocx', 'locked'],
    ['run.js', 'txt', 'harm: script'],
    ['run', 'sh', 'harm: script'],
    ['link.lnk', 'lnk', 'harm: shortcut'],
    ['disk.iso', 'iso', 'harm: disk'],
    ['invoice.pdf.exe', 'exe', 'harm: program, ends in .exe'],
    ['invoice.pdf                    .exe', 'exe', 'harm: program, ends in .exe'],
    ['archive.tar.gz', 'gz', ''],
    ['call.m4a', 'mp4', ''],
    ['film.mp4', 'm4a', ''],
    ['meeting.ics', 'ics', ''],
    ['mail.eml', 'eml', ''],
    ['mail.msg', 'msg', ''],
    ['odd.xyz', 'noise', ''],
    ['odd.xyz', 'exe', 'harm: program'],
    ['empty.pdf', 'empty', ''],
  ] as const)('of %s with the bytes of %s says %j', (name, sample, said) => {
    expect(judge(name, sample).map(say).join(', ')).toBe(said);
  });

  it('goes by the announced type where the name says nothing', () => {
    expect(judge('scan', 'exe', 'image/jpeg').map(say)).toEqual(['image/jpeg is program']);
    expect(judge('scan', 'jpg', 'image/jpeg')).toEqual([]);
    expect(judge('scan', 'pdf', vague)).toEqual([]);
  });

  it('goes by the name where nobody looked', () => {
    const named = (name: string) => judgeFile({ name, type: vague, size: 10 }, undefined);
    expect(named('a.pdf.scr').map(say)).toEqual(['harm: program', 'ends in .scr']);
    expect(named('a.pdf')).toEqual([]);
  });

  it('takes any name', () => {
    const samples = fc.constantFrom(...Object.values(fileSamples));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), samples, (name, bytes) => {
        judgeFile({ name, type: vague, size: bytes.length }, sniffFile(bytes));
      }),
    );
  });
});

it('isHarmful tells what does something by itself from what is only odd', () => {
  expect(isHarmful(judge('holiday.jpg', 'exe'))).toBe(true);
  expect(isHarmful(judge('invoice.pdf', 'noise'))).toBe(false);
  expect(isHarmful(judge('files.zip', 'lockedZip'))).toBe(false);
});

it('shownType gives a type only to what a browser shows or plays', () => {
  const shown = (sample: keyof typeof fileSamples, type = vague) =>
    shownType(sniffFile(fileSamples[sample]), { type });
  expect([shown('png'), shown('polyglot'), shown('avif'), shown('latePdf'), shown('webm')]).toEqual(
    ['image/png', 'image/gif', 'image/avif', 'application/pdf', 'video/webm'],
  );
  expect([shown('mp4'), shown('mp4', 'audio/x-m4a')]).toEqual(['video/mp4', 'audio/mp4']);
  for (const sample of ['svg', 'html', 'heic', 'tif', 'exe', 'txt', 'zip', 'amr'] as const)
    expect(shown(sample)).toBe(undefined);
});

it('isReadable lets texts be read as text, whatever they say of themselves', () => {
  const readable = (name: string, sample: keyof typeof fileSamples) =>
    isReadable(sniffFile(fileSamples[sample]), name);
  expect([readable('a.log', 'txt'), readable('a.xml', 'xml'), readable('a.sh', 'sh')]).toEqual([
    true,
    true,
    true,
  ]);
  expect([
    readable('a.html', 'html'),
    readable('a.svg', 'svg'),
    readable('a.bin', 'noise'),
  ]).toEqual([false, false, false]);
});
