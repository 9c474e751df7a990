/** A real Postfix in front of the desk and behind it: relaying in by SMTP, LMTP and pipe, out as smarthost. */

import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { parseTicketNumber } from '../../src/core/ticket/number.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import {
  type DeskProcess,
  deskEnvironment,
  mainFile,
  startDeskProcess,
} from '../helpers/desk-process.ts';
import { filedIds, readFiledMails } from '../helpers/filed.ts';
import { freePort, until } from '../helpers/foreign.ts';
import { type Postfix, type PostfixOptions, startPostfix } from '../helpers/postfix.ts';
import { startSmtpSink } from '../helpers/smtp-sink.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp, type TestAppOptions } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
});

async function relay(options: PostfixOptions): Promise<Postfix> {
  const postfix = await startPostfix(options);
  closers.push(() => postfix.stop());
  return postfix;
}

async function startDesk(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp({
    ...options,
    settings: {
      address: 'support@desk.example, billing@desk.example',
      confirmations: 'false',
      ...options.settings,
    },
  });
  closers.push(() => app.stop());
  return app;
}

function mail(id: number | string, more: Readonly<Record<string, string>> = {}): string {
  return plainMail({
    To: 'support@desk.example',
    'Message-ID': `<${id}@customer.example>`,
    Subject: `Lamp ${id}`,
    ...more,
  });
}

async function submit(
  postfix: Postfix,
  raw: string,
  to: readonly string[] = ['support@desk.example'],
  from = 'kim@customer.example',
): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: postfix.port });
  try {
    await transport.sendMail({ envelope: { from, to: [...to] }, raw });
  } finally {
    transport.close();
  }
}

async function filed(postfix: Postfix, directory: string, ids: readonly string[]): Promise<void> {
  await until(
    () => `${ids.join(' ')} are filed; Postfix says: ${postfix.log().slice(-3000)}`,
    async () => (await filedIds(directory)).length >= ids.length && (await postfix.queued()) === 0,
  );
  expect(await filedIds(directory)).toEqual([...ids].sort());
}

const smtp = (port: number) => `smtp:[127.0.0.1]:${port}`;
const lmtp = (port: number) => `lmtp:inet:127.0.0.1:${port}`;

