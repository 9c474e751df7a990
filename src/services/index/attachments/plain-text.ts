/**
 * Text from the bytes of text files and from markup.
 *
 * Promises: pure, total, time in proportion to the length. Entities of a document's own are not expanded, so none can
 * grow; what is not UTF-8 or UTF-16 is taken for Windows' Western letters.
 */
import { htmlEntities } from '../../../core/message/html-entities.ts';

export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The text between tags; blocks are parted by line ends, scripts, styles and comments left out. */
export function stripMarkup(markup: string): string {
  return withoutHidden(markup)
    .replace(
      /<\/?(?:p|div|br|tr|td|th|li|h[1-6]|title|text:p|text:h|w:p|a:p|si|row|c|table:table-cell)\b[^<>]*>/gi,
      '\n',
    )
    .replace(/<(?:w:tab|w:br|text:tab|text:s|text:line-break)\b[^<>]*>/g, ' ')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:#(x[0-9a-f]{1,6}|\d{1,7})|([a-z]{2,8}));/gi, (whole, code, name) =>
      name === undefined ? characterOf(code) : (htmlEntities[name] ?? whole),
    )
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

function characterOf(code: string): string {
  const point = /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number(code);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
}

const hidden = ['script', 'style', 'w:instrText', 'w:delText', 'office:annotation'];

function withoutHidden(markup: string): string {
  return hidden.reduce(
    (text, name) => cutOut(text, { from: `<${name}`, to: `</${name}` }),
    cutOut(markup, { from: '<!--', to: '-->' }),
  );
}

/** What begins and never ends is left out to its end. */
function cutOut(
  text: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const lower = text.toLowerCase();
  const [begin, end] = [from.toLowerCase(), to.toLowerCase()];
  if (!lower.includes(begin) || lower.length !== text.length) return text;
  const kept: string[] = [];
  let at = 0;
  while (at < text.length) {
    const start = lower.indexOf(begin, at);
    if (start < 0) break;
    kept.push(text.slice(at, start));
    const stop = lower.indexOf(end, start + begin.length);
    at = stop < 0 ? text.length : stop + end.length;
    if (end.startsWith('</') && stop >= 0) {
      const close = text.indexOf('>', at);
      at = close < 0 ? text.length : close + 1;
    }
  }
  kept.push(text.slice(at));
  return kept.join(' ');
}
