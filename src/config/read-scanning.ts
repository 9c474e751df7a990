/**
 * The settings of scanning out of those of the desk.
 *
 * Promises: pure; the queue for spam is one that exists, spelled as there.
 */
import type { QueueConfig } from './config.ts';
import type { Report, SettingReader } from './reader.ts';
import type { ScanningConfig } from './scanning.ts';
import { settings } from './settings.ts';
import { unknownKey } from './yaml.ts';

export function readScanning(
  reader: SettingReader,
  queues: readonly QueueConfig[],
  report: Report,
): ScanningConfig {
  const { read, originOf } = reader;
  const scanning: ScanningConfig = {
    spamFilter: read('spamFilter'),
    virusScanner: read('virusScanner'),
    scanTimeoutMs: read('scanTimeoutMs'),
    scannerDown: read('scannerDown'),
    spamScore: read('spamScore'),
    refuseSpamScore: read('refuseSpamScore'),
    junkQueue: findJunkQueue(reader, queues, report),
    virusAtSmtp: read('virusAtSmtp'),
  };
  const { spamScore, refuseSpamScore } = scanning;
  if (spamScore !== undefined && refuseSpamScore !== undefined && refuseSpamScore < spamScore) {
    report({
      ...originOf('refuseSpamScore'),
      reason: `"refuseSpamScore" is ${refuseSpamScore}, but should not be below "spamScore", which is ${spamScore}`,
    });
  }
  return scanning;
}

function findJunkQueue(
  { read, originOf }: SettingReader,
  queues: readonly QueueConfig[],
  report: Report,
): string | undefined {
  const wanted = read('junkQueue');
  if (wanted === undefined) return undefined;
  const queue = queues.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (queue === undefined && wanted !== settings.junkQueue.initial) {
    const known = queues.map(({ name }) => name);
    report({ ...originOf('junkQueue'), reason: unknownKey('queue', wanted, known) });
  }
  return queue?.name;
}
