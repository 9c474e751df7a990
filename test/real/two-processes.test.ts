/**
 * Agents in two processes over one directory do at chance what agents do, at the same time and without talking.
 *
 * Then both processes see the same tickets, every event that was acknowledged is there exactly once, so is every mail, and
 * `maildesk verify` finds nothing. MAILDESK_TEST_FULL makes more rounds; MAILDESK_AGENTS_SEED repeats one.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { isFull } from '../fault/positions.ts';
import { deskEnvironment, mainFile } from '../helpers/desk-process.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { openTestDesk, plainMail } from '../helpers/test-desk.ts';

const run = promisify(execFile);
const given = process.env.MAILDESK_AGENTS_SEED;
const rounds = given === undefined && isFull ? 4 : 1;
const commands = isFull ? 120 : 30;
const agents = ['anna', 'ben', 'lena'];
const ticketCount = 5;
const mailsEach = 3;

interface Deed {
  readonly deed: string;
  readonly ticket: string;
  readonly name: string;
}

interface Fold {
  readonly ticket: Readonly<Record<string, unknown>>;
  readonly events: readonly (readonly [name: string, time: string])[];
}

interface Worker {
  ask<T>(task: string, given?: object): Promise<T>;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Answer<T> {
  readonly task: string;
  readonly value: T;
  readonly failure?: string;
}

async function startWorker(directory: string, host: string): Promise<Worker> {
  const child = fork(join(import.meta.dirname, 'agents-process.mjs'), [directory, host], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  closers.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await answerOf(child, 'ready');
  return {
    ask<T>(task: string, more: object = {}): Promise<T> {
      const answer = answerOf<T>(child, task);
      child.send({ task, ...more });
      return answer;
    },
  };
}

function answerOf<T>(child: ChildProcess, task: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`The process ended before it answered "${task}"`));
    const onMessage = (answer: Answer<T>) => {
      if (answer.task !== task) return;
      child.off('message', onMessage).off('exit', onExit);
      if (answer.failure === undefined) resolve(answer.value);
      else reject(new Error(answer.failure));
    };
    child.on('message', onMessage).on('exit', onExit);
  });
}

/** Tickets with some mails each; and their names, which must not be lost either. */
async function prepare(directory: string) {
  const test = await openTestDesk({ directory, settings: { confirmations: 'false' } });
  for (const login of agents)
    await test.desk.accounts.add({
      login,
      name: login,
      email: `${login}@desk.example`,
      roles: ['agent'],
    });
  const numbers: TicketNumber[] = [];
  const mails: string[] = [];
  for (let at = 0; at < ticketCount; at += 1)
    for (let mail = 0; mail < mailsEach; mail += 1) {
      const filed = await test.receive(
        plainMail({
          'Message-ID': `<${at}.${mail}@x>`,
          From: `kim${at}@customer.example`,
          ...(mail === 0 ? {} : { References: `<${at}.0@x>` }),
        }),
      );
      mails.push(filed.message);
      if (mail === 0) numbers.push(filed.ticket);
    }
  await test.close();
  return { numbers, mails };
}

function countNames(folds: Readonly<Record<string, Fold>>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { events } of Object.values(folds))
    for (const [name] of events) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

test.each(Array.from({ length: rounds }, (_, round) => [round]))(
  'round %i of agents in two processes loses nothing, and both see the same',
  async (round) => {
    const seed = Number(given ?? (Date.now() % 1_000_000) + round * 104_729);
    const directory = await makeTemporaryDirectory();
    const { numbers, mails } = await prepare(directory);
    const [one, two] = await Promise.all([
      startWorker(directory, 'one'),
      startWorker(directory, 'two'),
    ]);
    const work = { numbers, commands, agents };
    const done = await Promise.all([
      one.ask<{ acknowledged: Deed[]; refused: object[] }>('work', { ...work, seed }),
      two.ask<{ acknowledged: Deed[]; refused: object[] }>('work', { ...work, seed: seed + 1 }),
    ]);
    // As the desks do it with each sweep; the second sees what the first left.
    for (let sweep = 0; sweep < 3; sweep += 1) {
      await one.ask('complete');
      await two.ask('complete');
    }
    const [first, second] = await Promise.all([
      one.ask<Record<string, Fold>>('fold'),
      two.ask<Record<string, Fold>>('fold'),
    ]);
    const acknowledged = done.flatMap((each) => each.acknowledged);
    const counts = countNames(first);
    const placesOf = (wanted: string) =>
      Object.entries(first).flatMap(([number, { events }]) =>
        events.some(([name]) => name === wanted) ? [number] : [],
      );
    const wrong = (names: readonly string[]) =>
      names.flatMap((name) => (counts.get(name) === 1 ? [] : [[name, ...placesOf(name)]]));
    const told = `seed ${seed}, ${acknowledged.length} deeds`;
    expect(second, told).toEqual(first);
    expect(wrong(mails), told).toEqual([]);
    expect(
      acknowledged.filter(({ name }) => counts.get(name) !== 1),
      told,
    ).toEqual([]);
    expect(new Set(acknowledged.map(({ deed }) => deed)).size, told).toBeGreaterThan(6);
    await Promise.all([one.ask('end'), two.ask('end')]);
    const verified = await run(process.execPath, [mainFile, 'verify', '--json'], {
      env: deskEnvironment(directory),
    }).catch((error: unknown) => error);
    expect(verified, told).toMatchObject({ stderr: '' });
    expect(JSON.parse(String(Object(verified).stdout)), told).toMatchObject({
      ok: true,
      findings: [],
    });
    console.info(`two processes: ${told}`);
  },
  120_000,
);
