/** `due:<2h`, `due:>1d`, `due:none`: when a ticket is due, seen from now. Promises: pure and total. */
import { type Duration, day, hour, type Instant, minute } from '../../base/clock.ts';

export type DueBound =
  | { readonly kind: 'within' | 'after'; readonly time: Duration }
  | { readonly kind: 'none' };

export const dueExamples: readonly string[] = ['<2h', '<30m', '>1d', 'none'];

const units: Readonly<Record<string, Duration>> = { m: minute, h: hour, d: day };

export function parseDueBound(value: string): DueBound | undefined {
  if (value.toLowerCase() === 'none') return { kind: 'none' };
  const [, sign, digits, unit = ''] = /^([<>])=?(\d{1,5})(m|h|d)$/i.exec(value) ?? [];
  const length = units[unit.toLowerCase()];
  if (sign === undefined || length === undefined) return undefined;
  return { kind: sign === '<' ? 'within' : 'after', time: Number(digits) * length };
}

/** What is late is within any time as well. */
export function isDueWithin(
  bound: DueBound,
  due: Instant | undefined,
  now: Instant | undefined,
): boolean {
  if (bound.kind === 'none') return due === undefined;
  if (due === undefined || now === undefined) return false;
  return bound.kind === 'within' ? due <= now + bound.time : due > now + bound.time;
}
