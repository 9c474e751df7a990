import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import {
  type DraftFacts,
  decideReturn,
  formatDraft,
  parseDraftId,
  readDraft,
  readReturn,
  settleDrafts,
} from '../../../src/core/ticket/draft.ts';
import type { TicketEvent } from '../../../src/core/ticket/event.ts';
import { drafts as arbitraryDrafts, digestOf, eventOf, nameOf } from './arbitrary-events.ts';

const id = parseDraftId('abcdefghijklmnopqrst');
if (id === undefined) throw new Error('That is a name of a draft');

const facts: Omit<DraftFacts, 'time'> = {
  id,
  login: 'anna',
  writing: 'answer',
  message: nameOf('1.M0.host'),
  revision: 3,
  state: 'pending-customer',
  to: 'Kim Berg <kim@customer.example>, ma',
  cc: '',
  seen: [digestOf(1), digestOf(2)],
  send: { at: toInstant(Date.UTC(2026, 10, 24, 8)), way: 'later' },
  modules: ['billing/refund', 'greeting'],
  returned: undefined,
};

/** As the file would be read. */
function eventFor(written: ReturnType<typeof formatDraft>, time = 5): TicketEvent {
  const fields = new Map<string, string[]>();
  for (const [name, value] of written.fields) {
    const key = name.toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), value]);
  }
  return {
    ...eventOf(`${time}.M0.host`, time),
    kind: 'draft',
    kindText: 'draft',
    actor: written.actor,
    fields,
  };
}

describe('a draft’s block', () => {
  it('reads back as it was written, and changes nothing of the ticket', () => {
    const written = formatDraft(facts);
    const event = eventFor(written);
    expect(readDraft(event)).toEqual({ ...facts, time: event.time });
    expect([written.kind, written.changes]).toEqual(['draft', []]);
  });

  it('reads any event', () => {
    fc.assert(fc.property(arbitraryDrafts, (event) => void readDraft(event)));
  });

  it('is none of an agent when a mail program left the file', () => {
    expect(readDraft({ ...eventOf('1.M0.host', 1), kind: 'draft' })).toBeUndefined();
  });
});

describe('settleDrafts', () => {
  it('takes the newest of what a crash left, by time, then by name', () => {
    const [old, fresh] = [eventFor(formatDraft(facts), 1), eventFor(formatDraft(facts), 2)];
    const other = eventFor(formatDraft({ ...facts, login: 'ben' }), 1);
    for (const files of [
      [old, fresh, other],
      [other, fresh, old],
    ]) {
      const { drafts, obsolete } = settleDrafts(files.map((event) => ({ event })));
      expect(drafts.map(({ event }) => event)).toEqual([other, fresh]);
      expect(obsolete.map(({ event }) => event)).toEqual([old]);
    }
  });
});

describe('a draft that goes back to its writer', () => {
  const command = {
    kind: 'return-draft',
    login: 'anna',
    at: toInstant(Date.UTC(2026, 10, 24, 8)),
    reason: 'customer-wrote',
    once: 'x',
  } as const;
  const actor = { kind: 'system', part: 'send-later' } as const;

  it.each([
    ['pending-customer', 1],
    ['closed', 1],
    ['open', 0],
    ['new', 0],
    ['merged', 0],
    ['removed', 0],
  ] as const)('opens a ticket that is %s: %i changes', (state, count) => {
    const event = decideReturn(state, command, actor);
    expect(event.changes).toHaveLength(count);
    const fields = new Map([['returned', [event.fields[0]?.[1] ?? '']]]);
    expect(readReturn(fields)).toEqual({
      reason: 'customer-wrote',
      login: 'anna',
      at: command.at,
    });
  });
});
