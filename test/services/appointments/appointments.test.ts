import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import type { AppointmentFacts } from '../../../src/core/appointment/appointment.ts';
import type { Appointment } from '../../../src/core/appointment/appointments.ts';
import type { Actor, MessageName } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { readLine, toLine } from '../../../src/services/index/memory/snapshot-line.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const anna: Actor = { kind: 'agent', login: 'anna' };
const instant = (text: string) => toInstant(Date.parse(text));
const lamp: AppointmentFacts = {
  time: {
    kind: 'timed',
    start: instant('2026-11-27T09:00Z'),
    end: instant('2026-11-27T10:00Z'),
    zone: 'Europe/Berlin',
  },
  summary: 'Lamp',
  place: 'Lindenstraße 4',
  text: 'Please be there.\nWe bring a bulb.',
  guests: [{ name: 'Kim Berg', address: 'kim@customer.example' }],
  agents: ['anna'],
};

let clock: FakeClock;
let test: TestDesk;
let ticket: TicketNumber;

beforeEach(async () => {
  clock = createFakeClock();
  test = await openTestDesk({
    clock,
    settings: { confirmations: 'false', timeZone: 'Europe/Berlin', language: 'en' },
  });
  for (const login of ['anna', 'ben'])
    await test.desk.accounts.add({
      login,
      name: login === 'anna' ? 'Anna Adler' : 'Ben Kaya',
      email: `${login}@desk.example`,
      roles: ['agent'],
    });
  ({ ticket } = await test.receive(plainMail({ 'Message-ID': '<one@customer.example>' })));
});

afterEach(() => test.close());

async function make(facts: Partial<AppointmentFacts> = {}): Promise<Appointment> {
  const done = await test.desk.appointments.make(ticket, { ...lamp, ...facts }, anna);
  if (!done.ok) throw new Error(JSON.stringify(done.refusal));
  const [made] = (await list()).slice(-1);
  if (made === undefined) throw new Error('Nothing was made');
  return made;
}

async function list(): Promise<readonly Appointment[]> {
  return (await test.desk.appointments.list(ticket)) ?? [];
}

async function only(): Promise<Appointment> {
  const [first] = await list();
  if (first === undefined) throw new Error('There is no appointment');
  return first;
}

const stateOf = async () => (await test.desk.reader.read(ticket))?.ticket.state;

const set = (field: string, value: string) =>
  test.desk.tickets.run(
    ticket,
    { kind: 'update', changes: [{ kind: 'set', field, value }] },
    { kind: 'user', account: 'root' },
  );

async function rawOf(message: MessageName): Promise<string> {
  return (await test.desk.store.readFile(ticket, message))?.toString('utf8') ?? '';
}

/** A mail of the corpus as an answer to this appointment, also where the calendar part is base64. */
function answer(file: string, uid: string): Buffer {
  const placeholder = '20261123004266.abcdefgh2345.aaaaaaaaaaaaaaaa@desk.example';
  const path = join(import.meta.dirname, `../../corpus/calendar/${file}.eml`);
  const text = readFileSync(path, 'utf8').replace(/=\r\n/g, '');
  const put = (part: string) => part.replace(/\r\n /g, '').replaceAll(placeholder, uid);
  const encoded = text.replace(/(?:[A-Za-z0-9+/]{76}\r\n)+[A-Za-z0-9+/]*={0,2}/g, (block) => {
    const decoded = Buffer.from(block, 'base64').toString('utf8');
    const changed = Buffer.from(put(decoded)).toString('base64');
    return changed.replace(/.{76}/g, '$&\r\n');
  });
  return Buffer.from(encoded.includes(placeholder.slice(0, 20)) ? put(encoded) : encoded);
}

const receiveAnswer = (file: string, uid: string, changes: (mail: string) => string = (m) => m) =>
  test.receive(changes(answer(file, uid).toString('utf8')));

