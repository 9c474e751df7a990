/**
 * What a message file means to its ticket.
 *
 * Owns: the words of the Ticket block (DESIGN: "The Ticket block"; specified in docs/FORMAT.md) as
 * types, and their text forms. Promises: reading is total, unknown words are kept, never guessed.
 * Leaves to others: bytes (storage/codec.ts), the order and sum of events (fold.ts).
 */
import type { Instant } from '../../base/clock.ts';
import type { MailFacts } from '../message/mail.ts';

declare const nameBrand: unique symbol;
declare const digestBrand: unique symbol;

/** The unique part of a message's file name, before the info separator. */
export type MessageName = string & { readonly [nameBrand]: 'MessageName' };

/** `sha256:` and 64 hexadecimal digits, over all bytes of a message file. */
export type Digest = string & { readonly [digestBrand]: 'Digest' };

export const eventKinds = [
  'mail-in',
  'mail-out',
  'note',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'draft',
  'update',
  'delivery',
  'escalation',
  'merge',
  'unmerge',
  'split',
  'redaction',
  'import',
] as const;

export type EventKind = (typeof eventKinds)[number];

export type Actor =
  | { readonly kind: 'agent'; readonly login: string }
  | { readonly kind: 'customer'; readonly address: string }
  /** A part of the desk: `intake`, `sender`, `confirmation`. */
  | { readonly kind: 'system'; readonly part: string }
  /** Whoever owns a file that names no actor: an account of the operating system. */
  | { readonly kind: 'user'; readonly account: string };

export type Change =
  | { readonly kind: 'set'; readonly field: string; readonly value: string }
  | { readonly kind: 'add'; readonly set: string; readonly value: string }
  | { readonly kind: 'remove'; readonly set: string; readonly value: string };

/** Fields of the block beside event, time, actor, changes and previous: lower-case name without `Ticket-`. */
export type BlockFields = ReadonlyMap<string, readonly string[]>;

export interface TicketEvent {
  readonly name: MessageName;
  /** Undefined for a kind that this version does not know: shown and kept. */
  readonly kind: EventKind | undefined;
  /** The kind as written. */
  readonly kindText: string;
  readonly time: Instant;
  readonly actor: Actor;
  readonly changes: readonly Change[];
  /** Heads of the history that the writer knew. */
  readonly previous: readonly Digest[];
  readonly digest: Digest;
  readonly fields: BlockFields;
  readonly mail: MailFacts;
}

/** What is decided to be written, before it has a name, a time and bytes. */
export interface EventDraft {
  readonly kind: EventKind;
  readonly actor: Actor;
  readonly changes: readonly Change[];
  /** Further block fields in order: name without `Ticket-` in its canonical case, value. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export function isEventKind(text: string): text is EventKind {
  return (eventKinds as readonly string[]).includes(text);
}

/** Any non-empty file name that is not hidden and holds no separator of paths. */
export function parseMessageName(text: string): MessageName | undefined {
  return isMessageName(text) ? text : undefined;
}

function isMessageName(text: string): text is MessageName {
  return text.length > 0 && text.length <= 255 && !text.startsWith('.') && !/[/\0]/.test(text);
}

export function parseDigest(text: string): Digest | undefined {
  return isDigest(text) ? text : undefined;
}

function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

export function formatActor(actor: Actor): string {
  switch (actor.kind) {
    case 'agent':
      return `agent ${actor.login}`;
    case 'customer':
      return `customer ${actor.address}`;
    case 'system':
      return `system ${actor.part}`;
    case 'user':
      return `user ${actor.account}`;
  }
}

/** Undefined when the text names no known kind of actor. */
export function parseActor(text: string): Actor | undefined {
  const [kind = '', ...rest] = text.trim().split(/\s+/);
  const who = rest.join(' ');
  if (who === '') return undefined;
  if (kind === 'agent') return { kind, login: who };
  if (kind === 'customer') return { kind, address: who };
  if (kind === 'system') return { kind, part: who };
  return kind === 'user' ? { kind, account: who } : undefined;
}

/** The block line of a change: field name without `Ticket-`, and value. */
export function formatChange(change: Change): readonly [name: string, value: string] {
  switch (change.kind) {
    case 'set':
      return ['Set', `${change.field}=${change.value}`];
    case 'add':
      return ['Add', `${change.set}=${change.value}`];
    case 'remove':
      return ['Remove', `${change.set}=${change.value}`];
  }
}

/** `field=value`; undefined when there is no `=` or no field name. An empty value clears the field. */
export function parseChange(kind: Change['kind'], text: string): Change | undefined {
  const equals = text.indexOf('=');
  const field = text.slice(0, equals).trim().toLowerCase();
  if (equals < 1 || !/^[a-z][a-z0-9-]*$/.test(field)) return undefined;
  const value = text.slice(equals + 1).trim();
  return kind === 'set' ? { kind, field, value } : { kind, set: field, value };
}

/** Parameters of a block value such as `sent; code=250; text=OK`: the first word under ``, the others by name. */
export function parseParameters(value: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  value.split(';').forEach((part, position) => {
    const equals = part.indexOf('=');
    if (equals > 0)
      parameters.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
    else if (position === 0) parameters.set('', part.trim());
  });
  return parameters;
}

/** Writes what `parseParameters` reads; semicolons in values become commas. */
export function formatParameters(
  word: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const pairs = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${String(value).replaceAll(';', ',')}`);
  return [word, ...pairs].filter((part) => part !== '').join('; ');
}

export function firstBlockField(
  event: Pick<TicketEvent, 'fields'>,
  name: string,
): string | undefined {
  return event.fields.get(name)?.[0];
}
