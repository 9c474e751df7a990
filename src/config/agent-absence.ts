/**
 * The key `absence` of an agent's file: when he is away, and who stands in.
 *
 * Promises: pure and total; a value that cannot be read is undefined.
 */
import { type Absence, isDayText } from '../core/team/absence.ts';
import { scalarText } from './yaml.ts';

export const absenceExpected =
  'a table of from and until (days such as 2026-12-24), standIn (a login), text and handOver (yes or no)';

/** Longest text that colleagues read. */
export const mostAbsenceText = 300;

/** The value in the file; `isLogin` says what may name a stand-in. */
export function readAbsence(
  value: unknown,
  isLogin: (text: string) => boolean,
): Absence | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const table = new Map<string, unknown>(Object.entries(value));
  const known = ['from', 'until', 'standIn', 'text', 'handOver'];
  if ([...table.keys()].some((key) => !known.includes(key))) return undefined;
  const [from, until] = [scalarText(table.get('from')), scalarText(table.get('until'))];
  const standIn = scalarText(table.get('standIn') ?? '') ?? '';
  const text = scalarText(table.get('text') ?? '');
  const handOver = (scalarText(table.get('handOver') ?? 'no') ?? '').toLowerCase();
  if (from === undefined || until === undefined || text === undefined) return undefined;
  if (!isDayText(from) || !isDayText(until) || until < from) return undefined;
  if (standIn !== '' && !isLogin(standIn)) return undefined;
  if (text.length > mostAbsenceText || /\p{Cc}/u.test(text)) return undefined;
  if (!['yes', 'no', 'true', 'false'].includes(handOver)) return undefined;
  return {
    from,
    until,
    standIn: standIn === '' ? undefined : standIn,
    text,
    handOver: handOver === 'yes' || handOver === 'true',
  };
}

/** The value as it is written. */
export function absenceTable({ from, until, standIn, text, handOver }: Absence) {
  return {
    from,
    until,
    ...(standIn === undefined ? {} : { standIn }),
    ...(text === '' ? {} : { text }),
    ...(handOver ? { handOver: true } : {}),
  };
}
