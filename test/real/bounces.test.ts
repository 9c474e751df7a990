/**
 * Bounces as a real mail server writes them: Postfix as the smarthost, with a destination that refuses and one
 * that puts off, reports to the desk over SMTP.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/base/clock.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { readTicketJson, type TicketJson } from '../../src/services/present/ticket-json.ts';
import { findProgram } from '../helpers/programs.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const run = promisify(execFile);

let root: string;
let config: string;
let postfix: ChildProcess;
let sink: SmtpSink;
let desk: TestApp;

beforeEach(async () => {
  root = await makeTemporaryDirectory();
  sink = await startSmtpSink();
  const port = await freePort();
  desk = await startTestApp({
    settings: { address: 'support@desk.example', smarthost: `smtp://127.0.0.1:${port}` },
  });
  await startPostfix(port, {
    'desk.example': desk.started.smtp?.port ?? 0,
    'gone.example': sink.port,
    'slow.example': sink.port,
  });
}, 90_000);

afterEach(async () => {
  await desk.stop();
  await run('postfix', ['-c', config, 'stop']).catch(() => undefined);
  if (postfix.exitCode === null) postfix.kill('SIGTERM');
  await until('Postfix has ended', () => postfix.exitCode !== null || postfix.signalCode !== null);
  await sink.close();
});

/** An own one, beside the system's, if there is one. */
async function startPostfix(port: number, routes: Readonly<Record<string, number>>): Promise<void> {
  const program = await findProgram('postfix');
  config = join(root, 'config');
  const uid = Number((await run('id', ['-u', 'postfix'])).stdout);
  for (const name of ['config', 'queue', 'data', 'log']) await mkdir(join(root, name));
  await chmod(root, 0o755);
  await chown(join(root, 'data'), uid, 0);
  const transports = Object.entries(routes).map(
    ([domain, to]) => `${domain} smtp:[127.0.0.1]:${to}\n`,
  );
  await writeFile(join(config, 'transport'), transports.join(''));
  const settings = {
    compatibility_level: '3.6',
    queue_directory: join(root, 'queue'),
    data_directory: join(root, 'data'),
    maillog_file: join(root, 'log/mail'),
    maillog_file_prefixes: root,
    myhostname: 'relay.example',
    mydestination: '',
    local_recipient_maps: '',
    relay_domains: Object.keys(routes).join(' '),
    transport_maps: `texthash:${join(config, 'transport')}`,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    alias_maps: '',
    alias_database: '',
    smtp_host_lookup: 'native',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '2s',
    queue_run_delay: '1s',
    delay_warning_time: '1s',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  await writeFile(join(config, 'main.cf'), lines.join(''));
  const services = [
    ...[
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'rewrite unix - - n - - trivial-rewrite',
    ],
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    ...['smtp', 'relay'].map((name) => `${name} unix - - n - - smtp`),
    ...['error', 'retry'].map((name) => `${name} unix - - n - - error`),
    ...['anvil', 'scache', 'verify'].map((name) => `${name} unix - - n - 1 ${name}`),
    ...['proxymap unix - - n - - proxymap', 'discard unix - - n - - discard'],
    ...[
      'flush unix n - n 1000? 0 flush',
      'pickup unix n - n 60 1 pickup',
      'showq unix n - n - - showq',
    ],
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  await writeFile(
    join(config, 'master.cf'),
    [`127.0.0.1:${port} inet n - n - - smtpd`, ...services, ''].join('\n'),
  );
  postfix = spawn(program, ['-c', config, 'start-fg'], { stdio: 'ignore' });
  await until('Postfix answers', () => answersAt(port));
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(systemClock, 50))
    if (await isTrue()) return;
  const log = await readFile(join(root, 'log/mail'), 'utf8').catch(() => '');
  throw new Error(`Not within a minute: ${what}\n${log}`);
}

function answersAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address === null || typeof address === 'string' ? 0 : address.port;
}

/** A customer's ticket, answered and closed by an agent; the answer goes out. */
async function answered(customer: string): Promise<TicketNumber> {
  const raw = plainMail({ From: `Kim <${customer}>`, 'Message-ID': '<1@customer.example>' });
  await desk.send(raw, { from: customer, to: 'support@desk.example' });
  const numbers = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  const [ticket] = numbers;
  if (ticket === undefined) throw new Error('The mail opened no ticket');
  const result = await desk.desk.tickets.run(
    ticket,
    {
      kind: 'reply',
      to: [{ name: 'Kim', address: customer }],
      cc: [],
      text: 'Here is a new lamp.',
      changes: [{ kind: 'set', field: 'state', value: 'closed' }],
    },
    { kind: 'agent', login: 'admin' },
  );
  if (!result.ok) throw new Error(result.refusal.code);
  return ticket;
}

async function ticketWithBounce(number: TicketNumber): Promise<TicketJson> {
  let found: TicketJson | undefined;
  await until('a report is in the ticket', async () => {
    found = await readTicketJson(desk.desk.store, number);
    return found?.messages.some(({ bounce }) => bounce !== null) === true;
  });
  if (found === undefined) throw new Error(`There is no ticket ${number}`);
  return found;
}

it('an answer that the other server refuses comes home and opens its ticket', async () => {
  sink.answer({ at: 'recipient', answer: 550, recipient: /@gone\.example$/ });
  const number = await answered('kim@gone.example');
  const ticket = await ticketWithBounce(number);
  const report = ticket.messages.find(({ bounce }) => bounce !== null);
  const answer = ticket.messages.find(({ text }) => text.includes('Here is a new lamp.'));
  expect(report).toMatchObject({
    automatic: true,
    followUp: { rule: 'bounce' },
    bounce: { action: 'failed', recipient: 'kim@gone.example' },
  });
  expect(report?.bounce?.reason).toMatch(/^550 /);
  expect(ticket).toMatchObject({ state: 'open', owner: 'admin' });
  const folder = await desk.desk.store.read(number);
  expect([...(folder?.ticket.bounces.keys() ?? [])]).toEqual([answer?.id]);
  // The confirmation was refused as well, but its empty reverse-path brings nothing back.
  await desk.settled();
  expect(ticket.messages.filter(({ bounce }) => bounce !== null)).toHaveLength(1);
  expect((await desk.desk.index.counts()).find(({ queue }) => queue === 'Support')?.open).toBe(1);
});

it('the warning that an answer waits only informs', async () => {
  sink.answer({ at: 'recipient', answer: 451, recipient: /@slow\.example$/ });
  const number = await answered('kim@slow.example');
  const ticket = await ticketWithBounce(number);
  expect(ticket.state).toBe('closed');
  expect(ticket.messages.find(({ bounce }) => bounce !== null)?.bounce).toMatchObject({
    action: 'delayed',
    recipient: 'kim@slow.example',
  });
  expect((await desk.desk.store.read(number))?.ticket.bounces.size).toBe(0);
});
