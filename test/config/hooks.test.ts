import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, minute, second } from '../../src/base/clock.ts';
import { parseHookFile } from '../../src/config/hooks.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { happenings } from '../../src/core/hooks/happenings.ts';

const file = 'hooks/chat.yaml';
const right = 'url: https://chat.example.org/in?key=1\nsecret: a-secret-of-some-length\n';
const reasons = (text: string, name = file) =>
  parseHookFile(text, name).problems.map(({ line, reason }) => `${line}: ${reason}`);

describe('a hook file', () => {
  it('needs an address with a secret, and tells everything unless told otherwise', () => {
    expect(parseHookFile(right, file)).toEqual({
      file,
      queuesLine: undefined,
      problems: [],
      hook: {
        name: 'chat',
        target: {
          kind: 'url',
          url: 'https://chat.example.org/in?key=1',
          secrets: ['a-secret-of-some-length'],
        },
        on: new Set(happenings),
        queues: undefined,
        text: false,
        timeoutMs: 30 * second,
        giveUpAfterMs: 3 * day,
      },
    });
  });

  it('or a program, in the same folder or by its path, with arguments', () => {
    const targets = ['notify.sh', '[tools/notify, --fast]', '/usr/local/bin/notify'].map(
      (program) => parseHookFile(`program: ${program}\n`, file).hook?.target,
    );
    expect(targets).toEqual([
      { kind: 'program', command: ['config/hooks/notify.sh'] },
      { kind: 'program', command: ['config/hooks/tools/notify', '--fast'] },
      { kind: 'program', command: ['/usr/local/bin/notify'] },
    ]);
  });

  it('reads what is asked for', () => {
    const more =
      'on: [opened, closed]\nqueues: Billing\ntext: yes\ntimeout: 5s\ngiveUpAfter: 10m\n';
    expect(parseHookFile(right + more, file).hook).toMatchObject({
      on: new Set(['opened', 'closed']),
      queues: ['Billing'],
      text: true,
      timeoutMs: 5 * second,
      giveUpAfterMs: 10 * minute,
    });
    expect(parseHookFile(`${right}enabled: no\n`, file)).toMatchObject({
      hook: undefined,
      problems: [],
    });
  });

  it.each([
    ['', 'undefined: The hook needs one of "url", "program"'],
    [`${right}program: x\n`, '3: The hook needs one of "url", "program"'],
    [
      'url: ftp://chat.example.org\nsecret: a-secret-of-some-length\n',
      '1: The hook\'s "url" should be an address such as https://chat.example.org/hooks/1, without user and password',
    ],
    [
      'url: https://anna:pass@chat.example.org\nsecret: a-secret-of-some-length\n',
      '1: The hook\'s "url" should be an address such as https://chat.example.org/hooks/1, without user and password',
    ],
    [
      'url: https://chat.example.org\nsecret: short\n',
      '2: The hook\'s "secret" signs what it is told and should be a text of at least 16 characters, or a list of at most 3 of them',
    ],
    [
      'program: x\nsecret: a-secret-of-some-length\n',
      '2: A "secret" signs what goes to a "url"; a program needs none',
    ],
    [`${right}on: []\n`, '3: The hook\'s "on" should be a text or a list of texts'],
  ])('%j is refused', (text, reason) => {
    expect(reasons(text)).toEqual([reason]);
  });

  it('names the nearest of what is unknown', () => {
    expect(reasons(`${right}on: [opend]\ntimout: 3s\n`).join('\n')).toMatch(
      /timeout[\s\S]*opened|opened[\s\S]*timeout/,
    );
    expect(reasons(right, 'hooks/a b.yaml')).toHaveLength(1);
  });

  it('never quotes a secret, and any text gives a value', () => {
    expect(reasons('url: x\nsecret: short\n').join()).not.toContain('short');
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { hook, problems } = parseHookFile(text, file);
        return hook === undefined || problems.length === 0;
      }),
    );
  });

  it('of a queue that does not exist is a problem of the configuration', () => {
    const parsed = parseConfig({
      desk: undefined,
      queues: [],
      hooks: [{ file, text: `${right}queues: [Nowhere]\n` }],
      environment: {},
      flags: {},
      hostName: 'desk.example',
      directory: '/desk',
    });
    expect(parsed).toMatchObject({ ok: false, refusal: [{ file, line: 3 }] });
  });
});
