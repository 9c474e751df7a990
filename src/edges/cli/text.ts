/**
 * Text for people at a terminal: safe, aligned, dated in the desk's zone.
 *
 * Promises: nothing that came from outside can steer the terminal; columns line up also for scripts whose
 * characters are two cells wide.
 */
import type { Instant } from '../../base/clock.ts';

/** One line without control characters and without marks that reorder what follows. */
export function toLine(text: string): string {
  return withoutMarks(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** Several lines, without control characters but line feed and tab. */
export function toLines(text: string): string {
  return withoutMarks(text)
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '\uFFFD');
}

/** Bidirectional embeddings and overrides can make one text look like another. */
function withoutMarks(text: string): string {
  return text.replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
}

/** `2026-11-23 11:15` in the zone. */
export function formatLocal(instant: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(instant);
}

/** JSON that is safe on a terminal: control characters stay escaped. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, escapeCharacter)}\n`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export interface TableOptions {
  readonly header?: readonly string[];
  /** The header is set off by terminal codes. */
  readonly isTerminal: boolean;
}

/** Rows with aligned columns; the last column is not padded. */
export function formatTable(
  rows: readonly (readonly string[])[],
  { header, isTerminal }: TableOptions,
): string {
  const lines = rows.map((row) => row.map(toLine));
  const all = header === undefined ? lines : [header, ...lines];
  const widths = all.reduce<readonly number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, displayWidth(cell))),
    [],
  );
  return all
    .map((row, position) => {
      const line = row
        .map((cell, column) => pad(cell, column === row.length - 1 ? 0 : (widths[column] ?? 0)))
        .join('  ');
      return header !== undefined && position === 0 && isTerminal
        ? `\u001B[1m${line}\u001B[22m\n`
        : `${line.trimEnd()}\n`;
    })
    .join('');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
const invisible = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Cells that the text takes in a terminal (UAX 11, roughly). */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += invisible.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** The text cut to so many cells, with an ellipsis where something went. */
export function shorten(text: string, width: number): string {
  const line = toLine(text);
  if (displayWidth(line) <= width) return line;
  let kept = '';
  let taken = 0;
  for (const character of line) {
    taken += displayWidth(character);
    if (taken > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
