/**
 * How far a long command is: one line that is drawn over on a terminal, otherwise a line now and then.
 *
 * Promises: goes to standard error alone; the rate is that of this run.
 */
import { type Clock, type Duration, type Instant, minute, second } from '../../base/clock.ts';
import type { CliIo } from './desk.ts';

export interface ProgressLine {
  /** So many mails were found so far. */
  found(count: number): void;
  begin(all: { readonly mails: readonly unknown[]; readonly bytes: number }): void;
  progress(done: { readonly done: number; readonly bytes: number }): void;
  end(): void;
}

const drawEvery: Duration = second / 5;
const lineEvery: Duration = 10 * second;
const barWidth = 24;

export function createProgressLine({
  io,
  clock,
}: {
  readonly io: Pick<CliIo, 'stderr' | 'isTerminal'>;
  readonly clock: Clock;
}): ProgressLine {
  let all = 0;
  let allBytes = 0;
  let beganAt: Instant = clock.now();
  let beganWith: { readonly done: number; readonly bytes: number } | undefined;
  let drawnAt: Instant | undefined;
  let width = 0;

  function isTime(): boolean {
    const every = io.isTerminal ? drawEvery : lineEvery;
    const now = clock.now();
    drawnAt ??= io.isTerminal ? undefined : now;
    if (drawnAt !== undefined && now - drawnAt < every) return false;
    drawnAt = now;
    return true;
  }

  function draw(text: string): void {
    io.stderr(io.isTerminal ? `\r${text.padEnd(width)}` : `${text}\n`);
    width = text.length;
  }

  return {
    found(count) {
      if (isTime()) draw(`${count} mails found`);
    },
    begin({ mails, bytes }) {
      all = mails.length;
      allBytes = bytes;
      beganAt = clock.now();
    },
    progress({ done, bytes }) {
      beganWith ??= { done, bytes };
      if (!isTime() && !(io.isTerminal && done === all)) return;
      const spent = Math.max(1, clock.now() - beganAt);
      const share = allBytes === 0 ? done / Math.max(1, all) : bytes / allBytes;
      const rate = ((done - beganWith.done) * second) / spent;
      const pace = (bytes - beganWith.bytes) / spent;
      const left = pace <= 0 || done === all ? undefined : (allBytes - bytes) / pace;
      const parts = [
        io.isTerminal ? barOf(share) : '',
        `${Math.floor(share * 100)} %`,
        `${done} of ${all} mails`,
        `${Math.round(rate)}/s`,
        left === undefined ? '' : `${formatRest(left)} left`,
      ];
      draw(parts.filter((part) => part !== '').join('  '));
    },
    end() {
      if (io.isTerminal && width > 0) io.stderr(`\r${' '.repeat(width)}\r`);
      width = 0;
    },
  };
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`;
}

/** `12 s`, `3:05`, `2:10:00`. */
function formatRest(rest: Duration): string {
  const seconds = Math.ceil(rest / second);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(rest / (60 * minute)), Math.floor(rest / minute) % 60];
  return hours === 0
    ? `${minutes}:${two(seconds % 60)}`
    : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
