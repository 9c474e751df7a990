import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, second, toInstant } from '../../../src/base/clock.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import type { MessageName } from '../../../src/core/ticket/event.ts';
import { headsOf } from '../../../src/core/ticket/news.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import {
  type DraftFields,
  listDrafts,
  type SaveRequest,
} from '../../../src/services/drafts/drafts.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let clock: FakeClock;
let test: TestDesk;
let ticket: TicketNumber;
let message: MessageName;

beforeEach(async () => {
  clock = createFakeClock();
  test = await openTestDesk({ clock, settings: { confirmations: 'false' } });
  for (const login of ['anna', 'ben'])
    await test.desk.accounts.add({
      login,
      name: login === 'anna' ? 'Anna Adler' : 'Ben Kaya',
      email: `${login}@desk.example`,
      roles: ['agent'],
    });
  ({ ticket, message } = await test.receive(plainMail({ 'Message-ID': '<one@x>' })));
  test.desk.draftSender.start();
});
afterEach(async () => {
  await test.desk.draftSender.stop();
  await test.close();
});

const drafts = () => test.desk.drafts;
const folder = async (number = ticket) => {
  const found = await test.desk.reader.read(number);
  if (found === undefined) throw new Error('There is no such ticket');
  return found;
};
const heads = async () => headsOf((await folder()).messages.map(({ event }) => event));

async function fieldsOf(changes: Partial<DraftFields> = {}): Promise<DraftFields> {
  return {
    writing: 'answer',
    message,
    state: 'open',
    to: 'Kim Berg <kim@customer.example>',
    cc: '',
    seen: await heads(),
    subject: 'Re: Lamp',
    text: 'A new bulb helps.\n\n-- \nAnna',
    ...changes,
  };
}

async function save(request: Partial<SaveRequest> = {}, fields: Partial<DraftFields> = {}) {
  return drafts().save(ticket, {
    login: 'anna',
    id: undefined,
    revision: 0,
    fields: await fieldsOf(fields),
    ...request,
  });
}

async function saved(request: Partial<SaveRequest> = {}, fields: Partial<DraftFields> = {}) {
  const result = await save(request, fields);
  if (!result.ok) throw new Error(`Refused: ${result.refusal.code}`);
  return result.value;
}

const namesIn = async (directory: 'cur' | 'tmp') =>
  (await readdir(join(test.desk.folderPath(ticket), directory))).sort();

const sentMails = async (number = ticket) =>
  (await folder(number)).messages.filter(({ event }) => event.kind === 'mail-out');

