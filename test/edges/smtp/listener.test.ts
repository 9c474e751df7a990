/** The SMTP and LMTP listener over real sockets: what clients hear, and which bytes reach the intake. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import fc from 'fast-check';
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minute, systemClock } from '../../../src/base/clock.ts';
import { Fault, type FaultCode } from '../../../src/base/fault.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import {
  createSmtpListener,
  type SmtpListener,
  type SmtpListenerOptions,
} from '../../../src/edges/smtp/listener.ts';
import type { IncomingMail } from '../../../src/services/intake/incoming.ts';
import { certificate } from '../../helpers/certificate.ts';
import {
  createFakeClock,
  createRecordedLog,
  messageName,
  type RecordedLog,
} from '../../services/outbound/fakes.ts';
import { openRawClient, type RawClient } from './raw-client.ts';

const ticket = formatTicketNumber('20261123', 426);

let log: RecordedLog;
let taken: IncomingMail[];
let answer: (mail: IncomingMail) => Promise<void> | void;
const closers: (() => unknown)[] = [];

beforeEach(() => {
  log = createRecordedLog();
  taken = [];
  answer = () => {};
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Listening {
  readonly listener: SmtpListener;
  readonly port: number;
}

async function listen(
  changes: Partial<SmtpListenerOptions> = {},
  clock = systemClock,
): Promise<Listening> {
  const listener = createSmtpListener(
    {
      intake: {
        async process(mail) {
          taken.push(mail);
          await answer(mail);
          return { outcome: 'filed', ticket, message: messageName('message'), rule: 'new' };
        },
      },
      checkRecipient: (address) =>
        /^(support|sales)(\+[^@]*)?@desk\.example$/i.test(address) ? 'ours' : 'unknown',
      log,
      clock,
    },
    {
      endpoint: { host: '127.0.0.1', port: 0 },
      lmtp: false,
      hostName: 'desk.example',
      tls: undefined,
      maxMessageBytes: 10_000,
      maxRecipients: 3,
      maxConnections: 10,
      idleTimeoutMs: minute,
      ...changes,
    },
  );
  const { port } = await listener.listen();
  closers.push(() => listener.close());
  return { listener, port };
}

async function clientOf(port: number): Promise<RawClient> {
  const { client } = await openRawClient(port);
  closers.push(() => client.end());
  return client;
}

/** A client behind EHLO, MAIL, RCPT and DATA. */
async function clientInData(port: number, hello = 'EHLO'): Promise<RawClient> {
  const client = await clientOf(port);
  await client.say(`${hello} client.example`);
  await client.say('MAIL FROM:<kim@a.example>');
  await client.say('RCPT TO:<support@desk.example>');
  expect(await client.say('DATA')).toMatch(/^354/);
  return client;
}

