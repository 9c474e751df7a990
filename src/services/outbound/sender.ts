/**
 * The sender: works through the outbox, some mails at a time, each when it is due.
 *
 * Owns: which mail is next, how many at once, and the pause while the smarthost cannot be reached. Promises:
 * nothing that must survive is kept in memory; a new sender finds all of it in the outbox and the tickets.
 * While the smarthost is away, one mail at a time tries it, after pauses of their own; the others wait and
 * lose none of their attempts. Leaves to others: one attempt (attempt.ts), SMTP (transport.ts).
 */
import {
  type Clock,
  type Duration,
  type Instant,
  minute,
  second,
  toInstant,
} from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import { randomBelow } from '../../base/random.ts';
import { reconnectDelay, withJitter } from '../../core/delivery/backoff.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { Claim, Spool, SpoolEntry } from '../../storage/spool.ts';
import { type AttemptDeps, type AttemptOptions, createAttempt } from './attempt.ts';
import type { AttemptResult } from './attempt-result.ts';
import type { Transport } from './transport.ts';

export interface Sender {
  start(): void;
  /** No new attempts; those under way may end within ten seconds, then they are dropped. */
  stop(): Promise<void>;
  /** Something was put into the outbox, or may have been. A hint: the regular scan finds it too. */
  wake(name?: MessageName): void;
  /** Resolves when nothing is due: all is sent, or waits for a later time. */
  settled(): Promise<void>;
}

export interface SenderDeps extends AttemptDeps {
  readonly spool: Spool;
  /** Undefined without a smarthost: then the mails wait. */
  readonly transport: Transport | undefined;
}

export interface SenderOptions extends AttemptOptions {
  readonly connections: number;
}

const scanEvery = minute;
const longestStop = 10 * second;
const pauseAfterTrouble = minute;

interface Waiting {
  readonly entry: SpoolEntry;
  readonly at: Instant;
}

