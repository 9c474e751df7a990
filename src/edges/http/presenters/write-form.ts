/**
 * The form in which an answer or a note is written.
 *
 * Promises: pure; what was typed comes back as it was, whatever was refused. A warning asks for one more click, never for more.
 */

import { insertPiece } from '../../../core/answers/insertion.ts';
import { readModuleIds } from '../../../core/answers/made-with.ts';
import { expandShortcut } from '../../../core/answers/offered-modules.ts';
import { displayName } from '../../../core/message/address.ts';
import { answersOf } from '../../../core/message/sender-remarks.ts';
import { answerSubject } from '../../../core/message/subject.ts';
import { type DraftId, parseDraftId } from '../../../core/ticket/draft.ts';
import {
  type Digest,
  type MessageName,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import { isTicketState, type TicketState } from '../../../core/ticket/states.ts';
import type { PreparedText } from '../../../services/answers/prepared-texts.ts';
import type { DraftContent, DraftFields, OpenDraft } from '../../../services/drafts/drafts.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { Form } from '../middleware/form.ts';
import type { Draft } from './answer.ts';
import { isShownImage } from './attachments.ts';
import type { Doubts } from './doubts.ts';
import { type DraftWords, returnedKeys } from './drafts.ts';
import { conversationLines } from './event-lines.ts';
import { sideOf } from './message.ts';
import { messageId } from './message-frame.ts';
import { actorName } from './people.ts';
import { firstOwnTime, offerTimes } from './send-times.ts';
import { answersText } from './sender-remarks.ts';
import { stateLooks } from './states.ts';

export type Writing = 'answer' | 'note';

/** The form as a window has it: what is typed, and what it knows of draft and ticket. */
export interface WriteForm extends Draft {
  readonly writing: Writing;
  readonly id: DraftId | undefined;
  /** The draft's last saving that this window knows; 0 for none. */
  readonly revision: number;
  /** Heads of the history that the writer has seen. */
  readonly seen: readonly Digest[];
  /** A warning was shown already, so that the next click goes on. */
  readonly accepts: boolean;
  /** Ids of the text modules that were put into it. */
  readonly modules: readonly string[];
}

export function readWriteForm(form: Form, writing: Writing): WriteForm {
  const revision = Number.parseInt(form.get('revision'), 10);
  return {
    writing,
    to: form.get('to'),
    cc: form.get('cc'),
    subject: form.get('subject'),
    // Browsers send line breaks as CR LF.
    text: form.get('text').replace(/\r\n?/g, '\n'),
    state: form.get('state'),
    message: form.get('message'),
    id: parseDraftId(form.get('draft')),
    revision: Number.isSafeInteger(revision) && revision > 0 ? revision : 0,
    seen: form
      .get('seen')
      .split(' ')
      .flatMap((digest) => parseDigest(digest) ?? []),
    accepts: form.get('accepts') === 'yes',
    modules: readModuleIds([form.get('modules')]),
  };
}

/** What is kept of the form. */
export function toFields(form: WriteForm): DraftFields {
  const { writing, to, cc, subject, text, state, seen, modules } = form;
  return { writing, to, cc, subject, text, state, seen, modules, message: messageOf(form) };
}

export function messageOf({ message }: WriteForm): MessageName | undefined {
  return parseMessageName(message);
}

export function fromDraft({ draft, subject, text }: OpenDraft): WriteForm {
  const { id, writing, revision, seen, to, cc, state, modules, message = '' } = draft;
  const typed = { to, cc, subject, text, state, message, modules };
  return { ...typed, id, writing, revision, seen, accepts: false };
}

/** The form with a prepared text in it, above signature and quotation. */
export function withPrepared(form: WriteForm, prepared: PreparedText): WriteForm {
  return withModulesOf({ ...form, text: insertPiece(form.text, prepared).text }, prepared);
}

/** A shortcut that stands in the text, turned into what it stands for. */
export function withExpanded(form: WriteForm, typed: string, prepared: PreparedText): WriteForm {
  const text = expandShortcut(form.text, typed, prepared.text);
  return withModulesOf({ ...form, text }, prepared);
}

function withModulesOf(form: WriteForm, { modules, state }: PreparedText): WriteForm {
  return {
    ...form,
    modules: readModuleIds([...form.modules, ...modules]),
    state: state ?? form.state,
    accepts: false,
  };
}

export interface WriteRequest {
  readonly folder: TicketFolder;
  readonly form: WriteForm;
  readonly files: DraftContent['files'];
  /** Of an answer that waited and came back. */
  readonly returned: OpenDraft['draft']['returned'];
  /** Why it was not sent. */
  readonly refused: string | undefined;
  /** The saving in another window that is newer. */
  readonly hasOther: boolean;
  /** What others did since the writer looked. */
  readonly news: readonly TicketEvent[];
  /** What may be wrong with it. */
  readonly doubts: Doubts;
  readonly kept: string | undefined;
  readonly language: string;
}

const statesAfterwards: readonly TicketState[] = ['open', 'pending-customer', 'closed'];

export function presentWrite(request: WriteRequest, words: DraftWords) {
  const { folder, form, files, returned } = request;
  const { locale } = words;
  const { number, subject } = folder.ticket;
  const page = `/tickets/${number}`;
  const states = isTicketState(form.state)
    ? [...new Set([...statesAfterwards, form.state])]
    : statesAfterwards;
  const choices = states.map((state) => ({
    value: state,
    text: locale.text(stateLooks[state].key),
    isCurrent: state === form.state,
  }));
  const isAnswer = form.writing === 'answer';
  const unchanged = {
    value: '',
    text: locale.text('write.state-unchanged'),
    isCurrent: form.state === '',
  };
  return {
    ...form,
    kind: form.writing,
    id: form.id ?? '',
    seen: form.seen.join(' '),
    modules: form.modules.join(' '),
    action: `${page}/${form.writing}`,
    draftAction: `${page}/draft`,
    filesAction: `${page}/draft/files`,
    foldHref: page,
    paletteHref: `/palette?ticket=${number}`,
    otherHref: `${page}/${form.writing}${form.id === undefined ? '' : `?draft=${form.id}`}`,
    refused: request.refused,
    hasOther: request.hasOther,
    news: presentNews(request.news, words),
    ...presentDoubts(request.doubts, locale),
    returned: returned === undefined ? undefined : locale.text(returnedKeys[returned]),
    kept: request.kept ?? '',
    language: isAnswer ? request.language : locale.code,
    elsewhere: presentElsewhere(request, locale),
    showsCc: form.cc !== '',
    showsSubject: isAnswer && form.subject !== answerSubject(number, subject),
    files: files.map((file) => ({
      key: file.key,
      name: file.name,
      size: locale.size(file.bytes.length),
      imageHref: isShownImage(file)
        ? `${page}/draft/${form.id ?? ''}/files/${encodeURIComponent(file.key)}`
        : undefined,
      isInline: form.text.includes(`(cid:${file.key})`),
    })),
    times: isAnswer ? offerTimes(words) : [],
    ownTime: firstOwnTime(words),
    states: isAnswer ? choices : [unchanged, ...choices],
  };
}

/** An answer that goes to another house than the mail came from is never sent there unseen. */
function presentElsewhere({ folder, form }: WriteRequest, locale: Locale): string | undefined {
  const event = folder.messages.find((each) => each.event.name === form.message)?.event;
  if (event?.kind !== 'mail-in' || form.writing !== 'answer') return undefined;
  const answers = answersOf(event.mail);
  const typed = form.to.toLowerCase();
  const isTaken = answers?.people.some(({ address }) => typed.includes(address.toLowerCase()));
  return answers?.isElsewhere === true && isTaken === true
    ? answersText(answers, locale)
    : undefined;
}

function presentDoubts({ lacksAttachment, unfilled, shortcuts }: Doubts, locale: Locale) {
  const some = (texts: readonly string[]) => (texts.length === 0 ? undefined : locale.list(texts));
  return { lacksAttachment, unfilled: some(unfilled), shortcuts: some(shortcuts) };
}

const mostNews = 5;

/** Who did what, newest last; the first line leads there. */
export function presentNews(events: readonly TicketEvent[], words: DraftWords) {
  if (events.length === 0) return undefined;
  const shown = events.slice(-mostNews);
  const first = shown.find((event) => sideOf(event) !== undefined);
  return {
    href: first === undefined ? '#flow' : `#${messageId(first)}`,
    lines: shown.map((event) => presentOne(event, words)),
    more: Math.max(0, events.length - mostNews),
  };
}

function presentOne(event: TicketEvent, words: DraftWords) {
  const { locale, nameOf } = words;
  const who =
    (event.actor.kind === 'customer' && event.mail.from !== undefined
      ? displayName(event.mail.from)
      : actorName(event.actor, nameOf)) ??
    (event.mail.from === undefined ? locale.text('event.desk') : displayName(event.mail.from));
  const snippet = sideOf(event) === undefined ? '' : event.mail.snippet;
  if (event.kind === 'note') return { what: locale.markup('news.note', { who }), snippet };
  if (event.kind === 'mail-out') return { what: locale.markup('news.answer', { who }), snippet };
  if (sideOf(event) !== undefined) return { what: locale.markup('news.mail', { who }), snippet };
  const [line] = conversationLines(event, words);
  return { what: line?.sentence ?? locale.markup('news.change', { who }), snippet: '' };
}

/** The text without the marks of pictures that were taken out. */
export function withoutMarks(text: string, keys: readonly string[]): string {
  return keys.reduce(
    (rest, key) =>
      rest
        .split(/(!\[[^\]\n]{0,200}\]\(cid:[^\s()<>]{1,200}\))/)
        .filter((part) => !(part.startsWith('![') && part.endsWith(`](cid:${key})`)))
        .join(''),
    text,
  );
}
