/** Which message of a ticket an answer is to, and whom it goes to then. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRecipients } from '../../src/services/recipients.ts';
import type { TicketFolder } from '../../src/storage/ticket-store.ts';
import { lampMail, openTestDesk, type TestDesk } from '../edges/desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await openTestDesk();
});

afterEach(() => desk.close());

const kim = { name: 'Kim Stone', address: 'kim@customer.example' };
const anna = { kind: 'agent', login: 'anna' } as const;

type Number = Parameters<TestDesk['store']['read']>[0];

async function folderOf(number: Number): Promise<TicketFolder> {
  const folder = await desk.store.read(number);
  if (folder === undefined) throw new Error('no such ticket');
  return folder;
}

async function find(number: Number, inReplyTo?: string, toAll = false) {
  const deps = { reader: desk.store, config: desk.config.current() };
  return findRecipients(deps, await folderOf(number), { inReplyTo, toAll });
}

describe('findRecipients', () => {
  it('prefers Reply-To of the newest mail that a person wrote', async () => {
    const { ticket } = await desk.open(
      lampMail.replace('Message-ID', 'Reply-To: Desk <desk@customer.example>\r\nMessage-ID'),
    );
    expect((await find(ticket)).to).toEqual([{ name: 'Desk', address: 'desk@customer.example' }]);
  });

  it('answers our own mail to those who got it', async () => {
    const { ticket } = await desk.open(lampMail);
    const to = [{ name: '', address: 'other@customer.example' }];
    const sent = await desk.tickets.run(ticket, { kind: 'reply', to, cc: [], text: 'Hello' }, anna);
    if (!sent.ok) throw new Error('refused');
    expect((await find(ticket, sent.value.message)).to).toEqual(to);
    expect((await find(ticket)).to).toEqual([kim]);
  });

  it('falls back to the customer when only automatic mail came', async () => {
    const { ticket } = await desk.open(lampMail, {
      fields: [['Automatic', 'bulk; reason=Precedence']],
    });
    expect((await find(ticket)).to).toEqual([kim]);
  });

  it('answers to all with those who got the mail', async () => {
    const { ticket, message } = await desk.open(lampMail);
    expect(await find(ticket, message, true)).toEqual({
      to: [kim],
      cc: [{ name: 'Lee', address: 'lee@customer.example' }],
    });
  });

  it('knows the list that a mail came by', async () => {
    const { ticket, message } = await desk.open(
      lampMail.replace(
        'Message-ID',
        'Reply-To: lamps@list.example\r\nList-Post: <mailto:lamps@list.example>\r\nMessage-ID',
      ),
    );
    expect((await find(ticket, message)).to).toEqual([kim]);
    expect((await find(ticket, message, true)).cc.map(({ address }) => address)).toEqual([
      'lamps@list.example',
      'lee@customer.example',
    ]);
  });

  it('takes a call for the customer, and a mail that was sent on for its writer', async () => {
    const { ticket, message } = await desk.open(lampMail);
    const called = await desk.tickets.run(
      ticket,
      { kind: 'call', direction: 'in', text: 'Hello' },
      anna,
    );
    const to = [{ name: '', address: 'maker@lamps.example' }];
    const resent = await desk.tickets.run(ticket, { kind: 'resend', to, message }, anna);
    if (!called.ok || !resent.ok) throw new Error('refused');
    expect((await find(ticket, called.value.message, true)).to).toEqual([kim]);
    expect((await find(ticket, resent.value.message)).to).toEqual([kim]);
  });
});
