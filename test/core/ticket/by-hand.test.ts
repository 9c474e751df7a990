import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { isByHand, linesNotObeyed } from '../../../src/core/ticket/by-hand.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { noTicketRules } from '../../../src/core/ticket/ticket-rules.ts';
import { decodeEvent } from '../../../src/storage/message-file.ts';

async function read(text: string) {
  const name = parseMessageName('wish');
  if (name === undefined) throw new Error('No name');
  const origin = async () => ({ modified: toInstant(0), account: 'root' });
  return decodeEvent(name, Buffer.from(text), origin);
}

const rules = {
  ...noTicketRules,
  states: [{ key: 'waiting-supplier', type: 'pending-reminder' as const, names: {} }],
};
const vain = async (text: string) => linesNotObeyed(await read(text), rules);

describe('a file written by hand', () => {
  it.each([
    'Ticket-Set: state=closed',
    'Ticket-Set: state=waiting-supplier',
    'Ticket-Set: x-order=4711',
    'Ticket-Set: owner=',
    'Ticket-Add: tag=lamp',
    'Ticket-Actor: agent anna',
    'Ticket-Event: note',
    'Subject: only a mail',
  ])('is understood: %s', async (line) => {
    expect(await vain(`${line}\n\n`)).toEqual([]);
  });

  it('names every line without effect as it was written, and obeys the others', async () => {
    const lines = [
      'Ticket-Set: closed',
      'Ticket-Set: colour=red',
      'Ticket-Set: priority=highest',
      'Ticket-Add: tag=',
      'Ticket-Remove: crowd=kim',
      'Ticket-Sate: closed',
    ];
    const text = `${lines.join('\n')}\nTicket-Set: state=closed\n\n`;
    expect([...(await vain(text))].sort()).toEqual([...lines].sort());
    expect((await read(text)).changes).toContainEqual({
      kind: 'set',
      field: 'state',
      value: 'closed',
    });
  });

  it('is told from one of a desk, whose lines may be those of a newer version', async () => {
    const event = await read('Ticket-Number: 20261123004266\nTicket-Set: colour=red\n\n');
    expect(isByHand(event)).toBe(false);
    expect(linesNotObeyed(event, rules)).toEqual([]);
  });
});
