/** Sending over real sockets to a smarthost that accepts, refuses, drops and stalls. */
import { afterEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import {
  createTransport,
  type MailToSend,
  type TransportOptions,
} from '../../../src/services/outbound/transport.ts';
import { certificate } from '../../helpers/certificate.ts';
import { closedPort, openRawServer, openSink, type Sink, type SinkScript } from './sink.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function transportTo(port: number, changes: Partial<TransportOptions> = {}) {
  const transport = createTransport(
    { log: silentLog },
    {
      host: '127.0.0.1',
      port,
      secure: false,
      user: undefined,
      password: undefined,
      hostName: 'desk.example',
      connections: 2,
      ...changes,
    },
  );
  closers.push(() => transport.close());
  return transport;
}

async function sinkOf(script?: SinkScript): Promise<Sink> {
  const sink = await openSink(script);
  closers.push(() => sink.close());
  return sink;
}

const text = 'From: a@desk.example\nTo: kim@a.example\nSubject: hello\n\nFirst\n.\n..dots\nLast\n';

function mailTo(recipients: readonly string[], changes: Partial<MailToSend> = {}): MailToSend {
  return { sender: 'support@desk.example', recipients, mail: Buffer.from(text), ...changes };
}

describe('a mail that is accepted', () => {
  test('arrives with CRLF line ends and otherwise the same bytes, under the given envelope', async () => {
    const sink = await sinkOf();
    const outcome = await transportTo(sink.port).send(
      mailTo(['hidden@b.example', 'kim@a.example']),
    );
    expect(outcome).toEqual({
      accepted: ['hidden@b.example', 'kim@a.example'],
      rejected: [],
      reply: '250 OK: message queued',
    });
    expect(sink.mails).toEqual([
      {
        sender: 'support@desk.example',
        recipients: ['hidden@b.example', 'kim@a.example'],
        raw: text.replaceAll('\n', '\r\n'),
        user: undefined,
        secure: false,
      },
    ]);
  });

  test('may come from <>, hold 8-bit bytes, bare carriage returns and no final line end', async () => {
    const sink = await sinkOf();
    const mail = Buffer.from([0x41, 0x3a, 0x20, 0xe4, 0x0d, 0x2e, 0x0d, 0x0a, 0x0a, 0xff]);
    await transportTo(sink.port).send(mailTo(['kim@a.example'], { sender: '', mail }));
    expect(sink.mails[0]?.sender).toBe('');
    expect(sink.mails[0]?.raw).toBe('A: \xe4\r\n.\r\n\r\n\xff\r\n');
  });

  test('names the recipients as they were given, also when the domain is not ASCII', async () => {
    const sink = await sinkOf();
    const outcome = await transportTo(sink.port).send(
      mailTo(['kim@müller.example', 'käthe@müller.example']),
    );
    expect(outcome.accepted).toEqual(['kim@müller.example', 'käthe@müller.example']);
  });

  test('shares a bounded number of connections', async () => {
    const sink = await sinkOf();
    const transport = transportTo(sink.port);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => transport.send(mailTo([`kim${n}@a.example`]))),
    );
    expect(sink.mails).toHaveLength(12);
    expect(sink.connections()).toBeLessThanOrEqual(2);
  });
});

describe('a mail that is refused', () => {
  test('says for each recipient what the smarthost said', async () => {
    const sink = await sinkOf({
      recipient: (address) => ({ b: 550, c: 451 })[address.slice(0, 1)],
    });
    const outcome = await transportTo(sink.port).send(
      mailTo(['a@x.example', 'b@x.example', 'c@x.example']),
    );
    expect(outcome).toEqual({
      accepted: ['a@x.example'],
      rejected: [
        { recipient: 'b@x.example', code: 550, text: '5.0.0 Scripted' },
        { recipient: 'c@x.example', code: 451, text: '4.0.0 Scripted' },
      ],
      reply: '250 OK: message queued',
    });
    expect(sink.mails[0]?.recipients).toEqual(['a@x.example']);
  });

  test('keeps each recipient apart when none is accepted', async () => {
    const sink = await sinkOf({ recipient: (address) => (address.startsWith('a') ? 450 : 553) });
    const outcome = await transportTo(sink.port).send(mailTo(['a@x.example', 'b@x.example']));
    expect(outcome.accepted).toEqual([]);
    expect(outcome.rejected.map(({ recipient, code }) => [recipient, code])).toEqual([
      ['a@x.example', 450],
      ['b@x.example', 553],
    ]);
  });

  test('is refused for everybody when the sender or the data is', async () => {
    const byMail = await sinkOf({ mailFrom: () => 550 });
    const byData = await sinkOf({ data: () => 451 });
    const first = await transportTo(byMail.port).send(mailTo(['a@x.example', 'b@x.example']));
    const second = await transportTo(byData.port).send(mailTo(['a@x.example', 'b@x.example']));
    expect(first.rejected.map(({ code }) => code)).toEqual([550, 550]);
    expect(second.rejected.map(({ code }) => code)).toEqual([451, 451]);
    expect([first.accepted, second.accepted]).toEqual([[], []]);
  });

  test('does not disturb the next mail on the same connection', async () => {
    const sink = await sinkOf({
      data: ({ recipients }) => (recipients[0] === 'bad@x.example' ? 554 : undefined),
    });
    const transport = transportTo(sink.port, { connections: 1 });
    expect((await transport.send(mailTo(['bad@x.example']))).rejected).toHaveLength(1);
    expect((await transport.send(mailTo(['good@x.example']))).accepted).toEqual(['good@x.example']);
    expect(sink.connections()).toBe(1);
  });

  test('is refused for good when larger than the smarthost announces', async () => {
    const sink = await sinkOf({ size: 50 });
    const { rejected } = await transportTo(sink.port).send(mailTo(['a@x.example']));
    expect(rejected.map(({ code }) => code)).toEqual([552]);
  });

  test('never lets an address become another command or recipient', async () => {
    const sink = await sinkOf();
    const odd = [
      'a@x.example, b@x.example',
      'c@x.example>\r\nRCPT TO:<d@x.example',
      '"e"@x.example',
      '',
      'none',
    ];
    const { accepted, rejected } = await transportTo(sink.port).send(
      mailTo([...odd, 'kim@a.example']),
    );
    expect(accepted).toEqual(['kim@a.example']);
    expect(rejected.map(({ recipient, code }) => [recipient, code])).toEqual(
      odd.map((address) => [address, 553]),
    );
    expect(sink.mails[0]?.recipients).toEqual(['kim@a.example']);
    const bySender = await transportTo(sink.port).send(
      mailTo(['kim@a.example'], { sender: 'x> SIZE=1' }),
    );
    expect(bySender.rejected.map(({ code }) => code)).toEqual([553]);
    expect(sink.mails).toHaveLength(1);
  });
});

