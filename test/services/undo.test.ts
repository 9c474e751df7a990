import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, type MessageName, parseMessageName } from '../../src/core/ticket/event.ts';
import { accountForMoves, checkHistory } from '../../src/core/ticket/history.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { anna, ben, openTidyingDesk, type TidyingDesk } from './tidying-desk.ts';

let test: TidyingDesk;

beforeEach(async () => {
  test = await openTidyingDesk();
});
afterEach(() => test.close());

async function newest(number: TicketNumber): Promise<MessageName> {
  const event = (await test.desk.store.read(number))?.messages.at(-1)?.event;
  if (event === undefined) throw new Error('There is no event');
  return event.name;
}

function undo(number: TicketNumber, event?: MessageName, actor: Actor = anna) {
  return test.desk.undo.undo(number, event, actor);
}

async function mailsOf(number: TicketNumber): Promise<readonly (string | undefined)[]> {
  const folder = await test.desk.reader.read(number);
  return (folder?.messages ?? []).flatMap(({ event }) =>
    event.kind === 'mail-in' ? [event.mail.messageId] : [],
  );
}

async function expectSound(): Promise<void> {
  for await (const number of test.desk.store.numbers()) {
    const events = ((await test.desk.store.read(number))?.messages ?? []).map(({ event }) => event);
    expect(checkHistory(events, new Set(), accountForMoves(events))).toEqual([]);
  }
}

describe('a change is taken back', () => {
  it('by one more event that names it', async () => {
    const number = await test.open('a');
    await test.set(number, 'state=closed');
    const closed = await newest(number);
    expect(await undo(number)).toMatchObject({ ok: true, value: { ticket: number } });
    const folder = await test.desk.store.read(number);
    expect(folder?.ticket.state).toBe('new');
    const last = folder?.messages.at(-1)?.event;
    expect([last?.kind, last?.fields.get('undo')]).toEqual(['update', [closed]]);
    await expectSound();
  });

  it('own ones from the newest backwards, and each undo can be undone', async () => {
    const number = await test.open('a');
    await test.set(number, 'tag+=vip');
    await test.set(number, 'state=closed');
    await test.set(number, 'priority=high', ben);
    await undo(number);
    await undo(number);
    expect(await test.ticketOf(number)).toMatchObject({
      state: 'new',
      priority: 'high',
      tags: new Set(),
    });
    expect(await undo(number)).toMatchObject({ ok: false, refusal: { code: 'nothing-to-undo' } });
    await undo(number, await newest(number));
    expect((await test.ticketOf(number)).tags).toEqual(new Set(['vip']));
  });

  it('not when somebody changed the same since', async () => {
    const number = await test.open('a');
    await test.set(number, 'owner=anna');
    await test.set(number, 'owner=ben', ben);
    expect(await undo(number)).toMatchObject({
      ok: false,
      refusal: { code: 'changed-since', field: 'owner', value: 'ben', by: 'agent ben' },
    });
    expect((await test.ticketOf(number)).owner).toBe('ben');
  });

  it('with the rights of the change that leads back', async () => {
    const number = await test.open('a');
    await test.set(number, 'queue=Billing');
    const moved = await newest(number);
    expect(await undo(number, moved, ben)).toMatchObject({
      ok: false,
      refusal: { code: 'not-allowed', right: 'move', queue: 'Billing' },
    });
    await test.set(number, 'state=closed');
    expect(await undo(number, await newest(number), ben)).toMatchObject({
      ok: false,
      refusal: { code: 'not-allowed', right: 'close' },
    });
    expect(await undo(number, moved)).toMatchObject({ ok: true });
  });

  it('not where there is no such ticket or event', async () => {
    const number = await test.open('a');
    const nobody: Actor = { kind: 'agent', login: 'nobody' };
    expect(await undo(number, parseMessageName('x'))).toMatchObject({
      refusal: { code: 'unknown-message' },
    });
    expect(await undo(number, await newest(number))).toMatchObject({
      refusal: { code: 'cannot-undo' },
    });
    expect(await undo(number, undefined, nobody)).toMatchObject({
      refusal: { code: 'unknown-ticket' },
    });
  });
});