describe('an invitation', () => {
  it('is the mail that goes out: text, HTML and calendar, and the facts in its block', async () => {
    const { uid, holds } = await make();
    const raw = await rawOf(holds);
    expect(raw).toMatch(/^Ticket-Event: mail-out$/m);
    expect(raw).toContain(
      `Ticket-Appointment: confirmed; uid=${uid}; sequence=0; start=2026-11-27T09:00:00.000Z; end=2026-11-27T10:00:00.000Z; zone=Europe/Berlin`,
    );
    expect(raw).toContain('Ticket-Appointment-Text: Please be there.\\nWe bring a bulb.');
    expect(raw).toContain('Ticket-Recipient: kim@customer.example');
    expect(raw).toMatch(/^Content-Type: text\/plain/m);
    expect(raw).toMatch(/^Content-Type: text\/html/m);
    expect(raw).toMatch(/^Content-Type: text\/calendar; charset=utf-8; method=REQUEST$/m);
    expect(raw).toMatch(/filename=invite\.ics/);
    const mail = await test.desk.store.readMail(ticket, holds);
    expect(mail?.subject).toBe(`[#${ticket}] Invitation: Lamp`);
    expect(mail?.text).toContain('When: Friday, 27 November 2026, 10:00 – 11:00 (Europe/Berlin)');
    expect(mail?.text).toContain('With: Anna Adler');
    expect(await test.desk.outbox.count()).toBe(1);
    const folder = await test.desk.reader.read(ticket);
    expect(folder?.ticket).toMatchObject({ state: 'open', owner: 'anna' });
  });

  it('without anybody outside is a note, and needs no right to answer', async () => {
    const { holds, guests } = await make({ guests: [] });
    const raw = await rawOf(holds);
    expect(guests).toEqual([]);
    expect(raw).toMatch(/^Ticket-Event: note$/m);
    expect(raw).toMatch(/method=PUBLISH$/m);
    expect(await test.desk.outbox.count()).toBe(0);
  });

  it('is in the language of the ticket', async () => {
    await set('language', 'de');
    const { holds } = await make();
    const mail = await test.desk.store.readMail(ticket, holds);
    expect(mail?.subject).toContain('Einladung: Lamp');
    expect(mail?.text).toContain('Wann: Freitag, 27. November 2026, 10:00 – 11:00');
  });

  it.each([
    [{ summary: ' ' }, 'bad-value'],
    [{ guests: [{ name: '', address: 'kim' }] }, 'bad-recipient'],
    [{ agents: ['nobody'] }, 'unknown-agent'],
    [
      {
        time: {
          ...lamp.time,
          kind: 'timed',
          start: instant('2026-11-27T09:00Z'),
          end: instant('2026-11-27T09:00Z'),
        } as const,
      },
      'bad-value',
    ],
  ])('is refused where it cannot be: %j', async (facts, code) => {
    const done = await test.desk.appointments.make(ticket, { ...lamp, ...facts }, anna);
    expect(done.ok ? 'ok' : done.refusal.code).toBe(code);
  });
});

describe('a change', () => {
  it('goes to all under the same uid with the next sequence, and an earlier yes counts no more', async () => {
    const { uid } = await make();
    await receiveAnswer('outlook-accepted', uid);
    expect((await only()).answers.size).toBe(1);
    const time = {
      ...lamp.time,
      kind: 'timed',
      start: instant('2026-11-28T09:00Z'),
      end: instant('2026-11-28T10:00Z'),
    } as const;
    const done = await test.desk.appointments.change(
      ticket,
      { uid, base: 0, facts: { ...lamp, time } },
      anna,
    );
    expect(done.ok).toBe(true);
    const now = await only();
    expect(now).toMatchObject({ uid, sequence: 1, status: 'confirmed', time });
    expect(now.answers.size).toBe(0);
    expect(now.outdated).toHaveLength(1);
    const raw = await rawOf(now.holds);
    expect(raw).toContain('SEQUENCE:1');
    expect(raw).toContain('Changed: Lamp');
  });

  it('by somebody who has not seen the last one is refused', async () => {
    const { uid } = await make();
    const change = (base: number, place: string) =>
      test.desk.appointments.change(ticket, { uid, base, facts: { ...lamp, place } }, anna);
    expect((await change(0, 'Here')).ok).toBe(true);
    const late = await change(0, 'There');
    expect(late.ok ? 'ok' : late.refusal.code).toBe('appointment-changed');
    const same = await change(1, 'Here');
    expect(same.ok ? 'ok' : same.refusal.code).toBe('nothing-to-change');
  });

  it('tells who is not invited any more, and only them, that it is off', async () => {
    const ola = { name: 'Ola', address: 'ola@customer.example' };
    const { uid } = await make({ guests: [...lamp.guests, ola] });
    await test.desk.appointments.change(ticket, { uid, facts: lamp }, anna);
    const folder = await test.desk.reader.read(ticket);
    const sent = folder?.messages.filter(({ event }) => event.kind === 'mail-out') ?? [];
    expect(sent.map(({ event }) => event.mail.to.map(({ address }) => address))).toEqual([
      ['kim@customer.example', 'ola@customer.example'],
      ['ola@customer.example'],
      ['kim@customer.example'],
    ]);
    const [, told] = sent;
    if (told === undefined) throw new Error('Nobody was told');
    expect(await rawOf(told.event.name)).toMatch(/method=CANCEL$/m);
    expect((await only()).guests).toEqual(lamp.guests);
  });

  it('that calls it off is a mail with CANCEL, once', async () => {
    const { uid } = await make();
    const cancel = () => test.desk.appointments.cancel(ticket, { uid, text: 'We are ill.' }, anna);
    expect((await cancel()).ok).toBe(true);
    const now = await only();
    expect(now).toMatchObject({ status: 'cancelled', sequence: 1 });
    const raw = await rawOf(now.holds);
    expect(raw).toMatch(/method=CANCEL$/m);
    expect(raw).toContain('STATUS:CANCELLED');
    expect(raw).toContain('We are ill.');
    const again = await cancel();
    expect(again.ok ? 'ok' : again.refusal.code).toBe('appointment-changed');
  });
});

