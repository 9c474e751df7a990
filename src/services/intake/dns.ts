/**
 * Questions to the DNS, as the checks of senders ask them.
 *
 * Owns: node:dns, the server that is asked, the memory of answers. Promises: an answer, or a `DnsFailure` whose code
 * tells `there is no such record` (`ENOTFOUND`, `ENODATA`) from every other failure; the same question is not asked
 * twice at a time, and not again while its answer is remembered; memory is bounded.
 *
 * Node does not tell how long a TXT record may be kept, so all are kept for a time that few records undercut. What failed
 * is not remembered.
 */
import { Resolver } from 'node:dns/promises';
import {
  type Clock,
  type Duration,
  type Instant,
  minute,
  second,
  toInstant,
} from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import { createRecent } from '../../base/recent.ts';
import type { Endpoint } from '../../config/config.ts';

export type RecordType = 'A' | 'AAAA' | 'MX' | 'PTR' | 'TXT';

/** As Node gives them: texts; for TXT the pieces of each text; for MX records. */
export type DnsAnswer = readonly unknown[];

export type DnsLookup = (name: string, type: RecordType) => Promise<DnsAnswer>;

/** Has the `code` that Node's own errors have, for mailauth reads it. */
export class DnsFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'DnsFailure';
    this.code = code;
  }
}

/** The DNS says that there is nothing, and that is an answer. */
export function isAbsence(error: unknown): boolean {
  return error instanceof DnsFailure && (error.code === 'ENOTFOUND' || error.code === 'ENODATA');
}

export interface DnsDeps {
  readonly clock: Clock;
  /** Undefined for the system's own. */
  readonly server: () => Endpoint | undefined;
}

const keptFor: Duration = 5 * minute;
const absenceKeptFor: Duration = minute;
const keptAnswers = 2000;
/** For the first try; the second may take twice as long. */
const answerWithin: Duration = 3 * second;

interface Kept {
  readonly until: Instant;
  readonly answer: DnsAnswer | DnsFailure;
}

export function createDnsLookup({ clock, server }: DnsDeps): DnsLookup {
  const kept = createRecent<string, Kept>(keptAnswers);
  const asked = new Map<string, Promise<DnsAnswer>>();
  let inForce: { readonly name: string; readonly resolver: Resolver } | undefined;

  function resolverNow(): { readonly name: string; readonly resolver: Resolver } {
    const wanted = server();
    const name = wanted === undefined ? '' : formatServer(wanted);
    if (inForce?.name === name) return inForce;
    const resolver = new Resolver({ timeout: answerWithin, tries: 2 });
    if (name !== '') resolver.setServers([name]);
    inForce = { name, resolver };
    return inForce;
  }

  async function ask(resolver: Resolver, name: string, type: RecordType): Promise<DnsAnswer> {
    try {
      return await resolve(resolver, name, type);
    } catch (error) {
      throw toFailure(error, name, type);
    }
  }

  async function askAndKeep(key: string, work: Promise<DnsAnswer>): Promise<DnsAnswer> {
    const keep = (answer: DnsAnswer | DnsFailure, time: Duration) =>
      kept.set(key, { answer, until: toInstant(clock.now() + time) });
    try {
      const answer = await work;
      keep(answer, keptFor);
      return answer;
    } catch (error) {
      if (error instanceof DnsFailure && isAbsence(error)) keep(error, absenceKeptFor);
      throw error;
    } finally {
      asked.delete(key);
    }
  }

  return async (name, type) => {
    const { name: at, resolver } = resolverNow();
    const key = `${at} ${type} ${name.toLowerCase()}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > clock.now()) {
      if (known.answer instanceof DnsFailure) throw known.answer;
      return known.answer;
    }
    const running = asked.get(key) ?? askAndKeep(key, ask(resolver, name, type));
    asked.set(key, running);
    return running;
  };
}

function formatServer({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function resolve(resolver: Resolver, name: string, type: RecordType): Promise<DnsAnswer> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name);
    case 'AAAA':
      return resolver.resolve6(name);
    case 'MX':
      return resolver.resolveMx(name);
    case 'PTR':
      return resolver.resolvePtr(name);
    case 'TXT':
      return resolver.resolveTxt(name);
  }
}

function toFailure(error: unknown, name: string, type: RecordType): DnsFailure {
  const code =
    typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : '';
  // A name that cannot be asked for has no records.
  const known = code === 'EBADNAME' || code === 'ERR_INVALID_ARG_VALUE' ? 'ENOTFOUND' : code;
  return new DnsFailure(known, `Cannot look up ${type} of "${name}": ${errorText(error)}`);
}
