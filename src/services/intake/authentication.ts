/**
 * Who really sent a mail: checked here, or as a server of ours has checked it.
 *
 * Promises: a verdict within the time limit for any mail; it informs, and nothing is refused or lost because of it. The
 * word of another server is taken only where the mail came through servers of ours (RFC 8601 section 5), and only when the
 * server is named in the settings. What such a server does not say is checked from the bytes; where the mail came
 * from is not guessed, so SPF stays `none`, and without SPF a DMARC record condemns nobody.
 * Leaves to others: the checks themselves (authentication-checks.ts), what follows (core, rules, viewer).
 */
import type { Clock, Duration } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { domainOf } from '../../core/message/address.ts';
import {
  type AuthenticationResults,
  findTrustedResults,
  toSenderVerdict,
} from '../../core/message/authentication-results.ts';
import { type IpNetwork, isInNetworks } from '../../core/message/ip-network.ts';
import type { Origin } from '../../core/message/origin.ts';
import type { SenderVerdict, Verdicts } from '../../core/message/verdicts.ts';
import { readHeader } from '../../storage/mail-header.ts';
import type { SpfQuestion } from './authentication-checks.ts';
import { DnsFailure, type DnsLookup } from './dns.ts';
import type { Check } from './verdicts.ts';

export interface MailToAuthenticate {
  readonly raw: Buffer;
  /** Absent for mail that another program of ours handed over. */
  readonly origin?: Origin | undefined;
  readonly via: string;
  /** Reverse-path of the envelope; empty for `<>`. */
  readonly sender: string | undefined;
}

export interface Authenticator {
  /** `author`: the address that the desk takes for the author's. Never rejects. */
  examine(
    mail: MailToAuthenticate,
    author: string | undefined,
  ): Promise<Partial<Pick<Verdicts, 'sender' | 'unchecked'>>>;
}

export interface AuthenticatorDeps {
  readonly lookup: DnsLookup;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AuthenticatorOptions {
  readonly checkSenders: boolean;
  /** Name of this server. */
  readonly hostName: string;
  readonly authenticationTimeoutMs: Duration;
  readonly trustedRelays: readonly IpNetwork[];
  readonly authservIds: readonly string[];
}

/** As one of the checks of every mail: the author is whom the desk takes for the author. */
export function createSenderCheck(
  deps: AuthenticatorDeps,
  options: () => AuthenticatorOptions,
): Check {
  const authenticator = createAuthenticator(deps, options);
  return {
    what: 'sender',
    by: 'desk',
    canDefer: false,
    examine: ({ raw, origin, via, sender, mail }) =>
      authenticator.examine({ raw, origin, via, sender }, mail.from?.address),
  };
}

export function createAuthenticator(
  { lookup, clock, log }: AuthenticatorDeps,
  options: () => AuthenticatorOptions,
): Authenticator {
  async function check(
    mail: MailToAuthenticate,
    address: string | undefined,
  ): Promise<SenderVerdict> {
    const { authservIds, authenticationTimeoutMs, hostName, trustedRelays } = options();
    const header = readHeader(mail.raw);
    const author = address?.includes('@') ? domainOf(address) : '';
    const isTrusted =
      mail.origin === undefined ? mail.via !== 'smtp' : isInNetworks(mail.origin.ip, trustedRelays);
    const told = isTrusted ? findTrustedResults(header.fields, authservIds) : undefined;
    if (told?.results.some(({ method }) => method === 'dmarc'))
      return toSenderVerdict(told, author);
    // Loading the library takes a fifth of a second: with the first mail, not at every start of a command.
    const { checkMail } = await import('./authentication-checks.ts');
    const deadline = createDeadline(clock, authenticationTimeoutMs);
    try {
      const spf = isTrusted ? spfAsTold(told) : spfOf(mail, hostName);
      const checked = await checkMail(
        { raw: mail.raw, header, author, spf },
        (name, type) => deadline.limit(() => lookup(name, type)),
        log,
      );
      return { ...checked, by: told?.authservId ?? 'desk' };
    } finally {
      deadline.end();
    }
  }

  return {
    async examine(mail, author) {
      if (!options().checkSenders) return {};
      try {
        return { sender: await check(mail, author) };
      } catch (error) {
        // A mistake of ours or of the library must not keep the mail out.
        const reason = errorText(error);
        log.error('authentication.failed', { error: reason });
        return { unchecked: [{ what: 'sender', by: 'desk', reason }] };
      }
    },
  };
}

function spfOf({ origin, sender }: MailToAuthenticate, host: string): SpfQuestion {
  if (origin === undefined) return { kind: 'unknown' };
  const { ip, helo } = origin;
  // Without a name the client has only its address; as a domain literal, which no record can be of.
  const name = helo === '' || helo === ip ? `[${ip}]` : helo;
  return { kind: 'client', ip, helo: name, sender: sender ?? '', host };
}

function spfAsTold(told: AuthenticationResults | undefined): SpfQuestion {
  if (!told?.results.some(({ method }) => method === 'spf')) return { kind: 'unknown' };
  const found = told.results.find(
    ({ method, properties }) => method === 'spf' && properties.has('smtp.mailfrom'),
  );
  return {
    kind: 'known',
    result: toSenderVerdict(told, '').spf,
    domain: domainOf(found?.properties.get('smtp.mailfrom') ?? ''),
  };
}

interface Deadline {
  limit<T>(start: () => Promise<T>): Promise<T>;
  end(): void;
}

/** What is not there in time fails, and what is asked later fails at once. */
function createDeadline(clock: Clock, after: Duration): Deadline {
  const waiting = new Set<(failure: DnsFailure) => void>();
  const failure = new DnsFailure('ETIMEOUT', 'The time for checking the sender is over');
  let isOver = false;
  const cancel = clock.after(after, () => {
    isOver = true;
    for (const fail of [...waiting]) fail(failure);
  });
  return {
    async limit(start) {
      if (isOver) throw failure;
      let fail: (failure: DnsFailure) => void = () => {};
      const over = new Promise<never>((_resolve, reject) => {
        fail = reject;
      });
      waiting.add(fail);
      try {
        return await Promise.race([start(), over]);
      } finally {
        waiting.delete(fail);
      }
    },
    end: cancel,
  };
}
