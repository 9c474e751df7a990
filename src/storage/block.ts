/**
 * The Ticket block as bytes: the contiguous `Ticket-*` header fields at the very top of a file.
 *
 * Promises: any bytes split into a block (perhaps empty) and a rest; what is written reads back the
 * same. Only this block is believed; `Ticket-*` fields further down came from outside.
 */

export type BlockField = readonly [name: string, value: string];

export interface SplitFile {
  /** Fields in order; names without `Ticket-`, as written. */
  readonly fields: readonly BlockField[];
  /** Where the mail begins. */
  readonly end: number;
}

/** A block ends there, whatever comes. */
export const mostBlockBytes = 256 * 1024;
const prefix = /^ticket-([a-z][a-z0-9-]*)[ \t]*:/i;

/** A field with the position of its first byte. */
export interface PlacedField {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

export function splitBlock(bytes: Buffer): SplitFile {
  const { fields, end } = split(bytes);
  return { fields: fields.map(({ name, value }) => [name, value]), end };
}

export function splitPlaced(bytes: Buffer): readonly PlacedField[] {
  return split(bytes).fields;
}

function split(bytes: Buffer): { readonly fields: readonly PlacedField[]; readonly end: number } {
  const fields: { name: string; value: string; offset: number }[] = [];
  let end = 0;
  while (end < bytes.length && end < mostBlockBytes) {
    const newline = bytes.indexOf(0x0a, end);
    const next = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.toString('utf8', end, next).replace(/\r?\n$/, '');
    const field = prefix.exec(line);
    const last = fields.at(-1);
    if (field !== null)
      fields.push({
        name: field[1] ?? '',
        value: line.slice(field[0].length).trim(),
        offset: end,
      });
    else if (last !== undefined && /^[ \t]+\S/.test(line))
      last.value = `${last.value} ${line.trim()}`.trim();
    else break;
    end = next;
  }
  return { fields, end };
}

/** The block's bytes. Line breaks and control characters in values become spaces. */
export function formatBlock(fields: readonly BlockField[], lineEnd: '\n' | '\r\n'): Buffer {
  const lines = fields.map(([name, value]) => `Ticket-${name}: ${oneLine(value)}${lineEnd}`);
  return Buffer.from(lines.join(''), 'utf8');
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
