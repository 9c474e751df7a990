import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { type Digest, type MessageName, parseDigest, parseMessageName, type TicketEvent } from '../../../src/core/ticket/event.ts';
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

  it('names a file that was changed after a later one was written', () => {
    const chain = [event(1, 'a', ''), event(2, 'f', 'a'), event(3, 'c', 'b')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'changed', name: 'm2', expected: digest('b'), found: digest('f'), knownTo: 'm3' },
    ]);
  });

  it('names the first file when that was changed', () => {
    const chain = [event(1, 'f', ''), event(2, 'b', 'a')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'changed', name: 'm1', expected: digest('a'), found: digest('f'), knownTo: 'm2' },
    ]);
  });

  it('reports a file that is gone once, although two writers knew it', () => {
    const chain = [event(1, 'a', ''), event(3, 'c', 'b'), event(4, 'd', 'b'), event(5, 'e', 'acd')];
    expect(checkHistory(chain)).toEqual([{ kind: 'missing', expected: digest('b'), knownTo: 'm3' }]);
  });

  it('does not take a file put there by hand for one that was changed', () => {
    const chain = [event(1, 'a', ''), event(2, 'f', ''), event(3, 'c', 'ab')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'by-hand', name: 'm2' },
      { kind: 'missing', expected: digest('b'), knownTo: 'm3' },
    ]);
  });

  it('finds a changed and a missing file beside each other', () => {
    const chain = [event(1, 'a', ''), event(2, 'f', 'a'), event(4, 'd', 'bc')];
    expect(checkHistory(chain)).toEqual([
      { kind: 'changed', name: 'm2', expected: digest('b'), found: digest('f'), knownTo: 'm4' },
      { kind: 'missing', expected: digest('c'), knownTo: 'm4' },
    ]);
  });
});
