import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/base/clock.ts';
import {
  editAgentFile,
  formatAgentFile,
  isLogin,
  parseAgentFile,
} from '../../src/config/agents.ts';
import { findNearest } from '../../src/config/nearest.ts';
import { formatPasswordHash, parsePasswordHash } from '../../src/config/password-hash.ts';
import { defaultPreferences } from '../../src/core/notify/reasons.ts';

const hash = `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'B'.repeat(42)}A`;
const digest = `sha256:${'0a'.repeat(32)}`;

describe('parseAgentFile', () => {
  test('reads an agent whole', () => {
    const text = `name: Anna Adler\nemail: anna@x.example\nlanguage: zh-Hans\ntimeZone: Asia/Kolkata\npassword: ${hash}\nroles: [agent, admin]\ntokens:\n  - digest: ${digest}\n    created: 2026-11-23\nabsence: []\n`;
    expect(parseAgentFile('anna', text)).toEqual({
      agent: {
        login: 'anna',
        name: 'Anna Adler',
        email: 'anna@x.example',
        language: 'zh-Hans',
        timeZone: 'Asia/Kolkata',
        password: hash,
        roles: ['agent', 'admin'],
        tokens: [
          {
            digest,
            name: '',
            scopes: undefined,
            created: parseInstant('2026-11-23'),
            expires: undefined,
          },
        ],
        notify: defaultPreferences,
        totp: undefined,
        openid: undefined,
        disabled: false,
      },
      problems: [],
    });
  });

  test('an address is enough', () => {
    expect(parseAgentFile('anna', 'email: anna@x.example').agent).toMatchObject({
      name: 'anna',
      roles: ['agent'],
      password: undefined,
      tokens: [],
    });
  });

  test('a slip in the order of conversations is named, and keeps nobody out', () => {
    const read = (order: string) =>
      parseAgentFile('anna', `email: anna@x.example\nconversation: ${order}`);
    expect(read('newest-first')).toMatchObject({ agent: { isNewestFirst: true }, problems: [] });
    expect(read('newest-last').agent).not.toHaveProperty('isNewestFirst');
    const wrong = read('backwards');
    expect(wrong.agent).not.toHaveProperty('isNewestFirst');
    expect(wrong.problems).toMatchObject([
      { line: 2, reason: `The agent's "conversation" should be newest-first or newest-last` },
    ]);
  });

  test('keeps out who has a wrong value, and names all of them', () => {
    const text = `name: ""\nemail: nobody\nroles: [The Boss]\npassword: secret\nlanguage: "!"\ntokens: [x]\n`;
    const { agent, problems } = parseAgentFile('anna', text);
    expect(agent).toBeUndefined();
    expect(problems.map(({ file, line }) => `${file}:${line}`).toSorted()).toEqual(
      [1, 2, 3, 4, 5, 6].map((line) => `agents/anna.yaml:${line}`),
    );
    expect(JSON.stringify(problems)).not.toContain('secret"');
    expect(parseAgentFile('anna', 'name: Anna').problems).toMatchObject([
      { reason: 'The agent needs an "email"' },
    ]);
  });

  test('a slip of the pen in a key is named and harms nobody', () => {
    const { agent, problems } = parseAgentFile('anna', 'email: anna@x.example\nlangage: de');
    expect(agent?.login).toBe('anna');
    expect(problems).toMatchObject([
      { line: 2, reason: 'Unknown key "langage" (did you mean "language"?)' },
    ]);
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { agent, problems } = parseAgentFile('anna', text);
        expect(agent !== undefined || problems.length > 0).toBe(true);
      }),
    );
  });
});

describe('editAgentFile', () => {
  const written =
    '# our first\nname: Anna # Adler\nemail: anna@x.example\nabsence:\n  - until: 2027-01-01\n';

  test('keeps comments, order and keys that it does not know', () => {
    const text = editAgentFile(written, { kind: 'password', hash });
    expect(text).toBe(`${written}password: ${hash}\n`);
    expect(editAgentFile(text, { kind: 'language', language: 'de' })).toBe(`${text}language: de\n`);
  });

  test('replaces a password and adds a token to those that are there', () => {
    const token = { digest, name: '', scopes: undefined, created: undefined, expires: undefined };
    const first = editAgentFile(written, { kind: 'token', token });
    const other = `sha256:${'0b'.repeat(32)}`;
    const second = editAgentFile(first, { kind: 'token', token: { ...token, digest: other } });
    const changed = editAgentFile(editAgentFile(second, { kind: 'password', hash: 'x' }), {
      kind: 'password',
      hash,
    });
    expect(parseAgentFile('anna', changed).agent).toMatchObject({
      tokens: [{ digest }, { digest: other }],
      password: hash,
    });
    expect(changed).toContain('# our first\nname: Anna # Adler');
  });

  test('writes scopes, second step, roles and disabling so that they read back, and takes them away', () => {
    const expires = parseInstant('2027-01-01T00:00:00Z');
    const token = {
      digest,
      name: 'Report',
      scopes: ['read', 'note'] as const,
      created: expires,
      expires,
    };
    const totp = { secret: 'A'.repeat(32), recovery: [digest] };
    const openid = { issuer: 'https://id.example', subject: '42' };
    let text = editAgentFile(written, { kind: 'token', token });
    text = editAgentFile(text, { kind: 'totp', totp });
    text = editAgentFile(text, { kind: 'openid', openid });
    text = editAgentFile(text, { kind: 'roles', roles: ['billing'] });
    text = editAgentFile(text, { kind: 'disabled', disabled: true });
    expect(parseAgentFile('anna', text)).toMatchObject({
      agent: { tokens: [token], totp, openid, roles: ['billing'], disabled: true },
      problems: [],
    });
    text = editAgentFile(text, { kind: 'revoke-token', digest });
    text = editAgentFile(text, { kind: 'totp', totp: undefined });
    text = editAgentFile(text, { kind: 'disabled', disabled: false });
    expect(parseAgentFile('anna', text).agent).toMatchObject({
      tokens: [],
      totp: undefined,
      disabled: false,
    });
  });

  test('what is half right about getting in keeps the agent out', () => {
    for (const line of [
      'totp: on',
      'totp:\n  secret: short',
      'openid:\n  issuer: https://id.example',
      'disabled: perhaps',
      `tokens:\n  - digest: ${digest}\n    scopes: [everything]`,
      `tokens:\n  - digest: ${digest}\n    expires: soon`,
    ])
      expect(
        parseAgentFile('anna', `email: anna@x.example\n${line}\n`).agent,
        line,
      ).toBeUndefined();
  });

  test('does not touch a file that is not YAML', () => {
    expect(() => editAgentFile('[', { kind: 'language', language: 'de' })).toThrow(
      'must be repaired first',
    );
  });
});

