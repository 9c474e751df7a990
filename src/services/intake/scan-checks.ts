/**
 * Spam filter and virus scanner as the configuration names them, and as checks of intake.
 *
 * Promises: a change of the configuration is in force with the next mail; no scanner is asked about more
 * than `atATime` mails at once, the others wait their turn.
 */
import type { Clock } from '../../base/clock.ts';
import { createLimit } from '../../base/serial.ts';
import type { ScanningConfig, SpamFilterAddress } from '../../config/scanning.ts';
import { createClamd } from './scanners/clamd.ts';
import { createRspamd } from './scanners/rspamd.ts';
import { type SpamFilter, withinTime } from './scanners/scanner.ts';
import { createSpamd } from './scanners/spamd.ts';
import type { Check } from './verdicts.ts';

const atATime = 16;

export function createSpamFilter(address: SpamFilterAddress): SpamFilter {
  return address.program === 'spamd' ? createSpamd(address.at) : createRspamd(address);
}

export function createScanChecks({
  scanning,
  clock,
}: {
  readonly scanning: () => ScanningConfig;
  readonly clock: Clock;
}): () => readonly Check[] {
  const spamTurns = createLimit(atATime);
  const virusTurns = createLimit(atATime);

  function spamCheck(address: SpamFilterAddress): Check {
    const filter = createSpamFilter(address);
    const { program } = filter;
    return {
      what: 'spam',
      by: program,
      canDefer: true,
      async examine(mail) {
        const { scanTimeoutMs: timeoutMs, spamScore } = scanning();
        const report = await spamTurns.run(() =>
          withinTime(program, { clock, timeoutMs }, (signal) => filter.scan(mail, signal)),
        );
        const { score, tests } = report;
        const flag = spamScore === undefined ? report.isSpam : score >= spamScore;
        return { spam: { flag, score, by: program, tests } };
      },
    };
  }

  function virusCheck(at: NonNullable<ScanningConfig['virusScanner']>): Check {
    const scanner = createClamd(at);
    const { program } = scanner;
    return {
      what: 'virus',
      by: program,
      canDefer: true,
      async examine(mail) {
        const { scanTimeoutMs: timeoutMs } = scanning();
        const report = await virusTurns.run(() =>
          withinTime(program, { clock, timeoutMs }, (signal) => scanner.scan(mail, signal)),
        );
        const name = report.kind === 'found' ? report.name : undefined;
        return { virus: { found: report.kind === 'found', name, by: program } };
      },
    };
  }

  return () => {
    const { spamFilter, virusScanner } = scanning();
    return [
      ...(spamFilter === undefined ? [] : [spamCheck(spamFilter)]),
      ...(virusScanner === undefined ? [] : [virusCheck(virusScanner)]),
    ];
  };
}
