/** The demo desk: what it holds, and that its customers answer. Its pages are looked at in access.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type Demo, startDemo } from '../../src/demo/demo.ts';
import type { TicketFolder } from '../../src/storage/ticket-store.ts';
import { recordingLog, testParts } from '../helpers/parts.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

let demo: Demo;
const { log, lines } = recordingLog();

beforeAll(async () => {
  const directory = await makeTemporaryDirectory('file');
  const environment = { MAILDESK_HTTP: '127.0.0.1:0', MAILDESK_SMTP: '127.0.0.1:0' };
  demo = await startDemo(directory, environment, testParts({ log }), { isLive: true });
  await demo.app.settled();
}, 120_000);

afterAll(async () => {
  await demo.stop();
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
});

async function tickets(): Promise<readonly TicketFolder[]> {
  const folders: TicketFolder[] = [];
  for await (const number of demo.desk.store.numbers()) {
    const folder = await demo.desk.store.read(number);
    if (folder !== undefined) folders.push(folder);
  }
  return folders;
}

describe('the demo', () => {
  it('has at least 40 tickets in ten scripts, and some of every kind', async () => {
    const folders = await tickets();
    expect(folders.length).toBeGreaterThanOrEqual(40);
    const texts = folders.map(({ ticket }) => ticket.subject).join(' ');
    const scripts = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Han'];
    for (const script of [...scripts, 'Hiragana', 'Hangul', 'Thai', 'Devanagari']) {
      expect(texts, script).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
    }
    const languages = new Set(folders.map(({ ticket }) => ticket.language?.split('-')[0]));
    expect(languages.size).toBeGreaterThanOrEqual(10);
    const states = new Set(folders.map(({ ticket }) => ticket.state));
    expect([...states].sort()).toEqual(
      expect.arrayContaining(['closed', 'new', 'open', 'pending-customer', 'pending-reminder']),
    );
  });

  it('has customers who answer an answer by SMTP', async () => {
    const folders = await tickets();
    const waiting = folders.find(({ ticket }) => ticket.customer?.name === 'Katrin Brandt');
    if (waiting === undefined || waiting.ticket.customer === undefined)
      throw new Error('Katrin Brandt is not there');
    const before = waiting.messages.filter(({ event }) => event.kind === 'mail-in').length;
    const answer = {
      kind: 'reply',
      to: [waiting.ticket.customer],
      cc: [],
      text: 'Das Geld kommt am Freitag.',
    } as const;
    await demo.desk.tickets.run(waiting.number, answer, { kind: 'agent', login: 'anna' });
    await expect
      .poll(() => customerMails(waiting.number), { timeout: 40_000, interval: 250 })
      .toBe(before + 1);
  }, 120_000);
});

async function customerMails(number: TicketNumber): Promise<number> {
  const folder = await demo.desk.store.read(number);
  return folder?.messages.filter(({ event }) => event.kind === 'mail-in').length ?? 0;
}
