/** The program itself as a new user runs it: a process, its output, its signals. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor, textOf } from '../helpers/visitor.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let directory: string;
let environment: NodeJS.ProcessEnv;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-program-'));
  environment = {
    PATH: process.env.PATH,
    HOME: directory,
    MAILDESK_DATA: join(directory, 'data'),
    MAILDESK_HTTP: '127.0.0.1:0',
    MAILDESK_SMTP: '127.0.0.1:0',
    MAILDESK_SWEEP_EVERY: '1h',
  };
});

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a verb to its end. */
function maildesk(verbs: readonly string[], input = '') {
  return new Promise<{ code: number; out: string; error: string }>((resolve) => {
    const options = { env: environment, timeout: 60_000 };
    const child = execFile(process.execPath, [main, ...verbs], options, (failure, out, error) => {
      const code = failure === null ? 0 : typeof failure.code === 'number' ? failure.code : -1;
      resolve({ code, out, error });
    });
    child.stdin?.end(input);
  });
}

interface RunningDesk {
  readonly url: string;
  readonly loginPath: string;
  signal(name: NodeJS.Signals): void;
  /** Asks it to stop; resolves with its exit code. */
  stop(): Promise<number | null>;
}

async function start(): Promise<RunningDesk> {
  const child = spawn(process.execPath, [main, 'start'], { env: environment });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (/^Log in as .*\/login\/\S+$/m.test(out)) resolve();
    });
    void ended.then((code) => reject(new Error(`The desk ended with ${code}: ${out}`)));
  });
  return {
    url: /serves (http:\S+)/.exec(out)?.[1] ?? '',
    loginPath: /(\/login\/\S+)$/m.exec(out)?.[1] ?? '',
    signal: (name) => void child.kill(name),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

it('an empty directory becomes a desk, and the printed link logs the admin in', async () => {
  const desk = await start();
  const admin = createVisitor(desk.url);
  await admin.get(desk.loginPath);
  await admin.post(desk.loginPath, {});
  const list = await admin.open('/tickets?q=is:open');
  expect(list.status).toBe(200);
  for (const queue of ['Support', 'Billing', 'Junk']) expect(textOf(list.text)).toContain(queue);
  expect(await desk.stop()).toBe(0);
}, 60_000);

it('deliver, list, show and search see the same ticket, with the desk running and stopped', async () => {
  const desk = await start();
  const mail = plainMail({ Subject: 'Lamp in the hall' });
  const delivered = await maildesk(['deliver'], mail);
  expect(delivered).toMatchObject({ code: 0, out: expect.stringMatching(/^\d{14}\n$/) });
  const number = delivered.out.trim();

  async function look() {
    const list = JSON.parse((await maildesk(['list', '--json'])).out);
    const found = JSON.parse((await maildesk(['search', '--json', 'hall'])).out);
    const shown = JSON.parse((await maildesk(['show', '--json', number])).out);
    return [list.tickets[0].number, found.tickets[0].number, shown.number, shown.subject];
  }
  const seen = await look();
  expect(seen).toEqual([number, number, number, 'Lamp in the hall']);
  expect(await desk.stop()).toBe(0);
  expect(await look()).toEqual(seen);
}, 120_000);

it('what was changed by hand shows after "maildesk sweep" and after SIGHUP', async () => {
  const desk = await start();
  const admin = createVisitor(desk.url);
  await admin.get(desk.loginPath);
  await admin.post(desk.loginPath, {});
  const mail = (subject: string) => plainMail({ Subject: subject, 'Message-ID': `<${subject}@x>` });
  const lamp = (await maildesk(['deliver'], mail('Lamp'))).out.trim();
  const bulb = (await maildesk(['deliver'], mail('Bulb'))).out.trim();
  const folder = (number: string) =>
    join(directory, 'data/tickets', number.slice(0, 4), number.slice(4, 6), number.slice(6, 8));

  const shows = async (query: string) => textOf((await admin.open(`/tickets?q=${query}`)).text);
  await expect
    .poll(() => shows('is:open'), { timeout: 20_000 })
    .toMatch(/Lamp[\s\S]*Bulb|Bulb[\s\S]*Lamp/);

  await rename(join(folder(lamp), lamp), join(directory, 'taken-away'));
  expect((await maildesk(['sweep'])).code).toBe(0);
  await expect.poll(() => shows('is:open'), { timeout: 20_000 }).not.toContain('Lamp');

  await rename(join(directory, 'taken-away'), join(folder(lamp), lamp));
  await writeFile(join(folder(bulb), bulb, 'cur', 'done:2,S'), 'Ticket-Set: state=closed\n\n');
  desk.signal('SIGHUP');
  await expect.poll(() => shows('is:open'), { timeout: 20_000 }).toContain('Lamp');
  await expect.poll(() => shows('is:open'), { timeout: 20_000 }).not.toContain('Bulb');
  expect(await desk.stop()).toBe(0);
}, 120_000);

it('a wrong configuration stops the start, with file, line and reason', async () => {
  const desk = await start();
  expect(await desk.stop()).toBe(0);
  const file = join(directory, 'data/config/queues/support.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^name:/m, 'nmae:'));
  const { code, out, error } = await maildesk(['start']);
  expect({ code, out }).toEqual({ code: 78, out: '' });
  expect(error).toMatch(/queues\/support\.yaml:\d+: .*"nmae".*"name"/);
}, 60_000);
