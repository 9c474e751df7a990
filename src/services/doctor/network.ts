/**
 * Checks of what others see of the desk: its ports, and what the DNS says of its domains.
 *
 * Promises: every question is bounded; a network that is not there is a finding.
 */
import { connect } from 'node:net';
import { type Clock, type Duration, second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { DeskConfig, Endpoint } from '../../config/config.ts';
import { domainOf } from '../../core/message/address.ts';
import { bad, type Finding, good } from './doctor.ts';

export type Lookup = (
  name: string,
  type: 'A' | 'AAAA' | 'MX' | 'PTR' | 'TXT',
) => Promise<readonly unknown[]>;

const answerWithin: Duration = 3 * second;

/** What a server says first, or after one line of ours; undefined when nobody listens. */
export function greet(
  { host, port }: Endpoint,
  clock: Clock,
  line = '',
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: dialled(host), port });
    let said = '';
    const end = (answer: string | undefined) => {
      cancel();
      socket.destroy();
      resolve(answer);
    };
    const cancel = clock.after(answerWithin, () => end(socket.connecting ? undefined : said));
    socket.on('connect', () => {
      if (line !== '') socket.write(line);
    });
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (said.length > 4000 || said.includes('\n')) end(said);
    });
    socket.on('end', () => end(said));
    socket.on('error', () => end(undefined));
  });
}

