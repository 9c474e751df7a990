/**
 * Text of office documents that are archives of XML: Word, Excel, PowerPoint, OpenDocument.
 *
 * Owns: fflate (in reading). Promises: nothing is unpacked but what holds text, and of that no more than the limits say, whatever
 * the archive claims; what is not such an archive gives undefined.
 */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { attachmentLimits } from './kinds.ts';
import { decodeText, stripMarkup } from './plain-text.ts';

const worthReading =
  /^(?:word\/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|content\.xml|xl\/sharedStrings\.xml|xl\/worksheets\/sheet\d+\.xml|ppt\/(?:slides\/slide|notesSlides\/notesSlide)\d+\.xml)$/;
const methods: ReadonlySet<number> = new Set([0, 8]);

export function readOfficeText(bytes: Uint8Array): string | undefined {
  let left: number = attachmentLimits.partBytes;
  let parts: number = attachmentLimits.pages;
  const isRead = ({ name, originalSize, compression }: UnzipFileInfo) => {
    if (!worthReading.test(name) || !methods.has(compression)) return false;
    if (originalSize > left || parts === 0) return false;
    left -= originalSize;
    parts -= 1;
    return true;
  };
  const files = Object.entries(unzipSync(bytes, { filter: isRead }));
  if (files.length === 0) return undefined;
  const texts: string[] = [];
  let length = 0;
  for (const [name, content] of files.sort(byPage)) {
    if (length > attachmentLimits.characters) break;
    const text = textOfPart(name, decodeText(content));
    texts.push(text);
    length += text.length;
  }
  return texts.filter((text) => text !== '').join('\n');
}

function textOfPart(name: string, xml: string): string {
  if (!name.startsWith('xl/worksheets/')) return stripMarkup(xml);
  // Cells of text are numbers of the table of strings, which is read by itself.
  return stripMarkup(
    xml
      .replace(/<c\b[^<>]*\bt="s"[^<>]*>\s*<v>[^<>]*<\/v>\s*<\/c>/g, '')
      .replace(/<f\b[^<>]*>[^<>]*<\/f>/g, ''),
  );
}

function byPage([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