describe('a mail that is accepted', () => {
  test('reaches the intake with envelope and client, and its ticket is named', async () => {
    const { port } = await listen();
    const client = await clientInData(port);
    client.send('Subject: hello\r\n\r\nText\r\n.\r\n');
    expect(await client.reply()).toBe(`250 2.0.0 Filed as ticket ${ticket}`);
    expect(taken).toEqual([
      {
        raw: Buffer.from('Subject: hello\r\n\r\nText\r\n'),
        via: 'smtp',
        sender: 'kim@a.example',
        recipients: ['support@desk.example'],
        client: 'client.example ([127.0.0.1])',
        origin: { ip: '127.0.0.1', helo: 'client.example' },
      },
    ]);
    expect(log.lines.filter(({ level }) => level === 'info')).toEqual([
      {
        level: 'info',
        event: 'smtp.accepted',
        fields: {
          session: expect.stringMatching(/./),
          ticket,
          message: 'message',
          rule: 'new',
          bytes: 24,
          recipients: 1,
        },
      },
    ]);
  });

  test('is answered only when the intake has filed it', async () => {
    let file: () => void = () => {};
    answer = () =>
      new Promise<void>((resolve) => {
        file = resolve;
      });
    const { port } = await listen();
    const client = await clientInData(port);
    let isAnswered = false;
    client.send('x\r\n.\r\n');
    const reply = client.reply().then((text) => {
      isAnswered = true;
      return text;
    });
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    file();
    expect(await reply).toMatch(/^250 /);
  });

  test('may come from <>, to postmaster, with plus-details in any case, without a byte of data', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    await client.say('HELO client');
    await client.say('MAIL FROM:<>');
    expect(await client.say('RCPT TO:<Postmaster>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<Support+20261123@Desk.Example>')).toMatch(/^250/);
    await client.say('DATA');
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^250/);
    expect(taken).toMatchObject([
      { sender: '', recipients: ['Postmaster', 'Support+20261123@Desk.Example'] },
    ]);
    expect(taken[0]?.raw).toHaveLength(0);
  });

  test('comes several times over one connection, and from nodemailer', async () => {
    const { port } = await listen();
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port,
      pool: true,
      maxConnections: 1,
    });
    closers.push(() => transport.close());
    for (const text of ['one', 'two', 'three']) {
      const { response } = await transport.sendMail({
        from: 'kim@a.example',
        to: 'sales@desk.example',
        subject: text,
        text,
      });
      expect(response).toBe(`250 2.0.0 Filed as ticket ${ticket}`);
    }
    expect(taken.map(({ raw }) => /Subject: (\w+)/.exec(raw.toString())?.[1])).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  test.skipIf(!existsSync('/usr/bin/swaks'))('comes from swaks', async () => {
    const { port } = await listen({ tls: certificate });
    const { stdout } = await promisify(execFile)('/usr/bin/swaks', [
      '--server',
      `127.0.0.1:${port}`,
      '--from',
      'kim@a.example',
      '--to',
      'support@desk.example',
      '--header',
      'Subject: from swaks',
      '--body',
      'Hello',
      '--pipeline',
    ]);
    expect(stdout).toContain(`250 2.0.0 Filed as ticket ${ticket}`);
    expect(taken[0]?.raw.toString()).toContain('Subject: from swaks\r\n');
  });
});

describe('the bytes of a mail', () => {
  test('stay as they came, except for the stuffed dots', async () => {
    const { port } = await listen();
    const client = await clientInData(port);
    client.send('..first\r\n..\r\n\x00\xff \t\r\nbare\nline\rends\r\n...three\r\n.\r\n');
    await client.reply();
    expect(taken[0]?.raw.toString('latin1')).toBe(
      '.first\r\n.\r\n\x00\xff \t\r\nbare\nline\rends\r\n..three\r\n',
    );
  });

  test('do not depend on how they were cut into packets', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    await client.say('EHLO client.example');
    const line = fc
      .string({ unit: fc.constantFrom('.', 'a', '\r', '\t', '\xe4'), maxLength: 6 })
      .map((text) => text.replaceAll(/\r$/g, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 }),
        async (lines, cuts) => {
          const text = lines.map((part) => `${part}\r\n`).join('');
          const stuffed = `${text.replace(/(^|\r\n)\./g, '$1..')}.\r\n`;
          await client.say('MAIL FROM:<kim@a.example>');
          await client.say('RCPT TO:<support@desk.example>');
          await client.say('DATA');
          let at = 0;
          for (const cut of cuts) {
            client.send(stuffed.slice(at, at + cut));
            at += cut;
            await new Promise((resolve) => setImmediate(resolve));
          }
          if (at < stuffed.length) client.send(stuffed.slice(at));
          expect(await client.reply()).toMatch(/^250/);
          expect(taken.at(-1)?.raw.toString('latin1')).toBe(text);
        },
      ),
      { numRuns: 100 },
    );
  });

  for (const end of ['\n.\n', '\r\n.\n', '\n.\r\n', '\r.\r', '\r\n.\r', '\r.\r\n', '\n.\r']) {
    test(`do not end at ${JSON.stringify(end)}: no mail can be smuggled in behind it`, async () => {
      const { port } = await listen();
      const client = await clientInData(port);
      const smuggled =
        'MAIL FROM:<boss@desk.example>\r\nRCPT TO:<sales@desk.example>\r\nDATA\r\nSubject: smuggled\r\n';
      client.send(`Subject: one\r\n\r\nText${end}${smuggled}\r\nText\r\n.\r\n`);
      expect(await client.reply()).toMatch(/^250/);
      expect(await client.say('NOOP')).toMatch(/^250 OK/);
      expect(taken).toHaveLength(1);
      expect(taken[0]).toMatchObject({
        sender: 'kim@a.example',
        recipients: ['support@desk.example'],
      });
      expect(taken[0]?.raw.toString()).toBe(
        `Subject: one\r\n\r\nText${end}${smuggled}\r\nText\r\n`,
      );
    });
  }
});

