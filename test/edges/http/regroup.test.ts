import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;
let count = 0;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
});
afterAll(() => viewer.close());

/** A mail about something of its own, from somebody of its own. */
async function receive(fields: Readonly<Record<string, string>> = {}) {
  count += 1;
  const id = `<${count}@customer.example>`;
  const from = `Kim ${count} <kim${count}@customer.example>`;
  const raw = plainMail({ 'Message-ID': id, From: from, ...fields }, `Text number ${count}.`);
  return { ...(await viewer.test.receive(raw)), id };
}

async function page(number: TicketNumber): Promise<string> {
  return textOf((await anna.get(`/tickets/${number}`)).text);
}

it('a stranger’s question is answered with one click: put there, and taken back with another', async () => {
  const one = await receive({ Subject: 'Lamp' });
  const two = await receive({ Subject: `[#${one.ticket}] Lamp` });
  expect(await page(two.ticket)).toContain(
    `The subject names ticket ${one.ticket} , whose people this sender is not one of. Put it there Keep apart`,
  );
  const put = await anna.post(`/tickets/${two.ticket}/suggestion`, {
    other: one.ticket,
    decision: 'put',
  });
  expect(put.location).toBe(`/tickets/${one.ticket}`);
  const joined = await page(one.ticket);
  expect(joined).toContain('Text number 1.');
  expect(joined).toContain('Text number 2.');
  expect(joined).toContain(`${two.ticket} was merged into this ticket; its messages stand here.`);
  expect(joined).toContain(`Anna Adler merged ${two.ticket} into this ticket`);
  expect(joined).toContain('kim2@customer.example');
  const moved = await page(two.ticket);
  expect(moved).toContain(`This ticket was merged into ${one.ticket} . Go on there.`);
  const back = await anna.post(`/tickets/${two.ticket}/unmerge`, {
    decision: 'unmerge',
    back: `/tickets/${one.ticket}`,
  });
  expect(back.location).toBe(`/tickets/${one.ticket}`);
  const parted = await page(one.ticket);
  expect(parted).not.toContain('Text number 2.');
  expect(parted).toContain(`Anna Adler took the merge with ${two.ticket} back`);
});

it('kept apart it is asked no more', async () => {
  const one = await receive();
  const two = await receive({ Subject: `[#${one.ticket}] Lamp` });
  await anna.post(`/tickets/${two.ticket}/suggestion`, { other: one.ticket, decision: 'apart' });
  const html = (await anna.get(`/tickets/${two.ticket}`)).text;
  expect(html).not.toContain('/suggestion"');
});

it('a mail that a rule put here wrongly gets a ticket of its own, and goes back', async () => {
  const one = await receive({ Subject: 'Chair' });
  const wrong = await receive({ References: one.id, Subject: 'Something else' });
  const before = await page(one.ticket);
  expect(before).toContain('Joined by the mails it refers to Does not belong here');
  const out = await anna.post(`/tickets/${one.ticket}/split`, { message: wrong.message });
  expect(out.location).toMatch(/^\/tickets\/[0-9]+$/);
  const own = textOf((await anna.get(out.location)).text);
  expect(own).toContain('Something else');
  expect(own).toContain(`Moved here from ${one.ticket} Put it back`);
  expect(own).toContain(`Anna Adler moved a message here from ${one.ticket}`);
  expect(await page(one.ticket)).not.toContain(`Text number ${count}.`);
  const back = await anna.post(`${out.location}/put-back`, { message: wrong.message });
  expect(back.location).toBe(`/tickets/${one.ticket}`);
  const after = await page(one.ticket);
  expect(after).toContain(`Text number ${count}.`);
  // An empty ticket is nothing to take back.
  expect(after).not.toContain('was merged into this ticket; its messages stand here.');
});

it('a message of a merged ticket is answered in the survivor, and its files are found there', async () => {
  const one = await receive();
  const two = await receive();
  const actor = { kind: 'agent', login: 'anna' } as const;
  await viewer.test.desk.regroup.merge(two.ticket, one.ticket, actor);
  const raw = await anna.get(
    `/tickets/${one.ticket}/messages/${encodeURIComponent(two.message)}/raw`,
  );
  expect(raw.text).toContain(`Message-ID: ${two.id}`);
  await anna.get(`/tickets/${one.ticket}/answer?to=${encodeURIComponent(two.message)}`);
  const sent = await anna.post(`/tickets/${one.ticket}/answer`, {
    to: `kim${count}@customer.example`,
    cc: '',
    subject: '',
    text: 'An answer',
    state: '',
    message: two.message,
  });
  expect(sent.status).toBe(303);
  const folder = await viewer.test.desk.store.read(one.ticket);
  const answer = folder?.messages.find(({ event }) => event.kind === 'mail-out')?.event.mail;
  expect(answer?.inReplyTo).toEqual([two.id.slice(1, -1)]);
});

it('what the rules refuse is said on the page', async () => {
  const one = await receive();
  const refused = await anna.post(`/tickets/${one.ticket}/split`, { message: one.message });
  expect(refused.status).toBe(409);
  expect(textOf(refused.text)).toContain('This is the only message of the ticket');
  const forged = await anna.post(`/tickets/${one.ticket}/split`, { message: 'x', csrf: 'wrong' });
  expect(forged.status).toBe(403);
});
