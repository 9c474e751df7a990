/**
 * HTML of a mail as plain text, and plain text as HTML.
 *
 * Owns: html-to-text. Promises: total and bounded; what is too deep or too long for the converter still has its words.
 */
import { compile } from 'html-to-text';
import { limits } from './limits.ts';

/** Stands where the converter left something out; no mail's own text has this character of the private use area. */
const cutMark = '\u{10FFFD}';

const toText = compile({
  wordwrap: false,
  limits: {
    maxInputLength: limits.convertedCharacters,
    maxDepth: 200,
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
    const text = html.length > limits.convertedCharacters ? cutMark : toText(html);
    if (!text.includes(cutMark)) return text;
  } catch {
    // The converter recurses and may run out of stack; the words are taken as below.
  }
  return html
    .slice(0, limits.htmlCharacters)
    .replace(/<(style|script)\b[\s\S]{0,100000}?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]{0,10000}>/g, ' ');
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
