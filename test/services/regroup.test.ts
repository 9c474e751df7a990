import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, parseMessageName } from '../../src/core/ticket/event.ts';
import type { Ticket } from '../../src/core/ticket/fold.ts';
import { accountForMoves, checkHistory } from '../../src/core/ticket/history.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

const anna: Actor = { kind: 'agent', login: 'anna' };

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  await test.desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['agent'],
  });
});

afterEach(() => test.close());

async function ticketOf(number: TicketNumber): Promise<Ticket> {
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return folder.ticket;
}

/** Message-IDs of the mails that came in, as people see the ticket. */
async function mailsOf(number: TicketNumber): Promise<readonly string[]> {
  const folder = await test.desk.reader.read(number);
  return (folder?.messages ?? []).flatMap(({ event }) =>
    event.kind === 'mail-in' ? [event.mail.messageId ?? ''] : [],
  );
}

async function filesOf(number: TicketNumber): Promise<readonly string[]> {
  const parts = ['new', 'cur'].map((part) => readdir(join(test.desk.folderPath(number), part)));
  return (await Promise.all(parts)).flat();
}

async function open(id: string, from = 'Kim Berg <kim@customer.example>', more = {}) {
  return test.receive(
    plainMail({ 'Message-ID': `<${id}>`, From: from, Subject: `About ${id}`, ...more }, id),
    { sender: 'someone@customer.example' },
  );
}

async function set(number: TicketNumber, field: string, value: string): Promise<void> {
  const changes = [{ kind: 'set', field, value } as const];
  const done = await test.desk.tickets.run(number, { kind: 'update', changes }, anna);
  if (!done.ok) throw new Error(done.refusal.code);
}

/** No file is missing or changed, but for what events account for. */
async function expectSound(): Promise<void> {
  for await (const number of test.desk.store.numbers()) {
    const events = ((await test.desk.store.read(number))?.messages ?? []).map(({ event }) => event);
    expect(checkHistory(events, new Set(), accountForMoves(events))).toEqual([]);
  }
}

describe('a merge', () => {
  it('shows the messages of both in the survivor and moves no file', async () => {
    const one = await open('1@x');
    const two = await open('2@x', 'Lee <lee@other.example>');
    const before = await filesOf(two.ticket);
    const done = await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    expect(done).toMatchObject({ ok: true, value: { ticket: one.ticket } });
    expect(await mailsOf(one.ticket)).toEqual(['1@x', '2@x']);
    expect((await filesOf(two.ticket)).filter((name) => before.includes(name))).toEqual(before);
    expect(await ticketOf(two.ticket)).toMatchObject({ state: 'merged', mergedInto: one.ticket });
    expect((await ticketOf(one.ticket)).merged).toEqual(new Set([two.ticket]));
    expect((await test.desk.reader.read(one.ticket))?.ticket.participants).toEqual(
      new Set(['kim@customer.example', 'lee@other.example']),
    );
    expect(
      await test.desk.reader.readOriginal(one.ticket, two.message).then((raw) => raw?.length),
    ).toBeGreaterThan(100);
    await expectSound();
  });

  it('leads later mail to the survivor, by reference and by number', async () => {
    const one = await open('1@x');
    const two = await open('2@x', 'Lee <lee@other.example>');
    await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    const byReference = await open('3@x', 'lee@other.example', { References: '<2@x>' });
    const byNumber = await open('4@x', 'lee@other.example', { Subject: `[#${two.ticket}] more` });
    expect([byReference, byNumber]).toMatchObject([
      { ticket: one.ticket, rule: 'reference' },
      { ticket: one.ticket, rule: 'subject-number' },
    ]);
  });

  it('is taken back by one more event in each, and no mail merges them again by itself', async () => {
    const one = await open('1@x');
    const two = await open('2@x');
    await set(two.ticket, 'state', 'pending-customer');
    await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    await test.desk.regroup.unmerge(two.ticket, anna);
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
    expect(await ticketOf(two.ticket)).toMatchObject({
      state: 'pending-customer',
      mergedInto: undefined,
      links: new Set([`related:${one.ticket}`]),
    });
    const late = await open('3@x', 'kim@customer.example', { References: '<1@x> <2@x>' });
    expect(late).toMatchObject({ ticket: two.ticket });
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
    await expectSound();
  });

  it('can be made and taken back again and again', async () => {
    const one = await open('1@x');
    const two = await open('2@x');
    for (let round = 0; round < 3; round += 1) {
      await test.desk.regroup.merge(two.ticket, one.ticket, anna);
      expect(await mailsOf(one.ticket)).toEqual(['1@x', '2@x']);
      await test.desk.regroup.unmerge(two.ticket, anna);
      expect(await mailsOf(one.ticket)).toEqual(['1@x']);
    }
  });

  it('goes to where the other ticket was merged, and never in a circle', async () => {
    const [one, two, three] = [await open('1@x'), await open('2@x'), await open('3@x')];
    await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    await test.desk.regroup.merge(three.ticket, two.ticket, anna);
    expect(await mailsOf(one.ticket)).toEqual(['1@x', '2@x', '3@x']);
    const back = await test.desk.regroup.merge(one.ticket, three.ticket, anna);
    expect(back).toMatchObject({ ok: false, refusal: { code: 'same-ticket' } });
    const again = await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    expect(again).toMatchObject({ ok: false, refusal: { code: 'ticket-merged' } });
    const other = await test.desk.regroup.unmerge(one.ticket, anna);
    expect(other).toMatchObject({ ok: false, refusal: { code: 'not-merged' } });
  });

  it('of an open ticket into a closed one opens that', async () => {
    const [one, two] = [await open('1@x'), await open('2@x')];
    await set(one.ticket, 'state', 'closed');
    await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    expect((await ticketOf(one.ticket)).state).toBe('open');
  });

  it('keeps the ticket in sight of the other queue until it is taken back', async () => {
    const [one, two] = [await open('1@x'), await open('2@x')];
    await set(two.ticket, 'queue', 'Billing');
    await test.desk.regroup.merge(two.ticket, one.ticket, anna);
    expect((await ticketOf(one.ticket)).alsoQueues).toEqual(new Set(['Billing']));
    await test.desk.regroup.unmerge(two.ticket, anna);
    expect((await ticketOf(one.ticket)).alsoQueues).toEqual(new Set());
  });

  it('that stopped after the first event is completed', async () => {
    const [one, two] = [await open('1@x'), await open('2@x')];
    await test.desk.tickets.run(two.ticket, { kind: 'merge', into: one.ticket }, anna);
    await test.desk.regroup.complete();
    await test.desk.regroup.complete();
    expect(await mailsOf(one.ticket)).toEqual(['1@x', '2@x']);
    expect(await filesOf(one.ticket)).toHaveLength(2);
    await test.desk.tickets.run(two.ticket, { kind: 'unmerge' }, anna);
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
    await test.desk.regroup.complete();
    expect((await ticketOf(one.ticket)).merged).toEqual(new Set());
  });
});

