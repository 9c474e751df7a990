/**
 * What a queue file says of waiting: default times (`pending`), and closing by itself after a reminder (`autoClose`).
 *
 *     pending: { reminder: 3wd, close: 7d, customer: 14d }
 *     autoClose: { remindAfter: 5d, closeAfter: 7d, text: reminder, closing: no, state: closed-unsuccessful }
 *
 * Promises: pure and total; what a queue leaves out is as in the queue above it, then as in desk.yaml.
 */
import type { AutoClosePolicy } from '../core/escalation/auto-close.ts';
import { parseSpan, spanExpected, type WaitSpan } from '../core/escalation/span.ts';
import { isAutoReplyName } from './auto-replies.ts';
import type { Config, QueueConfig } from './config.ts';
import { yesOrNo } from './values.ts';
import { scalarText, unknownKey, type YamlEntry } from './yaml.ts';

export const waitKinds = ['reminder', 'close', 'customer'] as const;

export type WaitKind = (typeof waitKinds)[number];

const autoCloseKeys = ['remindAfter', 'closeAfter', 'text', 'closing', 'state'];
const endStates = ['closed', 'closed-unsuccessful'] as const;

/** Names of the texts where the queue names none. */
export const reminderText = 'reminder';
export const closingText = 'auto-closed';

type Report = (line: number | undefined, reason: string) => void;

/** `pending:`: a table, or `no`. */
export function readPending(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'pending'> {
  if (entry === undefined) return {};
  if (entry.entries === undefined) {
    report(entry.line, 'The queue\'s "pending" should hold "reminder", "close" and "customer"');
    return {};
  }
  const times: Partial<Record<WaitKind, WaitSpan | false>> = {};
  for (const { key, line, value } of entry.entries) {
    const kind = waitKinds.find((known) => known === key);
    if (kind === undefined) {
      report(line, unknownKey('setting of pending', key, waitKinds));
      continue;
    }
    const text = scalarText(value) ?? '';
    const span = parseSpan(text);
    if (span !== undefined) times[kind] = span;
    else if (yesOrNo.parse(text)?.value === false) times[kind] = false;
    else report(line, `"${key}" of "pending" should be ${spanExpected}, or no`);
  }
  return { pending: times };
}

/** `autoClose:`: a table, or `no` for a queue below one that has it. */
export function readAutoClose(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'autoClose'> {
  if (entry === undefined) return {};
  const { entries } = entry;
  if (entries === undefined) {
    if (yesOrNo.parse(scalarText(entry.value) ?? '')?.value === false) return { autoClose: false };
    report(
      entry.line,
      'The queue\'s "autoClose" should hold "remindAfter" and "closeAfter", or be no',
    );
    return {};
  }
  for (const { key, line } of entries)
    if (!autoCloseKeys.includes(key))
      report(line, unknownKey('setting of autoClose', key, autoCloseKeys));
  const find = (key: string) => entries.find((each) => each.key === key);
  const span = (key: string) => {
    const parsed = parseSpan(scalarText(find(key)?.value) ?? '');
    if (parsed === undefined)
      report(find(key)?.line ?? entry.line, `"${key}" of "autoClose" should be ${spanExpected}`);
    return parsed;
  };
  const [remindAfter, closeAfter] = [span('remindAfter'), span('closeAfter')];
  const text = readName(find('text'), reminderText, report);
  // Without a word the last mail is the reminder, which said what would come.
  const closing =
    find('closing') === undefined ? undefined : readName(find('closing'), closingText, report);
  const state = readState(find('state'), report);
  // Half a rule would close without a word, or remind for ever.
  if (remindAfter === undefined || closeAfter === undefined) return {};
  if (text === undefined)
    report(
      find('text')?.line,
      '"text" of "autoClose" cannot be no: nothing is closed without a reminder',
    );
  return {
    autoClose: { remindAfter, closeAfter, text: text ?? reminderText, closing, state },
  };
}

/** Name of a text; `yes` for the usual one, `no` for none. */
function readName(entry: YamlEntry | undefined, usual: string, report: Report): string | undefined {
  if (entry === undefined) return usual;
  const name = scalarText(entry.value) ?? '';
  const isOn = yesOrNo.parse(name)?.value;
  if (isOn !== undefined) return isOn ? usual : undefined;
  if (isAutoReplyName(name)) return name;
  report(entry.line, `"${entry.key}" of "autoClose" should be the name of a text`);
  return usual;
}

function readState(entry: YamlEntry | undefined, report: Report): AutoClosePolicy['state'] {
  if (entry === undefined) return 'closed-unsuccessful';
  const state = endStates.find((known) => known === scalarText(entry.value));
  if (state === undefined)
    report(entry.line, `"state" of "autoClose" should be ${endStates.join(' or ')}`);
  return state ?? 'closed-unsuccessful';
}

/** How long a ticket of the queue waits where nobody says a time; undefined for no time. */
export function pendingSpanOf(config: Config, queue: string, kind: WaitKind): WaitSpan | undefined {
  const { pendingReminder, pendingClose, pendingCustomer } = config.desk;
  const ofDesk = { reminder: pendingReminder, close: pendingClose, customer: pendingCustomer };
  const own = firstAbove(config, queue, ({ pending }) => pending?.[kind]);
  if (own === undefined) return ofDesk[kind];
  return own === false ? undefined : own;
}

/** How tickets of the queue are closed when the customer does not answer; undefined for not at all. */
export function autoCloseOf(config: Config, queue: string): AutoClosePolicy | undefined {
  const own = firstAbove(config, queue, ({ autoClose }) => autoClose);
  return own === false ? undefined : own;
}

/** What the queue says, else the nearest one above it. */
function firstAbove<T>(
  { queues }: Config,
  queue: string,
  read: (queue: QueueConfig) => T | undefined,
): T | undefined {
  const parts = queue.toLowerCase().split('::');
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const above = parts.slice(0, depth).join('::');
    const found = queues.find(({ name }) => name.toLowerCase() === above);
    const value = found === undefined ? undefined : read(found);
    if (value !== undefined) return value;
  }
  return undefined;
}
