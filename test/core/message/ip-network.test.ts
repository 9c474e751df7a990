/** Networks of machines, against Node's own reading of addresses. */
import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInNetworks, parseIpNetwork } from '../../../src/core/message/ip-network.ts';
import { anyText, holds, total } from '../../helpers/laws.ts';

function isIn(ip: string, ...networks: string[]): boolean {
  return isInNetworks(
    ip,
    networks.flatMap((text) => parseIpNetwork(text) ?? []),
  );
}

describe('networks', () => {
  it('hold the addresses that begin like them', () => {
    expect(isIn('192.0.2.77', '192.0.2.0/24')).toBe(true);
    expect(isIn('192.0.3.77', '192.0.2.0/24', '192.0.3.76')).toBe(false);
    expect(isIn('2001:db8:1::7', '2001:db8::/32')).toBe(true);
    expect(isIn('::ffff:127.0.0.1', '127.0.0.0/8')).toBe(true);
    expect(isIn('::1', '127.0.0.0/8', '::1')).toBe(true);
    expect(isIn('1.2.3.4', '0.0.0.0/0')).toBe(true);
    expect(isIn('::2', '0.0.0.0/0')).toBe(false);
    expect(isIn('no address', '0.0.0.0/0')).toBe(false);
  });

  it('are read where Node reads an address', () => {
    const groups = fc.array(fc.constantFrom('0', 'ffff', 'db8', '', '1.2.3.4', '12345', 'g'), {
      maxLength: 9,
    });
    const addresses = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      anyText,
      groups.map((all) => all.join(':')),
    );
    holds(
      addresses.filter((text) => !text.includes('/') && !text.includes('%')),
      (text) => expect(parseIpNetwork(text) !== undefined).toBe(isIP(text) !== 0),
    );
  });

  it('agree with those of Node', () => {
    holds(fc.tuple(fc.ipV6(), fc.ipV6(), fc.nat(128)), ([one, other, prefix]) => {
      // Addresses of IPv4 within IPv6 are counted as IPv4 here.
      fc.pre(![one, other].some((ip) => /\.|ffff:/i.test(ip)));
      const list = new BlockList();
      list.addSubnet(one, prefix, 'ipv6');
      expect(isIn(other, `${one}/${prefix}`)).toBe(list.check(other, 'ipv6'));
    });
  });

  it('give something for any text', () => {
    total(parseIpNetwork, anyText);
    expect(['1.2.3.4/33', '::/129', '1.2.3/8', '01.2.3.4', ''].map(parseIpNetwork)).toEqual(
      Array(5).fill(undefined),
    );
  });
});
