/**
 * HTML of a mail as plain text, and plain text as HTML.
 *
 * Owns: html-to-text. Promises: total and bounded; what is too deep or too long for the converter still has its words.
 */
import { compile } from 'html-to-text';
import { limits } from './limits.ts';

/** Stands where the converter left something out; no mail's own text has this character of the private use area. */
const cutMark = '\u{10FFFD}';

const deepest = 200;

const toText = compile({
  wordwrap: false,
  limits: {
    maxInputLength: limits.convertedCharacters,
    maxDepth: deepest,
    maxChildNodes: 20_000,
    ellipsis: cutMark,
  },
  // Not only what stands within <body>: browsers show words before it as well.
  baseElements: { selectors: ['none'], returnDomByDefault: true },
  selectors: [
    { selector: 'a', options: { ignoreHref: false, hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
    { selector: 'table', format: 'block' },
  ],
});

export function textOfHtml(html: string): string {
  try {
    const isSmall = html.length <= limits.convertedCharacters && !isDeep(html);
    const text = isSmall ? toText(html) : cutMark;
    if (!text.includes(cutMark)) return text;
  } catch {
    // The converter recurses and may run out of stack; the words are taken as below.
  }
  return html
    .slice(0, limits.htmlCharacters)
    .replace(/<(style|script)\b[\s\S]{0,100000}?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]{0,10000}>/g, ' ');
}

/** Elements that hold nothing, and those that the next of their kind ends. */
const flat =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|d[dt]|option|optgroup|t[drh]|thead|tbody|tfoot|r[pt])$/;

/** The converter needs time by the square of the depth before it finds that there is too much of it. */
function isDeep(html: string): boolean {
  const open: string[] = [];
  const counts = new Map<string, number>();
  for (const [, slash, tag = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9:_-]{0,50})/gi)) {
    const name = tag.toLowerCase();
    if (flat.test(name)) continue;
    const count = counts.get(name) ?? 0;
    if (slash === '') {
      open.push(name);
      counts.set(name, count + 1);
      if (open.length > deepest) return true;
      continue;
    }
    // An end closes all down to its own beginning.
    for (let last = count > 0 ? open.pop() : undefined; last !== undefined; ) {
      counts.set(last, (counts.get(last) ?? 1) - 1);
      last = last === name ? undefined : open.pop();
    }
  }
  return false;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Beside HTML of the same mail; paragraphs and lines stay. */
export function htmlOfText(text: string): string {
  return text
    .trim()
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br/>')}</p>`)
    .join('');
}
