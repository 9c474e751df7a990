/** Webhooks and programs: told once, signed, again later, given up; never of what was before them. */
import { createHmac } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, minute, second } from '../../../src/base/clock.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import type { RunningHooks } from '../../../src/desk-hooks.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const secret = 'a-secret-of-some-length';

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let directory: string;
let clock: FakeClock;
let running: { readonly test: TestDesk; readonly hooks: RunningHooks } | undefined;
let server: Server;
let url: string;
let calls: Call[];
/** Status for each call to come; 204 after that. */
let answers: number[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-hooks-'));
  clock = createFakeClock();
  [calls, answers] = [[], []];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(answers.shift() ?? 204, { 'retry-after': '0' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/in`;
});

afterEach(async () => {
  await end();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

/** With these files in `config/hooks`. */
async function start(hooks: Readonly<Record<string, string>>, settings = {}): Promise<TestDesk> {
  const test = await openTestDesk({
    directory,
    clock,
    settings: { confirmations: 'false', ...settings },
  });
  await mkdir(join(directory, 'config/hooks'), { recursive: true });
  for (const [name, text] of Object.entries(hooks))
    await writeFile(join(directory, 'config/hooks', name), text);
  await test.desk.config.reload();
  expect(test.desk.config.problems()).toEqual([]);
  const followed = test.desk.hooks.follow();
  running = { test, hooks: followed };
  await followed.start();
  await test.desk.index.ready(10 * minute);
  await followed.catchUp();
  return test;
}

async function end(): Promise<void> {
  await running?.hooks.stop();
  await running?.test.close();
  running = undefined;
}

async function settled(): Promise<void> {
  await running?.test.desk.index.settled();
  await running?.hooks.settled();
}

async function receive(test: TestDesk, id: string): Promise<string> {
  const { ticket } = await test.receive(plainMail({ 'Message-ID': `<${id}@customer.example>` }));
  await settled();
  return ticket;
}

/** Time passes until so many calls came, one pause after another. */
async function untilCalls(count: number): Promise<void> {
  for (let round = 0; calls.length < count && round < 100; round += 1) {
    await clock.advance(minute);
    await settled();
  }
  expect(calls).toHaveLength(count);
}

const bodies = () => calls.map(({ body }) => JSON.parse(body));
/** The clock leaps while a real request is under way, so the time for one is longer than its leaps. */
const webhook = (more = '') => `url: ${url}\nsecret: ${secret}\ntimeout: 10m\n${more}`;
const failed = () => readdir(join(directory, 'hooks/failed'));
const waiting = () => readdir(join(directory, 'hooks/new'));

describe('a webhook', () => {
  it('is told of a mail with the ticket as it is then, signed, and without what it says', async () => {
    const test = await start({ 'chat.yaml': webhook() });
    const ticket = await receive(test, 'a');
    expect(calls).toHaveLength(1);
    const [call] = calls;
    const told = JSON.parse(call?.body ?? '');
    expect(told).toMatchObject({
      hook: 'chat',
      happened: ['opened', 'mail-in'],
      ticket: { number: ticket, subject: 'Lamp', state: 'new', customer: { name: 'Kim Berg' } },
      event: { kind: 'mail-in' },
      message: { from: { address: 'kim@customer.example' }, direction: 'in' },
    });
    expect(call?.body).not.toContain('The lamp is dark');
    const id = String(call?.headers['webhook-id']);
    const time = String(call?.headers['webhook-timestamp']);
    const hmac = createHmac('sha256', secret).update(`${id}.${time}.${call?.body}`);
    expect(told.id).toBe(id);
    expect(call?.headers['webhook-signature']).toBe(`v1,${hmac.digest('base64')}`);
  });

  it('is told what a message says where it asks for that', async () => {
    await receive(await start({ 'chat.yaml': webhook('text: yes\n') }), 'a');
    expect(bodies()[0]?.message.text.trim()).toBe('The lamp is dark.');
  });

  it('is told only of what it asks for, in its queues', async () => {
    const test = await start({
      'closed.yaml': webhook('on: closed\n'),
      'mails.yaml': webhook('queues: [Support]\non: mail-in\n'),
      'elsewhere.yaml': webhook('queues: [Junk]\non: mail-in\n'),
    });
    const number = parseTicketNumber(await receive(test, 'a'));
    expect(bodies().map(({ hook }) => hook)).toEqual(['mails']);
    calls = [];
    if (number === undefined) throw new Error('The ticket has no number');
    await test.desk.tickets.run(
      number,
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
      { kind: 'system', part: 'test' },
    );
    await settled();
    expect(bodies().map(({ hook, happened }) => [hook, happened])).toEqual([
      ['closed', ['closed']],
    ]);
  });

  it('that is away is told later, with the same id, the oldest first', async () => {
    const test = await start({ 'chat.yaml': webhook() });
    answers = [503, 503];
    await receive(test, 'a');
    expect(calls).toHaveLength(1);
    await clock.advance(second);
    await receive(test, 'b');
    expect(calls).toHaveLength(1);
    await untilCalls(4);
    const ids = bodies().map(({ id }) => id);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
    expect(await waiting()).toEqual([]);
  });

  it('that refuses one thing is told the others meanwhile', async () => {
    const test = await start({ 'chat.yaml': webhook() });
    answers = [400];
    await receive(test, 'a');
    await receive(test, 'b');
    expect(calls).toHaveLength(2);
    expect(running?.hooks.problems()[0]?.reason).toContain('it answered 400. 1 wait');
    await untilCalls(3);
    expect(running?.hooks.problems()).toEqual([]);
  });

  it('that takes nothing for too long loses it to "failed", from where it is put back', async () => {
    const test = await start({ 'chat.yaml': webhook('giveUpAfter: 2m\n') });
    answers = Array.from({ length: 9 }, () => 500);
    await receive(test, 'a');
    for (let round = 0; round < 10; round += 1) {
      await clock.advance(minute);
      await settled();
    }
    expect(await failed()).toHaveLength(1);
    expect(await waiting()).toEqual([]);
    expect(running?.hooks.problems()[0]?.reason).toBe(
      '1 were given up; "maildesk hook retry chat" tells them again',
    );
    const before = calls.length;
    answers = [];
    expect(await test.desk.hooks.care.retry(undefined)).toEqual({ ok: true, value: 1 });
    await running?.hooks.sweep();
    await settled();
    expect(calls).toHaveLength(before + 1);
    expect(await failed()).toEqual([]);
    expect(running?.hooks.problems()).toEqual([]);
  });

  it('that says 410 is not asked again', async () => {
    const test = await start({ 'chat.yaml': webhook() });
    answers = [410];
    await receive(test, 'a');
    expect(await failed()).toHaveLength(1);
  });

  it('is told nothing again after a new start, and what was not told then', async () => {
    let test = await start({ 'chat.yaml': webhook() });
    await receive(test, 'a');
    answers = [503];
    await receive(test, 'b');
    expect(calls).toHaveLength(2);
    await end();
    test = await start({});
    await settled();
    expect(calls).toHaveLength(3);
    expect(bodies()[2]?.id).toBe(bodies()[1]?.id);
    await receive(test, 'c');
    expect(calls).toHaveLength(4);
  });

  it('is told of what was filed while nobody followed, but of nothing before it was there', async () => {
    let test = await start({});
    await receive(test, 'old');
    await end();
    await clock.advance(minute);
    test = await start({ 'chat.yaml': webhook() });
    await settled();
    expect(calls).toEqual([]);
    await running?.hooks.stop();
    await test.receive(plainMail({ 'Message-ID': '<missed@customer.example>' }));
    await test.close();
    running = undefined;
    await start({});
    await settled();
    expect(bodies().map(({ happened }) => happened)).toEqual([['opened', 'mail-in']]);
  });

  it('is not told of what is older than a day', async () => {
    const test = await start({ 'chat.yaml': webhook() });
    await running?.hooks.stop();
    await test.receive(plainMail({ 'Message-ID': '<missed@customer.example>' }));
    await test.close();
    running = undefined;
    await clock.advance(2 * day);
    await start({});
    await settled();
    expect(calls).toEqual([]);
  });
});

describe('a program', () => {
  async function writeProgram(text: string): Promise<void> {
    await mkdir(join(directory, 'config/hooks'), { recursive: true });
    const path = join(directory, 'config/hooks/notify.sh');
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
  }

  const told = () => readFile(join(directory, 'told'), 'utf8').catch(() => '');

  it('runs in the desk with what happened as arguments and the rest to read', async () => {
    const test = await start({ 'note.yaml': 'program: notify.sh\n' });
    await writeProgram('echo "$1 $2" >> told; cat >> told');
    const ticket = await receive(test, 'a');
    const [first = '', second = ''] = (await told()).split('\n');
    expect(first).toBe(`opened,mail-in ${ticket}`);
    expect(JSON.parse(second)).toMatchObject({ hook: 'note', ticket: { number: ticket } });
  });

  it('is run again when it ends with 75, or is not there yet', async () => {
    const test = await start({ 'note.yaml': 'program: notify.sh\n' });
    await receive(test, 'a');
    await writeProgram('test -e again && echo done >> told || { touch again; exit 75; }');
    for (let round = 0; (await told()) === '' && round < 60; round += 1) {
      await clock.advance(minute);
      await settled();
    }
    expect(await told()).toBe('done\n');
  });

  it('can be tried', async () => {
    const test = await start({ 'note.yaml': 'program: notify.sh\n' });
    await writeProgram('echo "$1" >> told; exit 3');
    expect(await test.desk.hooks.care.tryOut('note')).toEqual({
      ok: true,
      value: { kind: 'refused', reason: 'it ended with 3' },
    });
    expect(await told()).toBe('ping\n');
    expect(await test.desk.hooks.care.tryOut('none')).toMatchObject({
      ok: false,
      refusal: { code: 'unknown-hook', known: ['note'] },
    });
  });
});
