import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import {
  type Digest,
  type MessageName,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { checkHistory } from '../../../src/core/ticket/history.ts';
import { emptyFacts } from '../../helpers/facts.ts';

function digest(letter: string): Digest {
  const made = parseDigest(`sha256:${letter.repeat(64)}`);
  if (made === undefined) throw new Error('bad digest in test');
  return made;
}

function name(text: string): MessageName {
  const made = parseMessageName(text);
  if (made === undefined) throw new Error('bad name in test');
  return made;
}

function event(time: number, letter: string, previous: string): TicketEvent {
  return {
    name: name(`m${time}`),
    kind: 'note',
    kindText: 'note',
    time: toInstant(time),
    actor: { kind: 'agent', login: 'anna' },
    changes: [],
    previous: [...previous].map(digest),
    digest: digest(letter),
    fields: new Map(),
    mail: emptyFacts,
  };
}

describe('checkHistory', () => {
  it('finds nothing in a whole chain, also with concurrent writers, whatever the order', () => {
    const chain = [event(1, 'a', ''), event(2, 'b', 'a'), event(3, 'c', 'a'), event(4, 'd', 'bc')];
    expect(checkHistory(chain)).toEqual([]);
    expect(checkHistory(chain.toReversed())).toEqual([]);
  });

  it('names a file that is known to be altered, with what a later writer saw', () => {
    const chain = [event(1, 'a', ''), event(2, 'f', 'a'), event(3, 'c', 'b')];
    expect(checkHistory(chain, new Set([name('m2')]))).toEqual([
      { kind: 'changed', name: 'm2', found: digest('f'), expected: digest('b'), knownTo: 'm3' },
    ]);
  });

  it('names the newest file too when it is known to be altered', () => {
    const chain = [event(1, 'a', ''), event(2, 'b', 'a')];
    expect(checkHistory(chain, new Set([name('m2')]))).toEqual([
      { kind: 'changed', name: 'm2', found: digest('b'), expected: undefined, knownTo: undefined },
    ]);
  });

  it('reports what is gone, with the file that may have been changed instead', () => {
    const chain = [event(1, 'a', ''), event(3, 'c', 'b')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'missing', expected: digest('b'), knownTo: 'm3', suspect: 'm1' },
    ]);
  });

  it('reports a file that is gone once, although two writers knew it', () => {
    const chain = [event(1, 'a', ''), event(3, 'c', 'b'), event(4, 'd', 'b'), event(5, 'e', 'acd')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'missing', expected: digest('b'), knownTo: 'm3', suspect: undefined },
    ]);
  });

  it('does not suspect a file put there by hand', () => {
    const chain = [event(1, 'a', ''), event(2, 'f', ''), event(3, 'c', 'ab')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'missing', expected: digest('b'), knownTo: 'm3', suspect: undefined },
      { kind: 'by-hand', name: 'm2' },
    ]);
  });

  it('finds a changed and a missing file beside each other', () => {
    const chain = [event(1, 'a', ''), event(2, 'f', 'a'), event(4, 'd', 'bc')];
    expect(checkHistory(chain, new Set([name('m2')]))).toEqual([
      { kind: 'changed', name: 'm2', found: digest('f'), expected: digest('b'), knownTo: 'm4' },
      { kind: 'missing', expected: digest('c'), knownTo: 'm4', suspect: undefined },
    ]);
  });
});
