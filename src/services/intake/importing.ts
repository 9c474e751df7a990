/**
 * Mails of another system become tickets by the same rules, with their own dates and without any noise.
 *
 * Promises: nothing in them is believed; nobody is answered or told. A mail lies in one ticket, however often it is imported
 * and whether or not the desk had it before. Our own former answers are `mail-out`. A ticket in which somebody has worked
 * here gets the mail and is not changed by it.
 * Leaves to others: which mails there are and when they were written (../carry), the ticket (threads.ts).
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { KeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import { isOwnAddress } from '../../config/own-address.ts';
import type { FollowUpChoice } from '../../core/followup/choose.ts';
import { findForeignNumbers } from '../../core/followup/foreign.ts';
import { addressKey, formatAddress } from '../../core/message/address.ts';
import { effectOf } from '../../core/message/automatic.ts';
import type { Mail, MessageId } from '../../core/message/mail.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import type { Change, EventDraft } from '../../core/ticket/event.ts';
import { isImported } from '../../core/ticket/imported.ts';
import type { DecodeMail } from '../../storage/mail-reader/mail-reader.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { KnownMessage, TicketIndex } from '../index/index.ts';
import type { Tickets } from '../tickets.ts';
import type { ImportedMail, Importing, ImportReceipt } from './incoming.ts';
import { queuesOf } from './queues.ts';
import {
  draftOf,
  participantsOf,
  type ReadMail,
  readingOf,
  readMail,
  threadKeys,
  toReceived,
} from './read-mail.ts';
import type { ThreadedMail, Threads } from './threads.ts';

export interface ImportingDeps {
  readonly tickets: Tickets;
  readonly index: TicketIndex;
  readonly ids: SignedIds;
  readonly threads: Threads;
  readonly filing: { languageOf(mail: Mail, ticket: undefined): Promise<string | undefined> };
  readonly reader: Pick<TicketReader, 'read' | 'readOriginal'>;
  readonly serial: KeyedSerial;
  /** How mails are read; in this thread when absent. */
  readonly decode?: DecodeMail;
  readonly config: () => Config;
  readonly clock: Clock;
}

interface ReadImport extends ReadMail {
  readonly imported: ImportedMail;
}

export function createImporting(deps: ImportingDeps): Importing<ReadMail> {
  const { tickets, index, ids, threads, filing, reader, serial, config, clock } = deps;

  async function file(read: ReadImport): Promise<ImportReceipt> {
    const known = await findKnown(read);
    if (known !== undefined) return recognise(read, known);
    const isOut = isOwnAnswer(read, config());
    const threaded = toThreaded(read, isOut);
    const choice = await findHome(threaded);
    const isNew = choice.kind === 'open';
    const { ticket } = isNew
      ? await tickets.open(await draftNew(read, isOut), toReceived(read, config(), clock.now()))
      : await tickets.receive(
          choice.ticket.number,
          (_, folder) => draftFollowing(read, isOut, folder, choice.rule),
          toReceived(read, config(), clock.now()),
        );
    const home = await threads.connect(threaded, ticket);
    return { ticket: home, outcome: 'filed', isNew, problems: problemsOf(read) };
  }

  async function findHome(threaded: ThreadedMail): Promise<FollowUpChoice> {
    const { messageId } = threaded.mail;
    const signed = messageId === undefined ? undefined : ids.readMessageId(messageId);
    const home = signed === undefined ? undefined : await threads.survivorOf(signed);
    const found = home === undefined ? undefined : await index.find(home);
    return found === undefined
      ? threads.choose(threaded)
      : { kind: 'join', ticket: found, rule: 'signed-id' };
  }

  async function recognise(read: ReadImport, known: KnownMessage): Promise<ImportReceipt> {
    const isOurs = known.name === read.incoming.name;
    // Whoever filed it may have been killed before its directory was synced.
    if (isOurs) await tickets.sync(known.ticket);
    const isOut = isOwnAnswer(read, config());
    const ticket = await threads.connect(toThreaded(read, isOut), known.ticket);
    return {
      ticket,
      outcome: isOurs ? 'before' : 'duplicate',
      isNew: isOurs && (await hasOpened(known)),
      problems: problemsOf(read),
    };
  }

  async function hasOpened({ ticket, name }: KnownMessage): Promise<boolean> {
    const folder = await reader.read(ticket);
    const event = folder?.messages.find((message) => message.event.name === name)?.event;
    return event?.fields.get('follow-up')?.[0] === 'rule=new';
  }

  /** Mail programs change line ends and trace fields; who has the same id and the same words is the same. */
  async function findKnown({
    incoming,
    mail,
    content,
  }: ReadImport): Promise<KnownMessage | undefined> {
    const { messageId } = mail;
    if (messageId === undefined)
      return (await index.findContent(content)).find((known) => known.content === content);
    const known = await index.findMessage(messageId);
    const same = known.find((message) => message.content === content);
    if (same !== undefined || known.length === 0) return same;
    const words = digestOfWords(incoming.raw);
    for (const message of known.slice(0, mostCompared)) {
      const original = await reader.readOriginal(message.ticket, message.name);
      if (original !== undefined && digestOfWords(original) === words) return message;
    }
    return undefined;
  }

  async function draftNew(read: ReadImport, isOut: boolean): Promise<EventDraft> {
    const { mail, imported } = read;
    const [queue, ...others] = queuesOf(read, config());
    const language = await filing.languageOf(mail, undefined);
    const customer = isOut ? mail.to[0] : undefined;
    return draft(read, isOut, 'new', [
      setTo('state', stateAfter(read, isOut)),
      setTo('queue', queue ?? config().desk.defaultQueue),
      ...addAll('also-queue', others),
      setTo('priority', 'normal'),
      ...(language === undefined ? [] : [setTo('language', language)]),
      ...(customer === undefined ? [] : [setTo('customer', formatAddress(customer))]),
      ...addAll('participant', peopleOf(read)),
      ...addAll('foreign', foreignOf(mail)),
      ...(imported.fate.owner === undefined ? [] : [setTo('owner', imported.fate.owner)]),
      ...addAll('tag', imported.fate.tags),
    ]);
  }

  function draftFollowing(
    read: ReadImport,
    isOut: boolean,
    folder: TicketFolder,
    rule: Extract<FollowUpChoice, { kind: 'join' }>['rule'],
  ): EventDraft {
    const { ticket } = folder;
    const state = isUntouched(folder) ? [setTo('state', stateAfter(read, isOut))] : [];
    return draft(read, isOut, rule, [
      ...state,
      ...addAll(
        'participant',
        peopleOf(read).filter((person) => !ticket.participants.has(person)),
      ),
      ...addAll(
        'foreign',
        foreignOf(read.mail).filter((number) => !ticket.foreign.has(number)),
      ),
    ]);
  }

  function draft(
    read: ReadImport,
    isOut: boolean,
    rule: Parameters<typeof draftOf>[1],
    changes: readonly Change[],
  ): EventDraft {
    const { fields, ...rest } = draftOf(read, rule);
    const imported = [...fields, ['Import', read.imported.field] as const];
    return isOut
      ? { kind: 'mail-out', actor: read.imported.actor, changes, fields: imported }
      : { ...rest, changes, fields: imported };
  }

  function peopleOf(read: ReadImport): readonly string[] {
    const { own } = read.imported.fate;
    return participantsOf(read, config()).filter((person) => !own.has(person));
  }

  function foreignOf({ subject }: Mail): readonly string[] {
    return findForeignNumbers(subject, config().desk.foreignNumbers);
  }

  return {
    async read(mail, imported) {
      const read = await readMail(mail, readingOf(deps));
      return { ...read, imported };
    },
    file: (read) => serial.runAll(threadKeys(read), () => file(withImport(read))),
    async foresee(plain) {
      const read = withImport(plain);
      const known = await findKnown(read);
      const home = await findHome(toThreaded(read, isOwnAnswer(read, config())));
      return {
        isKnown: known !== undefined,
        ticket: known?.ticket ?? (home.kind === 'join' ? home.ticket.number : undefined),
        problems: problemsOf(read),
        keys: threadKeys(read),
        content: read.content,
      };
    },
  };
}

