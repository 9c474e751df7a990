/**
 * One message of a conversation as a card.
 *
 * Promises: pure. HTML is shown where it says more than the text; the other view, the remote images and the
 * original are each one click away.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import { type Address, displayName } from '../../../core/message/address.ts';
import type { OwnNames } from '../../../core/message/look-alike.ts';
import type { ProblemCode } from '../../../core/message/mail.ts';
import type { Person } from '../../../core/message/mentions.ts';
import {
  type EventKind,
  firstBlockField,
  parseParameters,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import { flagsByPrograms } from '../../../core/ticket/mail-flags.ts';
import type { Body } from '../bodies.ts';
import { type CalendarView, presentCalendar } from './appointment.ts';
import {
  type FileView,
  type FoldedPictures,
  type ImageView,
  namesInFrame,
  presentAttachments,
  type SoundView,
  type VideoView,
} from './attachments.ts';
import { labelAutomatic } from './automatic-mail.ts';
import type { EventWords } from './change-words.ts';
import {
  labelPassed,
  type PassOn,
  presentCaller,
  presentPassOn,
  presentRich,
  resentTo,
} from './compose-links.ts';
import type { ContactView } from './contact-cards.ts';
import { type DeliveryFoot, presentDelivery } from './delivery.ts';
import type { InnerMailView } from './inner-view.ts';
import { presentFlags } from './mail-flags.ts';
import { isForPrograms, type MailReportView, presentMailReport } from './mail-report.ts';
import { type MailText, presentMailText } from './mail-text.ts';
import { mailedDoubt, mailedFoot } from './mailed.ts';
import { markMentions } from './mentions.ts';
import {
  type FrameView,
  type MessageRequest,
  messageId,
  type OtherView,
  otherViewOf,
  presentFrame,
  showsFrame,
} from './message-frame.ts';
import type { ThumbsView } from './message-pages.ts';
import { initialsOf } from './people.ts';
import { presentDropProblems, presentMachineCaller } from './phone.ts';
import { presentProtection } from './protection.ts';
import { type MessageMove, movedFrom, presentMove } from './regroup.ts';
import { presentSender, type SenderView } from './sender.ts';
import { presentSenderRemarks, type SenderLine } from './sender-remarks.ts';
import { isInfected, presentScans, type VerdictSign } from './verdicts.ts';

export interface MessageWords extends EventWords {
  readonly now: Instant;
  readonly login: string;
  readonly hasSmarthost: boolean;
  /** Where the reader's clock hangs; UTC when absent. */
  readonly zone: string;
  /** Whom a mention in a note may mean. */
  readonly people?: readonly Person[];
  /** Names that a stranger may imitate. */
  readonly own?: OwnNames;
}

