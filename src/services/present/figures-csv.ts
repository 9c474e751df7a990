/**
 * A table of figures as a file for a spreadsheet (RFC 4180, UTF-8).
 *
 * Promises: pure; a cell that a spreadsheet would take for a formula begins with an apostrophe; durations are whole minutes,
 * times ISO 8601, shares of 1. Leaves to others: whether a byte order mark stands in front.
 */
import { formatInstant, minute, toInstant } from '../../base/clock.ts';
import type { Cell, CellKind, FiguresTable } from './figures-tables.ts';

/** What Excel needs in order to read UTF-8. */
export const byteOrderMark = '\uFEFF';

/** `heading` gives the words of a column; those of durations should name minutes. */
export function formatCsv(
  { columns, rows }: FiguresTable,
  heading: (column: FiguresTable['columns'][number]) => string,
): string {
  const lines = [
    columns.map((column) => quote(heading(column))),
    ...rows.map((row) => columns.map(({ kind }, at) => quote(plainText(row[at], kind)))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function plainText(value: Cell, kind: CellKind): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (kind === 'part' || kind === 'moment') return formatInstant(toInstant(value));
  if (kind === 'duration') return String(Math.round(value / minute));
  return kind === 'share' ? value.toFixed(3) : String(value);
}

function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
