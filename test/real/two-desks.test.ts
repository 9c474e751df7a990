/**
 * Two desks, each a process of its own, work on one folder: what falls due happens once.
 *
 * Needs `npm run build`, which `npm test` does.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { startDeskProcess } from '../helpers/desk-process.ts';
import { until } from '../helpers/foreign.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

const tickets = 12;
/** Both fall due within seconds after the mail. */
const queue = `name: Support
addresses: [support@localhost]
targets:
  firstResponse: 2m
escalation:
  - at: 2%
    do: [tag hot, notify agent admin]
  - at: 4%
    do: [raise high, notify agent admin]
`;
const calendar = 'timeZone: UTC\nhours: 00:00-24:00\n';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function put(directory: string, path: string, text: string): Promise<void> {
  const file = join(directory, 'config', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Texts of all messages, by the folder of their ticket. */
async function readTickets(directory: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const files = await readdir(join(directory, 'tickets'), { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of files.filter((entry) => entry.isFile())) {
    if (!/[/\\](?:new|cur)$/.test(parentPath)) continue;
    const texts = found.get(dirname(parentPath)) ?? [];
    texts.push(await readFile(join(parentPath, name), 'latin1'));
    found.set(dirname(parentPath), texts);
  }
  return found;
}

const stepsIn = (texts: readonly string[]) =>
  texts.flatMap((text) => /^Ticket-Escalation: .*percent=(\d+)/m.exec(text)?.[1] ?? []).sort();

test('steps of escalation happen once, and are told once, however many desks see them fall due', async () => {
  const directory = await makeTemporaryDirectory();
  await put(directory, 'queues/support.yaml', queue);
  await put(directory, 'calendars/default.yaml', calendar);
  const settings = { MAILDESK_CHECK_SENDERS: 'false', MAILDESK_ADDRESS: 'support@localhost' };
  const desks = [];
  for (const _ of ['one', 'other']) {
    const desk = await startDeskProcess(directory, settings);
    closers.push(() => desk.stop());
    desks.push(desk);
  }
  for (let at = 0; at < tickets; at += 1) {
    const port = desks[at % desks.length]?.smtpPort ?? 0;
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port,
      tls: { rejectUnauthorized: false },
    });
    await transport.sendMail({
      from: `kim${at}@customer.example`,
      to: 'support@localhost',
      subject: `Lamp ${at}`,
      text: 'It is dark.',
    });
    transport.close();
  }
  const read = async () => [...(await readTickets(directory)).values()].map(stepsIn);
  await until(
    () => 'Every step of every ticket has happened',
    async () => {
      // A file may be moved on while one looks.
      const steps = await read().catch(() => []);
      return steps.length === tickets && steps.every((each) => each.length >= 2);
    },
    90_000,
  );
  // Whoever lost the race has long looked again when both have ended.
  for (const close of closers.splice(0).reverse()) await close();
  expect(await read()).toEqual(Array.from({ length: tickets }, () => ['2', '4']));
  const told = (await readFile(join(directory, 'agents/admin/notifications'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('told') && / due /.test(line))
    .map((line) => line.split(' ').slice(2, 4).join(' '));
  expect(new Set(told).size).toBe(2 * tickets);
});
