/** The pages of first steps over a real desk: what an admin types, what the files say then, what is refused. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { type SmtpSink, startSmtpSink } from '../../helpers/smtp-sink.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

/** Each has a desk of its own, with passwords that are hashed for good. */
const slow = { timeout: 60_000 };

let viewer: Viewer;
let admin: Visitor;
let sink: SmtpSink;

beforeEach(async () => {
  sink = await startSmtpSink();
  await open({});
}, 60_000);

/** A new desk, started with these settings, and its admin at the first log-in. */
async function open(settings: Readonly<Record<string, string>>): Promise<void> {
  viewer = await startViewer({ firstSteps: true, agents: false, settings });
  const { accounts } = viewer.test.desk;
  const first = await accounts.ensureAdmin('support@localhost');
  await accounts.setLanguage('admin', 'en');
  admin = viewer.visitor();
  const path = `/login/${first?.token}`;
  await admin.get(path);
  expect((await admin.post(path, {})).location).toBe('/begin');
}

afterEach(async () => {
  await viewer.close();
  await sink.close();
});

const config = (file: string) => join(viewer.test.directory, 'config', file);
const read = (file: string) => readFile(config(file), 'utf8');

/** Sends the form of the page with its hidden fields, as a browser would. */
async function send(page: string, typed: Readonly<Record<string, string>>, action = page) {
  const { text } = await admin.get(page);
  const hidden = [...text.matchAll(/<input type="hidden" name="(digest|queue)" value="([^"]*)"/g)];
  return admin.post(action, {
    ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value])),
    ...typed,
  });
}

/** Lines of the one that the other does not have, and the other way round. */
function difference(before: string, after: string) {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  return {
    gone: old.filter((line) => !fresh.includes(line)),
    added: fresh.filter((line) => !old.includes(line)),
  };
}

const you = {
  name: 'Anna Chef',
  email: 'anna@home.example',
  deskName: 'Kontor',
  addresses: 'support@kontor.example, info@kontor.example',
  timeZone: 'Europe/Vienna',
  language: 'de',
};

const secret = { password: 'a long enough one', again: 'a long enough one' };

const server = () => ({ host: '127.0.0.1', port: String(sink.port), to: 'anna@home.example' });

describe('the step of the desk', slow, () => {
  it('changes no more of desk.yaml than an editor would, and holds at once', async () => {
    const before = await read('desk.yaml');
    const saved = await send('/begin/desk', { ...you, ...secret });
    expect([saved.status, saved.location]).toEqual([303, '/begin/sending']);
    expect(difference(before, await read('desk.yaml'))).toEqual({
      gone: [
        'address: ["support@localhost"]',
        '#name: Support',
        'timeZone: "UTC"',
        '#language: en',
      ],
      added: [
        'address: [support@kontor.example, info@kontor.example]',
        'name: Kontor',
        'timeZone: Europe/Vienna',
        'language: de',
      ],
    });
    expect(viewer.test.desk.config.current().desk).toMatchObject({
      addresses: ['support@kontor.example', 'info@kontor.example'],
      name: 'Kontor',
      timeZone: 'Europe/Vienna',
    });
    expect(parse(await read('agents/admin.yaml'))).toMatchObject({
      name: 'Anna Chef',
      email: 'anna@home.example',
      roles: ['admin', 'agent'],
    });
    const again = viewer.visitor();
    await again.get('/login');
    const entered = await again.post('/login', {
      login: 'anna@home.example',
      password: secret.password,
    });
    expect(entered.status).toBe(303);
    expect((await admin.get('/begin')).location).toBe('/begin/sending');
  });

  it('says of each field what was expected and what came, keeps what was typed, and writes nothing', async () => {
    const before = await read('desk.yaml');
    const refused = await send('/begin/desk', {
      ...you,
      email: 'support@kontor.example',
      addresses: 'not an address',
      timeZone: 'Middle/Earth',
      password: 'short',
    });
    expect(refused.status).toBe(422);
    const text = textOf(refused.text);
    for (const sentence of [
      'Nothing was saved: 3 fields are not right yet.',
      'Write one or more mail addresses such as support@example.org, parted by commas. It was “not an address”.',
      'Choose a time zone such as Europe/Berlin. It was “Middle/Earth”.',
      'Write at least ten characters.',
    ])
      expect(text).toContain(sentence);
    expect(refused.text).toContain('value="Anna Chef"');
    expect(refused.text).toContain('value="not an address"');
    expect(refused.text).not.toContain('value="short"');
    expect(await read('desk.yaml')).toBe(before);
    const own = await send('/begin/desk', { ...you, email: 'info@kontor.example' });
    expect(textOf(own.text)).toContain('Write an address of the person');
  });

  it('refuses once when somebody changed the file meanwhile, then keeps both changes', async () => {
    const { text } = await admin.get('/begin/desk');
    const digest = /name="digest" value="([^"]*)"/.exec(text)?.[1] ?? '';
    await writeFile(config('desk.yaml'), `${await read('desk.yaml')}# by hand\nsessionHours: 9\n`);
    const refused = await admin.post('/begin/desk', { ...you, digest });
    expect(refused.status).toBe(409);
    expect(textOf(refused.text)).toContain('desk.yaml was changed by somebody else meanwhile');
    const fresh = /name="digest" value="([^"]*)"/.exec(refused.text)?.[1] ?? '';
    expect((await admin.post('/begin/desk', { ...you, digest: fresh })).status).toBe(303);
    expect(parse(await read('desk.yaml'))).toMatchObject({ sessionHours: 9, name: 'Kontor' });
    expect(await read('desk.yaml')).toContain('# by hand\n');
  });

  it('names the line of a file that is broken, and leaves it alone', async () => {
    const broken = `${await read('desk.yaml')}name: [\n`;
    await writeFile(config('desk.yaml'), broken);
    const refused = await send('/begin/desk', you);
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain('desk.yaml: Cannot change the file');
    expect(await read('desk.yaml')).toBe(broken);
  });
});

