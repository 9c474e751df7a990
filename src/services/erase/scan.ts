/**
 * Where a person is named: in which tickets, and in how many messages.
 *
 * Promises: reads every ticket, one after another, in bounded memory; writes nothing. A person is known by all addresses of
 * the file about him, by the names that stand beside these addresses in mails, and by telephone numbers that were given.
 */

import type { Address } from '../../core/message/address.ts';
import { addressKey } from '../../core/message/address.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { FilePlan } from '../../storage/rewrite-file.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import {
  findPerson,
  makePseudonym,
  type PersonMarks,
  type Pseudonym,
  replaceAll,
} from '../finders.ts';
import type { FileChange, Rewriting } from '../redact/rewriting.ts';

export interface Scan {
  readonly marks: PersonMarks;
  readonly own: readonly TicketNumber[];
  readonly others: readonly TicketNumber[];
  readonly messages: number;
  readonly attachments: number;
  readonly mentions: number;
}

export interface ScanDeps {
  /** Each folder by itself. */
  readonly store: Pick<TicketReader, 'numbers' | 'read'>;
  readonly rewriting: Pick<Rewriting, 'foresee'>;
}

const mostNames = 20;

export async function scanFor(
  { store, rewriting }: ScanDeps,
  id: string,
  start: PersonMarks,
  progress: (tickets: number) => void,
): Promise<Scan> {
  const marks = { ...start, names: await collectNames(store, start) };
  const own: TicketNumber[] = [];
  const others: TicketNumber[] = [];
  const sum = { messages: 0, attachments: 0, mentions: 0 };
  let tickets = 0;
  for await (const number of store.numbers()) {
    tickets += 1;
    progress(tickets);
    const folder = await store.read(number);
    if (folder === undefined) continue;
    const isOwn = isOwnTicket(folder, marks);
    const foreseen = await rewriting.foresee(
      number,
      changesFor(folder, marks, makePseudonym(id, marks)),
    );
    if (foreseen.length === 0) continue;
    (isOwn ? own : others).push(number);
    for (const { message, taken } of foreseen) {
      const isTheirs = isOwn || isWriter(message, marks);
      sum[isTheirs ? 'messages' : 'mentions'] += 1;
      if (isTheirs)
        sum.attachments += taken.some(({ kind }) => kind === 'body')
          ? message.event.mail.attachments.length
          : 0;
    }
  }
  return { marks, own, others, ...sum };
}

/** Names as they stand beside the addresses; a single word would be found in everything. */
async function collectNames(
  store: ScanDeps['store'],
  marks: PersonMarks,
): Promise<readonly string[]> {
  const addresses = new Set(marks.addresses.map(addressKey));
  const names = new Set(marks.names.filter(isTelling));
  for await (const number of store.numbers()) {
    const folder = await store.read(number);
    for (const { event } of folder?.messages ?? []) {
      const { from, replyTo, to, cc } = event.mail;
      for (const each of [...(from === undefined ? [] : [from]), ...replyTo, ...to, ...cc])
        if (addresses.has(addressKey(each.address)) && isTelling(each.name))
          names.add(each.name.trim());
    }
    const { customer } = folder?.ticket ?? {};
    if (
      customer !== undefined &&
      addresses.has(addressKey(customer.address)) &&
      isTelling(customer.name)
    )
      names.add(customer.name.trim());
    if (names.size >= mostNames) break;
  }
  return [...names].slice(0, mostNames);
}

function isTelling(name: string): boolean {
  return name.trim().split(/\s+/).length > 1 && !name.includes('@');
}

function isOwnTicket({ ticket }: TicketFolder, marks: PersonMarks): boolean {
  if (ticket.customer !== undefined && isTheirs(ticket.customer, marks)) return true;
  const phone = ticket.extra.get('phone');
  return ticket.customer === undefined && phone !== undefined && isNumber(phone, marks);
}

function isTheirs({ address }: Address, { addresses }: PersonMarks): boolean {
  const key = addressKey(address);
  return addresses.some((each) => addressKey(each) === key);
}

function isNumber(phone: string, { phones }: PersonMarks): boolean {
  const digits = (text: string) => text.replace(/\D/g, '').slice(-9);
  return phones.some((each) => digits(each) !== '' && digits(each) === digits(phone));
}

function isWriter({ event }: StoredMessage, marks: PersonMarks): boolean {
  if (
    event.actor.kind === 'customer' &&
    isTheirs({ name: '', address: event.actor.address }, marks)
  )
    return true;
  return (
    event.kind === 'mail-in' && event.mail.from !== undefined && isTheirs(event.mail.from, marks)
  );
}

/** What becomes of each message of the ticket. */
export function changesFor(
  folder: TicketFolder,
  marks: PersonMarks,
  pseudonym: Pseudonym,
): readonly FileChange[] {
  const find = findPerson(marks, pseudonym);
  const hint = hintOf(marks);
  const isOwn = isOwnTicket(folder, marks);
  const named: FilePlan = {
    text: find,
    header: find,
    hint,
    block: (_, value) => replaceAll(value, find),
  };
  const emptied: FilePlan = {
    all: true,
    bare: true,
    noTrace: true,
    header: find,
    hint,
    block: (name, value) => replaceAll(isOwn ? emptyValue(name, value) : value, find),
  };
  return [...folder.messages, ...(folder.drafts ?? [])]
    .filter(({ event }) => event.kind !== 'redaction')
    .map((message): { name: MessageName; plan: FilePlan } => ({
      name: message.event.name,
      plan: isOwn || isWriter(message, marks) ? emptied : named,
    }));
}

/** Words about the matter itself; states, queues and owners stay, for figures are counted from them. */
function emptyValue(name: string, value: string): string {
  if (name === 'set')
    return value.replace(/^(subject|phone|x-[a-z0-9-]+|customer-[a-z]+)(\s*=).*$/i, '$1$2');
  if (name === 'phone') return '';
  if (/^(appointment-(summary|place|text|comment)|client|draft-to|draft-cc)$/.test(name))
    return '-';
  return value;
}

function hintOf({ addresses, names, phones }: PersonMarks): (text: string) => boolean {
  const small = addresses.map((address) => address.toLowerCase());
  const words = names.map((name) => name.trim().split(/\s+/)[0] ?? '');
  const ends = phones
    .map((phone) => phone.replace(/\D/g, '').slice(-6))
    .filter((end) => end.length === 6);
  return (text) => {
    const lower = text.toLowerCase();
    if (small.some((address) => lower.includes(address))) return true;
    if (words.some((word) => text.includes(word))) return true;
    if (ends.length === 0) return false;
    const digits = text.replace(/\D/g, '');
    return ends.some((end) => digits.includes(end));
  };
}
