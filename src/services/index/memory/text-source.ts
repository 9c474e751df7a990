/**
 * A ticket's files as the text by which it is found.
 *
 * Promises: bounded; the newest messages' text goes first where a ticket holds more than is indexed.
 * A message that only reports a change (`update`, `delivery` and the like) gives no text.
 * Leaves to others: bytes and directories (storage), words (core/search/analyse.ts).
 */
import { join } from 'node:path';
import { isFault } from '../../../base/fault.ts';
import type { Mail } from '../../../core/message/mail.ts';
import { languageOfTag } from '../../../core/search/languages-in.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { splitBlock } from '../../../storage/block.ts';
import type { DecodedMail } from '../../../storage/codec.ts';
import type { FileOps } from '../../../storage/files.ts';
import { decodeMessage } from '../../../storage/message-file.ts';
import { readMessageFile } from '../../../storage/stray-files.ts';
import { createTicketPlaces } from '../../../storage/ticket-places.ts';
import type { AttachedFile, AttachmentTexts, ReadTexts } from '../attachments/attachment-texts.ts';
import { isMessageKind } from '../projector.ts';
import type { TextDocument } from './text-segment.ts';

export interface TextSource {
  /** Undefined when there is no such ticket. */
  read(number: TicketNumber, ticket: SourceTicket): Promise<TextDocument | undefined>;
  /** The ticket is gone: nothing of it is kept. */
  forget?(number: TicketNumber): Promise<void>;
  /** Every ticket was read since the start: what is kept of others goes. */
  prune?(): Promise<void>;
}

/** What the ticket itself says, as it is now. */
export interface SourceTicket {
  readonly subject: string;
  readonly language?: string | undefined;
}

export interface TextSourceOptions {
  /** The `tickets` directory. */
  readonly tickets: string;
  readonly infoSeparator: string;
  /** The `index` directory; absent keeps nothing from one start to the next. */
  readonly index?: string;
}

/** UTF-16 units of body text that are indexed of one ticket. */
const mostText = 200_000;
/** The same of texts of attachments. */
const mostAttached = 400_000;
const mostPeople = 500;
const attempts = 3;

export function createTextSource(
  files: FileOps,
  options: TextSourceOptions,
  /** Without it, attachments are known by their names alone. */
  attachments?: AttachmentTexts,
): TextSource {
  const places = createTicketPlaces(files, options);

  async function readMails(
    number: TicketNumber,
    isLast: boolean,
  ): Promise<readonly MailText[] | undefined> {
    const listed = await places.list(number);
    if (listed === undefined) return undefined;
    const { folder, entries } = listed;
    const newestFirst = [...entries].sort(({ name: one }, { name: other }) =>
      one < other ? 1 : -1,
    );
    const mails: MailText[] = [];
    let left = mostText;
    let leftAttached = mostAttached;
    for (const { directory, fileName } of newestFirst) {
      if (left <= 0) break;
      const bytes = await readMessageFile(files, join(folder, directory, fileName), isLast);
      if (typeof bytes === 'string') continue;
      if (!saysSomething(bytes)) continue;
      const decoded = await decodeMessage(bytes);
      const read = await attachments?.read(attachedTo(decoded), leftAttached);
      const mail = toMailText(decoded.mail, left, read);
      mails.push(mail);
      left -= mail.text.length;
      for (const { length } of mail.attached) leftAttached -= length;
    }
    await attachments?.use(number, new Set(mails.flatMap(({ digests }) => digests)));
    return mails;
  }

  return {
    async read(number, ticket) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const mails = await readMails(number, attempt === attempts);
          return mails === undefined ? undefined : toDocument(number, ticket, mails);
        } catch (error) {
          // Another program renamed a file between our listing and our reading: list again.
          if (attempt === attempts || !isFault(error, 'not-found')) throw error;
        }
      }
    },
    forget: async (number) => attachments?.use(number, new Set()),
    prune: async () => attachments?.prune(),
  };
}

function attachedTo({ mail, contents }: DecodedMail): readonly AttachedFile[] {
  return mail.attachments.flatMap(({ id, name, type }) => {
    const bytes = contents[id];
    return bytes === undefined ? [] : [{ name, type, bytes }];
  });
}

/** A file with a block but without an event is a change made by hand. */
function saysSomething(bytes: Buffer): boolean {
  const { fields } = splitBlock(bytes);
  const kind = fields.find(([name]) => name.toLowerCase() === 'event')?.[1] ?? 'update';
  return fields.length === 0 || isMessageKind(kind);
}

interface MailText {
  readonly subject: string;
  readonly people: readonly string[];
  readonly text: string;
  readonly files: readonly string[];
  /** Texts of attachments. */
  readonly attached: readonly string[];
  readonly digests: readonly string[];
}

const nothingRead: ReadTexts = { texts: [], digests: [] };

function toMailText(
  { from, replyTo, to, cc, subject, text, attachments }: Mail,
  most: number,
  { texts, digests }: ReadTexts = nothingRead,
): MailText {
  const people = [...(from === undefined ? [] : [from]), ...replyTo, ...to, ...cc];
  return {
    subject,
    people: people.map(({ name, address }) => `${name} ${address}`),
    text: text.slice(0, most),
    files: attachments.map(({ name }) => name),
    attached: texts,
    digests,
  };
}

function toDocument(
  number: TicketNumber,
  { subject, language }: SourceTicket,
  mails: readonly MailText[],
): TextDocument {
  return {
    number,
    languages: languageOfTag(language),
    passages: {
      number: [number],
      subject: distinct([subject, ...mails.map((mail) => mail.subject)]),
      people: distinct(mails.flatMap(({ people }) => people)).slice(0, mostPeople),
      body: mails.flatMap(({ text, files: names }) => [text, ...names]),
      attachment: mails.flatMap(({ attached }) => attached),
    },
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text.trim() !== '');
}
