/**
 * Runs the checks of `maildesk doctor`.
 *
 * Owns: what a finding is, and how long a check may take. Promises: total: a check that fails, or is not done in time, is a
 * finding itself; all run side by side, and the findings stand in the order of the checks.
 * Leaves to others: the checks, one a function, in the files beside this one; who shows what.
 */
import { type Clock, type Duration, second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';

export interface Finding {
  readonly check: string;
  /** `warn`: it works, but somebody should look. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What is so. */
  readonly detail: string;
  /** What helps; with every `warn` and `fail`. */
  readonly cure?: string;
}

export interface Check {
  readonly name: string;
  find(): Promise<Finding | readonly Finding[]>;
}

export interface Doctor {
  examine(): Promise<readonly Finding[]>;
}

const longest: Duration = 5 * second;

export function createDoctor(checks: readonly Check[], clock: Clock): Doctor {
  async function run({ name, find }: Check): Promise<readonly Finding[]> {
    let cancel = () => {};
    const late = new Promise<Finding>((resolve) => {
      cancel = clock.after(longest, () =>
        resolve({
          check: name,
          level: 'fail',
          detail: `was not done after ${longest / second} s`,
          cure: 'Look whether disk, DNS or network hang, then try again',
        }),
      );
    });
    try {
      const found = await Promise.race([find(), late]);
      return 'check' in found ? [found] : found;
    } catch (error) {
      const cure = 'Look at what it names; the other checks are not touched by it';
      return [{ check: name, level: 'fail', detail: errorText(error), cure }];
    } finally {
      cancel();
    }
  }

  return { examine: async () => (await Promise.all(checks.map(run))).flat() };
}

/** Shorthands for checks. */
export const good = (check: string, detail: string): Finding => ({ check, level: 'ok', detail });
export const bad = (
  level: 'warn' | 'fail',
  check: string,
  detail: string,
  cure: string,
): Finding => ({
  check,
  level,
  detail,
  cure,
});
