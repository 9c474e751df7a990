/** The routes that tidy up: merge, unmerge, split, move, spam, undo, and one action on many tickets. */
import type { Result } from '../../../base/result.ts';
import type { QueryProblem } from '../../../core/search/query.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import {
  type Actor,
  type Change,
  type MessageName,
  parseMessageName,
} from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import type { BatchPlan, Skipped } from '../../../services/batch-files.ts';
import type { BulkAction } from '../../../services/bulk-action.ts';
import type { Selection } from '../../../services/bulk-plan.ts';
import { type BulkRefusal, describeBulkRefusal } from '../../../services/bulk-refusal.ts';
import type { Regrouped } from '../../../services/regroup-parts.ts';
import { type BodyReader, readJson } from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { readSettings } from './commands.ts';
import { ApiRefusal, queryRefusalOf, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type TidyingOperation = Extract<
  AgentOperation,
  | 'mergeTicket'
  | 'unmergeTicket'
  | 'splitTicket'
  | 'moveMessage'
  | 'undoChange'
  | 'markSpam'
  | 'markNotSpam'
  | 'changeMany'
  | 'undoMany'
>;

const settings = ['state', 'queue', 'owner', 'priority'];
const bulkKeys = [
  'tickets',
  'q',
  ...settings,
  'addTags',
  'removeTags',
  'reason',
  'action',
  'dryRun',
];
const plainActions = ['merge', 'spam', 'not-spam', 'watch'];

export function createTidying(
  deps: Pick<ApiDeps, 'tickets' | 'regroup' | 'undo' | 'bulk'>,
): Record<TidyingOperation, AgentRoute> {
  const { tickets, regroup, undo, bulk } = deps;

  /** A body is optional where nothing need be said. */
  const regrouped = (
    keys: readonly string[],
    act: (
      number: TicketNumber,
      body: BodyReader,
      actor: Actor,
    ) => Promise<Result<Regrouped, Refusal>>,
  ): AgentRoute => {
    return async (ctx, { login }) => {
      const body = await readJson(ctx, keys);
      const done = await act(numberOf(ctx), body, { kind: 'agent', login });
      if (!done.ok) throw refusalOf(done.refusal);
      const { ticket, changed } = done.value;
      ctx.body = { ticket, changed };
    };
  };

  const marked =
    (kind: 'spam' | 'not-spam'): AgentRoute =>
    async (ctx, { login }) => {
      const done = await tickets.run(numberOf(ctx), { kind }, { kind: 'agent', login });
      if (!done.ok) throw refusalOf(done.refusal);
      ctx.body = { ticket: done.value.ticket, message: done.value.message };
    };

  async function runPlan(ctx: ApiContext, plan: BatchPlan): Promise<void> {
    const done = await bulk.run(plan.id);
    if (!done.ok) throw bulkRefusalOf(done.refusal);
    const { state, done: changed, refused } = done.value;
    ctx.body = {
      batch: plan.id,
      state,
      changed,
      skipped: [...refused, ...plan.skipped].map(toSkipped),
    };
  }

  return {
    mergeTicket: regrouped(['into'], (number, body, actor) =>
      regroup.merge(number, ticketIn(body, 'into'), actor),
    ),
    unmergeTicket: regrouped([], (number, _, actor) => regroup.unmerge(number, actor)),
    splitTicket: regrouped(['message', 'subject', 'queue'], (number, body, actor) => {
      const [subject, queue] = [body.optionalText('subject'), body.optionalText('queue')];
      return regroup.split(number, messageIn(body), actor, {
        ...(subject === undefined ? {} : { subject }),
        ...(queue === undefined ? {} : { queue }),
      });
    }),
    moveMessage: regrouped(['message', 'into'], (number, body, actor) =>
      regroup.move(number, messageIn(body), ticketIn(body, 'into'), actor),
    ),
    undoChange: regrouped(['event'], (number, body, actor) => {
      const given = body.optionalText('event');
      return undo.undo(number, given === undefined ? undefined : eventOf(given), actor);
    }),
    markSpam: marked('spam'),
    markNotSpam: marked('not-spam'),

    async changeMany(ctx, { login }) {
      const body = await readJson(ctx, bulkKeys);
      const actor: Actor = { kind: 'agent', login };
      const request = { selection: selectionIn(body), action: actionIn(body, login), actor };
      const isDry = body.flag('dryRun');
      const planned = await (isDry ? bulk.foresee(request) : bulk.plan(request));
      if (!planned.ok) throw bulkRefusalOf(planned.refusal);
      if (!isDry) return runPlan(ctx, planned.value);
      const { tickets: numbers, skipped } = planned.value;
      ctx.body = {
        batch: null,
        state: 'planned',
        changed: numbers,
        skipped: skipped.map(toSkipped),
      };
    },

    async undoMany(ctx, { login }) {
      await readJson(ctx, []);
      const planned = await bulk.planUndo(ctx.params.batch ?? '', { kind: 'agent', login });
      if (!planned.ok) throw bulkRefusalOf(planned.refusal);
      await runPlan(ctx, planned.value);
    },
  };
}

function toSkipped({ number, reason }: Skipped) {
  return { ticket: number, code: reason.code, detail: reason.text };
}

function bulkRefusalOf(refusal: BulkRefusal | QueryProblem): ApiRefusal {
  switch (refusal.code) {
    case 'nothing-chosen':
    case 'too-many':
    case 'unknown-batch':
    case 'batch-undone':
    case 'batch-running':
      return new ApiRefusal({ code: refusal.code, detail: describeBulkRefusal(refusal) });
    default:
      return queryRefusalOf(refusal);
  }
}

function ticketIn(body: BodyReader, key: string): TicketNumber {
  const given = body.text(key);
  const number = parseTicketNumber(given);
  if (number === undefined) throw refusalOf({ code: 'unknown-ticket', number: given });
  return number;
}

function messageIn(body: BodyReader): MessageName {
  return eventOf(body.text('message'));
}

function eventOf(given: string): MessageName {
  const name = parseMessageName(given);
  if (name === undefined) throw refusalOf({ code: 'unknown-message', message: given });
  return name;
}

function selectionIn(body: BodyReader): Selection {
  const query = body.optionalText('q');
  const numbers = body.texts('tickets');
  if (query !== undefined && numbers.length > 0)
    throw new ApiRefusal({
      code: 'bad-value',
      detail: 'Both "q" and "tickets" are given; expected one of them',
    });
  if (query !== undefined) return { kind: 'query', text: query };
  return {
    kind: 'tickets',
    numbers: numbers.map((given) => {
      const number = parseTicketNumber(given);
      if (number === undefined) throw refusalOf({ code: 'unknown-ticket', number: given });
      return number;
    }),
  };
}

function actionIn(body: BodyReader, login: string): BulkAction {
  const action = body.optionalText('action');
  if (action !== undefined && !plainActions.includes(action))
    throw new ApiRefusal({
      code: 'bad-value',
      detail: `Bad value "${action}" for "action"; expected one of ${plainActions.join(', ')}`,
    });
  if (action === 'merge' || action === 'spam' || action === 'not-spam') return { kind: action };
  const changes: readonly Change[] = [
    ...readSettings(body, settings),
    ...body.texts('addTags').map((value): Change => ({ kind: 'add', set: 'tag', value })),
    ...body.texts('removeTags').map((value): Change => ({ kind: 'remove', set: 'tag', value })),
    ...(action === 'watch' ? [{ kind: 'add', set: 'watcher', value: login } as const] : []),
  ];
  if (changes.length === 0)
    throw new ApiRefusal({
      code: 'missing-value',
      detail: 'Nothing is asked for; expected "action" or at least one field to change',
    });
  const reason = body.optionalText('reason');
  return { kind: 'change', changes, ...(reason === undefined ? {} : { reason }) };
}
