/**
 * A file of `drop/` as a message: an otherwise empty mail with the file as its attachment.
 *
 * Promises: names follow from the file, so a repetition after a crash finds what was done. What cannot be taken stays, with
 * the reason in one sentence; nothing of a file that is taken is lost.
 * Leaves to others: when a file is whole, and taking it away afterwards (drop.ts); what it does to a ticket (core/drop).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, day, type Instant } from '../../base/clock.ts';
import type { Config } from '../../config/config.ts';
import { type DroppedFile, draftDropped, kindOfDrop } from '../../core/drop/drop-event.ts';
import { type DroppedType, findDroppedType, headBytes } from '../../core/drop/file-type.ts';
import { readTranscript, transcriptEndingOf } from '../../core/drop/transcript.ts';
import { type Address, addressKey, isAddress } from '../../core/message/address.ts';
import type { MessageId } from '../../core/message/mail.ts';
import { toMessageId } from '../../core/message/message-id.ts';
import { tagSubject } from '../../core/message/subject.ts';
import { formatPhone } from '../../core/phone/phone-number.ts';
import { type EventDraft, formatParameters, type MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { composeMail, type MailToCompose, typeOfName } from '../../storage/codec.ts';
import type { FileOps } from '../../storage/files.ts';
import { fixedName } from '../../storage/maildir.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { TicketIndex } from '../index/index.ts';
import { senderAddress } from '../letters.ts';
import type { Tickets } from '../tickets.ts';
import { type DropEntry, type DroppedName, stemOf } from './drop-entries.ts';
import type { DropFacts } from './drop-facts.ts';

export type DropOutcome =
  | { readonly kind: 'filed'; readonly ticket: TicketNumber; readonly message: MessageName }
  /** It is left where it is; one sentence says why. */
  | { readonly kind: 'stays'; readonly reason: string };

export interface DropFiling {
  file(entry: DropEntry): Promise<DropOutcome>;
  /** A transcript that came after its recording was taken. */
  addTranscript(transcript: DroppedName): Promise<DropOutcome>;
}

export interface DropFilingDeps {
  readonly tickets: Pick<Tickets, 'open' | 'receive' | 'sync'>;
  readonly index: Pick<TicketIndex, 'findMessage' | 'findReferring' | 'ready'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly facts: DropFacts;
  /** Subject of a ticket that a fax or a recording opens, in the desk's language. */
  readonly subjectFor: (kind: EventDraft['kind'], who: string | undefined) => Promise<string>;
  /** Who sends what comes without a number. */
  readonly nobody: () => Promise<string>;
  readonly files: Pick<FileOps, 'readFile'>;
  /** `drop/`. */
  readonly directory: string;
  readonly config: () => Config;
  readonly clock: Clock;
}

/** Until when a transcript still finds its recording. */
const transcriptDays = 30;
const readyWaitMs = 60_000;