describe('a smarthost that cannot be talked to', () => {
  const unreachable = { code: 'smtp-unreachable', retry: 'later' };

  test('that is not there', async () => {
    await expect(
      transportTo(await closedPort()).send(mailTo(['a@x.example'])),
    ).rejects.toMatchObject(unreachable);
  });

  test('that closes before its greeting', async () => {
    const server = await openRawServer((socket) => socket.end());
    closers.push(server.close);
    await expect(transportTo(server.port).send(mailTo(['a@x.example']))).rejects.toMatchObject(
      unreachable,
    );
  });

  test('that greets with 421 or 554', async () => {
    for (const greeting of ['421 Too busy', '554 Not for you']) {
      const server = await openRawServer((socket) => socket.end(`${greeting}\r\n`));
      closers.push(server.close);
      await expect(transportTo(server.port).send(mailTo(['a@x.example']))).rejects.toMatchObject(
        unreachable,
      );
    }
  });

  test('that never greets', async () => {
    const server = await openRawServer(() => {});
    closers.push(server.close);
    const transport = transportTo(server.port, { connectTimeoutMs: 50 });
    await expect(transport.send(mailTo(['a@x.example']))).rejects.toMatchObject(unreachable);
  });

  test('that drops the connection at any step', async () => {
    const scripts: SinkScript[] = [
      { mailFrom: () => 'drop' },
      { recipient: () => 'drop' },
      { data: () => 'drop' },
      { data: () => 421 },
    ];
    for (const script of scripts) {
      const sink = await sinkOf(script);
      await expect(transportTo(sink.port).send(mailTo(['a@x.example']))).rejects.toMatchObject(
        unreachable,
      );
    }
  });

  test('that never answers the data, once the signal aborts', async () => {
    const abort = new AbortController();
    const sink = await sinkOf({
      data: () => {
        abort.abort();
        return new Promise(() => {});
      },
    });
    await expect(
      transportTo(sink.port).send(mailTo(['a@x.example']), abort.signal),
    ).rejects.toMatchObject(unreachable);
  });

  test('comes back: the same transport sends again', async () => {
    const port = await closedPort();
    const transport = transportTo(port);
    await expect(transport.send(mailTo(['a@x.example']))).rejects.toMatchObject(unreachable);
    const sink = await openSink({}, port);
    closers.push(() => sink.close());
    expect((await transport.send(mailTo(['a@x.example']))).accepted).toEqual(['a@x.example']);
  });

  test('that drops kept connections between two mails', async () => {
    const sink = await openSink();
    const transport = transportTo(sink.port, { connections: 1 });
    await transport.send(mailTo(['a@x.example']));
    await sink.close();
    const next = await openSink({}, sink.port);
    closers.push(() => next.close());
    expect((await transport.send(mailTo(['b@x.example']))).accepted).toEqual(['b@x.example']);
  });
});

describe('TLS and passwords', () => {
  const user = { name: 'desk', password: 'correct horse' };

  test('uses STARTTLS when it is offered, even with a certificate that nobody signed', async () => {
    const sink = await sinkOf({ tls: certificate });
    await transportTo(sink.port).send(mailTo(['a@x.example']));
    expect(sink.mails[0]?.secure).toBe(true);
  });

  test('logs in, and a wrong password is no fault of the mail', async () => {
    const sink = await sinkOf({ user });
    await transportTo(sink.port, { user: user.name, password: user.password }).send(
      mailTo(['a@x.example']),
    );
    expect(sink.mails[0]?.user).toBe('desk');
    const wrong = transportTo(sink.port, { user: user.name, password: 'wrong' });
    await expect(wrong.send(mailTo(['a@x.example']))).rejects.toMatchObject({
      code: 'smtp-unreachable',
    });
    expect(sink.mails).toHaveLength(1);
  });

  test('keeps a password to itself on the way to another machine without TLS', async () => {
    const sink = await sinkOf({ user });
    // This reaches the sink as well, but is not the loopback interface by its name.
    const away = { host: '0.0.0.0', user: user.name, password: user.password };
    await expect(transportTo(sink.port, away).send(mailTo(['a@x.example']))).rejects.toMatchObject({
      code: 'smtp-unreachable',
    });
    const untrusted = await sinkOf({ user, tls: certificate });
    await expect(
      transportTo(untrusted.port, away).send(mailTo(['a@x.example'])),
    ).rejects.toMatchObject({
      code: 'smtp-unreachable',
    });
    expect([...sink.mails, ...untrusted.mails]).toEqual([]);
  });
});
