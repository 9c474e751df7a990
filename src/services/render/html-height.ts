/**
 * How tall a mail will be, before anybody has drawn it.
 *
 * The frame of a mail has no origin and runs nothing, so the page around it cannot measure it. Promises: an estimate in pixels for a width,
 * from lines of text, pictures with their sizes, tables and what is hidden; bounded effort for each element.
 */

export interface HeightGuess {
  open(tag: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(tag: string): void;
  height(): number;
}

interface Box {
  readonly tag: string;
  readonly isBlock: boolean;
  readonly isHidden: boolean;
  readonly font: number;
  readonly width: number;
  readonly declared: number;
  /** Above and below. */
  readonly space: number;
  height: number;
  /** Pixels of text in the line that is not closed. */
  line: number;
  /** Pixels of text in all. */
  ink: number;
  /** Tallest cell and sum, of a row. */
  tallest: number;
  cells: number;
}

const blocks =
  /^(?:address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|hr|html|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|td|th|tr|ul)$/;
const fonts: Readonly<Record<string, number>> = { h1: 30, h2: 23, h3: 18, small: 13 };
const spaces: Readonly<Record<string, number>> = {
  p: 16,
  h1: 28,
  h2: 26,
  h3: 24,
  h4: 24,
  ul: 16,
  ol: 16,
  blockquote: 8,
  hr: 16,
  pre: 16,
  td: 10,
  th: 10,
};
const usualFont = 15;
const usualLine = 1.5;

export function createHeightGuess(width: number): HeightGuess {
  const root = toBox('', {
    font: usualFont,
    width,
    isBlock: true,
    isHidden: false,
    declared: 0,
    space: 0,
  });
  const stack: Box[] = [root];

  function block(): Box {
    return stack.findLast(({ isBlock }) => isBlock) ?? root;
  }

  function flush(box: Box): void {
    if (box.line > 0) box.height += Math.ceil(box.line / box.width) * box.font * usualLine;
    box.line = 0;
  }

  function add(box: Box, parent: Box): void {
    const height = box.isHidden ? 0 : Math.max(box.height, box.declared) + box.space;
    parent.ink += box.isHidden ? 0 : box.ink;
    if (parent.tag !== 'tr') {
      parent.height += height;
      return;
    }
    parent.tallest = Math.max(parent.tallest, height);
    parent.cells += 1;
    parent.height += height;
  }

  function closeRow(row: Box): void {
    if (row.tag !== 'tr' || row.cells < 2) return;
    const lines = (row.ink / row.width) * row.font * usualLine * 1.3;
    row.height = Math.max(row.tallest, Math.min(row.height, lines));
  }

  function picture(attributes: Readonly<Record<string, string>>): void {
    const box = block();
    if (stack.at(-1)?.isHidden === true) return;
    const style = attributes.style?.slice(0, 1000) ?? '';
    const height = pixels(style, 'height') ?? number(attributes.height) ?? 20;
    const wide = pixels(style, 'width') ?? number(attributes.width);
    const shrink = wide !== undefined && wide > box.width ? box.width / wide : 1;
    if (height * shrink > 30) box.height += height * shrink;
    else box.line += wide ?? 20;
  }

  return {
    open(tag, attributes) {
      const parent = stack.at(-1) ?? root;
      if (tag === 'br') {
        const box = block();
        if (parent.isHidden) return;
        if (box.line === 0) box.height += box.font * usualLine;
        flush(box);
      }
      if (tag === 'img') picture(attributes);
      if (stack.length > 600 || isVoid(tag)) return;
      const isBlock = blocks.test(tag);
      if (isBlock) flush(block());
      stack.push(boxOf(tag, attributes, parent, isBlock));
    },
    text(text) {
      if (stack.at(-1)?.isHidden === true) return;
      const box = block();
      const ink = inkOf(text) * (stack.at(-1)?.font ?? box.font);
      box.line += ink;
      box.ink += ink;
    },
    close(tag) {
      const at = stack.findLastIndex((box) => box.tag === tag);
      if (at <= 0 || stack.length - at > 50) return;
      for (const box of stack.splice(at).reverse()) {
        flush(box);
        closeRow(box);
        const parent = block();
        if (box.isBlock) add(box, parent);
      }
    },
    height() {
      while (stack.length > 1) this.close(stack.at(-1)?.tag ?? '');
      flush(root);
      return Math.round(root.height);
    },
  };
}

function isVoid(tag: string): boolean {
  return /^(?:br|img|hr|meta|link|input|col|wbr|base|area|source|track|embed)$/.test(tag);
}

function boxOf(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  parent: Box,
  isBlock: boolean,
): Box {
  const style = attributes.style?.slice(0, 2000) ?? '';
  const isHidden =
    parent.isHidden ||
    attributes.hidden !== undefined ||
    /^(?:head|style|script|title|svg|math|template|textarea|option)$/.test(tag) ||
    /display\s*:\s*none|max-height\s*:\s*0|font-size\s*:\s*[01](?:px|pt)?\s*(?:;|$)/i.test(style);
  const wide =
    pixels(style, 'width') ??
    (tag === 'table' || tag === 'td' ? number(attributes.width) : undefined);
  const padding = pixels(style, 'padding') ?? 0;
  const vertical = Math.min(
    200,
    padding * 2 + (pixels(style, 'padding-top') ?? 0) + (pixels(style, 'padding-bottom') ?? 0),
  );
  const box = toBox(tag, {
    isBlock,
    isHidden,
    font: Math.min(
      60,
      Math.max(6, pixels(style, 'font-size') ?? shorthand(style) ?? fonts[tag] ?? parent.font),
    ),
    width: Math.max(
      60,
      Math.min(parent.width, wide ?? parent.width) -
        (tag === 'blockquote' || tag === 'li' ? 24 : 0) -
        padding * 2,
    ),
    declared: isBlock
      ? Math.min(3000, pixels(style, 'height') ?? number(attributes.height) ?? 0)
      : 0,
    // Word writes every line as a paragraph without space.
    space:
      /margin\s*:\s*0/i.test(style) || /mso/i.test(attributes.class ?? '') ? 0 : (spaces[tag] ?? 0),
  });
  box.height = vertical;
  return box;
}

function toBox(
  tag: string,
  box: Pick<Box, 'font' | 'width' | 'isBlock' | 'isHidden' | 'declared' | 'space'>,
): Box {
  return { tag, ...box, height: 0, line: 0, ink: 0, tallest: 0, cells: 0 };
}

/** Widths of letters in parts of the size of the type: about half, of East Asian ones the whole. */
function inkOf(text: string): number {
  const seen = text.replace(/&[a-z#0-9]{1,10};/gi, 'x').replace(/\s+/g, ' ');
  if (seen === ' ' || seen === '') return 0;
  const wide = seen.match(/[\u1100-\u11ff\u2e80-\ud7af\uf900-\ufaff\uff00-\uff60]/g)?.length ?? 0;
  return seen.length * 0.5 + wide * 0.5;
}

function pixels(style: string, name: string): number | undefined {
  const found = new RegExp(
    `(?:^|[;\\s])${name}\\s*:\\s*(\\d{1,5}(?:\\.\\d+)?)(px|pt)?\\s*(?:;|$|\\s|!)`,
    'i',
  ).exec(style);
  if (found === null) return undefined;
  return Number(found[1]) * (found[2]?.toLowerCase() === 'pt' ? 4 / 3 : 1);
}

/** The size in `font: bold 14px/20px Arial`. */
function shorthand(style: string): number | undefined {
  const size = /(?:^|[;\s])font\s*:[^;]{0,60}?(\d{1,3})px/i.exec(style)?.[1];
  return size === undefined ? undefined : Number(size);
}

function number(text: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,5})(?:px)?\s*$/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
