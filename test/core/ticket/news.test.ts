import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import type { TicketEvent } from '../../../src/core/ticket/event.ts';
import { contactsSince, headsOf, newsSince, unseenEvents } from '../../../src/core/ticket/news.ts';
import { digestOf, eventOf, folders } from './arbitrary-events.ts';

const anna = { kind: 'agent', login: 'anna' } as const;
const ben = { kind: 'agent', login: 'ben' } as const;

/** A chain: each event names the one before. */
function chain(...parts: readonly Partial<TicketEvent>[]): readonly TicketEvent[] {
  return parts.map((part, at) => ({
    ...eventOf(`${at + 1}.M0.host`, at + 1),
    digest: digestOf(at + 1),
    previous: at === 0 ? [] : [digestOf(at)],
    ...part,
  }));
}

describe('what came', () => {
  it('is nothing for who saw all heads, whatever the folder', () => {
    fc.assert(
      fc.property(folders, (events) => {
        const heads = headsOf(events);
        const circles = events.some(({ digest, previous }) => previous.includes(digest));
        const unseen = unseenEvents(events, { kind: 'heads', heads });
        // Only a file that names itself, or a circle of such, can hide from its heads.
        if (!circles && heads.length === events.length) expect(unseen).toEqual([]);
      }),
    );
  });

  it('is what the seen heads do not lead to', () => {
    const events = chain({}, {}, {}, {});
    const seen = { kind: 'heads', heads: [digestOf(2)] } as const;
    expect(unseenEvents(events, seen)).toEqual(events.slice(2));
    const time = { kind: 'time', time: events[1]?.time ?? toInstant(0) } as const;
    expect(unseenEvents(events, time)).toEqual(events.slice(2));
  });

  it.each<[string, Partial<TicketEvent>, boolean]>([
    ['a mail', { kind: 'mail-in', actor: { kind: 'customer', address: 'kim@x' } }, true],
    ['a note of a colleague', { kind: 'note', actor: ben }, true],
    ['an answer of a colleague', { kind: 'mail-out', actor: ben }, true],
    ['one’s own note', { kind: 'note', actor: anna }, false],
    [
      'a state set by a colleague',
      { kind: 'update', actor: ben, changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
      true,
    ],
    [
      'a state set by hand',
      {
        kind: 'update',
        actor: { kind: 'user', account: 'root' },
        changes: [{ kind: 'set', field: 'owner', value: 'ben' }],
      },
      true,
    ],
    [
      'a tag',
      { kind: 'update', actor: ben, changes: [{ kind: 'add', set: 'tag', value: 'x' }] },
      false,
    ],
    [
      'a delivery',
      { kind: 'delivery', actor: { kind: 'system', part: 'sender' }, changes: [] },
      false,
    ],
    [
      'an answer of the desk itself',
      { kind: 'mail-out', actor: { kind: 'system', part: 'auto-reply' } },
      false,
    ],
  ])('%s: %s', (_, part, isNews) => {
    const events = chain({}, part);
    const seen = { kind: 'heads', heads: [digestOf(1)] } as const;
    expect(newsSince(events, seen, anna)).toEqual(isNews ? events.slice(1) : []);
  });

  it('is a word of a customer only when a person wrote it', () => {
    const automatic = new Map([['automatic', ['auto-replied; reason=Auto-Submitted']]]);
    const list = new Map([['automatic', ['list; reason=List-Id']]]);
    const events = chain(
      {},
      { kind: 'mail-in', fields: automatic },
      { kind: 'mail-in', fields: list },
      { kind: 'note', actor: ben },
    );
    const seen = { kind: 'heads', heads: [digestOf(1)] } as const;
    expect(contactsSince(events, seen)).toEqual([events[2]]);
  });
});
