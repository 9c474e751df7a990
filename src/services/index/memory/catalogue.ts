/**
 * Every ticket's record in memory, and the maps by which records are found.
 *
 * Promises: all maps say the same as the records after every `put` and `remove`; doing either twice
 * changes nothing. The cost of a change follows the ticket's messages, not the number of tickets.
 */
import type { Instant } from '../../../base/clock.ts';
import { addressKey } from '../../../core/message/address.ts';
import type { MessageId } from '../../../core/message/mail.ts';
import type { Digest } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { isEnded } from '../../../core/ticket/states.ts';
import type { KnownMessage, MessageKey, QueueCount, TicketRecord } from '../index.ts';
import { createPeople, type People } from './people.ts';

export interface Catalogue {
  get(number: TicketNumber): TicketRecord | undefined;
  size(): number;
  records(): Iterable<TicketRecord>;
  put(record: TicketRecord): void;
  remove(number: TicketNumber): void;
  findMessage(id: MessageId): readonly KnownMessage[];
  findContent(content: Digest): readonly KnownMessage[];
  findReferring(id: MessageId): readonly TicketNumber[];
  countOpened(customer: string, since: Instant): number;
  findLanguage(customer: string): string | undefined;
  /** By queue name; queues without any ticket are left out. */
  counts(): readonly QueueCount[];
  unconfirmed(): readonly TicketNumber[];
  undelivered(): readonly TicketNumber[];
  findMerged(into: TicketNumber): readonly TicketNumber[];
  findForeign(key: string): readonly TicketNumber[];
  regrouped(): readonly TicketNumber[];
  readonly people: Pick<People, 'find'>;
}

interface QueueTally {
  tickets: number;
  open: number;
  fresh: number;
}

export function createCatalogue(): Catalogue {
  const records = new Map<TicketNumber, TicketRecord>();
  const byId = createGroups<MessageId, KnownMessage>(isSameMessage);
  const byContent = createGroups<Digest, KnownMessage>(isSameMessage);
  const referring = createGroups<MessageId, TicketNumber>((one, other) => one === other);
  const opened = new Map<string, Map<TicketNumber, Instant>>();
  const queues = new Map<string, QueueTally>();
  const unconfirmed = new Set<TicketNumber>();
  const undelivered = new Set<TicketNumber>();
  const mergedInto = createGroups<TicketNumber, TicketNumber>((one, other) => one === other);
  const byForeign = createGroups<string, TicketNumber>((one, other) => one === other);
  const regrouped = new Set<TicketNumber>();
  const people = createPeople();

  function change(before: TicketRecord | undefined, after: TicketRecord | undefined): void {
    changeMessages(before, after);
    changeReferences(before, after);
    if (before !== undefined) tally(before, -1);
    if (after !== undefined) tally(after, 1);
    changeOpened(before, after);
    people.change(before, after);
    const number = (after ?? before)?.number;
    if (number === undefined) return;
    mark(unconfirmed, number, after?.confirmationDue === true);
    mark(undelivered, number, after?.delivery === 'waiting' || after?.delivery === 'deferred');
    if (before?.mergedInto !== undefined) mergedInto.remove(before.mergedInto, number);
    if (after?.mergedInto !== undefined) mergedInto.add(after.mergedInto, number);
    for (const key of before?.foreign ?? []) byForeign.remove(key, number);
    for (const key of after?.foreign ?? []) byForeign.add(key, number);
    mark(regrouped, number, after !== undefined && isRegrouped(after));
  }

  function changeMessages(before: TicketRecord | undefined, after: TicketRecord | undefined): void {
    const old = new Map(before?.messages.map((key) => [key.name, key]));
    for (const key of after?.messages ?? []) {
      const known = old.get(key.name);
      if (known !== undefined && isSameKey(known, key)) old.delete(key.name);
      else if (after !== undefined) addMessage(after.number, key);
    }
    for (const key of old.values()) if (before !== undefined) removeMessage(before.number, key);
  }

  function addMessage(ticket: TicketNumber, { name, messageId, content }: MessageKey): void {
    const known = { ticket, name, content };
    if (messageId !== undefined) byId.add(messageId, known);
    if (content !== undefined) byContent.add(content, known);
  }

  function removeMessage(ticket: TicketNumber, { name, messageId, content }: MessageKey): void {
    const known = { ticket, name, content };
    if (messageId !== undefined) byId.remove(messageId, known);
    if (content !== undefined) byContent.remove(content, known);
  }

  function changeReferences(
    before: TicketRecord | undefined,
    after: TicketRecord | undefined,
  ): void {
    const old = referencesOf(before);
    const current = referencesOf(after);
    for (const id of old)
      if (before !== undefined && !current.has(id)) referring.remove(id, before.number);
    for (const id of current)
      if (after !== undefined && !old.has(id)) referring.add(id, after.number);
  }

  function tally({ queue, alsoQueues, state }: TicketRecord, difference: 1 | -1): void {
    for (const name of new Set([queue, ...alsoQueues])) {
      const counted = queues.get(name) ?? { tickets: 0, open: 0, fresh: 0 };
      counted.tickets += difference;
      if (!isEnded(state)) counted.open += difference;
      if (state === 'new') counted.fresh += difference;
      if (counted.tickets === 0) queues.delete(name);
      else queues.set(name, counted);
    }
  }

  function changeOpened(before: TicketRecord | undefined, after: TicketRecord | undefined): void {
    const [old, current] = [openerOf(before), openerOf(after)];
    if (old === current && before?.created === after?.created) return;
    const known = old === undefined ? undefined : opened.get(old);
    if (old !== undefined && before !== undefined) {
      known?.delete(before.number);
      if (known?.size === 0) opened.delete(old);
    }
    if (current === undefined || after === undefined) return;
    const times = opened.get(current) ?? new Map<TicketNumber, Instant>();
    times.set(after.number, after.created);
    opened.set(current, times);
  }

  return {
    get: (number) => records.get(number),
    size: () => records.size,
    records: () => records.values(),
    put(record) {
      change(records.get(record.number), record);
      records.set(record.number, record);
    },
    remove(number) {
      change(records.get(number), undefined);
      records.delete(number);
    },
    findMessage: (id) => byId.get(id),
    findContent: (content) => byContent.get(content),
    findReferring: (id) => referring.get(id),
    countOpened(customer, since) {
      let count = 0;
      for (const created of opened.get(addressKey(customer))?.values() ?? [])
        if (created >= since) count += 1;
      return count;
    },
    findLanguage(customer) {
      let newest: TicketRecord | undefined;
      for (const number of opened.get(addressKey(customer))?.keys() ?? []) {
        const record = records.get(number);
        if (record?.language !== undefined && isNewer(record, newest)) newest = record;
      }
      return newest?.language;
    },
    counts: () =>
      [...queues]
        .map(([queue, { open, fresh }]) => ({ queue, open, fresh }))
        .sort(({ queue: one }, { queue: other }) => (one < other ? -1 : 1)),
    unconfirmed: () => [...unconfirmed],
    undelivered: () => [...undelivered],
    findMerged: (into) => mergedInto.get(into),
    findForeign: (key) => byForeign.get(key),
    regrouped: () => [...regrouped],
    people,
  };
}