describe('a draft', () => {
  it('comes back as it was typed, what is no address yet included', async () => {
    const { draft } = await saved({}, { to: 'kim@customer.example, ma', text: '\n\nDear  Kim \n' });
    const open = await drafts().open(await folder(), 'anna', draft.id);
    expect(open).toMatchObject({
      draft: { to: 'kim@customer.example, ma', revision: 1, message, login: 'anna' },
      subject: 'Re: Lamp',
      text: '\n\nDear  Kim \n',
      files: [],
    });
    expect(open?.draft.seen).toEqual(await heads());
  });

  it('is one file with the flag D, replaced at each saving', async () => {
    const { draft } = await saved();
    await saved({ id: draft.id, revision: 1 }, { text: 'Second' });
    const names = (await namesIn('cur')).filter((name) => name.endsWith(':2,DS'));
    expect(names).toHaveLength(1);
    expect(await namesIn('tmp')).toEqual([]);
    expect(listDrafts(await folder())).toMatchObject([{ draft: { id: draft.id, revision: 2 } }]);
  });

  it('is no event: ticket, history and list stay as they were', async () => {
    const before = await folder();
    const record = await test.desk.index.find(ticket);
    await saved();
    const after = await folder();
    expect(after.ticket).toEqual(before.ticket);
    expect(after.messages).toEqual(before.messages);
    const { drafts: recorded, stamp: _, ...rest } = (await test.desk.index.find(ticket)) ?? {};
    expect(recorded).toEqual([{ login: 'anna', writing: 'answer', send: undefined }]);
    const { stamp: __, ...restBefore } = record ?? {};
    expect(rest).toEqual(restBefore);
    await test.desk.tickets.run(
      ticket,
      { kind: 'note', text: 'Hm' },
      { kind: 'agent', login: 'ben' },
    );
    expect((await folder()).messages.at(-1)?.event.previous).toEqual([...before.ticket.heads]);
  });

  it('is not found by its words, and says nothing to a reader that only folds', async () => {
    await saved({}, { text: 'A word that only drafts hold: schwarzwurzel' });
    await test.desk.index.ready(60_000);
    await test.desk.index.settled();
    const query = parseQuery('schwarzwurzel');
    if (!query.ok) throw new Error('That is a query');
    const found = await test.desk.index.list({
      query: query.value,
      sort: 'number',
      descending: false,
      limit: 10,
    });
    expect(found).toMatchObject({ ok: true, value: { total: 0 } });
    const [name = ''] = (await namesIn('cur')).filter((each) => each.endsWith('DS'));
    const bytes = await readFile(join(test.desk.folderPath(ticket), 'cur', name), 'utf8');
    expect(bytes).toMatch(/^Ticket-Event: draft\n/);
    expect(bytes).not.toMatch(/^Ticket-(Set|Add|Remove|Prev):/m);
  });

  it('is read by nobody as a message of the ticket', async () => {
    await saved();
    const name = listDrafts(await folder())[0]?.event.name;
    expect(name).toBeDefined();
    if (name === undefined) return;
    expect(await test.desk.reader.readOriginal(ticket, name)).toBeUndefined();
    expect(await test.desk.reader.readMail(ticket, name)).toBeUndefined();
    const list = await drafts().open(await folder(), 'ben', { writing: 'answer', message });
    expect(list).toBeUndefined();
  });

  it('of a merged ticket is found from the survivor, and goes on there', async () => {
    const other = await test.receive(
      plainMail({ 'Message-ID': '<two@x>', From: 'eva@customer.example' }),
    );
    const { draft } = await saved();
    const merged = await test.desk.regroup.merge(ticket, other.ticket, {
      kind: 'agent',
      login: 'ben',
    });
    expect(merged.ok).toBe(true);
    const survivor = await folder(other.ticket);
    expect(await drafts().open(survivor, 'anna', draft.id)).toMatchObject({
      text: expect.stringContaining('bulb'),
    });
    const again = await drafts().save(other.ticket, {
      login: 'anna',
      id: draft.id,
      revision: 1,
      fields: await fieldsOf({ text: 'Now here' }),
      send: { at: clock.now(), way: 'send' },
    });
    expect(again.ok).toBe(true);
    await test.desk.draftSender.settled();
    const [mail] = await sentMails(other.ticket);
    expect(mail?.event.mail.snippet).toBe('Now here');
    expect((await folder(other.ticket)).drafts).toBeUndefined();
  });

  it('takes files, each with a key of its own, and gives them back', async () => {
    const png = { name: 'Schirm.png', type: 'image/png', bytes: Buffer.from([137, 80, 78, 71]) };
    const { draft } = await saved({
      add: [
        png,
        {
          ...png,
          name: 'zwei.eml',
          type: 'message/rfc822',
          bytes: Buffer.from('Subject: x\n\ny\n'),
        },
      ],
    });
    const open = await drafts().open(await folder(), 'anna', draft.id);
    expect(
      open?.files.map(({ name, type, bytes }) => [name, type, bytes.toString('latin1')]),
    ).toEqual([
      ['Schirm.png', 'image/png', '\x89PNG'],
      ['zwei.eml', 'message/rfc822', 'Subject: x\n\ny\n'],
    ]);
    const [first] = open?.files ?? [];
    const rest = await saved({ id: draft.id, revision: 1, remove: [first?.key ?? ''] });
    expect(rest.files.map(({ name }) => name)).toEqual(['zwei.eml']);
  });
});

