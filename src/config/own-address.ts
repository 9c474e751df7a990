/** Which addresses are the desk's own. */
import { addressKey, withoutDetail } from '../core/message/address.ts';
import type { Config } from './config.ts';

/** Whether mail to the address, or to it with a `+detail`, comes to this desk. */
export function isOwnAddress(address: string, { desk, queues }: Config): boolean {
  const key = withoutDetail(address);
  const own = [...desk.addresses, ...queues.flatMap(({ addresses }) => addresses)];
  return own.some((candidate) => addressKey(candidate) === key);
}
