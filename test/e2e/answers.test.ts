/** An admin writes standard answers with any editor while the desk runs; what is wrong is named and skipped. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startTestApp } from '../helpers/test-app.ts';
import { createVisitor, textOf } from '../helpers/visitor.ts';

it('a file that somebody writes is offered at once', { timeout: 60_000 }, async () => {
  const app = await startTestApp();
  app.expectLog('answers.files-broken');
  const folder = join(app.directory, 'config/answers/shop');
  const ids = () => app.desk.answers.modules().map(({ id }) => id);
  const wait = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
  await mkdir(folder, { recursive: true });

  await writeFile(join(folder, 'hours.en.md'), '---\ntitle: Opening hours\n---\nFrom nine.');
  await wait(() => expect(ids()).toContain('shop/hours'));

  // Many editors write beside the file and rename.
  await writeFile(join(folder, '.hours.swp'), '---\ntitle: Hours\n---\nFrom ten.');
  await rename(join(folder, '.hours.swp'), join(folder, 'hours.en.md'));
  await wait(() =>
    expect(app.desk.answers.modules().find(({ id }) => id === 'shop/hours')?.text).toBe(
      'From ten.',
    ),
  );

  await writeFile(join(folder, 'broken.en.md'), '---\ntitel: x\n---\nText');
  await writeFile(
    join(folder, 'form.en.md'),
    '---\ntitle: The form\nattachments: [form.pdf]\n---\nAttached.',
  );
  await wait(() => expect(app.desk.answers.problems().length).toBe(3));
  expect(ids()).toContain('shop/form');
  expect(ids()).not.toContain('shop/broken');
  const { accounts } = app.desk;
  await accounts.add({ login: 'boss', name: 'B', email: 'b@desk.example', roles: ['admin'] });
  await accounts.setPassword('boss', 'a long enough password');
  const visitor = createVisitor(app.url);
  await visitor.get('/login');
  await visitor.post('/login', { login: 'boss', password: 'a long enough password' });
  const problems = textOf((await visitor.open('/problems')).text);
  expect(problems).toContain('answers/shop/broken.en.md');
  expect(problems).toContain('form.pdf');

  // The attachment comes later, and the broken one is put right.
  await writeFile(join(folder, 'form.pdf'), '%PDF');
  await writeFile(join(folder, 'broken.en.md'), '---\ntitle: x\n---\nText');
  await wait(() => expect(app.desk.answers.problems()).toEqual([]));
  expect(ids()).toContain('shop/broken');
  await app.stop();
});
