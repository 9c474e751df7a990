/** Mails sent on, calls noted, tickets opened by an agent: what stands in the folder and in the outbox, and what is refused. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../src/base/result.ts';
import type { NewTicket, Refusal, TicketCommand } from '../../src/core/ticket/decide.ts';
import type { MessageName, TicketEvent } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import type { Receipt } from '../../src/services/tickets.ts';
import { decodeMail } from '../../src/storage/codec.ts';
import { readOutgoing } from '../../src/storage/message-file.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

let test: TestDesk;

const anna = { kind: 'agent', login: 'anna' } as const;
const maker = { name: 'Maker', address: 'maker@lamps.example' };
const kim = { name: 'Kim Berg', address: 'kim@customer.example' };

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false', maxMessage: '1MB' } });
  const agent = { login: 'anna', name: 'Anna Adler', email: 'anna@desk.example', roles: ['agent'] };
  await test.desk.accounts.add(agent);
});

afterEach(() => test.close());

/** With a text file and a picture. */
const withFiles = [
  'From: Kim Berg <kim@customer.example>',
  'To: support@localhost',
  'Subject: Lampe kaputt',
  'Date: Mon, 23 Nov 2026 10:00:00 +0000',
  'Message-ID: <files@customer.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Die Lampe ist kaputt. Grüße',
  '--b',
  'Content-Type: text/plain; name=bill.txt',
  'Content-Disposition: attachment; filename=bill.txt',
  '',
  'one lamp',
  '--b',
  'Content-Type: image/png; name=lamp.png',
  'Content-Disposition: attachment; filename=lamp.png',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b--',
  '',
].join('\r\n');