describe('recipients', () => {
  test('that are not ours, odd, or too many are refused one by one', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    await client.say('EHLO client.example');
    await client.say('MAIL FROM:<kim@a.example>');
    const say = (address: string) => client.say(`RCPT TO:<${address}>`);
    expect(await say('nobody@desk.example')).toBe('550 5.1.1 No such address here');
    expect(await say('support@elsewhere.example')).toMatch(/^550 5\.1\.1 /);
    expect(await say('../../etc/passwd@desk.example')).toMatch(/^55[03] 5\.1\./);
    expect(await say('a/../../b@desk.example')).toMatch(/^55[03] 5\.1\./);
    expect(await say(`${'a'.repeat(300)}@desk.example`)).toMatch(/^55[03] 5\.1\./);
    expect(await say('support@[127.0.0.1]')).toMatch(/^55[03] 5\.1\./);
    for (const odd of [
      '"support"@desk.example',
      '"a b"@desk.example',
      'a b@desk.example',
      'support',
      '',
      '@',
      'a@b@desk.example',
      'x\x07@desk.example',
    ]) {
      expect(await say(odd)).toMatch(/^5\d\d /);
    }
    for (const detail of ['1', '2', '3'])
      expect(await say(`support+${detail}@desk.example`)).toMatch(/^250/);
    expect(await say('sales@desk.example')).toBe(
      '452 4.5.3 Too many recipients, send the others in another mail',
    );
    expect(await say('SUPPORT+2@desk.example')).toMatch(/^250/);
    await client.say('DATA');
    client.send('.\r\n');
    await client.reply();
    expect(taken[0]?.recipients.map((address) => address.toLowerCase())).toEqual(
      ['1', '2', '3'].map((detail) => `support+${detail}@desk.example`),
    );
    expect(
      log.events('info').filter((event) => event === 'smtp.refused').length,
    ).toBeGreaterThanOrEqual(6);
    const told = JSON.stringify(log.lines.filter(({ level }) => level !== 'debug'));
    expect(told).not.toContain('@');
  });

  test('none accepted: there is no DATA', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    await client.say('EHLO client.example');
    await client.say('MAIL FROM:<kim@a.example>');
    await client.say('RCPT TO:<nobody@desk.example>');
    expect(await client.say('DATA')).toMatch(/^503/);
  });
});

describe('what is offered', () => {
  test('is SIZE, PIPELINING, 8BITMIME and SMTPUTF8, no AUTH, and STARTTLS only with a certificate', async () => {
    const plain = await clientOf((await listen()).port);
    const words = (await plain.say('EHLO client.example'))
      .split('\n')
      .slice(1)
      .map((line) => line.slice(4));
    expect(words.sort()).toEqual(['8BITMIME', 'PIPELINING', 'SIZE 10000', 'SMTPUTF8']);
    expect(await plain.say('STARTTLS')).toMatch(/^50\d/);
    expect(await plain.say('AUTH PLAIN AGEAYg==')).toMatch(/^50\d/);
    const secure = await clientOf((await listen({ tls: certificate })).port);
    expect(await secure.say('EHLO client.example')).toContain('STARTTLS');
  });

  test('after STARTTLS mails come over TLS', async () => {
    const { port } = await listen({ tls: certificate });
    const client = await clientOf(port);
    await client.say('EHLO client.example');
    expect(await client.say('STARTTLS')).toMatch(/^220/);
    await client.startTls();
    expect(await client.say('MAIL FROM:<kim@a.example>')).toMatch(/^503/);
    expect(await client.say('EHLO client.example')).not.toContain('STARTTLS');
    await client.say('MAIL FROM:<kim@a.example>');
    await client.say('RCPT TO:<support@desk.example>');
    await client.say('DATA');
    client.send('secret\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250/);
    expect(taken[0]?.raw.toString()).toBe('secret\r\n');
  });

  test('commands sent in one packet are answered in order', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    await client.say('EHLO client.example');
    client.send(
      'MAIL FROM:<kim@a.example>\r\nRCPT TO:<nobody@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n',
    );
    const replies = [
      await client.reply(),
      await client.reply(),
      await client.reply(),
      await client.reply(),
    ];
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '550', '250', '354']);
  });
});

