/** Mails on their way in and out, with the built program and the programs of others. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toInstant } from '../../src/base/clock.ts';
import { formatMbox } from '../../src/core/carry/mbox.ts';
import { splitSource } from '../../src/storage/message-file.ts';
import { deskEnvironment, mainFile } from '../helpers/desk-process.ts';
import { type Foreign, startForeign, until } from '../helpers/foreign.ts';
import { desk as deskAddress, oldMails } from '../helpers/old-mails.ts';
import { findProgram } from '../helpers/programs.ts';

const run = promisify(execFile);
const mails = oldMails(5000);
let folder: string;
let data: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maildesk-carry-'));
  data = join(folder, 'desk');
  env = deskEnvironment(data, { MAILDESK_ADDRESS: deskAddress });
  await writeFile(
    join(folder, 'old.mbox'),
    Buffer.concat(
      mails.map(({ raw, time }) =>
        formatMbox(Buffer.from(raw), 'kim@example.net', toInstant(time)),
      ),
    ),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const importing = () => [mainFile, 'import', 'mbox', join(folder, 'old.mbox'), '--json'];

async function maildesk(...args: readonly string[]): Promise<string> {
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  return (await run(process.execPath, [mainFile, ...args], options)).stdout;
}

/** Mails that the journal names as done. */
async function doneSoFar(): Promise<number> {
  const imports = join(data, 'index', 'imports');
  const [name] = await readdir(imports).catch(() => []);
  if (name === undefined) return 0;
  return (await readFile(join(imports, name), 'latin1')).split('\n').length;
}

async function killAfter(count: number): Promise<void> {
  const desk = await startedUntil(count);
  await desk.stop('SIGKILL');
}

/** An import that has done so many and goes on. */
async function startedUntil(count: number): Promise<Foreign> {
  const desk = startForeign(process.execPath, importing(), { env });
  await until(
    () => `${count} mails are imported; it says: ${desk.output()}`,
    async () => (await doneSoFar()) > count,
    250_000,
  );
  return desk;
}

/** Which mails lie in one folder, to the byte. */
async function foldersOnDisk(): Promise<readonly string[]> {
  const found = new Map<string, string[]>();
  const files = await readdir(join(data, 'tickets'), { recursive: true, withFileTypes: true });
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    // What was begun when it was killed lies where Maildirs have it, and nobody reads it.
    if (!file.isFile() || file.parentPath.endsWith('/tmp') || path.includes('/.tmp/')) continue;
    const { original } = splitSource(await readFile(path));
    const ticket = join(file.parentPath, '..');
    found.set(ticket, [...(found.get(ticket) ?? []), original.toString()]);
  }
  return [...found.values()].map((raws) => raws.sort().join('\0')).sort();
}

/** The ticket in which this mail is the first. */
async function numberOf(id: string): Promise<string> {
  const files = await readdir(join(data, 'tickets'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((each) => each.isFile())) {
    const text = await readFile(join(file.parentPath, file.name), 'latin1');
    const found = /^Ticket-Number: ([0-9]+)$/m.exec(text)?.[1];
    if (text.includes(`\nMessage-ID: ${id}\n`) && found !== undefined) return found;
  }
  throw new Error(`No ticket has the mail ${id}`);
}

function expectedFolders(): readonly string[] {
  const threads = new Map<number, string[]>();
  for (const { raw, thread, copyOf } of mails)
    if (copyOf === undefined) threads.set(thread, [...(threads.get(thread) ?? []), raw]);
  return [...threads.values()].map((raws) => raws.sort().join('\0')).sort();
}

describe('5,000 mails', { timeout: 400_000 }, () => {
  it('are imported without loss or doubling by a process that is killed twice', async () => {
    await killAfter(1000);
    await killAfter(2500);
    const interrupted = await startedUntil(3500);
    interrupted.process.kill('SIGINT');
    expect(await interrupted.ended).toBe(75);
    expect(interrupted.output()).toContain('the same command goes on from there');
    const { stdout } = await run(process.execPath, importing(), { env });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ complete: true, mails: 5000, failed: 0 });
    expect(report.resumed).toBeGreaterThan(3500);
    expect(report).toMatchObject({ made: 1672, joined: 3153, duplicate: 175 });
    expect(await foldersOnDisk()).toEqual(expectedFolders());
    expect(await readdir(join(data, 'outbox', 'new')).catch(() => [])).toEqual([]);
  });
});

describe('what was imported, exported', { timeout: 300_000 }, () => {
  let number = '';
  let paper = '';

  beforeAll(async () => {
    number = await numberOf('<m0.t12@example.net>');
    paper = await numberOf('<m0.t5@example.net>');
  });

  it('is read by mblaze and Python as the mails that it is', async () => {
    const file = join(folder, 'out.mbox');
    await maildesk('export', number, '-o', file);
    const [deliver, python] = [
      await findProgram('mdeliver', 'mblaze'),
      await findProgram('python3'),
    ];
    const script =
      'import mailbox, sys\nfor m in mailbox.mbox(sys.argv[1]): print(m["message-id"])';
    const { stdout } = await run(python, ['-c', script, file]);
    expect(stdout.trim().split('\n').sort()).toEqual([
      '<m0.t12@example.net>',
      '<m1.t12@example.net>',
      '<m2.t12@example.net>',
    ]);
    const maildir = join(folder, 'blaze');
    for (const part of ['cur', 'new', 'tmp']) await mkdir(join(maildir, part), { recursive: true });
    await run('/bin/sh', ['-c', '"$0" -M "$1" < "$2"', deliver, maildir, file]);
    expect(await readdir(join(maildir, 'new'))).toHaveLength(3);
  });

  it('is a zip that unzip and mshow read', async () => {
    const file = join(folder, 'out.zip');
    await maildesk('export', number, '--format', 'eml', '-o', file);
    const [unzip, mshow] = [await findProgram('unzip'), await findProgram('mshow', 'mblaze')];
    await run(unzip, ['-q', '-t', file]);
    await run(unzip, ['-q', file, '-d', join(folder, 'unpacked')], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    const names = await readdir(join(folder, 'unpacked'));
    const first = names.find((name) => name.startsWith('2019-03-04_1524_in_')) ?? '';
    expect(names).toHaveLength(4);
    const { stdout } = await run(mshow, [join(folder, 'unpacked', first)], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(stdout).toContain('support@example.com');
    expect(stdout).toContain('mail 0 of 12');
  });

  it('is a PDF file in every script, made without network', async () => {
    await findProgram('chromium');
    const file = join(folder, 'out.pdf');
    await maildesk('export', paper, '--format', 'pdf', '-o', file);
    const { stdout } = await run(await findProgram('pdftotext', 'poppler-utils'), [file, '-']);
    expect(stdout).toContain(paper);
    expect(stdout.normalize('NFKC').replace(/[\u200e\u200f\u202a-\u202e]/g, '')).toContain(
      'لم تصل',
    );
    expect(await readdir(join(data, 'index', 'print'))).toEqual([]);
  });
});
