/**
 * One attachment, one passage or all of a message is taken out for good.
 *
 * Promises: what would go is shown before it goes; copies of the same in later messages and drafts of the ticket are offered
 * too. It cannot be taken back, neither by undo nor by an admin without a backup.
 * Leaves to others: the files (rewriting.ts), what is found (finders.ts, storage/codec-rewrite.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { Actor, MessageName } from '../../core/ticket/event.ts';
import { type Hold, refusalOf } from '../../core/ticket/hold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TakenPart } from '../../storage/codec-rewrite.ts';
import { decodeMessage } from '../../storage/message-file.ts';
import type { FilePlan } from '../../storage/rewrite-file.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import { findPassage, replaceAll } from '../finders.ts';
import type { FileChange, Rewriting } from './rewriting.ts';

/** What is to go. */
export type RedactTarget =
  | { readonly kind: 'attachment'; readonly id: number }
  | { readonly kind: 'text'; readonly passage: string }
  | { readonly kind: 'all' };

export interface RedactRequest {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly target: RedactTarget;
  /** Also from other messages and drafts of the ticket that hold the same. */
  readonly copies: boolean;
}

export interface RedactItem {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly isDraft: boolean;
  /** Another message than the one that was named. */
  readonly isCopy: boolean;
  readonly taken: readonly TakenPart[];
}

export interface Redact {
  /** What would go; copies are listed whether or not they are asked for. */
  foresee(request: RedactRequest, actor: Actor): Promise<Result<readonly RedactItem[], Refusal>>;
  run(
    request: RedactRequest,
    cause: { readonly reason: string; readonly actor: Actor },
  ): Promise<Result<readonly RedactItem[], Refusal>>;
  complete: Rewriting['complete'];
}

export interface RedactDeps {
  readonly rewriting: Rewriting;
  /** With what was merged into it. */
  readonly reader: Pick<TicketReader, 'read' | 'readFile'>;
  readonly mayNot: (number: TicketNumber, actor: Actor) => Promise<Refusal | undefined>;
  readonly holdOf: (folder: TicketFolder) => Hold | undefined;
}

export function createRedact({ rewriting, reader, mayNot, holdOf }: RedactDeps): Redact {
  async function choose(
    { ticket, message, target }: RedactRequest,
    actor: Actor,
  ): Promise<Result<readonly Chosen[], Refusal>> {
    const refusal = await mayNot(ticket, actor);
    if (refusal !== undefined) return refuse(refusal);
    const folder = await reader.read(ticket);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number: ticket });
    const hold = holdOf(folder);
    if (hold !== undefined) return refuse(refusalOf(ticket, hold));
    const named = folder.messages.find(({ event }) => event.name === message);
    if (named === undefined) return refuse({ code: 'unknown-message', message });
    const plan = await planOf(folder, named, target);
    if (plan === undefined) return refuse({ code: 'nothing-to-redact' });
    const others =
      target.kind === 'all'
        ? []
        : [...folder.messages, ...(folder.drafts ?? [])].filter(
            ({ event }) => event.name !== message,
          );
    return ok(
      [named, ...others].map((each) => ({ stored: each, home: each.home ?? ticket, plan })),
    );
  }

  async function planOf(
    folder: TicketFolder,
    { event, home }: StoredMessage,
    target: RedactTarget,
  ): Promise<FilePlan | undefined> {
    if (target.kind === 'all') return { all: true };
    if (target.kind === 'text') {
      const find = findPassage(target.passage);
      return find && { text: find, header: find, block: (_, value) => replaceAll(value, find) };
    }
    const bytes = await reader.readFile(home ?? folder.number, event.name);
    const content = bytes && (await decodeMessage(bytes)).contents[target.id];
    return content === undefined || content.length === 0 ? undefined : { attachments: [content] };
  }

  async function foresee(request: RedactRequest, actor: Actor) {
    const chosen = await choose(request, actor);
    if (!chosen.ok) return chosen;
    const items: RedactItem[] = [];
    for (const [home, changes] of byTicket(chosen.value))
      for (const { message, taken } of await rewriting.foresee(home, changes))
        items.push(toItem(home, message, taken, request.message));
    const isThere = items.some(({ isCopy }) => !isCopy);
    return isThere || items.length > 0 ? ok(items) : refuse({ code: 'nothing-to-redact' as const });
  }

  async function run(
    request: RedactRequest,
    { reason, actor }: { readonly reason: string; readonly actor: Actor },
  ): Promise<Result<readonly RedactItem[], Refusal>> {
    if (reason.trim() === '') return refuse({ code: 'no-reason' });
    const chosen = await choose(request, actor);
    if (!chosen.ok) return chosen;
    const wanted = chosen.value.filter(
      ({ stored }) => request.copies || stored.event.name === request.message,
    );
    const items: RedactItem[] = [];
    for (const [home, changes] of byTicket(wanted)) {
      const done = await rewriting.rewrite(home, changes, { reason, actor });
      if (!done.ok && done.refusal.code !== 'nothing-to-redact') return done;
      if (done.ok)
        for (const { message, taken } of done.value)
          items.push(toItem(home, message, taken, request.message));
    }
    return items.length > 0 ? ok(items) : refuse({ code: 'nothing-to-redact' });
  }

  return { foresee, run, complete: rewriting.complete };
}

interface Chosen {
  readonly stored: StoredMessage;
  readonly home: TicketNumber;
  readonly plan: FilePlan;
}

function byTicket(chosen: readonly Chosen[]): ReadonlyMap<TicketNumber, readonly FileChange[]> {
  const found = new Map<TicketNumber, FileChange[]>();
  for (const { stored, home, plan } of chosen) {
    const change = { name: stored.event.name, plan };
    const changes = found.get(home);
    if (changes === undefined) found.set(home, [change]);
    else changes.push(change);
  }
  return found;
}

function toItem(
  ticket: TicketNumber,
  { event }: StoredMessage,
  taken: readonly TakenPart[],
  named: MessageName,
): RedactItem {
  const isDraft = event.kind === 'draft';
  return { ticket, message: event.name, isDraft, isCopy: event.name !== named, taken };
}