describe('what is regrouped is taken back by its own inverse', () => {
  it('a merge from either side, and the parting again', async () => {
    const [one, two] = [await test.open('a'), await test.open('b')];
    const merged = await test.desk.regroup.merge(two, one, anna);
    expect(merged.ok && merged.value.event?.ticket).toBe(two);
    const taken = await newest(one);
    expect(await undo(one, taken)).toMatchObject({ ok: true });
    expect(await mailsOf(one)).toEqual(['a@x']);
    expect(await undo(one, taken)).toMatchObject({ refusal: { code: 'undone-already' } });
    expect(await undo(two, await newest(two))).toMatchObject({ ok: true });
    expect(await mailsOf(one)).toEqual(['a@x', 'b@x']);
    await expectSound();
  });

  it('a split from either side', async () => {
    const one = await test.open('a');
    const second = await test.receive(
      plainMail({ 'Message-ID': '<c@x>', From: 'a@customer.example', References: '<a@x>' }),
    );
    const choice = { subject: 'Something new', queue: 'Billing' };
    const split = await test.desk.regroup.split(one, second.message, anna, choice);
    if (!split.ok || split.value.event === undefined) throw new Error('Not split');
    expect(await test.ticketOf(split.value.ticket)).toMatchObject(choice);
    expect(await undo(split.value.ticket, split.value.event.name)).toMatchObject({ ok: true });
    expect(await mailsOf(one)).toEqual(['a@x', 'c@x']);
    const again = await test.desk.regroup.move(one, second.message, split.value.ticket, anna);
    expect(again).toMatchObject({ ok: false, refusal: { code: 'same-ticket' } });
    await expectSound();
  });

  it('a split goes into a queue that there is', async () => {
    const one = await test.open('a');
    const message = await newest(one);
    expect(await test.desk.regroup.split(one, message, anna, { queue: 'Nowhere' })).toMatchObject({
      refusal: { code: 'unknown-queue' },
    });
  });

  it('needs the right to move in both tickets, before anything is written', async () => {
    const [one, two] = [await test.open('a'), await test.open('b', 'Billing')];
    const third = await test.open('c');
    const count = async (number: TicketNumber) =>
      (await test.desk.store.read(number))?.messages.length;
    const before = [await count(one), await count(two)];
    const refused = {
      ok: false,
      refusal: { code: 'not-allowed', right: 'move', queue: 'Billing' },
    };
    const { regroup } = test.desk;
    expect(await regroup.merge(one, two, ben)).toMatchObject(refused);
    expect(await regroup.merge(two, one, ben)).toMatchObject(refused);
    expect(await regroup.move(one, await newest(one), two, ben)).toMatchObject(refused);
    expect(await regroup.move(two, await newest(two), one, ben)).toMatchObject(refused);
    expect(await regroup.split(two, await newest(two), ben)).toMatchObject(refused);
    expect([await count(one), await count(two)]).toEqual(before);
    // From then on the other one is known in the queue of this one as well, whose team may part them again.
    await regroup.merge(third, two, anna);
    expect(await regroup.unmerge(third, ben)).toMatchObject({ ok: true });
    expect((await test.ticketOf(third)).mergedInto).toBeUndefined();
  });
});

it('spam goes to Junk and back to where it was, and the undo of that too', async () => {
  const number = await test.open('a', 'Billing');
  const run = (kind: 'spam' | 'not-spam', actor = anna) =>
    test.desk.tickets.run(number, { kind }, actor);
  expect(await run('spam', ben)).toMatchObject({ refusal: { code: 'not-allowed', right: 'move' } });
  await run('spam');
  expect((await test.ticketOf(number)).queue).toBe('Junk');
  expect(await run('spam')).toMatchObject({ refusal: { code: 'nothing-to-change' } });
  await run('not-spam');
  expect((await test.ticketOf(number)).queue).toBe('Billing');
  await run('spam');
  await undo(number);
  const ticket = await test.ticketOf(number);
  expect([ticket.queue, ticket.extra.get('queue-before-junk')]).toEqual(['Billing', undefined]);
});
