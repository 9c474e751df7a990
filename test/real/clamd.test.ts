/** ClamAV itself, with one signature, and what a desk makes of its verdicts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClamd } from '../../src/services/intake/scanners/clamd.ts';
import { eicar, type RunningProgram, startClamd } from '../helpers/scanner-programs.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let clamd: RunningProgram;

beforeAll(async () => {
  clamd = await startClamd(await makeTemporaryDirectory('file'));
});
afterAll(() => clamd.stop());

const signal = new AbortController().signal;
const scanned = (raw: string) => ({
  raw: Buffer.from(raw),
  trace: Buffer.alloc(0),
  sender: undefined,
  recipients: [],
  origin: undefined,
});

/** The test file as an attachment. */
const infected = [
  'From: Mal <mal@customer.example>',
  'To: support@localhost',
  'Subject: Look',
  'Message-ID: <look@customer.example>',
  'Date: Mon, 23 Nov 2026 10:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: application/octet-stream; name=look.com',
  'Content-Disposition: attachment; filename=look.com',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(eicar, 'latin1').toString('base64'),
  '',
].join('\r\n');

describe('the client', () => {
  it.each([
    ['TCP', () => ({ kind: 'tcp', host: '127.0.0.1', port: clamd.port }) as const],
    ['a Unix socket', () => ({ kind: 'unix', path: clamd.socket }) as const],
  ])('gets its verdicts over %s', async (_, at) => {
    const scanner = createClamd(at());
    expect(await scanner.scan(scanned(infected), signal)).toEqual({
      kind: 'found',
      name: 'Test.Eicar.UNOFFICIAL',
    });
    const long = `${plainMail()}${'line of text\r\n'.repeat(50_000)}`;
    expect(await scanner.scan(scanned(long), signal)).toEqual({ kind: 'clean' });
    const tooLong = scanned('line of text\r\n'.repeat(1_000_000));
    await expect(scanner.scan(tooLong, signal)).rejects.toMatchObject({
      code: 'scanner-failed',
      retry: 'never',
    });
  });
});

describe('a desk with clamd', () => {
  let app: TestApp;

  async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    app = await startTestApp({
      settings: {
        virusScanner: `clamd://${clamd.socket}`,
        confirmations: 'false',
        ...settings,
      },
    });
  }

  it('keeps an infected mail in quarantine until it is released', async () => {
    await start();
    app.expectLog('trouble.quarantined');
    expect(await app.send(infected)).toBe('250 2.0.0 Taken');
    expect(await app.desk.index.counts()).toEqual([]);
    const [entry] = await app.desk.trouble.list();
    expect(entry).toMatchObject({
      kind: 'virus',
      reason: 'Test.Eicar.UNOFFICIAL',
      subject: 'Look',
    });
    const outcome = await app.desk.release(entry?.name ?? '');
    if (!outcome.ok || outcome.value.outcome !== 'filed') throw new Error('not filed');
    const folder = await app.desk.store.read(outcome.value.ticket);
    expect(folder?.messages[0]?.event.fields.get('virus')).toEqual([
      'found; name=Test.Eicar.UNOFFICIAL; by=clamd',
    ]);
    expect(await app.desk.trouble.count()).toBe(0);
    await app.stop();
  });

  it('refuses it at SMTP time where that is asked for', async () => {
    await start({ virusAtSmtp: 'refuse' });
    await expect(app.send(infected)).rejects.toMatchObject({
      responseCode: 550,
      response: expect.stringMatching(/^550 5\.7\.1 /),
    });
    expect(await app.desk.trouble.count()).toBe(0);
    expect(await app.send(plainMail())).toMatch(/^250 2\.0\.0 Filed/);
    await app.stop();
  });

  it('defers mail while the scanner is away, where that is asked for', async () => {
    await start({ virusScanner: `clamd://${clamd.socket}.away`, scannerDown: 'defer' });
    app.expectLog('intake.unchecked');
    app.expectLog('smtp.failed');
    await expect(app.send(plainMail())).rejects.toMatchObject({
      responseCode: 451,
      response: expect.stringMatching(/^451 4\.7\.1 /),
    });
    await app.stop();
  });
});
