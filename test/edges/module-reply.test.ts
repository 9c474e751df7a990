/** Answers with a text module from the command line and by the API. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { bodyOf, type ProblemBody, startTestApi } from './api/server.ts';
import { openTestCli } from './cli/command-line.ts';
import { lampMail, type TestDesk } from './desk.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function addModules({ root, answers }: TestDesk): Promise<void> {
  const folder = join(root, 'config/answers/lamp');
  await mkdir(folder, { recursive: true });
  const head = '---\ntitle: New bulb\nstate: closed\nattachments: [plan.txt]\n---\n';
  await writeFile(join(folder, 'bulb.en.md'), `${head}{{agent.name}} sends a bulb.`);
  await writeFile(join(folder, 'plan.txt'), 'Plan');
  await writeFile(join(folder, 'open.en.md'), '---\ntitle: Open\n---\nOrder {{order}}.');
  await writeFile(join(folder, 'far.en.md'), '---\ntitle: Far\nqueues: [Partners]\n---\nFar.');
  await answers.load();
}

async function answerIn({ store }: TestDesk, ticket: TicketNumber) {
  const folder = await store.read(ticket);
  const event = folder?.messages.findLast((each) => each.event.kind === 'mail-out')?.event;
  const mail = event === undefined ? undefined : await store.readMail(ticket, event.name);
  return {
    state: folder?.ticket.state,
    modules: event?.fields.get('module'),
    text: mail?.text.trim(),
    files: event?.mail.attachments.map(({ name }) => name),
  };
}

const made = {
  state: 'closed',
  modules: ['lamp/bulb'],
  text: 'Anna Adler sends a bulb.\n\nSee you.',
  files: ['plan.txt'],
};

it('maildesk reply --module fills it in, with file and state, the text below it', async () => {
  const cli = await openTestCli();
  ends.push(() => cli.desk.close());
  await addModules(cli.desk);
  const { ticket } = await cli.desk.open(lampMail);
  const reply = (...words: string[]) => cli.run('--as', 'anna', 'reply', ticket, ...words);
  expect(await reply('--module', 'lamp/bulb', 'See you.')).toMatchObject({ code: 0 });
  expect(await answerIn(cli.desk, ticket)).toEqual(made);
  expect(await reply('--module', 'lamp/open')).toMatchObject({
    code: 65,
    err: expect.stringContaining('cannot be filled here: {{order}}'),
  });
  expect(await reply('--module', 'lamp/far')).toMatchObject({
    code: 65,
    err: expect.stringContaining('no text module "lamp/far" for this queue'),
  });
  const nobody = await cli.run('reply', ticket, '--module', 'lamp/bulb');
  expect(nobody.code).toBe(65);
});

it('the API answers with a module, and refuses one that is not offered or stays open', async () => {
  const api = await startTestApi();
  ends.push(() => api.close());
  await addModules(api.desk);
  const { ticket } = await api.desk.open(lampMail);
  const path = `/api/v1/tickets/${ticket}/reply`;
  const sent = await api.post(path, { module: 'lamp/bulb', text: 'See you.' });
  expect(sent.status).toBe(200);
  expect(await answerIn(api.desk, ticket)).toEqual(made);
  for (const [module, code] of [
    ['lamp/open', 'unfilled-module'],
    ['lamp/far', 'module-not-offered'],
    ['none', 'module-not-offered'],
  ]) {
    const refused = await api.post(path, { module });
    expect([refused.status, (await bodyOf<ProblemBody>(refused)).code]).toEqual([422, code]);
  }
  const empty = await api.post(path, {});
  expect((await bodyOf<ProblemBody>(empty)).code).toBe('missing-value');
});
