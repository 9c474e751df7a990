/**
 * The catalogue on disk, between two lives of the process: `index/catalogue.jsonl`.
 *
 * Promises: a snapshot is whole or it is not there; what cannot be read, was cut off, or has another
 * version is ignored, for the folders say it all again. One record a line, values in a fixed order.
 */
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type Instant, toInstant } from '../../../base/clock.ts';
import { isFault } from '../../../base/fault.ts';
import type { Address } from '../../../core/message/address.ts';
import type { MessageId } from '../../../core/message/mail.ts';
import { toMessageId } from '../../../core/message/message-id.ts';
import { parseDigest, parseMessageName } from '../../../core/ticket/event.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import { isPriority, isTicketState } from '../../../core/ticket/states.ts';
import { ensureDirectory, type FileOps } from '../../../storage/files.ts';
import type { FolderStamp } from '../../../storage/ticket-store.ts';
import type { Mark, MessageKey, TicketRecord } from '../index.ts';

/** Changes whenever a line's values do. */
const version = 1;
const format = 'maildesk-catalogue';

export interface Snapshot {
  /** Undefined when there is none that can be used. */
  load(): Promise<readonly TicketRecord[] | undefined>;
  save(records: readonly TicketRecord[]): Promise<void>;
}

export function createSnapshot(files: FileOps, directory: string): Snapshot {
  const path = join(directory, 'catalogue.jsonl');
  const draft = `${path}.tmp`;

  return {
    async load() {
      try {
        return parseSnapshot((await files.readFile(path)).toString());
      } catch (error) {
        if (isFault(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async save(records) {
      await ensureDirectory(files, directory, directory);
      await files.unlink(draft);
      await files.createFile(draft, Buffer.from(await formatSnapshot(records)));
      await files.rename(draft, path);
    },
  };
}

/** Records formatted before others get their turn. */
const slice = 500;

async function formatSnapshot(records: readonly TicketRecord[]): Promise<string> {
  const lines = [JSON.stringify({ format, version, tickets: records.length })];
  for (const record of records) {
    lines.push(JSON.stringify(toLine(record)));
    if (lines.length % slice === 0) await turn();
  }
  return `${lines.join('\n')}\n`;
}

/** Undefined unless every line can be used. */
function parseSnapshot(text: string): readonly TicketRecord[] | undefined {
  const [head = '', ...lines] = text.split('\n');
  const records: TicketRecord[] = [];
  try {
    const header: unknown = JSON.parse(head);
    if (!isHeader(header) || lines.pop() !== '' || lines.length !== header.tickets)
      return undefined;
    for (const line of lines) {
      const record = readLine(JSON.parse(line));
      if (record === undefined) return undefined;
      records.push(record);
    }
    return records;
  } catch {
    // A line that is no JSON: written by something else, or cut.
    return undefined;
  }
}

function isHeader(value: unknown): value is { readonly tickets: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === format &&
    'version' in value &&
    value.version === version &&
    'tickets' in value
  );
}

function toLine(record: TicketRecord): readonly unknown[] {
  const { customer, stamp } = record;
  return [
    record.number,
    record.subject,
    record.state,
    record.queue,
    record.priority,
    record.owner,
    record.language,
    customer === undefined ? undefined : [customer.name, customer.address],
    record.participants,
    record.tags,
    record.created,
    record.updated,
    record.closedAt,
    record.mergedInto,
    record.snippet,
    record.marks,
    record.messageCount,
    record.delivery,
    record.confirmationDue,
    record.messages.map(({ name, messageId, references, content }) => [
      name,
      messageId,
      references,
      content,
    ]),
    stamp === undefined ? undefined : [stamp.newModified, stamp.curModified],
  ];
}

/** JSON has no undefined: what is absent stands as null in the line. */
function readLine(line: unknown): TicketRecord | undefined {
  const [
    number,
    subject,
    state,
    queue,
    priority,
    owner,
    language,
    customer,
    participants,
    tags,
    created,
    updated,
    closedAt,
    mergedInto,
    snippet,
    marks,
    messageCount,
    delivery,
    confirmationDue,
    messages,
    stamp,
  ] = listOf(line);
  const parsed = parseTicketNumber(textOf(number));
  const [stateText, priorityText] = [textOf(state), textOf(priority)];
  if (parsed === undefined || !isTicketState(stateText) || !isPriority(priorityText))
    return undefined;
  const keys = listOf(messages).map(readKey);
  if (keys.includes(undefined)) return undefined;
  return {
    number: parsed,
    subject: textOf(subject),
    state: stateText,
    queue: textOf(queue),
    priority: priorityText,
    owner: optionalText(owner),
    language: optionalText(language),
    customer: readAddress(customer),
    participants: listOf(participants).map(textOf),
    tags: listOf(tags).map(textOf),
    created: readInstant(created) ?? toInstant(0),
    updated: readInstant(updated) ?? toInstant(0),
    closedAt: readInstant(closedAt),
    mergedInto: parseTicketNumber(textOf(mergedInto)),
    snippet: textOf(snippet),
    marks: listOf(marks).filter(isMark),
    messageCount: typeof messageCount === 'number' ? messageCount : 0,
    delivery: isDelivery(delivery) ? delivery : undefined,
    confirmationDue: confirmationDue === true,
    messages: keys.flatMap((key) => key ?? []),
    stamp: readStamp(stamp),
  };
}

function readKey(value: unknown): MessageKey | undefined {
  const [nameText, messageId, references, content] = listOf(value);
  const name = parseMessageName(textOf(nameText));
  if (name === undefined) return undefined;
  return {
    name,
    messageId: readMessageId(messageId),
    references: listOf(references).flatMap((id) => readMessageId(id) ?? []),
    content: parseDigest(textOf(content)),
  };
}

function readMessageId(value: unknown): MessageId | undefined {
  return typeof value === 'string' ? toMessageId(value) : undefined;
}

function readAddress(value: unknown): Address | undefined {
  const [name, address] = listOf(value);
  return typeof address === 'string' ? { name: textOf(name), address } : undefined;
}

function readStamp(value: unknown): FolderStamp | undefined {
  const [fresh, current] = listOf(value);
  const [newModified, curModified] = [readInstant(fresh), readInstant(current)];
  if (newModified === undefined || curModified === undefined) return undefined;
  return { newModified, curModified };
}

function readInstant(value: unknown): Instant | undefined {
  return typeof value === 'number' ? toInstant(value) : undefined;
}

function isMark(value: unknown): value is Mark {
  return value === 'attachment' || value === 'fax' || value === 'call' || value === 'recording';
}

function isDelivery(value: unknown): value is 'failed' | 'deferred' | 'waiting' {
  return value === 'failed' || value === 'deferred' || value === 'waiting';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
