/** The rules of threads over tickets that are only in memory: thousands of mails a second, for properties. */
import { createHash } from 'node:crypto';
import { systemClock, toInstant } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { ok } from '../../../src/base/result.ts';
import type { Mail } from '../../../src/core/message/mail.ts';
import { createSignedIds, toMessageId } from '../../../src/core/message/message-id.ts';
import {
  type Change,
  type EventKind,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { foldTicket } from '../../../src/core/ticket/fold.ts';
import {
  formatTicketNumber,
  parseTicketNumber,
  type TicketNumber,
} from '../../../src/core/ticket/number.ts';
import { createCatalogue } from '../../../src/services/index/memory/catalogue.ts';
import { projectTicket } from '../../../src/services/index/projector.ts';
import { createThreads } from '../../../src/services/intake/threads.ts';
import { createWholeReader } from '../../../src/services/whole.ts';
import type { TicketFolder, TicketReader } from '../../../src/storage/ticket-store.ts';
import type { TreeMail } from './conversations.ts';

/** What intake knows of a mail that a person wrote, whom nobody forged. */
const aPerson = { connects: true, mayBeTurnedAway: true, isTrusted: true } as const;

export interface MemoryThreads {
  receive(mail: TreeMail): Promise<void>;
  /** The ticket that a mail is in, merges followed. */
  ticketOf(id: string): TicketNumber;
  /** The ticket with all that a person was asked to join to it. */
  suggestedTicketOf(id: string): TicketNumber;
}

const desk = 'support@desk.example';

export function createMemoryThreads(): MemoryThreads {
  const catalogue = createCatalogue();
  const events = new Map<TicketNumber, TicketEvent[]>();
  const homes = new Map<string, TicketNumber>();
  let time = 0;

  function append(number: TicketNumber, kind: EventKind, changes: readonly Change[], mail: Mail) {
    time += 1;
    const name = parseMessageName(`${time}.test`);
    const digest = parseDigest(`sha256:${createHash('sha256').update(String(time)).digest('hex')}`);
    if (name === undefined || digest === undefined) throw new Error('Bad name');
    const list = events.get(number) ?? [];
    events.set(number, list);
    list.push({
      name,
      kind,
      kindText: kind,
      time: toInstant(time),
      actor: { kind: 'system', part: 'test' },
      changes,
      previous: [],
      digest,
      fields: new Map(),
      mail: { ...mail, snippet: '', hasHtml: false },
    });
    catalogue.put(projectTicket(folderOf(number)));
  }

  function folderOf(number: TicketNumber): TicketFolder {
    const list = events.get(number) ?? [];
    return {
      number,
      messages: list.map((event) => ({
        event,
        size: 1,
        flags: '',
        fileName: event.name,
        directory: 'new',
      })),
      ticket: foldTicket(number, list),
      stamp: undefined,
    };
  }

  const reader: Pick<TicketReader, 'read'> = {
    read: async (number) => (events.has(number) ? folderOf(number) : undefined),
  };
  const unused = () => {
    throw new Error('Not used here');
  };
  const threads = createThreads({
    index: {
      find: async (number) => catalogue.get(number),
      findMessage: async (id) => catalogue.findMessage(id),
      findReferring: async (id) => catalogue.findReferring(id),
      findForeign: async (key) => catalogue.findForeign(key),
      findMerged: async (into) => catalogue.findMerged(into),
    },
    reader: createWholeReader({
      ...reader,
      numbers: unused,
      readMail: unused,
      readDecoded: unused,
      readFile: unused,
      readOriginal: unused,
      readAttachment: unused,
    }),
    tickets: {
      async run(number, command) {
        if (command.kind === 'update') append(number, 'update', command.changes, emptyMail);
        return ok({ ticket: number, message: nameOf(number), folder: folderOf(number) });
      },
    },
    regroup: {
      async merge(number, into) {
        append(number, 'merge', [set('state', 'merged'), set('merged-into', into)], emptyMail);
        append(into, 'merge', [{ kind: 'add', set: 'merged', value: number }], emptyMail);
        return ok({ ticket: into, changed: [number, into], event: undefined });
      },
    },
    ids: createSignedIds(Buffer.from('secret')),
    config: () => ({ desk: { foreignNumbers: [] }, queues: [] }),
    clock: systemClock,
    log: silentLog,
  });

  function nameOf(number: TicketNumber) {
    const name = events.get(number)?.at(-1)?.name;
    if (name === undefined) throw new Error('No event');
    return name;
  }

  async function receive(tree: TreeMail): Promise<void> {
    const mail = toMail(tree);
    const threaded = { mail, recipients: [desk], ...aPerson };
    const known = homes.get(tree.id);
    if (known !== undefined) return void (await threads.connect(threaded, known));
    const choice = await threads.choose(threaded);
    const number =
      choice.kind === 'join'
        ? choice.ticket.number
        : formatTicketNumber('20261123', events.size + 1);
    const people = [tree.from, ...tree.to].map(
      (value): Change => ({ kind: 'add', set: 'participant', value }),
    );
    append(number, 'mail-in', [set('queue', 'Support'), ...people], mail);
    homes.set(tree.id, number);
    await threads.connect(threaded, number);
  }

  function survivorOf(number: TicketNumber): TicketNumber {
    const into = catalogue.get(number)?.mergedInto;
    return into === undefined ? number : survivorOf(into);
  }

  function ticketOf(id: string): TicketNumber {
    const number = homes.get(id);
    if (number === undefined) throw new Error(`${id} never came`);
    return survivorOf(number);
  }

  function suggestedTicketOf(id: string): TicketNumber {
    const seen = new Set([ticketOf(id)]);
    for (const number of seen) {
      for (const record of catalogue.records()) {
        for (const link of record.links) {
          const other = parseTicketNumber(/^connected:(.*)$/.exec(link)?.[1] ?? '');
          if (other === undefined) continue;
          const ends = [survivorOf(record.number), survivorOf(other)];
          if (ends.includes(number)) for (const end of ends) seen.add(end);
        }
      }
    }
    return [...seen].sort()[0] ?? ticketOf(id);
  }

  return { receive, ticketOf, suggestedTicketOf };
}

function set(field: string, value: string): Change {
  return { kind: 'set', field, value };
}

const address = (text: string) => ({ name: '', address: text });

const emptyMail: Mail = {
  from: undefined,
  replyTo: [],
  to: [],
  cc: [],
  subject: '',
  date: undefined,
  messageId: undefined,
  inReplyTo: [],
  references: [],
  fields: new Map(),
  text: '',
  html: undefined,
  attachments: [],
  problems: [],
};

function toMail({ id, references, inReplyTo, from, to }: TreeMail): Mail {
  return {
    ...emptyMail,
    from: address(from),
    to: [desk, ...to].map(address),
    subject: 'Lamp',
    messageId: toMessageId(id),
    inReplyTo: inReplyTo === undefined ? [] : [toMessageId(inReplyTo)],
    references: references.map(toMessageId),
  };
}
