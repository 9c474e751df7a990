/**
 * The conversation that a mail belongs to: found by what the index knows, joined where it turns out to be one.
 *
 * Promises: the same mails give the same tickets in whatever order they come. A merged ticket leads to its survivor,
 * and whoever takes part in one takes part in the other.
 * Leaves to others: the rules (core/followup), filing the mail (intake.ts), both sides of a merge (../regroup.ts).
 */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import {
  type FollowUpCandidate,
  followUpCandidates,
  isCertainRule,
} from '../../core/followup/candidates.ts';
import {
  chooseFollowUp,
  type FollowUpChoice,
  type FoundCandidate,
  type FoundTicket,
  mayReopen,
} from '../../core/followup/choose.ts';
import {
  type ConnectedTicket,
  type Connection,
  connectTickets,
  vouchesFor,
} from '../../core/followup/connect.ts';
import type { Mail } from '../../core/message/mail.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import type { Actor } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { isEnded } from '../../core/ticket/states.ts';
import { followMerges, mostMerges } from '../../core/ticket/survivor.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { Regroup } from '../regroup.ts';
import type { Tickets } from '../tickets.ts';

/** What of a mail tells where it belongs. */
export interface ThreadedMail {
  readonly mail: Mail;
  readonly recipients: readonly string[];
  /** The ticket whose appointment it answers, by our signature. */
  readonly appointment?: TicketNumber | undefined;
  /** Whether it may show two tickets to be one; what no person wrote joins a ticket and makes nothing of two. */
  readonly connects: boolean;
  /** Whether an ended ticket may stay closed to it; what no person wrote is filed where it belongs. */
  readonly mayBeTurnedAway: boolean;
  /** Whether the author is believed to take part where he is known to. */
  readonly isTrusted: boolean;
}

export interface Threads {
  choose(threaded: ThreadedMail): Promise<FollowUpChoice>;
  /** The ticket, or the one it was merged into; undefined when there is none. */
  survivorOf(number: TicketNumber): Promise<TicketNumber | undefined>;
  /** Merges the tickets that the mail, which is in this one, shows to be one. Says which it is in then. */
  connect(threaded: ThreadedMail, home: TicketNumber): Promise<TicketNumber>;
}

export interface ThreadConfig {
  readonly desk: Pick<Config['desk'], 'foreignNumbers'>;
  readonly queues: Config['queues'];
}

export interface ThreadsDeps {
  readonly index: Pick<
    TicketIndex,
    'find' | 'findMessage' | 'findReferring' | 'findForeign' | 'findMerged'
  >;
  /** Reads tickets with those merged into them. */
  readonly reader: Pick<TicketReader, 'read'>;
  readonly tickets: Pick<Tickets, 'run'>;
  readonly regroup: Pick<Regroup, 'merge'>;
  readonly ids: SignedIds;
  /** All addresses of whoever has this one. */
  readonly addressesOf?: (address: string) => readonly string[];
  readonly config: () => ThreadConfig;
  readonly clock: Clock;
  readonly log: Log;
}

const alwaysJoin = { closedFollowUp: 'reopen', reopenDays: 0 } as const;
const intake: Actor = { kind: 'system', part: 'intake' };
/** More tickets than these are not joined by one mail. */
const mostConnected = 20;
/** Each time another mail has merged something, so this ends before. */
const mostAttempts = 20;
/** A person is not asked about more. */
const mostSuggested = 5;

