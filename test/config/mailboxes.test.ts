import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minute } from '../../src/base/clock.ts';
import { parseMailboxFile } from '../../src/config/mailboxes.ts';
import { parseConfig } from '../../src/config/parse.ts';

const file = 'mailboxes/support.yaml';
const right = 'host: imap.example.org\nuser: support@example.org\npassword: opensesame\n';
const parse = (more: string, name = file) => parseMailboxFile(right + more, name);
const reasons = (more: string, name = file) =>
  parse(more, name).problems.map(({ line, reason }) => `${line}: ${reason}`);

describe('a mailbox file', () => {
  it('needs server, user and password, and has defaults for the rest', () => {
    expect(parse('')).toEqual({
      file,
      queueLine: undefined,
      problems: [],
      mailbox: {
        name: 'support',
        host: 'imap.example.org',
        port: 993,
        tls: 'implicit',
        user: 'support@example.org',
        secret: { kind: 'password', password: 'opensesame' },
        folder: 'INBOX',
        after: { kind: 'seen' },
        queue: undefined,
        pollEveryMs: 2 * minute,
      },
    });
    expect(parse('tls: starttls\n').mailbox?.port).toBe(143);
  });

  it('may move into a folder with blanks in its name', () => {
    expect(parse('after: move Done by desk\n').mailbox?.after).toEqual({
      kind: 'move',
      folder: 'Done by desk',
    });
  });

  it.each([
    ['tokenCommand: [oama, access, me]', ['oama', 'access', 'me']],
    ['tokenCommand: cat token | tail -1', ['/bin/sh', '-c', 'cat token | tail -1']],
  ])('takes %s', (line, command) => {
    const text = right.replace(/password.*/, line);
    expect(parseMailboxFile(text, file).mailbox?.secret).toEqual({ kind: 'token', command });
  });

  it.each([
    ['hots: x\n', '4: Unknown mailbox setting "hots" (did you mean "host"?)'],
    ['port: 0\n', '4: The mailbox\'s "port" should be a whole number from 1 to 65535'],
    ['after: keep\n', '4: The mailbox\'s "after" should be "seen", "move FOLDER" or "delete"'],
    ['after: move INBOX\n', '4: "after" moves mail into the folder it comes from'],
    ['passwordFile: p\n', '4: The mailbox needs one of "password", "passwordFile", "tokenCommand"'],
    [
      'tls: none\n',
      '4: "tls" may be "none" only for a server on this machine: the password would be readable on the way',
    ],
    [
      'pollEvery: 1ms\n',
      '4: The mailbox\'s "pollEvery" should be a duration from 1s to 1h (ms, s, m, h or d)',
    ],
  ])('is told what is wrong: %j', (line, reason) => {
    expect(reasons(line)).toEqual([reason]);
    expect(parse(line).mailbox).toBeUndefined();
  });

  it('names what is missing, and quotes no password', () => {
    expect(parseMailboxFile('', file).problems.map(({ reason }) => reason)).toEqual([
      'The mailbox needs a "host"',
      'The mailbox needs a "user"',
      'The mailbox needs one of "password", "passwordFile", "tokenCommand"',
    ]);
    const text = 'password: [very, secret]\n';
    expect(JSON.stringify(parseMailboxFile(text, file))).not.toContain('very');
  });

  it('has a name that can be one of a file elsewhere', () => {
    expect(reasons('', 'mailboxes/a b.yaml')[0]).toMatch(/^undefined: The file's name/);
  });

  it('may hold anything', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseMailboxFile(text, file)));
  });
});

describe('several mailbox files', () => {
  const load = (...texts: string[]) =>
    parseConfig({
      desk: undefined,
      queues: [{ file: 'queues/a.yaml', text: 'name: Billing\n' }],
      mailboxes: texts.map((text, position) => ({ file: `mailboxes/${position}.yaml`, text })),
      environment: {},
      flags: {},
      hostName: 'desk.example',
      directory: '/desk',
    });

  it('name known queues, one folder each, and password files below config', () => {
    const other = right.replace('password: opensesame', 'passwordFile: mail.password');
    const loaded = load(`${right}queue: billing\n`, `${other}folder: Sales\n`);
    expect(loaded.ok && loaded.value.mailboxes.map(({ queue, secret }) => [queue, secret])).toEqual(
      [
        ['billing', { kind: 'password', password: 'opensesame' }],
        [undefined, { kind: 'file', path: '/desk/config/mail.password' }],
      ],
    );
    const wrong = load(`${right}queue: Biling\n`, right);
    expect(!wrong.ok && wrong.refusal).toEqual([
      {
        file: 'mailboxes/0.yaml',
        line: 4,
        reason: 'Unknown queue "Biling" (did you mean "Billing"?)',
      },
      {
        file: 'mailboxes/1.yaml',
        line: undefined,
        reason: 'The same folder is fetched by mailboxes/0.yaml already',
      },
    ]);
  });
});
