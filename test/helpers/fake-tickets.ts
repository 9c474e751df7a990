/**
 * Ticket folders made of sketches, without any file: what the index is given, in a test's words.
 *
 * Promises: a folder is folded like a real one; the reader reads what was put in last.
 */
import { formatInstant, type Instant, toInstant } from '../../src/base/clock.ts';
import { parseAddress } from '../../src/core/message/address.ts';
import type { Attachment } from '../../src/core/message/mail.ts';
import { toMessageId } from '../../src/core/message/message-id.ts';
import {
  type Actor,
  type EventKind,
  parseChange,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../src/core/ticket/event.ts';
import { foldTicket } from '../../src/core/ticket/fold.ts';
import { formatTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import type { FolderStamp, TicketFolder, TicketReader } from '../../src/storage/ticket-store.ts';
import { emptyFacts } from './facts.ts';

export interface EventSketch {
  readonly name: string;
  readonly kind?: EventKind;
  /** Milliseconds since the first event of all sketches. */
  readonly at?: number;
  readonly actor?: Actor;
  /** `Name <address>` or an address. */
  readonly from?: string;
  readonly subject?: string;
  readonly text?: string;
  /** `state=open` sets; `+tag=vip` adds, `-tag=vip` removes. */
  readonly changes?: readonly string[];
  readonly messageId?: string;
  readonly references?: readonly string[];
  readonly inReplyTo?: readonly string[];
  readonly attachments?: readonly Partial<Attachment>[];
  /** Block fields: lower-case name, value. */
  readonly fields?: Readonly<Record<string, string>>;
}

const firstEvent = Date.UTC(2026, 10, 23, 10);

export function fakeTime(at: number): Instant {
  return toInstant(firstEvent + at);
}

export function fakeNumber(counter: number, day = '20261123'): TicketNumber {
  return formatTicketNumber(day, counter);
}

export function fakeFolder(
  number: TicketNumber,
  sketches: readonly EventSketch[],
  stamp?: FolderStamp,
): TicketFolder {
  const events = sketches.map(toEvent);
  return {
    number,
    messages: events.map((event) => ({
      event,
      size: 1000,
      flags: '',
      fileName: event.name,
      directory: 'new',
    })),
    ticket: foldTicket(number, events),
    stamp,
  };
}

/** The digest `sha256:…` that a short text stands for. */
export function fakeDigest(text: string) {
  return known(
    parseDigest(`sha256:${Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64)}`),
  );
}

function toEvent(sketch: EventSketch): TicketEvent {
  const { kind = 'mail-in', at = 0, from, subject = '', text = '' } = sketch;
  const author = from === undefined ? undefined : parseAddress(from);
  return {
    name: known(parseMessageName(sketch.name)),
    kind,
    kindText: kind,
    time: fakeTime(at),
    actor: sketch.actor ?? { kind: 'customer', address: author?.address ?? 'kim@customer.example' },
    changes: (sketch.changes ?? []).map(toChange),
    previous: [],
    digest: fakeDigest(sketch.name),
    fields: new Map(Object.entries(sketch.fields ?? {}).map(([name, value]) => [name, [value]])),
    mail: {
      ...emptyFacts,
      from: author,
      subject,
      snippet: text.slice(0, 200),
      messageId: sketch.messageId === undefined ? undefined : toMessageId(sketch.messageId),
      references: (sketch.references ?? []).map(toMessageId),
      inReplyTo: (sketch.inReplyTo ?? []).map(toMessageId),
      attachments: (sketch.attachments ?? []).map((attachment, id) => ({
        id,
        name: 'file.bin',
        type: 'application/octet-stream',
        size: 10,
        inline: false,
        ...attachment,
      })),
    },
  };
}

function toChange(text: string) {
  const kind = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'set';
  return known(parseChange(kind, text.replace(/^[+-]/, '')));
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The sketch cannot be an event');
  return value;
}

export interface FakeTickets extends TicketReader {
  readonly sketches: Map<TicketNumber, readonly EventSketch[]>;
  /** Puts one more event into the ticket, which is made when it is not there. */
  append(number: TicketNumber, sketch: EventSketch): TicketFolder;
}

/** Mails are not read by it: only lists and rules need what it holds. */
export function createFakeTickets(): FakeTickets {
  const sketches = new Map<TicketNumber, readonly EventSketch[]>();
  const folderOf = (number: TicketNumber) => {
    const events = sketches.get(number);
    return events === undefined ? undefined : fakeFolder(number, events);
  };
  const nothing = async () => undefined;
  return {
    sketches,
    append(number, sketch) {
      const events = [...(sketches.get(number) ?? []), sketch];
      sketches.set(number, events);
      return fakeFolder(number, events);
    },
    async *numbers() {
      yield* [...sketches.keys()].sort();
    },
    read: async (number) => folderOf(number),
    readMail: nothing,
    readDecoded: nothing,
    readFile: nothing,
    readOriginal: nothing,
    readAttachment: nothing,
  };
}

/** A whole message file as another program would put it into a ticket's folder. */
export function fakeFile({
  kind = 'mail-in',
  at = 0,
  from = 'kim@customer.example',
  subject = '',
  text = '',
  changes = [],
  messageId,
}: EventSketch): string {
  const block = [
    `Ticket-Event: ${kind}`,
    `Ticket-Time: ${formatInstant(fakeTime(at))}`,
    'Ticket-Actor: customer kim@customer.example',
    ...changes.map((change) =>
      change.startsWith('+') ? `Ticket-Add: ${change.slice(1)}` : `Ticket-Set: ${change}`,
    ),
  ];
  const header = [
    `From: ${from}`,
    'To: support@desk.example',
    `Subject: ${subject}`,
    ...(messageId === undefined ? [] : [`Message-ID: <${messageId}>`]),
    'Content-Type: text/plain; charset=utf-8',
  ];
  return `${[...block, ...header].join('\n')}\n\n${text}\n`;
}