describe('the step of sending', slow, () => {
  it('sends a test mail, and writes down the server that took it', async () => {
    await send('/begin/desk', you);
    const before = await read('desk.yaml');
    const tried = await send('/begin/sending', server(), '/begin/sending/try');
    expect(tried.status).toBe(200);
    const [mail] = await sink.waitFor(1);
    expect(mail?.envelope).toEqual({ from: 'support@kontor.example', to: ['anna@home.example'] });
    expect(mail?.subject).toBe('Test mail from Kontor');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(textOf(tried.text)).toContain('Word for word: 250 ');
    expect(difference(before, await read('desk.yaml'))).toEqual({
      gone: ['#smarthost: smtp://mail.example.org:587'],
      added: [`smarthost: smtp://127.0.0.1:${sink.port}`],
    });
    expect((await admin.get('/begin')).location).toBe('/begin/receiving');
  });

  it('shows what the server said, and what to do, when it refuses; nothing is written', async () => {
    const before = await read('desk.yaml');
    sink.answer({ at: 'recipient', answer: 550 });
    const refused = await send('/begin/sending', server(), '/begin/sending/try');
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain('refuses the address that the test mail goes to');
    expect(textOf(refused.text)).toContain('550 5.0.0 As the test wishes');
    const { port } = sink;
    await sink.close();
    const nobody = await send('/begin/sending', server(), '/begin/sending/try');
    expect(textOf(nobody.text)).toContain(`nothing listens at 127.0.0.1:${port}`);
    const unnamed = await send(
      '/begin/sending',
      { ...server(), host: 'no mail server', to: 'nobody' },
      '/begin/sending/try',
    );
    expect(textOf(unnamed.text)).toContain(
      'Write the name of a server such as mail.example.org. It was “no mail server”.',
    );
    expect(textOf(unnamed.text)).toContain(
      'Write a mail address such as anna@example.org. It was “nobody”.',
    );
    expect(await read('desk.yaml')).toBe(before);
    sink = await startSmtpSink();
  });

  it('keeps a password in a file that nobody else may read, and never shows it again', async () => {
    const login = { user: 'kim@x.example', password: 'p@ss:w/rd%' };
    const saved = await send('/begin/sending', { ...server(), ...login });
    expect(saved.location).toBe('/begin/receiving');
    expect((await stat(config('desk.yaml'))).mode & 0o777).toBe(0o600);
    const { smarthost } = viewer.test.desk.config.current().desk;
    expect(smarthost).toMatchObject({ user: login.user, password: login.password, secure: false });
    const page = await admin.get('/begin/sending');
    expect(page.text).not.toContain('p@ss');
    expect(page.text).not.toContain('p%40ss');
    // Left empty it stays; another user needs another one.
    expect(
      (await send('/begin/sending', { ...server(), user: login.user, port: '2600' })).status,
    ).toBe(303);
    expect(viewer.test.desk.config.current().desk.smarthost).toMatchObject({
      port: 2600,
      password: login.password,
    });
    const other = await send('/begin/sending', { ...server(), user: 'ben' });
    expect(textOf(other.text)).toContain('Write the password that belongs to the user name.');
  });

  it('works out what a known provider needs', async () => {
    const answer = await admin.fetch('/begin/sending/worked-out?protocol=smtp&host=kim@gmail.com');
    expect(await answer.json()).toMatchObject({
      host: 'smtp.gmail.com',
      port: '465',
      security: 'tls',
      hint: expect.stringContaining('password for programs'),
    });
  });
});