function accepted(result: Result<Receipt, Refusal>): Receipt {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

async function run(number: TicketNumber, command: TicketCommand): Promise<Receipt> {
  return accepted(await test.desk.tickets.run(number, command, anna));
}

async function refusalOf(number: TicketNumber, command: TicketCommand) {
  const result = await test.desk.tickets.run(number, command, anna);
  return result.ok ? undefined : result.refusal;
}

function eventOf({ folder, message }: Receipt): TicketEvent {
  const found = folder.messages.find(({ event }) => event.name === message);
  if (found === undefined) throw new Error('The event is not in its folder');
  return found.event;
}

/** What the smarthost would be given. */
async function outgoing(name: MessageName) {
  const directory = join(test.directory, 'outbox/new');
  const file = (await readdir(directory)).find((each) => each.startsWith(name));
  if (file === undefined) throw new Error('The mail is not in the outbox');
  const found = readOutgoing(await readFile(join(directory, file)));
  if (found === undefined) throw new Error('The mail names no recipient');
  return { ...found, decoded: await decodeMail(found.mail) };
}

async function flagsOf(number: TicketNumber, name: MessageName): Promise<string | undefined> {
  const folder = await test.desk.store.read(number);
  return folder?.messages.find(({ event }) => event.name === name)?.flags;
}

describe('an answer', () => {
  it('carries text, HTML, a picture within it and a file, and reads back the same', async () => {
    const { ticket } = await test.receive(plainMail());
    const picture = Buffer.from('89504e470d0a1a0a', 'hex');
    const file = Buffer.from('%PDF-1.7 \r\n.\r\n\0ÿ', 'latin1');
    const text =
      'Hello **Kim**, see ![shot.png](cid:shot@x):\n\n- one\n- two\n\n-- \nAnna\n\nKim wrote:\n> dark\n';
    const { message } = await run(ticket, {
      kind: 'reply',
      to: [kim],
      cc: [],
      text,
      attachments: [
        { name: 'shot.png', type: 'image/png', bytes: picture, contentId: 'shot@x' },
        { name: '../übersicht "1".pdf', type: 'application/pdf; x=y', bytes: file },
      ],
    });
    const { decoded } = await outgoing(message);
    const { mail, contents } = decoded;
    expect(mail.text.trimEnd()).toBe(
      text.replace('![shot.png](cid:shot@x)', '[shot.png]').trimEnd(),
    );
    expect(mail.html).toContain('<strong>Kim</strong>');
    expect(mail.html).toContain('<img src="cid:shot@x" alt="shot.png"');
    expect(mail.html).toContain('<li>one</li>');
    expect(mail.html).toContain('<blockquote type="cite"');
    const files = mail.attachments.map(({ name, type, inline }) => [name, type, inline]);
    expect(files).toEqual([
      ['shot.png', 'image/png', true],
      ['übersicht 1 .pdf', 'application/pdf', false],
    ]);
    expect(contents.map((bytes) => bytes.toString('hex'))).toEqual([
      picture.toString('hex'),
      file.toString('hex'),
    ]);
    expect(mail.fields.get('content-type')?.[0]).toMatch(/^multipart\/mixed/);
  });

  it.each([
    ['a plain one', 'Hello\n\nBye', []],
    ['one in other scripts', 'こんにちは\nשלום\nمرحبا\n🙂', []],
    ['one with lines that begin like a mail', 'From here\n.\n..\n>From there', []],
    ['one with long lines', `${'word '.repeat(400)}end`, []],
    [
      'one with an empty file',
      'See below',
      [{ name: 'empty.txt', type: 'text/plain', bytes: Buffer.alloc(0) }],
    ],
    [
      'one with a nameless file',
      'See below',
      [{ name: '', type: 'nonsense', bytes: Buffer.from('x') }],
    ],
  ] as const)('reads back as it was written: %s', async (_, text, attachments) => {
    const { ticket } = await test.receive(plainMail());
    const { message } = await run(ticket, { kind: 'reply', to: [kim], cc: [], text, attachments });
    const { mail, contents } = (await outgoing(message)).decoded;
    expect(mail.text.trimEnd()).toBe(text);
    expect(contents.map((bytes) => [...bytes])).toEqual(attachments.map(({ bytes }) => [...bytes]));
  });

  it('is refused with more than a mail can carry', async () => {
    const { ticket } = await test.receive(plainMail());
    const attachments = [{ name: 'a', type: 'text/plain', bytes: Buffer.alloc(800_000) }];
    expect(
      await refusalOf(ticket, { kind: 'reply', to: [kim], cc: [], text: 'x', attachments }),
    ).toEqual({
      code: 'attachments-too-large',
      bytes: 800_000,
      most: 786_432,
    });
  });
});

describe('an answer without HTML', () => {
  it('is plain text alone, with its pictures as files', async () => {
    await test.close();
    test = await openTestDesk({ settings: { answerHtml: 'false', confirmations: 'false' } });
    const { ticket } = await test.receive(plainMail());
    const command = {
      kind: 'reply',
      to: [kim],
      cc: [],
      text: 'See ![a](cid:p)',
      attachments: [{ name: 'a.png', type: 'image/png', bytes: Buffer.from('x'), contentId: 'p' }],
    } as const;
    const sent = accepted(
      await test.desk.tickets.run(ticket, command, { kind: 'user', account: 'root' }),
    );
    const { mail } = (await outgoing(sent.message)).decoded;
    expect([mail.text.trim(), mail.html, mail.attachments[0]?.inline]).toEqual([
      'See [a]',
      undefined,
      false,
    ]);
  });
});

describe('a forwarded message', () => {
  it('goes to somebody else with one of two files, and comes home', async () => {
    const { ticket, message } = await test.receive(withFiles);
    const own = { name: 'own.txt', type: 'text/plain', bytes: Buffer.from('mine') };
    const sent = await run(ticket, {
      kind: 'forward',
      to: [maker],
      cc: [],
      text: 'Can you help?\n\n---------- Forwarded message ----------\nDie Lampe',
      message,
      attach: [1],
      attachments: [own],
    });
    const event = eventOf(sent);
    expect(event.fields.get('forward')).toEqual([`message=${message}`]);
    expect([...sent.folder.ticket.participants]).toEqual(['kim@customer.example']);
    expect([sent.folder.ticket.state, sent.folder.ticket.owner]).toEqual(['new', undefined]);
    expect(await flagsOf(ticket, message)).toBe('PS');
    const { recipients, subject, decoded } = await outgoing(sent.message);
    expect([recipients, subject]).toEqual([
      ['maker@lamps.example'],
      `Fwd: [#${ticket}] Lampe kaputt`,
    ]);
    expect(decoded.mail.attachments.map(({ name }) => name)).toEqual(['lamp.png', 'own.txt']);
    expect(decoded.mail.inReplyTo).toEqual([]);
    const id = decoded.mail.messageId;
    const answer = plainMail({
      From: 'maker@lamps.example',
      'In-Reply-To': `<${id}>`,
      'Message-ID': '<a@lamps.example>',
    });
    expect((await test.receive(answer)).ticket).toBe(ticket);
  });

  it('takes the whole mail along as it is', async () => {
    const { ticket, message } = await test.receive(withFiles);
    const sent = await run(ticket, {
      kind: 'forward',
      to: [maker],
      cc: [],
      text: '',
      message,
      attach: 'original',
    });
    const { mail, contents } = (await outgoing(sent.message)).decoded;
    expect(mail.attachments.map(({ name, type }) => [name, type])).toEqual([
      ['Lampe kaputt.eml', 'message/rfc822'],
    ]);
    expect(contents[0]?.toString().replaceAll('\r\n', '\n')).toBe(
      withFiles.replaceAll('\r\n', '\n'),
    );
  });

  it('makes a participant of its reader when that is asked for', async () => {
    const { ticket, message } = await test.receive(plainMail());
    const changes = [{ kind: 'add', set: 'participant', value: maker.address }] as const;
    const sent = await run(ticket, {
      kind: 'forward',
      to: [maker],
      cc: [],
      text: 'x',
      message,
      attach: [],
      changes,
    });
    expect([...sent.folder.ticket.participants]).toContain(maker.address);
  });

  it('is refused where it cannot go', async () => {
    const { ticket, message } = await test.receive(withFiles);
    const note = await run(ticket, { kind: 'note', text: 'for us' });
    const forward = {
      kind: 'forward',
      to: [maker],
      cc: [],
      text: 'x',
      message,
      attach: [],
    } as const;
    const cases: readonly (readonly [TicketCommand, object])[] = [
      [{ ...forward, to: [] }, { code: 'no-recipient' }],
      [
        { ...forward, cc: [{ name: '', address: 'a b@c' }] },
        { code: 'bad-recipient', value: 'a b@c' },
      ],
      [{ ...forward, text: ' ' }, { code: 'empty-text' }],
      [
        { ...forward, message: 'nothing' },
        { code: 'unknown-message', message: 'nothing' },
      ],
      [
        { ...forward, message: note.message },
        { code: 'cannot-forward', message: note.message },
      ],
      [
        { ...forward, attach: [0, 7] },
        { code: 'unknown-attachment', message, attachment: 7 },
      ],
      [
        { ...forward, changes: [{ kind: 'set', field: 'state', value: 'gone' }] },
        { code: 'unknown-state' },
      ],
    ];
    for (const [command, refusal] of cases)
      expect(await refusalOf(ticket, command)).toMatchObject(refusal);
  });
});

describe('a resent mail', () => {
  it('is the original byte for byte below fields of its own', async () => {
    const { ticket, message } = await test.receive(withFiles);
    const other = { name: 'Müller, Jörg', address: 'joerg@lamps.example' };
    const sent = await run(ticket, { kind: 'resend', to: [maker, other], message });
    const { mail, sender, recipients, decoded } = await outgoing(sent.message);
    const text = mail.toString();
    const end = text.indexOf('From: Kim Berg');
    expect(text.slice(end)).toBe(withFiles);
    const top = text.slice(0, end).replace(/\r\n /g, ' ').split('\r\n');
    expect(top[0]).toBe('Resent-From: Anna Adler <support@localhost>');
    expect(top[1]).toMatch(
      /^Resent-To: Maker <maker@lamps.example>, =\?UTF-8\?B\?.*\?= <joerg@lamps.example>$/,
    );
    expect(top[2]).toMatch(/^Resent-Date: /);
    expect(top[3]).toMatch(new RegExp(`^Resent-Message-ID: <${ticket}\\.`));
    expect([sender, recipients]).toEqual([
      'support@localhost',
      ['maker@lamps.example', 'joerg@lamps.example'],
    ]);
    expect(decoded.mail.messageId).toBe('files@customer.example');
    expect(await flagsOf(ticket, message)).toBe('PS');
    expect(sent.folder.ticket.customer?.address).toBe('kim@customer.example');
    expect(await test.desk.store.read(ticket)).toMatchObject({ ticket: { state: 'new' } });
  });

  it('comes home when it bounces, and the mail that it is stays filed once', async () => {
    const { ticket, message } = await test.receive(withFiles);
    const sent = await run(ticket, { kind: 'resend', to: [maker], message });
    const id = /<(.*)>/.exec(
      /Resent-Message-ID: .*/.exec((await outgoing(sent.message)).mail.toString())?.[0] ?? '',
    )?.[1];
    const report = [
      'From: MAILER-DAEMON@mx.lamps.example',
      'To: support@localhost',
      'Subject: failed',
      'Message-ID: <bounce@mx.lamps.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=r',
      '',
      '--r',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.lamps.example',
      '',
      'Final-Recipient: rfc822; maker@lamps.example',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--r',
      'Content-Type: text/rfc822-headers',
      '',
      `Resent-Message-ID: <${id}>`,
      'Message-ID: <files@customer.example>',
      'Subject: Lampe kaputt',
      '',
      '--r--',
      '',
    ].join('\r\n');
    const bounce = await test.receive(report, { sender: '' });
    expect([bounce.ticket, bounce.rule]).toEqual([ticket, 'bounce']);
    const folder = await test.desk.store.read(ticket);
    expect(folder?.ticket.bounces.get(sent.message)).toMatchObject({
      recipient: 'maker@lamps.example',
    });
    const again = await test.receive(withFiles);
    expect([again.ticket, again.message]).toEqual([ticket, message]);
  });

  it('is refused for what was no mail, and without a recipient', async () => {
    const { ticket, message } = await test.receive(plainMail());
    const call = await run(ticket, { kind: 'call', direction: 'in', text: 'Hello' });
    expect(await refusalOf(ticket, { kind: 'resend', to: [], message })).toEqual({
      code: 'no-recipient',
    });
    expect(await refusalOf(ticket, { kind: 'resend', to: [maker], message: call.message })).toEqual(
      {
        code: 'cannot-forward',
        message: call.message,
      },
    );
    expect(await refusalOf(ticket, { kind: 'resend', to: [maker], message: 'x' })).toEqual({
      code: 'unknown-message',
      message: 'x',
    });
  });
});

describe('a call', () => {
  it('is noted with its number, opens a new ticket, and is sent to nobody', async () => {
    const { ticket } = await test.receive(plainMail());
    const attachments = [{ name: 'call.mp3', type: 'audio/mpeg', bytes: Buffer.from('ID3') }];
    const sent = await run(ticket, {
      kind: 'call',
      direction: 'in',
      text: 'Still dark',
      phone: ' +49 30  1234 ',
      attachments,
    });
    const event = eventOf(sent);
    expect([event.kind, event.fields.get('phone'), event.fields.get('recipient')]).toEqual([
      'call-in',
      ['+49 30 1234'],
      undefined,
    ]);
    expect([sent.folder.ticket.state, sent.folder.ticket.extra.get('phone')]).toEqual([
      'open',
      '+49 30 1234',
    ]);
    const mail = await test.desk.store.readMail(ticket, sent.message);
    expect(mail?.text.trim()).toBe('+49 30  1234\n\nStill dark');
    expect(mail?.attachments.map(({ name }) => name)).toEqual(['call.mp3']);
    const out = await run(ticket, { kind: 'call', direction: 'out', text: 'Called back' });
    expect(eventOf(out).kind).toBe('call-out');
  });

  it('is answered below the newest mail, of which the customer knows', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
    const { message } = await run(ticket, { kind: 'call', direction: 'in', text: 'Still dark' });
    const answer = { kind: 'reply', to: [kim], cc: [], text: 'We are on it.' } as const;
    const sent = await run(ticket, { ...answer, inReplyTo: message });
    expect((await outgoing(sent.message)).decoded.mail.inReplyTo).toEqual(['1@customer.example']);
    const phoned = accepted(
      await test.desk.tickets.openNew(
        { via: 'phone', queue: 'Support', customer: kim, subject: 'Lamp', text: 'x' },
        anna,
      ),
    );
    const first = await run(phoned.ticket, answer);
    expect((await outgoing(first.message)).decoded.mail.inReplyTo).toEqual([]);
  });

  it('is refused without words, and with a number that is none', async () => {
    const { ticket } = await test.receive(plainMail());
    expect(await refusalOf(ticket, { kind: 'call', direction: 'in', text: ' ' })).toEqual({
      code: 'empty-text',
    });
    expect(
      await refusalOf(ticket, { kind: 'call', direction: 'in', text: 'x', phone: 'Kim' }),
    ).toMatchObject({ code: 'bad-value', field: 'phone' });
  });
});

