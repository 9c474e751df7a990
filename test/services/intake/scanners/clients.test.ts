import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { createClamd } from '../../../../src/services/intake/scanners/clamd.ts';
import { createRspamd } from '../../../../src/services/intake/scanners/rspamd.ts';
import { type ScannedMail, withinTime } from '../../../../src/services/intake/scanners/scanner.ts';
import { createSpamd } from '../../../../src/services/intake/scanners/spamd.ts';
import {
  clamdSays,
  type Protocol,
  type ScannerDouble,
  spamdSays,
  startScannerDouble,
} from '../../../helpers/scanner-double.ts';
import { makeTemporaryDirectory } from '../../../helpers/temp.ts';

const doubles: ScannerDouble[] = [];

afterEach(async () => {
  await Promise.all(doubles.splice(0).map((double) => double.close()));
});

async function start(
  protocol: Protocol,
  answer: ScannerDouble['answer'],
  directory?: string,
): Promise<ScannerDouble> {
  const double = await startScannerDouble(protocol, answer, directory);
  doubles.push(double);
  return double;
}

const mail: ScannedMail = {
  raw: Buffer.from('Subject: Lamp\r\n\r\nDark.\r\n'),
  trace: Buffer.from('Return-Path: <kim@x.example>\r\n'),
  sender: 'kim@x.example',
  recipients: ['support@desk.example', 'sales@desk.example'],
  origin: { helo: 'mail.x.example', ip: '192.0.2.1' },
};
const patient = new AbortController().signal;
const within = <T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>) =>
  withinTime('scanner', { clock: systemClock, timeoutMs }, work);

const later = { code: 'scanner-failed', retry: 'later' };
const never = { code: 'scanner-failed', retry: 'never' };

describe('spamd', () => {
  it('is given our trace and the mail, over a Unix socket', async () => {
    const double = await start(
      'spamd',
      () => spamdSays(true, 15.3),
      await makeTemporaryDirectory(),
    );
    expect(await createSpamd(double.at).scan(mail, patient)).toEqual({
      isSpam: true,
      score: 15.3,
      tests: ['GTUBE', 'ODD'],
    });
    expect(double.questions[0]?.toString()).toBe(
      'SYMBOLS SPAMC/1.5\r\nContent-length: 54\r\n\r\nReturn-Path: <kim@x.example>\r\nSubject: Lamp\r\n\r\nDark.\r\n',
    );
  });

  it('is told what to learn, and says what it knew', async () => {
    const double = await start('spamd', (question) =>
      question.includes('Message-class: spam')
        ? 'SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n'
        : 'SPAMD/1.1 0 EX_OK\r\n\r\n\r\n',
    );
    const filter = createSpamd(double.at);
    expect(await filter.learn(mail, 'spam', patient)).toBe('learned');
    expect(await filter.learn(mail, 'ham', patient)).toBe('known');
  });

  it('sends no more than the first megabyte', async () => {
    const double = await start('spamd', () => spamdSays(false, 0));
    await createSpamd(double.at).scan({ ...mail, raw: Buffer.alloc(3_000_000, 'a') }, patient);
    const trace = mail.trace.length;
    expect(double.questions[0]?.toString('latin1')).toContain(
      `Content-length: ${1_048_576 + trace}\r`,
    );
  });

  it.each([
    ['no answer at all', '', later],
    ['another protocol', '220 mail.example ESMTP\r\n', later],
    ['no verdict', 'SPAMD/1.1 0 EX_OK\r\n\r\n', later],
    [
      'TELL is not allowed',
      'SPAMD/1.0 69 Service Unavailable: TELL commands are not enabled\r\n',
      later,
    ],
    ['a mail it cannot read', 'SPAMD/1.1 65 EX_DATAERR\r\n\r\n', never],
    ['an endless answer', 'x'.repeat(1_000_000), later],
  ])('fails on %s', async (_, said, failure) => {
    const double = await start('spamd', () => said);
    await expect(
      within(5000, (signal) => createSpamd(double.at).scan(mail, signal)),
    ).rejects.toMatchObject(failure);
  });
});

