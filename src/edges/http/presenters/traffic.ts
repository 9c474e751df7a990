/**
 * The mail traffic of a ticket: each mail that came or went, with all that servers said of it.
 *
 * Promises: pure; one mail is one block of names and values, in the words of the desk; what other servers said stands as
 * they said it.
 */
import { formatInstant, type Instant, parseInstant } from '../../../base/clock.ts';
import { readAutoReply } from '../../../core/autoreply/auto-reply.ts';
import { parseBounce } from '../../../core/delivery/bounce.ts';
import { type Address, formatAddress } from '../../../core/message/address.ts';
import { withoutTurns } from '../../../core/message/direction.ts';
import { readVerdicts } from '../../../core/message/verdicts.ts';
import {
  firstBlockField,
  type MessageName,
  parseParameters,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import type { StoredMessage, TicketFolder } from '../../../storage/ticket-store.ts';
import { bounceLines, silenceLine } from './automatic-mail.ts';
import type { EventLine } from './change-words.ts';
import { wayText } from './history.ts';
import { joinText, type MessageWords, sideOf } from './message.ts';
import { messageId } from './message-frame.ts';
import { presentSender } from './sender.ts';
import { presentScans } from './verdicts.ts';

/** What our own lines in front of a received mail say: the envelope. */
export interface Envelope {
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly received: string | undefined;
}

export interface TrafficRequest {
  readonly folder: TicketFolder;
  readonly shown: readonly StoredMessage[];
  readonly envelopes: ReadonlyMap<MessageName, Envelope>;
}

export function isMail({ event }: StoredMessage): boolean {
  const { kind, fields } = event;
  return (
    kind === 'mail-in' || kind === 'mail-out' || (kind === 'fax-out' && fields.has('recipient'))
  );
}

export function presentTraffic({ folder, shown, envelopes }: TrafficRequest, words: MessageWords) {
  return shown.map((message) =>
    presentMail(message, folder, envelopes.get(message.event.name), words),
  );
}

interface Fact {
  readonly name: string;
  readonly values: readonly string[];
}

function presentMail(
  message: StoredMessage,
  folder: TicketFolder,
  envelope: Envelope | undefined,
  words: MessageWords,
) {
  const { event } = message;
  const { locale, dates } = words;
  const isIn = event.kind === 'mail-in';
  const page = `/tickets/${folder.number}`;
  return {
    id: `t-${encodeURIComponent(event.name)}`,
    isIn,
    sign: isIn ? 'inbox' : 'out',
    title: locale.text(isIn ? 'traffic.in' : 'traffic.out'),
    subject: withoutTurns(event.mail.subject),
    time: dates.full(event.time),
    timeExact: dates.exact(event.time),
    timeIso: formatInstant(event.time),
    facts: factsOf(message, envelope, words),
    lines: linesOf(event, words),
    attempts: isIn ? [] : attemptsOf(event.name, folder, words),
    showHref: sideOf(event) === undefined ? undefined : `${page}?whole=1#${messageId(event)}`,
    sourceHref: `${page}/messages/${encodeURIComponent(event.name)}/source`,
    originalHref: `${page}/messages/${encodeURIComponent(event.name)}/raw`,
  };
}

function factsOf(
  { event, size, home }: StoredMessage,
  envelope: Envelope | undefined,
  words: MessageWords,
): readonly Fact[] {
  const { locale, dates } = words;
  const { mail } = event;
  const list = (addresses: readonly Address[]) => addresses.map(formatAddress);
  const facts: Fact[] = [
    { name: locale.text('traffic.envelope-from'), values: senderOf(event, envelope, words) },
    { name: locale.text('traffic.envelope-to'), values: recipientsOf(event, envelope) },
    { name: locale.text('traffic.from'), values: list(mail.from === undefined ? [] : [mail.from]) },
    { name: locale.text('traffic.reply-to'), values: list(mail.replyTo) },
    { name: locale.text('traffic.to'), values: list(mail.to) },
    { name: locale.text('traffic.cc'), values: list(mail.cc) },
    { name: 'Date', values: mail.date === undefined ? [] : [dates.exact(mail.date)] },
    { name: 'Message-ID', values: mail.messageId === undefined ? [] : [`<${mail.messageId}>`] },
    { name: 'In-Reply-To', values: mail.inReplyTo.map((id) => `<${id}>`) },
    { name: locale.text('traffic.size'), values: [locale.size(size)] },
    { name: locale.text('traffic.way'), values: [wayText(event, locale) ?? ''] },
    { name: locale.text('traffic.received'), values: [envelope?.received ?? ''] },
    { name: locale.text('traffic.rule'), values: [ruleText(event, words)] },
    { name: locale.text('traffic.ticket'), values: [home ?? ''] },
    { name: locale.text('traffic.spam'), values: spamText(event, words) },
    { name: locale.text('traffic.sender'), values: senderText(event, words) },
  ];
  return facts
    .map(({ name, values }) => ({ name, values: values.filter((value) => value !== '') }))
    .filter(({ values }) => values.length > 0);
}

function senderOf(
  event: TicketEvent,
  envelope: Envelope | undefined,
  { locale }: MessageWords,
): readonly string[] {
  const text = firstBlockField(event, 'sender') ?? bracketed(envelope?.sender);
  if (text === undefined) return [];
  return [text === '<>' ? locale.text('traffic.nobody') : text];
}

function bracketed(address: string | undefined): string | undefined {
  return address === undefined ? undefined : `<${address}>`;
}

function recipientsOf(event: TicketEvent, envelope: Envelope | undefined): readonly string[] {
  return event.fields.get('recipient') ?? envelope?.recipients ?? [];
}

function ruleText(event: TicketEvent, { locale }: MessageWords): string {
  if (event.kind !== 'mail-in') return '';
  const field = parseParameters(firstBlockField(event, 'follow-up') ?? '');
  const rule = field.get('rule') ?? field.get('') ?? '';
  if (rule === '') return '';
  if (rule === 'new') return locale.text('traffic.opened');
  return joinText(rule, locale) ?? rule;
}

function spamText(event: TicketEvent, { locale }: MessageWords): readonly string[] {
  const { spam, virus, unchecked } = readVerdicts(event.fields);
  const signs = presentScans(event, { locale }).map(({ text }) => text);
  return [
    ...signs,
    ...(spam === undefined
      ? []
      : [
          `${spam.by}: ${spam.score}${spam.tests.length === 0 ? '' : ` (${spam.tests.join(', ')})`}`,
        ]),
    ...(virus === undefined ? [] : [`${virus.by}: ${virus.name ?? '✓'}`]),
    ...unchecked.map(({ what, by, reason }) => `${what}: ${by}: ${reason}`),
  ];
}

function senderText(event: TicketEvent, { locale }: MessageWords): readonly string[] {
  const sender = presentSender(event, locale);
  if (sender === undefined) return [];
  const details = sender.details.map(({ name, result }) => `${name} ${result}`);
  return [sender.text, locale.list(details), sender.source];
}

/** What the desk decided about an automatic answer, and what a report says. */
function linesOf(event: TicketEvent, words: MessageWords): readonly EventLine[] {
  const { locale } = words;
  const silence = silenceLine(event, words);
  const answer = readAutoReply(event.fields);
  const automatic: EventLine[] = [];
  if (silence !== undefined) automatic.push(silence);
  if (event.kind === 'mail-in' && answer?.state === 'due')
    automatic.push({ sign: 'auto', sentence: locale.markup('traffic.answer-due') });
  if (event.kind === 'mail-out' && answer?.state === 'sent')
    automatic.push({ sign: 'auto', sentence: locale.markup('traffic.answer') });
  return [...bounceLines(event, words), ...automatic];
}

interface Attempt {
  readonly sign: string;
  readonly look: 'done' | 'soon' | 'late';
  readonly time: string;
  readonly timeIso: string;
  readonly text: string;
  /** The other server's own words. */
  readonly reply: string;
}

/** Each try to send it, then what reports said of it. */
function attemptsOf(
  name: MessageName,
  { messages }: TicketFolder,
  words: MessageWords,
): readonly Attempt[] {
  return messages.flatMap(({ event }): readonly Attempt[] => [
    ...triesOf(event, name, words),
    ...reportsOf(event, name, words),
  ]);
}

const tryKeys: Readonly<Record<string, { key: string; look: Attempt['look']; sign: string }>> = {
  sent: { key: 'traffic.sent', look: 'done', sign: 'check' },
  deferred: { key: 'traffic.deferred', look: 'soon', sign: 'clock' },
  failed: { key: 'traffic.failed', look: 'late', sign: 'tri' },
};

function triesOf(event: TicketEvent, name: MessageName, words: MessageWords): readonly Attempt[] {
  if (event.kind !== 'delivery') return [];
  const { locale, dates } = words;
  return (event.fields.get('delivery') ?? []).map(parseParameters).flatMap((outcome) => {
    const known = tryKeys[outcome.get('') ?? ''];
    if (outcome.get('message') !== name || known === undefined) return [];
    const next = parseInstant(outcome.get('next') ?? '');
    const parts = [
      locale.text(known.key, { attempt: outcome.get('attempt') ?? '1' }),
      ...(next === undefined ? [] : [locale.text('delivery.next', { time: dates.full(next) })]),
      ...addressesText(outcome.get('done'), 'traffic.done', words),
      ...addressesText(outcome.get('failed'), 'traffic.refused', words),
    ];
    return [
      {
        sign: known.sign,
        look: known.look,
        ...timeOf(event.time, words),
        text: locale.facts(parts),
        reply: outcome.get('reply') ?? '',
      },
    ];
  });
}

function addressesText(
  text: string | undefined,
  key: 'traffic.done' | 'traffic.refused',
  { locale }: MessageWords,
): readonly string[] {
  const addresses = (text ?? '').split(' ').filter((address) => address !== '');
  return addresses.length === 0 ? [] : [locale.text(key, { addresses: locale.list(addresses) })];
}

function reportsOf(event: TicketEvent, name: MessageName, words: MessageWords): readonly Attempt[] {
  if (event.kind !== 'mail-in') return [];
  return (event.fields.get('bounce') ?? []).map(parseBounce).flatMap((bounce) => {
    if (bounce?.message !== name) return [];
    const isBad = bounce.action === 'failed';
    return [
      {
        sign: isBad ? 'tri' : 'out',
        look: isBad ? ('late' as const) : ('soon' as const),
        ...timeOf(event.time, words),
        text: words.locale.text(isBad ? 'traffic.came-back' : 'traffic.reported', {
          recipient: bounce.recipient ?? words.locale.text('bounce.somebody'),
        }),
        reply: [bounce.status, bounce.reason].filter((part) => part !== undefined).join(' '),
      },
    ];
  });
}

function timeOf(time: Instant, { dates }: MessageWords) {
  return { time: dates.exact(time), timeIso: formatInstant(time) };
}

/** Our trace fields: `Return-Path`, `Delivered-To`, `Received`. */
export function readTrace(trace: string): Envelope {
  const lines = trace.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const values = (name: RegExp) =>
    lines.filter((line) => name.test(line)).map((line) => line.slice(line.indexOf(':') + 1).trim());
  return {
    sender: values(/^return-path:/i)[0]?.replace(/^<(.*)>$/, '$1'),
    recipients: values(/^delivered-to:/i),
    received: values(/^received:/i)[0],
  };
}
