/**
 * Queue files: config/queues/*.yaml, one queue a file.
 *
 * Promises: pure and total; every thing wrong is a problem with its line.
 * Leaves to others: which queue is the default, whether two claim the same address (parse.ts).
 */
import type { LetterWish } from '../core/answers/letter-text.ts';
import type { Quoting } from '../core/answers/quotation.ts';
import { isRight, type Right, rights } from '../core/ticket/rights.ts';
import { isRole } from './agents.ts';
import { isAutoReplyName } from './auto-replies.ts';
import type { ConfigProblem, QueueConfig } from './config.ts';
import { type ParsedEscalation, readEscalation } from './escalation.ts';
import { letterExpected, readLetterWish } from './letter-texts.ts';
import { readAutoClose, readPending } from './queue-waiting.ts';
import { readRetention } from './retention.ts';
import { readTargets } from './targets.ts';
import { addresses, oneOf, type ValueKind, wholeNumber, yesOrNo } from './values.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';
import { readYamlTree } from './yaml-tree.ts';

export interface QueueFile {
  readonly file: string;
  /** Undefined when the file says nothing that can be used. */
  readonly queue: QueueConfig | undefined;
  readonly lines: {
    readonly name: number | undefined;
    readonly addresses: number | undefined;
    readonly calendar?: number | undefined;
  };
  /** Queues that its escalation chain names. */
  readonly named?: ParsedEscalation['queues'] | undefined;
  readonly problems: readonly ConfigProblem[];
}

const queueKeys = [
  'name',
  'addresses',
  'followUp',
  'signature',
  'autoReplies',
  'rights',
  'quoting',
  'calendar',
  'secondLevel',
  'escalation',
  'targets',
  'pending',
  'autoClose',
  'salutation',
  'retention',
] as const;
const followUpKeys = ['closed', 'days'] as const;
const closedFollowUp = oneOf(['reopen', 'new', 'reject']);
const autoReplyKeys = ['newTicket', 'followUp', 'rejected', 'newFromClosed'] as const;
const reopenDays = wholeNumber({ least: 0, most: 36_500 });
const quoting = oneOf<Quoting>(['full', 'trimmed', 'none']);

export function parseQueueFile(text: string, file: string): QueueFile {
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const report = (line: number | undefined, reason: string) =>
    problems.push({ file, line, reason });
  const entry = (key: string) => findEntry(table.entries, key);
  for (const { key, line } of table.entries) {
    if (!isOneOf(queueKeys, key)) report(line, unknownKey('queue setting', key, queueKeys));
  }

  const escalation =
    entry('escalation') === undefined ? undefined : readEscalation(text, file, report);
  const name = readName(entry('name'), report);
  const queue =
    name === undefined || table.problems.length > 0
      ? undefined
      : {
          name,
          addresses: readAddresses(entry('addresses'), report),
          ...readFollowUp(entry('followUp'), report),
          ...readSignature(entry('signature'), report),
          ...readAutoReplies(entry('autoReplies'), report),
          ...readRights(entry('rights'), report),
          ...readQuoting(entry('quoting'), report),
          ...readCalendarName(entry('calendar'), report),
          ...readSecondLevel(entry('secondLevel'), report),
          ...(escalation === undefined ? {} : { escalation: escalation.chain }),
          ...targetsIn(text, file, report),
          ...readPending(entry('pending'), report),
          ...readAutoClose(entry('autoClose'), report),
          ...readSalutation(entry('salutation'), report),
          ...readRetention(entry('retention'), report),
        };
  if (name === undefined && problems.length === 0) report(undefined, 'The queue needs a "name"');
  return {
    file,
    queue,
    lines: {
      name: entry('name')?.line,
      addresses: entry('addresses')?.line,
      calendar: entry('calendar')?.line,
    },
    named: escalation?.queues,
    problems,
  };
}

type Report = (line: number | undefined, reason: string) => void;

function readName(entry: YamlEntry | undefined, report: Report): string | undefined {
  if (entry === undefined) return undefined;
  const name = scalarText(entry.value);
  if (name !== undefined && isQueueName(name)) return name;
  report(
    entry.line,
    'The queue\'s "name" should be words such as "Support" or "Billing::Refunds", at most 100 characters, without "/"',
  );
  return undefined;
}

/** Parts joined by `::`; each can be the name of a folder in views/. */
export function isQueueName(name: string): boolean {
  return (
    name.length <= 100 &&
    name
      .split('::')
      .every((part) => /^[^\s.:/\\\p{Cc}](?:[^:/\\\p{Cc}]*[^\s:/\\\p{Cc}])?$/u.test(part))
  );
}

function readAddresses(entry: YamlEntry | undefined, report: Report): readonly string[] {
  if (entry === undefined) return [];
  const texts = scalarTexts(entry.value);
  if (texts?.length === 0) return [];
  const parsed = texts === undefined ? undefined : addresses.parse(texts.join(' '));
  if (parsed === undefined)
    report(entry.line, `The queue's "addresses" should be ${addresses.expected}`);
  return parsed?.value ?? [];
}

