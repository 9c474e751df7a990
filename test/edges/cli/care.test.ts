/** The verbs by which an admin looks after a desk. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { folderOf, type TicketNumber } from '../../../src/core/ticket/number.ts';
import { createLedgerFile } from '../../../src/services/ledger/ledger-file.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
});

afterEach(() => cli.desk.close());

describe('sweep and reindex', () => {
  it('sweep wakes the running desk', async () => {
    await writeFile(join(cli.desk.root, 'index', 'desk.pid'), '4711\n');
    cli.machine.runningDesk = 4711;
    expect(await cli.run('sweep')).toEqual({
      code: 0,
      out: 'The running desk (process 4711) sweeps now\n',
      err: '',
    });
  });

  it.each([undefined, '4712\n', '0\n', '-1\n', 'x'])(
    'sweep looks itself when no desk runs (desk.pid: %j)',
    async (pid) => {
      if (pid !== undefined) await writeFile(join(cli.desk.root, 'index', 'desk.pid'), pid);
      await cli.desk.open(lampMail);
      expect((await cli.run('sweep')).out).toBe('1 tickets, 1 changed, 0 gone\n');
      expect(cli.machine.woken).toEqual(pid === '4712\n' ? [4712] : []);
    },
  );

  it('reindex deletes what was computed, keeps the process id, and tells the running desk', async () => {
    const index = join(cli.desk.root, 'index');
    await mkdir(join(index, 'segments'));
    await writeFile(join(index, 'segments', 'one'), '');
    await writeFile(join(index, 'catalogue'), '');
    await writeFile(join(index, 'desk.pid'), '4711');
    await cli.desk.open(lampMail);
    expect((await cli.run('reindex')).out).toBe(
      '1 tickets indexed, 1 had changed since, 0 were wrong\n',
    );
    expect(await readdir(index)).toEqual(['desk.pid']);
    expect(cli.machine.woken).toEqual([4711]);
  });
});

describe('verify', () => {
  let ticket: TicketNumber;

  beforeEach(async () => {
    ticket = (await cli.desk.open(lampMail)).ticket;
    await cli.run('note', ticket, 'One');
    await cli.run('note', ticket, 'Two');
  });

  const newFolder = () => join(cli.desk.root, 'tickets', ...folderOf(ticket), 'new');

  async function edit(text: string, replacement: string): Promise<string> {
    for (const name of (await readdir(newFolder())).sort()) {
      const path = join(newFolder(), name);
      const bytes = await readFile(path, 'latin1');
      if (!bytes.includes(text)) continue;
      await writeFile(path, bytes.replace(text, replacement), 'latin1');
      return name;
    }
    throw new Error(`no file holds "${text}"`);
  }

  it('finds nothing in what the desk wrote', async () => {
    expect(await cli.run('verify')).toEqual({
      code: 0,
      out: '1 tickets checked, 0 findings\n',
      err: '',
    });
    expect((await cli.run('verify', ticket)).code).toBe(0);
  });

  it('names a file that was changed', async () => {
    const name = await edit('Ticket-Set: queue=Support', 'Ticket-Set: queue=Sales');
    const { code, out } = await cli.run('verify', '--json');
    expect(code).toBe(65);
    expect(JSON.parse(out)).toMatchObject({
      tickets: 1,
      ok: false,
      findings: [{ ticket, kind: 'changed', name }],
    });
  });

  it('names a file whose received mail was changed without changing its size', async () => {
    const name = await edit('does not shine', 'does yet shine');
    const { findings } = JSON.parse((await cli.run('verify', ticket, '--json')).out);
    expect(findings).toMatchObject([{ kind: 'changed', name }]);
  });

  it('names the file, the place and who knew it, when the block was changed without changing its size', async () => {
    const name = await edit('Ticket-Set: queue=Support', 'Ticket-Set: queue=Billing');
    const { code, out } = await cli.run('verify', ticket);
    expect(code).toBe(65);
    expect(out).toMatch(/ is not as it was written; bytes 86 to \d+ \(block or trace\): it has /);
    expect(out).toContain(name);
    expect(out).toMatch(/; \S+ saw sha256:/);
  });

  it('names the newest file when its size is not the one in its name', async () => {
    const name = await edit('\nTwo', '\nThree');
    const { findings } = JSON.parse((await cli.run('verify', ticket, '--json')).out);
    expect(findings).toMatchObject([{ kind: 'changed', name }]);
  });

  it('says that a file is missing', async () => {
    const [, second = ''] = (await readdir(newFolder())).sort();
    await rm(join(newFolder(), second));
    const { code, out } = await cli.run('verify', ticket);
    expect(code).toBe(65);
    expect(out).toMatch(new RegExp(`^${ticket} {2}missing {2}the file with sha256:`));
  });

  it('tells of a file put there by hand, and is content', async () => {
    await writeFile(join(newFolder(), 'close-it'), 'Ticket-Set: state=closed\n\n');
    const { code, out } = await cli.run('verify');
    expect([code, out]).toEqual([
      0,
      `${ticket}  by-hand  close-it was put there by hand\n1 tickets checked, 1 findings\n`,
    ]);
  });

  it('says 65 for a ticket that is not there', async () => {
    expect((await cli.run('verify', '20261123999953')).code).toBe(65);
  });
});

describe('doctor', () => {
  it('fails while a mail is unaccounted for, and names it', async () => {
    const { ticket, message } = await cli.desk.open(lampMail);
    const saved = { updated: cli.desk.clock.now(), unaccounted: 1, days: new Map() };
    const missing = [{ ticket, message, received: cli.desk.clock.now() }];
    const file = createLedgerFile(nodeFiles, join(cli.desk.root, 'index'));
    await file.save({ ...saved, missing });
    const bad = await cli.run('doctor');
    expect(bad.code).toBe(69);
    expect(bad.out).toContain(`missing is ${message} of ticket ${ticket}`);
    await file.save({ ...saved, unaccounted: 0, missing: [] });
    expect((await cli.run('doctor')).out).toMatch(/ok +account of mails +balances/);
  });

  it('is content with a sound desk', async () => {
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
  });

  it('leaves nothing behind', async () => {
    await cli.run('doctor');
    expect(await readdir(join(cli.desk.root, 'inbox', 'new'))).toEqual([]);
  });

  it('fails with 69 for what stops the desk, and names it', async () => {
    await rm(join(cli.desk.root, 'agents'), { recursive: true });
    cli.machine.nodeVersion = '18.20.1';
    cli.machine.configProblems.push({ file: 'desk.yaml', line: 3, reason: 'Unknown key "adress"' });
    cli.machine.openFailure = new Fault('config-invalid', {
      retry: 'never',
      detail: 'The configuration has problems',
    });
    const { code, out } = await cli.run('doctor', '--json');
    expect(code).toBe(69);
    const failed = JSON.parse(out).checks.filter(
      ({ level }: { level: string }) => level === 'fail',
    );
    expect(failed.map(({ check }: { check: string }) => check)).toEqual([
      'node',
      'directory agents',
      'configuration',
      'desk',
    ]);
  });

  it('warns of trouble and of mail that waits too long', async () => {
    await writeFile(join(cli.desk.root, 'trouble', 'new', 'odd'), '');
    const { message } = await cli.desk.open(lampMail);
    cli.desk.waiting.push({
      name: message,
      ticket: undefined,
      recipients: [],
      subject: '',
      since: cli.desk.clock.now(),
      attempts: 3,
      nextAttempt: undefined,
      reply: '451 later',
    });
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(0);
    expect(out).toMatch(/^warn {2}trouble +1 messages/m);
    expect(out).toMatch(/^warn {2}outbox +1 mails wait; no smarthost/m);
  });

  it('prints the DKIM record that the DNS should have', async () => {
    const finding = {
      name: 'k._domainkey.a.example',
      record: 'v=DKIM1; k=rsa; p=AAAA',
      reason: '',
    };
    cli.machine.dkim.push({ ...finding, state: 'missing' }, { ...finding, state: 'other' });
    cli.machine.dkim.push({ ...finding, state: 'unknown', reason: 'No answer' });
    cli.machine.dkim.push({ ...finding, state: 'right' });
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(0);
    const lines = out.split('\n').filter((line) => line.includes('dkim'));
    expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
      'warn dkim "k._domainkey.a.example" should be a TXT record: v=DKIM1; k=rsa; p=AAAA',
      'warn dkim "k._domainkey.a.example" has another key; it should be: v=DKIM1; k=rsa; p=AAAA',
      'warn dkim No answer; "k._domainkey.a.example" should be: v=DKIM1; k=rsa; p=AAAA',
      'ok dkim "k._domainkey.a.example" has the key',
    ]);
  });
});

describe('agent', () => {
  const max = ['agent', 'add', 'max', '--name', 'Max Moor', '--email', 'max@example.org'];

  it('add makes an agent; an admin is an agent too', async () => {
    expect(await cli.run(...max, '--role', 'admin')).toEqual({ code: 0, out: 'max\n', err: '' });
    expect(cli.desk.accounts.find('max')).toMatchObject({
      name: 'Max Moor',
      email: 'max@example.org',
      roles: ['agent', 'admin'],
    });
    const again = await cli.run(...max);
    expect([again.code, again.err]).toEqual([
      65,
      'maildesk: Agent "max" exists already; expected a new login\n',
    ]);
  });

  it('passwd reads the first line of standard input', async () => {
    cli.machine.input = 'correct horse battery\nrest\n';
    expect(await cli.run('agent', 'passwd', 'anna')).toEqual({ code: 0, out: '', err: '' });
    expect(cli.desk.accounts.find('anna')?.passwordMark).toBe('correct horse battery');
  });

  it('passwd asks twice on a terminal', async () => {
    cli.machine.secrets = ['correct horse', 'correct house'];
    expect((await cli.run('agent', 'passwd', 'anna')).code).toBe(65);
    expect(cli.desk.accounts.find('anna')?.passwordMark).toBe('');
    cli.machine.secrets = ['correct horse', 'correct horse'];
    expect((await cli.run('agent', 'passwd', 'anna')).code).toBe(0);
    expect(cli.desk.accounts.find('anna')?.passwordMark).toBe('correct horse');
  });

  it('passwd refuses a short password, and asks nothing for an unknown agent', async () => {
    cli.machine.input = 'short';
    expect(await cli.run('agent', 'passwd', 'anna')).toMatchObject({
      code: 65,
      err: expect.stringContaining('at least 10'),
    });
    cli.machine.secrets = ['never asked'];
    expect((await cli.run('agent', 'passwd', 'none')).code).toBe(65);
    expect(cli.machine.secrets).toHaveLength(1);
  });

  it('token prints the token alone', async () => {
    expect(await cli.run('agent', 'token', 'anna')).toEqual({
      code: 0,
      out: 'token-of-anna\n',
      err: '',
    });
    expect((await cli.run('agent', 'token', 'none')).code).toBe(65);
  });

  it('link prints a link to the viewer', async () => {
    expect((await cli.run('agent', 'link', 'anna')).out).toBe(
      'http://127.0.0.1:8080/login/link-of-anna\n',
    );
  });
});

describe('config', () => {
  it('check names file, line and reason, and ends with 78', async () => {
    expect(await cli.run('config', 'check')).toEqual({ code: 0, out: 'No problems\n', err: '' });
    cli.machine.configProblems.push(
      { file: 'desk.yaml', line: 3, reason: 'Unknown key "adress"' },
      { file: 'environment', line: undefined, reason: 'MAILDESK_HTTP is bad' },
    );
    const { code, out } = await cli.run('config', 'check');
    expect([code, out]).toEqual([
      78,
      'desk.yaml:3: Unknown key "adress"\nenvironment: MAILDESK_HTTP is bad\n',
    ]);
    expect((await cli.run('config', 'list')).code).toBe(78);
  });

  it('list prints a table of all settings', async () => {
    const row = {
      key: 'http',
      environment: 'MAILDESK_HTTP',
      value: '127.0.0.1:9000',
      default: '127.0.0.1:8080',
      unit: undefined,
      sentence: 'Where the viewer listens',
    };
    cli.machine.settings.push(row, { ...row, key: 'smarthostPassword', value: '***' });
    const { out } = await cli.run('config', 'list');
    expect(out.split('\n').slice(0, 2)).toEqual([
      'SETTING            ENVIRONMENT    VALUE           DEFAULT         MEANING',
      'http               MAILDESK_HTTP  127.0.0.1:9000  127.0.0.1:8080  Where the viewer listens',
    ]);
    expect(JSON.parse((await cli.run('config', 'list', '--json')).out).settings).toHaveLength(2);
  });
});