describe('the step of receiving', slow, () => {
  it('says where mail goes, shows the first one when it has come, and refuses a mailbox that cannot be opened', async () => {
    await send('/begin/desk', you);
    const empty = await admin.get('/begin/receiving');
    expect(textOf(empty.text)).toContain('No mail has come yet');
    expect(empty.text).toContain('info@kontor.example  smtp:[127.0.0.1]:2525');
    await viewer.test.receive(plainMail(), { recipients: ['support@kontor.example'] });
    const came = await admin.get('/begin/receiving');
    expect(textOf(came.text)).toMatch(/1 ticket is there: mail comes in\. Lamp Kim Berg · Support/);
    const typed = {
      host: '127.0.0.1',
      port: String(sink.port),
      security: 'none',
      user: 'kim',
      password: 'secret',
    };
    await sink.close();
    const refused = await send('/begin/receiving', typed, '/begin/receiving/mailbox');
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain('the mailbox could not be opened');
    expect(textOf(refused.text)).toContain('Cannot open the mailbox of "kim" on 127.0.0.1');
    expect(await readdir(config('mailboxes'))).toEqual([]);
    const open = await send(
      '/begin/receiving',
      { ...typed, host: 'imap.example.org' },
      '/begin/receiving/mailbox',
    );
    expect(textOf(open.text)).toContain('without either only a server on this machine');
    sink = await startSmtpSink();
  });
});

describe('the step of the queue', slow, () => {
  it('changes the queue that is there, writes the file of a new one, and refuses what the next start would refuse', async () => {
    const before = await read('queues/support.yaml');
    const saved = await send('/begin/queue', {
      addresses: 'help@kontor.example',
      signature: 'Your Kontor\r\nkontor.example\r\n',
    });
    expect(saved.status).toBe(303);
    expect(difference(before, await read('queues/support.yaml')).added).toEqual([
      'addresses: [help@kontor.example]',
      'signature: |',
      '  Your Kontor',
      '  kontor.example',
    ]);
    const made = await send(
      '/begin/queue?new',
      {
        name: 'Bestellungen::Größen',
        addresses: 'order@kontor.example',
        default: '1',
        signature: '',
      },
      '/begin/queue',
    );
    expect(made.status).toBe(303);
    expect(await read('queues/bestellungen-grossen.yaml')).toBe(
      'name: Bestellungen::Größen\naddresses: [order@kontor.example]\nfollowUp:\n  closed: reopen\n  days: 90\n',
    );
    expect(viewer.test.desk.config.current().desk.defaultQueue).toBe('Bestellungen::Größen');
    expect(await read('desk.yaml')).toContain('\ndefaultQueue: Bestellungen::Größen\n');
    const refused = await send(
      '/begin/queue?queue=Billing',
      { addresses: 'help@kontor.example', signature: '' },
      '/begin/queue',
    );
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain('the desk could not start with these files');
    expect(textOf(refused.text)).toContain('queues/support.yaml');
    expect(await read('queues/billing.yaml')).toContain('#addresses: [billing@example.org]');
    const named = await send(
      '/begin/queue?new',
      { name: 'support', addresses: '', signature: '' },
      '/begin/queue',
    );
    expect(textOf(named.text)).toContain('Write a name that no other queue has');
  });
});

describe('the step of the colleague', slow, () => {
  const ben = { name: 'Ben Kaya', email: 'Ben.Kaya@home.example', login: '', role: 'agent' };

  it('shows the link where no mail can be sent, and it lets in once', async () => {
    const invited = await send('/begin/colleague', ben);
    const link = /id="link">([^<]*)</.exec(invited.text)?.[1] ?? '';
    expect(link).toMatch(/\/login\/ben\.kaya\.[a-z0-9]+$/);
    expect(parse(await read('agents/ben.kaya.yaml'))).toEqual({
      name: 'Ben Kaya',
      email: 'Ben.Kaya@home.example',
      roles: ['agent'],
    });
    const visitor = viewer.visitor();
    const path = new URL(link).pathname;
    await visitor.get(path);
    // Who cannot administer is led to his account, and finds no first steps.
    expect((await visitor.post(path, {})).location).toBe('/account');
    expect((await visitor.get('/begin')).status).toBe(403);
    expect((await visitor.get('/account')).text).not.toContain('/begin');
    const again = await send('/begin/colleague', ben);
    expect(textOf(again.text)).toContain('Write an address that no other agent has.');
  });

  it('sends the link by mail where a server is there, in the language of the desk', async () => {
    await send('/begin/desk', you);
    await send('/begin/sending', server());
    const invited = await send('/begin/colleague', { ...ben, login: 'ben', role: 'admin' });
    expect(textOf(invited.text)).toMatch(
      /The invitation for Ben Kaya was sent to Ben\.Kaya@home\.example/,
    );
    expect(invited.text).not.toContain('/login/ben.');
    const [mail] = await sink.waitFor(1);
    expect(mail?.subject).toBe('Dein Konto bei Kontor');
    expect(mail?.text).toMatch(/Anna Chef hat dir ein Konto/);
    expect(mail?.text).toMatch(new RegExp(`${viewer.url}/login/ben\\.\\w+`));
    expect(viewer.test.desk.accounts.find('ben')?.roles).toEqual(['agent', 'admin']);
  });

  it('shows the link, and why, where the server refuses', async () => {
    await send('/begin/sending', server());
    sink.answer({ at: 'sender', answer: 550 });
    const invited = await send('/begin/colleague', ben);
    expect(invited.text).toContain('id="link"');
    expect(textOf(invited.text)).toContain('does not take mail from support@localhost');
  });
});

