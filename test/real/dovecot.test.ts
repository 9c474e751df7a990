/** Mail fetched from a real Dovecot: marks, moves, crashes, other UIDs, wrong passwords, tokens. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import {
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type DeskProcess,
  deskEnvironment,
  mainFile,
  startDeskProcess,
} from '../helpers/desk-process.ts';
import { type Dovecot, type DovecotOptions, password, startDovecot } from '../helpers/dovecot.ts';
import { filedIds, readFiledMails } from '../helpers/filed.ts';
import { until } from '../helpers/foreign.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp, type TestAppOptions } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor, textOf } from '../helpers/visitor.ts';

const closers = new Set<() => Promise<unknown>>();
afterEach(async () => {
  const all = [...closers].reverse();
  closers.clear();
  const failures: unknown[] = [];
  for (const close of all) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
});

async function start(options: DovecotOptions = {}): Promise<Dovecot> {
  const dovecot = await startDovecot(options);
  closers.add(() => dovecot.stop());
  return dovecot;
}

const stops = new WeakMap<TestApp, () => Promise<void>>();

async function startDesk(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp({
    ...options,
    settings: { confirmations: 'false', ...options.settings },
  });
  const stop = () => app.stop();
  stops.set(app, stop);
  closers.add(stop);
  return app;
}

/** Ends the desk, lets something happen, and starts it again. */
async function startAgain(
  app: TestApp,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<TestApp> {
  await app.halt();
  closers.delete(stops.get(app) ?? app.stop);
  await meanwhile();
  return startDesk({ directory: app.directory });
}

type Lines = Readonly<Record<string, string | number>>;

/** The file of the mailbox `support`, with a pause between polls that no test waits for. */
async function writeMailbox(directory: string, port: number, lines: Lines = {}): Promise<void> {
  const all = {
    host: '127.0.0.1',
    port,
    tls: 'none',
    user: 'support',
    ...('passwordFile' in lines || 'tokenCommand' in lines ? {} : { password }),
    pollEvery: '30m',
    ...lines,
  };
  const text = Object.entries(all).map(([key, value]) => `${key}: ${value}\n`);
  await mkdir(join(directory, 'config/mailboxes'), { recursive: true });
  await writeFile(join(directory, 'config/mailboxes/support.yaml'), text.join(''));
}

async function fetchInto(app: TestApp, dovecot: Dovecot, lines: Lines = {}): Promise<void> {
  await writeMailbox(app.directory, dovecot.port, lines);
  await app.app.sweep();
}

function mail(id: number | string, more: Readonly<Record<string, string>> = {}): string {
  return plainMail({ 'Message-ID': `<${id}@customer.example>`, Subject: `Lamp ${id}`, ...more });
}

/** Read before the desk knew of the mailbox. */
const yesterday = { flags: ['\\Seen'], arrived: new Date(Date.now() - 86_400_000) };

const ids = (...numbers: readonly (number | string)[]) =>
  numbers.map((id) => `<${id}@customer.example>`);

async function filed(directory: string, ...numbers: readonly (number | string)[]): Promise<void> {
  await until(
    `${ids(...numbers).join(' ')} are filed`,
    async () => (await filedIds(directory)).length >= numbers.length,
  );
  expect(await filedIds(directory)).toEqual(ids(...numbers));
}

async function marked(dovecot: Dovecot, ...numbers: readonly number[]): Promise<void> {
  await until(`${ids(...numbers).join(' ')} are marked`, async () => {
    const seen = (await dovecot.list()).filter(({ flags }) => flags.includes('\\Seen'));
    return seen.length >= numbers.length;
  });
  const seen = (await dovecot.list()).filter(({ flags }) => flags.includes('\\Seen'));
  expect(seen.map(({ messageId }) => messageId)).toEqual(ids(...numbers));
}

/** The page of problems as the first admin sees it. */
async function problemsPage(app: TestApp): Promise<string> {
  cookies.set(app, cookies.get(app) ?? logIn(app));
  const cookie = (await cookies.get(app)) ?? '';
  return (await fetch(`${app.url}/problems`, { headers: { cookie } })).text();
}
const cookies = new WeakMap<TestApp, Promise<string>>();

async function logIn(app: TestApp): Promise<string> {
  const url = `${app.url}${app.started.firstLogin?.path ?? ''}`;
  const page = await fetch(url);
  const csrf = /name="csrf" value="([^"]*)"/.exec(await page.text())?.[1] ?? '';
  const headers = { cookie: cookiesOf(page) };
  const body = new URLSearchParams({ csrf });
  const entered = await fetch(url, { method: 'POST', redirect: 'manual', headers, body });
  return cookiesOf(entered);
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

