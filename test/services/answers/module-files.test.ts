import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModuleFields } from '../../../src/config/module-edits.ts';
import type { Agent } from '../../../src/services/accounts/accounts.ts';
import { openTestDesk, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
let boss: Agent;
let clerk: Agent;

const config = (path: string) => join(test.directory, 'config', path);
const files = () => test.desk.moduleFiles;

async function write(file: string, text: string) {
  await mkdir(dirname(config(file)), { recursive: true });
  await writeFile(config(file), text);
}

async function addAgent(login: string, role: string): Promise<Agent> {
  await test.desk.accounts.add({
    login,
    name: login,
    email: `${login}@desk.example`,
    roles: [role],
  });
  const agent = test.desk.accounts.find(login);
  if (agent === undefined) throw new Error(`${login} is not there`);
  return agent;
}

function fields(more: Partial<ModuleFields> = {}): ModuleFields {
  return {
    title: 'Refund',
    keywords: [],
    shortcut: '',
    queues: [],
    kind: 'answer',
    state: undefined,
    attachments: [],
    text: 'We pay back.',
    ...more,
  };
}

const change = (id: string, more: Partial<ModuleFields> = {}, digest?: string) => ({
  id,
  language: 'en',
  fields: fields(more),
  digest,
});

beforeAll(async () => {
  test = await openTestDesk();
  await write('queues/shop.yaml', 'name: Shop\nrights:\n  clerk: [see, administer]\n');
  await test.desk.config.reload();
  [boss, clerk] = [await addAgent('boss', 'admin'), await addAgent('clerk', 'clerk')];
});
afterAll(() => test.close());

describe('save', () => {
  it('writes a new file with its attachments, and it is offered at once', async () => {
    const saved = await files().save(boss, {
      ...change('billing/refund'),
      attach: [{ name: '../for m.pdf', bytes: Buffer.from('one') }],
    });
    expect(saved.ok).toBe(true);
    expect(await readFile(config('answers/billing/refund.en.md'), 'utf8')).toBe(
      '---\ntitle: Refund\nattachments: [for-m.pdf]\n---\nWe pay back.\n',
    );
    expect(await readFile(config('answers/billing/for-m.pdf'), 'utf8')).toBe('one');
    expect(test.desk.answers.modules().some(({ id }) => id === 'billing/refund')).toBe(true);
    expect(test.desk.answers.problems()).toEqual([]);
  });

  it('a file of the same name and other bytes gets a name of its own', async () => {
    const open = await files().open({ id: 'billing/refund', language: 'en' });
    const saved = await files().save(boss, {
      ...change('billing/refund', { attachments: ['for-m.pdf'] }, open?.digest),
      attach: [
        { name: 'for-m.pdf', bytes: Buffer.from('two') },
        { name: 'for-m.pdf', bytes: Buffer.from('one') },
      ],
    });
    expect(saved.ok && saved.value.module?.attachments).toEqual(['for-m.pdf', 'for-m-2.pdf']);
  });

  it('what nobody names any more is set aside', async () => {
    const open = await files().open({ id: 'billing/refund', language: 'en' });
    await files().save(boss, change('billing/refund', {}, open?.digest));
    expect((await readdir(config('answers/billing'))).toSorted()).toEqual(['refund.en.md']);
    const aside = await readdir(config('answers/.removed'));
    expect(aside.map((name) => name.replace(/^\S+ /, '')).toSorted()).toEqual([
      'billing for-m-2.pdf',
      'billing for-m.pdf',
    ]);
  });

  it('is refused when somebody else changed the file since', async () => {
    const open = await files().open({ id: 'billing/refund', language: 'en' });
    await write('answers/billing/refund.en.md', '---\ntitle: Other\n---\nTheirs\n');
    const refused = await files().save(boss, change('billing/refund', {}, open?.digest));
    expect(refused).toEqual({ ok: false, refusal: { code: 'module-changed' } });
    expect(await readFile(config('answers/billing/refund.en.md'), 'utf8')).toContain('Theirs');
    const exists = await files().save(boss, change('billing/refund'));
    expect(exists).toMatchObject({ ok: false, refusal: { code: 'module-exists' } });
    // Where upper and lower case are one, so are the two files.
    const twin = await files().save(boss, change('Billing/REFUND'));
    expect(twin).toEqual({ ok: false, refusal: { code: 'module-exists', id: 'billing/refund' } });
  });

  it.each(['../out', 'a/../../out', '/etc/passwd', 'a\\b', '.hidden', 'a//b', '', 'a.b'])(
    'no path leads out of the folder: %j',
    async (id) => {
      expect(await files().save(boss, change(id))).toMatchObject({
        ok: false,
        refusal: { code: 'bad-module' },
      });
      expect(await files().open({ id, language: 'en' })).toBeUndefined();
    },
  );

  it('a wrong value is named and nothing is written', async () => {
    const refused = await files().save(boss, change('wrong', { title: '', shortcut: 'a b' }));
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'bad-module' } });
    expect(
      !refused.ok && refused.refusal.code === 'bad-module' && refused.refusal.reasons.length,
    ).toBe(2);
    expect(await files().open({ id: 'wrong', language: 'en' })).toBeUndefined();
  });

  it('needs the right to administer every queue of it, before and after', async () => {
    const own = await files().save(clerk, change('shop/hours', { queues: ['Shop'] }));
    expect(own.ok).toBe(true);
    const digest = own.ok ? own.value.digest : '';
    const no = { ok: false, refusal: { code: 'not-allowed' } };
    expect(await files().save(clerk, change('shop/hours', {}, digest))).toEqual(no);
    expect(await files().save(clerk, change('shop/all'))).toEqual(no);
    const theirs = await files().save(boss, change('shop/all'));
    const all = theirs.ok ? theirs.value.digest : '';
    expect(await files().save(clerk, change('shop/all', { queues: ['Shop'] }, all))).toEqual(no);
    expect(await files().remove(clerk, { id: 'shop/all', language: 'en', digest: all })).toEqual(
      no,
    );
  });
});