describe('an answer', () => {
  it.each([
    ['outlook-accepted', 'accepted'],
    ['outlook-declined-with-words', 'declined'],
    ['outlook-counter', 'counter'],
    ['gmail-accepted', 'accepted'],
    ['apple-declined', 'declined'],
    ['thunderbird-tentative', 'tentative'],
    ['file-accepted', 'accepted'],
  ])('of %s joins its ticket and says %s', async (file, word) => {
    const { uid } = await make();
    const receipt = await receiveAnswer(file, uid);
    expect(receipt).toMatchObject({ ticket, rule: 'calendar' });
    const { answers, doubtful } = await only();
    expect(doubtful).toEqual([]);
    expect(answers.get('kim@customer.example')).toMatchObject({ word });
  });

  it('that says yes leaves a wait as it is, one that says no ends it', async () => {
    const { uid } = await make();
    await set('state', 'pending-customer');
    await receiveAnswer('outlook-accepted', uid);
    expect(await stateOf()).toBe('pending-customer');
    await receiveAnswer('apple-declined', uid);
    expect(await stateOf()).toBe('open');
  });

  it('belongs to its ticket although that has ended', async () => {
    const { uid } = await make();
    await set('state', 'closed');
    expect(await receiveAnswer('gmail-accepted', uid)).toMatchObject({ ticket });
    expect(await stateOf()).toBe('closed');
  });

  it('that came later but was given earlier does not count', async () => {
    const { uid } = await make();
    await receiveAnswer('apple-declined', uid);
    await receiveAnswer('outlook-accepted', uid);
    const { answers, outdated } = await only();
    expect(answers.get('kim@customer.example')).toMatchObject({ word: 'declined' });
    expect(outdated.map(({ word }) => word)).toEqual(['accepted']);
  });

  it('of somebody else is shown and does not count', async () => {
    const { uid } = await make();
    await receiveAnswer('outlook-accepted', uid, (mail) =>
      mail.replace('From: Kim Berg <kim@customer.example>', 'From: Eve <eve@evil.example>'),
    );
    await receiveAnswer('gmail-accepted', uid, (mail) =>
      mail.replaceAll('kim@customer.example', 'eve@evil.example'),
    );
    const { answers, doubtful } = await only();
    expect(answers.size).toBe(0);
    expect(doubtful.map(({ doubt }) => doubt)).toEqual(['other-address', 'not-invited']);
  });

  it('to a uid that we did not sign opens a ticket like any mail', async () => {
    const { uid } = await make();
    const receipt = await receiveAnswer('gmail-accepted', uid.replace(/.@/, '%@'));
    expect(receipt.rule).toBe('new');
  });

  it('that cannot be read is filed, and says so', async () => {
    await make();
    const receipt = await receiveAnswer('broken', '');
    const folder = await test.desk.reader.read(receipt.ticket);
    const fields = folder?.messages.at(-1)?.event.fields;
    expect(fields?.get('appointment-answer')?.[0]).toMatch(/^unreadable/);
  });

  it('proposes another time, which the desk can take', async () => {
    const { uid } = await make();
    await receiveAnswer('outlook-counter', uid);
    const counter = (await only()).answers.get('kim@customer.example');
    expect(counter).toMatchObject({
      comment: 'Rather in the afternoon.',
      time: {
        kind: 'timed',
        start: instant('2026-11-27T14:00Z'),
        end: instant('2026-11-27T15:00Z'),
      },
    });
  });
});

