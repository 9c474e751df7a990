import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import {
  addressOf,
  clamdSays,
  type ScannerDouble,
  spamdSays,
  startScannerDouble,
} from '../../helpers/scanner-double.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let spamd: ScannerDouble;
let clamd: ScannerDouble;
let test: TestDesk;
const spamWord = 'CHEAP';
const virusWord = 'EICAR';

/** Mails with these words are what the scanners look for; a number behind the first is the score. */
beforeEach(async () => {
  spamd = await startScannerDouble('spamd', (question) => {
    const found = /CHEAP ?([\d.]*)/.exec(question.toString('latin1'));
    return found === null ? spamdSays(false, 0.5) : spamdSays(true, Number(found[1] || 8));
  });
  clamd = await startScannerDouble('clamd', (question) =>
    clamdSays(question.includes(virusWord) ? 'Eicar-Test FOUND' : 'OK'),
  );
});

afterEach(async () => {
  await test.close();
  await Promise.all([spamd.close(), clamd.close()]);
});

async function open(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  test = await openTestDesk({
    settings: {
      spamFilter: addressOf('spamd', spamd),
      virusScanner: addressOf('clamd', clamd),
      ...settings,
    },
  });
}

const incoming = (raw: string, via: 'smtp' | 'lmtp' | 'inbox' | 'pipe' | 'api' = 'smtp') => ({
  raw: Buffer.from(raw),
  via,
  sender: 'kim@customer.example',
  recipients: ['support@localhost'],
  client: 'client.example ([192.0.2.1])',
});

const process = (raw: string, via?: Parameters<typeof incoming>[1]) =>
  test.desk.intake.process(incoming(raw, via));

async function folderOf(number: TicketNumber) {
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error('no such ticket');
  return folder;
}

const fieldsOf = async (number: TicketNumber, names: readonly string[]) => {
  const event = (await folderOf(number)).messages.at(-1)?.event;
  return names.map((name) => event?.fields.get(name)?.[0]);
};

describe('verdicts', () => {
  it('of a mail with nothing in it stand in its block', async () => {
    await open();
    const { ticket } = await test.receive(plainMail());
    const [message] = (await folderOf(ticket)).messages;
    expect(message?.event.fields.get('spam')).toEqual(['no; score=0.5; by=spamd; tests=GTUBE ODD']);
    expect(message?.event.fields.get('virus')).toEqual(['clean; by=clamd']);
    expect(message?.event.fields.has('unchecked')).toBe(false);
  });

  it('come from our trace and the mail', async () => {
    await open();
    await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    expect(spamd.questions[0]?.toString()).toMatch(
      /\r\n\r\nReturn-Path: <kim@customer\.example>\r\nDelivered-To: support@localhost\r\nReceived: from client\.example \(\[192\.0\.2\.1\]\) by .*\r\nFrom: Kim Berg/,
    );
  });

  it('are not asked for again when the mail is known', async () => {
    await open();
    const raw = plainMail({ 'Message-ID': '<1@x>' });
    await test.receive(raw);
    expect((await test.receive(raw)).rule).toBe('duplicate');
    expect(spamd.questions).toHaveLength(1);
  });
});

describe('spam', () => {
  it('goes to the queue for spam, without a confirmation', async () => {
    await open();
    const { ticket } = await test.receive(plainMail({}, spamWord));
    await test.desk.autoReplies.settled();
    const { ticket: state, messages } = await folderOf(ticket);
    expect([state.queue, messages.length]).toEqual(['Junk', 1]);
    expect(await fieldsOf(ticket, ['auto-reply'])).toEqual(['none; kind=new-ticket; reason=spam']);
  });

  it.each([
    [{ spamScore: '9' }, 'Support'],
    [{ spamScore: '8' }, 'Junk'],
    [{ junkQueue: 'off' }, 'Support'],
    [{ junkQueue: 'billing' }, 'Billing'],
  ])('by the settings %o goes to %s', async (settings, queue) => {
    await open(settings);
    const { ticket } = await test.receive(plainMail({}, spamWord));
    expect((await folderOf(ticket)).ticket.queue).toBe(queue);
  });

  it('that follows up by reference joins, and changes nothing', async () => {
    await open();
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    const close = { kind: 'set', field: 'state', value: 'closed' } as const;
    await test.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [close] },
      { kind: 'system', part: 'test' },
    );
    const before = (await folderOf(ticket)).ticket;
    const receipt = await test.receive(
      plainMail({ References: '<1@x>', Cc: 'more@evil.example', 'Message-ID': '<2@x>' }, spamWord),
    );
    const { ticket: after } = await folderOf(ticket);
    expect(receipt).toMatchObject({ ticket, rule: 'reference' });
    expect([after.state, after.queue, after.participants]).toEqual([
      'closed',
      'Support',
      before.participants,
    ]);
    expect((await fieldsOf(ticket, ['spam']))[0]).toMatch(/^yes; score=8/);
  });

  it('that only knows a number opens a ticket of its own', async () => {
    await open();
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    const receipt = await test.receive(
      plainMail({ Subject: `[#${ticket}] Lamp`, 'Message-ID': '<2@x>' }, spamWord),
    );
    expect(receipt.rule).toBe('new');
    expect((await folderOf(receipt.ticket)).ticket.queue).toBe('Junk');
  });

  it.each([
    ['smtp', 'refused'],
    ['lmtp', 'refused'],
    ['pipe', 'refused'],
    ['inbox', 'filed'],
    ['api', 'filed'],
  ] as const)('above the second score, by %s, is %s', async (via, outcome) => {
    await open({ refuseSpamScore: '12' });
    expect((await process(plainMail({ 'Message-ID': '<1@x>' }, 'CHEAP 11.9'), via)).outcome).toBe(
      'filed',
    );
    const result = await process(plainMail({ 'Message-ID': '<2@x>' }, 'CHEAP 12'), via);
    expect(result.outcome).toBe(outcome);
    if (result.outcome === 'filed')
      expect((await folderOf(result.ticket)).ticket.queue).toBe('Junk');
  });
});

