/**
 * Which calls a sweep visits: all of them with MAILDESK_TEST_FULL set, as CI does; else every twentieth, from another
 * one each day. A call that is visited is refused or cuts the power, each on every other day; both with MAILDESK_TEST_FULL=both.
 */
const stride = 20;
const today = Math.floor(Date.now() / 86_400_000);

export function positionsOf(calls: number): readonly number[] {
  const all = Array.from({ length: calls }, (_, index) => index + 1);
  if (isFull) return all;
  return all.filter((at) => at % stride === today % stride);
}

export const isFull = (process.env.MAILDESK_TEST_FULL ?? '') !== '';

/** Of the calls that a sweep visits, those at which this happens today. */
export function happening(what: 'power' | 'refusal', positions: readonly number[]) {
  if (!isFull || process.env.MAILDESK_TEST_FULL === 'both') return positions;
  return positions.filter((at) => (at + today) % 2 === (what === 'power' ? 0 : 1));
}