describe('a new ticket', () => {
  const byMail: NewTicket = {
    via: 'mail',
    queue: 'support',
    to: [kim],
    cc: [maker],
    subject: 'Your  lamp',
    text: 'It is **ready**.',
  };
  const byPhone: NewTicket = {
    via: 'phone',
    queue: 'Support',
    phone: '030 1234',
    subject: 'Lamp',
    text: 'Wants a lamp.',
  };
  const open = (
    request: NewTicket,
    actor: Parameters<TestDesk['desk']['tickets']['openNew']>[1] = anna,
  ) => test.desk.tickets.openNew(request, actor);

  it('by mail goes out with its number, and the answer comes home', async () => {
    const { ticket, message, folder } = accepted(await open(byMail));
    expect(folder.ticket).toMatchObject({
      state: 'open',
      queue: 'Support',
      owner: 'anna',
      subject: 'Your lamp',
      customer: kim,
    });
    expect([...folder.ticket.participants].sort()).toEqual([
      'kim@customer.example',
      'maker@lamps.example',
    ]);
    const { subject, recipients, decoded } = await outgoing(message);
    expect([subject, recipients]).toEqual([
      `[#${ticket}] Your lamp`,
      ['kim@customer.example', 'maker@lamps.example'],
    ]);
    expect(decoded.mail.html).toContain('<strong>ready</strong>');
    expect(decoded.mail.from?.name).toBe('Anna Adler');
    const answer = await test.receive(
      plainMail({ 'In-Reply-To': `<${decoded.mail.messageId}>`, 'Message-ID': '<r@c.example>' }),
    );
    expect(answer.ticket).toBe(ticket);
    expect((await test.desk.index.find(ticket))?.subject).toBe('Your lamp');
  });

  it('by phone begins with the call, and knows the caller by number or address', async () => {
    const { message, folder } = accepted(await open(byPhone));
    expect(folder.ticket.customer).toBeUndefined();
    expect(folder.ticket.extra.get('phone')).toBe('030 1234');
    expect(folder.messages.map(({ event }) => event.kind)).toEqual(['call-in']);
    await expect(outgoing(message)).rejects.toThrow('not in the outbox');
    const known = accepted(
      await open({
        ...byPhone,
        customer: kim,
        direction: 'out',
        changes: [{ kind: 'set', field: 'state', value: 'closed' }],
      }),
    );
    expect(known.folder.ticket).toMatchObject({ customer: kim, state: 'closed' });
    expect(known.folder.messages.map(({ event }) => event.kind)).toEqual(['call-out']);
  });

  it('is refused when something is missing or wrong', async () => {
    const large = [{ name: 'a', type: 'text/plain', bytes: Buffer.alloc(800_000) }];
    const cases: readonly (readonly [NewTicket, object])[] = [
      [{ ...byMail, to: [] }, { code: 'no-recipient' }],
      [
        { ...byMail, to: [{ name: '', address: 'x' }] },
        { code: 'bad-recipient', value: 'x' },
      ],
      [
        { ...byMail, subject: ' ' },
        { code: 'bad-value', field: 'subject' },
      ],
      [{ ...byMail, text: '' }, { code: 'empty-text' }],
      [
        { ...byMail, queue: 'Nowhere' },
        { code: 'unknown-queue', value: 'Nowhere' },
      ],
      [{ ...byMail, attachments: large }, { code: 'attachments-too-large' }],
      [
        { ...byMail, changes: [{ kind: 'set', field: 'owner', value: 'nobody' }] },
        { code: 'unknown-agent' },
      ],
      [{ via: 'phone', queue: 'Support', subject: 'x', text: 'y' }, { code: 'no-customer' }],
      [
        { ...byPhone, phone: 'none' },
        { code: 'bad-value', field: 'phone' },
      ],
    ];
    for (const [request, refusal] of cases) {
      const result = await open(request);
      expect(result.ok ? undefined : result.refusal).toMatchObject(refusal);
    }
    expect(
      (await readdir(join(test.directory, 'tickets'))).filter((name) => !name.startsWith('.')),
    ).toEqual([]);
  });

  it('needs the right to answer, or to note, in a queue that one sees', async () => {
    const { desk, directory } = test;
    await writeFile(
      join(directory, 'config/queues/support.yaml'),
      'name: Support\nrights:\n  reader: [see]\n  caller: [see, note]\n',
    );
    await desk.config.reload();
    const refusals = async (role: string, request: NewTicket) => {
      const agent = { login: role, name: role, email: `${role}@desk.example`, roles: [role] };
      if (desk.accounts.find(role) === undefined) await desk.accounts.add(agent);
      const result = await open(request, { kind: 'agent', login: role });
      return result.ok ? undefined : result.refusal;
    };
    const noAnswer = { code: 'not-allowed', right: 'answer', queue: 'support' };
    expect(await refusals('reader', byMail)).toEqual(noAnswer);
    expect(await refusals('caller', byMail)).toEqual(noAnswer);
    expect(await refusals('reader', byPhone)).toMatchObject({ code: 'not-allowed', right: 'note' });
    expect(await refusals('caller', byPhone)).toBeUndefined();
    const owner = [{ kind: 'set', field: 'owner', value: 'anna' }] as const;
    expect(await refusals('caller', { ...byPhone, changes: owner })).toMatchObject({
      right: 'own',
    });
    expect(await refusals('stranger', byPhone)).toMatchObject({ code: 'unknown-queue' });
  });

  it('gets a number of its own from each of many at once', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(byMail)));
    const numbers = opened.map((result) => accepted(result).ticket);
    expect(new Set(numbers).size).toBe(8);
    for (const result of opened) {
      const { ticket, message } = accepted(result);
      expect((await outgoing(message)).subject).toBe(`[#${ticket}] Your lamp`);
    }
  });
});
