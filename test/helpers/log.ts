/**
 * A log that remembers its lines and holds the test to them.
 *
 * Promises: a warn or error line that the test did not expect fails it, and so does an expected one
 * that never came. Children share the lines of their parent and add their fields.
 */
import type { Log, LogFields } from '../../src/base/log.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly level: Level;
  readonly event: string;
  readonly fields: LogFields;
}

export interface TestLog extends Log {
  /** All lines so far, in order, those of children included. */
  readonly lines: readonly LogLine[];
  /** Event names of these levels, in order; of all levels when none is named. */
  events(...levels: readonly Level[]): readonly string[];
  /** Says that this warn or error will come, once or more often. */
  expectLog(event: string): void;
}

const watched = new Set<RecordingLog>();

/** After each test (test/setup.ts): throws when lines and expectations of one do not fit. */
export function verifyTestLogs(): void {
  const logs = [...watched];
  watched.clear();
  for (const log of logs) log.verify();
}

/** To be made within a test or its `beforeEach`; judged after the test. */
export function createTestLog(): TestLog {
  const log = createRecordingLog();
  watched.add(log);
  return log;
}

export interface RecordingLog extends TestLog {
  /** Throws when lines and expectations do not fit. */
  verify(): void;
}

/** The same, judged only when `verify` is called. */
export function createRecordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const expected = new Set<string>();

  const write =
    (level: Level, inherited: LogFields) =>
    (event: string, fields: LogFields = {}) => {
      lines.push({ level, event, fields: { ...inherited, ...fields } });
    };
  const createLog = (inherited: LogFields): Log => ({
    debug: write('debug', inherited),
    info: write('info', inherited),
    warn: write('warn', inherited),
    error: write('error', inherited),
    child: (fields) => createLog({ ...inherited, ...fields }),
  });
  const trouble = () => lines.filter(({ level }) => level === 'warn' || level === 'error');

  return {
    ...createLog({}),
    lines,
    events: (...levels) =>
      lines
        .filter(({ level }) => levels.length === 0 || levels.includes(level))
        .map(({ event }) => event),
    expectLog: (event) => void expected.add(event),
    verify() {
      const unexpected = trouble().filter(({ event }) => !expected.has(event));
      const absent = [...expected].filter((event) =>
        trouble().every((line) => line.event !== event),
      );
      const complaints = [
        ...unexpected.map((line) => `Unexpected ${line.level} "${line.event}": ${describe(line)}`),
        ...absent.map((event) => `Expected "${event}" in the log, but it never came`),
      ];
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
  };
}

function describe({ fields }: LogLine): string {
  return JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Error ? value.message : typeof value === 'bigint' ? String(value) : value,
  );
}
