/**
 * Which calls a sweep visits: all of them with MAILDESK_TEST_FULL set, as CI does; else every twentieth, from another
 * one each day.
 */
const stride = 20;

export function positionsOf(calls: number): readonly number[] {
  const all = Array.from({ length: calls }, (_, index) => index + 1);
  if (isFull) return all;
  const offset = Math.floor(Date.now() / 86_400_000) % stride;
  return all.filter((at) => at % stride === offset);
}

export const isFull = (process.env.MAILDESK_TEST_FULL ?? '') !== '';
