/** An admin writes standard answers with any editor while the desk runs, and in the viewer; what is wrong is named and skipped. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';
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
  await addBoss(app);
  const visitor = createVisitor(app.url);
  await visitor.get('/login');
  await visitor.post('/login', { login: 'boss', password });
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

it('an answer is written in the viewer, and what the customer gets is seen at once', {
  timeout: 90_000,
}, async () => {
  const app = await startTestApp();
  const browser = await openBrowser({ locale: 'de-DE', viewport: { width: 1280, height: 900 } });
  try {
    await addBoss(app);
    const page = await browser.newPage();
    await page.goto(`${app.url}/login`);
    await page.fill('[name=login]', 'boss');
    await page.fill('[name=password]', password);
    await page.press('[name=password]', 'Enter');
    await page.getByRole('link', { name: 'Standardantworten' }).click();
    await page.getByRole('link', { name: 'Neue Antwort' }).click();
    await page.fill('#id', 'shop/hours');
    await page.fill('#language', 'de');
    await page.fill('#title', 'Öffnungszeiten');
    await page.fill('[name=text]', 'Hallo {{customer.first-name}}, wir öffnen {{oops}} um neun.');
    await page.getByText('Hallo Kim, wir öffnen').waitFor();
    await page.getByText('Nichts heißt „oops“').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.fill('[name=text]', 'Hallo {{customer.first-name}}, wir öffnen um neun.');
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Die Antwort ist gespeichert').waitFor();
    expect(app.desk.answers.modules().find(({ id }) => id === 'shop/hours')?.language).toBe('de');
    await page.getByRole('link', { name: 'Standardantworten' }).first().click();
    await page.getByRole('link', { name: 'Öffnungszeiten' }).waitFor();
    expect(await findViolations(page)).toEqual([]);
  } finally {
    await browser.close();
    await app.stop();
  }
});

const password = 'a long enough password';

async function addBoss({ desk: { accounts } }: TestApp): Promise<void> {
  await accounts.add({ login: 'boss', name: 'Bo', email: 'b@desk.example', roles: ['admin'] });
  await accounts.setPassword('boss', password);
}
