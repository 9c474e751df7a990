/**
 * What of a mail's HTML may stay: elements and attributes.
 *
 * Promises: no element that runs, loads, sends or frames something, none of another namespace, and none whose text a browser
 * reads otherwise than as text; so what is written here is read the same by every parser.
 */

// biome-ignore format: a list reads better in rows
export const allowedTags: readonly string[] = [
  'a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'caption', 'center', 'cite',
  'code', 'col', 'colgroup', 'dd', 'del', 'details', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure', 'font',
  'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main', 'mark', 'nav',
  'ol', 'p', 'pre', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong', 'sub',
  'summary', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr',
];

const cell: readonly string[] = [
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

export const everywhere: readonly string[] = [
  'dir',
  'lang',
  'title',
  'style',
  'align',
  'class',
  'id',
  // What is to be folded, and links that hide their host: a mail that sets these by itself does it to its own words.
  'data-fold',
  'data-other',
];

export const allowedAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'target', 'rel', 'name'],
  img: ['src', 'alt', 'width', 'height', 'border', 'hspace', 'vspace', 'data-blocked'],
  table: ['width', 'height', 'border', 'cellpadding', 'cellspacing', 'bgcolor', 'summary'],
  td: cell,
  th: cell,
  tr: ['bgcolor', 'valign', 'height'],
  tbody: ['valign'],
  thead: ['valign'],
  col: ['span', 'width'],
  colgroup: ['span', 'width'],
  font: ['color', 'face', 'size'],
  hr: ['size', 'width', 'color', 'noshade'],
  ol: ['start', 'type', 'reversed'],
  ul: ['type'],
  li: ['value'],
  details: ['open'],
  time: ['datetime'],
};

/** Elements whose text is no text of the mail. */
export const nonTextTags: readonly string[] = [
  'style',
  'script',
  'textarea',
  'option',
  'noscript',
  'title',
  'xmp',
  'template',
  'svg',
  'math',
  'iframe',
  'noembed',
  'noframes',
];

/** Own names of the mail begin with this, so that they never are those of the frame. */
export const ownPrefix = 'm-';

/** Undefined for a name that no style sheet could name simply. */
export function toOwnName(name: string): string | undefined {
  if (!/^[\w-]{1,100}$/.test(name)) return undefined;
  return name.startsWith(ownPrefix) ? name : ownPrefix + name;
}
