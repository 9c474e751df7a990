/**
 * What a queue file says of keeping: when its tickets go to the archive, and when they are removed for good.
 *
 *     retention: { archiveAfter: 90d, removeAfter: 3y, spamAfter: 30d }
 *
 * Promises: pure and total; what a queue leaves out is as in the queue above it; nothing is removed where nobody says so.
 */
import { type Duration, day } from '../base/clock.ts';
import type { Config, QueueConfig } from './config.ts';
import { yesOrNo } from './values.ts';
import { scalarText, unknownKey, type YamlEntry } from './yaml.ts';

export const retentionKeys = ['archiveAfter', 'removeAfter', 'spamAfter'] as const;

export type RetentionKey = (typeof retentionKeys)[number];

/** Each a time, or `false` for never. */
export type Retention = Readonly<Partial<Record<RetentionKey, Duration | false>>>;

export const ageExpected = 'a time such as 30d, 12w or 3y';

/** A year counts 366 days, so that nothing goes too early. */
const days: Readonly<Record<string, number>> = { d: 1, w: 7, y: 366 };
const mostDays = 36_600;

/** Undefined for what is no such text, or longer than a hundred years. */
export function parseAge(text: string): Duration | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,5}) ?([dwy])$/i.exec(text.trim()) ?? [];
  const amount = Number(digits) * (days[unit.toLowerCase()] ?? 0);
  return amount < 1 || amount > mostDays ? undefined : amount * day;
}

type Report = (line: number | undefined, reason: string) => void;

export function readRetention(
  entry: YamlEntry | undefined,
  report: Report,
): Pick<QueueConfig, 'retention'> {
  if (entry === undefined) return {};
  if (entry.entries === undefined) {
    report(
      entry.line,
      'The queue\'s "retention" should hold "archiveAfter", "removeAfter" and "spamAfter"',
    );
    return {};
  }
  const times: Partial<Record<RetentionKey, Duration | false>> = {};
  for (const { key, line, value } of entry.entries) {
    const known = retentionKeys.find((each) => each === key);
    const text = scalarText(value) ?? '';
    const age = parseAge(text);
    if (known === undefined) report(line, unknownKey('setting of retention', key, retentionKeys));
    else if (age !== undefined) times[known] = age;
    else if (yesOrNo.parse(text)?.value === false) times[known] = false;
    else report(line, `"${key}" of "retention" should be ${ageExpected}, or no`);
  }
  return { retention: times };
}

/** What holds in the queue; undefined for never. `otherwise` is for the archive, where nobody says anything. */
export function ageIn(
  { queues, desk }: Config,
  queue: string,
  key: RetentionKey,
  otherwise?: Duration,
): Duration | undefined {
  const parts = queue.toLowerCase().split('::');
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const above = parts.slice(0, depth).join('::');
    const own = queues.find(({ name }) => name.toLowerCase() === above)?.retention?.[key];
    if (own !== undefined) return own === false ? undefined : own;
  }
  return key === 'archiveAfter' ? (desk.archiveAfter ?? otherwise) : undefined;
}