describe('an invitation of a customer', () => {
  it('is an appointment of theirs, until they call it off', async () => {
    const first = await receiveAnswer('request-of-customer', '');
    const read = async () => (await test.desk.appointments.list(first.ticket)) ?? [];
    expect(await read()).toMatchObject([
      {
        origin: 'theirs',
        status: 'invited',
        summary: 'Visit of the shop',
        place: 'Lindenstrasse 4, Hamburg',
      },
    ]);
    await receiveAnswer('cancel-of-customer', '', (mail) =>
      mail.replace(
        'MIME-Version',
        'In-Reply-To: <request-of-customer@mail.customer.example>\r\nMIME-Version',
      ),
    );
    expect(await read()).toMatchObject([{ status: 'withdrawn' }]);
  });
});

describe('a feed', () => {
  const agent = { kind: 'agent', login: 'anna' } as const;
  const team = { kind: 'queue', queue: 'Support' } as const;
  const read = async (name: typeof agent | typeof team, path?: string) => {
    const [, , secret = '', file = ''] = (path ?? (await test.desk.feeds.pathOf(name))).split('/');
    return test.desk.feeds.read(secret, decodeURIComponent(file));
  };

  it('holds what an agent is at, what is on his tickets, and when they come back', async () => {
    await make();
    await set('pending-until', '2026-11-30T08:00:00Z');
    await set('state', 'pending-reminder');
    await set('pending-until', '2026-11-30T08:00:00Z');
    const text = (await read(agent))?.text ?? '';
    expect(text).toContain('SUMMARY:Lamp');
    expect(text).toContain('DTSTART;TZID=Europe/Berlin:20261127T100000');
    expect(text).toContain('SUMMARY:Reminder: Lamp');
    expect(text).toContain('TRANSP:TRANSPARENT');
    expect((await read(team))?.text).toContain('SUMMARY:Lamp');
    expect((await read(team))?.text).not.toContain('Reminder');
  });

  it('has no appointment that was called off', async () => {
    const { uid } = await make();
    await test.desk.appointments.cancel(ticket, { uid, text: '' }, anna);
    expect((await read(agent))?.text).not.toContain('BEGIN:VEVENT');
  });

  it('has nothing of a ticket that the agent may not see any more', async () => {
    await make();
    await writeFile(
      join(test.directory, 'config/queues/vault.yaml'),
      'name: Vault\nrights:\n  boss: [see]\n',
    );
    await test.desk.config.reload();
    await set('queue', 'Vault');
    expect((await test.desk.reader.read(ticket))?.ticket.queue).toBe('Vault');
    expect((await read(agent))?.text).not.toContain('BEGIN:VEVENT');
  });

  it('is the same until something changes, and is found by its address alone', async () => {
    await make();
    const before = await read(agent);
    expect((await read(agent))?.tag).toBe(before?.tag);
    const path = await test.desk.feeds.pathOf(agent);
    expect(await read(agent, path.replace(/.{40}/, 'a'.repeat(40)))).toBeUndefined();
    expect(await read(agent, path.replace('anna', 'ben'))).toBeUndefined();
    await test.desk.feeds.renew(agent);
    expect(await read(agent, path)).toBeUndefined();
    expect(await read(agent)).toBeDefined();
    expect((await test.desk.access.staff.disable('anna')).ok).toBe(true);
    expect(await read(agent)).toBeUndefined();
  });
});

describe('the index', () => {
  it('keeps what calendars need, and reads it back from its snapshot', async () => {
    const { uid } = await make();
    await make({ time: { kind: 'days', first: '2026-12-01', last: '2026-12-02', zone: 'UTC' } });
    await receiveAnswer('outlook-accepted', uid);
    const record = await test.desk.index.find(ticket);
    if (record === undefined) throw new Error('The index does not know the ticket');
    expect(record.appointments?.[0]).toMatchObject({
      uid,
      isCancelled: false,
      agents: ['anna'],
      guests: [{ name: 'Kim Berg', answer: 'accepted' }],
    });
    expect(readLine(JSON.parse(JSON.stringify(toLine(record))))?.appointments).toEqual(
      record.appointments,
    );
  });
});