/** Tickets opened in the same millisecond are told apart by their numbers, so that the order of reading is no matter. */
function isNewer(one: TicketRecord, other: TicketRecord | undefined): boolean {
  if (other === undefined || one.created !== other.created)
    return one.created >= (other?.created ?? 0);
  return one.number > other.number;
}

function isRegrouped({ mergedInto, merged, moves }: TicketRecord): boolean {
  return mergedInto !== undefined || merged.length > 0 || moves.length > 0;
}

function isSameMessage(one: KnownMessage, other: KnownMessage): boolean {
  return one.ticket === other.ticket && one.name === other.name;
}

/** Messages do not change; drafts, which do, refer to the same mails while they are worked on. */
function isSameKey(one: MessageKey, other: MessageKey): boolean {
  return one.messageId === other.messageId && one.content === other.content;
}

const noIds: ReadonlySet<MessageId> = new Set();

function referencesOf(record: TicketRecord | undefined): ReadonlySet<MessageId> {
  if (record === undefined || record.messages.every(({ references }) => references.length === 0)) {
    return noIds;
  }
  const ids = new Set<MessageId>();
  for (const { references } of record.messages) for (const id of references) ids.add(id);
  return ids;
}

function openerOf(record: TicketRecord | undefined): string | undefined {
  return record?.customer === undefined ? undefined : addressKey(record.customer.address);
}

function mark<T>(set: Set<T>, member: T, isMember: boolean): void {
  if (isMember) set.add(member);
  else set.delete(member);
}

interface Groups<K, V> {
  get(key: K): readonly V[];
  add(key: K, value: V): void;
  remove(key: K, value: V): void;
}

/** Nearly all keys have one value, so a short array a key is what costs least memory. */
function createGroups<K, V>(isSame: (one: V, other: V) => boolean): Groups<K, V> {
  const groups = new Map<K, V[]>();
  return {
    get: (key) => [...(groups.get(key) ?? [])],
    add(key, value) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [value]);
      else group.push(value);
    },
    remove(key, value) {
      const group = groups.get(key);
      const at = group?.findIndex((each) => isSame(each, value)) ?? -1;
      if (group === undefined || at < 0) return;
      group.splice(at, 1);
      if (group.length === 0) groups.delete(key);
    },
  };
}
