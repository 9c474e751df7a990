/**
 * Addresses of machines and networks of them (RFC 4632, RFC 4291).
 *
 * Promises: pure and total. An IPv4 address within IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
 */

export interface IpNetwork {
  /** As written. */
  readonly text: string;
  /** Length of its addresses: 32 or 128. */
  readonly length: number;
  /** The bits that all its addresses begin with, as zeros and ones. */
  readonly bits: string;
}

/** `192.0.2.0/24`, `2001:db8::/32`, or one address. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, name = '', length] = /^([0-9a-f.:]{2,45})(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const bits = toBits(name);
  if (bits === undefined) return undefined;
  const prefix = length === undefined ? bits.length : Number(length);
  return prefix <= bits.length
    ? { text, length: bits.length, bits: bits.slice(0, prefix) }
    : undefined;
}

/** False for what is no address. */
export function isInNetworks(ip: string, networks: readonly IpNetwork[]): boolean {
  const bits = toBits(ip);
  if (bits === undefined) return false;
  return networks.some(
    (network) => network.length === bits.length && bits.startsWith(network.bits),
  );
}

const ipv4WithinIpv6 = `${'0'.repeat(80)}${'1'.repeat(16)}`;

function toBits(text: string): string | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return join(four, 8);
  const six = parseIpv6(text);
  if (six === undefined) return undefined;
  const bits = join(six, 16);
  return bits.startsWith(ipv4WithinIpv6) ? bits.slice(ipv4WithinIpv6.length) : bits;
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return;
  const numbers = parts.map(Number);
  return numbers.some((number) => number > 255) ? undefined : numbers;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.length > 45 ? [] : text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** Groups of sixteen bits; the end of the address may be written as IPv4. */
function readGroups(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const four = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (four !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = four;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function join(groups: readonly number[], size: number): string {
  return groups.map((group) => group.toString(2).padStart(size, '0')).join('');
}
