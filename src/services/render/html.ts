/**
 * The HTML of mails, made harmless.
 *
 * Owns: sanitize-html and the list of what may stay. Promises: total, in bounded time; what comes out holds no script, form,
 * frame, style sheet or remote reference but links, and remote images only when asked for. The frame that
 * shows it is sandboxed and has its own content security policy, so each of the two would be enough.
 * Leaves to others: the bytes of images inside the mail, and the headers of the frame (edges/http/routes/message.ts).
 */
import sanitize from 'sanitize-html';
import type { WantedRun } from '../../core/search/passages.ts';
import { type FoldRequest, foldQuotes, foldStyle } from './fold-quotes.ts';
import { markHtml } from './mark-html.ts';
import { escapeHtml } from './markup.ts';
import { foldAttribute, markQuotes } from './quote-marks.ts';

export interface HtmlFindings {
  /** Images that would be loaded from elsewhere. */
  readonly remoteImages: number;
  /** Content-IDs that the text shows. */
  readonly contentIds: readonly string[];
  /** Whether it says more than its text alone: tables, pictures, emphasis outside what is quoted. */
  readonly isFormatted: boolean;
}

export interface FrameRequest {
  readonly html: string;
  /** Language of the writer, if known. */
  readonly language: string | undefined;
  readonly showImages: boolean;
  /** `data:` addresses of the mail's own images by Content-ID. */
  readonly ownImages: ReadonlyMap<string, string>;
  /** What was searched for, to be marked. */
  readonly hits?: readonly WantedRun[];
  /** How quoted parts are folded; absent where they are not. */
  readonly fold?: FoldRequest;
}

const image = /<img\b([^<>]*)/gi;
const remoteSource = /\ssrc\s*=\s*["']?\s*(?:https?:)?\/\//i;
const contentId = /\bcid:([^"'\s<>)]{1,500})/gi;
const formatting = /<(?:table|img|h[1-6]|ul|ol|b|strong|i|em|u|s|font|pre|code|center|mark)\b/i;

export function inspectHtml(html: string): HtmlFindings {
  const images = Array.from(html.matchAll(image), ([, attributes]) => attributes ?? '');
  return {
    remoteImages: images.filter((attributes) => remoteSource.test(attributes.slice(0, 8000)))
      .length,
    contentIds: [
      ...new Set(Array.from(html.matchAll(contentId), ([, id]) => decodeId(id ?? ''))),
    ].slice(0, 100),
    isFormatted: formatting.test(withoutQuotation(html)),
  };
}

function withoutQuotation(html: string): string {
  const begin = html.search(/<blockquote\b/i);
  const end = begin < 0 ? -1 : html.toLowerCase().lastIndexOf('</blockquote>');
  return end < begin ? html : html.slice(0, begin) + html.slice(end);
}

/** RFC 2392: the Content-ID in a `cid:` address is percent-encoded. */
function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded after all.
    return text;
  }
}

/** A whole document. */
export function renderFrame(request: FrameRequest): string {
  const language = request.language === undefined ? '' : ` lang="${escapeHtml(request.language)}"`;
  return `<!doctype html>
<html${language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<base target="_blank">
<style>${frameStyle}${foldStyle}</style>
</head>
<body dir="auto">
${folded(markHtml(sanitizeMail(request), request.hits ?? [], { isFirst: true }), request)}
</body>
</html>
`;
}

function folded(clean: string, { fold }: FrameRequest): string {
  return fold === undefined ? clean : foldQuotes(clean, fold);
}

// A mail is written for white paper; dark colours would make what it colours itself unreadable.
const frameStyle =
  ':root{color-scheme:light}' +
  'body{margin:.75rem;background:#fff;color:#16201e;font:.9375rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}' +
  'img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}' +
  'blockquote{margin:.5rem 0;padding-inline-start:.8em;border-inline-start:2px solid #e0e5e3;color:#44504d}' +
  'a{color:#0b646d}img[data-blocked]{min-width:1rem;min-height:1rem;border:1px dashed #7b8783;border-radius:3px}';

/** Beyond these the cleaning takes time that grows with the square of the depth. */
const mostTags = 60_000;
const mostUnclosed = 10_000;

function sanitizeMail(request: FrameRequest): string {
  return isTooDeep(request.html) ? textOnly(request.html) : cleanMail(request);
}

function isTooDeep(html: string): boolean {
  const closing = html.match(/<\//g)?.length ?? 0;
  const tags = html.match(/</g)?.length ?? 0;
  return tags > mostTags || tags - 2 * closing > mostUnclosed;
}

/** Everything that is said, without any form. */
function textOnly(html: string): string {
  return `<pre>${escapeHtml(html.replace(/<[^<>]*>?/g, ' ').replace(/[ \t]{2,}/g, ' '))}</pre>`;
}

function cleanMail({ html, showImages, ownImages }: FrameRequest): string {
  return sanitize(markQuotes(html), {
    allowedTags,
    allowedAttributes,
    allowedStyles: { '*': allowedStyles },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: [
      'style',
      'script',
      'textarea',
      'option',
      'noscript',
      'title',
      'xmp',
      'object',
      'template',
      'svg',
      'math',
    ],
    nestingLimit: 400,
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
      }),
      img: (tagName, { src, ...attribs }) => ({
        tagName,
        attribs: { ...attribs, ...imageSource(src ?? '', showImages, ownImages) },
      }),
    },
  });
}