export interface MessageView {
  readonly id: string;
  readonly name: TicketEvent['name'];
  readonly kind: 'theirs' | 'ours' | 'note';
  readonly time: string;
  readonly timeFull: string;
  readonly timeIso: string;
  readonly author: string;
  readonly initials: string;
  readonly isMine: boolean;
  /** Address of the writer, or whom it went to. */
  readonly meta: string;
  readonly label: { readonly sign: string; readonly text: string } | undefined;
  /** What was found in it. */
  readonly scans: readonly VerdictSign[];
  readonly language: string | undefined;
  readonly text: MailText | undefined;
  /** What the folding says over a text that nobody needs to read again. */
  readonly folded: string | undefined;
  readonly foldedSign: string;
  readonly frame: FrameView | undefined;
  /** The other way to see it. */
  readonly otherView: OtherView | undefined;
  readonly images: readonly ImageView[];
  /** Shown before, or too small to look at; put in when the conversation is known. */
  readonly foldedPictures?: readonly FoldedPictures[];
  readonly files: readonly FileView[];
  readonly sounds: readonly SoundView[];
  readonly videos: readonly VideoView[];
  /** All its files in one. */
  readonly zipHref: string | undefined;
  /** What is to be known of who wrote it. */
  readonly about: readonly SenderLine[];
  /** Pages of a fax or a scan among its files; put in when they are known. */
  readonly pages?: ThumbsView | undefined;
  /** The mails that are attached to it; put in when they are opened. */
  readonly mails?: readonly InnerMailView[] | undefined;
  /** What it says of mail that we sent. */
  readonly report: MailReportView | undefined;
  /** What the report brought along for programs; folded with its text. */
  readonly machineFiles: readonly FileView[];
  /** Cards of people among its files; put in when they are read. */
  readonly contacts?: readonly ContactView[];
  readonly problems: readonly string[];
  readonly joined: string | undefined;
  readonly sender: SenderView | undefined;
  /** The way out of a ticket to which it does not belong, or back. */
  readonly move: MessageMove | undefined;
  readonly delivery: DeliveryFoot | undefined;
  /** What it says of an appointment. */
  readonly calendar: CalendarView | undefined;
  readonly originalHref: string;
  /** The raw source as a page. */
  readonly sourceHref: string;
  /** Who wrote it, where it is a mail from outside. */
  readonly writer: string | undefined;
  readonly answerHref: string | undefined;
  readonly answerAllHref: string | undefined;
  /** The ways to somebody else. */
  readonly passOn: PassOn | undefined;
}

const sides: Readonly<Record<EventKind, MessageView['kind'] | undefined>> = {
  'mail-in': 'theirs',
  'mail-out': 'ours',
  note: 'note',
  'call-in': 'theirs',
  'call-out': 'ours',
  'fax-in': 'theirs',
  'fax-out': 'ours',
  recording: 'theirs',
  import: 'theirs',
  draft: undefined,
  update: undefined,
  delivery: undefined,
  escalation: undefined,
  merge: undefined,
  unmerge: undefined,
  split: undefined,
  redaction: undefined,
};

/** The side of the conversation an event stands on; undefined when nothing was said. Unknown kinds are shown. */
export function sideOf(event: TicketEvent): MessageView['kind'] | undefined {
  return event.kind === undefined ? 'theirs' : sides[event.kind];
}

