/**
 * Makes test/releases/VERSION/desk.tar.gz: `node test/releases/make.mjs [VERSION …]`.
 *
 * Each release's own code writes a small desk with what was new in it: the commit is taken out of the repository into a
 * temporary folder, built there with the libraries of today, and driven by its command line alone. A desk that is made is
 * never made anew without need: it is what the release wrote. 0.1.0 was kept when it was released.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The last commit that had the version; `HEAD` for one that is being made. */
const commits = {
  '0.2.0': '652fd3a^',
  '0.3.0': 'ac4035d^',
  '0.4.0': 'f03b24b^',
  '0.5.0': '4ac93f8^',
  '0.6.0': '88ff152',
  '0.7.0': 'HEAD',
};
const order = Object.keys(commits);
const root = join(import.meta.dirname, '..', '..');
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : order;

for (const version of wanted) make(version);

function make(version) {
  const work = mkdtempSync(join(tmpdir(), 'maildesk-release-'));
  const source = join(work, 'source');
  const data = join(work, 'data');
  try {
    run('git', ['worktree', 'add', '--detach', source, commits[version]], { cwd: root });
    symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
    run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: source });
    write(join(source, 'dist/main.js'), data, (since) => order.indexOf(version) >= order.indexOf(since));
    const target = join(import.meta.dirname, version);
    mkdirSync(target, { recursive: true });
    const parts = ['tickets', 'archive', 'outbox', 'agents', 'config', 'redactions', 'erasures'];
    const there = parts.filter((part) => exists(join(data, part)));
    run('tar', ['--sort=name', '-czf', join(target, 'desk.tar.gz'), '-C', data, ...there]);
    console.info(`${version} made`);
  } finally {
    run('git', ['worktree', 'remove', '--force', source], { cwd: root });
    rmSync(work, { recursive: true, force: true });
  }
}

function write(main, data, has) {
  const desk = (args, input = '') =>
    execFileSync(process.execPath, [main, ...args], {
      input,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        TZ: 'UTC',
        MAILDESK_DATA: data,
        MAILDESK_CHECK_SENDERS: 'false',
        MAILDESK_LOG_LEVEL: 'error',
      },
    }).trim();
  const deliver = (fields, text) => {
    const header = Object.entries({
      From: 'Kim Berg <kim@customer.example>',
      To: 'support@localhost',
      Subject: 'The lamp is dark',
      Date: 'Mon, 23 Nov 2026 10:00:00 +0000',
      ...fields,
    });
    const lines = header.map(([name, value]) => `${name}: ${value}`).join('\r\n');
    return desk(['deliver'], `${lines}\r\n\r\n${text}\r\n`).match(/\d{14,20}/)?.[0] ?? newest();
  };
  const newest = () => JSON.parse(desk(['list', '--json'])).tickets.map(({ number }) => number).sort().at(-1);
  const password = { anna: ['--name', 'Anna Adler', '--email', 'anna@desk.example'] };
  desk(['agent', 'add', 'anna', ...password.anna], 'correct horse battery\ncorrect horse battery\n');
  const lamp = deliver({ 'Message-ID': '<lamp@customer.example>' }, 'The lamp does not shine.');
  deliver({ 'Message-ID': '<lamp-2@customer.example>', 'In-Reply-To': '<lamp@customer.example>', Subject: 'Re: The lamp is dark' }, 'It still does not.');
  const chair = deliver({ 'Message-ID': '<chair@else.example>', From: 'Lee Long <lee@else.example>', Subject: '=?utf-8?B?5qSF5a2Q?=' }, 'The chair is broken.');
  const twin = deliver({ 'Message-ID': '<twin@else.example>', From: 'Lee Long <lee@else.example>', Subject: 'The chair again' }, 'Once more: the chair.');
  desk(['reply', lamp, 'Press the switch.']);
  desk(['note', lamp, 'A simple case.']);
  desk(['set', lamp, 'priority=high', 'tag+=lamp']);
  desk(['merge', twin, chair]);
  if (!has('0.3.0')) {
    desk(['set', chair, 'state=closed']);
    return;
  }
  // 0.3.0: states and fields of its own, waiting, answers for later, calls, merges that are taken back, bulk.
  writeFileSync(
    join(data, 'config/desk.yaml'),
    `states:\n  waiting-supplier: {type: pending-reminder, name: {en: Waiting for the supplier}}\nfields:\n  order: {type: number, name: {en: Order}}\n`,
    { flag: 'a' },
  );
  desk(['unmerge', twin]);
  desk(['merge', twin, chair]);
  desk(['set', chair, 'state=waiting-supplier', 'pending-until=2027-01-04T08:00:00Z', 'x-order=4711']);
  desk(['call', lamp, '--phone', '+49 30 1234567', 'She called.']);
  const table = deliver({ 'Message-ID': '<table@customer.example>', Subject: 'A table' }, 'I would like a table.');
  desk(['reply', table, 'Here it is.', '--send-at', '2027-06-01T08:00:00Z', '--as', 'anna']);
  desk(['undo', lamp]);
  if (!has('0.4.0')) return;
  // 0.4.0: appointments, answers made with text modules, targets.
  desk(['appointment', table, 'We come to you.', '--start', '2027-01-05 10:00', '--invite', 'kim@customer.example']);
  if (!has('0.6.0')) return;
  // 0.6.0: seals, the archive, something taken out.
  const secret = deliver({ 'Message-ID': '<secret@else.example>', From: 'lee@else.example', Subject: 'A number' }, 'The code is 7-31-99, keep it.');
  const [message] = JSON.parse(desk(['show', secret, '--json'])).messages;
  desk(['redact', secret, message.id ?? message.name, '--text', '7-31-99', '--reason', 'It should not be known']);
  if (!has('0.7.0')) return;
  // 0.7.0: reports other than bounces.
  const folder = join(data, 'tickets', lamp.slice(0, 4), lamp.slice(4, 6), lamp.slice(6, 8), lamp);
  const ours = ['new', 'cur']
    .flatMap((part) => readdirSync(join(folder, part)).map((name) => readFileSync(join(folder, part, name), 'utf8')))
    .find((text) => text.includes('\nTicket-Event: mail-out\n'));
  const original = /^Message-ID:\s*(\S+)/im.exec(ours ?? '')?.[1] ?? '';
  deliver(
    {
      'Message-ID': '<seen@customer.example>',
      Subject: 'Read: The lamp is dark',
      'MIME-Version': '1.0',
      'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b',
    },
    [
      '--b',
      'Content-Type: text/plain',
      '',
      'Your mail was displayed.',
      '--b',
      'Content-Type: message/disposition-notification',
      '',
      'Final-Recipient: rfc822; kim@customer.example',
      `Original-Message-ID: ${original}`,
      'Disposition: manual-action/MDN-sent-manually; displayed',
      '',
      '--b--',
    ].join('\r\n'),
  );
}

function exists(path) {
  try {
    execFileSync('test', ['-e', path]);
    return true;
  } catch {
    return false;
  }
}

function run(program, args, options = {}) {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
}
