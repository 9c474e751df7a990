/**
 * The conversations of the demo desk: templates/demo/conversations/LANGUAGE.yaml and newcomers.yaml.
 *
 * Promises: what is returned has the shape of its type; a file that has not is a fault that names it.
 */
import { parse } from 'yaml';
import { hour, type Instant, toInstant } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { type Address, parseAddress } from '../core/message/address.ts';
import type { FileOps } from '../storage/files.ts';

export interface DemoAttachment {
  readonly name: string;
  readonly kind: 'text' | 'png' | 'pdf';
  readonly content: string;
}

export interface DemoTurn {
  readonly by: 'customer' | 'agent' | 'note';
  readonly login: string;
  readonly time: Instant;
  readonly text: string;
}

export interface DemoConversation {
  readonly id: string;
  readonly language: string;
  readonly to: string;
  readonly customer: Address;
  readonly cc: readonly Address[];
  readonly subject: string;
  readonly queue: string;
  readonly state: string;
  readonly priority: string;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly isHtml: boolean;
  readonly attachments: readonly DemoAttachment[];
  readonly turns: readonly DemoTurn[];
  /** What the customer writes later, one after another. */
  readonly live: readonly string[];
}

export async function readConversations(
  files: FileOps,
  folder: string,
  now: Instant,
): Promise<readonly DemoConversation[]> {
  const names = ((await files.list(folder)) ?? []).filter((name) => name.endsWith('.yaml')).sort();
  const lists = await Promise.all(
    names.map((name) => readFile(files, `${folder}/${name}`, name.replace(/\.yaml$/, ''), now)),
  );
  return lists.flat();
}

export async function readFile(
  files: FileOps,
  path: string,
  language: string,
  now: Instant,
): Promise<readonly DemoConversation[]> {
  const list: unknown = parse((await files.readFile(path)).toString('utf8'));
  if (!Array.isArray(list)) throw wrong(path, 'a list of conversations', list);
  return list.map((entry) => toConversation(entry, path, language, now));
}

type Table = Readonly<Record<string, unknown>>;

function toConversation(
  entry: unknown,
  path: string,
  language: string,
  now: Instant,
): DemoConversation {
  const table = toTable(entry, path);
  const first = toInstant(now - number(table.hoursAgo) * hour);
  const customer = toTable(table.customer, path);
  const turns =
    table.turns === undefined ? [{ by: 'customer', text: table.text }] : list(table.turns);
  return {
    id: text(table.id),
    language,
    to: text(table.to),
    customer: { name: text(customer.name), address: text(customer.address) },
    cc: list(table.cc).flatMap((each) => parseAddress(text(each)) ?? []),
    subject: text(table.subject),
    queue: text(table.queue),
    state: text(table.state),
    priority: text(table.priority),
    owner: text(table.owner),
    tags: list(table.tags).map(text),
    isHtml: table.html === true,
    attachments: list(table.attachments).map((each) => toAttachment(toTable(each, path))),
    turns: turns.map((turn) => toTurn(toTable(turn, path), first)),
    live: list(table.live).map(text),
  };
}

function toTurn(turn: Table, first: Instant): DemoTurn {
  const by = text(turn.by);
  return {
    by: by === 'agent' || by === 'note' ? by : 'customer',
    login: text(turn.login),
    time: toInstant(first + number(turn.afterHours) * hour),
    text: text(turn.text).trimEnd(),
  };
}

function toAttachment({ name, kind, content }: Table): DemoAttachment {
  return {
    name: text(name),
    kind: kind === 'png' || kind === 'pdf' ? kind : 'text',
    content: text(content),
  };
}

function toTable(value: unknown, path: string): Table {
  if (typeof value !== 'object' || value === null) throw wrong(path, 'a table', value);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function wrong(path: string, expected: string, came: unknown): Fault {
  return new Fault('config-invalid', {
    retry: 'never',
    detail: `"${path}" should hold ${expected}, but holds ${typeof came}`,
  });
}
