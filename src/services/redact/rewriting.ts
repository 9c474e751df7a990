/**
 * Files of a ticket get other bytes, exactly once, and an event accounts for it.
 *
 * The order: the new bytes are laid aside, durably; the event that names the digests before and after is written; the files
 * are replaced. Whatever stops in between, `complete` ends it: without the event nothing has happened, with it everything
 * will have. Promises: no copy of what went stays in the outbox, in mails to agents or in the index of this process.
 * Leaves to others: what goes (redact.ts, services/erase), who may (core/ticket/needs.ts).
 */
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { Actor, MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { finalDigests, type Redaction, readRedactions } from '../../core/ticket/redaction.ts';
import { digestOf } from '../../storage/codec.ts';
import type { TakenPart } from '../../storage/codec-rewrite.ts';
import { type FilePlan, rewriteFile } from '../../storage/rewrite-file.ts';
import type { RewritingFiles } from '../../storage/rewriting-files.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { TicketIndex } from '../index/index.ts';
import type { Tickets } from '../tickets.ts';
import type { CopyRemoval } from './copies.ts';

export interface FileChange {
  readonly name: MessageName;
  readonly plan: FilePlan;
}

export interface ForeseenChange {
  readonly message: StoredMessage;
  readonly taken: readonly TakenPart[];
}

export interface Rewriting {
  /** What would go, message by message; writes nothing. */
  foresee(number: TicketNumber, changes: readonly FileChange[]): Promise<readonly ForeseenChange[]>;
  rewrite(
    number: TicketNumber,
    changes: readonly FileChange[],
    cause: { readonly reason: string; readonly actor: Actor },
  ): Promise<Result<readonly ForeseenChange[], Refusal>>;
  /** Ends what a crash broke off. */
  complete(): Promise<readonly TicketNumber[]>;
}

export interface RewritingDeps {
  readonly tickets: Pick<Tickets, 'run' | 'mayNot'>;
  /** Each folder by itself. */
  readonly store: Pick<TicketReader, 'read' | 'readFile'>;
  readonly files: RewritingFiles;
  readonly copies: CopyRemoval;
  readonly index: Pick<TicketIndex, 'apply'>;
  readonly log: Log;
}

interface Prepared extends ForeseenChange {
  readonly bytes: Buffer;
  readonly redaction: Redaction;
}

export function createRewriting(deps: RewritingDeps): Rewriting {
  const { tickets, store, files, copies, index, log } = deps;
  const serial = createKeyedSerial();

  async function prepare(
    folder: TicketFolder,
    changes: readonly FileChange[],
  ): Promise<readonly Prepared[]> {
    const found: Prepared[] = [];
    for (const { name, plan } of changes) {
      const message = [...folder.messages, ...(folder.drafts ?? [])].find(
        ({ event }) => event.name === name,
      );
      const before = message && (await store.readFile(folder.number, name));
      if (message === undefined || before === undefined) continue;
      const { bytes, taken } = rewriteFile(before, message.event, plan);
      if (taken.length === 0 || bytes.equals(before)) continue;
      const parts = [...new Set(taken.map(formatPart))];
      const redaction = { message: name, was: digestOf(before), now: digestOf(bytes), parts };
      found.push({ message, taken, bytes, redaction });
    }
    return found;
  }

  async function rewrite(
    number: TicketNumber,
    changes: readonly FileChange[],
    { reason, actor }: { readonly reason: string; readonly actor: Actor },
  ): Promise<Result<readonly ForeseenChange[], Refusal>> {
    const refusal = await tickets.mayNot(number, { kind: 'redact', redactions: [], reason }, actor);
    if (refusal !== undefined) return refuse(refusal);
    if (reason.trim() === '') return refuse({ code: 'no-reason' });
    await settle(number);
    const folder = await store.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const prepared = await prepare(folder, changes);
    if (prepared.length === 0) return refuse({ code: 'nothing-to-redact' });
    const held = await copies.hold(prepared.map(({ redaction }) => redaction.message));
    if (!held.ok) return held;
    try {
      await files.begin(number);
      for (const { redaction, bytes } of prepared)
        await files.prepare(number, redaction.message, bytes);
      const command = {
        kind: 'redact',
        redactions: prepared.map(({ redaction }) => redaction),
        reason,
      } as const;
      const done = await tickets.run(number, command, actor);
      if (!done.ok) {
        await files.discard(number);
        await files.end(number);
        return done;
      }
      await settle(number);
    } finally {
      await held.value.letGo();
    }
    return ok(prepared);
  }

  /** Brings the files up to what the events say of them. */
  async function settle(number: TicketNumber): Promise<boolean> {
    const folder = await store.read(number);
    if (folder === undefined) return false;
    const last = finalDigests(readRedactions(folder.messages.map(({ event }) => event)));
    const all = [...folder.messages, ...(folder.drafts ?? [])];
    let isWhole = true;
    let isChanged = false;
    for (const { event } of all) {
      const wanted = last.get(event.name);
      if (wanted === undefined || wanted.now === event.digest) continue;
      const isDone = await files.replace(number, event.name, wanted.now);
      if (!isDone) log.warn('redact.incomplete', { ticket: number, message: event.name });
      isWhole &&= isDone;
      isChanged = true;
    }
    if (isChanged) {
      await copies.forget(number);
      await index.apply(number);
    }
    if (!isWhole) return false;
    await files.discard(number);
    await files.end(number);
    return isChanged;
  }

  async function complete(): Promise<readonly TicketNumber[]> {
    const done: TicketNumber[] = [];
    for (const number of await files.begun()) {
      try {
        if (await serial.run(number, () => settle(number))) done.push(number);
      } catch (error) {
        log.warn('redact.not-completed', { ticket: number, cause: errorText(error) });
      }
    }
    return done;
  }

  return {
    async foresee(number, changes) {
      const folder = await store.read(number);
      return folder === undefined ? [] : prepare(folder, changes);
    },
    rewrite: (number, changes, cause) => serial.run(number, () => rewrite(number, changes, cause)),
    complete,
  };
}

/** For the event: what went, and the digest of it where that tells nothing to who guesses. */
function formatPart({ kind, digest }: TakenPart): string {
  return digest === undefined ? kind : `${kind}/${digest}`;
}