describe('a message that does not belong', () => {
  it('moves into a ticket of its own: the file, not a copy', async () => {
    const one = await open('1@x');
    const wrong = await open('2@x', 'lee@other.example', { References: '<1@x>' });
    expect(wrong.ticket).toBe(one.ticket);
    const done = await test.desk.regroup.split(one.ticket, wrong.message, anna);
    if (!done.ok) throw new Error(done.refusal.code);
    const { ticket } = done.value;
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
    expect(await mailsOf(ticket)).toEqual(['2@x']);
    expect(await filesOf(ticket)).toContain(wrong.message);
    expect(await filesOf(one.ticket)).not.toContain(wrong.message);
    expect(await ticketOf(ticket)).toMatchObject({
      state: 'open',
      queue: 'Support',
      customer: { address: 'lee@other.example' },
      links: new Set([`related:${one.ticket}`]),
    });
    expect((await ticketOf(one.ticket)).participants).toEqual(new Set(['kim@customer.example']));
    await expectSound();
  });

  it('is not pulled in again, and what answers it goes to its new ticket', async () => {
    const one = await open('1@x');
    const wrong = await open('2@x', 'lee@other.example', { References: '<1@x>' });
    const done = await test.desk.regroup.split(one.ticket, wrong.message, anna);
    if (!done.ok) throw new Error(done.refusal.code);
    const again = await open('2@x', 'lee@other.example', { References: '<1@x>' });
    const answer = await open('3@x', 'lee@other.example', { References: '<1@x> <2@x>' });
    expect([again.ticket, answer.ticket]).toEqual([done.value.ticket, done.value.ticket]);
    expect(again.rule).toBe('duplicate');
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
  });

  it('is put back; the ticket that it leaves empty leads to where it went', async () => {
    const one = await open('1@x');
    const wrong = await open('2@x', 'lee@other.example', { References: '<1@x>' });
    const done = await test.desk.regroup.split(one.ticket, wrong.message, anna);
    if (!done.ok) throw new Error(done.refusal.code);
    const back = await test.desk.regroup.putBack(done.value.ticket, wrong.message, anna);
    expect(back).toMatchObject({ ok: true, value: { ticket: one.ticket } });
    expect(await mailsOf(one.ticket)).toEqual(['1@x', '2@x']);
    expect(await filesOf(one.ticket)).toContain(wrong.message);
    expect(await ticketOf(done.value.ticket)).toMatchObject({
      state: 'merged',
      mergedInto: one.ticket,
    });
    expect((await ticketOf(one.ticket)).links).toEqual(new Set());
    await expectSound();
    const once = await test.desk.regroup.split(one.ticket, wrong.message, anna);
    expect(once.ok).toBe(true);
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
    await expectSound();
  });

  it('that reopened the ticket closes it again by going', async () => {
    const one = await open('1@x');
    await set(one.ticket, 'state', 'closed');
    const wrong = await open('2@x', 'kim@customer.example', { References: '<1@x>' });
    expect((await ticketOf(one.ticket)).state).toBe('open');
    await test.desk.regroup.split(one.ticket, wrong.message, anna);
    expect((await ticketOf(one.ticket)).state).toBe('closed');
  });

  it('and opened the ticket takes neither its queue away nor brings its own along', async () => {
    const one = await open('1@x');
    await open('2@x', 'kim@customer.example', { References: '<1@x>' });
    const other = await open('3@x', 'lee@other.example');
    await set(other.ticket, 'state', 'pending-customer');
    await set(other.ticket, 'queue', 'Billing');
    const moved = await test.desk.regroup.move(one.ticket, one.message, other.ticket, anna);
    expect(moved.ok).toBe(true);
    expect(await ticketOf(one.ticket)).toMatchObject({ queue: 'Support' });
    expect(await ticketOf(other.ticket)).toMatchObject({
      queue: 'Billing',
      state: 'pending-customer',
    });
    expect(await mailsOf(other.ticket)).toEqual(['1@x', '3@x']);
    await expectSound();
  });

  it.each([
    ['the only one cannot be split off', 'only-message'],
    ['one that is not there', 'unknown-message'],
    ['what the desk sent', 'cannot-move'],
    ['into its own ticket', 'same-ticket'],
  ])('%s: refused', async (_, code) => {
    const one = await open('1@x');
    const nothing = parseMessageName('nothing') ?? one.message;
    const { regroup } = test.desk;
    const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
      'only-message': () => regroup.split(one.ticket, one.message, anna),
      'unknown-message': () => regroup.split(one.ticket, nothing, anna),
      'cannot-move': async () => {
        const to = [{ name: 'Kim', address: 'kim@customer.example' }];
        const sent = await test.desk.tickets.run(
          one.ticket,
          { kind: 'reply', to, cc: [], text: 'Hello' },
          anna,
        );
        return sent.ok && regroup.split(one.ticket, sent.value.message, anna);
      },
      'same-ticket': () => regroup.move(one.ticket, one.message, one.ticket, anna),
    };
    expect(await attempts[code]?.()).toMatchObject({ ok: false, refusal: { code } });
  });
});

