import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseInstant, toInstant } from '../../../src/base/clock.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { reportFile, summarize } from '../../../src/edges/cli/import-report.ts';
import { createProgressLine } from '../../../src/edges/cli/progress.ts';
import type { ImportPlan } from '../../../src/services/carry/import-plan.ts';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;
let folder: string;

beforeEach(async () => {
  cli = await openTestCli();
  folder = await mkdtemp(join(tmpdir(), 'maildesk-cli-'));
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
  await rm(folder, { recursive: true, force: true });
});

describe('maildesk export', () => {
  it('writes a file, into a folder under the name of the ticket, and over nothing', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    expect(await cli.run('export', ticket, '-o', folder)).toMatchObject({ code: 0, out: '' });
    const text = await readFile(join(folder, `${ticket}.mbox`), 'utf8');
    expect(text).toContain('The lamp is dark');
    const again = await cli.run('export', ticket, '-o', folder);
    expect(again.code).not.toBe(0);
    expect(again.err).toContain('already');
  });

  it('writes to standard output, but not onto a terminal', async () => {
    await cli.desk.open(lampMail);
    const { out } = await cli.run('export', '--query', 'state:new');
    expect(out).toMatch(/^From \S+ /);
    cli.machine.isTerminal = true;
    expect((await cli.run('export', '--query', 'state:new')).err).toContain('-o');
  });

  it.each([
    [[], 'the number of a ticket, or --query'],
    [['20261123000124'], 'There is no ticket'],
    [['--query', 'x', '--format', 'exe'], 'expected mbox, eml, pdf'],
    [['--query', 'nosuch:x'], 'Unknown search field'],
    [['--query', 'x', '--format', 'pdf'], 'names a folder'],
  ])('refuses %j', async (args, said) => {
    expect((await cli.run('export', ...args)).err).toContain(said);
  });
});

describe('maildesk import', () => {
  it.each([
    [['tar', 'x'], 'expected mbox, maildir, eml'],
    [['mbox', '/no/such/file'], 'There is nothing at'],
    [['mbox', 'x', '--queue', 'Nowhere'], 'Nowhere'],
    [['mbox', 'x', '--owner', 'nobody'], 'nobody'],
    [['mbox', 'x', '--state', 'lost'], 'expected recent, open, closed'],
    [['mbox', 'x', '--open-days', 'many'], 'number of days'],
  ])('refuses %j', async (args, said) => {
    expect((await cli.run('import', ...args)).err).toContain(said);
  });

  const time = parseInstant('2019-03-04T08:00:00Z') ?? toInstant(0);
  const mail = { path: '/a', key: 'a', from: '=old,"box"', at: '7', bytes: 100, time, flags: '' };
  const plan: ImportPlan = { mails: [mail, mail], bytes: 200, leftOut: 3, digest: '' };
  const ticket = parseTicketNumber('20261123000124');
  const report = {
    isComplete: true,
    resumed: 1,
    rows: [
      { at: 0, outcome: 'made', ticket, problems: ['no-date'] },
      { at: 1, outcome: 'duplicate', ticket, problems: [] },
    ],
  } as const;

  it('says what became of the mails, in lines, as CSV and as JSON', () => {
    expect(summarize(plan, report, false).split('\n')).toEqual([
      '2 of 2 mails, 2019-03-04 to 2019-03-04',
      '  1 made a ticket',
      '  1 were there already',
      '  1 of them in an earlier run',
      '1 have something wrong with them; see --report',
      '3 drafts and deleted mails were left out',
      '',
    ]);
    expect(String(reportFile('r.csv', plan, report)).split('\r\n')[1]).toBe(
      `"'=old,""box""",7,2019-03-04T08:00:00.000Z,made,${ticket ?? ''},no-date`,
    );
    expect(JSON.parse(String(reportFile('r.json', plan, report)))[1]).toMatchObject({
      at: '7',
      outcome: 'duplicate',
    });
  });

  it('draws a bar on a terminal, and says a line now and then elsewhere', () => {
    const drawn = (isTerminal: boolean) => {
      let now = time;
      const out: string[] = [];
      const line = createProgressLine({
        io: { stderr: (text) => void out.push(text), isTerminal },
        clock: { now: () => now, after: () => () => {} },
      });
      line.begin({ mails: Array.from({ length: 100 }), bytes: 1000 });
      for (let done = 0; done <= 100; done += 10) {
        line.progress({ done, bytes: done * 10 });
        now = toInstant(now + 4000);
      }
      line.end();
      return out;
    };
    expect(drawn(true)).toContain(
      '\r[############------------]  50 %  50 of 100 mails  3/s  20 s left',
    );
    expect(drawn(false)).toContain('60 %  60 of 100 mails  3/s  16 s left\n');
  });
});
