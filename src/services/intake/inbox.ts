/**
 * The inbox: a Maildir into which any other program delivers.
 *
 * Promises: an entry is removed only after its mail is durable in a ticket. After a crash it is
 * processed again, and the duplicate rule, or its fixed name, finds what was done.
 */
import { createHash } from 'node:crypto';
import { type Clock, second, sleep } from '../../base/clock.ts';
import { errorText, Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createLimit } from '../../base/serial.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { FileOps } from '../../storage/files.ts';
import { fixedName } from '../../storage/maildir.ts';
import type { Claim, Spool, SpoolEntry } from '../../storage/spool.ts';
import type { Intake } from './incoming.ts';

export interface InboxDeps {
  readonly spool: Spool;
  readonly files: FileOps;
  readonly intake: Intake;
  /** Keeps an entry that no retry will help, for a human. */
  readonly setAside: (claim: Claim, reason: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Inbox {
  /** Takes everything that waits; returns when all of it was tried once. */
  collect(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const atATime = 8;
/** A file written this lately may still be growing: some programs copy instead of renaming. */
const youngMs = 2 * second;
const growingCheckMs = 300;
const retryMs = 30 * second;

export function createInbox({ spool, files, intake, setAside, clock, log }: InboxDeps): Inbox {
  const limit = createLimit(atATime);
  const stopped = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  let cancelRetry = () => {};

  async function collect(): Promise<void> {
    if (stopped.signal.aborted) return;
    const entries = await spool.waiting();
    await Promise.all(entries.map(take));
  }

  function take(entry: SpoolEntry): Promise<void> {
    const running = underWay.get(entry.fileName);
    if (running !== undefined) return running;
    const work = limit.run(() => process(entry)).finally(() => underWay.delete(entry.fileName));
    underWay.set(entry.fileName, work);
    return work;
  }

  async function process(entry: SpoolEntry): Promise<void> {
    if (stopped.signal.aborted) return;
    const claim = await spool.claim(entry);
    if (claim === undefined) return;
    try {
      await waitUntilWhole(claim);
      const raw = await files.readFile(claim.path);
      await intake.process({
        raw,
        via: 'inbox',
        sender: undefined,
        recipients: [],
        client: undefined,
        name: nameFor(entry.fileName, raw),
      });
      await claim.done();
    } catch (error) {
      await failed(claim, error);
    }
  }

  async function failed(claim: Claim, error: unknown): Promise<void> {
    if (error instanceof Fault && error.retry === 'later') {
      log.warn('inbox.deferred', { entry: claim.name, cause: error.message });
      await claim.release();
      cancelRetry();
      cancelRetry = clock.after(retryMs, () => void collect());
      return;
    }
    log.error('inbox.set-aside', { entry: claim.name, cause: errorText(error) });
    await setAside(claim, errorText(error));
  }

  async function waitUntilWhole(claim: Claim): Promise<void> {
    let before = await files.stat(claim.path);
    while (before !== undefined && clock.now() - before.modified < youngMs) {
      await sleep(clock, growingCheckMs, stopped.signal);
      const after = await files.stat(claim.path);
      if (after?.size === before.size && after.modified === before.modified) return;
      before = after;
    }
  }

  return {
    collect,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
    async stop() {
      stopped.abort();
      cancelRetry();
      await Promise.all(underWay.values());
    },
  };
}

/** The message's name in its ticket: the same for the same entry, another for other bytes that come under its name later. */
function nameFor(entry: string, raw: Buffer): MessageName {
  const seconds = Number.parseInt(/^[0-9]{1,11}/.exec(entry)?.[0] ?? '0', 10);
  return fixedName(
    seconds,
    'I',
    createHash('sha256').update(entry).update('\n').update(raw).digest('hex').slice(0, 24),
  );
}
