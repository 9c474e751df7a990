/** The words of the Ticket block: what is written can be read, and any text can be looked at. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Actor,
  type Change,
  eventKinds,
  formatActor,
  formatChange,
  formatParameters,
  isEventKind,
  parseActor,
  parseChange,
  parseDigest,
  parseMessageName,
  parseParameters,
} from '../../../src/core/ticket/event.ts';
import { anyText, holds, roundTrip, total } from '../../helpers/laws.ts';

/** A value as it can stand in one line: no line ends, no blanks at its ends. */
const lineValue = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map((text) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim());
const fieldName = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);

describe('every reader', () => {
  it.each<[string, (text: string) => unknown]>([
    ['parseActor', parseActor],
    ['parseDigest', parseDigest],
    ['parseMessageName', parseMessageName],
    ['parseParameters', parseParameters],
    ['isEventKind', isEventKind],
    ['parseChange', (text) => parseChange('set', text)],
  ])('%s takes any text', (_, parse) => total(parse, anyText));
});

describe('actors', () => {
  const word = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
  const actors: fc.Arbitrary<Actor> = fc.oneof(
    word.map((login) => ({ kind: 'agent' as const, login })),
    word.map((address) => ({ kind: 'customer' as const, address })),
    word.map((part) => ({ kind: 'system' as const, part })),
    word.map((account) => ({ kind: 'user' as const, account })),
  );

  it('are read as they were written', () => {
    expect(formatActor({ kind: 'agent', login: 'anna' })).toBe('agent anna');
    roundTrip(formatActor, parseActor, actors);
  });

  it.each(['', ' ', 'agent', 'agent ', 'robot r2', 'Agent anna'])(
    'are not guessed from "%s"',
    (text) => {
      expect(parseActor(text)).toBeUndefined();
    },
  );
});

describe('changes', () => {
  const changes: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), field: fieldName, value: lineValue }),
    fc.record({
      kind: fc.constantFrom('add' as const, 'remove' as const),
      set: fieldName,
      value: lineValue,
    }),
  );

  it('are read as they were written, equals signs and all', () => {
    expect(formatChange({ kind: 'set', field: 'state', value: 'closed' })).toEqual([
      'Set',
      'state=closed',
    ]);
    holds(changes, (change) => {
      const [word, text] = formatChange(change);
      expect(word.toLowerCase()).toBe(change.kind);
      expect(parseChange(change.kind, text)).toEqual(change);
    });
  });

  it('are read as a person may type them', () => {
    expect(parseChange('set', ' State = closed ')).toEqual({
      kind: 'set',
      field: 'state',
      value: 'closed',
    });
    expect(parseChange('add', 'tag=a=b')).toEqual({ kind: 'add', set: 'tag', value: 'a=b' });
    expect(parseChange('set', 'owner=')).toEqual({ kind: 'set', field: 'owner', value: '' });
  });

  it.each(['', 'state', '=closed', '1st=x', 'a b=x', 'sta\nte=x', '__proto__=x'])(
    'are not guessed from %j',
    (text) => {
      expect(parseChange('set', text)).toBeUndefined();
    },
  );
});

describe('parameters', () => {
  const word = fc.stringMatching(/^[a-z][a-z-]{0,10}$/);
  const values = lineValue.filter((text) => text !== '' && !text.includes(';'));

  it('are read as they were written', () => {
    expect(formatParameters('sent', { attempt: 1, reply: '250 OK', next: undefined })).toBe(
      'sent; attempt=1; reply=250 OK',
    );
    const tables = fc.dictionary(
      fieldName.filter((name) => name !== ''),
      values,
      { noNullPrototype: true },
    );
    holds(fc.tuple(word, tables), ([first, table]) => {
      const wanted = new Map([['', first], ...Object.entries(table)]);
      expect(parseParameters(formatParameters(first, table))).toEqual(wanted);
    });
  });

  it('cannot be forged through a value', () => {
    holds(fc.tuple(word, anyText), ([first, reply]) => {
      const read = parseParameters(formatParameters(first, { reply, message: 'ours' }));
      expect(read.get('')).toBe(first);
      expect(read.get('message')).toBe('ours');
      expect([...read.keys()].every((name) => ['', 'reply', 'message'].includes(name))).toBe(true);
    });
  });
});

describe('names', () => {
  it.each(['', '.hidden', '..', 'a/b', 'a\0b', 'x'.repeat(256)])(
    'that are no file of a Maildir are refused: %j',
    (text) => {
      expect(parseMessageName(text)).toBeUndefined();
    },
  );

  it('of digests are exact', () => {
    const digest = `sha256:${'0a'.repeat(32)}`;
    expect(parseDigest(digest)).toBe(digest);
    for (const wrong of [
      digest.toUpperCase(),
      `${digest}0`,
      ` ${digest}`,
      `${digest}\n`,
      digest.slice(0, -1),
    ]) {
      expect(parseDigest(wrong)).toBeUndefined();
    }
  });

  it('of kinds are those of the format, and nothing inherited', () => {
    for (const kind of eventKinds) expect(isEventKind(kind)).toBe(true);
    for (const text of ['toString', '__proto__', 'Mail-In', 'mail-in '])
      expect(isEventKind(text)).toBe(false);
  });
});
