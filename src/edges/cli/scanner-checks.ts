/**
 * For `maildesk doctor`: whether spam filter and virus scanner answer.
 *
 * Promises: each is asked about one small mail of ours, as intake asks it about any; a desk without
 * scanners has nothing to say.
 */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { ScanningConfig } from '../../config/scanning.ts';
import { createScanChecks } from '../../services/intake/scan-checks.ts';
import type { Check } from '../../services/intake/verdicts.ts';
import { decodeMail } from '../../storage/codec.ts';

export interface ScannerState {
  readonly program: string;
  /** Undefined when it answers. */
  readonly problem: string | undefined;
}

const probe = Buffer.from('From: doctor@localhost\r\nSubject: Probe\r\n\r\nIs anybody there?\r\n');

export async function checkScanners(
  scanning: ScanningConfig,
  clock: Clock,
): Promise<readonly ScannerState[]> {
  const { mail } = await decodeMail(probe);
  const examined = {
    raw: probe,
    trace: Buffer.alloc(0),
    sender: undefined,
    recipients: [],
    origin: undefined,
    via: 'doctor',
    mail,
  };
  const ask = async (check: Check): Promise<ScannerState> => {
    try {
      await check.examine(examined);
      return { program: check.by, problem: undefined };
    } catch (error) {
      return { program: check.by, problem: errorText(error) };
    }
  };
  return Promise.all(createScanChecks({ scanning: () => scanning, clock })().map(ask));
}