describe('after: seen', () => {
  test('takes what is unread, byte by byte, and new mail within seconds by IDLE', async () => {
    const dovecot = await start();
    await dovecot.append(mail(1));
    await dovecot.append(mail('old'), yesterday);
    const app = await startDesk();
    await fetchInto(app, dovecot, { queue: 'Support' });
    await filed(app.directory, 1);
    const begin = Date.now();
    await dovecot.append(mail(2));
    await filed(app.directory, 1, 2);
    expect(Date.now() - begin).toBeLessThan(60_000);

    const mails = await readFiledMails(app.directory);
    const first = mails.find(({ messageId }) => messageId === ids(1)[0]);
    expect(first?.block).toMatch(
      /^Ticket-Source: imap; mailbox=support; place=[0-9a-f]{12}; validity=\d+; uid=1\r$/m,
    );
    expect((await readFiledMails(app.directory)).map(({ raw }) => raw.toString()).sort()).toEqual(
      [mail(1), mail(2)].sort(),
    );
    await until('both are marked', async () =>
      (await dovecot.list()).every(({ flags }) => flags.includes('\\Seen')),
    );
    expect(app.desk.metrics.format()).toContain(
      'maildesk_mails_in_total{source="imap",rule="new"} 2',
    );
    expect(app.desk.metrics.format()).toContain('maildesk_mailbox_up{mailbox="support"} 1');
  });

  test.each(['implicit', 'starttls'])('takes mail over TLS, %s', async (tls) => {
    const dovecot = await start();
    await dovecot.append(mail(1));
    const app = await startDesk();
    const port = tls === 'implicit' ? dovecot.tlsPort : dovecot.port;
    await fetchInto(app, dovecot, { tls, port });
    await filed(app.directory, 1);
    await marked(dovecot, 1);
  });

  test('takes mail that somebody else has read meanwhile', async () => {
    const dovecot = await start();
    const app = await startDesk();
    await fetchInto(app, dovecot);
    await dovecot.append(mail(1), { flags: ['\\Seen'] });
    await filed(app.directory, 1);
    const again = await startAgain(app, () => dovecot.append(mail(2), { flags: ['\\Seen'] }));
    await filed(again.directory, 1, 2);
  });

  test('asks again where the server knows no IDLE', async () => {
    const dovecot = await start({ capability: 'IMAP4rev1 UIDPLUS MOVE SASL-IR' });
    const app = await startDesk();
    await fetchInto(app, dovecot, { pollEvery: '1s' });
    await dovecot.append(mail(1));
    await filed(app.directory, 1);
    await marked(dovecot, 1);
  });

  test('leaves a mail that is too large, flagged and reported, and takes those behind it', async () => {
    const dovecot = await start();
    await dovecot.append(mail(1) + 'long line\r\n'.repeat(500));
    await dovecot.append(mail(2));
    const app = await startDesk({ settings: { maxMessage: '4KB' } });
    await fetchInto(app, dovecot);
    await filed(app.directory, 2);
    await until('the problem is shown', async () =>
      (await problemsPage(app)).includes('Mails stay on the server: 1 mails are larger than 4096'),
    );
    expect((await dovecot.list()).map(({ flags }) => flags)).toEqual([['\\Flagged'], ['\\Seen']]);
    const again = await startAgain(app);
    await filed(again.directory, 1, 2);
  });

  test('files nothing twice when the server numbers its mails anew', async () => {
    const dovecot = await start();
    const app = await startDesk();
    await fetchInto(app, dovecot);
    for (const id of [1, 2, 3]) await dovecot.append(mail(id));
    await dovecot.append(plainMail({ Subject: 'Without a Message-ID' }));
    await until('all four', async () => (await filedIds(app.directory)).length === 4);
    const again = await startAgain(app, async () => {
      await dovecot.renumber();
      await dovecot.append(mail(4), { flags: ['\\Seen'] });
    });
    again.expectLog('imap.renumbered');
    await until('the fourth', async () => (await filedIds(app.directory)).length >= 5);
    await again.settled();
    expect(await filedIds(app.directory)).toEqual(['', ...ids(1, 2, 3, 4)]);
  });

  test('files nothing twice, and nothing of the time before it, when the index is lost', async () => {
    const dovecot = await start();
    await dovecot.append(mail('old'), yesterday);
    const app = await startDesk();
    await fetchInto(app, dovecot);
    await dovecot.append(mail(1));
    await filed(app.directory, 1);
    const again = await startAgain(app, async () => {
      await rm(join(app.directory, 'index'), { recursive: true });
      await dovecot.append(mail(2), { flags: ['\\Seen'] });
    });
    await filed(app.directory, 1, 2);
    await again.settled();
    expect(await filedIds(app.directory)).toEqual(ids(1, 2));
  });
});