test('a new agent reads back as written, whatever the name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 100 }), (text) => {
      const name = text.trim().replace(/\p{Cc}/gu, '');
      fc.pre(name !== '');
      const agent = {
        login: 'anna',
        name,
        email: 'anna@x.example',
        roles: ['admin', 'agent'] as const,
      };
      expect(parseAgentFile('anna', formatAgentFile(agent))).toMatchObject({ agent, problems: [] });
    }),
  );
});

test('isLogin takes no name that could leave its folder or hide', () => {
  for (const good of ['a', 'anna', 'anna.adler', 'a-b_c', '7'])
    expect(isLogin(good), good).toBe(true);
  for (const bad of [
    '',
    '.',
    '..',
    '.anna',
    'anna.',
    'a/b',
    'Anna',
    'a b',
    'a..b',
    'ä',
    'a\n',
    'x'.repeat(65),
  ]) {
    expect(isLogin(bad), bad).toBe(false);
  }
});

describe('parsePasswordHash', () => {
  test('reads what formatPasswordHash writes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (salt, bytes) => {
          const value = {
            cost: 15,
            blockSize: 8,
            parallel: 1,
            salt: Buffer.from(salt),
            hash: Buffer.from(bytes),
          };
          expect(parsePasswordHash(formatPasswordHash(value))).toEqual(value);
        },
      ),
    );
  });

  test('refuses what would take the machine down, and all else', () => {
    for (const params of ['ln=30,r=8,p=1', 'ln=15,r=99,p=1', 'ln=15,r=8,p=99', 'ln=1,r=8,p=1']) {
      expect(parsePasswordHash(hash.replace('ln=15,r=8,p=1', params)), params).toBeUndefined();
    }
    expect(parsePasswordHash('$2b$10$abcdefghijklmnopqrstuv')).toBeUndefined();
  });
});

test('findNearest counts a swap of neighbours once', () => {
  expect(findNearest('SMPT', ['smtp', 'lmtp', 'http'])).toEqual({ word: 'smtp', distance: 1 });
  expect(findNearest('', ['ab'])).toEqual({ word: 'ab', distance: 2 });
  expect(findNearest('x', [])).toBeUndefined();
});

describe('absence', () => {
  const base = 'email: anna@x.example\n';
  const away = 'absence:\n  from: 2026-12-24\n  until: 2026-12-31\n';

  test('is read with what is left out', () => {
    expect(parseAgentFile('anna', base + away).agent?.absence).toEqual({
      from: '2026-12-24',
      until: '2026-12-31',
      standIn: undefined,
      text: '',
      handOver: false,
    });
    const whole = `${base}${away}  standIn: ben\n  text: Skiing\n  handOver: yes\n`;
    expect(parseAgentFile('anna', whole).agent?.absence).toMatchObject({
      standIn: 'ben',
      text: 'Skiing',
      handOver: true,
    });
  });

  test.each([
    'absence: soon\n',
    'absence:\n  from: 2026-12-24\n',
    'absence:\n  from: 2026-12-24\n  until: 2026-12-23\n',
    'absence:\n  from: 2026-12-24\n  until: 2026-12-32\n',
    `${away}  standIn: "../ben"\n`,
    `${away}  stand-in: ben\n`,
    `${away}  handOver: perhaps\n`,
  ])('a slip in it is named and locks nobody out: %s', (text) => {
    const { agent, problems } = parseAgentFile('anna', base + text);
    expect([agent?.absence, problems.length, problems[0]?.line]).toEqual([undefined, 1, 2]);
    expect(agent?.login).toBe('anna');
  });

  test('is written, and taken away again, beside all that stands there', () => {
    const absence = {
      from: '2026-12-24',
      until: '2026-12-31',
      standIn: 'ben',
      text: 'Skiing: yes',
      handOver: true,
    };
    const text = `# our first\n${base}colour: green\n`;
    const changed = editAgentFile(text, { kind: 'absence', absence });
    expect(parseAgentFile('anna', changed).agent?.absence).toEqual(absence);
    expect(changed).toContain('colour: green');
    expect(editAgentFile(changed, { kind: 'absence', absence: undefined })).toBe(text);
  });
});
