/** `maildesk set`: changes fields, and adds to or removes from sets. */
import type { Command } from 'commander';
import { type Change, parseChange } from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { actorOf, announceReceipt, type CliSession, requireNumber, withDesk } from '../session.ts';

export function addSetCommand(program: Command, session: CliSession): void {
  program
    .command('set')
    .description('change fields of a ticket')
    .argument('<number>')
    .argument(
      '<change...>',
      'field=value; tag+=value adds, tag-=value removes; an empty value clears',
    )
    .action(async (given: string, texts: readonly string[]) => {
      const number = requireNumber(given);
      const changes = texts.map(readChange);
      await withDesk(session, 'store', async (desk) => {
        const actor = actorOf(session, desk);
        await announceReceipt(
          desk,
          await desk.tickets.run(number, { kind: 'update', changes }, actor),
        );
        for (const other of linkedBy(changes)) await desk.announce(other);
      });
    });
}

/** A link changes the other ticket as well. */
function linkedBy(changes: readonly Change[]): readonly TicketNumber[] {
  return changes.flatMap((change) =>
    change.kind !== 'set' && change.set === 'link'
      ? (parseTicketNumber(change.value.replace(/^.*:/, '')) ?? [])
      : [],
  );
}

export function readChange(text: string): Change {
  const [, field = '', sign = '', value = ''] = /^([^=]*?)([+-]?)=(.*)$/su.exec(text) ?? [];
  const kind = sign === '+' ? 'add' : sign === '-' ? 'remove' : 'set';
  const change = parseChange(kind, `${field}=${value}`);
  if (change !== undefined) return change;
  throw new CliFailure(
    exits.usage,
    `Bad change "${text}"; expected field=value, such as state=closed or tag+=vip`,
  );
}
