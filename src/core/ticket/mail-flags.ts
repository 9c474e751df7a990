/**
 * What people said of messages with the flags of their mail programs.
 *
 * Promises: pure. What the desk itself noted for mail programs (that it answered a message or passed it on) says nothing
 * new and is left out. Flags change nothing of the ticket: they are no events.
 */
import { firstBlockField, type MessageName, parseParameters, type TicketEvent } from './event.ts';

export interface FlaggedMessage {
  readonly event: TicketEvent;
  /** Letters of the file's name. */
  readonly flags: string;
}

/** S seen, R answered, P passed on, F flagged, T hidden. */
export type MailFlag = 'S' | 'R' | 'P' | 'F' | 'T';

const letters: readonly MailFlag[] = ['F', 'P', 'R', 'S', 'T'];

/** Of each message that has any: its flags in ASCII order. */
export function flagsByPrograms(messages: readonly FlaggedMessage[]): FlagsByName {
  const before = known.get(messages);
  if (before !== undefined) return before;
  const found = findFlags(messages);
  known.set(messages, found);
  return found;
}

type FlagsByName = ReadonlyMap<MessageName, readonly MailFlag[]>;

/** Every card of a page asks anew. */
const known = new WeakMap<readonly FlaggedMessage[], FlagsByName>();

function findFlags(messages: readonly FlaggedMessage[]): FlagsByName {
  const { answered, passed } = doneByDesk(messages);
  const found = new Map<MessageName, readonly MailFlag[]>();
  for (const { event, flags } of messages) {
    const own = new Set<string>([
      ...(isAnswered(event, answered) ? 'RS' : ''),
      ...(passed.has(event.name) ? 'PS' : ''),
    ]);
    const others = letters.filter((letter) => flags.includes(letter) && !own.has(letter));
    if (others.length > 0) found.set(event.name, others);
  }
  return found;
}

function doneByDesk(messages: readonly FlaggedMessage[]) {
  const answered = new Set<string | undefined>();
  const passed = new Set<string>();
  for (const { event } of messages) {
    if (event.kind !== 'mail-out') continue;
    answered.add(undefined);
    for (const id of [...event.mail.inReplyTo, ...event.mail.references]) answered.add(id);
    for (const field of ['forward', 'resent'])
      passed.add(parseParameters(firstBlockField(event, field) ?? '').get('message') ?? '');
  }
  return { answered, passed };
}

/** A mail without a Message-ID is named by no answer; then any will do. */
function isAnswered({ mail }: TicketEvent, answered: ReadonlySet<string | undefined>): boolean {
  return answered.has(mail.messageId);
}
