import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatInstant, toInstant } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { readTicketJson } from '../../../src/services/present/ticket-json.ts';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
});

const subject = (text: string) => lampMail.replace('The lamp is dark', text);

async function ticketOf(number: Parameters<typeof readTicketJson>[1]) {
  const ticket = await readTicketJson(cli.desk.store, number);
  if (ticket === undefined) throw new Error('no such ticket');
  return ticket;
}

describe('usage', () => {
  it('start and demo run what they are given', async () => {
    expect((await cli.run('start')).code).toBe(0);
    expect((await cli.run('demo')).code).toBe(0);
    expect(cli.machine.started).toEqual(['start', 'demo']);
  });

  it('prints help and version to standard output', async () => {
    expect(await cli.run('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
    const help = await cli.run('--help');
    expect([help.code, help.err]).toEqual([0, '']);
    for (const verb of [
      'start',
      'deliver',
      'list',
      'show',
      'search',
      'set',
      'note',
      'reply',
      'sweep',
      'reindex',
      'verify',
    ]) {
      expect(help.out).toMatch(new RegExp(`^  ${verb} `, 'm'));
    }
  });

  it.each([
    [['lst'], "maildesk: unknown command 'lst' (Did you mean list?)\n"],
    [['show'], "maildesk: missing required argument 'number'\n"],
    [['list', '--jsn'], "maildesk: unknown option '--jsn' (Did you mean --json?)\n"],
    [['list', '--limit', '0'], expect.stringMatching(/^maildesk: .*--limit.* 1 to 500\n$/)],
    [
      ['list', '--sort', 'upated'],
      expect.stringMatching(/^maildesk: .*did you mean "updated"\?\)\n$/),
    ],
    [['agent', 'add', 'max'], expect.stringMatching(/^maildesk: required option '--name/)],
    [
      ['agent', 'add', 'max', '--name', 'M', '--email', 'm@x.org', '--role', 'boss'],
      expect.stringContaining('agent, admin'),
    ],
  ])('refuses %j in one line with 64', async (argv, err) => {
    expect(await cli.run(...argv)).toEqual({ code: 64, out: '', err });
  });

  it('without a verb prints help to standard error and ends with 64', async () => {
    const { code, out, err } = await cli.run();
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('Usage: maildesk');
  });

  it('turns faults into their exit codes, and says one line', async () => {
    const codes = {
      'config-invalid': 78,
      'permission-denied': 77,
      'not-ready': 75,
      'disk-full': 75,
    } as const;
    for (const code of ['config-invalid', 'permission-denied', 'not-ready', 'disk-full'] as const) {
      cli.machine.openFailure = new Fault(code, {
        retry: 'later',
        detail: 'Cannot open\nthe desk',
      });
      expect(await cli.run('list')).toEqual({
        code: codes[code],
        out: '',
        err: 'maildesk: Cannot open the desk\n',
      });
    }
  });

  it('ends with 70 for a bug, with the cause in the log alone', async () => {
    cli.machine.openFailure = new TypeError('x is undefined');
    const { code, err } = await cli.run('list');
    expect(code).toBe(70);
    expect(err).not.toContain('x is undefined');
    expect(cli.desk.logged).toMatchObject([
      { event: 'cli.failed', fields: { reason: 'x is undefined' } },
    ]);
  });
});

describe('deliver', () => {
  it('files standard input and prints the ticket number alone', async () => {
    cli.machine.input = lampMail;
    const { code, out } = await cli.run('deliver', '--queue', 'billing');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d{14}\n$/);
    expect(cli.desk.received[0]).toMatchObject({
      via: 'pipe',
      queue: 'Billing',
      raw: Buffer.from(lampMail),
    });
    expect(cli.desk.announced).toEqual([out.trim()]);
  });

  it('takes the envelope as the mail server gives it', async () => {
    cli.machine.input = lampMail;
    await cli.run(
      'deliver',
      '--sender=-odd@a.example',
      '--recipient=support@x.example',
      '--recipient=<b@x.example>',
    );
    expect(cli.desk.received[0]).toMatchObject({
      sender: '-odd@a.example',
      recipients: ['support@x.example', 'b@x.example'],
    });
  });

  it.each(['', '<>', 'MAILER-DAEMON'])(
    'takes the sender "%s" for the empty reverse-path',
    async (sender) => {
      cli.machine.input = lampMail;
      expect((await cli.run('deliver', `--sender=${sender}`)).code).toBe(0);
      expect(cli.desk.received[0]?.sender).toBe('');
    },
  );

  it('leaves the envelope to the fields of the mail when none is given', async () => {
    cli.machine.input = lampMail;
    await cli.run('deliver');
    expect(cli.desk.received[0]).toMatchObject({ sender: undefined, recipients: [] });
  });

  it.each([[['--sneder=x']], [['--queue']], [['extra']]])(
    'says 75 for a wrong command line %j, for a mail server would send the mail back',
    async (args) => {
      const { code, out, err } = await cli.run('deliver', ...args);
      expect([code, out]).toEqual([75, '']);
      expect(err).toMatch(/^maildesk: [^\n]+\n$/);
    },
  );

  it('files an empty mail too', async () => {
    expect((await cli.run('deliver')).code).toBe(0);
  });

  it.each([
    ['a full disk', new Fault('disk-full', { retry: 'later', detail: 'full' })],
    ['a broken configuration', new Fault('config-invalid', { retry: 'never', detail: 'bad' })],
    ['a bug', new TypeError('x is undefined')],
  ])('says 75 for %s, so that the mail server keeps the mail', async (_, failure) => {
    cli.desk.failIntake = failure;
    const { code, out, err } = await cli.run('deliver');
    expect([code, out]).toEqual([75, '']);
    expect(err).toMatch(/^maildesk: [^\n]+\n$/);
  });

  it('says 75 for an unknown queue and names the known ones', async () => {
    const { code, err } = await cli.run('deliver', '--queue', 'Biling');
    expect([code, err]).toEqual([
      75,
      'maildesk: Unknown queue "Biling"; expected one of Support, Billing (did you mean "Billing"?)\n',
    ]);
  });

  it('refuses a mail over the limit for good', async () => {
    cli.machine.input = 'x'.repeat(100_001);
    expect((await cli.run('deliver')).code).toBe(65);
    expect(cli.desk.received).toEqual([]);
  });
});

describe('list and search', () => {
  it('prints aligned columns with times in the desk’s zone', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    const { ticket: other } = await cli.desk.open(
      subject('=?utf-8?B?6Kq/5ZCI?=').replace('Kim Stone', '=?utf-8?B?5bGx55Sw?='),
      {
        queue: 'Billing',
      },
    );
    const { out, code } = await cli.run('list', '--sort', 'number');
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'NUMBER          STATE  QUEUE    PRIORITY  OWNER  UPDATED           CUSTOMER   SUBJECT',
        `${ticket}  new    Support  normal    -      2026-11-23 11:15  Kim Stone  The lamp is dark`,
        `${other}  new    Billing  normal    -      2026-11-23 11:15  山田       調合`,
        '',
      ].join('\n'),
    );
  });

  it('prints colour codes only to a terminal, and none that came by mail', async () => {
    await cli.desk.open(subject('red \u001b[31m alarm'));
    expect((await cli.run('list')).out).not.toContain('\u001b');
    cli.machine.isTerminal = true;
    const { out } = await cli.run('list');
    expect(out).toContain('\u001b[1m');
    expect(out).not.toContain('\u001b[31m');
  });

  it('prints the page that the API gives as JSON, and where the next begins', async () => {
    for (const text of ['one', 'two', 'three']) await cli.desk.open(subject(text));
    const first = JSON.parse(
      (await cli.run('list', '--json', '--limit', '2', '--sort', 'number')).out,
    );
    expect(first.tickets.map((ticket: { subject: string }) => ticket.subject)).toEqual([
      'one',
      'two',
    ]);
    const second = await cli.run('list', '--json', '--sort', 'number', '--after', first.next);
    expect(JSON.parse(second.out)).toMatchObject({
      tickets: [{ subject: 'three' }],
      next: null,
      total: 3,
    });
  });

  it('takes a query in one or several words', async () => {
    await cli.desk.open(subject('blue lamp'));
    await cli.desk.open(subject('red lamp'));
    for (const words of [['--', 'lamp', '-red'], ['lamp -red']]) {
      const { out } = await cli.run('search', ...words);
      expect([out.includes('blue lamp'), out.includes('red lamp')]).toEqual([true, false]);
    }
    expect((await cli.run('search', 'lamp', '-red')).code).toBe(64);
  });

  it('lists what a saved view asks for, and searches within it', async () => {
    await cli.desk.open(subject('blue lamp'));
    await cli.desk.open(subject('red lamp'));
    const owner = { login: 'anna', roles: ['agent'] };
    await cli.desk.savedViews.create(owner, { name: 'Lamps', query: 'lamp', sort: 'number' });
    const { out } = await cli.run('--as', 'anna', 'list', '--view', 'lamps');
    expect(out.indexOf('blue lamp')).toBeLessThan(out.indexOf('red lamp'));
    const within = await cli.run('--as', 'anna', 'search', '--view', 'Lamps', 'red');
    expect([within.out.includes('blue'), within.out.includes('red')]).toEqual([false, true]);
    expect(await cli.run('list', '--view', 'lamps')).toMatchObject({ code: 65 });
  });

  it('names the nearest field for a mistyped one', async () => {
    const { code, err } = await cli.run('list', 'quue:Support');
    expect([code, err]).toEqual([
      65,
      'maildesk: Unknown search field "quue:"; did you mean "queue:"?\n',
    ]);
  });
});