export function createDropFiling(deps: DropFilingDeps): DropFiling {
  const { tickets, index, reader, facts, files, directory, config, clock } = deps;

  async function file(entry: DropEntry): Promise<DropOutcome> {
    const { size, path } = entry.file;
    const most = config().desk.dropMostBytes;
    if (size === 0) return stays('The file is empty');
    if (size > most)
      return stays(`The file has ${size} bytes; at most ${most} are taken ("dropLimit")`);
    const bytes = await files.readFile(join(directory, path));
    const type = findDroppedType(bytes.subarray(0, headBytes));
    if (type === undefined)
      return stays(
        'The file is no fax (GIF, PNG, TIFF, PDF) and no recording (MP3, WAV, Ogg, M4A, AMR)',
      );
    const dropped = { entry, bytes, type, key: keyOf(entry.file, bytes) };
    await index.ready(readyWaitMs);
    const [known] = await index.findMessage(ownId(dropped.key));
    if (known !== undefined) {
      // Written before, by somebody who may have died before it was durable.
      await tickets.sync(known.ticket);
      return { kind: 'filed', ticket: known.ticket, message: known.name };
    }
    return write(dropped);
  }

  async function write(dropped: Dropped): Promise<DropOutcome> {
    const { entry, type, bytes } = dropped;
    const beside = await readBeside(entry.sidecars);
    const found = await facts.find({ entry, type, beside });
    const { folder } = found;
    const kind = kindOfDrop(found.file);
    const who = nameOf(found.file);
    const subject = found.file.subject || (await deps.subjectFor(kind, who));
    const about: DroppedFile = { ...found.file, subject, size: bytes.length };
    const { text, kept } = found.words;
    const nobody = await deps.nobody();
    const compose = (number: TicketNumber) =>
      composeMail({
        ...envelope(about, { queue: folder?.ticket.queue ?? about.queue, nobody }),
        subject: tagSubject(number, folder?.ticket.subject || subject),
        date: about.at,
        timeZone: config().desk.timeZone,
        messageId: ownId(dropped.key),
        // What comes later beside it finds it by this.
        references: [stemId(entry.file.path)],
        text,
        attachments: [
          { name: entry.file.name, type: type.type, bytes, isApart: true },
          ...kept.map((each) => ({ ...each, type: typeOfName(each.name), isApart: true })),
        ],
        fields: [['Auto-Submitted', 'auto-generated']],
      });
    const mail = { compose, name: nameFor(dropped) };
    const receipt =
      folder === undefined
        ? await tickets.open(draftDropped(about, undefined), mail)
        : await tickets.receive(folder.number, (ticket) => draftDropped(about, ticket), mail);
    return { kind: 'filed', ticket: receipt.ticket, message: receipt.message };
  }

  function envelope(
    about: DroppedFile,
    { queue, nobody }: { queue: string; nobody: string },
  ): Pick<MailToCompose, 'from' | 'to'> {
    const own: Address = { name: config().desk.name, address: senderAddress(config(), queue) };
    const { customer, number } = about;
    const other =
      customer !== undefined && isAddress(customer.address)
        ? customer
        : { name: number === undefined ? nobody : formatPhone(number), address: own.address };
    return about.direction === 'in' ? { from: other, to: [own] } : { from: own, to: [other] };
  }

  /** Their bytes, by name. */
  async function readBeside(sidecars: readonly DroppedName[]) {
    const most = config().desk.dropMostBytes;
    const read = sidecars
      .filter(({ size }) => size <= most)
      .map(async (sidecar) => ({
        sidecar,
        bytes: await files.readFile(join(directory, sidecar.path)),
      }));
    return Promise.all(read);
  }

  async function addTranscript(transcript: DroppedName): Promise<DropOutcome> {
    const ending = transcriptEndingOf(transcript.name);
    if (ending === undefined || transcript.size > config().desk.dropMostBytes)
      return stays('There is no fax and no recording of this name beside it');
    await index.ready(readyWaitMs);
    const home = await findSpoken(transcript);
    if (home === undefined)
      return stays(
        `There is no fax and no recording of this name beside it, nor one that was taken within ${transcriptDays} days`,
      );
    const bytes = await files.readFile(join(directory, transcript.path));
    const text = readTranscript(bytes, ending);
    if (text === '') return stays('The transcript is empty');
    const { number, ticket } = home.folder;
    const key = keyOf(transcript, bytes, home.message);
    const own: Address = {
      name: config().desk.name,
      address: senderAddress(config(), ticket.queue),
    };
    const compose = () =>
      composeMail({
        from: own,
        to: [own],
        subject: tagSubject(number, ticket.subject),
        date: clock.now(),
        timeZone: config().desk.timeZone,
        messageId: ownId(key),
        inReplyTo: home.id,
        references: [stemId(transcript.path), home.id],
        text: `${text}\n`,
        attachments:
          ending === 'txt'
            ? []
            : [{ name: transcript.name, type: typeOfName(transcript.name), bytes, isApart: true }],
        fields: [['Auto-Submitted', 'auto-generated']],
      });
    const draft: EventDraft = {
      kind: 'note',
      actor: { kind: 'system', part: 'drop' },
      changes: [],
      fields: [
        ['Via', 'drop'],
        ['Transcript', formatParameters('', { message: home.message, file: transcript.path })],
      ],
    };
    const name = fixedName(transcript.modified / 1000, 'F', key.slice(0, 24));
    const receipt = await tickets.receive(number, () => draft, { compose, name });
    return { kind: 'filed', ticket: number, message: receipt.message };
  }

  /** The newest message that was dropped under the name of the transcript. */
  async function findSpoken(
    transcript: DroppedName,
  ): Promise<{ folder: TicketFolder; message: MessageName; id: MessageId } | undefined> {
    const wanted = stemId(transcript.path);
    const since = clock.now() - transcriptDays * day;
    let newest:
      | { folder: TicketFolder; message: MessageName; id: MessageId; time: Instant }
      | undefined;
    for (const number of await index.findReferring(wanted)) {
      const folder = await reader.read(number);
      const event = folder?.messages.findLast(
        ({ event: each }) => each.fields.has('drop') && each.mail.references.includes(wanted),
      )?.event;
      const id = event?.mail.messageId;
      if (folder === undefined || event === undefined || id === undefined || event.time < since)
        continue;
      if (newest === undefined || event.time > newest.time)
        newest = { folder, message: event.name, id, time: event.time };
    }
    return newest;
  }

  function ownId(key: string): MessageId {
    return toMessageId(`drop.${key.slice(0, 32)}@${config().desk.hostName}`);
  }

  function stemId(path: string): MessageId {
    const key = createHash('sha256').update(stemOf(path)).digest('hex');
    return toMessageId(`drop-name.${key.slice(0, 32)}@${config().desk.hostName}`);
  }

  return { file, addTranscript };
}

interface Dropped {
  readonly entry: DropEntry;
  readonly bytes: Buffer;
  readonly type: DroppedType;
  readonly key: string;
}

function stays(reason: string): DropOutcome {
  return { kind: 'stays', reason };
}

/** The same for the same file, another for a file that comes under its name later. */
function keyOf({ path, modified }: DroppedName, bytes: Buffer, more = ''): string {
  return createHash('sha256').update(`${path}\n${modified}\n${more}\n`).update(bytes).digest('hex');
}

function nameFor({ entry, key }: Dropped): MessageName {
  return fixedName(entry.file.modified / 1000, 'F', key.slice(0, 24));
}

/** Whose fax it is, as a subject says it. */
function nameOf({ customer, number }: DroppedFile): string | undefined {
  if (number !== undefined) return formatPhone(number);
  return customer === undefined ? undefined : customer.name || addressKey(customer.address);
}