describe('move', () => {
  it('takes languages, attachments and those who nest it along', async () => {
    await write('answers/old/terms.en.md', '---\ntitle: T\nattachments: [t.pdf]\n---\nTerms\n');
    await write('answers/old/terms.de.md', '---\ntitle: T\nattachments: [t.pdf]\n---\nRegeln\n');
    await write('answers/old/t.pdf', 'pdf');
    await write('answers/letter.en.md', '---\ntitle: L\n---\nSee {{> old/terms}}\n');
    await test.desk.answers.load();
    expect((await files().move(boss, 'old/terms', 'new/rules')).ok).toBe(true);
    expect((await readdir(config('answers/new'))).toSorted()).toEqual([
      'rules.de.md',
      'rules.en.md',
      't.pdf',
    ]);
    expect(await readdir(config('answers/old'))).toEqual([]);
    expect(await readFile(config('answers/letter.en.md'), 'utf8')).toContain('{{> new/rules}}');
    expect(test.desk.answers.problems()).toEqual([]);
  });

  it('never writes over another, and needs the right to all of it', async () => {
    await write('answers/one.en.md', '---\ntitle: 1\nqueues: [Shop]\n---\nOne\n');
    await write('answers/around.en.md', '---\ntitle: A\n---\n{{> one}}\n');
    expect(await files().move(boss, 'one', 'letter')).toMatchObject({
      ok: false,
      refusal: { code: 'module-exists' },
    });
    expect(await files().move(clerk, 'one', 'two')).toMatchObject({
      ok: false,
      refusal: { code: 'not-allowed' },
    });
    expect(await files().move(boss, 'one', '../one')).toMatchObject({
      ok: false,
      refusal: { code: 'bad-module' },
    });
  });
});

it('remove sets the file aside, from where it can come back', async () => {
  const saved = await files().save(boss, change('short/lived'));
  const digest = saved.ok ? saved.value.digest : '';
  const key = { id: 'short/lived', language: 'en' };
  expect(await files().remove(boss, { ...key, digest: 'old' })).toMatchObject({
    ok: false,
    refusal: { code: 'module-changed' },
  });
  expect((await files().remove(boss, { ...key, digest })).ok).toBe(true);
  expect(test.desk.answers.modules().some(({ id }) => id === 'short/lived')).toBe(false);
  const aside = await readdir(config('answers/.removed'));
  expect(aside.some((name) => name.endsWith(' short lived.en.md'))).toBe(true);
});

it('a broken file is the admins’, and only its text is lost to the form', async () => {
  await write('answers/broken.en.md', 'no front matter');
  expect(await files().open({ id: 'broken', language: 'en' })).toMatchObject({
    module: undefined,
    reasons: [expect.stringContaining('begin with')],
  });
});