describe('a virus', () => {
  const raw = plainMail({ 'Message-ID': '<1@x>' }, virusWord);

  it('goes to quarantine once, however often the mail comes', async () => {
    await open();
    const outcomes = [await process(raw), await process(raw), await process(raw, 'inbox')];
    const [entry, ...others] = await test.desk.trouble.list();
    expect(others).toEqual([]);
    expect(outcomes).toEqual(
      outcomes.map(() => ({ outcome: 'quarantined', name: entry?.name ?? '' })),
    );
    expect(entry).toMatchObject({
      kind: 'virus',
      reason: 'Eicar-Test',
      sender: 'kim@customer.example',
      recipients: ['support@localhost'],
      subject: 'Lamp',
    });
    expect((await test.desk.trouble.read(entry?.name ?? ''))?.mail.toString()).toBe(raw);
    expect(await test.desk.index.counts()).toEqual([]);
  });

  it('is refused where that is asked for and somebody hears it', async () => {
    await open({ virusAtSmtp: 'refuse' });
    expect(await process(raw)).toEqual({ outcome: 'refused', reason: 'virus' });
    expect((await process(raw, 'inbox')).outcome).toBe('quarantined');
  });

  it('is filed when released, with the verdict kept and no second look', async () => {
    await open();
    await process(raw);
    const [entry] = await test.desk.trouble.list();
    const asked = clamd.questions.length;
    const outcome = await test.desk.release(entry?.name ?? '');
    if (!outcome.ok || outcome.value.outcome !== 'filed') throw new Error('not filed');
    // Its answer may be there already.
    const [mail] = (await folderOf(outcome.value.ticket)).messages;
    expect(['virus', 'spam'].map((name) => mail?.event.fields.get(name)?.[0])).toEqual([
      'found; name=Eicar-Test; by=clamd',
      'no; score=0.5; by=spamd; tests=GTUBE ODD',
    ]);
    expect(clamd.questions).toHaveLength(asked);
    expect(await test.desk.trouble.count()).toBe(0);
    expect(
      (await test.desk.store.readOriginal(outcome.value.ticket, outcome.value.message))?.toString(),
    ).toBe(raw);
    expect((await process(raw)).outcome).toBe('filed');
  });

  it('stays in quarantine when the release fails', async () => {
    await open();
    await process(raw);
    const [entry] = await test.desk.trouble.list();
    const failing = test.desk.trouble.release(entry?.name ?? '', async () => {
      throw new Error('the disk');
    });
    await expect(failing).rejects.toThrow('the disk');
    expect(await test.desk.trouble.list()).toEqual([entry]);
    expect(await test.desk.release('nothing')).toEqual({
      ok: false,
      refusal: { code: 'unknown-entry', name: 'nothing' },
    });
  });

  it('is not let in by a file that says it is harmless', async () => {
    await open();
    const block = 'Ticket-Trouble: failed; reason=no\r\nTicket-Time: 2026-11-23T10:00:00.000Z\r\n';
    const forged = `${block}Ticket-Virus: clean\r\n${raw}`;
    await test.desk.troubleSpool.add(Buffer.from(forged), test.desk.names.next(forged.length));
    const [entry] = await test.desk.trouble.list();
    const outcome = await test.desk.release(entry?.name ?? '');
    expect(outcome).toMatchObject({ ok: true, value: { outcome: 'quarantined' } });
  });
});

describe('a mail that failed', () => {
  it('says why it lies in trouble, and is filed when released', async () => {
    await open();
    const { inboxSpool, trouble, names, parts } = test.desk;
    const raw = plainMail();
    await inboxSpool.add(Buffer.from(raw), names.next(raw.length));
    const [waiting] = await inboxSpool.waiting();
    const claim = waiting === undefined ? undefined : await inboxSpool.claim(waiting);
    if (claim === undefined) throw new Error('no claim');
    await trouble.keep(claim, { kind: 'failed', reason: 'It broke' });
    const [entry] = await trouble.list();
    expect(entry).toMatchObject({ kind: 'failed', reason: 'It broke', subject: 'Lamp' });
    expect(await test.desk.release(entry?.name ?? '')).toMatchObject({
      ok: true,
      value: { outcome: 'filed', rule: 'new' },
    });
    expect(parts.clock.now()).toBeGreaterThan(entry?.since ?? 0);
  });
});