it('steps are put off, come back to, and put away; what was written stays', slow, async () => {
  expect(textOf((await admin.get('/tickets?q=is:open')).text)).toContain(
    '5 of the first steps are still open.',
  );
  for (const [step, next] of [
    ['desk', 'sending'],
    ['sending', 'receiving'],
    ['receiving', 'queue'],
    ['queue', 'colleague'],
    ['colleague', 'ready'],
  ])
    expect((await send(`/begin/${step}`, {}, `/begin/${step}/later`)).location).toBe(
      `/begin/${next}`,
    );
  expect(parse(await read('first-steps.yaml'))).toEqual({
    done: [],
    later: ['desk', 'sending', 'receiving', 'queue', 'colleague'],
  });
  const list = await admin.get('/tickets?q=is:open');
  expect(list.text).not.toContain('of the first steps');
  expect(list.text).toContain('href="/begin"');
  await send('/begin/desk', you);
  expect(parse(await read('first-steps.yaml')).done).toEqual(['desk']);
  await send('/begin/ready', {}, '/begin/put-away');
  expect(await readdir(config(''))).not.toContain('first-steps.yaml');
  expect((await admin.get('/tickets?q=is:open')).text).not.toContain('href="/begin"');
  expect((await admin.get('/begin/desk')).text).toContain('value="Anna Chef"');
  await send('/begin/desk', {}, '/begin/take-out');
  expect((await admin.get('/')).status).toBe(303);
  expect((await admin.get('/tickets?q=is:open')).text).toContain('href="/begin"');
});

it('what all steps write is what a start reads without problems', slow, async () => {
  await send('/begin/desk', you);
  await send('/begin/sending', { ...server(), user: 'kim', password: 'secret' });
  await send('/begin/queue', { addresses: 'help@kontor.example', signature: 'Kontor' });
  await send(
    '/begin/queue?new',
    { name: 'Orders', addresses: 'order@kontor.example', signature: '', default: '1' },
    '/begin/queue',
  );
  await send('/begin/colleague', {
    name: 'Ben',
    email: 'ben@home.example',
    login: '',
    role: 'agent',
  });
  const { directory } = viewer.test;
  const loaded = await loadConfig({
    files: nodeFiles,
    directory,
    environment: {},
    hostName: 'x.example',
  });
  expect(loaded).toMatchObject({ ok: true });
  expect(viewer.test.desk.config.problems()).toEqual([]);
  expect(viewer.test.desk.accounts.problems()).toEqual([]);
});

it(
  'what the desk is started with is shown and left alone, and can still be tried',
  slow,
  async () => {
    await viewer.close();
    await open({ smarthost: sink.url, name: 'Kontor' });
    const page = await admin.get('/begin/desk');
    expect(textOf(page.text)).toContain('--name says this where the desk is started.');
    const before = await read('desk.yaml');
    const { deskName: _, ...others } = you;
    expect((await send('/begin/desk', others)).status).toBe(303);
    expect(await read('desk.yaml')).toBe(
      before
        .replace('address: ["support@localhost"]', `address: [${you.addresses}]`)
        .replace('timeZone: "UTC"', 'timeZone: Europe/Vienna')
        .replace('#language: en', 'language: de'),
    );
    const tried = await send('/begin/sending', { to: 'anna@home.example' }, '/begin/sending/try');
    expect(tried.status).toBe(200);
    expect((await sink.waitFor(1))[0]?.subject).toBe('Test mail from Kontor');
    expect((await send('/begin/sending', server())).status).toBe(409);
    expect(await read('desk.yaml')).not.toContain('\nsmarthost');
  },
);