describe('refuses', () => {
  it.each([
    [
      'an unknown ticket',
      async () => drafts().save('20261123999999' as TicketNumber, await request()),
      'unknown-ticket',
    ],
    [
      'a saving over a newer one',
      async () => {
        const { draft } = await saved();
        await saved({ id: draft.id, revision: 1 });
        return save({ id: draft.id, revision: 1 });
      },
      'draft-changed',
    ],
    [
      'a second one for the same message from another window',
      async () => {
        await saved();
        return save();
      },
      'draft-changed',
    ],
    [
      'one that is gone',
      async () => {
        const { draft } = await saved();
        await drafts().discard(ticket, 'anna', draft.id);
        return save({ id: draft.id, revision: 1 });
      },
      'unknown-draft',
    ],
    [
      'another agent’s',
      async () => {
        const { draft } = await saved();
        return drafts().discard(ticket, 'ben', draft.id);
      },
      'unknown-draft',
    ],
    [
      'files beyond the greatest mail',
      async () =>
        save({ add: [{ name: 'big', type: 'application/zip', bytes: Buffer.alloc(51_000_000) }] }),
      'draft-too-large',
    ],
    ['somebody without the right', async () => save({ login: 'nobody' }), 'unknown-ticket'],
  ] as const)('%s', async (_, act, code) => {
    expect(await act()).toMatchObject({ ok: false, refusal: { code } });
  });

  it('nothing when the writer says that it may be overwritten', async () => {
    const { draft } = await saved();
    await saved({ id: draft.id, revision: 1 });
    expect((await saved({ id: draft.id, revision: undefined })).draft.revision).toBe(3);
  });

  const request = async (): Promise<SaveRequest> => ({
    login: 'anna',
    id: undefined,
    revision: 0,
    fields: await fieldsOf(),
  });
});

describe('an answer on its way', () => {
  const soon = () => ({ at: toInstant(clock.now() + 10 * second), way: 'send' }) as const;

  it('goes out when the time to call it back is over, once', async () => {
    await saved({ send: soon() }, { state: 'pending-customer' });
    await clock.advance(9 * second);
    expect(await sentMails()).toEqual([]);
    await clock.advance(2 * second);
    await test.desk.draftSender.catchUp();
    await test.desk.draftSender.catchUp();
    const mails = await sentMails();
    expect(mails).toMatchObject([
      {
        event: {
          actor: { kind: 'agent', login: 'anna' },
          mail: { subject: `[#${ticket}] Lamp` },
        },
      },
    ]);
    const after = await folder();
    expect(after.drafts).toBeUndefined();
    expect(after.ticket).toMatchObject({ state: 'pending-customer', owner: 'anna' });
    expect(await test.desk.outbox.count()).toBe(1);
  });

  it('comes back when it is called back in time', async () => {
    const { draft } = await saved({ send: soon() });
    const back = await drafts().schedule(ticket, 'anna', draft.id, undefined);
    expect(back).toMatchObject({ ok: true, value: { send: undefined, revision: 2 } });
    await clock.advance(minute);
    await test.desk.draftSender.catchUp();
    expect(await sentMails()).toEqual([]);
    expect(await drafts().open(await folder(), 'anna', draft.id)).toMatchObject({
      subject: 'Re: Lamp',
    });
  });

  it('cannot be called back when it is gone', async () => {
    const { draft } = await saved({ send: soon() });
    await clock.advance(11 * second);
    await test.desk.draftSender.catchUp();
    expect(await drafts().schedule(ticket, 'anna', draft.id, undefined)).toMatchObject({
      refusal: { code: 'draft-sent' },
    });
  });

  it('takes its files along', async () => {
    await saved({
      send: soon(),
      add: [{ name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF') }],
    });
    await clock.advance(11 * second);
    await test.desk.draftSender.catchUp();
    const [mail] = await sentMails();
    expect(mail?.event.mail.attachments).toMatchObject([
      { name: 'plan.pdf', type: 'application/pdf', size: 4 },
    ]);
  });

  it('that is refused after all goes back to its writer, and the ticket says so', async () => {
    const { draft } = await saved({ send: soon() }, { to: 'nonsense' });
    await clock.advance(11 * second);
    await test.desk.draftSender.catchUp();
    expect(await sentMails()).toEqual([]);
    expect(await drafts().open(await folder(), 'anna', draft.id)).toMatchObject({
      draft: { send: undefined, returned: 'refused', to: 'nonsense' },
    });
    expect((await folder()).messages.at(-1)?.event).toMatchObject({
      kind: 'update',
      actor: { kind: 'system', part: 'send-later' },
    });
  });

  it('that became due while the desk was away goes out at the next start, once by two processes', async () => {
    await saved({ send: soon() });
    await test.desk.draftSender.stop();
    await clock.advance(minute);
    const [one, other] = await Promise.all(
      [0, 1].map(() =>
        openTestDesk({ clock, directory: test.directory, settings: { confirmations: 'false' } }),
      ),
    );
    try {
      await Promise.all([one, other].map((each) => each?.desk.index.ready(60_000)));
      await Promise.all([one, other].map((each) => each?.desk.draftSender.catchUp()));
    } finally {
      await one?.close();
      await other?.close();
    }
    expect(await sentMails()).toHaveLength(1);
    expect((await folder()).drafts).toBeUndefined();
    expect(await test.desk.outbox.count()).toBe(1);
  });
});

describe('an answer for later', () => {
  const tomorrow = () => ({ at: toInstant(clock.now() + 24 * 60 * minute), way: 'later' }) as const;

  it('waits for its time, and is found by the search', async () => {
    await saved({ send: tomorrow() });
    expect(await test.desk.index.findScheduled()).toEqual([{ number: ticket, at: tomorrow().at }]);
    await clock.advance(23 * 60 * minute);
    expect(await sentMails()).toEqual([]);
    await clock.advance(61 * minute);
    await test.desk.draftSender.catchUp();
    expect(await sentMails()).toHaveLength(1);
  });

  it('is handed back when the customer writes first: the ticket is open and says why', async () => {
    const { draft } = await saved({ send: tomorrow() });
    await test.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'pending-customer' }] },
      { kind: 'agent', login: 'anna' },
    );
    await test.receive(
      plainMail({ References: '<one@x>', Subject: 'Re: Lamp' }, 'It works again.'),
    );
    await expect
      .poll(async () => (await drafts().open(await folder(), 'anna', draft.id))?.draft, {
        timeout: 60_000,
      })
      .toMatchObject({ send: undefined, returned: 'customer-wrote' });
    await test.desk.draftSender.settled();
    const after = await folder();
    expect(after.ticket.state).toBe('open');
    const told = after.messages.filter(({ event }) => event.fields.has('returned'));
    expect(told).toHaveLength(1);
    expect(told[0]?.event.fields.get('returned')?.[0]).toMatch(
      /^customer-wrote; agent=anna; at=2026-11-24T10:00:00/,
    );
    await clock.advance(25 * 60 * minute);
    await test.desk.draftSender.catchUp();
    expect(await sentMails()).toEqual([]);
  });

  it('stays when only a program writes', async () => {
    await saved({ send: tomorrow() });
    await test.receive(
      plainMail({ References: '<one@x>', 'Auto-Submitted': 'auto-replied' }, 'I am away.'),
    );
    await test.desk.draftSender.settled();
    await clock.advance(25 * 60 * minute);
    await test.desk.draftSender.catchUp();
    expect(await sentMails()).toHaveLength(1);
  });
});