describe('limits', () => {
  test('a mail that is too large is refused, declared or not, and the next one is taken', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    await client.say('EHLO client.example');
    expect(await client.say('MAIL FROM:<kim@a.example> SIZE=10001')).toMatch(/^552 /);
    for (const [length, reply] of [
      [9998, /^250 /],
      [9999, /^552 5\.3\.4 /],
      [1_000_000, /^552 5\.3\.4 /],
      [10, /^250 /],
    ] as const) {
      await client.say('MAIL FROM:<kim@a.example>');
      await client.say('RCPT TO:<support@desk.example>');
      await client.say('DATA');
      client.send(`${'x'.repeat(length)}\r\n.\r\n`);
      expect(await client.reply()).toMatch(reply);
    }
    expect(taken.map(({ raw }) => raw.length)).toEqual([10_000, 12]);
  });

  test('one connection too many is told so and closed', async () => {
    const { port } = await listen({ maxConnections: 2 });
    await clientOf(port);
    await clientOf(port);
    const { client, greeting } = await openRawClient(port);
    expect(greeting).toMatch(/^421 /);
    await client.closed();
  });

  test('a client that falls silent is dropped, within its data too; nothing is filed', async () => {
    const { port } = await listen({ idleTimeoutMs: 300 });
    const silent = await clientOf(port);
    expect(await silent.reply()).toMatch(/^421 /);
    const inData = await clientInData(port);
    inData.send('Subject: never ends\r\n');
    expect(await inData.reply()).toMatch(/^421 /);
    await inData.closed();
    while (!log.events('info').includes('smtp.broken-off'))
      await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
  });

  test('data that trickles in for too long is ended', async () => {
    const clock = createFakeClock();
    const { port } = await listen({}, clock);
    const client = await clientInData(port);
    client.send('Subject: slow\r\n');
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10 * minute);
    expect(await client.reply()).toBe('421 4.4.2 The mail took too long, closing the connection');
    await client.closed();
    expect(taken).toEqual([]);
  });

  test('a client that leaves within its data leaves nothing', async () => {
    const { port } = await listen();
    const client = await clientInData(port);
    client.send('Subject: half\r\n\r\nTe');
    client.end();
    while (!log.events('info').includes('smtp.broken-off'))
      await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
    expect(log.events('warn', 'error')).toEqual([]);
  });
});

test('a client that leaves while its mail is being filed disturbs nothing', async () => {
  let file: () => void = () => {};
  answer = () =>
    new Promise<void>((resolve) => {
      file = resolve;
    });
  const { port } = await listen();
  const client = await clientInData(port);
  client.send('x\r\n.\r\n');
  while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
  client.end();
  await client.closed();
  file();
  answer = () => {};
  const next = await clientInData(port);
  next.send('y\r\n.\r\n');
  expect(await next.reply()).toMatch(/^250/);
  expect(log.events('info', 'warn', 'error')).toEqual(['smtp.accepted', 'smtp.accepted']);
});

describe('when the intake fails', () => {
  const failures: readonly (readonly [FaultCode, string])[] = [
    ['disk-full', '452 4.3.1'],
    ['disk-failed', '451 4.3.0'],
    ['permission-denied', '451 4.3.0'],
    ['not-found', '451 4.3.0'],
    ['exists', '451 4.3.0'],
    ['timeout', '451 4.3.0'],
    ['not-ready', '451 4.3.2'],
    ['too-large', '552 5.3.4'],
  ];
  for (const [code, reply] of failures) {
    test(`with ${code} the client hears ${reply} and nothing of the cause`, async () => {
      answer = () => {
        throw new Fault(code, { retry: 'later', detail: 'Cannot write "/srv/secret/path"' });
      };
      const { port } = await listen();
      const client = await clientInData(port);
      client.send('x\r\n.\r\n');
      const heard = await client.reply();
      expect(heard).toMatch(new RegExp(`^${reply.replaceAll('.', '\\.')} `));
      expect(heard).not.toContain('secret');
      expect(log.lines.find(({ level }) => level === 'error')?.fields.error).toContain(
        '/srv/secret/path',
      );
    });
  }

  test('by a bug the client keeps its mail, and the connection stays usable', async () => {
    answer = () => {
      throw new TypeError('undefined is not a function');
    };
    const { port } = await listen();
    const client = await clientInData(port);
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toMatch(/^451 4\.3\.0 /);
    expect(await client.say('NOOP')).toMatch(/^250/);
  });
});

