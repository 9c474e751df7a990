/**
 * Mail programs of the system at work on a desk: swaks delivers, mutt and awk read the ticket's folder.
 *
 * They know nothing of Maildesk; what they understand, the format really says.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { findOneOf, findProgram } from '../helpers/programs.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const run = promisify(execFile);
const readTicket = fileURLToPath(new URL('read-ticket.awk', import.meta.url));

let desk: TestApp;
let home: string;

beforeEach(async () => {
  desk = await startTestApp();
  home = await mkdtemp(join(tmpdir(), 'maildesk-home-'));
}, 60_000);

afterEach(async () => {
  await desk.stop();
  await rm(home, { recursive: true, force: true });
});

async function swaks(...more: readonly string[]) {
  const program = await findProgram('swaks');
  const { host = '', port = 0 } = desk.started.smtp ?? {};
  const envelope = ['--server', host, '--port', String(port), '--from', 'kim@customer.example'];
  return run(program, [...envelope, ...more], { timeout: 30_000 }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code?: number; stdout?: string }) => ({
      code: error.code ?? -1,
      stdout: error.stdout ?? '',
    }),
  );
}

async function onlyFolder() {
  const numbers: TicketNumber[] = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  expect(numbers).toHaveLength(1);
  const folder = await desk.desk.store.read(numbers[0] ?? ticketNumber(''));
  if (folder === undefined) throw new Error('The ticket is gone');
  return { folder, path: desk.desk.folderPath(folder.number) };
}

function ticketNumber(text: string): TicketNumber {
  const number = parseTicketNumber(text);
  if (number === undefined) throw new Error(`"${text}" is no ticket number`);
  return number;
}

async function filesOf(path: string): Promise<readonly string[]> {
  const folders = ['new', 'cur'].map((part) => join(path, part));
  const names = await Promise.all(folders.map((folder) => readdir(folder)));
  return folders.flatMap((folder, at) => (names[at] ?? []).map((name) => join(folder, name)));
}

describe('swaks', () => {
  it('delivers a mail with an attachment, and hears where it was filed', async () => {
    const picture = join(home, 'lamp.png');
    await writeFile(picture, Buffer.from('89504e470d0a1a0a', 'hex'));
    const { code, stdout } = await swaks(
      ...['--to', 'support@localhost', '--header', 'Subject: The lamp is dark'],
      ...['--body', 'It went out yesterday.', '--attach', `@${picture}`],
    );
    expect(code).toBe(0);
    const said = /250 2\.0\.0 Filed as ticket (\d+)/.exec(stdout)?.[1] ?? '';
    await desk.settled();
    const { folder } = await onlyFolder();
    expect(folder.number).toBe(said);
    expect(folder.ticket.subject).toBe('The lamp is dark');
    const first = folder.messages[0]?.event.mail;
    expect(first?.snippet).toBe('It went out yesterday.');
    expect(first?.attachments).toMatchObject([{ name: 'lamp.png', size: 8 }]);
  });

  it.each([
    ['somebody else', 'sales@elsewhere.example', /<\*\* 550 5\.1\.1 /],
    ['a path in an address', 'support@../../etc/passwd', /<\*\* 55[03] 5\.1\.[13] /],
    ['a path', '../../etc/passwd@localhost', /<\*\* 55[03] 5\.1\.[13] /],
  ])('hears that %s is not known here', async (_, to, refusal) => {
    const { code, stdout } = await swaks('--to', to);
    // swaks ends with 24 when no recipient was accepted.
    expect(code).toBe(24);
    expect(stdout).toMatch(refusal);
    expect(await readdir(join(desk.directory, 'tickets'))).toEqual([]);
  });

  it('is refused a mail that is larger than allowed', async () => {
    await desk.stop();
    desk = await startTestApp({ settings: { maxMessage: '100KB' } });
    const large = join(home, 'large.eml');
    await writeFile(large, plainMail({}, 'x'.repeat(72).concat('\r\n').repeat(3000)));
    const { code, stdout } = await swaks('--to', 'support@localhost', '--data', `@${large}`);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/<\*\* 552 5\.3\.4 /);
  });
});

/** A conversation of four kinds of messages: mail in, answer, note, change. */
async function converse() {
  await swaks(
    ...['--to', 'support@localhost', '--header', 'Subject: Лампа не горит – 燈'],
    ...['--header', 'Content-Type: text/plain; charset=utf-8', '--body', 'Вчера погасла.'],
  );
  await desk.settled();
  const { folder } = await onlyFolder();
  const by = { kind: 'agent', login: 'admin' } as const;
  const to = [{ name: 'Kim Berg', address: 'kim@customer.example' }];
  const answer = 'Please screw in a new bulb.';
  const { tickets } = desk.desk;
  await tickets.run(folder.number, { kind: 'reply', to, cc: [], text: answer }, by);
  await tickets.run(folder.number, { kind: 'note', text: 'Send a bulb if that fails.' }, by);
  const changes = [
    { kind: 'set', field: 'state', value: 'pending-customer' },
    { kind: 'set', field: 'priority', value: 'high' },
    { kind: 'add', set: 'tag', value: 'lamp' },
    { kind: 'add', set: 'tag', value: 'bulb' },
  ] as const;
  await tickets.run(folder.number, { kind: 'update', changes }, by);
  await desk.settled();
  return onlyFolder();
}

