/**
 * Readers of mail folders at work on a desk that runs: neomutt, mblaze, notmuch, mu. They know nothing of Maildesk; what
 * they understand, the format really says.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { until } from '../helpers/foreign.ts';
import { findProgram } from '../helpers/programs.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const run = promisify(execFile);
const limit = { timeout: 60_000 };

let desk: TestApp;
let home: string;
let number: TicketNumber;
let tickets: string;
let path: string;

/** A conversation of four kinds of messages: mail in, answer, note, change. */
beforeAll(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false', sweepEvery: '1h' } });
  home = await makeTemporaryDirectory('file');
  tickets = join(desk.directory, 'tickets');
  const subject = '=?utf-8?B?0JvQsNC80L/QsCDQvdC1INCz0L7RgNC40YIg4oCTIOeHiA==?=';
  await desk.send(
    plainMail({ Subject: subject, 'Message-ID': '<lamp@customer.example>' }, 'It went out.'),
  );
  await desk.settled();
  for await (const each of desk.desk.store.numbers()) number = each;
  path = desk.desk.folderPath(number);
  const by = { kind: 'agent', login: 'admin' } as const;
  const to = [{ name: 'Kim Berg', address: 'kim@customer.example' }];
  const commands = [
    { kind: 'reply', to, cc: [], text: 'Please screw in a new bulb.' },
    { kind: 'note', text: 'Send a bulb if that fails.' },
    { kind: 'update', changes: [{ kind: 'add', set: 'tag', value: 'lamp' }] },
  ] as const;
  for (const command of commands)
    expect((await desk.desk.tickets.run(number, command, by)).ok).toBe(true);
  await desk.settled();
}, 120_000);

afterAll(() => desk.stop());

const said = ['It went out.', 'Please screw in a new bulb.', 'Send a bulb if that fails.'];
const subject = 'Лампа не горит – 燈';

async function files(): Promise<readonly string[]> {
  const parts = await Promise.all(
    ['new', 'cur'].map(async (part) =>
      (await readdir(join(path, part))).map((name) => join(path, part, name)),
    ),
  );
  return parts.flat();
}

const flagged = async () => (await desk.desk.index.find(number))?.marks.includes('flagged');

describe('neomutt', () => {
  it('opens the ticket as a mailbox and shows every message of it', async () => {
    const neomutt = await findProgram('neomutt');
    const out = join(home, 'all.txt');
    const script = join(home, 'neomuttrc');
    const settings = [
      `set folder=${home}`,
      'set charset=utf-8',
      'set read_only',
      'set pipe_decode',
      'set pipe_split',
      'unset wait_key',
      `push "<tag-pattern>~A<enter><tag-prefix-cond><pipe-message>cat >> ${out}<enter><exit>"`,
    ];
    await writeFile(script, `${settings.join('\n')}\n`);
    const terminal = await findProgram('script', 'bsdutils');
    const call = `TERM=xterm HOME=${home} ${neomutt} -n -F ${script} -f ${path}`;
    const running = run(terminal, ['-q', '-e', '-c', call, '/dev/null'], limit);
    running.child.stdin?.end();
    await running;
    const text = await readFile(out, 'utf8');
    for (const each of [...said, subject]) expect(text).toContain(each);
    expect(text.match(/^Subject: /gm)).toHaveLength((await files()).length);
  });
});

describe('mblaze', () => {
  const shell = (command: string) =>
    run('/bin/sh', ['-c', command], {
      ...limit,
      env: {
        ...process.env,
        HOME: home,
        MBLAZE: join(home, 'mblaze'),
        LC_ALL: 'C.UTF-8',
        MBLAZE_PAGER: '',
      },
    }).then(({ stdout }) => stdout);

  it('lists, threads and shows the messages of a ticket', async () => {
    await findProgram('mlist', 'mblaze');
    await mkdir(join(home, 'mblaze'), { recursive: true });
    const listed = (await shell(`mlist '${path}'`)).trim().split('\n').sort();
    expect(listed).toEqual([...(await files())].sort());
    const lines = await shell(`mlist '${path}' | mthread | mscan -f '%i %s'`);
    expect(lines).toContain('Лампа не горит');
    // The answer stands below the mail that it answers.
    expect(await shell(`mlist '${path}' | mthread`)).toMatch(/^ \/.+$/m);
    const shown = await shell(`mlist '${path}' | xargs -d '\\n' mshow`);
    for (const each of said) expect(shown).toContain(each);
  });
});

describe('notmuch', () => {
  it('finds the words of a ticket, and its tags come back as flags', async () => {
    const notmuch = await findProgram('notmuch');
    const config = join(home, 'notmuch-config');
    await mkdir(join(home, 'notmuch'));
    await writeFile(
      config,
      `[database]\npath=${join(home, 'notmuch')}\nmail_root=${tickets}\n[user]\nname=Anna\nprimary_email=anna@desk.example\n[new]\ntags=new\nignore=.tmp\n[maildir]\nsynchronize_flags=true\n`,
    );
    const call = (...words: readonly string[]) =>
      run(notmuch, words, {
        ...limit,
        env: { ...process.env, NOTMUCH_CONFIG: config, HOME: home },
      });
    await call('new');
    const { stdout: found } = await call('search', '--output=files', '--', 'bulb');
    expect(
      found
        .trim()
        .split('\n')
        .every((file) => file.startsWith(path)),
    ).toBe(true);
    const { stdout: shown } = await call('show', '--format=text', 'id:lamp@customer.example');
    expect(shown).toContain('It went out.');
    // Mail of one conversation is one thread there as well.
    const { stdout: threads } = await call(
      'search',
      '--output=threads',
      'from:kim@customer.example or to:kim@customer.example',
    );
    expect(threads.trim().split('\n')).toHaveLength(1);
    await call('tag', '+flagged', '--', 'id:lamp@customer.example');
    await until('the star is seen', flagged);
    await call('tag', '-flagged', '--', 'id:lamp@customer.example');
    await until('the star is gone', async () => (await flagged()) === false);
    expect(await readdir(tickets)).not.toContain('.notmuch');
  });
});

describe('mu', () => {
  it('indexes the desk and finds its messages', async () => {
    const mu = await findProgram('mu', 'maildir-utils');
    const muhome = `--muhome=${join(home, 'mu')}`;
    const call = (...words: readonly string[]) =>
      run(mu, [...words, muhome], {
        ...limit,
        env: { ...process.env, HOME: home, LC_ALL: 'C.UTF-8' },
      });
    await call('init', `--maildir=${tickets}`);
    await call('index', '--quiet');
    const { stdout } = await call('find', '--nocolor', '--fields', 'l', 'bulb');
    const paths = stdout.trim().split('\n').sort();
    expect(paths.length).toBeGreaterThanOrEqual(2);
    expect(paths.every((each) => each.startsWith(path))).toBe(true);
    const { stdout: subjects } = await call(
      'find',
      '--nocolor',
      '--fields',
      's',
      'from:kim@customer.example',
    );
    expect(subjects.trim()).toBe(subject);
  });
});
