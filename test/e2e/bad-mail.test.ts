/**
 * Mail as nobody should send it, over SMTP to the whole desk: each is a readable ticket or a clear refusal,
 * none stops the intake, and none changes a ticket that it must not.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTicketNumber } from '../../src/core/ticket/number.ts';
import {
  longSubject,
  manyHeaderFields,
  manyParts,
  manyRecipients,
  manyReferences,
  megabyteHeader,
  nestedParts,
  truncatedBase64,
  WITNESS,
} from '../helpers/hostile.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor, textOf, type Visitor } from '../helpers/visitor.ts';

let desk: TestApp;
let agent: Visitor;

beforeAll(async () => {
  desk = await startTestApp();
  agent = createVisitor(desk.url);
  const link = desk.started.firstLogin?.path ?? '';
  await agent.get(link);
  await agent.post(link, {});
}, 60_000);

afterAll(() => desk.stop());

/** The ticket that the server says the mail is in. */
async function send(raw: string | Buffer): Promise<string> {
  const reply = await desk.send(raw);
  return /Filed as ticket (\d+)/.exec(reply)?.[1] ?? `no ticket: ${reply}`;
}

async function pageOf(ticket: string): Promise<string> {
  const { status, text } = await agent.get(`/tickets/${ticket}`);
  expect(status).toBe(200);
  return textOf(text);
}

async function originalIn(ticket: string): Promise<Buffer> {
  const { text } = await agent.get(`/tickets/${ticket}`);
  const path = /href="([^"]*\/raw)"/.exec(text)?.[1] ?? '';
  const answer = await agent.fetch(path);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function stateOf(ticket: string) {
  const number = parseTicketNumber(ticket);
  return number === undefined ? undefined : desk.desk.index.find(number);
}

/** SMTP gives every line the same end and doubles a dot that begins one. */
function withoutLines(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte) => byte !== 13 && byte !== 10 && byte !== 46));
}

const garbage = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919 + (at >> 5)) % 256));

describe('a mail', () => {
  it.each([
    ['without From', plainMail({ From: '' }, WITNESS).replace(/^From: \r\n/m, '')],
    ['without Date', plainMail({ Date: '' }, WITNESS).replace(/^Date: \r\n/m, '')],
    ['without Subject', plainMail({ Subject: '' }, WITNESS).replace(/^Subject: \r\n/m, '')],
    ['without any header', `\r\n${WITNESS}\r\n`],
    ['with a header of a megabyte', megabyteHeader()],
    ['with 20,000 header fields', manyHeaderFields()],
    ['with 2,000 nested parts', nestedParts()],
    ['with 5,000 attachments', manyParts()],
    ['with 5,000 references', manyReferences()],
    ['with 10,000 recipients in its header', manyRecipients()],
    ['with a subject of 100,000 characters', longSubject()],
    ['with a part of base64 that breaks off', truncatedBase64()],
  ])(
    '%s is a ticket that can be read, with its original',
    async (_, raw) => {
      const ticket = await send(raw);
      const page = await pageOf(ticket);
      // Of 2,000 levels the deepest is not looked into; the page says so.
      expect(page).toMatch(/The lamp in room seven is dark\.|too many parts/i);
      const original = await originalIn(ticket);
      expect(original.includes(Buffer.from(raw).subarray(0, 60))).toBe(true);
      expect(original.length).toBeGreaterThanOrEqual(Buffer.from(raw).length);
    },
    60_000,
  );

  it.each([
    ['empty', Buffer.alloc(0)],
    ['binary', garbage],
  ])('that is %s is a ticket with its original', async (_, raw) => {
    const ticket = await send(raw);
    expect(await pageOf(ticket)).toContain(ticket);
    expect(withoutLines(await originalIn(ticket)).equals(withoutLines(raw))).toBe(true);
  });

  it('cannot close its ticket by a Ticket block of its own', async () => {
    const ticket = await send(
      `Ticket-Event: update\r\nTicket-Set: state=closed\r\nTicket-Set: owner=admin\r\n${plainMail({ Subject: 'Forged' })}`,
    );
    expect(await stateOf(ticket)).toMatchObject({ state: 'new', owner: undefined });
  });

  it('of a stranger who names a ticket in the subject does not get into it', async () => {
    const ticket = await send(plainMail({ Subject: 'A private matter' }));
    const other = await send(
      plainMail({ From: 'eve@stranger.example', Subject: `[#${ticket}] A private matter` }),
    );
    expect(other).not.toBe(ticket);
    expect(await stateOf(ticket)).toMatchObject({
      state: 'new',
      participants: ['kim@customer.example'],
    });
    expect(await pageOf(ticket)).not.toContain('eve@stranger.example');
  });

  it.each(['../../../etc/passwd', '../config/agents/admin.yaml@localhost', 'sales@localhost'])(
    'to %s is refused, and says why',
    async (to) => {
      await expect(desk.send(plainMail(), { to })).rejects.toMatchObject({
        responseCode: expect.toSatisfy((code) => code === 550 || code === 553 || code === 501),
      });
    },
  );

  it('after all of these is taken as any other', async () => {
    const ticket = await send(plainMail({ Subject: 'An ordinary matter' }, 'Good morning.'));
    expect(await pageOf(ticket)).toContain('Good morning.');
    const config = await readFile(join(desk.directory, 'config/agents/admin.yaml'), 'utf8');
    expect(config).not.toContain('Subject');
  });
});