export function createSender(deps: SenderDeps, options: SenderOptions): Sender {
  const { spool, transport, clock, log, random } = deps;
  const attempt = createAttempt(deps, options);
  /** By file name; an entry is in one of the three at most. */
  const ready = new Map<string, SpoolEntry>();
  const later = new Map<string, Waiting>();
  const running = new Map<string, Promise<void>>();
  const aborting = new AbortController();
  const alarm = createAlarm(clock);
  const scanAlarm = createAlarm(clock);
  let state: 'new' | 'started' | 'stopping' = 'new';
  let scanning: Promise<void> | undefined;
  let isScanWanted = false;
  let unreachable = { failures: 0, until: toInstant(0) };
  let settling: (() => void)[] = [];

  function wake(name?: MessageName): void {
    if (state !== 'started' || transport === undefined) return;
    if (name === undefined) {
      isScanWanted = true;
      scanning ??= scanWhileWanted();
      return;
    }
    addReady(spool.entryOf(name));
    pump();
  }

  function addReady(entry: SpoolEntry): void {
    const { fileName } = entry;
    if (!later.has(fileName) && !running.has(fileName) && !ready.has(fileName))
      ready.set(fileName, entry);
  }

  async function scanWhileWanted(): Promise<void> {
    while (isScanWanted && state === 'started') {
      isScanWanted = false;
      try {
        const entries = await spool.waiting();
        const listed = new Set(entries.map(({ fileName }) => fileName));
        for (const fileName of later.keys()) if (!listed.has(fileName)) later.delete(fileName);
        entries.forEach(addReady);
      } catch (error) {
        log.error('sender.scan-failed', { error: errorText(error) });
      }
    }
    scanning = undefined;
    scanAlarm.set(scanEvery, () => wake());
    pump();
  }

  /** Starts what may start, sets the alarm for what may not yet. */
  function pump(): void {
    if (state === 'started' && transport !== undefined) {
      const now = clock.now();
      for (const [fileName, { entry, at }] of later) {
        if (at > now) continue;
        later.delete(fileName);
        ready.set(fileName, entry);
      }
      for (const [fileName, entry] of ready) {
        if (running.size >= slots(now)) break;
        ready.delete(fileName);
        running.set(fileName, work(entry, transport));
      }
      setAlarm(now);
    }
    if (isSettled()) {
      for (const resolve of settling) resolve();
      settling = [];
    }
  }

  function slots(now: Instant): number {
    if (unreachable.failures === 0) return options.connections;
    return now < unreachable.until ? 0 : 1;
  }

  function setAlarm(now: Instant): void {
    const times = [...later.values()].map(({ at }) => at);
    const pauseEnds = ready.size > 0 && slots(now) === 0 ? [unreachable.until] : [];
    const next = [...times, ...pauseEnds].reduce(
      (least, at) => Math.min(least, at),
      Number.POSITIVE_INFINITY,
    );
    if (next === Number.POSITIVE_INFINITY) alarm.clear();
    else alarm.set(Math.max(0, next - now), pump);
  }

  async function work(entry: SpoolEntry, through: Transport): Promise<void> {
    try {
      const claim = await spool.claim(entry);
      if (claim !== undefined) await workOn(claim, entry.fileName, through);
    } catch (error) {
      log.error('sender.claim-failed', { message: entry.name, error: errorText(error) });
      later.set(entry.fileName, { entry, at: toInstant(clock.now() + pauseAfterTrouble) });
    } finally {
      running.delete(entry.fileName);
      pump();
    }
  }

  async function workOn(claim: Claim, fileName: string, through: Transport): Promise<void> {
    const result = await tryClaim(claim, through);
    noteSmarthost(result);
    if (result.kind === 'finished') return;
    // Before the entry is seen in `new` again, so that nobody takes it for a new one.
    later.set(fileName, { entry: claim.released, at: result.at });
    await claim.release();
  }

  async function tryClaim(claim: Claim, through: Transport): Promise<AttemptResult> {
    try {
      return await attempt(claim, through, aborting.signal);
    } catch (error) {
      // Gone: another host took it over, or somebody removed it.
      const isExpected = aborting.signal.aborted || isFault(error, 'not-found');
      if (!isExpected)
        log.error('sender.attempt-failed', { message: claim.name, error: errorText(error) });
      return {
        kind: 'later',
        at: toInstant(clock.now() + pauseAfterTrouble),
        smarthost: 'not-asked',
      };
    }
  }

  function noteSmarthost({ smarthost }: AttemptResult): void {
    if (smarthost === 'reached') unreachable = { failures: 0, until: toInstant(0) };
    const now = clock.now();
    // Attempts that began side by side fail side by side: together they count once.
    if (smarthost !== 'unreachable' || now < unreachable.until) return;
    const failures = unreachable.failures + 1;
    const pause = withJitter(reconnectDelay(failures), randomBelow(random, 1000) / 1000);
    unreachable = { failures, until: toInstant(now + pause) };
  }

  function isSettled(): boolean {
    if (state !== 'started' || transport === undefined) return running.size === 0;
    return (
      scanning === undefined && running.size === 0 && (ready.size === 0 || slots(clock.now()) === 0)
    );
  }

  return {
    start() {
      if (state !== 'new') return;
      state = 'started';
      wake();
    },
    async stop() {
      state = 'stopping';
      alarm.clear();
      scanAlarm.clear();
      const cancel = clock.after(longestStop, () => aborting.abort());
      await scanning;
      await Promise.all(running.values());
      cancel();
      alarm.clear();
      scanAlarm.clear();
    },
    wake,
    settled: () =>
      isSettled() ? Promise.resolve() : new Promise((resolve) => settling.push(resolve)),
  };
}

interface Alarm {
  set(delayMs: Duration, run: () => void): void;
  clear(): void;
}

/** One timer; setting it again replaces it. */
function createAlarm(clock: Clock): Alarm {
  let cancel: () => void = () => {};
  return {
    set(delayMs, run) {
      cancel();
      cancel = clock.after(delayMs, run);
    },
    clear: () => cancel(),
  };
}
