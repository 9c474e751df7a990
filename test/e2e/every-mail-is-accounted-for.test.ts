/**
 * A storm of good, bad, doubled and answering mails over SMTP and the inbox, on a disk that fails now and then: in
 * the end every mail is there once and the account says so. Then a file is taken away, and the desk raises the alarm.
 */
import { readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLimit } from '../../src/base/serial.ts';
import { type FileOps, nodeFiles, toFault } from '../../src/storage/files.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let desk: TestApp;
/** Every so many calls that write below `tickets` one fails, before the mail can be seen or after that; 0 for never. */
let failEvery = 0;
let calls = 0;

function strike(name: string, path: string): void {
  if (failEvery === 0 || !path.includes('/tickets/')) return;
  calls += 1;
  if (calls % failEvery === 0)
    throw toFault(name, path, Object.assign(new Error('EIO: made up'), { code: 'EIO' }));
}

const files: FileOps = {
  ...nodeFiles,
  async createFile(path, bytes, mode) {
    strike('create file', path);
    await nodeFiles.createFile(path, bytes, mode);
  },
  async rename(from, to) {
    strike('rename', to);
    await nodeFiles.rename(from, to);
  },
  async syncDirectory(path) {
    strike('sync directory', `${path}/`);
    await nodeFiles.syncDirectory(path);
  },
};

beforeEach(async () => {
  failEvery = 0;
  desk = await startTestApp({ files, settings: { confirmations: 'false', maxMessage: '1MB' } });
});

afterEach(async () => {
  await desk.halt();
  // What failed halfway stays in tmp, where it harms nobody; the check of the others wants it gone.
  for (const entry of await readdir(desk.directory, { recursive: true, withFileTypes: true }))
    if (
      entry.isFile() &&
      /[/\\]\.?tmp([/\\]|$)/.test(entry.parentPath.slice(desk.directory.length))
    )
      await unlink(join(entry.parentPath, entry.name));
  await desk.stop();
});

const threads = 12;
const count = 120;

function mailOf(at: number): string {
  const id = { 'Message-ID': `<${at}@customer.example>` };
  if (at % 17 === 0) return `\0\xff garbage ${at}\r\nno header at all`;
  if (at < threads) return plainMail({ ...id, Subject: `Thread ${at}` }, `Text ${at}`);
  if (at % 5 === 0) return plainMail({ ...id, 'Auto-Submitted': 'auto-replied' }, `Text ${at}`);
  return plainMail({ ...id, References: `<${(at % threads) + 1}@customer.example>` }, `Text ${at}`);
}

it('a storm balances, and a mail that is taken away is an alarm', async () => {
  failEvery = 23;
  const limit = createLimit(8);
  let accepted = 0;
  let refused = 0;
  /** The mails that were not taken. */
  const sendAll = async (raws: readonly string[]): Promise<readonly string[]> => {
    const left = raws.map((raw) =>
      limit.run(async () => {
        try {
          await desk.send(raw);
          accepted += 1;
          return [];
        } catch {
          refused += 1;
          return [raw];
        }
      }),
    );
    return (await Promise.all(left)).flat();
  };
  const storm = Array.from({ length: count }, (_, at) => mailOf(at));
  const doubled = storm.filter((_, at) => at % 4 === 0);
  let left = sendAll(storm);
  for (const at of [1, 2, 3]) {
    await writeFile(join(desk.directory, 'inbox/tmp', `in${at}`), mailOf(1000 + at * 7));
    await rename(
      join(desk.directory, 'inbox/tmp', `in${at}`),
      join(desk.directory, 'inbox/new', `${at}.in`),
    );
  }
  // A server tries again minutes later, when the desk has swept.
  for (let round = 0; round < 20 && (round === 0 || (await left).length > 0); round += 1) {
    const again = await left;
    await desk.app.sweep();
    left = sendAll([...again, ...(round === 0 ? doubled : [])]);
  }
  expect(await left).toEqual([]);
  failEvery = 0;
  expect(refused).toBeGreaterThan(5);
  // Which of them the disk struck is a matter of chance.
  for (const event of ['smtp.failed', 'inbox.deferred'])
    if (desk.lines.some((line) => line.event === event)) desk.expectLog(event);
  await desk.app.sweep();
  await desk.settled();
  await desk.app.sweep();

  const report = desk.desk.ledger.report();
  const smtp = report.sources.find(({ source }) => source === 'smtp')?.count;
  const { ticket = 0, duplicate = 0, deferred = 0 } = smtp?.outcomes ?? {};
  expect(report).toMatchObject({ unaccounted: 0, total: { inProgress: 0 } });
  expect(smtp?.received).toBe(accepted + refused);
  expect(deferred).toBe(refused);
  expect(ticket + (smtp?.outcomes['follow-up'] ?? 0) + duplicate).toBe(accepted);

  const { outcomes } = report.total.count;
  const stored = await storedMails();
  expect(stored.length).toBe(count + 3);
  // A mail whose sender was told to try again may have been there all the same: then it was recognised.
  const { ticket: opened, 'follow-up': joined, duplicate: known } = outcomes;
  expect(opened + joined + known).toBe(count + 3 + doubled.length);
  expect(known).toBeGreaterThanOrEqual(doubled.length);

  await unlink(stored[10] ?? '');
  desk.expectLog('ledger.missing');
  desk.expectLog('ledger.unaccounted');
  await desk.app.sweep();
  expect(desk.desk.ledger.report()).toMatchObject({ unaccounted: 1, imbalance: 0 });
  const health = await (await fetch(`${desk.url}/healthz`)).text();
  expect(JSON.parse(health)).toMatchObject({ status: 'degraded', mails: { unaccounted: 1 } });
}, 120_000);

/** Paths of the received mails on disk. */
async function storedMails(): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const number of desk.desk.store.numbers()) {
    const folder = await desk.desk.store.read(number);
    for (const { event, directory, fileName } of folder?.messages ?? [])
      if (event.kind === 'mail-in')
        paths.push(join(desk.desk.folderPath(number), directory, fileName));
  }
  return paths;
}
