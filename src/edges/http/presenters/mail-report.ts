/**
 * A report on mail that we sent, as a card on its message: what became of which mail, to whom, and why.
 *
 * Promises: pure. The reason stands in plain words where it is known; the other server's own words always.
 */
import { type BounceAction, type BounceField, parseBounce } from '../../../core/delivery/bounce.ts';
import { type BounceCause, causeOf } from '../../../core/delivery/bounce-cause.ts';
import { type MailReportField, parseMailReport } from '../../../core/delivery/mail-report.ts';
import { isMachinePart } from '../../../core/message/attached.ts';
import type { MessageName, TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { EventLine, EventWords } from './change-words.ts';
import { subjectOf } from './list.ts';
import { messageId } from './message-frame.ts';

export interface MailReportView {
  /** The worst of all decides. */
  readonly tone: 'late' | 'soon' | 'done' | 'quiet';
  readonly items: readonly ReportItem[];
  /** Our mail, where it is in this ticket. */
  readonly mail: { readonly href: string; readonly text: string } | undefined;
  /** Whom and why is known, so that nobody needs the report's own text. */
  readonly isTold: boolean;
}

interface ReportItem {
  readonly tone: MailReportView['tone'];
  readonly sign: string;
  readonly heading: string;
  readonly recipient: string | undefined;
  readonly cause: string | undefined;
  /** The other server's own words. */
  readonly said: string | undefined;
}

type Words = Pick<EventWords, 'locale' | 'dates'>;

export function presentMailReport(
  event: TicketEvent,
  { messages }: Pick<TicketFolder, 'messages'>,
  words: Words,
): MailReportView | undefined {
  const bounces = bouncesOf(event);
  const report = reportOf(event);
  if (bounces.length === 0 && report === undefined) return undefined;
  const items = [
    ...bounces.map((bounce) => bounceItem(bounce, words)),
    ...(report === undefined ? [] : [reportItem(report, words)]),
  ];
  const named = [...bounces, ...(report === undefined ? [] : [report])].find(
    ({ message }) => message !== undefined,
  )?.message;
  return {
    tone: items[0]?.tone ?? 'quiet',
    items,
    isTold: report !== undefined || items.every(isTold),
    mail: ourMail(named, messages, words),
  };
}

/** The conversation needs no line about it: the card says it. */
export function isReportOnMail(event: TicketEvent): boolean {
  return bouncesOf(event).length > 0 || reportOf(event) !== undefined;
}

function bouncesOf(event: TicketEvent): readonly BounceField[] {
  if (event.kind !== 'mail-in') return [];
  return (event.fields.get('bounce') ?? []).flatMap((value) => parseBounce(value) ?? []);
}

function reportOf(event: TicketEvent): MailReportField | undefined {
  const value = event.kind === 'mail-in' ? event.fields.get('report')?.[0] : undefined;
  return value === undefined ? undefined : parseMailReport(value);
}

interface Look {
  readonly tone: MailReportView['tone'];
  readonly sign: string;
  readonly key: string;
}

const delivered: Look = { tone: 'done', sign: 'check', key: 'fate.delivered' };

const actionLooks: Readonly<Record<BounceAction, Look>> = {
  failed: { tone: 'late', sign: 'tri', key: 'fate.failed' },
  delayed: { tone: 'soon', sign: 'clock', key: 'fate.delayed' },
  delivered,
  relayed: { tone: 'quiet', sign: 'out', key: 'fate.relayed' },
  expanded: delivered,
};

const causeKeys: Readonly<Record<BounceCause, string>> = {
  'no-mailbox': 'fate.no-mailbox',
  'mailbox-full': 'fate.mailbox-full',
  spam: 'fate.spam',
  'too-large': 'fate.too-large',
  'domain-unknown': 'fate.domain-unknown',
  unreachable: 'fate.unreachable',
  later: 'fate.later',
  refused: 'fate.refused',
};

function bounceItem(bounce: BounceField, { locale }: Words): ReportItem {
  const { tone, sign, key } = actionLooks[bounce.action];
  const cause = causeOf(bounce);
  return {
    tone,
    sign,
    heading: locale.text(key),
    recipient: bounce.recipient,
    cause: cause === undefined ? undefined : locale.text(causeKeys[cause]),
    said: bounce.reason ?? bounce.status,
  };
}

function isTold({ tone, recipient, cause, said }: ReportItem): boolean {
  const isBad = tone === 'late' || tone === 'soon';
  return !isBad || (recipient !== undefined && (cause ?? said) !== undefined);
}

function reportLook({ kind, what }: MailReportField): Look {
  if (kind === 'receipt') {
    if (what === 'displayed') return { tone: 'done', sign: 'eye', key: 'fate.displayed' };
    return what === 'deleted'
      ? { tone: 'quiet', sign: 'trash', key: 'fate.deleted' }
      : { tone: 'quiet', sign: 'mail', key: 'fate.receipt' };
  }
  return what === 'abuse' || what === 'fraud'
    ? { tone: 'late', sign: 'spam', key: 'fate.complaint' }
    : { tone: 'quiet', sign: 'mail', key: 'fate.feedback' };
}

const toldByHeading: ReadonlySet<string> = new Set(['displayed', 'deleted', 'abuse']);

function reportItem(report: MailReportField, { locale }: Words): ReportItem {
  const { tone, sign, key } = reportLook(report);
  return {
    tone,
    sign,
    heading: locale.text(key),
    recipient: report.recipient,
    cause: undefined,
    said: toldByHeading.has(report.what) ? undefined : report.what,
  };
}

/** What the history says of a receipt or a complaint; reports on failed mail have lines of their own. */
export function reportLines(event: TicketEvent, { locale }: EventWords): readonly EventLine[] {
  const report = reportOf(event);
  if (report === undefined) return [];
  const { sign, key, tone } = reportLook(report);
  return [{ sign, sentence: locale.markup(key), isBad: tone === 'late' }];
}

function ourMail(
  name: MessageName | undefined,
  messages: TicketFolder['messages'],
  { locale, dates }: Words,
): MailReportView['mail'] {
  const sent = messages.find(({ event }) => event.name === name)?.event;
  if (sent === undefined) return undefined;
  return {
    href: `#${messageId(sent)}`,
    text: locale.text('world.detail', {
      text: subjectOf(sent.mail.subject, locale),
      detail: dates.full(sent.time),
    }),
  };
}

/** Whether the file at this address is a part that programs write for programs. */
export function isForPrograms({ mail }: TicketEvent, href: string): boolean {
  const id = /\/attachments\/(\d+)$/.exec(href)?.[1];
  const attachment = mail.attachments.find((each) => String(each.id) === id);
  return attachment !== undefined && isMachinePart(attachment);
}