export function createThreads(deps: ThreadsDeps): Threads {
  const { index, reader, tickets, regroup, ids, config, clock, log } = deps;
  const { addressesOf = (address: string) => [address] } = deps;

  function candidatesOf(threaded: ThreadedMail): readonly FollowUpCandidate[] {
    const { mail, recipients, appointment } = threaded;
    return followUpCandidates(mail, recipients, ids, config().desk.foreignNumbers, appointment);
  }

  async function choose(threaded: ThreadedMail): Promise<FollowUpChoice> {
    const found = await lookUp(candidatesOf(threaded));
    const { mail, mayBeTurnedAway, isTrusted } = threaded;
    const policy = mayBeTurnedAway ? policyOf : () => alwaysJoin;
    const choice = chooseFollowUp(found, mail, policy, clock.now(), !isTrusted);
    if (choice.kind === 'open' || !isCertainRule(choice.rule)) return choice;
    const { survivor } = await connectionOf(threaded, choice.ticket.number);
    if (survivor === choice.ticket.number) return choice;
    const ticket = await findSurviving(survivor);
    return ticket === undefined ? choice : { ...choice, ticket };
  }

  async function lookUp(
    candidates: readonly FollowUpCandidate[],
  ): Promise<readonly FoundCandidate[]> {
    const found: FoundCandidate[] = [];
    for (const candidate of candidates) {
      for (const number of await numbersOf(candidate)) {
        const ticket = await findSurviving(number);
        if (ticket !== undefined) found.push({ rule: candidate.rule, ticket });
      }
      // A token or a reference decides; only numbers in the subject are all looked at.
      if (found.some(({ rule }) => isCertainRule(rule))) break;
    }
    return found;
  }

  async function numbersOf(candidate: FollowUpCandidate): Promise<readonly TicketNumber[]> {
    switch (candidate.rule) {
      case 'signed-id':
      case 'plus-address':
      case 'calendar':
      case 'subject-number':
        return [candidate.number];
      case 'reference':
        return (await index.findMessage(candidate.id)).map(({ ticket }) => ticket);
      case 'unknown-parent':
        return index.findReferring(candidate.id);
      case 'foreign-number':
        return index.findForeign(candidate.key);
    }
  }

  /** The ticket, or the one it was merged into, with the people of all that is in it. */
  async function findSurviving(number: TicketNumber): Promise<FoundTicket | undefined> {
    const record = await recordOf(number);
    if (record === undefined) return undefined;
    const family = await familyOf(record);
    const people = new Set(family.flatMap(({ participants }) => participants));
    return { ...record, participants: [...people].flatMap(addressesOf) };
  }

  async function recordOf(number: TicketNumber): Promise<TicketRecord | undefined> {
    const way = await followMerges(number, async (each) => (await index.find(each))?.mergedInto);
    return index.find(way.at(-1) ?? number);
  }

  /** The ticket and all that was merged into it. */
  async function familyOf(record: TicketRecord): Promise<readonly TicketRecord[]> {
    const family = new Map([[record.number, record]]);
    for (const { number } of family.values()) {
      for (const absorbed of await index.findMerged(number)) {
        const part = family.size > mostMerges ? undefined : await index.find(absorbed);
        if (part !== undefined && !family.has(absorbed)) family.set(absorbed, part);
      }
    }
    return [...family.values()];
  }

  function policyOf(queue: string) {
    const settings = config().queues.find(({ name }) => name === queue);
    return settings ?? { closedFollowUp: 'reopen' as const, reopenDays: 0 };
  }

  async function connectionOf(threaded: ThreadedMail, home: TicketNumber): Promise<Connection> {
    const numbers = threaded.connects ? await connectedNumbers(threaded, home) : [];
    if (numbers.length < 2) return { survivor: home, merged: [], suggested: [] };
    const connected = await Promise.all(numbers.map((number) => describe(number, threaded.mail)));
    return connectTickets(
      home,
      connected.flatMap((ticket) => ticket ?? []),
    );
  }

  /** Every ticket that the mail's ids lead to, its own first. An address it was sent to leads nowhere further. */
  async function connectedNumbers(
    threaded: ThreadedMail,
    home: TicketNumber,
  ): Promise<readonly TicketNumber[]> {
    const seen = new Set<TicketNumber>();
    const found = new Set<TicketNumber>([home]);
    for (const candidate of candidatesOf(threaded)) {
      if (!isCertainRule(candidate.rule) || isPassedOn(candidate)) continue;
      for (const number of await numbersOf(candidate)) {
        if (seen.has(number) || found.size > mostConnected) continue;
        seen.add(number);
        const record = await recordOf(number);
        if (record !== undefined) found.add(record.number);
      }
    }
    return [...found];
  }

  /** Addresses and invitations are handed on to others. */
  function isPassedOn({ rule }: FollowUpCandidate): boolean {
    return rule === 'plus-address' || rule === 'calendar';
  }

  async function describe(number: TicketNumber, mail: Mail): Promise<ConnectedTicket | undefined> {
    const [record, folder] = await Promise.all([index.find(number), reader.read(number)]);
    if (record === undefined || folder === undefined) return undefined;
    const family = await familyOf(record);
    const messages = folder.messages.map(({ event }) => event.mail);
    return {
      number,
      created: record.created,
      links: family.flatMap(({ links }) => links),
      absorbed: family.slice(1).map((part) => part.number),
      vouches: vouchesFor(mail, folder.ticket, messages, addressesOf),
      staysClosed: isEnded(record.state) && !mayReopen(record, policyOf(record.queue), clock.now()),
    };
  }

  async function connect(threaded: ThreadedMail, home: TicketNumber): Promise<TicketNumber> {
    for (let attempt = 1; ; attempt += 1) {
      const at = (await recordOf(home))?.number ?? home;
      const { survivor, merged, suggested } = await connectionOf(threaded, at);
      const isDone = await mergeAll(merged, survivor);
      if (!isDone && attempt < mostAttempts) continue;
      await suggest(survivor, suggested.slice(0, mostSuggested));
      return survivor;
    }
  }

  /** False when another mail of the same conversation was faster: then the tickets are to be looked at anew. */
  async function mergeAll(
    numbers: readonly TicketNumber[],
    survivor: TicketNumber,
  ): Promise<boolean> {
    for (const number of numbers) {
      const done = await regroup.merge(number, survivor, intake);
      if (done.ok) continue;
      log.info('intake.merge-refused', { ticket: number, code: done.refusal.code });
      return false;
    }
    return true;
  }

  async function suggest(number: TicketNumber, others: readonly TicketNumber[]): Promise<void> {
    const known = (await index.find(number))?.links ?? [];
    const changes = others
      .map((other) => `connected:${other}`)
      .filter((link) => !known.includes(link))
      .map((value) => ({ kind: 'add', set: 'link', value }) as const);
    if (changes.length > 0) await tickets.run(number, { kind: 'update', changes }, intake);
  }

  return {
    choose,
    survivorOf: async (number) => (await recordOf(number))?.number,
    connect,
  };
}