describe('after: move and delete', () => {
  test('moves into a folder, which is made', async () => {
    const dovecot = await start();
    await dovecot.append(mail(1));
    await dovecot.append(mail(2), { flags: ['\\Seen'] });
    const app = await startDesk();
    await fetchInto(app, dovecot, { after: 'move Filed' });
    await filed(app.directory, 1, 2);
    await until('the inbox is empty', async () => (await dovecot.list()).length === 0);
    expect((await dovecot.list('Filed')).map(({ messageId }) => messageId)).toEqual(ids(1, 2));
  });

  test('deletes', async () => {
    const dovecot = await start();
    await dovecot.append(mail(1));
    const app = await startDesk();
    await fetchInto(app, dovecot, { after: 'delete' });
    await filed(app.directory, 1);
    await until('the inbox is empty', async () => (await dovecot.list()).length === 0);
  });
});

describe('logging in', () => {
  test('with a wrong password shows the problem, goes on, and works once the password is right', async () => {
    const dovecot = await start();
    await dovecot.append(mail(1));
    const app = await startDesk();
    app.expectLog('imap.failed');
    await writeFile(join(app.directory, 'config/support.password'), 'mistaken\n');
    await fetchInto(app, dovecot, { passwordFile: 'support.password' });
    await until('the problem is shown', async () =>
      /refuses the log-in: .*Authentication failed/.test(await problemsPage(app)),
    );
    expect(await problemsPage(app)).toContain('mailboxes/support.yaml');
    expect(await problemsPage(app)).not.toContain('mistaken');
    expect(await doctor(app.directory)).toMatch(
      /^warn {2}mailbox support {2,}Cannot open .*Authentication failed.*; never looked through$/m,
    );
    expect(await app.send(mail('smtp'))).toContain('250');

    await writeFile(join(app.directory, 'config/support.password'), `${password}\n`);
    await fetchInto(app, dovecot, { passwordFile: 'support.password', pollEvery: '29m' });
    await filed(app.directory, 1, 'smtp');
    await until(
      'no problem is shown',
      async () => !(await problemsPage(app)).includes('support.yaml'),
    );
  });

  test('with the token that a command prints', async () => {
    const tokens = await startTokenServer();
    const dovecot = await start({ tokenUrl: `http://127.0.0.1:${tokens.port}/?access_token=` });
    await dovecot.append(mail(1));
    const app = await startDesk();
    await fetchInto(app, dovecot, { tokenCommand: '"echo good-token"' });
    await filed(app.directory, 1);
    await marked(dovecot, 1);
    expect(tokens.asked).toContain('good-token');
  });

  test('with a command that fails or prints nothing is a problem, and tells no token', async () => {
    const dovecot = await start();
    const app = await startDesk();
    app.expectLog('imap.failed');
    await fetchInto(app, dovecot, { tokenCommand: '[sh, -c, "echo sesame; exit 3"]' });
    await until('the problem is shown', async () =>
      (await problemsPage(app)).includes('ended with 3'),
    );
    expect(JSON.stringify(app.lines)).not.toContain('sesame');
  });
});

