/**
 * What a dropped file does to its ticket.
 *
 * Owns: the block fields `Drop` and `Problem` (docs/FORMAT.md). Promises: pure. A file is believed as far as its ticket:
 * who may write into `drop/` may do that.
 * Leaves to others: the mail around the file (services/intake/drop-filing.ts).
 */
import { formatInstant, type Instant } from '../../base/clock.ts';
import { type Address, addressKey, formatAddress } from '../message/address.ts';
import type { PhoneNumber } from '../phone/phone-number.ts';
import { decideFollowUp } from '../ticket/decide.ts';
import {
  type Actor,
  type BlockFields,
  type Change,
  type EventDraft,
  type EventKind,
  formatParameters,
  parseParameters,
} from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';

export const dropProblems = [
  /** Digits where a ticket number stands that name no ticket. */
  'no-ticket',
  /** The name's ending says another kind of file than it is. */
  'misnamed',
  /** A key of the sidecar, or the whole of it, cannot be read. */
  'sidecar',
  /** The folder, or the sidecar, names no queue. */
  'no-queue',
  /** Several customers have the number. */
  'several-callers',
] as const;

export type DropProblemCode = (typeof dropProblems)[number];

export interface DropProblem {
  readonly code: DropProblemCode;
  /** What it is about. */
  readonly value: string;
}

/** Everything that was found out about the file. */
export interface DroppedFile {
  readonly what: 'fax' | 'recording';
  readonly direction: 'in' | 'out';
  /** Of the other side, as far as it is known. */
  readonly number: PhoneNumber | undefined;
  readonly customer: Address | undefined;
  /** When it was received, sent or spoken. */
  readonly at: Instant;
  /** Seconds. */
  readonly duration: number | undefined;
  readonly queue: string;
  readonly language: string | undefined;
  readonly subject: string;
  /** Path below `drop/`. */
  readonly path: string;
  readonly size: number;
  /** The file of ours that was called, where it is said. */
  readonly own: string | undefined;
  readonly agent: string | undefined;
  readonly problems: readonly DropProblem[];
}

export function kindOfDrop({
  what,
  direction,
}: Pick<DroppedFile, 'what' | 'direction'>): EventKind {
  if (what === 'fax') return direction === 'in' ? 'fax-in' : 'fax-out';
  return direction === 'in' ? 'recording' : 'call-out';
}

export function draftDropped(file: DroppedFile, ticket: Ticket | undefined): EventDraft {
  return {
    kind: kindOfDrop(file),
    actor: actorOf(file),
    changes: ticket === undefined ? opening(file) : joining(file, ticket),
    fields: [
      ['Via', 'drop'],
      ...(file.number === undefined ? [] : [['Phone', file.number] as const]),
      ['Drop', formatDrop(file)],
      ...file.problems.map(
        ({ code, value }) => ['Problem', formatParameters(code, { value })] as const,
      ),
    ],
  };
}

/** What somebody outside sent is his; what one of us sent is that agent's, or nobody's whom we know. */
function actorOf({ direction, customer, agent }: DroppedFile): Actor {
  if (direction === 'out')
    return agent === undefined ? { kind: 'system', part: 'drop' } : { kind: 'agent', login: agent };
  return customer === undefined
    ? { kind: 'system', part: 'drop' }
    : { kind: 'customer', address: customer.address };
}

function opening(file: DroppedFile): readonly Change[] {
  const { customer, number, language, direction } = file;
  const setTo = (field: string, value: string): Change => ({ kind: 'set', field, value });
  return [
    setTo('state', direction === 'in' ? 'new' : 'open'),
    setTo('queue', file.queue),
    setTo('priority', 'normal'),
    setTo('subject', file.subject),
    ...(language === undefined ? [] : [setTo('language', language)]),
    ...(customer === undefined ? [] : [setTo('customer', formatAddress(customer))]),
    ...(number === undefined ? [] : [setTo('phone', number)]),
    ...people(file),
  ];
}

function joining(file: DroppedFile, ticket: Ticket): readonly Change[] {
  const { number, direction } = file;
  const participants = people(file).map(({ value }) => value);
  const joined =
    direction === 'in'
      ? decideFollowUp(ticket, participants, undefined)
      : people(file).filter(({ value }) => !ticket.participants.has(value));
  return number === undefined || ticket.extra.has('phone')
    ? joined
    : [...joined, { kind: 'set', field: 'phone', value: number }];
}

function people({ customer }: DroppedFile): readonly Change[] {
  return customer === undefined
    ? []
    : [{ kind: 'add', set: 'participant', value: addressKey(customer.address) }];
}

function formatDrop({ path, size, at, duration, own }: DroppedFile): string {
  return formatParameters('', {
    file: oneLine(path),
    bytes: size,
    at: formatInstant(at),
    duration,
    own,
  });
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

export interface DropField {
  readonly file: string;
  readonly at: string | undefined;
  /** Seconds. */
  readonly duration: number | undefined;
}

/** Undefined for a message that did not come by `drop/`. */
export function readDrop(fields: BlockFields): DropField | undefined {
  const value = fields.get('drop')?.[0];
  if (value === undefined) return undefined;
  const parameters = parseParameters(value);
  const duration = Number(parameters.get('duration') ?? Number.NaN);
  return {
    file: parameters.get('file') ?? '',
    at: parameters.get('at'),
    duration: Number.isFinite(duration) ? duration : undefined,
  };
}

/** Problems of kinds that this version knows. */
export function readDropProblems(fields: BlockFields): readonly DropProblem[] {
  return (fields.get('problem') ?? []).flatMap((text) => {
    const parameters = parseParameters(text);
    const code = dropProblems.find((each) => each === parameters.get(''));
    return code === undefined ? [] : [{ code, value: parameters.get('value') ?? '' }];
  });
}