/** Of one id; more have only mails that somebody forged. */
const mostCompared = 10;

function withImport(read: ReadMail): ReadImport {
  const { imported } = read;
  if (imported === undefined) throw new RangeError('A mail that is imported says as what');
  return { ...read, imported };
}

function isOwnAnswer({ mail: { from }, imported }: ReadImport, config: Config): boolean {
  if (from === undefined) return false;
  return isOwnAddress(from.address, config) || imported.fate.own.has(addressKey(from.address));
}

/** For the rules about people, whoever we wrote to stands for us. */
function toThreaded(read: ReadImport, isOut: boolean): ThreadedMail {
  const { mail, recipients, automatic, report } = read;
  const originals: readonly MessageId[] = report?.originals ?? [];
  const person = isOut ? { from: mail.to[0] ?? mail.from, replyTo: [] } : {};
  return {
    mail: { ...mail, ...person, references: [...mail.references, ...originals] },
    recipients,
    connects: automatic === undefined || (isOut && automatic.kind === 'own'),
    mayBeTurnedAway: false,
    isTrusted: true,
  };
}

/** In the order of their dates the last mail says how a ticket stands. */
function stateAfter({ automatic, imported }: ReadImport, isOut: boolean): 'open' | 'closed' {
  const { time, flags, fate } = imported;
  if (fate.state !== 'recent') return fate.state;
  const waits = !isOut && !flags.includes('R') && effectOf(automatic).countsAsContact;
  return waits && time > fate.openSince ? 'open' : 'closed';
}

/** Nobody has done anything in it here. */
function isUntouched({ messages }: TicketFolder): boolean {
  return messages.every(
    ({ event }) =>
      isImported(event) || (event.actor.kind === 'system' && event.actor.part === 'intake'),
  );
}

function problemsOf({ mail }: ReadMail): ImportReceipt['problems'] {
  return mail.problems.map(({ code }) => code);
}

/** What stands behind the header, whatever its line ends are and however many empty lines end it. */
function digestOfWords(raw: Buffer): string {
  const text = raw.toString('latin1').replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  return createHash('sha256')
    .update(end < 0 ? '' : text.slice(end).trim(), 'latin1')
    .digest('hex');
}

function setTo(field: string, value: string): Change {
  return { kind: 'set', field, value };
}

function addAll(set: string, values: readonly string[]): readonly Change[] {
  return values.map((value) => ({ kind: 'add', set, value }));
}
