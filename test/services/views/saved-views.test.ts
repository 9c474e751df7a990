import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { viewKey } from '../../../src/core/views/view.ts';
import { openTestDesk, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
beforeEach(async () => {
  test = await openTestDesk();
});
afterEach(() => test.close());

const anna = { login: 'anna', roles: ['agent'] };
const admin = { login: 'root', roles: ['admin'] };

async function names(agent: typeof anna | undefined): Promise<readonly string[]> {
  return (await test.desk.savedViews.list(agent)).map(({ name }) => name);
}

async function write(path: string, text: string): Promise<void> {
  const file = join(test.directory, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
}

async function create(name: string, agent = anna): Promise<string> {
  const made = await test.desk.savedViews.create(agent, { name, query: `tag:${name}` });
  if (!made.ok) throw new Error(made.refusal.code);
  return viewKey(made.value);
}

it('keeps views of one person, each in a file that an editor may change at any time', async () => {
  await create('VIP');
  await create('Ämter & Büros');
  expect(await names(anna)).toEqual(['VIP', 'Ämter & Büros']);
  expect(await names({ ...anna, login: 'ben' })).toEqual([]);
  const file = join(test.directory, 'agents/anna/views/vip.yaml');
  expect(await readFile(file, 'utf8')).toBe('name: VIP\nquery: tag:VIP\norder: 10\n');
  await writeFile(file, '# mine\nname: The important ones\nquery: tag:vip is:open\norder: 30\n');
  expect(await names(anna)).toEqual(['Ämter & Büros', 'The important ones']);
});

it('renames, orders and removes without touching the rest of the file', async () => {
  const { savedViews } = test.desk;
  await write('agents/anna/views/one.yaml', '# first\nname: One\nquery: a\n');
  await write('agents/anna/views/two.yml', 'name: Two\nquery: b\n');
  await savedViews.change(anna, 'own:one', { name: 'Eins', query: 'a OR c', sort: '-created' });
  await savedViews.move(anna, 'own:two', -1);
  expect(await names(anna)).toEqual(['Two', 'Eins']);
  expect(await readFile(join(test.directory, 'agents/anna/views/one.yaml'), 'utf8')).toBe(
    '# first\nname: Eins\nquery: a OR c\nsort: -created\norder: 20\n',
  );
  expect(await savedViews.remove(anna, 'own:two')).toMatchObject({ ok: true });
  expect(await names(anna)).toEqual(['Eins']);
  expect(await savedViews.remove(anna, 'own:two')).toMatchObject({ ok: false });
});

it('a file that is wrong is named and takes away no other', async () => {
  await write('agents/anna/views/bad.yaml', 'name: Bad\nquery: tgg:x\n');
  await write('agents/anna/views/good.yaml', 'name: Good\nquery: x\n');
  await write('config/views/worse.yaml', '- no\n');
  await test.desk.savedViews.load();
  expect(await names(anna)).toEqual(['Good']);
  expect(await test.desk.savedViews.problemsOf(anna)).toMatchObject([
    { file: 'views/bad.yaml', line: 2 },
  ]);
  expect(test.desk.config.problems()).toMatchObject([{ file: 'views/worse.yaml' }]);
});

it('shows shared views to whom they are for, and lets only those change them who may', async () => {
  const { savedViews } = test.desk;
  await write('config/views/all.yaml', 'name: All\nquery: x\n');
  await write('config/views/lead.yaml', 'name: Leads\nquery: x\nroles: [lead]\n');
  expect(await names(anna)).toEqual(['All']);
  expect(await names({ ...anna, roles: ['lead'] })).toEqual(['All', 'Leads']);
  expect(await names(admin)).toEqual(['All', 'Leads']);
  expect(await savedViews.remove(anna, 'shared:all')).toEqual({
    ok: false,
    refusal: { code: 'not-yours' },
  });
  expect(await savedViews.remove(admin, 'shared:all')).toMatchObject({ ok: true });
});

it('an admin shares a view with all; who administers queues shares it with who sees these', async () => {
  const { savedViews } = test.desk;
  const key = await create('VIP');
  expect(await savedViews.share(anna, key)).toMatchObject({ refusal: { code: 'not-yours' } });
  const own = await create('Late', admin);
  expect(await savedViews.share(admin, own)).toMatchObject({ ok: true });
  expect(await names(anna)).toEqual(['VIP', 'Late']);
  expect(await names(undefined)).toEqual(['Late']);
});
