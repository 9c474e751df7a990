/** Files put into `drop/`, through a real desk on a real disk. */
import { mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { readDrop, readDropProblems } from '../../../src/core/drop/drop-event.ts';
import { displayName } from '../../../src/core/message/address.ts';
import { parseTicketNumber, type TicketNumber } from '../../../src/core/ticket/number.ts';
import { pdfFile, pngFile, tiffFile, wavFile } from '../../helpers/dropped-files.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
/** What was asked to happen later; the test says when that is. */
let later: (() => void)[] = [];
let skippedMs = 0;

const clock: Clock = {
  ...systemClock,
  now: () => (systemClock.now() + skippedMs) as ReturnType<Clock['now']>,
  after(delayMs, run) {
    if (delayMs < 1000) return systemClock.after(delayMs, run);
    later.push(run);
    return () => {
      later = later.filter((each) => each !== run);
    };
  },
};

beforeEach(async () => {
  later = [];
  skippedMs = 0;
  test = await openTestDesk({
    clock,
    settings: { country: 'DE', timeZone: 'Europe/Berlin', dropStable: '10s', dropLimit: '100KB' },
  });
  await test.desk.index.ready(10_000);
});

afterEach(async () => {
  await test.desk.drop.stop();
  await test.close();
});

async function put(path: string, bytes: Buffer | string, modified?: Date): Promise<void> {
  const place = join(test.directory, 'drop', path);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, bytes);
  if (modified !== undefined) await utimes(place, modified, modified);
}

/** Two looks with enough time between them. */
async function take(waitMs = 11_000): Promise<void> {
  await test.desk.drop.collect();
  skippedMs += waitMs;
  await test.desk.drop.collect();
}