export function presentMessage(request: MessageRequest, words: MessageWords): MessageView {
  const { event, ticket, body, choice } = request;
  const { locale, dates, now } = words;
  const kind = sideOf(event) ?? 'theirs';
  const caller = presentCaller(event, ticket, words) ?? presentMachineCaller(event, ticket, locale);
  const author = caller?.author ?? authorOf(event, kind, words);
  const isClosed = isInfected(event);
  const rich = presentRich(event, body, choice);
  const flags = flagsByPrograms(request.folder.messages).get(event.name) ?? [];
  const isHidden = flags.includes('T');
  const report = presentMailReport(event, request.folder, words);
  // What a server made of its report for the eye says no more than the card.
  const isReport = report?.isTold === true && choice.view !== 'html';
  const isFrame =
    !isClosed && !isHidden && !isReport && rich === undefined && showsFrame(body, choice);
  const canAnswer = kind !== 'note' && ticket.mergedInto === undefined && request.may('answer');
  const page = `/tickets/${ticket.number}`;
  const answer = `${page}/answer?to=${encodeURIComponent(event.name)}`;
  const calendar = presentCalendar(request, words);
  const inFrame = isFrame ? namesInFrame(body?.html) : undefined;
  const attached = presentAttachments(event, ticket.number, inFrame, {
    locale,
    seen: body?.seen,
  });
  return {
    id: messageId(event),
    name: event.name,
    kind,
    time: dates.time(event.time),
    timeFull: dates.full(event.time),
    timeIso: formatInstant(event.time),
    author,
    initials: initialsOf(author),
    isMine: event.actor.kind === 'agent' && event.actor.login === words.login,
    meta: caller?.meta ?? metaOf(event, kind, words),
    label: labelOf(event, words),
    scans: [
      ...presentScans(event, words),
      ...presentProtection(event, ticket.number, locale),
      ...presentFlags(flags, words),
    ],
    language: kind === 'note' ? undefined : ticket.language,
    text: isFrame
      ? undefined
      : markMentions(
          rich ?? body?.text ?? presentMailText(event.mail.snippet),
          kind === 'note' ? words.people : undefined,
        ),
    foldedSign: isHidden ? 'trash' : 'auto',
    folded: isHidden
      ? locale.text('flag.hidden')
      : isOwnAutomatic(event)
        ? locale.text('message.automatic-text', { count: lineCount(body) })
        : report?.isTold === true
          ? locale.text('message.automatic-text', { count: lineCount(body) })
          : calendar?.card === undefined
            ? undefined
            : locale.text('appointment.mail-text', { count: lineCount(body) }),
    frame: isFrame ? presentFrame(request, author, words) : undefined,
    otherView: isClosed ? undefined : otherViewOf(request, isFrame, words),
    ...attached,
    files: attached.files.filter(
      ({ href }) => report?.isTold !== true || !isForPrograms(event, href),
    ),
    machineFiles: attached.files.filter(
      ({ href }) => report?.isTold === true && isForPrograms(event, href),
    ),
    report,
    about: presentSenderRemarks(event, body, words),
    problems: problemsOf(event, words),
    joined: joinedBy(request, words),
    move: request.may('move')
      ? presentMove(request.folder, event, { rule: ruleOf(event), locale })
      : undefined,
    sender: presentSender(event, locale),
    calendar,
    delivery: presentDelivery(
      ticket.deliveries.get(event.name),
      { locale, dates, now, hasSmarthost: words.hasSmarthost },
      ticket.bounces.get(event.name),
    ),
    originalHref: `${page}/messages/${encodeURIComponent(event.name)}/raw`,
    sourceHref: `${page}/messages/${encodeURIComponent(event.name)}/source`,
    writer: event.kind === 'mail-in' ? event.mail.from?.address : undefined,
    answerHref: canAnswer ? answer : undefined,
    answerAllHref:
      canAnswer && event.mail.to.length + event.mail.cc.length > 1 ? `${answer}&all=1` : undefined,
    passOn: presentPassOn(event, request, locale),
  };
}

function authorOf(
  event: TicketEvent,
  kind: MessageView['kind'],
  { nameOf, locale, own }: MessageWords,
): string {
  if (kind !== 'theirs' && event.actor.kind === 'agent') return nameOf(event.actor.login);
  if (kind === 'note' && event.actor.kind === 'system') return locale.text('event.desk');
  const { from } = event.mail;
  return from === undefined ? locale.text('message.no-sender') : displayName(from, own);
}

function metaOf(
  event: TicketEvent,
  kind: MessageView['kind'],
  { locale, own }: MessageWords,
): string {
  const { from, to, cc } = event.mail;
  if (kind === 'note') return '';
  if (kind === 'theirs')
    // A doubtful name stands behind its address already.
    return from === undefined || displayName(from, own).startsWith(from.address)
      ? ''
      : from.address;
  const names = (addresses: readonly Address[]) =>
    locale.list(addresses.map((person) => displayName(person)));
  const resent = resentTo(event);
  if (resent !== undefined) return locale.text('message.to', { to: locale.list(resent) });
  if (to.length === 0) return '';
  return cc.length === 0
    ? locale.text('message.to', { to: names(to) })
    : locale.text('message.to-copy', { to: names(to), cc: names(cc) });
}

const labels: Partial<Record<EventKind, { readonly sign: string; readonly key: string }>> = {
  note: { sign: 'lock', key: 'message.note' },
  'call-in': { sign: 'phone', key: 'message.call' },
  'call-out': { sign: 'phone', key: 'message.call' },
  'fax-in': { sign: 'fax', key: 'message.fax' },
  'fax-out': { sign: 'fax', key: 'message.fax' },
  recording: { sign: 'rec', key: 'message.recording' },
  import: { sign: 'inbox', key: 'message.import' },
};

