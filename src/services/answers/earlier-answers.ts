/**
 * The answers in a ticket's folder, each with the mail that it answers.
 *
 * Promises: bounded; only what agents sent to people who wrote before counts: no forwarded mail, no automatic answer. Of both
 * mails only the words of their writers stay, without quotation and signature.
 * Leaves to others: who may see the ticket (suggestions.ts).
 */
import { join } from 'node:path';
import { type Instant, toInstant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { cutQuoted } from '../../core/mailed/quoted.ts';
import type { Mail } from '../../core/message/mail.ts';
import { tidySubject } from '../../core/message/subject.ts';
import { sideOf } from '../../core/team/standing.ts';
import type { MessageName, TicketEvent } from '../../core/ticket/event.ts';
import { compareEvents } from '../../core/ticket/fold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { FileOps } from '../../storage/files.ts';
import { decodeEvent, decodeMessage } from '../../storage/message-file.ts';
import { createTicketPlaces } from '../../storage/ticket-places.ts';

export interface EarlierAnswer {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly at: Instant;
  /** Of the mail that is answered. */
  readonly subject: string;
  readonly mail: string;
  /** The answer's own words. */
  readonly text: string;
  /** Ids of the modules that it was made with; empty when it was written by hand. */
  readonly modules: readonly string[];
}

export interface AnswerSource {
  /** Oldest first; empty when there is no such ticket. */
  read(number: TicketNumber): Promise<readonly EarlierAnswer[]>;
}

export interface AnswerSourceOptions {
  /** The `tickets` directory. */
  readonly tickets: string;
  readonly infoSeparator: string;
}

const mostOfTicket = 20;
const mostMessages = 300;
const mostMail = 6000;
const mostAnswer = 4000;
const attempts = 3;

export function createAnswerSource(files: FileOps, options: AnswerSourceOptions): AnswerSource {
  const places = createTicketPlaces(files, options);

  async function readOnce(number: TicketNumber): Promise<readonly EarlierAnswer[]> {
    const listed = await places.list(number);
    if (listed === undefined) return [];
    const { folder, entries } = listed;
    const newest = [...entries].sort((one, other) => (one.name < other.name ? 1 : -1));
    const messages: Message[] = [];
    for (const { name, directory, fileName } of newest.slice(0, mostMessages)) {
      const bytes = await files.readFile(join(folder, directory, fileName));
      const event = await decodeEvent(name, bytes, unknownOrigin);
      if (sideOf(event) === undefined) continue;
      messages.push({ event, mail: (await decodeMessage(bytes)).mail });
    }
    return pairUp(number, messages);
  }

  return {
    async read(number) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await readOnce(number);
        } catch (error) {
          // Another program renamed a file between our listing and our reading: list again.
          if (attempt === attempts || !isFault(error, 'not-found')) throw error;
        }
      }
    },
  };
}

const unknownOrigin = async () => ({ modified: toInstant(0), account: '' });

interface Message {
  readonly event: TicketEvent;
  readonly mail: Mail;
}

function pairUp(number: TicketNumber, unordered: readonly Message[]): readonly EarlierAnswer[] {
  const messages = [...unordered].sort((one, other) => compareEvents(one.event, other.event));
  const answers = messages.flatMap((message, at) => {
    if (!isAnswer(message.event)) return [];
    const answered = findAnswered(messages.slice(0, at), message);
    return answered === undefined ? [] : [toAnswer(number, message, answered)];
  });
  return answers.filter(({ mail, text }) => mail !== '' && text !== '').slice(-mostOfTicket);
}

/** An answer of an agent; who knows no module of ours may still have written one. */
function isAnswer({ kind, fields, actor }: TicketEvent): boolean {
  return (
    kind === 'mail-out' &&
    actor.kind !== 'system' &&
    !fields.has('forward') &&
    !fields.has('resent')
  );
}

/** What the answer refers to, else the newest that came from outside before it. */
function findAnswered(before: readonly Message[], { mail }: Message): Message | undefined {
  const theirs = before.filter(({ event }) => event.kind === 'mail-in');
  const named = theirs.findLast(
    ({
      event: {
        mail: { messageId },
      },
    }) => messageId !== undefined && mail.inReplyTo.includes(messageId),
  );
  return named ?? theirs.at(-1);
}

function toAnswer(
  ticket: TicketNumber,
  { event, mail }: Message,
  answered: Message,
): EarlierAnswer {
  return {
    ticket,
    message: event.name,
    at: event.time,
    subject: tidySubject(answered.mail.subject),
    mail: cutQuoted(answered.mail.text.slice(0, 10 * mostMail)).slice(0, mostMail),
    text: cutQuoted(mail.text.slice(0, 10 * mostAnswer))
      .slice(0, mostAnswer)
      .trim(),
    modules: event.fields.get('module') ?? [],
  };
}
