import { describe, expect, it } from 'vitest';
import { parseAgentFile } from '../../src/config/agents.ts';
import {
  findUnknownLetters,
  letterNames,
  mostLetterText,
  parseLetterFile,
  readLetterWish,
} from '../../src/config/letter-texts.ts';
import { parseQueueFile } from '../../src/config/queues.ts';

describe('parseLetterFile', () => {
  it('gives name, language and text', () => {
    expect(
      parseLetterFile(
        'signature',
        '\u{feff}Kind regards\r\n{{agent.name}}\r\n\r\n',
        'signatures/support.pt-BR.md',
      ),
    ).toEqual({
      letter: {
        kind: 'signature',
        name: 'support',
        language: 'pt-BR',
        text: 'Kind regards\n{{agent.name}}',
      },
      problems: [],
    });
  });

  it.each([
    ['signatures/support.md', 'x'],
    ['signatures/support.nolanguage!.md', 'x'],
    ['signatures/a b.en.md', 'x'],
    ['signatures/support.en.md', 'x'.repeat(mostLetterText + 1)],
  ])('names what is wrong with %s', (file, text) => {
    const { letter, problems } = parseLetterFile('signature', text, file);
    expect(letter).toBeUndefined();
    expect(problems.length).toBe(1);
  });
});

it.each([
  ['Text\n', { kind: 'text', text: 'Text' }],
  ['', { kind: 'text', text: '' }],
  [{ file: 'support' }, { kind: 'file', name: 'support' }],
  [{ file: '../secret' }, undefined],
  [{ file: 'a', more: 1 }, undefined],
  [{ name: 'a' }, undefined],
  [['a'], undefined],
  [null, undefined],
  [4, undefined],
])('readLetterWish reads %j', (value, wish) => {
  expect(readLetterWish(value)).toEqual(wish);
});

describe('in the files of queues and agents', () => {
  const queueOf = (text: string) => parseQueueFile(`name: Q\n${text}`, 'queues/q.yaml');

  it('a signature is text, a file, or none', () => {
    expect(queueOf('signature: |\n  Anna\n').queue).toMatchObject({ signature: 'Anna' });
    expect(queueOf('signature: |\n  Anna\n').queue).not.toHaveProperty('signatureFile');
    expect(queueOf('signature: {file: q}').queue).toMatchObject({
      signature: '',
      signatureFile: 'q',
    });
    expect(queueOf('signature: ""').queue).toMatchObject({ signature: '', signatureFile: '' });
    expect(queueOf('salutation: Hello').queue).toMatchObject({
      salutation: { kind: 'text', text: 'Hello' },
    });
    expect(queueOf('signature: [a]').problems.map(({ line }) => line)).toEqual([2]);
  });

  it('a slip in an agent’s keeps nobody out', () => {
    const { agent, problems } = parseAgentFile(
      'anna',
      'email: anna@example.org\nsignature: {file: anna}\nsalutation: [x]\n',
    );
    expect(agent).toMatchObject({ signature: { kind: 'file', name: 'anna' } });
    expect(agent).not.toHaveProperty('salutation');
    expect(problems.map(({ line }) => line)).toEqual([3]);
  });

  it('a file that is named and not there is a problem', () => {
    const queue = queueOf('signature: {file: q}\nsalutation: {file: hello}').queue;
    const named = letterNames(queue === undefined ? [] : [queue], [
      { login: 'anna', signature: { kind: 'file', name: 'anna' } },
    ]);
    const letters = [{ kind: 'signature', name: 'q', language: 'en', text: 'x' }] as const;
    expect(
      findUnknownLetters(named, letters).map(({ file, reason }) => `${file}: ${reason}`),
    ).toEqual([
      'queues: The queue "Q" names "hello", but there is no salutations/hello.LANGUAGE.md',
      'agents/anna.yaml: The agent "anna" names "anna", but there is no signatures/anna.LANGUAGE.md',
    ]);
  });
});
