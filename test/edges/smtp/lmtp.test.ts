/** LMTP into a whole desk: one answer for each recipient, one file for all of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { filedIds, readFiledMails } from '../../helpers/filed.ts';
import { startTestApp, type TestApp } from '../../helpers/test-app.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { openRawClient } from './raw-client.ts';

let app: TestApp;
afterEach(() => app.stop());

test('a mail for two queues is answered twice and filed once', async () => {
  app = await startTestApp({ settings: { lmtp: '127.0.0.1:0' } });
  const queue = 'name: Sales\naddresses: [sales@desk.example]\n';
  await writeFile(join(app.directory, 'config/queues/sales.yaml'), queue);
  await app.app.sweep();
  const { client } = await openRawClient(app.started.lmtp?.port ?? 0);
  const say = async (line: string, reply: RegExp) => expect(await client.say(line)).toMatch(reply);
  await say('LHLO client.example', /^250/);
  await say('MAIL FROM:<kim@customer.example>', /^250/);
  await say('RCPT TO:<sales@desk.example>', /^250/);
  await say('RCPT TO:<nobody@desk.example>', /^550 5\.1\.1/);
  await say('RCPT TO:<support@localhost>', /^250/);
  await say('DATA', /^354/);
  client.send(`${plainMail({ 'Message-ID': '<1@customer.example>' })}.\r\n`);
  const replies = [await client.reply(), await client.reply()];
  await say('QUIT', /^221/);
  expect(await filedIds(app.directory)).toEqual(['<1@customer.example>']);
  const [mail] = await readFiledMails(app.directory);
  expect(replies).toEqual(Array(2).fill(`250 2.0.0 Filed as ticket ${mail?.ticket}`));
  expect(mail?.block).toContain('Ticket-Set: queue=Sales');
  await app.settled();
});
