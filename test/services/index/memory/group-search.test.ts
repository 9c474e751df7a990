/** Groups of words and fields through the whole index: texts are asked for in their worker's way, the catalogue judges. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SortKey } from '../../../../src/services/index/index.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../../helpers/test-desk.ts';

let test: TestDesk;
const anna = { kind: 'agent', login: 'anna' } as const;

beforeAll(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  await test.desk.accounts.add({
    login: 'anna',
    name: 'Anna',
    email: 'anna@desk.example',
    roles: ['admin'],
  });
  const open = async (subject: string, text: string, changes: readonly [string, string][] = []) => {
    const from = `${subject} <${subject}@x.example>`;
    const { ticket } = await test.receive(plainMail({ Subject: subject, From: from }, text));
    for (const [field, value] of changes)
      await test.desk.tickets.run(
        ticket,
        {
          kind: 'update',
          changes: [
            field === 'tag' ? { kind: 'add', set: 'tag', value } : { kind: 'set', field, value },
          ],
        },
        { kind: 'system', part: 'test' },
      );
  };
  await open('a', 'The lamp is dark.');
  await open('b', 'The bulb is dark.', [['tag', 'vip']]);
  await open('c', 'The lamp is bright.', [['owner', 'anna']]);
  await open('d', 'Nothing at all.', [['tag', 'vip']]);
  await test.desk.index.settled();
});
afterAll(() => test.close());

async function find(text: string, sort: SortKey = 'subject'): Promise<string> {
  const query = await test.desk.searching.read(text, 'anna');
  if (!query.ok) throw new Error(query.refusal.code);
  const page = await test.desk.index.list({
    query: query.value,
    sort,
    descending: false,
    limit: 9,
  });
  if (!page.ok) throw new Error(page.refusal.code);
  expect(page.value.complete).toBe(true);
  expect(page.value.total).toBe(page.value.records.length);
  return page.value.records.map(({ subject }) => subject).join('');
}

it.each([
  ['lamp OR bulb', 'abc'],
  ['lamp OR bulb dark', 'ab'],
  ['lamp OR tag:vip', 'abcd'],
  ['(lamp dark) OR owner:me', 'ac'],
  ['-(lamp OR bulb)', 'd'],
  ['-(dark tag:vip)', 'acd'],
  ['dark -(bulb OR owner:me)', 'a'],
  ['(lamp OR bulb) (bright OR tag:vip)', 'bc'],
  ['lamp OR -dark', 'acd'],
  ['subject:a OR subject:d', 'ad'],
  ['owner:me OR watched:me', 'c'],
  ['tag:vip (owner:me OR dark)', 'b'],
  ['nothing OR "is bright"', 'cd'],
  ['from:(a@x OR b@x)', 'ab'],
  ['is:unread -from:a@x', 'bcd'],
])('%s finds %s', async (text, expected) => {
  expect(await find(text)).toBe(expected);
});

it('puts what holds the words before what matches without them', async () => {
  expect((await find('lamp OR tag:vip', 'relevance')).slice(0, 2).split('').sort()).toEqual([
    'a',
    'c',
  ]);
  expect(await find('owner:me OR bulb', 'relevance')).toBe('bc');
});

it('a bulk action over a search takes "me" for whoever acts', async () => {
  const planned = await test.desk.bulk.foresee({
    selection: { kind: 'query', text: 'owner:me OR bulb' },
    action: { kind: 'change', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
    actor: anna,
  });
  expect(planned).toMatchObject({ ok: true });
  if (planned.ok) expect(planned.value.tickets).toHaveLength(2);
});

it('a rule asks for the ticket that a mail joins', async () => {
  await mkdir(join(test.directory, 'config/rules'), { recursive: true });
  await writeFile(
    join(test.directory, 'config/rules/vip.yaml'),
    'rules:\n  - name: vip again\n    on: any\n    when: {query: "tag:vip (again OR still)"}\n    then: {priority: high}\n',
  );
  await test.desk.rules.load();
  expect(test.desk.rules.problems()).toEqual([]);
  const send = async (name: string, text: string) => {
    const from = `${name} <${name}@x.example>`;
    const first = await test.receive(
      plainMail({ Subject: `${name}!`, From: from, 'Message-ID': `<${name}@x.example>` }, 'First.'),
    );
    await test.desk.tickets.run(
      first.ticket,
      { kind: 'update', changes: [{ kind: 'add', set: 'tag', value: name }] },
      { kind: 'system', part: 'test' },
    );
    await test.receive(
      plainMail({ Subject: 'Re', From: from, 'In-Reply-To': `<${name}@x.example>` }, text),
    );
    return (await test.desk.store.read(first.ticket))?.ticket.priority;
  };
  expect(await send('vip', 'It is dark again.')).toBe('high');
  expect(await send('other', 'It is dark again.')).toBe('normal');
});
