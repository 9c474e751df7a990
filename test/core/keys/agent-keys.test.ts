/** The table of keys, and what an agent makes of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesOf,
  doKeysCollide,
  findKeyConflicts,
  keysOf,
  parseKey,
  usualKeys,
} from '../../../src/core/keys/agent-keys.ts';
import { isKeyAction, type KeyAction, keyTable } from '../../../src/core/keys/key-table.ts';

const keys = fc.constantFrom('', 'j', 'k', 'g', 'g g', 'g i', '*', 'q', 'q q', '#', 'ф', 'G');
const wishes = fc
  .array(fc.tuple(fc.constantFrom(...keyTable.map(({ id }) => id)), keys))
  .map((pairs) => new Map<KeyAction, string>(pairs));

const collisions = (all: Iterable<string>) => {
  const list = [...all];
  return list.flatMap((one, at) =>
    list.slice(at + 1).flatMap((other) => (doKeysCollide(one, other) ? [[one, other]] : [])),
  );
};

describe('the table', () => {
  it('gives each action a key of its own that none other begins with', () => {
    expect(collisions(keyTable.map(({ key }) => key))).toEqual([]);
    expect(keyTable.filter(({ key }) => parseKey(key) !== key)).toEqual([]);
    expect(new Set(keyTable.map(({ id }) => id)).size).toBe(keyTable.length);
  });

  it('has the keys of good webmail', () => {
    const usual = keysOf(usualKeys);
    for (const key of [...'jkorafne#/?', 'g i']) expect([...usual.values()]).toContain(key);
  });
});

describe('parseKey', () => {
  it.each([
    [' r ', 'r'],
    ['g  i', 'g i'],
    ['', ''],
    ['ф', 'ф'],
    ['#', '#'],
    ['rr', undefined],
    ['g i i', undefined],
    ['\u0007', undefined],
    ['Ctrl', undefined],
  ])('reads %j', (text, expected) => expect(parseKey(text)).toBe(expected));

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseKey(text) !== 'object'));
  });
});

describe('keysOf', () => {
  it('knows every action and never gives two keys that collide, whatever was changed', () => {
    fc.assert(
      fc.property(wishes, (changed) => {
        const all = keysOf({ isOff: false, changed });
        expect([...all.keys()].toSorted()).toEqual(keyTable.map(({ id }) => id).toSorted());
        expect(collisions(all.values())).toEqual([]);
      }),
    );
  });

  it('leaves a key of the table out that an agent gave to something else', () => {
    const all = keysOf({ isOff: false, changed: new Map([['answer', 'e']]) });
    expect([all.get('answer'), all.get('close')]).toEqual(['e', '']);
  });
});

describe('findKeyConflicts', () => {
  it('names who has the key', () => {
    expect(findKeyConflicts(new Map([['answer', 'e']]))).toEqual([
      { action: 'answer', key: 'e', other: 'close' },
    ]);
    expect(findKeyConflicts(new Map([['answer', 'g']]))).toHaveLength(1);
  });

  it('lets two actions change places, and one be without a key', () => {
    const wished = new Map<KeyAction, string>([
      ['answer', 'e'],
      ['close', 'r'],
      ['note', ''],
    ]);
    expect(findKeyConflicts(wished)).toEqual([]);
    expect(changesOf(wished)).toEqual(wished);
  });

  it('finds none exactly where all wishes can be had', () => {
    fc.assert(
      fc.property(wishes, (wished) => {
        const changed = changesOf(wished);
        const all = keysOf({ isOff: false, changed });
        const isHad = keyTable.every(({ id, key }) => all.get(id) === (wished.get(id) ?? key));
        expect(findKeyConflicts(wished).length === 0).toBe(isHad);
      }),
    );
  });
});

it('isKeyAction knows the names of the table', () => {
  expect([isKeyAction('answer'), isKeyAction('Answer'), isKeyAction('')]).toEqual([
    true,
    false,
    false,
  ]);
});
