import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLimit, parseSort } from '../../../src/services/present/list-request.ts';
import { describeRefusal, nearestWord } from '../../../src/services/present/refusals.ts';
import { readTicketJson, toTicketJson } from '../../../src/services/present/ticket-json.ts';
import type { TicketFolder } from '../../../src/storage/ticket-store.ts';
import { lampMail, openTestDesk, type TestDesk } from '../../edges/desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await openTestDesk();
});

afterEach(() => desk.close());

async function folderOf(number: Parameters<TestDesk['store']['read']>[0]): Promise<TicketFolder> {
  const folder = await desk.store.read(number);
  if (folder === undefined) throw new Error('no such ticket');
  return folder;
}

describe('readTicketJson', () => {
  it('gives the whole public object of a ticket', async () => {
    const { ticket, message } = await desk.open(lampMail, { fields: [['Follow-Up', 'rule=new']] });
    await desk.tickets.run(
      ticket,
      { kind: 'note', text: 'He is a regular.' },
      { kind: 'agent', login: 'anna' },
    );
    await desk.tickets.run(
      ticket,
      {
        kind: 'update',
        changes: [
          { kind: 'set', field: 'state', value: 'open' },
          { kind: 'add', set: 'tag', value: 'vip' },
        ],
      },
      { kind: 'user', account: 'root' },
    );
    const json = await readTicketJson(desk.store, ticket);
    expect(json).toMatchObject({
      number: ticket,
      subject: 'The lamp is dark',
      queue: 'Support',
      state: 'open',
      priority: 'normal',
      owner: null,
      lock: null,
      language: null,
      customer: { name: 'Kim Stone', address: 'kim@customer.example' },
      tags: ['vip'],
      due: { firstResponse: null, update: null, solution: null },
    });
    expect(json?.created).toMatch(/^2026-11-23T10:15:\d\d\.\d{3}Z$/);
    expect(json?.messages[0]).toEqual({
      id: message,
      kind: 'mail-in',
      direction: 'in',
      from: { name: 'Kim Stone', address: 'kim@customer.example' },
      to: [{ name: '', address: 'support@example.org' }],
      cc: [{ name: 'Lee', address: 'lee@customer.example' }],
      subject: 'The lamp is dark',
      date: '2026-11-23T10:00:00.000Z',
      text: expect.stringContaining('It does not shine any more.'),
      html: null,
      attachments: [{ id: 0, name: 'lamp.txt', type: 'text/plain', size: 11, inline: false }],
      verdicts: { spam: null, virus: null, sender: null },
      automatic: false,
      bounce: null,
      followUp: { rule: 'new' },
      problems: [],
    });
    expect(json?.messages.map(({ kind, direction }) => [kind, direction])).toEqual([
      ['mail-in', 'in'],
      ['note', 'internal'],
    ]);
    expect(json?.events.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['mail-in', 'customer kim@customer.example'],
      ['note', 'agent anna'],
      ['update', 'user root'],
    ]);
    expect(json?.events[2]?.changes).toEqual([
      { kind: 'set', field: 'state', value: 'open' },
      { kind: 'add', field: 'tag', value: 'vip' },
    ]);
  });

  it('says undefined for a ticket that is not there', async () => {
    const { ticket } = await desk.open(lampMail);
    await desk.close();
    expect(await readTicketJson(desk.store, ticket)).toBeUndefined();
    desk = await openTestDesk();
  });

  it('says what was found in a mail, and nothing of what was not asked', async () => {
    const verdictsOf = async (fields: readonly (readonly [string, string])[]) => {
      const { ticket } = await desk.open(lampMail, { fields });
      return (await readTicketJson(desk.store, ticket))?.messages[0]?.verdicts;
    };
    expect(
      await verdictsOf([
        ['Spam', 'yes; score=15.3; by=spamd; tests=GTUBE'],
        ['Virus', 'found; name=Eicar; by=clamd'],
        ['Authentication', 'spf=pass; dkim=fail; dmarc=none; arc=none; by=desk'],
      ]),
    ).toEqual({
      spam: { flag: true, score: 15.3, by: 'spamd' },
      virus: { found: true, name: 'Eicar' },
      sender: { spf: 'pass', dkim: 'fail', dmarc: 'none' },
    });
    expect(
      await verdictsOf([
        ['Virus', 'clean; by=clamd'],
        ['Spam', 'perhaps'],
      ]),
    ).toEqual({
      spam: null,
      virus: { found: false, name: null },
      sender: null,
    });
  });

  it('marks automatic mail', async () => {
    const { ticket } = await desk.open(lampMail, {
      fields: [['Automatic', 'auto-replied; reason=Auto-Submitted']],
    });
    expect((await readTicketJson(desk.store, ticket))?.messages[0]?.automatic).toBe(true);
  });
});

describe('toTicketJson', () => {
  it('shows a message by its first words when its mail went away meanwhile', async () => {
    const { ticket } = await desk.open(lampMail);
    const [message] = toTicketJson(await folderOf(ticket), new Map()).messages;
    expect(message).toMatchObject({
      text: 'It does not shine any more.',
      html: null,
      subject: 'The lamp is dark',
    });
  });
});

describe('reading what was asked for', () => {
  it('parseSort knows both directions and nothing else', () => {
    expect(parseSort('-updated')).toEqual({ sort: 'updated', descending: true });
    expect(parseSort('number')).toEqual({ sort: 'number', descending: false });
    expect(parseSort('--number')).toBeUndefined();
    expect(parseSort('age')).toBeUndefined();
  });

  it('parseLimit takes whole numbers from 1 to 500', () => {
    expect(['0', '1', '500', '501', '1.5', '-1', '', '1e2'].map(parseLimit)).toEqual([
      undefined,
      1,
      500,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a refusal names what came, what was expected and the nearest', () => {
    expect(
      describeRefusal({ code: 'unknown-state', value: 'colsed', known: ['open', 'closed'] }),
    ).toBe('Unknown state "colsed"; expected one of open, closed (did you mean "closed"?)');
    expect(nearestWord('zzzzzz', ['open', 'closed'])).toBeUndefined();
  });
});
