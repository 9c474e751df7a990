/** Doubles for the sender's tests: a clock that stands, a log that remembers, an outbox on a real disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Duration, type Instant, toInstant } from '../../../src/base/clock.ts';
import type { Log, LogFields } from '../../../src/base/log.ts';
import type { MailFacts } from '../../../src/core/message/mail.ts';
import {
  type MessageName,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { emptyFacts } from '../../helpers/facts.ts';

export interface FakeClock extends Clock {
  /** Runs everything that becomes due, in order. */
  advance(by: Duration): void;
  readonly timers: number;
}

export function createFakeClock(start: number = Date.parse('2026-11-23T10:00:00Z')): FakeClock {
  let now = toInstant(start);
  const timers = new Set<{ at: Instant; run: () => void }>();
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: toInstant(now + delayMs), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(by) {
      const end = toInstant(now + by);
      for (;;) {
        const [next] = [...timers]
          .filter(({ at }) => at <= end)
          .sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers.delete(next);
        now = toInstant(Math.max(now, next.at));
        next.run();
      }
      now = end;
    },
    get timers() {
      return timers.size;
    },
  };
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

export interface RecordedLog extends Log {
  readonly lines: LogLine[];
  /** Events of this level, in order. */
  events(...levels: readonly LogLine['level'][]): readonly string[];
}

export function createRecordedLog(lines: LogLine[] = [], inherited: LogFields = {}): RecordedLog {
  const write = (level: LogLine['level']) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, fields: { ...inherited, ...fields } });
  };
  return {
    lines,
    events: (...levels) =>
      lines.filter(({ level }) => levels.includes(level)).map(({ event }) => event),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => createRecordedLog(lines, { ...inherited, ...fields }),
  };
}

export async function makeDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'maildesk-outbound-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export function messageName(text: string): MessageName {
  const name = parseMessageName(text);
  if (name === undefined) throw new RangeError(`"${text}" is no message name`);
  return name;
}

/** An event as reading the ticket would give it. */
export function eventOf(
  name: string,
  {
    kind,
    time,
    delivery,
    mail = emptyFacts,
  }: { kind: 'mail-out' | 'delivery'; time: number; delivery?: string; mail?: MailFacts },
): TicketEvent {
  const digest = parseDigest(
    `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`,
  );
  if (digest === undefined) throw new RangeError('A digest is 64 digits');
  return {
    name: messageName(name),
    kind,
    kindText: kind,
    time: toInstant(time),
    actor: { kind: 'system', part: 'test' },
    changes: [],
    previous: [],
    digest,
    fields: new Map(delivery === undefined ? [] : [['delivery', [delivery]]]),
    mail,
  };
}
