/** One mail at once over real sockets: what is sent, and what is said of each way to fail. */
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { Config, Smarthost } from '../../../src/config/config.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { createTrial, type TrialOptions } from '../../../src/services/outbound/trial.ts';
import { certificate } from '../../helpers/certificate.ts';
import { closedPort, openRawServer, openSink, type SinkScript } from './sink.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function config(): Config {
  const parsed = parseConfig({
    desk: { file: 'desk.yaml', text: 'address: support@desk.example\nname: Kontor\n' },
    queues: [],
    environment: {},
    flags: {},
    hostName: 'desk.example',
    directory: '/nowhere',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}

async function send(changes: Partial<Smarthost>, options: TrialOptions = {}) {
  const trial = createTrial(
    {
      config,
      sign: async (mail) => mail,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
    },
    options,
  );
  const server = {
    host: '127.0.0.1',
    port: 1,
    secure: false,
    user: undefined,
    password: undefined,
  };
  const mail = {
    to: { name: 'Kim', address: 'kim@a.example' },
    subject: 'Test',
    text: 'It works.\n',
  };
  return trial.send({ ...server, ...changes }, mail);
}

async function sinkOf(script?: SinkScript) {
  const sink = await openSink(script);
  closers.push(() => sink.close());
  return sink;
}

const said = (outcome: Awaited<ReturnType<typeof send>>) =>
  outcome.kind === 'failed' ? outcome.failure : outcome.kind;

test('the mail is really sent, once, from the desk, and the words of the server come back', async () => {
  const sink = await sinkOf({ user: { name: 'kim', password: 'right' }, tls: certificate });
  const outcome = await send({ port: sink.port, user: 'kim', password: 'right' });
  expect(outcome).toEqual({ kind: 'sent', reply: '250 OK: message queued' });
  expect(sink.mails).toMatchObject([
    { sender: 'support@desk.example', recipients: ['kim@a.example'], user: 'kim', secure: true },
  ]);
  expect(sink.mails[0]?.raw).toMatch(/^From: Kontor <support@desk\.example>\r$/m);
  expect(sink.mails[0]?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
});

test('each refusal of the server is of a kind, with its words', async () => {
  const sender = await sinkOf({ mailFrom: () => 553 });
  expect(await send({ port: sender.port })).toEqual({
    kind: 'failed',
    failure: 'sender-refused',
    said: '553 5.0.0 Scripted',
  });
  const recipient = await sinkOf({ recipient: () => 550 });
  expect(said(await send({ port: recipient.port }))).toBe('recipient-refused');
  const later = await sinkOf({ recipient: () => 450 });
  expect(said(await send({ port: later.port }))).toBe('try-later');
  const data = await sinkOf({ data: () => 554 });
  expect(said(await send({ port: data.port }))).toBe('refused');
  const login = await sinkOf({ user: { name: 'kim', password: 'right' } });
  const wrong = await send({ port: login.port, user: 'kim', password: 'wrong' });
  expect(said(wrong)).toBe('login-refused');
  expect(JSON.stringify(wrong)).not.toContain('wrong"');
  for (const sink of [sender, recipient, later, data, login]) expect(sink.mails).toEqual([]);
});

test('so is what happens before a word is said', async () => {
  expect(said(await send({ port: await closedPort() }))).toBe('nobody-listens');
  const plain = await sinkOf();
  expect(said(await send({ port: plain.port, secure: true }))).toBe('tls');
  const dropping = await openRawServer((socket) => socket.end());
  closers.push(dropping.close);
  expect(said(await send({ port: dropping.port }))).toBe('dropped');
  const web = await openRawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  closers.push(web.close);
  expect(said(await send({ port: web.port }))).toBe('not-smtp');
});

test('a password goes to nobody who cannot be trusted', async () => {
  const user = { name: 'kim', password: 'right' };
  const away = { host: '0.0.0.0', user: user.name, password: user.password };
  const plain = await sinkOf({ user });
  expect(said(await send({ ...away, port: plain.port }))).toBe('no-starttls');
  const unsigned = await sinkOf({ user, tls: certificate });
  expect(said(await send({ ...away, port: unsigned.port }))).toBe('certificate');
});

test('a server that says nothing is given up', async () => {
  const silent = await openRawServer(() => {});
  closers.push(silent.close);
  expect(said(await send({ port: silent.port }, { connectTimeoutMs: 50 }))).toBe('timeout');
});