function labelOf(event: TicketEvent, { locale }: MessageWords): MessageView['label'] {
  if (event.kind === undefined)
    return { sign: 'hist', text: locale.text('message.unknown', { kind: event.kindText }) };
  const passed = labelPassed(event, locale);
  if (passed !== undefined) return passed;
  if (event.fields.has('appointment-answer'))
    return { sign: 'date', text: locale.text('appointment.answer-label') };
  if (event.fields.has('transcript')) return { sign: 'rec', text: locale.text('drop.transcript') };
  const automatic = labelAutomatic(event, locale);
  if (isOwnAutomatic(event) || automatic !== undefined)
    return { sign: 'auto', text: automatic ?? locale.text('message.automatic') };
  const label = labels[event.kind];
  return label === undefined ? undefined : { sign: label.sign, text: locale.text(label.key) };
}

function isOwnAutomatic(event: TicketEvent): boolean {
  return event.kind === 'mail-out' && event.actor.kind === 'system';
}

function lineCount(body: Body | undefined): number {
  return (body?.plain ?? '').trimEnd().split('\n').length;
}

export const problemKeys: Readonly<Record<ProblemCode, string>> = {
  'no-from': 'problem.no-from',
  'no-date': 'problem.no-date',
  'no-message-id': 'problem.no-message-id',
  empty: 'problem.empty',
  unreadable: 'problem.unreadable',
  'header-too-long': 'problem.header-too-long',
  'too-many-parts': 'problem.too-many-parts',
  'text-shortened': 'problem.text-shortened',
  truncated: 'problem.truncated',
  'charset-guessed': 'problem.charset-guessed',
  'boundary-broken': 'problem.boundary-broken',
  'too-deep': 'problem.too-deep',
  'decoded-too-large': 'problem.decoded-too-large',
  'container-broken': 'problem.container-broken',
};

const ruleKeys: Readonly<Record<string, string>> = {
  'signed-id': 'joined.signed-id',
  'plus-address': 'joined.plus-address',
  reference: 'joined.reference',
  'unknown-parent': 'joined.unknown-parent',
  'subject-number': 'joined.subject-number',
  bounce: 'joined.bounce',
  own: 'joined.own',
  'foreign-number': 'joined.foreign-number',
  calendar: 'joined.calendar',
};

function problemsOf(event: TicketEvent, words: MessageWords): readonly string[] {
  const doubt = mailedDoubt(event, words);
  return [
    ...event.mail.problems
      // Who stands for the author is told over the text.
      .filter(({ code }) => code !== 'no-from' || event.mail.isFromEnvelope !== true)
      .map(({ code }) => words.locale.text(problemKeys[code])),
    ...(doubt === undefined ? [] : [doubt]),
    ...presentDropProblems(event, words.locale),
  ];
}

/** How a mail came into this ticket: moved by somebody, or by which rule. */
function joinedBy({ event, folder }: MessageRequest, words: MessageWords): string | undefined {
  const { locale } = words;
  const from = movedFrom(folder, event.name);
  if (from !== undefined) return locale.text('joined.moved', { number: from });
  return joinText(ruleOf(event) ?? '', locale) ?? mailedFoot(event, words);
}

/** Undefined for a rule that needs no word, or is not known. */
export function joinText(rule: string, locale: MessageWords['locale']): string | undefined {
  const key = ruleKeys[rule];
  return key === undefined ? undefined : locale.text(key);
}

function ruleOf(event: TicketEvent): string | undefined {
  const parameters = parseParameters(firstBlockField(event, 'follow-up') ?? '');
  return parameters.get('rule') ?? parameters.get('');
}
