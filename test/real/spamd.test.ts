/** SpamAssassin itself: its rules, its Bayes, and what a desk makes of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { createSpamd } from '../../src/services/intake/scanners/spamd.ts';
import { gtube, type RunningProgram, startSpamd } from '../helpers/scanner-programs.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let spamd: RunningProgram;

beforeAll(async () => {
  spamd = await startSpamd(await makeTemporaryDirectory('file'));
});
afterAll(() => spamd.stop());

const signal = new AbortController().signal;
const scanned = (raw: string) => ({
  raw: Buffer.from(raw),
  trace: Buffer.alloc(0),
  sender: undefined,
  recipients: [],
  origin: undefined,
});
const tcp = () => ({ kind: 'tcp', host: '127.0.0.1', port: spamd.port }) as const;
const unix = () => ({ kind: 'unix', path: spamd.socket }) as const;

describe('the client', () => {
  it.each([
    ['TCP', tcp],
    ['a Unix socket', unix],
  ])('gets its verdicts over %s', async (_, at) => {
    const filter = createSpamd(at());
    const spam = await filter.scan(scanned(plainMail({}, gtube)), signal);
    expect(spam).toMatchObject({ isSpam: true, tests: expect.arrayContaining(['GTUBE']) });
    expect(spam.score).toBeGreaterThan(900);
    expect(await filter.scan(scanned(plainMail()), signal)).toMatchObject({ isSpam: false });
  });

  it('gets a verdict on a mail of many megabytes', async () => {
    const raw = `${plainMail({}, gtube)}${'line of text\r\n'.repeat(1_000_000)}`;
    expect(await createSpamd(unix()).scan(scanned(raw), signal)).toMatchObject({ isSpam: true });
  });
});

describe('a desk with spamd', () => {
  let app: TestApp;

  async function start(settings: Readonly<Record<string, string>>): Promise<void> {
    app = await startTestApp({
      settings: { spamFilter: `spamd://${spamd.socket}`, confirmations: 'false', ...settings },
    });
  }

  function numberIn(reply: string): TicketNumber {
    const number = parseTicketNumber(/ticket (\d+)/.exec(reply)?.[1] ?? '');
    if (number === undefined) throw new Error(`No ticket in "${reply}"`);
    return number;
  }

  async function move(ticket: TicketNumber, queue: string): Promise<void> {
    const changes = [{ kind: 'set', field: 'queue', value: queue } as const];
    const anna = { kind: 'user', account: 'anna' } as const;
    const result = await app.desk.tickets.run(ticket, { kind: 'update', changes }, anna);
    expect(result.ok).toBe(true);
    await app.settled();
  }

  it('files spam in Junk, and refuses it above the second score', async () => {
    await start({});
    const ticket = numberIn(await app.send(plainMail({ 'Message-ID': '<1@x>' }, gtube)));
    expect((await app.desk.store.read(ticket))?.ticket.queue).toBe('Junk');
    await app.stop();

    await start({ refuseSpamScore: '500' });
    await expect(app.send(plainMail({ 'Message-ID': '<2@x>' }, gtube))).rejects.toMatchObject({
      responseCode: 550,
      response: expect.stringMatching(/^550 5\.7\.1 /),
    });
    const clean = numberIn(await app.send(plainMail({ 'Message-ID': '<3@x>' })));
    expect((await app.desk.store.read(clean))?.ticket.queue).toBe('Support');
    expect((await app.desk.index.counts()).reduce((sum, { open }) => sum + open, 0)).toBe(1);
    await app.stop();
  });

  it('trains it by moving a ticket into Junk and out again', async () => {
    await start({});
    const offer = 'Splendid marmalade engines await your tremendous cousin at wholesale velocity';
    const ticket = numberIn(await app.send(plainMail({ 'Message-ID': '<4@x>' }, offer)));
    const harmless = numberIn(
      await app.send(plainMail({ 'Message-ID': '<5@x>' }, 'The lamp again')),
    );
    const testsOf = async () => {
      const raw = plainMail({ 'Message-ID': '<9@x>' }, offer);
      return (await createSpamd(unix()).scan(scanned(raw), signal)).tests;
    };
    const bayesOf = async () => (await testsOf()).filter((test) => /^BAYES_/.test(test));
    expect(await bayesOf()).toEqual([]);

    // Bayes says nothing until it knows both kinds.
    await createSpamd(unix()).learn(scanned(plainMail({}, `${gtube} and more`)), 'spam', signal);
    await move(harmless, 'Junk');
    await move(harmless, 'Support');
    await move(ticket, 'Junk');
    expect(await bayesOf()).toContain('BAYES_99');
    await move(ticket, 'Support');
    expect(await bayesOf()).toEqual([expect.stringMatching(/^BAYES_[0-4]/)]);
    const lessons = app.lines.filter(({ event }) => event === 'spam.learned');
    expect(lessons.map(({ fields }) => [fields?.as, fields?.learned])).toEqual([
      ['spam', 1],
      ['ham', 1],
      ['spam', 1],
      ['ham', 1],
    ]);
    await app.stop();
  });
});
