/** What a desk under test is built of: the real parts, and a log that remembers. */
import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { Log, LogFields } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Parts } from '../../src/desk.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

export interface TestPartsOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly files?: FileOps;
  readonly text?: Parts['text'];
}

export function testParts({
  log,
  clock = systemClock,
  files = nodeFiles,
  text = 'here',
}: TestPartsOptions): Parts {
  return {
    clock,
    random: systemRandom,
    files,
    log,
    hostName: 'test.example',
    processId: process.pid,
    timeZone: 'UTC',
    accountOf: (owner) => `uid${owner}`,
    version: '0.0.0-test',
    processFigures: () => ({ residentBytes: 1, heapUsedBytes: 1, uptimeSeconds: 1 }),
    text,
  };
}

export function recordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const make = (context: LogFields): Log => ({
    debug: () => {},
    info: (event, fields) =>
      void lines.push({ level: 'info', event, fields: { ...context, ...fields } }),
    warn: (event, fields) =>
      void lines.push({ level: 'warn', event, fields: { ...context, ...fields } }),
    error: (event, fields) =>
      void lines.push({ level: 'error', event, fields: { ...context, ...fields } }),
    child: (fields) => make({ ...context, ...fields }),
  });
  return { log: make({}), lines };
}