describe('clamd', () => {
  it('streams the mail in chunks and names what it finds', async () => {
    const double = await start('clamd', () => clamdSays('Eicar FOUND'));
    const raw = Buffer.alloc(600_000, 'a');
    expect(await createClamd(double.at).scan({ ...mail, raw }, patient)).toEqual({
      kind: 'found',
      name: 'Eicar',
    });
    const [question = Buffer.alloc(0)] = double.questions;
    expect(question.length).toBe('zINSTREAM\0'.length + raw.length + 4 * 4);
  });

  it.each([
    ['INSTREAM size limit exceeded. ERROR\0', never],
    ['stream: some trouble ERROR\0', later],
    ['', later],
  ])('fails on "%s"', async (said, failure) => {
    const double = await start('clamd', () => said);
    await expect(
      within(5000, (signal) => createClamd(double.at).scan(mail, signal)),
    ).rejects.toMatchObject(failure);
  });
});

const http = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

describe('rspamd', () => {
  const verdict = JSON.stringify({ score: 7.5, action: 'add header', symbols: { BAYES_SPAM: {} } });

  it('is told the envelope, over a Unix socket', async () => {
    const double = await start(
      'http',
      () => http('200 OK', verdict),
      await makeTemporaryDirectory(),
    );
    const { at } = double;
    const filter = createRspamd({ program: 'rspamd', at, controller: at, password: 'a word' });
    expect(await filter.scan(mail, patient)).toEqual({
      isSpam: true,
      score: 7.5,
      tests: ['BAYES_SPAM'],
    });
    const asked = double.questions[0]?.toString() ?? '';
    expect(asked).toMatch(/^POST \/checkv2 HTTP/);
    expect(asked).toContain('\r\nPassword: a word\r\n');
    expect(asked).toContain('\r\nRcpt: support@desk.example, sales@desk.example\r\n');
    expect(asked).toContain('\r\nIp: 192.0.2.1\r\n');
    expect(asked.endsWith(`\r\n\r\n${mail.raw}`)).toBe(true);
  });

  it('keeps line breaks of an envelope out of its fields', async () => {
    const double = await start('http', () => http('200 OK', verdict));
    const { at } = double;
    const filter = createRspamd({ program: 'rspamd', at, controller: at, password: undefined });
    await filter.scan({ ...mail, sender: 'a\r\nPass: all\u{1f600}@x' }, patient);
    expect(double.questions[0]?.toString()).toContain('\r\nFrom: aPass: all@x\r\n');
  });

  it.each([
    ['200 OK', '{"success":true}', 'learned'],
    ['208 Already', '{"error":"learned already"}', 'known'],
  ])('learns by the controller: %s', async (status, body, learned) => {
    const scanner = await start('http', () => http('500 No', ''));
    const controller = await start('http', () => http(status, body));
    const filter = createRspamd({
      program: 'rspamd',
      at: scanner.at,
      controller: controller.at,
      password: 'q1',
    });
    expect(await filter.learn(mail, 'ham', patient)).toBe(learned);
    expect(controller.questions[0]?.toString()).toMatch(/^POST \/learnham HTTP/);
  });

  it.each([
    ['401 Unauthorized', '{"error":"Unauthorized"}', later],
    ['200 OK', '[]', later],
    ['200 OK', '{"score":"a"}', later],
    ['200 OK', 'x'.repeat(2_000_000), later],
    ['413 Too large', '', never],
  ])('fails on %s %.20s', async (status, body, failure) => {
    const { at } = await start('http', () => http(status, body));
    const filter = createRspamd({ program: 'rspamd', at, controller: at, password: undefined });
    await expect(within(5000, (signal) => filter.scan(mail, signal))).rejects.toMatchObject(
      failure,
    );
  });
});

describe('withinTime', () => {
  it.each(['spamd', 'clamd', 'http'] as const)(
    'ends the wait for a silent %s',
    async (protocol) => {
      const { at } = await start(protocol, () => undefined);
      const scan = (signal: AbortSignal): Promise<unknown> => {
        if (protocol === 'spamd') return createSpamd(at).scan(mail, signal);
        if (protocol === 'clamd') return createClamd(at).scan(mail, signal);
        const filter = { program: 'rspamd', at, controller: at, password: undefined } as const;
        return createRspamd(filter).scan(mail, signal);
      };
      await expect(within(50, scan)).rejects.toMatchObject({
        ...later,
        message: 'Cannot ask scanner: no answer in 50 ms',
      });
    },
  );

  it('says that a scanner is not there', async () => {
    const at = { kind: 'unix', path: '/nowhere/at.sock' } as const;
    await expect(
      within(5000, (signal) => createClamd(at).scan(mail, signal)),
    ).rejects.toMatchObject(later);
  });
});
