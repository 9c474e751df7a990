/** The key `keys` of an agent's file. */
import { expect, it } from 'vitest';
import { editAgentFile, parseAgentFile } from '../../src/config/agents.ts';

const read = (keys: string) => parseAgentFile('anna', `email: anna@desk.example\nkeys: ${keys}\n`);

it.each([
  ['off', { isOff: true, changed: new Map() }],
  ['on', { isOff: false, changed: new Map() }],
  ['false', { isOff: true, changed: new Map() }],
  [
    '{ answer: y, close: "", note: null, go-mine: g m }',
    {
      isOff: false,
      changed: new Map([
        ['answer', 'y'],
        ['note', ''],
        ['close', ''],
        ['go-mine', 'g m'],
      ]),
    },
  ],
  ['{ single: off, answer: r, take: 5 }', { isOff: true, changed: new Map([['take', '5']]) }],
])('keys that are %s are read', (text, keys) => {
  const { agent, problems } = read(text);
  expect(problems).toEqual([]);
  expect(agent?.keys).toEqual(keys);
});

it.each(['[r]', 'perhaps', '{ answer: Ctrl+R }', '{ answr: y }', '{ answer: [r] }'])(
  'a slip such as %s is named and keeps nobody out',
  (text) => {
    const { agent, problems } = read(text);
    expect(problems.map(({ line, reason }) => [line, reason.slice(0, 30)])).toEqual([
      [2, `The agent's "keys" should be o`],
    ]);
    expect(agent).toMatchObject({ login: 'anna' });
    expect(agent?.keys).toBeUndefined();
  },
);

it('what is kept is read as it was, and all as usual leaves nothing behind', () => {
  const text = 'email: anna@desk.example\n# mine\nkeys: off\n';
  const mine = {
    isOff: true,
    changed: new Map([['answer', '#'] as const, ['remove', ''] as const]),
  };
  const edited = editAgentFile(text, { kind: 'keys', keys: mine });
  expect(parseAgentFile('anna', edited).agent?.keys).toEqual(mine);
  const off = editAgentFile(edited, { kind: 'keys', keys: { isOff: true, changed: new Map() } });
  expect(off).toContain('keys: off');
  const usual = editAgentFile(off, { kind: 'keys', keys: { isOff: false, changed: new Map() } });
  expect(usual).not.toContain('keys:');
});
