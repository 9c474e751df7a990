/** An agent's own mail in answer to a notification: who is believed, what it does, what is refused. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutMark } from '../../../src/core/mailed/quoted.ts';
import { createSignedIds, type SignedIds } from '../../../src/core/message/message-id.ts';
import type { Verdicts } from '../../../src/core/message/verdicts.ts';
import { noVerdicts } from '../../../src/core/message/verdicts.ts';
import { firstBlockField, formatActor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
import { readOutgoing } from '../../../src/storage/message-file.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
let ids: SignedIds;
let number: TicketNumber;
let sequence = 0;

beforeEach(async () => {
  test = await openTestDesk({
    settings: {
      confirmations: 'false',
      smarthost: 'smtp://127.0.0.1:9',
      timeZone: 'Europe/Berlin',
    },
  });
  ids = createSignedIds(test.desk.secret);
  for (const [login, name, roles] of [
    ['anna', 'Anna Adler', ['agent']],
    ['ben', 'Ben Kaya', ['agent']],
    ['cleo', 'Cleo', ['billing']],
  ] as const)
    await test.desk.accounts.add({ login, name, email: `${login}@desk.example`, roles });
  number = (await test.receive(plainMail({ 'Message-ID': '<first@customer.example>' }))).ticket;
});

afterEach(() => test.close());

interface Wanted {
  readonly from?: string;
  /** Whose notification is answered, and by what of it. */
  readonly login?: string;
  readonly by?: 'address' | 'id';
  readonly fields?: Readonly<Record<string, string>>;
  readonly verdicts?: Verdicts;
  readonly id?: string;
}

function answer(text: string, wanted: Wanted = {}) {
  const { login = 'anna', from = `Anna <${login}@desk.example>`, by = 'id', fields = {} } = wanted;
  sequence += 1;
  const to =
    by === 'address'
      ? ids.formatAgentAddress('support@localhost', number, login)
      : 'support@localhost';
  const notice = ids.formatNoticeId(number, `n${'0'.repeat(24)}`, login, 'localhost');
  return test.receive(
    plainMail(
      {
        From: from,
        To: to,
        Subject: `Re: [#${number}] Kim wrote in your ticket: Lamp`,
        'Message-ID': wanted.id ?? `<answer${sequence}@desk.example>`,
        ...(by === 'id' ? { 'In-Reply-To': `<${notice}>`, References: `<${notice}>` } : {}),
        ...fields,
      },
      `${text}\r\n\r\nOn Monday Support <support@localhost> wrote:\r\n> ${cutMark(number)}\r\n> Secret of the desk.`,
    ),
    {
      sender: `${login}@desk.example`,
      recipients: [to],
      ...(wanted.verdicts === undefined ? {} : { released: wanted.verdicts }),
    },
  );
}

async function folder(of = number) {
  const found = await test.desk.store.read(of);
  if (found === undefined) throw new Error('The ticket is gone');
  return found;
}

async function lastEvent() {
  const event = (await folder()).messages.at(-1)?.event;
  if (event === undefined) throw new Error('There is no event');
  return event;
}

/** Mails that wait to be sent: envelope and text. */
async function outbox() {
  const entries = await test.desk.outboxSpool.list();
  return Promise.all(
    entries.map(async ({ path }) => {
      const outgoing = readOutgoing(await test.desk.parts.files.readFile(path));
      const { mail } = await decodeMail(outgoing?.mail ?? Buffer.alloc(0), undefined);
      return { notice: outgoing?.notice, sender: outgoing?.sender, to: outgoing?.recipients, mail };
    }),
  );
}

