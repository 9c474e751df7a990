/**
 * Takes a change back, whichever kind it is.
 *
 * Owns: which command undoes which event. Promises: what is undone twice is refused, not done; both tickets of a merge or
 * a move lead to the same undo. Leaves to others: what stood before (core/ticket/undo.ts), both sides of a merge (regroup.ts).
 */
import { type Result, refuse } from '../base/result.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import {
  type Actor,
  formatActor,
  type MessageName,
  type TicketEvent,
} from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { type RegroupStep, readRegroupStep, stepsInForce } from '../core/ticket/regroup-steps.ts';
import { lastOwnChange } from '../core/ticket/undo.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import type { Regroup } from './regroup.ts';
import type { Regrouped } from './regroup-parts.ts';
import type { Occasion, Tickets } from './tickets.ts';

export interface Undo {
  /** Takes one event of the ticket back; without a name the actor's own last change. */
  undo(
    number: TicketNumber,
    event: MessageName | undefined,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>>;
}

export interface UndoDeps {
  readonly tickets: Pick<Tickets, 'run' | 'mayNot'>;
  readonly regroup: Pick<Regroup, 'merge' | 'unmerge' | 'putBack'>;
  /** Each folder by itself. */
  readonly store: Pick<TicketReader, 'read'>;
}

export function createUndo({ tickets, regroup, store }: UndoDeps): Undo {
  async function undo(
    number: TicketNumber,
    name: MessageName | undefined,
    actor: Actor,
    occasion: Occasion = {},
  ): Promise<Result<Regrouped, Refusal>> {
    const folder = await store.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const hidden = await tickets.mayNot(number, { kind: 'note', text: '' }, actor);
    if (hidden?.code === 'unknown-ticket') return refuse(hidden);
    const events = folder.messages.map(({ event }) => event);
    const steps = stepsInForce(number, events);
    const event =
      name === undefined
        ? lastOwnChange(events, actor, (each) => steps.has(each))
        : events.find((each) => each.name === name);
    if (event === undefined)
      return refuse(
        name === undefined
          ? { code: 'nothing-to-undo' }
          : { code: 'unknown-message', message: name },
      );
    const step = steps.get(event);
    if (step !== undefined) return undoStep(step, actor, { ...occasion, undo: event.name });
    if (readRegroupStep(number, event) !== undefined) return refuse(outdated(folder, event));
    const done = await tickets.run(number, { kind: 'undo', event: event.name }, actor, occasion);
    if (!done.ok) return done;
    const made = { ticket: number, name: done.value.message };
    return { ok: true, value: { ticket: number, changed: [number], event: made } };
  }

  function undoStep(
    step: RegroupStep,
    actor: Actor,
    occasion: Occasion,
  ): Promise<Result<Regrouped, Refusal>> {
    switch (step.kind) {
      case 'merged':
        return regroup.unmerge(step.absorbed, actor, occasion);
      case 'parted':
        return regroup.merge(step.absorbed, step.survivor, actor, occasion);
      case 'moved':
        return regroup.putBack(step.to, step.message, actor, occasion);
    }
  }

  return { undo };
}

/** Of a merge or a move that something later made void. */
function outdated({ number, messages }: TicketFolder, event: TicketEvent): Refusal {
  const about = aboutOf(readRegroupStep(number, event));
  const later = messages
    .map((message) => message.event)
    .findLast((each) => aboutOf(readRegroupStep(number, each)) === about);
  const { actor, time } = later ?? event;
  return { code: 'undone-already', by: formatActor(actor), time };
}

function aboutOf(step: RegroupStep | undefined): string | undefined {
  return step === undefined || step.kind !== 'moved' ? step?.absorbed : step.message;
}
