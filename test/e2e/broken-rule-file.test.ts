/** A rule file is broken while the desk runs: the viewer names file and line, the other rules work, mail keeps flowing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseTicketNumber } from '../../src/core/ticket/number.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let desk: TestApp;

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
});

afterEach(() => desk.stop());

const write = (name: string, text: string) =>
  writeFile(join(desk.directory, 'config/rules', name), text);

async function send(subject: string) {
  const reply = await desk.send(
    plainMail({ Subject: subject, 'Message-ID': `<${subject}@x.example>` }),
  );
  const number = parseTicketNumber(/ticket (\d+)/.exec(reply)?.[1] ?? '');
  if (number === undefined) throw new Error(`No ticket in "${reply}"`);
  return (await desk.desk.store.read(number))?.ticket;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !isSo(); round += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
  expect(isSo()).toBe(true);
}

it('rules are read while the desk runs, and a broken file stops nothing but itself', async () => {
  expect((await send('Invoice one'))?.queue).toBe('Support');
  await write(
    'billing.yaml',
    'rules: [{name: invoices, when: {subject: invoice}, then: {queue: Billing}}]',
  );
  await until(() => desk.desk.rules.rules().length === 1);
  expect((await send('Invoice two'))?.queue).toBe('Billing');

  desk.expectLog('rules.files-broken');
  await write(
    'vip.yaml',
    'rules:\n  - name: vip\n    when: {from: "*@vip.example"}\n    then: {queue: Vip}\n',
  );
  await until(() => desk.desk.rules.problems().length === 1);
  expect((await send('Invoice three'))?.queue).toBe('Billing');
  expect(desk.desk.config.problems()).toEqual([
    {
      file: 'rules/vip.yaml',
      line: 4,
      reason: 'Unknown queue "Vip"; known are Support, Billing, Junk',
    },
  ]);
  const health = await (await fetch(`${desk.url}/healthz`)).text();
  expect(JSON.parse(health)).toMatchObject({ status: 'degraded', configuration: { problems: 1 } });

  await write(
    'billing.yaml',
    'rules: [{name: invoices, when: {subjekt: invoice}, then: {queue: Billing}}]',
  );
  await until(() => desk.desk.rules.problems().length === 2);
  expect((await send('Invoice four'))?.queue).toBe('Support');
});
