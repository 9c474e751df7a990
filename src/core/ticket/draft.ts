/**
 * Drafts: answers and notes that somebody is still writing, or that wait for their time to go out.
 *
 * Owns: the words of a draft's block (docs/FORMAT.md: "Drafts"). Promises: reading is total; of several files of one draft,
 * which a crash may leave, the newest counts. A draft is no event: it changes nothing and nobody's history names it.
 * Leaves to others: its text and files (a mail like any other), its file (storage/draft-files.ts), sending it (services/drafts).
 */
import { formatInstant, type Instant, parseInstant } from '../../base/clock.ts';
import { readModuleIds } from '../answers/made-with.ts';
import {
  type Actor,
  type BlockFields,
  type Digest,
  type EventDraft,
  formatParameters,
  type MessageName,
  parseDigest,
  parseMessageName,
  parseParameters,
  type TicketEvent,
} from './event.ts';
import { isEnded, type TicketState } from './states.ts';

declare const draftIdBrand: unique symbol;

/** Names a draft over all its files: 16 to 40 lower-case letters and digits. */
export type DraftId = string & { readonly [draftIdBrand]: 'DraftId' };

export type Writing = 'answer' | 'note';

/** `send`: on its way, and may be called back for some seconds. `later`: for a time that was chosen. */
export type SendWay = 'send' | 'later';

export interface SendTime {
  readonly at: Instant;
  readonly way: SendWay;
}

/** What a draft's block says. */
export interface DraftFacts {
  readonly id: DraftId;
  readonly login: string;
  readonly writing: Writing;
  /** The message that is answered. */
  readonly message: MessageName | undefined;
  /** Counts the savings, so that two windows do not overwrite each other unseen. */
  readonly revision: number;
  /** State that the ticket shall have afterwards; empty when it stays. */
  readonly state: string;
  /** Recipients as typed: what is no address yet is kept, too. */
  readonly to: string;
  readonly cc: string;
  /** Heads of the history that the writer has seen. */
  readonly seen: readonly Digest[];
  readonly send: SendTime | undefined;
  /** Ids of the text modules that were put into it. */
  readonly modules: readonly string[];
  /** Why a scheduled one came back to its writer. */
  readonly returned: ReturnReason | undefined;
  readonly time: Instant;
}

export const returnReasons = ['customer-wrote', 'refused'] as const;

export type ReturnReason = (typeof returnReasons)[number];

export function parseDraftId(text: string): DraftId | undefined {
  return isDraftId(text) ? text : undefined;
}

function isDraftId(text: string): text is DraftId {
  return /^[a-z0-9]{16,40}$/.test(text);
}

/** Undefined for an event that is no draft of an agent, such as one that a mail program left. */
export function readDraft(
  event: Pick<TicketEvent, 'kind' | 'actor' | 'fields' | 'time'>,
): DraftFacts | undefined {
  if (event.kind !== 'draft' || event.actor.kind !== 'agent') return undefined;
  const first = (name: string) => event.fields.get(name)?.[0] ?? '';
  const words = parseParameters(first('draft'));
  const writing = words.get('') ?? '';
  const id = parseDraftId(words.get('id') ?? '');
  if (id === undefined || (writing !== 'answer' && writing !== 'note')) return undefined;
  return {
    id,
    login: event.actor.login,
    writing,
    message: parseMessageName(words.get('message') ?? ''),
    revision: Math.max(1, Number.parseInt(words.get('revision') ?? '1', 10) || 1),
    state: words.get('state') ?? '',
    to: first('draft-to'),
    cc: first('draft-cc'),
    seen: readSeen(event.fields),
    send: readSendTime(first('send-at')),
    modules: readModuleIds(event.fields.get('module') ?? []),
    returned: returnReasons.find((reason) => reason === words.get('returned')),
    time: event.time,
  };
}

function readSeen(fields: BlockFields): readonly Digest[] {
  return (fields.get('seen') ?? []).flatMap((value) => parseDigest(value) ?? []);
}

function readSendTime(value: string): SendTime | undefined {
  const words = parseParameters(value);
  const at = parseInstant(words.get('') ?? '');
  if (at === undefined) return undefined;
  return { at, way: words.get('way') === 'send' ? 'send' : 'later' };
}

