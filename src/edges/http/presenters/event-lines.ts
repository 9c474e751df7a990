/**
 * What happened to a ticket, as sentences.
 *
 * Promises: pure; every event gives at least one sentence in the history; one that this version does not
 * know is named by its own words.
 */
import { displayName } from '../../../core/message/address.ts';
import { readReturn } from '../../../core/ticket/draft.ts';
import {
  type Change,
  type EventKind,
  parseParameters,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import { isImported } from '../../../core/ticket/imported.ts';
import { readMoves } from '../../../core/ticket/moves.ts';
import { queueBeforeJunk } from '../../../core/ticket/spam.ts';
import { undoneBy } from '../../../core/ticket/undo.ts';
import { appointmentLines, reminderLines } from './appointment-lines.ts';
import { bounceLines, isNewsOfSilence, silenceLine } from './automatic-mail.ts';
import { describeChange, type EventLine, type EventWords } from './change-words.ts';
import { passedKey, passedTo } from './compose-links.ts';
import { escalationLines } from './escalation-words.ts';
import { isToldElsewhere } from './field-words.ts';
import { madeWith, madeWithKey } from './made-with.ts';
import { isVain, vainLines } from './mail-flags.ts';
import { isReportOnMail, reportLines } from './mail-report.ts';
import { mailedLines } from './mailed.ts';
import { actorName } from './people.ts';
import { callerOf } from './phone.ts';
import { ruleLines, withoutRuled } from './rule-lines.ts';
import { isAside, isBookkeeping } from './team-words.ts';
import { waitingLines } from './waiting-lines.ts';

/** One line for each change worth reading in the conversation. */
export function conversationLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  // Every mail of another system says how its ticket stood then; that is for the history.
  if (isImported(event)) return [];
  const regrouped = regroupLines(event, words);
  if (regrouped.length > 0) return [...undoLines(event, words), ...regrouped];
  const escalated = escalationLines(event, words);
  if (escalated.length > 0) return escalated;
  const changes = [
    ...undoLines(event, words),
    // The card of the message says it.
    ...(isReportOnMail(event) ? [] : bounceLines(event, words)),
    ...reminderLines(event, words),
    ...returnLines(event, words),
    ...waitingLines(event, words),
    ...withoutRuled(event)
      .filter(
        (change) =>
          !isSilent(change, event.kind) &&
          !isOfCall(change, event) &&
          !isToldElsewhere(change, event) &&
          !isMoveOfSpam(change, event) &&
          !isAside(change, event) &&
          !isVain(change, event, words),
      )
      .map((change) => describeChange(change, event, words)),
    ...ruleLines(event, words),
    ...(isNewsOfSilence(event) ? silence(event, words) : []),
    ...vainLines(event, words),
  ];
  const own = ownKeys[event.kind ?? 'import'];
  return own === undefined || messageKinds.has(event.kind)
    ? changes
    : [describeOwn(event, own, words), ...changes];
}

/** Everything the event says, for the history. */
export function historyLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const escalated = escalationLines(event, words);
  if (escalated.length > 0) return escalated;
  const changes = [
    ...undoLines(event, words),
    ...bounceLines(event, words),
    ...reportLines(event, words),
    ...returnLines(event, words),
    ...waitingLines(event, words),
    ...withoutRuled(event)
      .filter((change) => !isToldElsewhere(change, event))

      .filter((change) => !isBookkeeping(change) && !isVain(change, event, words))
      .map((change) => describeChange(change, event, words)),
    ...ruleLines(event, words),
    ...silence(event, words),
    ...mailedLines(event, words),
    ...appointmentLines(event, whoOf(event, words), words),
    ...vainLines(event, words),
  ];
  const moves = moveLines(event, words);
  if (moves.length > 0) return [...moves, ...changes];
  const own = ownLine(event, words);
  const lines = own === undefined ? changes : [own, ...changes];
  return lines.length > 0
    ? lines
    : [describeOwn(event, { key: 'event.nothing', sign: 'hist' }, words)];
}

/** What follows takes something back. */
function undoLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  if (undoneBy(event) === undefined) return [];
  return [
    { sign: 'undo', sentence: words.locale.markup('event.undo', { who: whoOf(event, words) }) },
  ];
}

/** An answer that waited for its time and was not sent. */
function returnLines(
  event: TicketEvent,
  { locale, nameOf, dates }: EventWords,
): readonly EventLine[] {
  const returned = readReturn(event.fields);
  if (returned === undefined) return [];
  const when = returned.at === undefined ? '' : dates.full(returned.at);
  return [
    {
      sign: 'pen',
      sentence: locale.markup(
        returned.reason === 'customer-wrote' ? 'event.returned-customer' : 'event.returned-refused',
        { who: nameOf(returned.login), when },
      ),
    },
  ];
}

function silence(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const line = silenceLine(event, words);
  return line === undefined ? [] : [line];
}

/** A merge or a moved message by what it means; that states and links follow goes without saying. */
function regroupLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  if (event.kind !== 'merge' && event.kind !== 'unmerge' && event.kind !== 'split') return [];
  const merges = event.changes
    .filter((change) =>
      change.kind === 'set' ? change.field === 'merged-into' : change.set === 'merged',
    )
    .map((change) => describeChange(change, event, words));
  return [...moveLines(event, words), ...merges];
}

