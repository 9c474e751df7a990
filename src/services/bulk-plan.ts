/**
 * What a bulk action would do: which tickets it changes, which it leaves as they are, and why.
 *
 * Promises: writes nothing; each ticket is asked the rule that will decide when its turn comes.
 */
import type { Clock } from '../base/clock.ts';
import { type Random, randomText } from '../base/random.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import { createLimit } from '../base/serial.ts';
import type { QueryProblem } from '../core/search/query.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { stepsInForce } from '../core/ticket/regroup-steps.ts';
import type { TicketReader } from '../storage/ticket-store.ts';
import { eventsOf, eventsOfBatch } from './batch-events.ts';
import type { BatchPlan } from './batch-files.ts';
import { type BulkAction, commandOf, questionOf, toReason } from './bulk-action.ts';
import type { BulkRefusal } from './bulk-refusal.ts';
import type { TicketIndex } from './index/index.ts';
import type { Searching } from './searching.ts';
import type { Tickets } from './tickets.ts';

export type Selection =
  | { readonly kind: 'tickets'; readonly numbers: readonly TicketNumber[] }
  | { readonly kind: 'query'; readonly text: string };

export interface BulkRequest {
  readonly selection: Selection;
  readonly action: BulkAction;
  readonly actor: Actor;
}

export interface BulkPlanningDeps {
  readonly tickets: Pick<Tickets, 'foresee' | 'mayNot'>;
  /** Each folder by itself. */
  readonly store: Pick<TicketReader, 'read'>;
  readonly index: Pick<TicketIndex, 'list'>;
  readonly searching: Searching;
  readonly clock: Clock;
  readonly random: Random;
}

export interface BulkPlanning {
  foresee(request: BulkRequest): Promise<Result<BatchPlan, BulkRefusal | QueryProblem>>;
  /** Why this ticket would stay as it is. */
  speaksAgainst(
    number: TicketNumber,
    plan: Pick<BatchPlan, 'action' | 'actor' | 'into'>,
  ): Promise<Refusal | undefined>;
}

/** More than this is no longer something to look through. */
export const mostTickets = 10_000;
const atATime = 4;
const pageSize = 500;

export function createBulkPlanning(deps: BulkPlanningDeps): BulkPlanning {
  const { tickets, store, index, searching, clock, random } = deps;

  function newId(): string {
    return `${clock.now().toString(36)}${randomText(random, 6)}`;
  }

  async function foresee({
    selection,
    action,
    actor,
  }: BulkRequest): Promise<Result<BatchPlan, BulkRefusal | QueryProblem>> {
    const chosen = await choose(selection, actor);
    if (!chosen.ok) return chosen;
    const numbers = [...new Set(chosen.value)].sort();
    const into = action.kind === 'merge' ? await findSurvivor(numbers, actor) : undefined;
    const answers = await forAll(numbers, async (number) => ({
      number,
      refusal: number === into ? undefined : await speaksAgainst(number, { action, actor, into }),
    }));
    const query = selection.kind === 'query' ? selection.text : undefined;
    const plan: BatchPlan = {
      id: newId(),
      actor,
      created: clock.now(),
      action,
      query,
      into,
      tickets: answers.flatMap(({ number, refusal }) =>
        refusal === undefined && number !== into ? [number] : [],
      ),
      skipped: answers.flatMap(({ number, refusal }) =>
        refusal === undefined || isHidden(refusal, selection)
          ? []
          : [{ number, reason: toReason(refusal) }],
      ),
    };
    return plan.tickets.length + plan.skipped.length === 0
      ? refuse({ code: 'nothing-chosen' })
      : ok(plan);
  }

  async function choose(
    selection: Selection,
    actor: Actor,
  ): Promise<Result<readonly TicketNumber[], BulkRefusal | QueryProblem>> {
    if (selection.kind === 'tickets')
      return selection.numbers.length > mostTickets
        ? refuse({ code: 'too-many', most: mostTickets })
        : ok(selection.numbers);
    const login = actor.kind === 'agent' ? actor.login : undefined;
    const query = await searching.read(selection.text, login);
    if (!query.ok) return query;
    const numbers: TicketNumber[] = [];
    let after: string | undefined;
    do {
      const page = await index.list({
        query: query.value,
        sort: 'number',
        descending: false,
        limit: pageSize,
        wholeArchive: true,
        ...(after === undefined ? {} : { after }),
      });
      if (!page.ok) return page;
      numbers.push(...page.value.records.map(({ number }) => number));
      if (page.value.total > mostTickets || numbers.length > mostTickets)
        return refuse({ code: 'too-many', most: mostTickets });
      after = page.value.next;
    } while (after !== undefined);
    return ok(numbers);
  }

  /** The oldest one that may take others in. */
  async function findSurvivor(
    numbers: readonly TicketNumber[],
    actor: Actor,
  ): Promise<TicketNumber | undefined> {
    for (const number of numbers) {
      const folder = await store.read(number);
      if (folder === undefined || folder.ticket.mergedInto !== undefined) continue;
      if ((await tickets.mayNot(number, { kind: 'unmerge' }, actor)) === undefined) return number;
    }
    return undefined;
  }

  async function speaksAgainst(
    number: TicketNumber,
    { action, actor, into }: Pick<BatchPlan, 'action' | 'actor' | 'into'>,
  ): Promise<Refusal | undefined> {
    if (action.kind === 'undo') return speaksAgainstUndo(number, action.batch, actor);
    if (action.kind === 'merge') {
      const survivor = into ?? number;
      const asked = await tickets.foresee(number, { kind: 'merge', into: survivor }, actor);
      return asked.ok ? undefined : asked.refusal;
    }
    const asked = await tickets.foresee(number, questionOf(action), actor);
    if (!asked.ok) return asked.refusal;
    const command = commandOf(action);
    const whole = command.kind === 'note' ? await tickets.foresee(number, command, actor) : asked;
    return whole.ok ? undefined : whole.refusal;
  }

  async function speaksAgainstUndo(
    number: TicketNumber,
    batch: string,
    actor: Actor,
  ): Promise<Refusal | undefined> {
    const folder = await store.read(number);
    if (folder === undefined) return { code: 'unknown-ticket', number };
    const steps = stepsInForce(number, eventsOf(folder));
    for (const event of eventsOfBatch(folder, batch)) {
      const command = steps.has(event)
        ? ({ kind: 'unmerge' } as const)
        : ({ kind: 'undo', event: event.name } as const);
      const refusal =
        command.kind === 'unmerge'
          ? await tickets.mayNot(number, command, actor)
          : await refusalOf(tickets.foresee(number, command, actor));
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  return { foresee, speaksAgainst };
}

export async function forAll<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const limit = createLimit(atATime);
  return Promise.all(items.map((item) => limit.run(() => work(item))));
}

export async function refusalOf(
  answer: Promise<Result<unknown, Refusal>>,
): Promise<Refusal | undefined> {
  const done = await answer;
  return done.ok ? undefined : done.refusal;
}

/** Numbers that a search found and the actor may not see stay unsaid; those that he named himself do not exist for him. */
function isHidden({ code }: Refusal, { kind }: Selection): boolean {
  return kind === 'query' && code === 'unknown-ticket';
}