/** The block of the draft's next file. */
export function formatDraft(facts: Omit<DraftFacts, 'time'>): EventDraft {
  const { id, login, writing, message, revision, state, to, cc, seen, send, modules, returned } =
    facts;
  const fields: (readonly [string, string])[] = [
    ['Draft', formatParameters(writing, { id, revision, message, state, returned })],
  ];
  if (send !== undefined)
    fields.push(['Send-At', formatParameters(formatInstant(send.at), { way: send.way })]);
  if (to.trim() !== '') fields.push(['Draft-To', to]);
  if (cc.trim() !== '') fields.push(['Draft-Cc', cc]);
  for (const digest of seen) fields.push(['Seen', digest]);
  for (const module of modules) fields.push(['Module', module]);
  return { kind: 'draft', actor: { kind: 'agent', login }, changes: [], fields };
}

/** Of each draft its newest file, by time, then by name; `obsolete` are the others. */
export function settleDrafts<T extends { readonly event: TicketEvent }>(
  files: readonly T[],
): {
  readonly drafts: readonly (T & { readonly draft: DraftFacts })[];
  readonly obsolete: readonly T[];
} {
  const newest = new Map<string, T & { readonly draft: DraftFacts }>();
  const obsolete: T[] = [];
  for (const file of files) {
    const draft = readDraft(file.event);
    if (draft === undefined) continue;
    const key = `${draft.login} ${draft.id}`;
    const other = newest.get(key);
    if (other !== undefined && isNewer(other.event, file.event)) {
      obsolete.push(file);
      continue;
    }
    if (other !== undefined) obsolete.push(other);
    newest.set(key, { ...file, draft });
  }
  const drafts = [...newest.values()].sort((one, other) => one.draft.time - other.draft.time);
  return { drafts, obsolete };
}

/** What a crash left of one draft beside its newest file. */
export function obsoleteOf<T extends { readonly event: TicketEvent }>(
  files: readonly T[],
  { login, id }: Pick<DraftFacts, 'login' | 'id'>,
): readonly T[] {
  return settleDrafts(files).obsolete.filter(({ event }) => {
    const draft = readDraft(event);
    return draft?.id === id && draft.login === login;
  });
}

function isNewer(one: TicketEvent, other: TicketEvent): boolean {
  return one.time === other.time ? one.name > other.name : one.time > other.time;
}

/** What a draft refuses beside what its ticket does. */
export type DraftRefusal =
  | { readonly code: 'unknown-draft' }
  /** Saved in another window since this one read it; `revision` is the one that is there. */
  | { readonly code: 'draft-changed'; readonly revision: number }
  /** It is on its way and cannot be called back. */
  | { readonly code: 'draft-sent' }
  | { readonly code: 'draft-too-large'; readonly most: number }
  | { readonly code: 'bad-time'; readonly value: string }
  /** Others did something since the writer looked: the names of these events. */
  | { readonly code: 'ticket-changed'; readonly events: readonly MessageName[] };

/** A draft that waited for its time goes back to its writer. */
export interface ReturnDraftCommand {
  readonly kind: 'return-draft';
  readonly login: string;
  /** When it should have gone out. */
  readonly at: Instant;
  readonly reason: ReturnReason;
  /** The mail that came first. */
  readonly message?: MessageName;
  /** Repeating a command with the same key finds the first one's event. */
  readonly once: string;
}

export function decideReturn(
  state: TicketState,
  { login, at, reason, message }: ReturnDraftCommand,
  actor: Actor,
): EventDraft {
  const value = formatParameters(reason, { agent: login, at: formatInstant(at), message });
  const rests = state !== 'new' && state !== 'open' && !isEnded(state);
  const isClosed = state === 'closed' || state === 'closed-unsuccessful';
  return {
    kind: 'update',
    actor,
    changes: rests || isClosed ? [{ kind: 'set', field: 'state', value: 'open' }] : [],
    fields: [['Returned', value]],
  };
}

export interface ReturnFacts {
  readonly reason: ReturnReason;
  readonly login: string;
  readonly at: Instant | undefined;
}

/** What an event says of a draft that came back. */
export function readReturn(fields: BlockFields): ReturnFacts | undefined {
  const words = parseParameters(fields.get('returned')?.[0] ?? '');
  const reason = returnReasons.find((known) => known === words.get(''));
  const login = words.get('agent') ?? '';
  if (reason === undefined || login === '') return undefined;
  return { reason, login, at: parseInstant(words.get('at') ?? '') };
}