async function left(): Promise<readonly string[]> {
  const entries = await readdir(join(test.directory, 'drop'), {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

async function allTickets() {
  await test.desk.index.settled();
  const page = await test.desk.index.list({
    query: { terms: [] },
    sort: 'number',
    descending: false,
    limit: 100,
  });
  if (!page.ok) throw new Error(page.refusal.code);
  return page.value.records;
}

async function eventsOf(number: TicketNumber) {
  const folder = await test.desk.reader.read(number);
  return (folder?.messages ?? []).map(({ event }) => event);
}

async function only() {
  const [record, ...others] = await allTickets();
  if (record === undefined || others.length > 0) throw new Error('One ticket is expected');
  const [event] = await eventsOf(record.number);
  const folder = await test.desk.reader.read(record.number);
  if (event === undefined || folder === undefined) throw new Error('It has a message');
  const mail = await test.desk.reader.readMail(record.number, event.name);
  if (mail === undefined) throw new Error('It has a mail');
  return { record, event, mail, ticket: folder.ticket };
}

async function search(text: string): Promise<readonly string[]> {
  const { parseQuery } = await import('../../../src/core/search/query.ts');
  const query = parseQuery(text);
  if (!query.ok) throw new Error(query.refusal.code);
  await test.desk.index.settled();
  const page = await test.desk.index.list({
    query: query.value,
    sort: 'number',
    descending: false,
    limit: 10,
  });
  return page.ok ? page.value.records.map(({ number }) => number) : [];
}

describe('a file in drop/', () => {
  it('becomes an otherwise empty mail with the file as its attachment, and is gone', async () => {
    await put('Fax_0301234567.tif', tiffFile);
    await take();
    expect(await left()).toEqual([]);
    const { record, event, mail, ticket } = await only();
    expect(event.kind).toBe('fax-in');
    expect(event.actor).toEqual({ kind: 'customer', address: 'tel:+49301234567' });
    expect(mail.text.trim()).toBe('');
    expect(mail.attachments.map(({ name, type, size }) => ({ name, type, size }))).toEqual([
      { name: 'Fax_0301234567.tif', type: 'image/tiff', size: tiffFile.length },
    ]);
    expect(await test.desk.reader.readAttachment(record.number, event.name, 0)).toEqual(tiffFile);
    expect(ticket.subject).toBe('Fax from +49 30 1234567');
    expect(ticket.state).toBe('new');
    expect(ticket.customer).toEqual({ name: '+49 30 1234567', address: 'tel:+49301234567' });
    expect([...ticket.participants]).toEqual(['tel:+49301234567']);
    expect(record.phones).toEqual(['+49301234567']);
    expect(record.marks).toContain('fax');
    expect(readDrop(event.fields)?.file).toBe('Fax_0301234567.tif');
    for (const query of ['phone:"030 1234567"', 'phone:+49301234567', 'phone:1234567'])
      expect(await search(query)).toEqual([record.number]);
    expect(await search('phone:998')).toEqual([]);
  });

  it('becomes what its bytes are, out or in', async () => {
    const files: readonly (readonly [string, Buffer, string])[] = [
      ['a.png', pngFile, 'fax-in'],
      ['b.pdf', pdfFile, 'fax-in'],
      ['c.wav', wavFile, 'recording'],
      ['d.mp3', Buffer.from('ID3\x04'), 'recording'],
      ['e.ogg', Buffer.from('OggS\0'), 'recording'],
      ['f.m4a', Buffer.from('\0\0\0\x20ftypM4A '), 'recording'],
      ['g.amr', Buffer.from('#!AMR\n<'), 'recording'],
      ['h.gif', Buffer.from('GIF89a'), 'fax-in'],
      ['out_0301234567.pdf', pdfFile, 'fax-out'],
      ['out_0301234567.wav', wavFile, 'call-out'],
    ];
    for (const [name, bytes] of files) await put(name, bytes);
    await take();
    const found = await Promise.all((await allTickets()).map(({ number }) => eventsOf(number)));
    const kinds = found.map(([event]) => [readDrop(event?.fields ?? new Map())?.file, event?.kind]);
    expect(Object.fromEntries(kinds)).toEqual(
      Object.fromEntries(files.map(([name, , kind]) => [name, kind])),
    );
  });

  it('is taken only when it stopped growing', async () => {
    await put('call.wav', wavFile.subarray(0, 1000));
    await test.desk.drop.collect();
    skippedMs += 6000;
    await put('call.wav', wavFile);
    await test.desk.drop.collect();
    skippedMs += 6000;
    await test.desk.drop.collect();
    expect(await allTickets()).toEqual([]);
    skippedMs += 5000;
    // Its own timer, not a hint, looks again.
    expect(later).toHaveLength(1);
    later.shift()?.();
    await test.desk.drop.settled();
    expect((await only()).mail.attachments[0]?.size).toBe(wavFile.length);
  });

  it('is left while it has the name of something unfinished, and taken when it is renamed', async () => {
    for (const name of ['a.wav.part', '.a.wav', 'a.wav.tmp', 'a.wav~']) await put(name, wavFile);
    await take();
    expect(await allTickets()).toEqual([]);
    await rename(join(test.directory, 'drop/a.wav.part'), join(test.directory, 'drop/b.wav'));
    await take();
    expect((await only()).event.kind).toBe('recording');
    expect(await left()).toEqual(['.a.wav', 'a.wav.tmp', 'a.wav~']);
  });

  it('stays, and is named, when it cannot be taken', async () => {
    await put('letter.docx', 'PK…');
    await put('empty.tif', '');
    await put('huge.wav', Buffer.concat([wavFile, Buffer.alloc(200_000)]));
    await put('lonely.yaml', 'ticket: 1');
    await take();
    await take(61_000);
    expect(await left()).toEqual(['empty.tif', 'huge.wav', 'letter.docx', 'lonely.yaml']);
    expect(test.desk.drop.problems().map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
      'drop/empty.tif: The file is empty',
      'drop/huge.wav: The file has 202044 bytes; at most 102400 are taken ("dropLimit")',
      'drop/letter.docx: The file is no fax (GIF, PNG, TIFF, PDF) and no recording (MP3, WAV, Ogg, M4A, AMR)',
      'drop/lonely.yaml: There is no fax and no recording of this name beside it',
    ]);
    expect(await allTickets()).toEqual([]);
    // What was put right is taken.
    await put('empty.tif', tiffFile);
    await take();
    expect((await only()).event.kind).toBe('fax-in');
  });

  it('goes to the ticket and is from the number that its name says', async () => {
    const { ticket } = await test.receive(plainMail());
    const close = [{ kind: 'set', field: 'state', value: 'closed' }] as const;
    const actor = { kind: 'system', part: 'test' } as const;
    await test.desk.tickets.run(ticket, { kind: 'update', changes: close }, actor);
    await put(`${ticket}_+49301234567.mp3`, Buffer.from('ID3\x04'));
    await take();
    const events = await eventsOf(ticket);
    expect(events.at(-1)?.kind).toBe('recording');
    expect(events.at(-1)?.fields.get('phone')).toEqual(['+49301234567']);
    const folder = await test.desk.reader.read(ticket);
    expect(folder?.ticket.customer?.address).toBe('kim@customer.example');
    expect(folder?.ticket.extra.get('phone')).toBe('+49301234567');
    // It wakes a closed ticket, as a mail would.
    expect(folder?.ticket.state).toBe('open');
    expect(await allTickets()).toHaveLength(1);
  });

  it('opens a new ticket that says why when its number is wrong', async () => {
    const { ticket } = await test.receive(plainMail());
    const wrong = `${ticket.slice(0, -1)}${(Number(ticket.at(-1)) + 1) % 10}`;
    expect(parseTicketNumber(wrong)).toBeUndefined();
    await put(`${wrong}_+49301234567.pdf`, pdfFile);
    // A time of day, written in one go, is no wrong number of a ticket.
    await put('20261120143015_+49301234567.wav', wavFile);
    await take();
    const records = await allTickets();
    const found = await Promise.all(records.map(({ number }) => eventsOf(number)));
    expect(found.map(([event]) => event && readDropProblems(event.fields))).toEqual([
      [],
      [],
      [{ code: 'no-ticket', value: wrong }],
    ]);
    expect(found[1]?.[0]?.mail.date).toBe(Date.parse('2026-11-20T13:30:15Z'));
  });

  it('goes to the queue that its folder names, also a nested one', async () => {
    await mkdir(join(test.directory, 'config/queues'), { recursive: true });
    await writeFile(join(test.directory, 'config/queues/refunds.yaml'), 'name: Billing::Refunds\n');
    await test.desk.config.reload();
    await put('billing/refunds/a.pdf', pdfFile);
    await take();
    expect((await only()).ticket.queue).toBe('Billing::Refunds');
    await put('Nowhere/b.pdf', pdfFile);
    await take();
    const records = await allTickets();
    const other = records.find(({ queue }) => queue === 'Support');
    const [event] = other === undefined ? [] : await eventsOf(other.number);
    expect(event && readDropProblems(event.fields)).toEqual([
      { code: 'no-queue', value: 'Nowhere' },
    ]);
  });

  it('is what the file beside it says; what of that cannot be read is named, and kept', async () => {
    const sidecar = [
      'from: 030 7654321',
      'to: +49 30 99',
      'at: 2026-11-20 09:30',
      'duration: 1:13',
      'language: de',
      'subject: Lampe dunkel',
      'transcript: Guten Tag, meine Lampe ist dunkel.',
      'direction: sideways',
      'colour: blue',
    ].join('\n');
    await put('+49301234567.wav', wavFile);
    await put('+49301234567.yaml', sidecar);
    await take();
    expect(await left()).toEqual([]);
    const { record, event, mail, ticket } = await only();
    expect(ticket.customer?.address).toBe('tel:+49307654321');
    expect(ticket.language).toBe('de');
    expect(ticket.subject).toBe('Lampe dunkel');
    expect(mail.text.trim()).toBe('Guten Tag, meine Lampe ist dunkel.');
    expect(mail.attachments.map(({ name }) => name)).toEqual([
      '+49301234567.wav',
      '+49301234567.yaml',
    ]);
    expect(readDrop(event.fields)).toEqual({
      file: '+49301234567.wav',
      at: '2026-11-20T08:30:00.000Z',
      duration: 73,
    });
    expect(readDropProblems(event.fields)).toEqual([
      { code: 'sidecar', value: 'direction colour' },
    ]);
    expect(await search('meine dunkel')).toEqual([record.number]);
  });

  it('has the date of its name, else that of the file', async () => {
    await put('2026-11-20_09-30_0301234567.pdf', pdfFile);
    await take();
    expect((await only()).mail.date).toBe(Date.parse('2026-11-20T08:30:00Z'));
    await put('x.mp3', wavFile, new Date('2026-11-19T10:00:00Z'));
    await take();
    const [, second] = await allTickets();
    const [event] = second === undefined ? [] : await eventsOf(second.number);
    // Its name promises another kind of file; its bytes decide.
    expect(event?.mail.attachments[0]?.type).toBe('audio/wav');
    expect(event && readDropProblems(event.fields)).toEqual([
      { code: 'misnamed', value: 'audio/wav' },
    ]);
    expect(event?.mail.date).toBe(Date.parse('2026-11-19T10:00:00Z'));
  });

  it('brings its transcript, which is found by its words', async () => {
    await put('msg0001.wav', wavFile);
    await put(
      'msg0001.txt',
      '[message]\ncallerid="Kim" <030 1234567>\norigtime=1795444215\nduration=12\n',
    );
    await put('msg0001.vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nThe chandelier sparkles\n');
    await take();
    const { record, event, mail, ticket } = await only();
    expect(ticket.customer?.address).toBe('tel:+49301234567');
    expect(readDrop(event.fields)?.duration).toBe(12);
    expect(mail.text.trim()).toBe('The chandelier sparkles');
    expect(mail.attachments.map(({ name }) => name)).toEqual([
      'msg0001.wav',
      'msg0001.txt',
      'msg0001.vtt',
    ]);
    expect(await search('chandelier')).toEqual([record.number]);
  });

  it('gets a transcript that comes later as a note', async () => {
    await put('call-7.wav', wavFile);
    await take();
    await put('call-7.srt', '1\n00:00:00,000 --> 00:00:01,000\nThe chandelier sparkles\n');
    await take();
    expect(await left()).toEqual([]);
    const [record] = await allTickets();
    if (record === undefined) throw new Error('There is a ticket');
    const events = await eventsOf(record.number);
    expect(events.map(({ kind }) => kind)).toEqual(['recording', 'note']);
    expect(events[1]?.fields.get('transcript')?.[0]).toContain(`message=${events[0]?.name}`);
    expect(await search('chandelier')).toEqual([record.number]);
    expect(test.desk.drop.problems()).toEqual([]);
  });

  it('is filed once, however often it is found', async () => {
    const day = new Date('2026-11-19T10:00:00Z');
    await put('a.pdf', pdfFile, day);
    await take();
    // As after a crash between filing it and taking it away.
    await put('a.pdf', pdfFile, day);
    await take();
    expect(await allTickets()).toHaveLength(1);
    expect(await left()).toEqual([]);
    // The same page sent again another day is another fax.
    await put('a.pdf', pdfFile, new Date('2026-11-20T10:00:00Z'));
    await take();
    expect(await allTickets()).toHaveLength(2);
  });
});

describe('the caller', () => {
  it('is the customer whose file has the number, or who was in an earlier call', async () => {
    await mkdir(join(test.directory, 'config/customers'), { recursive: true });
    await writeFile(
      join(test.directory, 'config/customers/kim.yaml'),
      'name: Kim Berg\naddresses: [kim@customer.example]\nphone: 030 1234567\nlanguage: de\n',
    );
    await test.desk.customers.load();
    await put('+49301234567.wav', wavFile);
    await take();
    const { ticket } = await only();
    expect(ticket.customer).toEqual({ name: 'Kim Berg', address: 'kim@customer.example' });
    expect(ticket.language).toBe('de');

    const noted = await test.desk.tickets.openNew(
      {
        via: 'phone',
        queue: 'Support',
        subject: 'Lamp',
        text: 'She called.',
        phone: '030 / 99 99 99',
        customer: { name: 'Noa', address: 'noa@other.example' },
      },
      { kind: 'system', part: 'test' },
    );
    expect(noted.ok).toBe(true);
    const number = test.desk.callers.read('+49 30 999999');
    if (number === undefined) throw new Error('It is a number');
    const found = await test.desk.callers.find(number);
    expect(displayName(found.customer)).toBe('Noa');
  });

  it('is shown and not guessed when several have the number', async () => {
    await mkdir(join(test.directory, 'config/customers'), { recursive: true });
    for (const name of ['kim', 'lee'])
      await writeFile(
        join(test.directory, `config/customers/${name}.yaml`),
        `addresses: [${name}@customer.example]\nphone: +49 30 1234567\n`,
      );
    await test.desk.customers.load();
    await put('+49301234567.wav', wavFile);
    await take();
    const { event, ticket } = await only();
    expect(ticket.customer?.address).toBe('tel:+49301234567');
    expect(readDropProblems(event.fields)).toEqual([
      { code: 'several-callers', value: 'kim@customer.example lee@customer.example' },
    ]);
  });

  it('who has only a number is not answered by mail, and the reason is said', async () => {
    await put('+49301234567.wav', wavFile);
    await take();
    const { record, ticket } = await only();
    const to = ticket.customer === undefined ? [] : [ticket.customer];
    const answer = await test.desk.tickets.run(
      record.number,
      { kind: 'reply', to, cc: [], text: 'Hello' },
      { kind: 'system', part: 'test' },
    );
    expect(answer).toEqual({
      ok: false,
      refusal: { code: 'only-phone', number: '+49 30 1234567' },
    });
  });
});