describe('mutt', () => {
  /** Opens the folder, does what the keys say, and leaves. */
  async function press(path: string, keys: string, ...settings: readonly string[]) {
    const mutt = await findOneOf(['mutt', 'neomutt'], 'mutt');
    const script = join(home, 'muttrc');
    const lines = [`set folder=${home}`, 'set charset=utf-8', ...settings, `push "${keys}<exit>"`];
    await writeFile(script, `${lines.join('\n')}\n`);
    // It wants a terminal of its own, for it draws its screen before it does what it is told.
    const call = `TERM=xterm HOME=${home} ${mutt} -n -F ${script} -f ${path}`;
    const terminal = await findProgram('script', 'bsdutils');
    const running = run(terminal, ['-q', '-e', '-c', call, '/dev/null'], { timeout: 30_000 });
    running.child.stdin?.end();
    await running;
  }

  const all = '<tag-pattern>~A<enter><tag-prefix-cond>';

  it('opens the ticket as a mailbox and shows every message of it', async () => {
    const { folder, path } = await converse();
    const out = join(home, 'all.txt');
    const settings = ['set read_only', 'set pipe_decode', 'set pipe_split', 'unset wait_key'];
    await press(path, `${all}<pipe-message>cat >> ${out}<enter>`, ...settings);
    const text = await readFile(out, 'utf8');
    for (const said of ['Вчера погасла.', 'Please screw in a new bulb.', 'Send a bulb if that']) {
      expect(text).toContain(said);
    }
    expect(text).toContain('Лампа не горит – 燈');
    expect(text.match(/^Subject: /gm)).toHaveLength(folder.messages.length);
  });

  it('leaves a folder that means the same when it has marked messages', async () => {
    const { folder, path } = await converse();
    await press(path, `${all}<flag-message><sync-mailbox>`);
    await desk.app.sweep();
    const after = await desk.desk.store.read(folder.number);
    expect(after?.messages.every(({ flags }) => flags.includes('F'))).toBe(true);
    expect(after?.ticket).toEqual(folder.ticket);
  });
});

describe('awk', () => {
  async function stateOf(path: string): Promise<Readonly<Record<string, string>>> {
    const awk = await findOneOf(['gawk', 'mawk', 'awk'], 'gawk');
    const files = await filesOf(path);
    const { stdout } = await run(awk, ['-f', readTicket, ...files], { timeout: 30_000 });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }

  it('reads the state of a ticket from its files, as the desk does', async () => {
    const { folder, path } = await converse();
    const { ticket } = folder;
    expect(await stateOf(path)).toMatchObject({
      state: ticket.state,
      priority: ticket.priority,
      queue: ticket.queue,
      owner: ticket.owner,
      confirmation: 'sent',
      participant: [...ticket.participants].join(','),
      tag: [...ticket.tags].sort().join(','),
    });
    expect(ticket.state).toBe('pending-customer');
  });

  it('and the desk understands a change that printf wrote', async () => {
    const { path } = await converse();
    await run('sh', ['-c', `printf 'Ticket-Set: state=closed\\n\\n' > '${path}/new/close-it'`]);
    await desk.app.sweep();
    const { folder } = await onlyFolder();
    expect(folder.ticket.state).toBe('closed');
    expect((await stateOf(path)).state).toBe('closed');
    expect(folder.messages.at(-1)?.event.actor).toMatchObject({ kind: 'user' });
  });
});
