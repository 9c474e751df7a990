import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { noVerdicts } from '../../../src/core/message/verdicts.ts';
import type { MessageName } from '../../../src/core/ticket/event.ts';
import { checkScanners } from '../../../src/edges/cli/scanner-checks.ts';
import { digestOf } from '../../../src/storage/codec.ts';
import { spamdSays, startScannerDouble } from '../../helpers/scanner-double.ts';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;
let name: MessageName;

beforeEach(async () => {
  cli = await openTestCli();
  const raw = Buffer.from(`${lampMail}\u001b[31m`);
  name = await cli.desk.trouble.quarantine({
    raw,
    content: digestOf(raw),
    envelope: {
      via: 'smtp',
      sender: 'kim@customer.example',
      recipients: ['support@example.org'],
      client: undefined,
    },
    verdicts: { ...noVerdicts, virus: { found: true, name: 'Eicar', by: 'clamd' } },
  });
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
});

describe('trouble list', () => {
  it('is a table, or JSON', async () => {
    const { code, out } = await cli.run('trouble', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^NAME.*\n${name}  2026-11-23 11:15 +virus: Eicar +kim@`));
    const json = await cli.run('trouble', 'list', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      entries: [
        {
          name,
          kind: 'virus',
          reason: 'Eicar',
          since: expect.stringMatching(/^2026-11-23T10:15:/),
          sender: 'kim@customer.example',
          recipients: ['support@example.org'],
          subject: 'The lamp is dark',
        },
      ],
    });
  });
});

describe('trouble show', () => {
  it('prints the mail without what steers a terminal', async () => {
    const { out } = await cli.run('trouble', 'show', name);
    expect(out).toMatch(/^From: Kim Stone/);
    expect(out).not.toContain('\u001b');
    expect((await cli.run('trouble', 'show', 'nothing')).code).toBe(65);
  });
});

describe('trouble release', () => {
  it('files the mail and tells the running desk', async () => {
    const { code, out } = await cli.run('trouble', 'release', name);
    expect(code).toBe(0);
    expect(cli.desk.announced).toEqual([out.trim()]);
    expect(cli.desk.received[0]).toMatchObject({
      sender: 'kim@customer.example',
      released: { virus: { found: true, name: 'Eicar' } },
    });
    expect(await cli.desk.trouble.count()).toBe(0);
    expect((await cli.run('trouble', 'release', name)).code).toBe(65);
  });

  it('is not for an agent who is no admin', async () => {
    const { code, err } = await cli.run('--as', 'anna', 'trouble', 'release', name);
    expect([code, err]).toEqual([
      77,
      'maildesk: The agent "anna" is no admin; only an admin releases mails\n',
    ]);
    expect(await cli.desk.trouble.count()).toBe(1);
  });

  it('says so when the mail goes back into quarantine', async () => {
    cli.desk.turnAway = { outcome: 'quarantined', name };
    expect((await cli.run('trouble', 'release', name)).code).toBe(65);
    expect(await cli.desk.trouble.count()).toBe(1);
  });
});

describe('doctor', () => {
  it('says whether the scanners answer', async () => {
    const { desk } = cli.desk.config.current();
    const spamd = await startScannerDouble('spamd', () => spamdSays(false, 0));
    const spamFilter = { program: 'spamd', at: spamd.at } as const;
    const virusScanner = { kind: 'unix', path: '/nowhere/clamd.sock' } as const;
    const states = await checkScanners({ ...desk, spamFilter, virusScanner }, systemClock);
    await spamd.close();
    expect(states).toEqual([
      { program: 'spamd', problem: undefined },
      { program: 'clamd', problem: expect.stringMatching(/^Cannot ask clamd: .*ENOENT/) },
    ]);
    expect((await cli.run('doctor')).out).not.toContain('scanner');
  });
});

describe('deliver', () => {
  it('ends with 77 for a refused mail, and with 0 for one that is kept', async () => {
    cli.machine.input = lampMail;
    cli.desk.turnAway = { outcome: 'refused', reason: 'spam' };
    expect(await cli.run('deliver')).toMatchObject({
      code: 77,
      out: '',
      err: 'maildesk: 5.7.1 This looks like unwanted mail and is not taken\n',
    });
    cli.desk.turnAway = { outcome: 'quarantined', name };
    expect(await cli.run('deliver')).toMatchObject({
      code: 0,
      out: '',
      err: `maildesk: The mail carries a virus; it is kept as ${name}\n`,
    });
  });
});
