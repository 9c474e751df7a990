/**
 * A message file from which something is taken out: block, trace and mail, sealed anew.
 *
 * Promises: pure. The file keeps its size where its name says it (with blanks behind the name of a block field), so that
 * name and place stay; what the block knows of the mail's bytes (`Ticket-Raw`) is true again.
 */
import { formatInstant } from '../base/clock.ts';
import { formatActor, type TicketEvent } from '../core/ticket/event.ts';
import { splitPlaced } from './block.ts';
import { digestOf, lineEndOf } from './codec.ts';
import {
  applyEdits,
  headerEdits,
  type MailPlan,
  rewriteMail,
  type TakenPart,
} from './codec-rewrite.ts';
import { splitSource } from './message-file.ts';
import { readSeal, sealFile } from './seal.ts';

export interface FilePlan extends MailPlan {
  /** The value that a field of the block (its name without `Ticket-`, in lower case) has from then. */
  readonly block?: (name: string, value: string) => string;
  /** Of the trace nothing stays but an empty Return-Path. */
  readonly noTrace?: boolean;
}

export interface RewrittenFile {
  readonly bytes: Buffer;
  /** Empty where nothing was found; then the bytes are the same. */
  readonly taken: readonly TakenPart[];
}

/** `event` is what the file means: what it leaves to the file system is written down, for its time will change. */
export function rewriteFile(bytes: Buffer, event: TicketEvent, plan: FilePlan): RewrittenFile {
  const { trace, original } = splitSource(bytes);
  const mail = rewriteMail(original, plan);
  const lines = readLines(bytes);
  const block =
    plan.block === undefined ? lines : lines.map((line) => changeLine(line, plan.block));
  const changedBlock = block.filter((line, at) => line !== lines[at]).length;
  const traced =
    plan.header === undefined
      ? []
      : headerEdits(trace, { start: 0, end: trace.length, find: plan.header, hint: plan.hint });
  const taken: TakenPart[] = [
    ...mail.taken,
    ...(changedBlock + traced.length > 0 ? [{ kind: 'header' as const, size: 0 }] : []),
  ];
  if (taken.length === 0) return { bytes, taken };
  const lineEnd = lineEndOf(bytes);
  const isSealed = readSeal(bytes).kind === 'seal';
  const text = [
    ...completion(block, event, lineEnd),
    ...block.filter((line) => !/^ticket-seal\s*:/i.test(line)),
  ].map((line) =>
    /^ticket-raw\s*:/i.test(line)
      ? `Ticket-Raw: bytes=${mail.bytes.length}; sha256=${digestOf(mail.bytes).slice('sha256:'.length)}${lineEnd}`
      : line,
  );
  const bare = Buffer.from(`Return-Path: <>${lineEnd}`, 'latin1');
  const isBare = plan.noTrace === true && trace.length >= bare.length;
  const tail = Buffer.concat([isBare ? bare : applyEdits(trace, traced), mail.bytes]);
  const sealBytes = isSealed ? 'Ticket-Seal: sha256:'.length + 64 + lineEnd.length : 0;
  const hasSize = /,S=[0-9]+/.test(event.name);
  const blockBytes = Buffer.from(text.join(''), 'utf8');
  const missing = hasSize ? bytes.length - sealBytes - blockBytes.length - tail.length : 0;
  const rest = Buffer.concat([pad(text, missing), tail, blanks(text.length === 0 ? missing : 0)]);
  return { bytes: isSealed ? sealFile(rest, lineEnd) : rest, taken };
}

/** Each with its line end and the lines that continue it. */
function readLines(bytes: Buffer): readonly string[] {
  const fields = splitPlaced(bytes);
  const { trace, original } = splitSource(bytes);
  const end = bytes.length - trace.length - original.length;
  return fields.map(({ offset }, at) =>
    bytes.toString('utf8', offset, fields[at + 1]?.offset ?? end),
  );
}

/** Numbers, times and digests name no person. */
const untouched =
  /^ticket-(seal|event|number|time|prev|raw|content|moved|undo|batch|module|redacted|via|follow-up|source)\s*:/i;

function changeLine(line: string, change: FilePlan['block']): string {
  const found = /^ticket-([a-z0-9-]+)([ \t]*:[ \t]*)([\s\S]*?)(\s*)$/i.exec(line);
  if (found === null || change === undefined || untouched.test(line)) return line;
  const [, name = '', colon = '', value = '', end = ''] = found;
  const now = change(name.toLowerCase(), value);
  return now === value ? line : `${line.slice(0, 'Ticket-'.length)}${name}${colon}${now}${end}`;
}

function completion(
  block: readonly string[],
  { kindText, time, actor }: TicketEvent,
  lineEnd: string,
): readonly string[] {
  const has = (name: string) =>
    block.some((line) => line.toLowerCase().startsWith(`ticket-${name}:`));
  return [
    ...(has('event') ? [] : [`Ticket-Event: ${kindText}${lineEnd}`]),
    ...(has('time') ? [] : [`Ticket-Time: ${formatInstant(time)}${lineEnd}`]),
    ...(has('actor') ? [] : [`Ticket-Actor: ${formatActor(actor)}${lineEnd}`]),
  ];
}

/** Blanks in front of a value mean nothing. */
function pad(lines: readonly string[], missing: number): Buffer {
  const [first = '', ...others] = lines;
  const colon = first.indexOf(':') + 1;
  const filled =
    missing > 0 && colon > 0
      ? first.slice(0, colon) + ' '.repeat(missing) + first.slice(colon)
      : first;
  return Buffer.from([filled, ...others].join(''), 'utf8');
}

function blanks(missing: number): Buffer {
  return Buffer.alloc(Math.max(0, missing), '\n');
}