async function doctor(directory: string): Promise<string> {
  const env = deskEnvironment(directory);
  return (await promisify(execFile)(process.execPath, [mainFile, 'doctor'], { env })).stdout;
}

/** An OAuth2 server that knows one token. */
async function startTokenServer(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const token =
      new URL(request.url ?? '', 'http://localhost').searchParams.get('access_token') ?? '';
    asked.push(token);
    const isGood = token === 'good-token';
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(isGood ? { email: 'support', active: true } : { error: 'invalid_token' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.add(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return { port: portOf(server), asked };
}

function portOf(server: NetServer): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}

/** Hands bytes on until the client says the word, and then nothing more. */
async function startCensor(
  port: number,
  word: string,
): Promise<{ port: number; heard: Promise<void>; cut: () => void }> {
  let hear = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const clients = new Set<Socket>();
  const server = createNetServer((client) => {
    clients.add(client);
    const upstream = connect(port, '127.0.0.1');
    let isMute = false;
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('data', (chunk: Buffer) => {
      isMute ||= chunk.toString('latin1').includes(word);
      if (isMute) hear();
      else upstream.write(chunk);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const client of clients) client.destroy();
  };
  closers.add(() => {
    cut();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: portOf(server), heard, cut };
}

describe('a crash', () => {
  test.each([
    ['seen', 'UID STORE'],
    ['move Filed', 'UID MOVE'],
    ['delete', 'UID STORE'],
  ])('between filing and marking (%s) files the mail once', async (after, word) => {
    const dovecot = await start();
    const directory = await makeTemporaryDirectory();
    await dovecot.append(mail(1));
    await dovecot.append(plainMail({ Subject: 'Without a Message-ID' }));
    const censor = await startCensor(dovecot.port, word);
    const first = await startDeskProcess(directory);
    closers.add(() => first.stop('SIGKILL'));
    await writeMailbox(directory, censor.port, { after });
    first.process.kill('SIGHUP');
    await censor.heard;
    await first.stop('SIGKILL');
    expect(await filedIds(directory)).toEqual(ids(1));
    expect((await dovecot.list()).map(({ flags }) => flags)).toEqual([[], []]);

    await writeMailbox(directory, dovecot.port, { after });
    const second: DeskProcess = await startDeskProcess(directory);
    closers.add(() => second.stop());
    await until('all is done there', async () =>
      (await dovecot.list()).every(({ flags }) => flags.includes('\\Seen')),
    );
    expect(await filedIds(directory)).toEqual(['', ...ids(1)]);
    expect(second.output()).toContain('"rule":"duplicate"');
  });

  test('of the connection is got over', async () => {
    const dovecot = await start();
    const app = await startDesk();
    app.expectLog('imap.failed');
    const censor = await startCensor(dovecot.port, 'no such word');
    await writeMailbox(app.directory, censor.port);
    await app.app.sweep();
    await until('connected', () => app.lines.some(({ event }) => event === 'imap.connected'));
    censor.cut();
    await dovecot.append(mail(1));
    await filed(app.directory, 1);
  });
});

describe('the first steps', () => {
  test('open a mailbox before they write it, and what they wrote is fetched', async () => {
    const dovecot = await start();
    await dovecot.append(mail(1));
    const app = await startDesk({ firstSteps: true });
    const admin = createVisitor(app.url);
    await admin.get(app.started.firstLogin?.path ?? '');
    await admin.post(app.started.firstLogin?.path ?? '', {});
    const form = '/begin/receiving/mailbox';
    const typed = { host: '127.0.0.1', port: String(dovecot.port), user: 'support' };
    await admin.get('/begin/receiving');
    const refused = await admin.post(form, { ...typed, password: 'wrong' });
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain('the server refuses the log-in');
    const saved = await admin.post(form, { ...typed, password });
    expect(saved.location).toBe('/begin/receiving');
    await filed(app.directory, 1);
    await marked(dovecot, 1);
    expect(app.desk.config.current().mailboxes).toMatchObject([
      { name: 'support', tls: 'starttls', user: 'support', after: { kind: 'seen' } },
    ]);
    expect(textOf((await admin.get('/begin/receiving')).text)).toContain('is fetched');
  });
});