const movedKeys = { in: 'event.moved-in', out: 'event.moved-out' } as const;

function moveLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  return readMoves([event]).map(({ way, other }) => {
    const values = { number: other, who: whoOf(event, words) };
    return { sign: 'move', sentence: words.locale.markup(movedKeys[way], values) };
  });
}

/** That it is spam, or is none, says where it went. */
function isMoveOfSpam(change: Change, { changes }: TicketEvent): boolean {
  return (
    change.kind === 'set' &&
    change.field === 'queue' &&
    changes.some((each) => each.kind === 'set' && each.field === queueBeforeJunk)
  );
}

const silentInMail: ReadonlySet<string> = new Set(['language', 'priority:normal', 'state:new']);

function isSilent(change: Change, kind: EventKind | undefined): boolean {
  const field = change.kind === 'set' ? change.field : change.set;
  // Whoever answers has the ticket: the line of facts says so.
  if (field === 'lock' && (kind === 'mail-out' || kind === 'fax-out')) return true;
  // What a mail brings with it stands in the side bar; the same, done by a person, is news.
  if (field === 'confirmation' || field === 'participant') return true;
  if (
    kind === 'mail-in' &&
    change.kind === 'set' &&
    silentInMail.has(field === 'language' ? field : `${field}:${change.value}`)
  )
    return true;
  // The first word on a ticket's state after an answer says what anybody sees in the line of facts.
  return (
    change.kind === 'set' &&
    change.field === 'state' &&
    change.value === 'open' &&
    (kind === 'mail-out' || kind === 'fax-out')
  );
}

const silentInCall: ReadonlySet<string> = new Set([
  'state',
  'language',
  'priority',
  'subject',
  'customer',
  'phone',
]);

/** What a fax or a recording brings with it stands in the ticket, as with a mail. */
function isOfCall({ kind, ...change }: Change, { fields }: TicketEvent): boolean {
  const isOfMachine = fields.has('drop') || fields.has('gateway');
  return isOfMachine && kind === 'set' && 'field' in change && silentInCall.has(change.field);
}

const messageKinds: ReadonlySet<EventKind | undefined> = new Set([
  'mail-in',
  'mail-out',
  'note',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'draft',
  'import',
  undefined,
]);

interface OwnKey {
  readonly key: string;
  readonly sign: string;
}

/** What an event is, apart from its changes. */
const ownKeys: Partial<Record<EventKind, OwnKey>> = {
  'mail-in': { key: 'event.mail-in', sign: 'inbox' },
  'mail-out': { key: 'event.mail-out', sign: 'reply' },
  note: { key: 'event.note', sign: 'lock' },
  'call-in': { key: 'event.call-in', sign: 'phone' },
  'call-out': { key: 'event.call-out', sign: 'phone' },
  'fax-in': { key: 'event.fax-in', sign: 'fax' },
  'fax-out': { key: 'event.fax-out', sign: 'fax' },
  recording: { key: 'event.recording', sign: 'rec' },
  draft: { key: 'event.draft', sign: 'pen' },
  escalation: { key: 'event.escalation', sign: 'clock' },
  merge: { key: 'event.merge', sign: 'merge' },
  unmerge: { key: 'event.unmerge', sign: 'merge' },
  split: { key: 'event.split', sign: 'merge' },
  redaction: { key: 'event.redaction', sign: 'hist' },
  import: { key: 'event.import', sign: 'inbox' },
};

function ownLine(event: TicketEvent, words: EventWords): EventLine | undefined {
  if (event.kind === 'update') return undefined;
  if (event.kind === 'delivery') return describeDelivery(event, words);
  const own =
    passedKey(event) ??
    madeWithKey(event) ??
    (event.kind === undefined ? undefined : ownKeys[event.kind]);
  return describeOwn(event, own ?? { key: 'event.unknown', sign: 'hist' }, words);
}

function describeOwn(event: TicketEvent, { key, sign }: OwnKey, words: EventWords): EventLine {
  const who = whoOf(event, words);
  const to = passedTo(event, words);
  const modules = madeWith(event, words.locale);
  return { sign, sentence: words.locale.markup(key, { who, kind: event.kindText, to, modules }) };
}

/** A person, the sender of a mail, or the desk. */
function whoOf(event: TicketEvent, { locale, nameOf }: EventWords): string {
  const { from } = event.mail;
  const caller = callerOf(event);
  if (caller !== undefined) return caller;
  const isWriter = event.actor.kind === 'customer' || isImported(event);
  if (isWriter && from !== undefined) return displayName(from);
  return actorName(event.actor, nameOf) ?? locale.text('event.desk');
}

const deliveryKeys: Readonly<Record<string, string>> = {
  sent: 'event.delivery.sent',
  deferred: 'event.delivery.deferred',
  failed: 'event.delivery.failed',
};

function describeDelivery(event: TicketEvent, { locale }: EventWords): EventLine {
  const outcome = parseParameters(event.fields.get('delivery')?.at(-1) ?? '');
  const state = outcome.get('') ?? '';
  const key = deliveryKeys[state] ?? 'event.delivery.other';
  const reply = outcome.get('reply') ?? locale.text('delivery.no-reply');
  return {
    sign: state === 'failed' ? 'tri' : 'out',
    sentence: locale.markup(key, { state, reply }),
    isBad: state === 'failed',
  };
}
