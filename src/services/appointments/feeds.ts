/**
 * Calendars of agents and teams that other programs subscribe to.
 *
 * Owns: what stands in each calendar. Promises: of somebody who is kept out, or may not see a ticket any more, nothing is
 * given. Bounded: a year back, all that is to come, the nearest so many.
 * Leaves to others: the secret addresses (feed-addresses.ts), HTTP (edges/http/subscriptions.ts).
 */
import { createHash } from 'node:crypto';
import { type Clock, day, formatDay, minute, toInstant } from '../../base/clock.ts';
import { createRecent } from '../../base/recent.ts';
import type { LiveConfig } from '../../config/config.ts';
import { endOf, startOf } from '../../core/appointment/appointment.ts';
import { type FeedEvent, formatFeed } from '../../storage/icalendar.ts';
import type { Agent } from '../accounts/accounts.ts';
import { answerKeys } from '../appointment-words.ts';
import type { FeedAddresses, FeedHolder } from '../feed-addresses.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { RecordedAppointment } from '../index/recorded-appointment.ts';
import type { Locale } from '../render/locale.ts';

export type FeedName = FeedHolder;

export interface FeedText {
  readonly text: string;
  /** Changes with the text. */
  readonly tag: string;
}

export interface Feeds {
  /** Path below the viewer's address: `/calendar/SECRET/agent-anna.ics`. */
  pathOf(name: FeedName): Promise<string>;
  /** The address stops; another one takes its place. */
  renew(name: FeedName): Promise<void>;
  /** Undefined for a wrong or old address, and for whoever is kept out. `file` is the last part of the path, decoded. */
  read(secret: string, file: string): Promise<FeedText | undefined>;
  close(): void;
}

export interface FeedsDeps {
  readonly addresses: FeedAddresses;
  readonly index: Pick<TicketIndex, 'findDated' | 'onChange'>;
  readonly findAgent: (login: string) => Agent | undefined;
  readonly mayRead: (login: string, record: TicketRecord) => boolean;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly localeFor: (language: string) => Promise<Locale>;
  /** Where people reach the viewer. */
  readonly viewer: () => string;
  readonly clock: Clock;
}

const longestBack = 366 * day;
const mostEvents = 2000;
const keptFeeds = 200;
const reminderLength = 15 * minute;

export function createFeeds(deps: FeedsDeps): Feeds {
  const { addresses, index, config, clock } = deps;
  const known = createRecent<string, { readonly version: string; readonly feed: FeedText }>(
    keptFeeds,
  );
  let changes = 0;
  const stop = index.onChange(() => {
    changes += 1;
  });

  async function pathOf(name: FeedName): Promise<string> {
    const file = fileOf(name);
    return `/calendar/${await addresses.secretOf(name, file)}/${encodeURIComponent(file)}`;
  }

  async function read(given: string, file: string): Promise<FeedText | undefined> {
    const name = readName(file);
    if (name === undefined || !(await addresses.isSecretOf(name, file, given))) return undefined;
    // People, rights and texts change without the index; what is kept is short-lived.
    const now = clock.now();
    const version = `${changes} ${formatDay(now, 'UTC')} ${Math.floor(now / minute)}`;
    const before = known.get(file);
    if (before?.version === version) return before.feed;
    const text = await write(name);
    const feed = { text, tag: createHash('sha256').update(text).digest('hex').slice(0, 32) };
    known.set(file, { version, feed });
    return feed;
  }

  /** Names of agents who are kept out and of queues that are gone are none. */
  function readName(file: string): FeedName | undefined {
    const [, kind, name = ''] = /^(agent|queue)-(.{1,200})\.ics$/s.exec(file) ?? [];
    if (kind === 'agent') {
      const agent = deps.findAgent(name);
      return agent === undefined || agent.isDisabled ? undefined : { kind, login: agent.login };
    }
    const queue = config.current().queues.find((each) => each.name === name);
    return queue === undefined ? undefined : { kind: 'queue', queue: queue.name };
  }

  async function write(name: FeedName): Promise<string> {
    const { desk } = config.current();
    const agent = name.kind === 'agent' ? deps.findAgent(name.login) : undefined;
    const locale = await deps.localeFor(agent?.language ?? desk.language);
    const from = clock.now() - longestBack;
    const records = (await index.findDated()).filter(({ state }) => state !== 'removed');
    const mine = records.flatMap((record) => entriesOf(record, name, locale));
    const events = mine
      .filter(({ time }) => endOf(time) > from)
      .sort((one, other) => startOf(other.time) - startOf(one.time))
      .slice(0, mostEvents)
      .reverse();
    return formatFeed(`${desk.name}: ${agent?.name ?? fileTitle(name)}`, events);
  }

  function entriesOf(record: TicketRecord, name: FeedName, locale: Locale): readonly FeedEvent[] {
    const { appointments = [], owner } = record;
    const isOwner = name.kind === 'agent' && owner === name.login;
    if (name.kind === 'agent' && !deps.mayRead(name.login, record)) return [];
    if (name.kind === 'queue' && record.queue !== name.queue) return [];
    const held = appointments.filter(
      ({ isCancelled, agents }) =>
        !isCancelled && (name.kind === 'queue' || isOwner || agents.includes(name.login)),
    );
    return [
      ...held.map((each) => toEntry(record, each, locale)),
      ...(isOwner ? reminderOf(record, locale) : []),
    ];
  }

  function toEntry(
    { number, subject }: TicketRecord,
    { uid, sequence, time, summary, place, guests, changed }: RecordedAppointment,
    locale: Locale,
  ): FeedEvent {
    const people = guests.map(({ name, answer }) =>
      locale.text('appointment.feed.guest', {
        name,
        answer: locale.text(answerKeys[answer ?? 'none']),
      }),
    );
    const ticket = locale.text('appointment.feed.ticket', { number, subject });
    return {
      uid,
      sequence,
      stamp: changed,
      time,
      summary,
      place,
      text: [ticket, ...people].join('\n'),
      url: `${deps.viewer()}/tickets/${number}`,
      isCancelled: false,
      isTransparent: false,
    };
  }

  /** When a ticket comes back to its owner: nobody is busy by it. */
  function reminderOf(record: TicketRecord, locale: Locale): readonly FeedEvent[] {
    const { number, subject, state, pendingUntil, updated } = record;
    if (pendingUntil === undefined || !state.startsWith('pending')) return [];
    const start = toInstant(Math.floor(pendingUntil / minute) * minute);
    const key = state === 'pending-close' ? 'appointment.feed.closes' : 'appointment.feed.reminder';
    return [
      {
        uid: `${number}.pending@maildesk`,
        sequence: 0,
        stamp: updated,
        time: {
          kind: 'timed',
          start,
          end: toInstant(start + reminderLength),
          zone: config.current().desk.timeZone,
        },
        summary: locale.text(key, { subject }),
        place: '',
        text: locale.text('appointment.feed.ticket', { number, subject }),
        url: `${deps.viewer()}/tickets/${number}`,
        isCancelled: false,
        isTransparent: true,
      },
    ];
  }

  return { pathOf, renew: addresses.renew, read, close: stop };
}

function fileOf(name: FeedName): string {
  return name.kind === 'agent' ? `agent-${name.login}.ics` : `queue-${name.queue}.ics`;
}

function fileTitle(name: FeedName): string {
  return name.kind === 'agent' ? name.login : name.queue;
}