/** Who listens on every address is found on this machine. */
function dialled(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

export interface PortDeps {
  readonly clock: Clock;
  /** Whether a desk runs on this directory. */
  readonly isRunning: boolean;
}

const ours: Readonly<Record<'http' | 'smtp' | 'lmtp', RegExp>> = {
  http: /^HTTP\/1\.[01] (200|503) /,
  smtp: /^220[ -]/,
  lmtp: /^220[ -]/,
};

/** A desk that runs must be reached; where none runs, its ports must be free. */
export async function checkPorts(
  desk: Pick<DeskConfig, 'http' | 'smtp' | 'lmtp'>,
  { clock, isRunning }: PortDeps,
): Promise<readonly Finding[]> {
  const kinds = ['http', 'smtp', 'lmtp'] as const;
  const findings = kinds.map(async (kind): Promise<readonly Finding[]> => {
    const at = desk[kind];
    if (at === undefined) return [];
    const check = `port ${kind}`;
    const place = `${at.host}:${at.port}`;
    // The system chose it, and only the running desk knows which.
    if (at.port === 0) return [good(check, 'any free one')];
    const line =
      kind === 'http'
        ? 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
        : '';
    const said = await greet(at, clock, line);
    const isOurs = said !== undefined && ours[kind].test(said);
    if (isRunning && isOurs) return [good(check, `${place} answers`)];
    if (!isRunning && said === undefined) return [good(check, `${place} is free; no desk runs`)];
    if (isRunning && said === undefined)
      return [
        bad(
          'fail',
          check,
          `nobody answers at ${place}`,
          `Look into the log for why the desk does not listen there`,
        ),
      ];
    return [
      bad(
        'fail',
        check,
        `another program has ${place}`,
        `End it, or choose another place with "${kind}" in desk.yaml`,
      ),
    ];
  });
  return (await Promise.all(findings)).flat();
}

export interface NameDeps {
  readonly lookup: Lookup;
  /** Whether a failure says that there is no such record. */
  readonly isAbsence: (error: unknown) => boolean;
}

/** Names that no DNS knows (RFC 2606, RFC 6762). */
function isOnlyHere(domain: string): boolean {
  return (
    !domain.includes('.') ||
    /\.(?:test|example|invalid|localhost|local|internal|home\.arpa)$/i.test(domain)
  );
}

type Answer = readonly unknown[] | 'none' | { readonly failed: string };

export async function checkNames(
  { addresses, hostName }: Pick<DeskConfig, 'addresses' | 'hostName'>,
  { lookup, isAbsence }: NameDeps,
): Promise<readonly Finding[]> {
  const ask = async (name: string, type: Parameters<Lookup>[1]): Promise<Answer> => {
    try {
      const answer = await lookup(name, type);
      return answer.length === 0 ? 'none' : answer;
    } catch (error) {
      return isAbsence(error) ? 'none' : { failed: errorText(error) };
    }
  };
  const domains = [...new Set(addresses.map(domainOf))].filter((domain) => !isOnlyHere(domain));
  if (domains.length === 0) return [good('dns', 'the desk has no domain that the DNS could know')];
  const found = await Promise.all([
    ...domains.flatMap((domain) => [
      checkMx(domain, ask),
      checkSpf(domain, ask),
      checkDmarc(domain, ask),
    ]),
    checkHost(hostName, ask),
  ]);
  return found;
}

type Ask = (name: string, type: Parameters<Lookup>[1]) => Promise<Answer>;

function offline(check: string, reason: string): Finding {
  return bad('warn', check, `the DNS does not answer: ${reason}`, 'Look at network and dnsServer');
}

async function checkMx(domain: string, ask: Ask): Promise<Finding> {
  const check = `dns mx ${domain}`;
  const answer = await ask(domain, 'MX');
  if (answer === 'none')
    return bad(
      'warn',
      check,
      'there is none',
      `Add an MX record for ${domain} that names the server which takes its mail`,
    );
  if ('failed' in answer) return offline(check, answer.failed);
  const hosts = answer.map((each) => textIn(each, 'exchange')).filter((each) => each !== '');
  return good(check, hosts.join(', '));
}

async function checkSpf(domain: string, ask: Ask): Promise<Finding> {
  const check = `dns spf ${domain}`;
  const answer = await ask(domain, 'TXT');
  if (answer !== 'none' && 'failed' in answer) return offline(check, answer.failed);
  const records =
    answer === 'none' ? [] : answer.map(joined).filter((text) => /^v=spf1(?: |$)/i.test(text));
  const [first] = records;
  if (first !== undefined && records.length === 1) return good(check, first);
  if (records.length > 1)
    return bad(
      'warn',
      check,
      `there are ${records.length}`,
      'Make them one: receivers trust none of several',
    );
  return bad(
    'warn',
    check,
    'there is none',
    `Add the TXT record "v=spf1 mx ~all" to ${domain}, with the smarthost's "include:"`,
  );
}

async function checkDmarc(domain: string, ask: Ask): Promise<Finding> {
  const check = `dns dmarc ${domain}`;
  const answer = await ask(`_dmarc.${domain}`, 'TXT');
  if (answer !== 'none' && 'failed' in answer) return offline(check, answer.failed);
  const record =
    answer === 'none' ? undefined : answer.map(joined).find((text) => /^v=DMARC1/i.test(text));
  return record === undefined
    ? bad(
        'warn',
        check,
        'there is none',
        `Add the TXT record "v=DMARC1; p=none" to _dmarc.${domain}`,
      )
    : good(check, record);
}

/** The name with which the desk greets must lead to an address, and the address back to the name. */
async function checkHost(hostName: string, ask: Ask): Promise<Finding> {
  const check = `dns host ${hostName}`;
  if (isOnlyHere(hostName))
    return bad(
      'warn',
      check,
      'no other server can look this name up',
      'Set hostName to the public name of this machine',
    );
  const [four, six] = await Promise.all([ask(hostName, 'A'), ask(hostName, 'AAAA')]);
  for (const answer of [four, six])
    if (answer !== 'none' && 'failed' in answer) return offline(check, answer.failed);
  const all = [four, six].flatMap((answer) => (Array.isArray(answer) ? answer.map(String) : []));
  if (all.length === 0)
    return bad('warn', check, 'has no address', `Add an A or AAAA record for ${hostName}`);
  for (const address of all) {
    const answer = await ask(reverseName(address), 'PTR');
    if (
      answer === 'none' ||
      'failed' in answer ||
      !answer.map(lower).includes(hostName.toLowerCase())
    )
      return bad(
        'warn',
        check,
        `the PTR record of ${address} does not lead back`,
        `Let whoever owns ${address} set its PTR record to ${hostName}; with a smarthost it matters little`,
      );
  }
  return good(check, all.join(', '));
}

/** `4.3.2.1.in-addr.arpa` (RFC 1035 section 3.5), or by nibbles (RFC 3596 section 2.5). */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  const all = tail === undefined ? front : [...front, ...zeros, ...back];
  const digits = all.map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}

function textIn(value: unknown, key: string): string {
  return typeof value === 'object' && value !== null ? String(Reflect.get(value, key) ?? '') : '';
}

function joined(pieces: unknown): string {
  return Array.isArray(pieces) ? pieces.join('') : String(pieces);
}

function lower(value: unknown): string {
  return String(value).toLowerCase().replace(/\.$/, '');
}