describe.each([
  ['SMTP', smtp, 'ESMTP'],
  ['LMTP', lmtp, 'LMTP'],
])('Postfix relays in by %s', (_, way, protocol) => {
  const isLmtp = protocol === 'LMTP';
  const portOf = ({ started }: TestApp) => (isLmtp ? started.lmtp?.port : started.smtp?.port) ?? 0;

  test('files what comes, one mail to two of our addresses once, and bounces what is nobody’s', async () => {
    const desk = await startDesk({ settings: { lmtp: '127.0.0.1:0' } });
    const postfix = await relay({ routes: { 'desk.example': way(portOf(desk)) } });
    await submit(postfix, mail(1));
    await submit(postfix, mail(2), ['support@desk.example', 'billing@desk.example']);
    await filed(postfix, desk.directory, ['<1@customer.example>', '<2@customer.example>']);
    const [first] = (await readFiledMails(desk.directory)).filter(({ messageId }) =>
      messageId.startsWith('<1@'),
    );
    expect(first?.raw.toString()).toMatch(/^Received: from .*\sby relay\.example \(Postfix\)/s);

    // To an address of the desk itself, so that Postfix's report has somewhere to go.
    await submit(postfix, mail(3), ['nobody@desk.example'], 'billing@desk.example');
    await until('Postfix reports', async () => (await readFiledMails(desk.directory)).length === 3);
    const report = (await readFiledMails(desk.directory)).find(({ raw }) =>
      raw.toString().includes('report-type=delivery-status'),
    );
    expect(report?.raw.toString()).toContain('550 5.1.1');
    expect(report?.block).toMatch(/^Ticket-Automatic: /m);
  });

  test('has Postfix wait while the desk is down, and files once', async () => {
    const directory = await makeTemporaryDirectory();
    const [smtpPort, lmtpPort] = [await freePort(), await freePort()];
    const settings = {
      MAILDESK_ADDRESS: 'support@desk.example',
      MAILDESK_SMTP: `127.0.0.1:${smtpPort}`,
      MAILDESK_LMTP: `127.0.0.1:${lmtpPort}`,
    };
    const postfix = await relay({ routes: { 'desk.example': way(isLmtp ? lmtpPort : smtpPort) } });
    for (const id of [1, 2]) await submit(postfix, mail(id));
    await until('Postfix defers', () => (postfix.log().match(/status=deferred/g)?.length ?? 0) > 1);
    const first: DeskProcess = await startDeskProcess(directory, settings);
    closers.push(() => first.stop());
    await filed(postfix, directory, ['<1@customer.example>', '<2@customer.example>']);

    await first.stop();
    const second = await startDeskProcess(directory, settings);
    closers.push(() => second.stop());
    await submit(postfix, mail(3));
    await filed(
      postfix,
      directory,
      [1, 2, 3].map((id) => `<${id}@customer.example>`),
    );
  });

  test('has Postfix come again after 4yz', async () => {
    const faulty = failingFiles();
    const desk = await startDesk({ files: faulty.files, settings: { lmtp: '127.0.0.1:0' } });
    desk.expectLog('smtp.failed');
    const postfix = await relay({ routes: { 'desk.example': way(portOf(desk)) } });
    faulty.setFull(true);
    await submit(postfix, mail(1));
    await until('Postfix defers', () =>
      /status=deferred \(host .* said: 452 4\.3\.1/.test(postfix.log()),
    );
    expect(await filedIds(desk.directory)).toEqual([]);
    faulty.setFull(false);
    await postfix.flush();
    await filed(postfix, desk.directory, ['<1@customer.example>']);
  });
});

/** The disk, which says that it is full while a ticket is written. */
function failingFiles() {
  let isFull = false;
  const files: FileOps = {
    ...nodeFiles,
    createFile(path, bytes, mode) {
      if (isFull && path.includes('/tickets/'))
        throw new Fault('disk-full', { retry: 'later', detail: 'Cannot create file: no space' });
      return nodeFiles.createFile(path, bytes, mode);
    },
  };
  return {
    files,
    setFull(full: boolean) {
      isFull = full;
    },
  };
}

test('Postfix pipes into maildesk deliver, with the envelope, and keeps what cannot be filed now', async () => {
  const directory = await makeTemporaryDirectory();
  // pipe(8) never runs anything as root.
  await chmod(directory, 0o755);
  const data = join(directory, 'desk');
  await mkdir(data);
  await chown(data, nobody, nobody);
  const script = join(directory, 'maildesk');
  const environment = Object.entries(
    deskEnvironment(data, { MAILDESK_ADDRESS: 'support@desk.example' }),
  )
    .filter(([name]) => name.startsWith('MAILDESK_'))
    .map(([name, value]) => `export ${name}='${value}'\n`);
  const text = `#!/bin/sh\n${environment.join('')}[ -e ${directory}/broken ] && export MAILDESK_SMTP=nonsense\nexec ${process.execPath} ${mainFile} "$@"\n`;
  await writeFile(script, text, { mode: 0o755 });
  await writeFile(join(directory, 'broken'), '');
  const postfix = await relay({
    routes: { 'desk.example': 'desk:' },
    main: { desk_destination_recipient_limit: '1' },
    master: `desk unix - n n - 2 pipe
  flags=Rhu user=nobody:nogroup null_sender=
  argv=${script} deliver --sender=\${sender} --recipient=\${recipient}
`,
  });
  await submit(postfix, mail(1));
  await submit(postfix, mail('bounce'), ['support@desk.example'], '');
  await until(
    () => `Postfix defers; it says ${postfix.log().slice(-3000)}`,
    () => (postfix.log().match(/status=deferred \(temporary failure/g)?.length ?? 0) > 1,
    60_000,
  );
  await rm(join(directory, 'broken'));
  await postfix.flush();
  await until(
    () => `both are filed; Postfix says ${postfix.log().slice(-3000)}`,
    async () => (await postfix.queued()) === 0,
    60_000,
  );
  expect(await filedIds(data)).toEqual(['<1@customer.example>', '<bounce@customer.example>']);
  const mails = await readFiledMails(data);
  const traces = await Promise.all(
    mails.map(async ({ path }) =>
      /^Return-Path: .*$/m.exec(await readFile(path, 'latin1'))?.[0].trim(),
    ),
  );
  expect(traces.sort()).toEqual(['Return-Path: <>', 'Return-Path: <kim@customer.example>']);
});

/** Debian's nobody and nogroup. */
const nobody = 65_534;

describe('Postfix is the smarthost', () => {
  test('takes an answer, brings it to a destination that defers first, and reports one that refuses', async () => {
    const sink = await startSmtpSink();
    closers.push(() => sink.close());
    sink.answer({ at: 'recipient', answer: 451, recipient: 'kim@slow.example', times: 2 });
    sink.answer({ at: 'recipient', answer: 550, recipient: 'kim@gone.example' });
    const smtpPort = await freePort();
    const postfix = await relay({
      routes: {
        'slow.example': smtp(sink.port),
        'gone.example': smtp(sink.port),
        'desk.example': smtp(smtpPort),
      },
    });
    const desk = await startDesk({
      settings: { smtp: `127.0.0.1:${smtpPort}`, smarthost: `smtp://127.0.0.1:${postfix.port}` },
    });
    for (const place of ['slow', 'gone'])
      await desk.send(mail(place, { From: `Kim <kim@${place}.example>` }), {
        from: `kim@${place}.example`,
        to: 'support@desk.example',
      });
    const tickets = new Map<string, string>();
    for (const { messageId, ticket } of await readFiledMails(desk.directory))
      tickets.set(messageId, ticket);
    for (const place of ['slow', 'gone']) {
      const number = parseTicketNumber(tickets.get(`<${place}@customer.example>`) ?? '');
      if (number === undefined) throw new Error('No ticket');
      const to = [{ name: 'Kim', address: `kim@${place}.example` }];
      const command = { kind: 'reply', to, cc: [], text: 'We are on it.' } as const;
      const done = await desk.desk.tickets.run(number, command, { kind: 'system', part: 'test' });
      expect(done.ok).toBe(true);
    }
    const [arrived] = await sink.waitFor(1);
    expect(arrived?.envelope.to).toEqual(['kim@slow.example']);
    expect(postfix.log()).toMatch(/to=<kim@slow\.example>.*status=deferred/);

    const report = await until(
      () => `the report is filed; Postfix says ${postfix.log().slice(-3000)}`,
      async () =>
        (await readFiledMails(desk.directory)).find(({ raw }) =>
          raw.toString().includes('report-type=delivery-status'),
        ),
    );
    expect(report.raw.toString()).toMatch(/Final-Recipient: rfc822; kim@gone\.example/);
    expect(report.block).toMatch(/^Ticket-Automatic: /m);
    await desk.settled();
    expect(sink.mails.length).toBe(1);
  });
});