function readFollowUp(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'closedFollowUp' | 'reopenDays'> {
  const initial = { closedFollowUp: 'reopen', reopenDays: 0 } as const;
  if (entry === undefined) return initial;
  const { entries } = entry;
  if (entries === undefined) {
    report(entry.line, 'The queue\'s "followUp" should hold "closed" and "days"');
    return initial;
  }
  for (const { key, line } of entries) {
    if (!isOneOf(followUpKeys, key))
      report(line, unknownKey('setting of followUp', key, followUpKeys));
  }
  const read = <T>(key: string, kind: ValueKind<T>): T | undefined => {
    const found = findEntry(entries, key);
    if (found === undefined) return undefined;
    const parsed = kind.parse(scalarText(found.value) ?? '');
    if (parsed === undefined)
      report(found.line, `"${key}" of "followUp" should be ${kind.expected}`);
    return parsed?.value;
  };
  return {
    closedFollowUp: read('closed', closedFollowUp) ?? initial.closedFollowUp,
    reopenDays: read('days', reopenDays) ?? initial.reopenDays,
  };
}

function readSignature(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'signature' | 'signatureFile'> {
  const wish = readLetter(entry, report);
  if (wish?.kind === 'file') return { signature: '', signatureFile: wish.name };
  // An empty text says that there is to be none, which a missing one does not.
  return { signature: wish?.text ?? '', ...(wish?.text === '' ? { signatureFile: '' } : {}) };
}

function readSalutation(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'salutation'> {
  const salutation = readLetter(entry, report);
  return salutation === undefined ? {} : { salutation };
}

function readLetter(entry: YamlEntry | undefined, report: Report): LetterWish | undefined {
  if (entry === undefined || entry.value === null) return undefined;
  const wish = readLetterWish(entry.value);
  if (wish === undefined)
    report(entry.line, `The queue's "${entry.key}" should be ${letterExpected}`);
  return wish;
}

const autoReplyKinds = {
  newTicket: 'new-ticket',
  followUp: 'follow-up',
  rejected: 'rejected',
  newFromClosed: 'new-from-closed',
} as const;

/** Texts by their names when the queue does not choose others. */
export const autoReplyTexts = {
  'new-ticket': 'confirmation',
  'follow-up': 'follow-up',
  rejected: 'rejected',
  'new-from-closed': 'new-from-closed',
} as const;

/** `yes`, `no`, or the name of a text, for each kind. */
function readAutoReplies(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'autoReplies'> {
  if (entry === undefined) return {};
  const { entries } = entry;
  if (entries === undefined) {
    report(
      entry.line,
      'The queue\'s "autoReplies" should hold "newTicket", "followUp" and the like',
    );
    return {};
  }
  const chosen: Partial<Record<keyof typeof autoReplyTexts, string | false>> = {};
  for (const { key, line, value } of entries) {
    const known = autoReplyKeys.find((each) => each === key);
    if (known === undefined) {
      report(line, unknownKey('setting of autoReplies', key, autoReplyKeys));
      continue;
    }
    if (value === null) continue;
    const kind = autoReplyKinds[known];
    const text = scalarText(value) ?? '';
    const isOn = yesOrNo.parse(text)?.value;
    if (isOn !== undefined) chosen[kind] = isOn ? autoReplyTexts[kind] : false;
    else if (isAutoReplyName(text)) chosen[kind] = text;
    else report(line, `"${key}" of "autoReplies" should be yes, no or the name of a text`);
  }
  return { autoReplies: chosen };
}

/** Roles, each with its rights, or `all`. What is wrong gives no right. */
function readRights(entry: YamlEntry | undefined, report: Report): Pick<QueueConfig, 'rights'> {
  if (entry === undefined) return {};
  const given = new Map<string, readonly Right[]>();
  if (entry.entries === undefined) {
    report(entry.line, 'The queue\'s "rights" should hold roles, such as "agent: [see, note]"');
    return { rights: given };
  }
  for (const { key, line, value } of entry.entries) {
    const words = value === null ? [] : scalarTexts(value);
    const known = words?.filter(isRight) ?? [];
    if (!isRole(key)) {
      report(line, `"${key}" of "rights" should be a role: a word of a-z, 0-9 and "-"`);
    } else if (words?.length === 1 && words[0] === 'all') {
      given.set(key, rights);
    } else if (words === undefined || known.length !== words.length) {
      report(line, `"${key}" of "rights" should be "all" or a list of ${rights.join(', ')}`);
    } else {
      given.set(key, known);
    }
  }
  return { rights: given };
}

function readQuoting(entry: YamlEntry | undefined, report: Report): Pick<QueueConfig, 'quoting'> {
  if (entry === undefined) return {};
  const parsed = quoting.parse(scalarText(entry.value) ?? '');
  if (parsed === undefined)
    report(entry.line, `The queue's "quoting" should be ${quoting.expected}`);
  return parsed === undefined ? {} : { quoting: parsed.value };
}

function readCalendarName(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'calendar'> {
  if (entry === undefined) return {};
  const calendar = scalarText(entry.value);
  if (calendar !== undefined && calendar !== '') return { calendar };
  report(entry.line, 'The queue\'s "calendar" should be the name of a file in calendars/');
  return {};
}

function readSecondLevel(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'secondLevel'> {
  if (entry === undefined) return {};
  const name = scalarText(entry.value);
  if (name !== undefined && isQueueName(name)) return { secondLevel: name };
  report(entry.line, 'The queue\'s "secondLevel" should be the name of another queue');
  return {};
}

/** Tables within tables, each with its line. */
function targetsIn(text: string, file: string, report: Report): Pick<QueueConfig, 'targets'> {
  const { root } = readYamlTree(text, file);
  const pair = root.kind === 'table' ? root.pairs.find(({ key }) => key === 'targets') : undefined;
  const targets = readTargets(pair?.node, (line, reason) => void report(line, reason));
  return targets === undefined ? {} : { targets };
}

/** A key without a value says nothing. */
function findEntry(entries: readonly YamlEntry[], key: string): YamlEntry | undefined {
  const found = entries.find((each) => each.key === key);
  return found?.value === null ? undefined : found;
}

function isOneOf(words: readonly string[], word: string): boolean {
  return words.includes(word);
}
