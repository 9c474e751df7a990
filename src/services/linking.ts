/**
 * Links have two sides: what one ticket says of another, that one says of it.
 *
 * Owns: the second event. Promises: a link to a ticket that is not there, that the agent may not see or change, or to
 * the ticket itself is refused before anything is written; asking again completes a link that a crash left one-sided.
 * Leaves to others: links that only one side knows, such as suggestions (core/ticket/decide-fields.ts).
 */
import { type Result, refuse } from '../base/result.ts';
import type { Refusal, TicketCommand } from '../core/ticket/decide.ts';
import type { Actor, Change } from '../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { rightsOn } from '../core/ticket/rights.ts';
import { readableOf } from '../core/ticket/team.ts';
import type { TicketReader } from '../storage/ticket-store.ts';
import type { DeskDirectory, Occasion, Receipt, Tickets } from './tickets.ts';

const otherSides: Readonly<Record<string, string>> = {
  related: 'related',
  duplicate: 'duplicate',
  parent: 'child',
  child: 'parent',
};

interface Mirrored {
  readonly other: TicketNumber;
  readonly change: Change;
}

export function withLinks(
  tickets: Tickets,
  { reader, desk }: { readonly reader: TicketReader; readonly desk: DeskDirectory },
): Tickets {
  async function run(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Receipt, Refusal>> {
    const mirrored = mirror(number, command);
    for (const { other, change } of mirrored) {
      const refusal = await refuseOther({ number, other, change, actor });
      if (refusal !== undefined) return refuse(refusal);
    }
    const done = await tickets.run(number, command, actor, occasion);
    if (!done.ok && done.refusal.code !== 'nothing-to-change') return done;
    for (const { other, change } of mirrored)
      await tickets.run(other, { kind: 'mirror', changes: [change] }, actor, occasion);
    return done;
  }

  interface Asked {
    readonly number: TicketNumber;
    readonly other: TicketNumber;
    readonly change: Change;
    readonly actor: Actor;
  }

  async function refuseOther({
    number,
    other,
    change,
    actor,
  }: Asked): Promise<Refusal | undefined> {
    if (number === other) return { code: 'same-ticket', number };
    const folder = await reader.read(other);
    // A link to a ticket that is gone can still be taken away.
    if (folder === undefined)
      return change.kind === 'add' ? { code: 'unknown-ticket', number: other } : undefined;
    if (actor.kind !== 'agent') return undefined;
    const { queue } = folder.ticket;
    const given = rightsOn(readableOf(folder.ticket), actor.login, (each) =>
      desk.rightsOf(actor.login, each),
    );
    if (!given.has('see')) return { code: 'unknown-ticket', number: other };
    return given.has('note') ? undefined : { code: 'not-allowed', right: 'note', queue };
  }

  return { ...tickets, run };
}

function mirror(number: TicketNumber, command: TicketCommand): readonly Mirrored[] {
  const isAsked = command.kind === 'update' || command.kind === 'note' || command.kind === 'reply';
  return (isAsked ? (command.changes ?? []) : []).flatMap((change) => {
    if (change.kind === 'set' || change.set !== 'link') return [];
    const [kind = '', text = ''] = change.value.split(':');
    const [side, other] = [otherSides[kind], parseTicketNumber(text)];
    if (side === undefined || other === undefined) return [];
    return [{ other, change: { ...change, value: `${side}:${number}` } }];
  });
}
