/**
 * The desk is killed (SIGKILL) again and again while mail comes in by each way; whoever got no answer sends again.
 *
 * Then every mail must be in exactly one ticket, exactly once, byte by byte, and `maildesk verify` finds nothing.
 * Sizes and the seed of chance come from the environment: MAILDESK_TEST_FULL (200 each way), MAILDESK_CRASH_MAILS (each way; 2000 is the long test),
 * MAILDESK_CRASH_PIPE_MAILS (each is a process of its own), MAILDESK_CRASH_SEED.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import nodemailer from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { isFull } from '../fault/positions.ts';
import {
  type DeskProcess,
  deskEnvironment,
  mainFile,
  startDeskProcess,
} from '../helpers/desk-process.ts';
import { password, startDovecot } from '../helpers/dovecot.ts';
import { readFiledMails } from '../helpers/filed.ts';
import { freePort, startForeign, until } from '../helpers/foreign.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

const run = promisify(execFile);
const everyday = 60;
const inFull = 200;
const count = Number(process.env.MAILDESK_CRASH_MAILS ?? (isFull ? inFull : everyday));
const pipeCount = Number(
  process.env.MAILDESK_CRASH_PIPE_MAILS ?? Math.max(10, Math.floor(count / 16)),
);
const seed = Number(process.env.MAILDESK_CRASH_SEED ?? Date.now() % 2 ** 31);
/** About so often the desk is killed on each way. */
const kills = count > 500 ? 20 : 4;
const timeout = 120_000 + count * 1000;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Mulberry32: small, and the same for the same seed. */
function chance(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Every third answers the one before, every tenth has no Message-ID. */
function mailOf(number: number): Buffer {
  const id = (each: number) => `<crash-${each}@customer.example>`;
  const lines = [
    `From: Kim <kim${number % 40}@customer.example>`,
    'To: support@localhost',
    `Subject: Lamp ${number}`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    ...(number % 10 === 9 ? [] : [`Message-ID: ${id(number)}`]),
    ...(number % 3 === 2 ? [`In-Reply-To: ${id(number - 1)}`] : []),
    '',
    `This is crash mail ${number}.`,
    'x'.repeat(number % 7 === 0 ? 900 : 20),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

interface Victim {
  /** Tells how much has got through; now and then that is a reason to kill. */
  progress(done: number): void;
  /** After the last kill: a desk that runs. */
  settle(): Promise<DeskProcess>;
  kills(): number;
}

/** A desk that is killed shortly after chance-chosen numbers of mails, and started again. */
async function startVictim(
  directory: string,
  total: number,
  settings: Readonly<Record<string, string>>,
  random: (below: number) => number,
): Promise<Victim> {
  const start = () => startDeskProcess(directory, { MAILDESK_LOG_LEVEL: 'warn', ...settings });
  const step = Math.max(2, Math.floor((2 * total) / kills));
  let desk = await start();
  let next = 1 + random(step);
  let killed = 0;
  let restarting: Promise<void> | undefined;
  let failure: unknown;
  closers.push(async () => {
    await restarting;
    await desk.stop('SIGKILL');
  });

  async function killAndStart(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, random(30)));
    await desk.stop('SIGKILL');
    killed += 1;
    desk = await start();
    restarting = undefined;
  }

  return {
    progress(done) {
      if (done < next || restarting !== undefined || done >= total) return;
      next = done + 1 + random(step);
      restarting = killAndStart().catch((error: unknown) => {
        failure = error;
      });
    },
    async settle() {
      await restarting;
      if (failure !== undefined) throw failure;
      return desk;
    },
    kills: () => killed,
  };
}

/** Sends all mails with some clients at a time, each mail until somebody has taken it. */
async function sendAll(
  total: number,
  send: (number: number) => Promise<void>,
  victim: Pick<Victim, 'progress'>,
  clients = 4,
): Promise<number> {
  let next = 0;
  let done = 0;
  let repeated = 0;
  const client = async () => {
    for (let number = next++; number < total; number = next++) {
      for (let attempt = 0; ; attempt += 1) {
        try {
          await send(number);
          break;
        } catch (error) {
          if (attempt > 2000) throw error;
          repeated += 1;
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      }
      done += 1;
      victim.progress(done);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return repeated;
}

async function expectEachOnce(directory: string, total: number): Promise<void> {
  // First, so that a mail which is there and not in its ticket is not called lost.
  for (const place of ['trouble/new', 'trouble/cur', 'inbox/new', 'inbox/cur'])
    expect(await readdir(join(directory, place))).toEqual([]);
  const found = new Map<number, number>();
  for (const { raw, path } of await readFiledMails(directory)) {
    const number = Number(/^This is crash mail (\d+)\.\r$/m.exec(raw.toString())?.[1] ?? -1);
    found.set(number, (found.get(number) ?? 0) + 1);
    if (!raw.equals(mailOf(number))) throw new Error(`${path} is not what was sent`);
  }
  const all = Array.from({ length: total }, (_, number) => number);
  expect({
    lost: all.filter((number) => !found.has(number)),
    doubled: all.filter((number) => (found.get(number) ?? 0) > 1),
    count: found.size,
  }).toEqual({ lost: [], doubled: [], count: total });
  const verified = await run(process.execPath, [mainFile, 'verify'], {
    env: deskEnvironment(directory),
  });
  expect(verified.stderr).toBe('');
}

function tell(way: string, total: number, victim: Pick<Victim, 'kills'>, repeated: number): void {
  console.info(
    `crash test: ${way}, ${total} mails, ${victim.kills()} kills, ${repeated} repetitions, seed ${seed}`,
  );
  expect(victim.kills()).toBeGreaterThan(0);
}

test.each([['smtp'], ['lmtp']])(
  'by %s',
  async (way) => {
    const directory = await makeTemporaryDirectory();
    const port = await freePort();
    const settings = { [`MAILDESK_${way.toUpperCase()}`]: `127.0.0.1:${port}` };
    const victim = await startVictim(directory, count, settings, chance(seed));
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port, lmtp: way === 'lmtp' });
    closers.push(async () => transport.close());
    const repeated = await sendAll(
      count,
      async (number) => {
        const envelope = { from: 'kim@customer.example', to: 'support@localhost' };
        await transport.sendMail({ envelope, raw: mailOf(number) });
      },
      victim,
    );
    await victim.settle();
    await expectEachOnce(directory, count);
    tell(way, count, victim, repeated);
  },
  timeout,
);

test(
  'by inbox/new',
  async () => {
    const directory = await makeTemporaryDirectory();
    const victim = await startVictim(directory, count, {}, chance(seed + 1));
    const waiting = async () =>
      (await readdir(join(directory, 'inbox/new'))).length +
      (await readdir(join(directory, 'inbox/cur'))).length;
    for (let number = 0; number < count; number += 1) {
      const name = `1795000000.crash${number}.host`;
      await writeFile(join(directory, 'inbox/tmp', name), mailOf(number));
      await rename(join(directory, 'inbox/tmp', name), join(directory, 'inbox/new', name));
      await until(
        'the inbox is worked on',
        async () => {
          const left = await waiting();
          victim.progress(number + 1 - left);
          return left < 20;
        },
        120_000,
      );
    }
    await until(
      'the inbox is empty',
      async () => {
        const left = await waiting();
        victim.progress(count - left);
        return left === 0;
      },
      120_000,
    );
    await victim.settle();
    await expectEachOnce(directory, count);
    tell('inbox', count, victim, 0);
  },
  timeout,
);

test(
  'by maildesk deliver, which is killed itself',
  async () => {
    const directory = await makeTemporaryDirectory();
    const random = chance(seed + 2);
    const env = deskEnvironment(directory);
    await run(process.execPath, [mainFile, 'list'], { env });
    let killed = 0;
    const repeated = await sendAll(
      pipeCount,
      async (number) => {
        const file = join(directory, `mail-${number}`);
        await writeFile(file, mailOf(number));
        const line = `exec "$0" "$1" deliver <"$2"`;
        const child = startForeign('/bin/sh', ['-c', line, process.execPath, mainFile, file], {
          env,
        });
        // Half of them live for as long as a start takes, or a little longer or shorter.
        const timer =
          random(2) === 0
            ? setTimeout(() => child.process.kill('SIGKILL'), 200 + random(1300))
            : undefined;
        const code = await child.ended;
        clearTimeout(timer);
        if (code === undefined) killed += 1;
        if (code !== 0) throw new Error(child.output());
      },
      { progress: () => {} },
      1,
    );
    await expectEachOnce(directory, pipeCount);
    tell('pipe', pipeCount, { kills: () => killed }, repeated);
  },
  timeout + pipeCount * 5000,
);

test(
  'by IMAP',
  async () => {
    const dovecot = await startDovecot();
    closers.push(() => dovecot.stop());
    const directory = await makeTemporaryDirectory();
    const lines = `host: 127.0.0.1\nport: ${dovecot.port}\ntls: none\nuser: support\npassword: ${password}\n`;
    const first = await startDeskProcess(directory);
    await first.stop();
    await mkdir(join(directory, 'config/mailboxes'), { recursive: true });
    await writeFile(join(directory, 'config/mailboxes/support.yaml'), lines);
    const client = await dovecot.client();
    const append = async (from: number, to: number) => {
      for (let number = from; number < to; number += 1)
        await client.append('INBOX', mailOf(number));
    };
    await append(0, Math.floor(count / 2));
    const victim = await startVictim(directory, count, {}, chance(seed + 3));
    const rest = append(Math.floor(count / 2), count);
    await until(
      'all are marked',
      async () => {
        const status = await client.status('INBOX', { unseen: true, messages: true });
        if (status === false) return false;
        const done = (status.messages ?? 0) - (status.unseen ?? 0);
        victim.progress(done);
        return done === count;
      },
      timeout,
    );
    await rest;
    await victim.settle();
    await expectEachOnce(directory, count);
    tell('imap', count, victim, 0);
  },
  timeout,
);