describe('an agent who is believed', () => {
  it.each(['address', 'id'] as const)('answers the customer, known by the %s', async (by) => {
    const receipt = await answer('Please screw in a new bulb.\r\n-- \r\nAnna', { by });
    expect(receipt).toMatchObject({ ticket: number, rule: 'agent' });
    const event = await lastEvent();
    expect([event.kind, formatActor(event.actor)]).toEqual(['mail-out', 'agent anna']);
    expect(firstBlockField(event, 'via')).toBe('mail');
    const [sent, ...others] = await outbox();
    expect(others).toEqual([]);
    expect(sent?.to).toEqual(['kim@customer.example']);
    expect(sent?.mail.from?.name).toBe('Anna Adler');
    expect(sent?.mail.text.trim()).toBe('Please screw in a new bulb.');
    expect(sent?.mail.inReplyTo).toEqual(['first@customer.example']);
    const { ticket } = await folder();
    expect([ticket.owner, ticket.state]).toEqual(['anna', 'open']);
    // The agent takes part as an agent, not as somebody outside.
    expect([...ticket.participants]).toEqual(['kim@customer.example']);
  });

  it('notes, with #note, and nobody outside hears of it', async () => {
    await answer('#note\r\nThe customer is right.');
    const event = await lastEvent();
    expect([event.kind, event.mail.snippet]).toEqual(['note', 'The customer is right.']);
    expect(await outbox()).toEqual([]);
  });

  it('changes the ticket by commands alone, in one event, and with an answer', async () => {
    await answer(
      '#queue Billing\r\n#priority high\r\n#tag vip\r\n#owner ben\r\n#pending 2026-11-30',
    );
    const before = await folder();
    expect(before.messages).toHaveLength(2);
    const { ticket } = before;
    expect([ticket.queue, ticket.priority, ticket.owner, ticket.state, [...ticket.tags]]).toEqual([
      'Billing',
      'high',
      'ben',
      'pending-reminder',
      ['vip'],
    ]);
    expect(await outbox()).toEqual([]);
    await answer('#close\r\n\r\nAll done.');
    expect((await folder()).ticket.state).toBe('closed');
    expect(await outbox()).toHaveLength(1);
  });

  it('keeps attachments, and leaves out the logo of a signature', async () => {
    const file = Buffer.from('a plan of the lamp').toString('base64');
    const notice = ids.formatNoticeId(number, `n${'0'.repeat(24)}`, 'anna', 'localhost');
    const raw = [
      'From: Anna <anna@desk.example>',
      'To: support@localhost',
      'Subject: Re: Lamp',
      'Message-ID: <plan@desk.example>',
      `In-Reply-To: <${notice}>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>Here is the plan.</p><img src="cid:logo">',
      '--b',
      'Content-Type: image/png; name=logo.png',
      'Content-ID: <logo>',
      'Content-Transfer-Encoding: base64',
      '',
      file,
      '--b',
      'Content-Type: application/pdf; name=plan.pdf',
      'Content-Disposition: attachment; filename=plan.pdf',
      'Content-Transfer-Encoding: base64',
      '',
      file,
      '--b--',
      '',
    ].join('\r\n');
    await test.receive(raw, { sender: 'anna@desk.example' });
    const [sent] = await outbox();
    expect(sent?.mail.attachments.map(({ name, size }) => [name, size])).toEqual([
      ['plan.pdf', 18],
    ]);
  });

  it('is heard once, however often the mail comes', async () => {
    const one = await answer('#note\r\nOnce.', { id: '<same@desk.example>' });
    const count = (await folder()).messages.length;
    const again = await answer('#note\r\nOnce.', { id: '<same@desk.example>' });
    expect([again.rule, again.message]).toEqual(['duplicate', one.message]);
    expect((await folder()).messages).toHaveLength(count);
  });

  it('reaches the survivor of a merged ticket', async () => {
    const other = await test.receive(plainMail({ 'Message-ID': '<other@customer.example>' }));
    const merged = await test.desk.regroup.merge(number, other.ticket, {
      kind: 'agent',
      login: 'anna',
    });
    expect(merged.ok).toBe(true);
    expect((await answer('#note\r\nHere.')).ticket).toBe(other.ticket);
  });
});

describe('what is refused', () => {
  it.each([
    ['#foo\r\nSecret words.', 'unknown-command', 'There is no command “#foo”.'],
    ['#close it\r\nSecret words.', 'bad-argument', 'nothing stands behind this command'],
    ['#owner nobody\r\nSecret words.', 'unknown-agent', 'There is no agent “nobody”.'],
    ['#queue Nowhere\r\nSecret words.', 'unknown-queue', 'There is no queue “Nowhere”.'],
    ['#note', 'nothing-said', 'nothing in it but what was quoted'],
    ['#open\r\n#tag', 'bad-argument', 'needs one word'],
  ])('%j is mailed back, and nothing goes to the customer', async (text, reason, sentence) => {
    const before = await folder();
    const receipt = await answer(text);
    expect(receipt.rule).toBe('agent-refused');
    const [back, ...others] = await outbox();
    expect(others).toEqual([]);
    expect([back?.to, back?.sender]).toEqual([['anna@desk.example'], '']);
    expect(back?.mail.text).toContain(sentence);
    expect(back?.mail.text).toContain('nothing went to the customer');
    expect(back?.mail.fields.get('auto-submitted')).toEqual(['auto-replied']);
    const event = await lastEvent();
    expect([event.kind, formatActor(event.actor)]).toEqual(['note', 'system agent-mail']);
    expect(firstBlockField(event, 'mailed')).toContain(`reason=${reason}`);
    const { ticket } = await folder();
    expect([ticket.state, ticket.owner, ticket.queue]).toEqual([
      before.ticket.state,
      before.ticket.owner,
      before.ticket.queue,
    ]);
  });

  it('names what was expected, and can be answered again', async () => {
    await answer('#queue Nowhere');
    const [back] = await outbox();
    expect(back?.mail.text).toMatch(/Expected: .*Support.*Billing/);
    const id = back?.mail.messageId;
    expect(id === undefined ? undefined : ids.readNoticeId(id, 'anna')).toBe(number);
    expect(id === undefined ? undefined : ids.readMessageId(id)).toBeUndefined();
  });

  it('whoever may not answer in the queue is told so', async () => {
    const path = join(test.directory, 'config/queues/support.yaml');
    const rights = 'rights:\n  agent: all\n  billing: [see, note]\n';
    await writeFile(path, `${await readFile(path, 'utf8')}\n${rights}`);
    await test.desk.config.reload();
    const cleo = { login: 'cleo', from: 'cleo@desk.example' };
    expect((await answer('I should not.', cleo)).rule).toBe('agent-refused');
    const [back, ...others] = await outbox();
    expect([back?.to, others]).toEqual([['cleo@desk.example'], []]);
    expect(back?.mail.text).toContain('it needs the right “answer”');
    expect((await answer('#note\r\nBut I may note.', cleo)).rule).toBe('agent');
  });

  it('and what was carried out have their places in the account of mails', async () => {
    await answer('#foo');
    await answer('#note\r\nHello.');
    const { outcomes } = test.desk.ledger.report().total.count;
    expect([outcomes.ticket, outcomes.agent, outcomes['agent-refused']]).toEqual([1, 1, 1]);
    expect(test.desk.ledger.report().unaccounted).toBe(0);
  });

  it('tells nothing twice when the mail comes again', async () => {
    await answer('#foo', { id: '<same@desk.example>' });
    const again = await answer('#foo', { id: '<same@desk.example>' });
    expect(again.rule).toBe('duplicate');
    expect(await outbox()).toHaveLength(1);
  });
});

describe('who is not the agent', () => {
  it.each(['address', 'id'] as const)(
    'a stranger with the %s opens a ticket of his own',
    async (by) => {
      const receipt = await answer('#close\r\nI am Anna.', { by, from: 'Eve <eve@evil.example>' });
      expect(receipt.rule).toBe('new');
      expect(receipt.ticket).not.toBe(number);
      const { ticket, messages } = await folder(receipt.ticket);
      expect([...ticket.links]).toEqual([`suggested:${number}`]);
      const [event] = messages.map((message) => message.event);
      expect(event === undefined ? '' : firstBlockField(event, 'mailed')).toBe(
        'doubted; agent=anna; reason=sender',
      );
      expect((await folder()).messages).toHaveLength(1);
      expect(await outbox()).toEqual([]);
    },
  );

  it('the customer, to whom a notification was forwarded, speaks as the customer', async () => {
    const receipt = await answer('#close\r\nThanks.', { from: 'Kim <kim@customer.example>' });
    expect([receipt.rule, receipt.ticket]).toEqual(['subject-number', number]);
    const event = await lastEvent();
    expect([event.kind, formatActor(event.actor)]).toEqual([
      'mail-in',
      'customer kim@customer.example',
    ]);
    expect((await folder()).ticket.state).toBe('new');
  });

  it('another agent with somebody’s notification has not his voice', async () => {
    const receipt = await answer('Hello.', { from: 'ben@desk.example' });
    expect(receipt.rule).toBe('new');
    expect(await outbox()).toEqual([]);
  });

  it('a mail that the domain disowns, or that is spam, is not the agent’s', async () => {
    const sender = {
      spf: 'fail',
      dkim: 'none',
      dmarc: 'fail',
      arc: 'none',
      dkimDomain: undefined,
      dmarcPolicy: 'none',
      by: 'test',
    } as const;
    const forged = await answer('Hello.', { verdicts: { ...noVerdicts, sender } });
    expect(forged.rule).toBe('new');
    const spam = { flag: true, score: 20, by: 'test', tests: [] };
    const junk = await answer('Hello.', { verdicts: { ...noVerdicts, spam } });
    expect(junk.rule).not.toBe('agent');
    expect(junk.ticket).not.toBe(number);
    expect(await outbox()).toEqual([]);
  });

  it('two authors are none', async () => {
    const receipt = await answer('Hello.', {
      fields: { from: 'eve@evil.example' },
    });
    expect(receipt.rule).toBe('new');
  });

  it('a token of another ticket or login leads nowhere', async () => {
    const wrong = ids
      .formatAgentAddress('support@localhost', number, 'ben')
      .replace('.agent.', '.agent.a');
    const receipt = await test.receive(
      plainMail({ From: 'anna@desk.example', To: wrong, 'Message-ID': '<w@desk.example>' }),
      { recipients: [wrong], sender: 'anna@desk.example' },
    );
    expect(receipt.rule).toBe('new');
  });
});

it('what a program sends in the agent’s name is one note at most, and never goes out', async () => {
  const first = await answer('I am away.', { fields: { 'Auto-Submitted': 'auto-replied' } });
  expect(first).toMatchObject({ rule: 'agent-automatic', ticket: number });
  await answer('I am still away.', { fields: { Subject: 'Out of office: Re: Lamp' } });
  expect((await folder()).messages).toHaveLength(2);
  expect((await lastEvent()).kind).toBe('note');
  expect(await outbox()).toEqual([]);
});

it('a notification that an agent has forwarded to the desk opens no ticket', async () => {
  const notice = ids.formatNoticeId(number, `n${'0'.repeat(24)}`, 'anna', 'localhost');
  const fields = { 'Message-ID': `<${notice}>`, 'Auto-Submitted': 'auto-generated' };
  const receipt = await test.receive(plainMail({ From: 'support@localhost', ...fields }));
  expect(receipt).toMatchObject({ rule: 'agent-automatic', ticket: number });
});
