/**
 * The figures of the README and of closing notes: `npm run bench [-- --tickets 10000]`.
 *
 * Starts the desk as a process of its own in a temporary directory, sends it mail from another process over
 * loopback, and asks its pages. Absolute times are those of a shared machine; compare within one run.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measurePaint, weigh } from './paint.mjs';

const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '10000' },
    mails: { type: 'string', default: '2000' },
  },
});
const main = join(import.meta.dirname, '../../dist/main.js');
const load = join(import.meta.dirname, 'load.mjs');
const directory = await mkdtemp(join(tmpdir(), 'maildesk-bench-'));
const keepAlive = new Agent({ keepAlive: true });

async function startDesk() {
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'start'], {
    env: {
      ...process.env,
      MAILDESK_DATA: directory,
      MAILDESK_HTTP: '127.0.0.1:0',
      MAILDESK_SMTP: '127.0.0.1:0',
      MAILDESK_LOG_LEVEL: 'warn',
      // The senders of the bench are in no DNS; asking it would measure the network.
      MAILDESK_CHECK_SENDERS: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  while (!/SMTP on \S+:\d+\n/.test(text)) await pause(5);
  const http = Number(/127\.0\.0\.1:(\d+)/.exec(text)[1]);
  const smtp = Number(/SMTP on \S+:(\d+)/.exec(text)[1]);
  const page = await get(http, '/login');
  if (page.status !== 200) throw new Error(`/login answered ${page.status}`);
  const startMs = performance.now() - began;
  const link = /\/login\/\S+/.exec(text)?.[0];
  const desk = { child, http, smtp, startMs, link };
  desk.stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
  return desk;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function get(port, path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const call = request(
      { port, host: '127.0.0.1', path, method, headers, agent: keepAlive },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString(),
            ms: performance.now() - began,
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

function runLoad(port, connections, mails, run) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [load, port, connections, mails, run].map(String), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.once('exit', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`load ended with ${code}`)),
    );
  });
}

async function run(verb, ...rest) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, verb, ...rest], {
      env: { ...process.env, MAILDESK_DATA: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.once('exit', () => resolve(text.trim()));
  });
}

async function metric(desk, name) {
  const { text } = await get(desk.http, '/metrics');
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function waitListed(desk, count) {
  const began = performance.now();
  while ((await metric(desk, 'maildesk_tickets{')) < count) await pause(10);
  return performance.now() - began;
}

async function waitSearchable(desk, token, words) {
  const began = performance.now();
  for (const word of words) {
    for (;;) {
      const { text } = await get(desk.http, `/api/v1/tickets?q=${word}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (JSON.parse(text).tickets?.length > 0) break;
      if (performance.now() - began > 120_000)
        throw new Error(`"${word}" was not found within two minutes`);
      await pause(20);
    }
  }
  return performance.now() - began;
}

async function logIn(desk) {
  const link = desk.link ?? new URL(await run('agent', 'link', 'admin'), 'http://x').pathname;
  const page = await get(desk.http, link);
  const cookies = (answer) =>
    (answer.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  const answer = await get(desk.http, link, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookies(page).join('; '),
    },
    body: `csrf=${encodeURIComponent(csrf)}`,
  });
  return [...cookies(page), ...cookies(answer)].join('; ');
}

async function pageTime(desk, cookie, path) {
  const times = [];
  for (let round = 0; round < 120; round += 1) {
    const { status, ms } = await get(desk.http, path, { headers: { cookie } });
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    if (round >= 20) times.push(ms);
  }
  times.sort((one, other) => one - other);
  return times[50];
}

const round = (value, digits = 1) => Number(value.toFixed(digits));
const report = (name, value) => console.log(`${name.padEnd(52)} ${value}`);

try {
  let desk = await startDesk();
  const token = await run('agent', 'token', 'admin');
  // The desk learns of the token by watching its configuration.
  await pause(1000);
  let tickets = 0;
  let runs = 0;
  const nextRun = () => {
    runs += 1;
    return runs;
  };
  for (const connections of [1, 8, 64]) {
    const mails = connections === 1 ? Math.floor(Number(values.mails) / 4) : Number(values.mails);
    const result = await runLoad(desk.smtp, connections, mails, nextRun());
    tickets += result.tickets;
    const listed = await waitListed(desk, tickets);
    const searchable = await waitSearchable(desk, token, result.words);
    report(
      `${connections} connections: mails a second, listed`,
      round(mails / (result.seconds + listed / 1000)),
    );
    report(
      `${connections} connections: accept p50 / p99 (ms)`,
      `${round(result.p50)} / ${round(result.p99)}`,
    );
    report(
      `${connections} connections: searchable after burst of ${mails} (s)`,
      round(searchable / 1000, 2),
    );
  }
  {
    const result = await runLoad(desk.smtp, 64, 1000, nextRun());
    tickets += result.tickets;
    report(
      'burst of 1,000 at 64 connections: searchable after (s)',
      round((await waitSearchable(desk, token, result.words)) / 1000, 2),
    );
  }
  while (tickets < Number(values.tickets)) {
    const missing = Math.ceil(((Number(values.tickets) - tickets) * 4) / 3);
    tickets += (await runLoad(desk.smtp, 16, Math.min(missing, 4000), nextRun())).tickets;
  }
  await waitListed(desk, tickets);
  await pause(15_000);
  report(
    `resident memory with ${tickets} tickets (MB)`,
    round((await metric(desk, 'maildesk_process_resident_memory_bytes')) / 1e6),
  );
  const cookie = await logIn(desk);
  report(
    'list page, median of 100 (ms)',
    round(await pageTime(desk, cookie, '/tickets?q=is:open')),
  );
  const number = await longTicket(desk, token);
  report(
    'ticket page with 20 messages, median of 100 (ms)',
    round(await pageTime(desk, cookie, `/tickets/${number}`)),
  );
  const longest = await longTicket(desk, token, 500);
  report(
    'ticket page with 500 messages, median of 100 (ms)',
    round(await pageTime(desk, cookie, `/tickets/${longest}`)),
  );
  const { scripts, styles } = await weigh();
  report(
    'scripts / style, compressed by Brotli (kB)',
    `${round(scripts / 1000)} / ${round(styles / 1000)}`,
  );
  const paths = ['/tickets?q=is:open', `/tickets/${number}`, `/tickets/${longest}`];
  const paints = await measurePaint(`http://127.0.0.1:${desk.http}`, cookie, paths);
  for (const [path, { first, later }] of paints ?? [])
    report(
      `first paint, processor 4 times slower: ${path.slice(0, 18)} first / later (ms)`,
      `${round(first, 0)} / ${round(later, 0)}`,
    );
  await desk.stop();
  for (const round_ of [1, 2, 3]) {
    desk = await startDesk();
    report(`start to first page with snapshot, run ${round_} (ms)`, round(desk.startMs, 0));
    await desk.stop();
  }
  await rm(join(directory, 'index'), { recursive: true });
  desk = await startDesk();
  report('start to first page without snapshot (ms)', round(desk.startMs, 0));
  const again = await waitListed(desk, tickets);
  report('all tickets listed again, without snapshot (s)', round(again / 1000, 1));
  await desk.stop();
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** A ticket of so many mails, made through the API. */
async function longTicket(desk, token, messages = 20) {
  let number = '';
  for (let position = 0; position < messages; position += 1) {
    const raw = [
      `From: Kim <kim@long${messages}.example>`,
      'To: support@localhost',
      `Subject: ${position === 0 ? '' : 'Re: '}A long conversation ${messages}`,
      `Message-ID: <long-${position}@long${messages}.example>`,
      ...(position === 0 ? [] : [`References: <long-${position - 1}@long${messages}.example>`]),
      'Date: Mon, 23 Nov 2026 10:00:00 +0000',
      '',
      'The lamp is dark again. '.repeat(100),
      '',
    ].join('\r\n');
    const { status, text } = await get(desk.http, '/api/v1/mail', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' },
      body: raw,
    });
    if (status !== 201) throw new Error(`POST /api/v1/mail answered ${status}: ${text}`);
    number = JSON.parse(text).ticket;
  }
  return number;
}