describe('show', () => {
  it('prints the same object as the API with --json', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    expect(JSON.parse((await cli.run('show', ticket, '--json')).out)).toEqual(
      await ticketOf(ticket),
    );
  });

  it('prints the messages for people, without what could steer a terminal', async () => {
    const { ticket } = await cli.desk.open(
      lampMail.replace('It does not', 'It \u001b]0;pwned\u0007does not'),
    );
    const { out } = await cli.run('show', ticket);
    expect(out).toContain('Customer  Kim Stone <kim@customer.example>');
    expect(out).toContain('Created   2026-11-23 11:15');
    expect(out).toContain('Files    lamp.txt (text/plain, 11 bytes)');
    expect(out).toContain('shine any more.');
    expect(out).not.toMatch(/[\u0007\u001b]/);
  });

  it('takes a number with the tag of a subject around it', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    expect((await cli.run('show', `[#${ticket}]`)).code).toBe(0);
  });

  it.each(['20261123000198', '20261123999953', 'x'])(
    'says 65 for %s, which is no ticket',
    async (number) => {
      expect(await cli.run('show', number)).toEqual({
        code: 65,
        out: '',
        err: `maildesk: There is no ticket "${number}"\n`,
      });
    },
  );
});

describe('set, note and reply', () => {
  it('set changes fields, adds and removes', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    expect(
      (await cli.run('set', ticket, 'state=open', 'tag+=vip', 'tag+=eu', 'owner=anna')).code,
    ).toBe(0);
    expect((await cli.run('set', ticket, 'tag-=eu', 'owner=', 'subject=a = b')).code).toBe(0);
    expect(await ticketOf(ticket)).toMatchObject({
      state: 'open',
      tags: ['vip'],
      owner: null,
      subject: 'a = b',
    });
    expect(cli.desk.announced).toEqual([ticket, ticket]);
  });

  it('set acts as the account, or as the agent of --as', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    await cli.run('set', ticket, 'state=open');
    await cli.run('--as', 'anna', 'set', ticket, 'state=closed');
    await cli.run('set', ticket, 'state=open', '--as', 'anna');
    expect((await ticketOf(ticket)).events.slice(1).map(({ actor }) => actor)).toEqual([
      'user root',
      'agent anna',
      'agent anna',
    ]);
    const { code, err } = await cli.run('--as', 'ana', 'set', ticket, 'state=closed');
    expect([code, err]).toEqual([
      65,
      'maildesk: Unknown agent "ana"; expected one of anna (did you mean "anna"?)\n',
    ]);
  });

  it('set refuses what no rule allows, and is content with what is set already', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    expect((await cli.run('set', ticket, 'state=done')).code).toBe(65);
    expect((await cli.run('set', ticket, 'stat=new')).err).toContain('did you mean "state"?');
    expect((await cli.run('set', ticket, 'closed')).code).toBe(64);
    expect((await cli.run('set', ticket, 'state=new')).code).toBe(0);
    expect((await ticketOf(ticket)).events).toHaveLength(1);
    expect(cli.desk.announced).toEqual([]);
  });

  it('note takes its text from the arguments or from standard input', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    const first = await cli.run('note', ticket, 'A', 'regular');
    cli.machine.input = 'From a pipe\r\nwith two lines\n';
    const second = await cli.run('note', ticket);
    const { messages } = await ticketOf(ticket);
    expect(messages.slice(1).map(({ id, kind, text }) => [id, kind, text.trimEnd()])).toEqual([
      [first.out.trim(), 'note', 'A regular'],
      [second.out.trim(), 'note', 'From a pipe\nwith two lines'],
    ]);
    cli.machine.input = '\n';
    expect((await cli.run('note', ticket)).code).toBe(65);
  });

  it('reply goes to who wrote, and sets the state', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    cli.machine.input = 'Try a new bulb.\n';
    const { code, out } = await cli.run('reply', ticket, '--state', 'closed');
    const { state, messages } = await ticketOf(ticket);
    expect([code, state, messages[1]?.id]).toEqual([0, 'closed', out.trim()]);
    expect(messages[1]?.to.map(({ address }) => address)).toEqual(['kim@customer.example']);
    expect(messages[1]?.text).toContain('Try a new bulb.');
  });

  it('reply waits for a time when an agent says so, and then only', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    const at = '2099-01-01T08:00:00Z';
    const nobody = await cli.run('reply', ticket, 'Hello', '--send-at', at);
    expect([nobody.code, nobody.out]).toEqual([65, '']);
    const soon = formatInstant(toInstant(cli.desk.clock.now() + 3_600_000));
    const kept = await cli.run('reply', ticket, 'Hello', '--as', 'anna', '--send-at', soon);
    expect([kept.code, kept.err]).toEqual([0, '']);
    expect(kept.out).toMatch(/^[a-z0-9]{20}\n$/);
    const folder = await cli.desk.store.read(ticket);
    expect([folder?.messages.length, folder?.drafts?.length]).toEqual([1, 1]);
  });

  it('reply takes several recipients and refuses what is none', async () => {
    const { ticket } = await cli.desk.open(lampMail);
    const to = [
      '--to',
      'Max <max@customer.example>',
      '--to',
      'lee@customer.example',
      '--cc',
      'pat@customer.example',
    ];
    expect((await cli.run('reply', ticket, 'Hello', ...to)).code).toBe(0);
    const [, sent] = (await ticketOf(ticket)).messages;
    expect(sent?.to.map(({ address }) => address)).toEqual([
      'max@customer.example',
      'lee@customer.example',
    ]);
    expect(sent?.cc.map(({ address }) => address)).toEqual(['pat@customer.example']);
    const { code, err } = await cli.run('reply', ticket, 'Hello', '--to', 'nobody');
    expect([code, err]).toEqual([
      65,
      'maildesk: Bad recipient "nobody"; expected an address such as name@example.org\n',
    ]);
  });
});
