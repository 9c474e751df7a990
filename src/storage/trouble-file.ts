/**
 * A file in trouble/: a block that says why it lies there, then the mail.
 *
 * Owns: the fields of that block (docs/FORMAT.md). Promises: reading is total; the mail's own bytes are
 * the tail of the file; a mail that goes out keeps its block behind ours.
 * Leaves to others: names and directories (spool.ts), what to do about it.
 */
import { formatInstant, type Instant, parseInstant } from '../base/clock.ts';
import {
  formatVerdicts,
  noVerdicts,
  readVerdicts,
  type Verdicts,
} from '../core/message/verdicts.ts';
import { formatParameters, parseParameters } from '../core/ticket/event.ts';
import { type BlockField, formatBlock, splitBlock } from './block.ts';
import { digestOf, lineEndOf, readSubject } from './codec.ts';
import { originalOf } from './message-file.ts';

/**
 * `virus`: kept from people because of what is in it; `failed`: a mail on its way in that could not be
 * filed; `outgoing`: a mail on its way out that cannot be sent.
 */
export type TroubleKind = 'virus' | 'failed' | 'outgoing';

/** The mail as it came, for filing it after all. */
export interface TroubleEnvelope {
  readonly via: string;
  /** Undefined when there was no envelope. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly client: string | undefined;
}

export interface TroubleNote {
  readonly kind: TroubleKind;
  /** Name of the virus, or what went wrong. */
  readonly reason: string;
  readonly since: Instant;
  readonly envelope: TroubleEnvelope;
  readonly verdicts: Verdicts;
}

export interface TroubleFile {
  /** Undefined for a file that somebody else put there, or an earlier release. */
  readonly note: TroubleNote | undefined;
  readonly subject: string;
  /** The mail without what we put in front. */
  readonly mail: Buffer;
}

const mostRecipients = 200;

export function formatTroubleFile(note: TroubleNote, raw: Buffer): Buffer {
  const { kind, reason, since, envelope, verdicts } = note;
  const lineEnd = lineEndOf(raw);
  const head: readonly BlockField[] = [
    ['Trouble', formatParameters(kind, { reason })],
    ['Time', formatInstant(since)],
  ];
  // What goes out begins with a block of its own, which thereby stays one with ours.
  if (kind === 'outgoing') return Buffer.concat([formatBlock(head, lineEnd), raw]);
  const fields: readonly BlockField[] = [
    ...head,
    ['Via', envelope.via],
    ...(envelope.client === undefined ? [] : [['Client', envelope.client] as const]),
    ...(envelope.sender === undefined ? [] : [['Sender', `<${envelope.sender}>`] as const]),
    ...envelope.recipients
      .slice(0, mostRecipients)
      .map((address) => ['Recipient', address] as const),
    ...formatVerdicts(verdicts),
    ['Raw', `bytes=${raw.length}; sha256=${digestOf(raw).slice('sha256:'.length)}`],
  ];
  // As in a ticket: the Return-Path keeps a block that the mail itself begins with out of ours.
  const returnPath = `Return-Path: <${oneWord(envelope.sender ?? '')}>${lineEnd}`;
  return Buffer.concat([formatBlock(fields, lineEnd), Buffer.from(returnPath), raw]);
}

export function parseTroubleFile(bytes: Buffer): TroubleFile {
  const { fields, end } = splitBlock(bytes);
  const note = readNote(fields);
  return {
    note,
    subject: readSubject(bytes.subarray(end)),
    mail: mailOf(bytes, note, end),
  };
}

/** Of a file without our note every byte may be the mail's. */
function mailOf(bytes: Buffer, note: TroubleNote | undefined, end: number): Buffer {
  if (note === undefined) return bytes;
  return note.kind === 'outgoing' ? bytes.subarray(end) : originalOf(bytes);
}

function readNote(fields: readonly BlockField[]): TroubleNote | undefined {
  const values = (name: string) =>
    fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const first = (name: string) => values(name)[0];
  const trouble = parseParameters(first('trouble') ?? '');
  const kind = trouble.get('');
  const since = parseInstant(first('time') ?? '');
  if (since === undefined || !isKind(kind)) return undefined;
  const sender = first('sender');
  return {
    kind,
    reason: trouble.get('reason') ?? '',
    since,
    envelope: {
      via: first('via') ?? '',
      sender: sender === undefined ? undefined : withoutBrackets(sender),
      recipients: values('recipient').slice(0, mostRecipients),
      client: first('client'),
    },
    verdicts: kind === 'outgoing' ? noVerdicts : readVerdicts(groupFields(fields)),
  };
}

function groupFields(fields: readonly BlockField[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}

function isKind(text: string | undefined): text is TroubleKind {
  return text === 'virus' || text === 'failed' || text === 'outgoing';
}

function withoutBrackets(value: string): string {
  return value.replace(/^<(.*)>$/, '$1').trim();
}

function oneWord(text: string): string {
  return text.replace(/[<>\s\p{Cc}]+/gu, '').slice(0, 320);
}