describe('a mail between two tickets', () => {
  const second = 'Lee <lee@other.example>';

  it('merges them: the late parent of one that answers the other', async () => {
    const one = await open('c@x', undefined, { References: '<p1@x>' });
    const two = await open('d@x', second, { References: '<p2@x>' });
    expect(two.ticket).not.toBe(one.ticket);
    await open('p2@x', 'Noa <noa@third.example>', { References: '<p1@x>' });
    expect(await mailsOf(one.ticket)).toEqual(['c@x', 'd@x', 'p2@x']);
    expect(await ticketOf(two.ticket)).toMatchObject({ mergedInto: one.ticket });
  });

  it('of a stranger to both merges nothing: he is let into one, the other is suggested', async () => {
    const one = await open('1@x');
    const two = await open('2@x', second);
    const raw = { References: '<1@x> <2@x>' };
    const stranger = await open('m@evil.example', 'mallory@evil.example', raw);
    expect(stranger.ticket).toBe(two.ticket);
    // Nor does saying it again, now that he has written there.
    await open('m@evil.example', 'mallory@evil.example', raw);
    await open('n@evil.example', 'mallory@evil.example', raw);
    expect(await ticketOf(one.ticket)).toMatchObject({ mergedInto: undefined });
    expect(await ticketOf(two.ticket)).toMatchObject({
      mergedInto: undefined,
      links: new Set([`connected:${one.ticket}`]),
    });
    expect(await mailsOf(one.ticket)).toEqual(['1@x']);
  });

  it('merges nothing when it is automatic', async () => {
    const one = await open('1@x');
    const two = await open('2@x');
    const raw = { References: '<1@x> <2@x>', 'Auto-Submitted': 'auto-replied' };
    await open('3@x', 'kim@customer.example', raw);
    expect(await ticketOf(one.ticket)).toMatchObject({ mergedInto: undefined });
    expect(await ticketOf(two.ticket)).toMatchObject({ mergedInto: undefined });
  });
});