describe('an answer that knows what its writer has seen', () => {
  const reply = {
    kind: 'reply',
    to: [{ name: '', address: 'kim@customer.example' }],
    cc: [],
    text: 'Yes',
  } as const;
  const anna = { kind: 'agent', login: 'anna' } as const;
  const ben = { kind: 'agent', login: 'ben' } as const;
  const runBy = (
    actor: typeof anna | typeof ben,
    command: Parameters<typeof test.desk.tickets.run>[1],
  ) => test.desk.tickets.run(ticket, command, actor);

  it('is refused when a colleague did something, and names that', async () => {
    const seen = { kind: 'heads', heads: await heads() } as const;
    const note = await runBy(ben, { kind: 'note', text: 'Wait' });
    expect(await runBy(anna, { ...reply, seen })).toMatchObject({
      refusal: { code: 'ticket-changed', events: [note.ok ? note.value.message : ''] },
    });
    expect(await sentMails()).toEqual([]);
    expect(
      (await runBy(anna, { ...reply, seen: { kind: 'heads', heads: await heads() } })).ok,
    ).toBe(true);
  });

  it('is not refused for what its writer did, nor for a tag or a delivery', async () => {
    const seen = { kind: 'heads', heads: await heads() } as const;
    await runBy(anna, { kind: 'note', text: 'Mine' });
    await runBy(ben, { kind: 'update', changes: [{ kind: 'add', set: 'tag', value: 'lamp' }] });
    await test.desk.tickets.run(
      ticket,
      { kind: 'delivery', outcome: 'sent; message=x', once: 'x' },
      { kind: 'system', part: 'sender' },
    );
    expect((await runBy(anna, { ...reply, seen })).ok).toBe(true);
  });

  it('is refused by time as well', async () => {
    const seen = { kind: 'time', time: (await folder()).ticket.updated } as const;
    await runBy(ben, {
      kind: 'update',
      changes: [{ kind: 'set', field: 'state', value: 'closed' }],
    });
    expect(await runBy(anna, { kind: 'note', text: 'Closed?', seen })).toMatchObject({
      refusal: { code: 'ticket-changed' },
    });
  });
});