describe('LMTP', () => {
  test('answers once for each recipient', async () => {
    const { port } = await listen({ lmtp: true });
    const client = await clientOf(port);
    expect(await client.say('EHLO client.example')).toMatch(/^500/);
    expect(await client.say('LHLO client.example')).toMatch(/^250/);
    const say = async (line: string) => expect(await client.say(line)).toMatch(/^250/);
    await say('MAIL FROM:<kim@a.example>');
    await say('RCPT TO:<support@desk.example>');
    await say('RCPT TO:<sales@desk.example>');
    expect(await client.say('RCPT TO:<nobody@desk.example>')).toMatch(/^550 5\.1\.1/);
    await client.say('DATA');
    client.send('x\r\n.\r\n');
    expect([await client.reply(), await client.reply()]).toEqual(
      Array(2).fill(`250 2.0.0 Filed as ticket ${ticket}`),
    );
    expect(await client.say('NOOP')).toMatch(/^250 OK/);
    expect(taken).toMatchObject([
      { via: 'lmtp', recipients: ['support@desk.example', 'sales@desk.example'] },
    ]);
  });

  test('answers twice for an address that was named twice, and forgets it with the mail', async () => {
    const { port } = await listen({ lmtp: true });
    const client = await clientOf(port);
    await client.say('LHLO client.example');
    for (const times of [2, 1]) {
      await client.say('MAIL FROM:<kim@a.example>');
      for (let each = 0; each < times; each += 1)
        expect(await client.say('RCPT TO:<Support@desk.example>')).toMatch(/^250/);
      await client.say('DATA');
      client.send('x\r\n.\r\n');
      for (let each = 0; each < times; each += 1)
        expect(await client.reply()).toMatch(/^250 2\.0\.0 Filed/);
      expect(await client.say('NOOP')).toMatch(/^250 OK/);
    }
  });

  test('answers a failure for each recipient', async () => {
    answer = () => {
      throw new Fault('disk-full', { retry: 'later', detail: 'Cannot write: full' });
    };
    const { port } = await listen({ lmtp: true });
    const client = await clientOf(port);
    for (const line of [
      'LHLO c',
      'MAIL FROM:<>',
      'RCPT TO:<support@desk.example>',
      'RCPT TO:<sales@desk.example>',
      'DATA',
    ])
      await client.say(line);
    client.send('x\r\n.\r\n');
    expect([await client.reply(), await client.reply()].map((reply) => reply.slice(0, 9))).toEqual([
      '452 4.3.1',
      '452 4.3.1',
    ]);
    expect(await client.say('NOOP')).toMatch(/^250 OK/);
  });
});

describe('listening and closing', () => {
  test('a port that is taken is named', async () => {
    const { port } = await listen();
    await expect(listen({ endpoint: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('close sends idle clients away and lets a mail under way end', async () => {
    let file: () => void = () => {};
    answer = () =>
      new Promise<void>((resolve) => {
        file = resolve;
      });
    const { listener, port } = await listen();
    const idle = await clientOf(port);
    const busy = await clientInData(port);
    busy.send('x\r\n.\r\n');
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = listener.close();
    expect(await idle.reply()).toMatch(/^421 4\.3\.2 /);
    file();
    expect(await busy.reply()).toMatch(/^250 /);
    expect(await busy.reply()).toMatch(/^421 4\.3\.2 /);
    await closed;
    await expect(openRawClient(port).then(({ greeting }) => greeting)).resolves.toBe('');
  });
});
