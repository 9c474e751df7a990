/**
 * Our own mail on its way back: as itself, or as another server's report about it.
 *
 * Promises: only what this desk signed, or what a ticket has sent, ties a mail to that ticket; what a stranger
 * writes into a report does not. A report whose mail nobody knows is a mail like any other.
 * Leaves to others: reading reports (core/delivery/bounce.ts), what they do to a ticket (core/ticket/decide.ts).
 */
import { type BounceReport, formatBounce, readBounce } from '../../core/delivery/bounce.ts';
import {
  formatMailReport,
  type MailReport,
  readMailReport,
} from '../../core/delivery/mail-report.ts';
import type { Automatic } from '../../core/message/automatic.ts';
import type { Mail, MessageId } from '../../core/message/mail.ts';
import { type SignedIds, toMessageId } from '../../core/message/message-id.ts';
import { decideBounce } from '../../core/ticket/decide.ts';
import {
  type Change,
  type EventDraft,
  parseParameters,
  type TicketEvent,
} from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { bouncePartsOf, type DecodedMail } from '../../storage/codec.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { TicketIndex } from '../index/index.ts';

/** A mail that has to do with one that we sent. */
export interface Returned {
  readonly rule: 'bounce' | 'own';
  readonly number: TicketNumber;
  /** The Message-ID of our mail, as far as it is known. */
  readonly original: MessageId | undefined;
}

export interface ReturnedDeps {
  readonly index: Pick<TicketIndex, 'findMessage'>;
  readonly ids: SignedIds;
}

/** Undefined for mail that reports nothing. */
export function readReport(
  decoded: DecodedMail,
  automatic: Automatic | undefined,
): BounceReport | undefined {
  return automatic?.kind === 'bounce' ? readBounce(bouncePartsOf(decoded)) : undefined;
}

/** That our mail was displayed, deleted or complained of; undefined for any other. */
export function readNotice(
  decoded: DecodedMail,
  automatic: Automatic | undefined,
): MailReport | undefined {
  const isReport = automatic?.reason === 'Content-Type' && automatic.kind !== 'bounce';
  return isReport ? readMailReport(bouncePartsOf(decoded)) : undefined;
}

/** What reports say of mail that we sent. */
export interface Told {
  readonly report: BounceReport | undefined;
  readonly notice?: MailReport | undefined;
}

/** The ticket that the mail comes back to. */
export async function findReturned(
  { index, ids }: ReturnedDeps,
  mail: Mail,
  automatic: Automatic | undefined,
  told: Told,
): Promise<Returned | undefined> {
  if (automatic?.kind === 'own' && mail.messageId !== undefined) {
    const number = ids.readMessageId(mail.messageId);
    return number === undefined ? undefined : { rule: 'own', number, original: mail.messageId };
  }
  const report = told.report ?? told.notice;
  if (report === undefined) return undefined;
  const candidates = candidateIds(mail, report.originals);
  for (const id of candidates) {
    const number = ids.readMessageId(id);
    if (number !== undefined) return { rule: 'bounce', number, original: id };
  }
  // Imported mail, and what was sent under an earlier secret, has no signature of ours.
  for (const id of candidates) {
    const sent = (await index.findMessage(id)).find(({ content }) => content === undefined);
    if (sent !== undefined) return { rule: 'bounce', number: sent.ticket, original: id };
  }
  return undefined;
}

const mostCandidates = 50;

/** In the returned header, then in the report's own header, then anywhere in its words. */
function candidateIds(mail: Mail, originals: readonly MessageId[]): readonly MessageId[] {
  const loose = [...mail.text.slice(0, 200_000).matchAll(signedLook)].map(([id]) =>
    toMessageId(id),
  );
  return [
    ...new Set([...originals, ...mail.inReplyTo, ...mail.references.toReversed(), ...loose]),
  ].slice(0, mostCandidates);
}

/** What our own Message-IDs look like; whether one is ours, its signature says. */
const signedLook = /\b[0-9]{14,20}\.[a-z0-9]{1,64}\.[a-z2-7]{16}@[a-z0-9.-]{1,253}/gi;

export interface ReturnedDraft {
  readonly changes: readonly Change[];
  readonly fields: EventDraft['fields'];
}

function findSent(
  folder: TicketFolder | undefined,
  original: MessageId | undefined,
): TicketEvent | undefined {
  return folder?.messages
    .map(({ event }) => event)
    .findLast((event) => goesOut(event) && wentOutAs(event, original));
}

function goesOut({ kind }: TicketEvent): boolean {
  return kind === 'mail-out' || kind === 'fax-out';
}

/** What a report says in its file, and what it does to the ticket that sent the mail. */
export function draftReport(
  { report, notice }: Told,
  returned: Returned | undefined,
  folder: TicketFolder | undefined,
): ReturnedDraft {
  if (report !== undefined) return draftBounce(report, returned, folder);
  if (notice === undefined) return { changes: [], fields: [] };
  const original = returned?.original ?? notice.originals[0];
  const message = findSent(folder, original)?.name;
  return {
    changes: [],
    fields: [['Report', formatMailReport({ ...notice, message, original })]],
  };
}

function draftBounce(
  report: BounceReport,
  returned: Returned | undefined,
  folder: TicketFolder | undefined,
): ReturnedDraft {
  const original = returned?.original ?? report.originals[0];
  const sent = findSent(folder, original);
  const fields: EventDraft['fields'] = report.recipients.map((recipient) => [
    'Bounce',
    formatBounce({ ...recipient, message: sent?.name, original }),
  ]);
  const isFailure = report.recipients.some(({ action }) => action === 'failed');
  const changes =
    folder === undefined
      ? []
      : decideBounce(folder.ticket, { isFailure, isAnswer: sent === undefined || isAnswer(sent) });
  return { changes, fields };
}

/** A resent mail keeps the id of whoever wrote it, below one of ours. */
function wentOutAs({ mail, fields }: TicketEvent, id: MessageId | undefined): boolean {
  const resent = parseParameters(fields.get('resent')?.[0] ?? '').get('id');
  return id !== undefined && (mail.messageId === id || resent === id);
}

function isAnswer({ actor }: TicketEvent): boolean {
  return actor.kind !== 'system';
}