describe('a scanner that is down', () => {
  it('costs no mail: it is filed and marked', async () => {
    await open();
    await clamd.close();
    const { ticket } = await test.receive(plainMail());
    const [{ event } = { event: undefined }] = (await folderOf(ticket)).messages;
    expect(event?.fields.get('unchecked')).toEqual(['virus; by=clamd; reason=not available']);
    expect(test.lines.filter(({ level }) => level !== 'info')).toMatchObject([
      { level: 'warn', event: 'intake.unchecked', fields: { what: 'virus', by: 'clamd' } },
    ]);
  });

  it('makes the sender try again where that is asked for', async () => {
    await open({ scannerDown: 'defer' });
    await spamd.close();
    await expect(process(plainMail())).rejects.toMatchObject({
      code: 'scanner-failed',
      retry: 'later',
    });
    expect(await test.desk.index.counts()).toEqual([]);
  });

  it('never defers for ever a mail that the scanner cannot check', async () => {
    await open({ scannerDown: 'defer' });
    clamd.answer = () => 'INSTREAM size limit exceeded. ERROR\0';
    const { ticket } = await test.receive(plainMail());
    expect(await fieldsOf(ticket, ['unchecked'])).toEqual([
      'virus; by=clamd; reason=cannot check this mail',
    ]);
  });

  it('is waited for as long as set, and no longer', async () => {
    await open({ scanTimeout: '100ms' });
    spamd.answer = () => undefined;
    const { ticket } = await test.receive(plainMail());
    expect(await fieldsOf(ticket, ['unchecked', 'virus'])).toEqual([
      'spam; by=spamd; reason=not available',
      'clean; by=clamd',
    ]);
  });
});

describe('moving a ticket', () => {
  const taught = () =>
    spamd.questions
      .map((question) => /Message-class: (\w+)/.exec(question.toString('latin1'))?.[1])
      .filter((as) => as !== undefined);

  async function move(ticket: TicketNumber, queue: string): Promise<void> {
    const changes = [{ kind: 'set', field: 'queue', value: queue } as const];
    await test.desk.tickets.run(
      ticket,
      { kind: 'update', changes },
      { kind: 'user', account: 'anna' },
    );
    await test.desk.learning.settled();
  }

  it('into the queue for spam and out of it teaches the filter each of its mails', async () => {
    await open();
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    await test.receive(plainMail({ References: '<1@x>', 'Message-ID': '<2@x>' }, 'More'));
    await test.desk.autoReplies.settled();
    const examined = spamd.questions[0]?.toString('latin1').split('\r\n\r\n').slice(1).join();
    spamd.questions.length = 0;
    spamd.answer = () => 'SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n';
    await move(ticket, 'Billing');
    expect(taught()).toEqual([]);
    await move(ticket, 'Junk');
    expect(taught()).toEqual(['spam', 'spam']);
    await move(ticket, 'Support');
    expect(taught()).toEqual(['spam', 'spam', 'ham', 'ham']);
    const learned = spamd.questions[1]?.toString('latin1').split('\r\n\r\n').slice(1).join();
    expect(learned).toBe(examined);
    expect(test.lines.filter(({ event }) => event === 'spam.learned')).toMatchObject([
      { fields: { ticket, as: 'spam', by: 'spamd', learned: 2, known: 0, failed: 0 } },
      { fields: { ticket, as: 'ham', by: 'spamd', learned: 2, known: 0, failed: 0 } },
    ]);
  });

  it('with many mails asks a filter that is away once', async () => {
    await open();
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    await test.receive(plainMail({ References: '<1@x>', 'Message-ID': '<2@x>' }, 'More'));
    spamd.answer = () => 'SPAMD/1.0 69 Service Unavailable: TELL commands are not enabled\r\n';
    await move(ticket, 'Junk');
    expect(taught()).toEqual(['spam']);
    expect(test.lines.findLast(({ event }) => event === 'spam.learned')).toMatchObject({
      fields: { learned: 0, known: 0, failed: 1 },
    });
  });

  it('that the filter put there itself is no lesson, and a filter that is away costs nothing', async () => {
    await open();
    const { ticket } = await test.receive(plainMail({}, spamWord));
    await test.desk.learning.settled();
    expect(taught()).toEqual([]);
    await spamd.close();
    await move(ticket, 'Support');
    expect((await folderOf(ticket)).ticket.queue).toBe('Support');
    expect(test.lines.filter(({ level }) => level !== 'info')).toMatchObject([
      { event: 'spam.learn-failed', fields: { ticket, as: 'ham' } },
    ]);
  });
});
