/**
 * Clean HTML as a tree of pieces that know where they stand in it and in the text that it shows.
 *
 * Promises: pure and linear; takes HTML as sanitising leaves it (signs escaped, tags closed). What a piece spans can be wrapped
 * without parting any tag from its end.
 */

export interface Piece {
  /** In lower case; `#text` for words. */
  readonly tag: string;
  readonly attributes: string;
  readonly start: number;
  readonly end: number;
  /** Where its words stand in the text of the whole. */
  readonly textStart: number;
  readonly textEnd: number;
  readonly children: readonly Piece[];
}

export interface PiecesOfHtml {
  readonly pieces: readonly Piece[];
  /** Lines where the page has them. */
  readonly text: string;
}

interface Growing extends Piece {
  end: number;
  textEnd: number;
  readonly children: Growing[];
}

const voids = new Set(['br', 'img', 'hr', 'col', 'wbr']);
const blocks =
  /^(?:address|article|aside|blockquote|center|dd|details|div|dl|dt|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre|section|summary|table|td|th|tr|ul)$/;

export function isBlockTag(tag: string): boolean {
  return blocks.test(tag);
}

export function readPieces(html: string): PiecesOfHtml {
  const words: string[] = [];
  let length = 0;
  const say = (text: string) => {
    words.push(text);
    length += text.length;
  };
  const root: Growing[] = [];
  const open: Growing[] = [];
  const add = (piece: Growing) => (open.at(-1)?.children ?? root).push(piece);
  const close = (piece: Growing, end: number) => {
    if (isBlockTag(piece.tag)) say('\n');
    piece.end = end;
    piece.textEnd = length;
  };
  const addText = (from: number, to: number) => {
    if (from >= to) return;
    const textStart = length;
    say(toWords(html.slice(from, to)));
    add({
      tag: '#text',
      attributes: '',
      start: from,
      end: to,
      textStart,
      textEnd: length,
      children: [],
    });
  };

  let from = 0;
  const tags = /<(\/?)([a-z][a-z0-9]{0,20})\b([^>]*)>/gi;
  for (let hit = tags.exec(html); hit !== null; hit = tags.exec(html)) {
    const [, slash, name = '', attributes = ''] = hit;
    const tag = name.toLowerCase();
    addText(from, hit.index);
    from = tags.lastIndex;
    if (slash === '/') {
      const at = open.findLastIndex((piece) => piece.tag === tag);
      // What was not closed ends with what it stands in.
      if (at >= 0)
        for (const piece of open.splice(at).reverse())
          close(piece, piece.tag === tag ? from : hit.index);
      continue;
    }
    const textStart = length;
    if (tag === 'br' || isBlockTag(tag)) say('\n');
    const piece: Growing = {
      tag,
      attributes,
      start: hit.index,
      end: from,
      textStart,
      textEnd: length,
      children: [],
    };
    add(piece);
    if (!voids.has(tag) && !attributes.endsWith('/')) open.push(piece);
  }
  addText(from, html.length);
  for (const piece of open.reverse()) close(piece, html.length);
  return { pieces: root, text: words.join('') };
}

/** Ends of lines in the source are blanks on the page. */
function toWords(html: string): string {
  return html
    .replace(/[\t\r\n ]+/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&');
}
