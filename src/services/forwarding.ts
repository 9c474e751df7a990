/**
 * Mails of a ticket on their way to somebody else: forwarded with words of the agent's own, or resent as they are.
 *
 * Promises: a resent mail is the original, byte for byte, below the fields of RFC 5322 section 3.6.6; a forwarded one
 * carries what was chosen of it. Either comes home by an id that this desk signed.
 * Leaves to others: who may, and to whom (core/ticket/compose.ts).
 */
import { formatMailDate, type Instant } from '../base/clock.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import type { Address } from '../core/message/address.ts';
import type { Mail, MessageId } from '../core/message/mail.ts';
import type {
  ComposeRefusal,
  ForwardCommand,
  OutgoingFile,
  ResendCommand,
} from '../core/ticket/compose.ts';
import { type EventKind, formatParameters, type MessageName } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { decodeMail, formatAddressField, lineEndOf } from '../storage/codec.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../storage/ticket-store.ts';

/** The message that goes out again, with its bytes. */
export interface SentOn {
  readonly name: MessageName;
  /** The ticket in whose folder it lies: this one, or one that was merged into it. */
  readonly home: TicketNumber;
  readonly mail: Mail;
  /** As it came, or as we composed it. */
  readonly original: Buffer;
  /** Decoded bytes by attachment id. */
  readonly contents: readonly Buffer[];
}

type SentOnRefusal =
  | { readonly code: 'unknown-message'; readonly message: string }
  | Extract<ComposeRefusal, { code: 'unknown-attachment' | 'cannot-forward' }>;

/** Said to or by somebody outside. A note is for the team alone. */
const forwardable: ReadonlySet<EventKind | undefined> = new Set<EventKind>([
  'mail-in',
  'mail-out',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'import',
]);

/** Only what was a mail can go on as the mail that it was. */
const resendable: ReadonlySet<EventKind | undefined> = new Set<EventKind>([
  'mail-in',
  'mail-out',
  'import',
]);

/** Reads the message that the command names, and checks that it can go where it should. */
export async function readSentOn(
  reader: Pick<TicketReader, 'readOriginal'>,
  folder: TicketFolder,
  command: ForwardCommand | ResendCommand,
): Promise<Result<SentOn, SentOnRefusal>> {
  const { message } = command;
  const stored = folder.messages.find(({ event }) => event.name === message);
  if (stored === undefined) return refuse({ code: 'unknown-message', message });
  const kinds = command.kind === 'forward' ? forwardable : resendable;
  // What a scanner found a virus in goes to nobody.
  if (!kinds.has(stored.event.kind) || isInfected(stored))
    return refuse({ code: 'cannot-forward', message });
  const home = stored.home ?? folder.number;
  const original = await reader.readOriginal(home, stored.event.name);
  if (original === undefined) return refuse({ code: 'unknown-message', message });
  const { mail, contents } = await decodeMail(original);
  const attach = command.kind === 'forward' && command.attach !== 'original' ? command.attach : [];
  const missing = attach.find((id) => contents[id] === undefined);
  if (missing !== undefined)
    return refuse({ code: 'unknown-attachment', message, attachment: missing });
  return ok({ name: stored.event.name, home, mail, original, contents });
}

function isInfected({ event }: StoredMessage): boolean {
  return (event.fields.get('virus') ?? []).some((value) => value.startsWith('found'));
}

/** The files that go out with a forwarded mail: those chosen of the original, then the agent's own. */
export function forwardedFiles(command: ForwardCommand, sent: SentOn): readonly OutgoingFile[] {
  const own = command.attachments ?? [];
  if (command.attach === 'original') {
    const subject = sent.mail.subject.replace(/[\p{Cc}/\\:*?"<>|]+/gu, ' ').trim();
    const name = `${subject === '' ? 'message' : subject.slice(0, 100)}.eml`;
    return [{ name, type: 'message/rfc822', bytes: sent.original }, ...own];
  }
  const chosen = new Set(command.attach);
  const taken = sent.mail.attachments.flatMap(({ id, name, type }): readonly OutgoingFile[] => {
    const bytes = sent.contents[id];
    return chosen.has(id) && bytes !== undefined ? [{ name, type, bytes }] : [];
  });
  return [...taken, ...own];
}

export interface Resending {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly date: Instant;
  readonly timeZone: string;
  readonly messageId: MessageId;
}

/** The original with our fields on top. They take its line ends. */
export function composeResent(
  original: Buffer,
  { from, to, date, timeZone, messageId }: Resending,
): Buffer {
  const lineEnd = lineEndOf(original);
  const fields = [
    formatAddressField('Resent-From', [from], lineEnd),
    formatAddressField('Resent-To', to, lineEnd),
    `Resent-Date: ${formatMailDate(date, timeZone)}${lineEnd}`,
    `Resent-Message-ID: <${messageId}>${lineEnd}`,
  ];
  return Buffer.concat([Buffer.from(fields.join('')), original]);
}

/** Value of the block field `Resent`: which message it was, and the id under which it went out. */
export function formatResent(message: MessageName, id: MessageId): string {
  return formatParameters('', { message, id });
}
