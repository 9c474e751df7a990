/**
 * Two desks that answer each other by themselves, and a vacation responder that has never heard of RFC 3834:
 * they settle, within the limits, and every mail is in exactly one ticket.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TicketFolder } from '../../../src/storage/ticket-store.ts';
import {
  addressIn,
  carryTo,
  headerOf,
  type MailRouter,
  startMailRouter,
} from '../../helpers/mail-router.ts';
import { startTestApp, type TestApp } from '../../helpers/test-app.ts';

interface Setting {
  /** The mail system between them loses every sign of an automatic mail. */
  readonly careless?: boolean;
  /** The vacation responder keeps the thread. */
  readonly threaded?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

let router: MailRouter;
let desks: readonly TestApp[] = [];

afterEach(async () => {
  for (const desk of desks) await desk.stop();
  await router.close();
});

const [north, south, away] = ['help@north.example', 'help@south.example', 'vera@away.example'];

async function begin({ careless = false, threaded = true, settings = {} }: Setting) {
  router = await startMailRouter({ careless });
  desks = await Promise.all(
    [north, south].map(async (address) => {
      const desk = await startTestApp({
        settings: { address, name: address, smarthost: router.url, ...settings },
      });
      const queue = 'name: Support\nautoReplies:\n  newTicket: yes\n  followUp: yes\n';
      await writeFile(join(desk.directory, 'config/queues/support.yaml'), queue);
      expect(await desk.desk.config.reload()).toEqual([]);
      router.route(address.split('@')[1] ?? '', carryTo(desk.started.smtp?.port ?? 0));
      return desk;
    }),
  );
  let answers = 0;
  router.route('away.example', async (mail) => {
    answers += 1;
    const to = addressIn(headerOf(mail.raw, 'from'));
    router.carry({
      from: away,
      to,
      raw: letter({
        From: `Vera <${away}>`,
        To: to,
        Subject: threaded ? `Re: ${headerOf(mail.raw, 'subject')}` : 'I am at the sea',
        'Message-ID': `<away.${answers}@away.example>`,
        ...(threaded ? { 'In-Reply-To': headerOf(mail.raw, 'message-id') } : {}),
      }),
    });
  });
}

function letter(header: Readonly<Record<string, string>>): string {
  const fields = { Date: 'Mon, 23 Nov 2026 10:00:00 +0000', ...header };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\nHello\r\n`;
}

/** A person at one place writes to the desk at another. */
function write(from: string, to: string, id: string): void {
  const raw = letter({ From: from, To: to, Subject: 'Lamp', 'Message-ID': `<${id}>` });
  router.carry({ from, to, raw });
}

/** Waits until a whole round has brought nothing new. */
async function settle(): Promise<void> {
  for (let seen = -1; seen !== router.mails.length; ) {
    seen = router.mails.length;
    await router.settled();
    for (const desk of desks) await desk.settled();
    await router.settled();
  }
}

async function ticketsOf(desk: TestApp | undefined): Promise<readonly string[]> {
  return desk === undefined ? [] : (await foldersOf(desk)).map(({ number }) => number);
}

async function foldersOf({ desk }: TestApp): Promise<readonly TicketFolder[]> {
  const folders: TicketFolder[] = [];
  for await (const number of desk.store.numbers()) {
    const folder = await desk.store.read(number);
    if (folder !== undefined) folders.push(folder);
  }
  return folders;
}

/** Each mail carried to a desk is in one ticket of it, each that it sent was carried, each without an answer says why. */
async function account(): Promise<void> {
  for (const [place, desk] of desks.entries()) {
    const address = [north, south][place] ?? '';
    const folders = await foldersOf(desk);
    const events = folders.flatMap(({ messages }) => messages.map(({ event }) => event));
    const ids = (kind: string) =>
      events.flatMap(({ kind: each, mail }) => (each === kind ? [mail.messageId ?? ''] : []));
    const carried = router.mails.filter(({ to }) => to === address);
    expect(ids('mail-in').toSorted()).toEqual(carried.map(({ messageId }) => messageId).toSorted());
    const everywhere = new Set(router.mails.map(({ messageId }) => messageId));
    expect(ids('mail-out').filter((id) => !everywhere.has(id))).toEqual([]);
    for (const { ticket } of folders)
      for (const { state } of ticket.deliveries.values()) expect(state).toBe('sent');
    for (const event of events)
      if (event.kind === 'mail-in') expect(event.fields.get('auto-reply')).toHaveLength(1);
  }
}

function countBetween(from: string, to: string): number {
  return router.mails.filter((mail) => mail.to === to && headerOf(mail.raw, 'from').includes(from))
    .length;
}

const noPause = { autoReplyPause: '0ms' };

describe('two desks that answer each other', () => {
  it('stop after one answer', async () => {
    await begin({});
    write(south, north, 'first@south.example');
    await settle();
    // The person's mail, and its confirmation, which the other desk files and does not answer.
    expect(router.mails).toHaveLength(2);
    await account();
  });

  it('stop as well when the mails on their way lose every sign of what they are', async () => {
    await begin({ careless: true });
    write(south, north, 'first@south.example');
    write(north, south, 'first@north.example');
    await settle();
    expect(router.mails.length).toBeLessThanOrEqual(8);
    await account();
  });

  it('stop at the limit of a sender when even the pause between two answers is off', async () => {
    await begin({ careless: true, settings: noPause });
    write(south, north, 'first@south.example');
    await settle();
    expect(countBetween(north, south)).toBe(3);
    expect(countBetween(south, north)).toBe(1 + 3);
    await account();
  });
});

describe('a desk and a vacation responder that answers everything', () => {
  it('stop after one answer within the thread', async () => {
    await begin({});
    write(away, north, 'first@away.example');
    await settle();
    expect(countBetween(north, away)).toBe(1);
    expect(countBetween(away, north)).toBe(2);
    await account();
  });

  it('stop at the limit of a sender when each of its mails opens a ticket', async () => {
    await begin({ threaded: false });
    write(away, north, 'first@away.example');
    await settle();
    expect(countBetween(north, away)).toBe(3);
    expect(countBetween(away, north)).toBe(1 + 3);
    await account();
  });

  it('stop at the limit of the ticket when there is hardly one of the sender', async () => {
    await begin({ settings: { ...noPause, confirmationsPerHour: '100' } });
    write(away, north, 'first@away.example');
    await settle();
    expect(countBetween(north, away)).toBe(5);
    expect(new Set(await ticketsOf(desks[0])).size).toBe(1);
    await account();
  });
});

it('two desks and a vacation responder, all writing to each other at once, settle', async () => {
  await begin({ careless: true, settings: noPause });
  write(south, north, 'first@south.example');
  write(north, south, 'first@north.example');
  write(away, north, 'north@away.example');
  write(away, south, 'south@away.example');
  await settle();
  for (const [from, to] of [
    [north, south],
    [south, north],
  ] as const)
    expect(countBetween(from, to)).toBeLessThanOrEqual(1 + 3);
  for (const desk of [north, south]) expect(countBetween(desk, away)).toBeLessThanOrEqual(3);
  await account();
});