function imageSource(
  src: string,
  showImages: boolean,
  ownImages: ReadonlyMap<string, string>,
): Record<string, string> {
  const address = src.trim();
  const own = /^cid:(.+)$/i.exec(address)?.[1];
  if (own !== undefined) {
    const data = ownImages.get(decodeId(own));
    return data === undefined ? { 'data-blocked': '' } : { src: data };
  }
  if (/^data:image\/(?:png|jpe?g|gif|webp);base64,/i.test(address)) return { src: address };
  const remote = address.startsWith('//') ? `https:${address}` : address;
  return showImages && /^https?:\/\//i.test(remote) ? { src: remote } : { 'data-blocked': '' };
}

// biome-ignore format: a list reads better in rows
const allowedTags = [
  'a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'caption', 'center', 'cite',
  'code', 'col', 'colgroup', 'dd', 'del', 'details', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure', 'font',
  'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main', 'mark', 'nav',
  'ol', 'p', 'pre', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong', 'sub',
  'summary', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr',
];

const cell = [
  'colspan',
  'rowspan',
  'headers',
  'scope',
  'width',
  'height',
  'align',
  'valign',
  'bgcolor',
  'nowrap',
];

const allowedAttributes: Record<string, string[]> = {
  '*': ['dir', 'lang', 'title', 'style', 'align', foldAttribute],
  a: ['href', 'target', 'rel', 'name'],
  img: ['src', 'alt', 'width', 'height', 'border', 'data-blocked'],
  table: ['width', 'height', 'border', 'cellpadding', 'cellspacing', 'bgcolor', 'summary'],
  td: cell,
  th: cell,
  tr: ['bgcolor', 'valign'],
  col: ['span', 'width'],
  colgroup: ['span', 'width'],
  font: ['color', 'face', 'size'],
  ol: ['start', 'type', 'reversed'],
  li: ['value'],
  details: ['open'],
  time: ['datetime'],
};

// No value may name a resource, so parentheses stand only where a colour or a size is computed from numbers.
const plain = [/^[^()\\<>{}@]{1,200}$/];
const colour = [/^[^()\\<>{}@]{1,60}$/, /^(?:rgb|rgba|hsl|hsla)\([0-9.,%\s/a-z-]{1,60}\)$/i];
const flow = [/^(?:left|right|none|both|inline-start|inline-end)$/i];

const allowedStyles: Record<string, RegExp[]> = {
  ...Object.fromEntries(
    ['color', 'background-color', 'background', 'border-color'].map((name) => [name, colour]),
  ),
  ...Object.fromEntries(
    boxProperties(['border', 'padding', 'margin'], ['', '-top', '-right', '-bottom', '-left']).map(
      (name) => [name, plain],
    ),
  ),
  ...Object.fromEntries(
    [
      'border-collapse',
      'border-radius',
      'border-spacing',
      'border-style',
      'border-width',
      'caption-side',
      'direction',
      'font',
      'font-family',
      'font-size',
      'font-style',
      'font-variant',
      'font-weight',
      'height',
      'letter-spacing',
      'line-height',
      'list-style-type',
      'max-height',
      'max-width',
      'min-height',
      'min-width',
      'text-align',
      'text-decoration',
      'text-indent',
      'text-transform',
      'unicode-bidi',
      'vertical-align',
      'white-space',
      'width',
      'word-break',
      'word-spacing',
      'word-wrap',
      'overflow-wrap',
      'display',
      'opacity',
    ].map((name) => [name, plain]),
  ),
  float: flow,
  clear: flow,
};

function boxProperties(names: readonly string[], sides: readonly string[]): readonly string[] {
  return names.flatMap((name) => sides.map((side) => name + side));
}
