/** A ticket is the sum of its events, whatever the order in which they are found. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import type { Change, TicketEvent } from '../../../src/core/ticket/event.ts';
import {
  compareEvents,
  continueFold,
  emptyTicket,
  foldTicket,
} from '../../../src/core/ticket/fold.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { isPriority, isTicketState } from '../../../src/core/ticket/states.ts';
import { emptyFacts } from '../../helpers/facts.ts';
import { holds, orderFree, total } from '../../helpers/laws.ts';
import { digestOf, drafts, eventOf, folders, nameOf } from './arbitrary-events.ts';

const number = formatTicketNumber('20261123', 42);
const fold = (events: readonly TicketEvent[]) => foldTicket(number, events);

function set(field: string, value: string): { readonly changes: readonly Change[] } {
  return { changes: [{ kind: 'set', field, value }] };
}

describe('foldTicket', () => {
  it('takes any events', () => total(fold, folders));

  it('does not depend on the order of the directory', () => orderFree(fold, folders));

  it('counts an event once, however often it is seen', () => {
    const doubled = folders.chain((events) =>
      fc.tuple(fc.constant(events), fc.subarray(events), fc.subarray(events)),
    );
    holds(doubled, ([events, again, oncemore]) =>
      expect(fold([...again, ...events, ...oncemore])).toEqual(fold(events)),
    );
  });

  it('changes neither the events nor the ticket that it goes on from', () => {
    holds(folders, (events) => {
      const before = structuredClone(events);
      const ticket = fold(events.slice(0, 3));
      const copy = structuredClone(ticket);
      continueFold(ticket, events);
      expect(ticket).toEqual(copy);
      expect(events).toEqual(before);
    });
  });

  it('gives the same at once and in two parts, when the second part is later', () => {
    const parts = folders.chain((events) =>
      fc.tuple(fc.constant([...events].sort(compareEvents)), fc.nat({ max: events.length })),
    );
    holds(parts, ([sorted, cut]) => {
      const [early, late] = [sorted.slice(0, cut), sorted.slice(cut)];
      expect(continueFold(fold(early), late)).toEqual(fold(sorted));
      // Hints come doubled: what is known already changes nothing.
      expect(continueFold(fold(early), sorted)).toEqual(fold(sorted));
    });
  });

  it('has one answer for two writers who merged their folders', () => {
    const writers = folders.chain((events) =>
      fc.tuple(fc.constant(events), fc.nat({ max: events.length })),
    );
    holds(writers, ([events, cut]) => {
      const [mine, theirs] = [events.slice(0, cut), events.slice(cut)];
      expect(fold([...mine, ...theirs])).toEqual(fold([...theirs, ...mine]));
    });
  });

  it('is the same with and without drafts', () => {
    holds(fc.tuple(folders, fc.array(drafts, { maxLength: 3 })), ([events, written]) =>
      expect(fold([...written, ...events])).toEqual(fold(events)),
    );
  });

  it('has as heads exactly the digests that no event names', () => {
    holds(folders, (events) => {
      const named = new Set(events.flatMap(({ previous }) => previous));
      const digests = new Set(events.map(({ digest }) => digest));
      expect(fold(events).heads).toEqual(
        new Set([...digests].filter((digest) => !named.has(digest))),
      );
      expect(fold(events).known).toEqual(digests);
    });
  });

  it('is always a valid ticket, with times that fit its events', () => {
    holds(folders, (events) => {
      const ticket = fold(events);
      expect(isTicketState(ticket.state) && isPriority(ticket.priority)).toBe(true);
      const times = events.map(({ time }) => time);
      expect(ticket.latest).toBe(Math.max(0, ...times));
      expect(ticket.created).toBe(events.length === 0 ? 0 : Math.min(...times));
      expect(ticket.closedAt !== undefined).toBe(ticket.state.startsWith('closed'));
      expect(ticket.updated).toBeLessThanOrEqual(ticket.latest);
    });
  });

  it('lets the last writer win: by time, then by name', () => {
    const writes = folders.map((events) =>
      events.map((event, index) => ({ ...event, ...set('owner', `agent-${index}`) })),
    );
    holds(writes, (events) => {
      const last = [...events].sort(compareEvents).at(-1)?.changes[0];
      expect(fold(events).owner).toBe(last?.kind === 'set' ? last.value : undefined);
    });
    expect(
      fold([eventOf('b', 2, set('owner', 'anna')), eventOf('a', 3, set('owner', 'ben'))]).owner,
    ).toBe('ben');
    expect(
      fold([eventOf('b', 2, set('owner', 'anna')), eventOf('a', 2, set('owner', 'ben'))]).owner,
    ).toBe('anna');
  });

  it('is empty without events', () => {
    expect(fold([])).toEqual(emptyTicket(number));
  });
});

describe('the history of a ticket', () => {
  const [first, mine, theirs, merged] = [1, 2, 3, 4].map(digestOf);
  if (first === undefined || mine === undefined || theirs === undefined || merged === undefined) {
    throw new RangeError('Four digests were made');
  }
  const opened = eventOf('1', 10, { digest: first });
  const byMe = eventOf('2', 20, { digest: mine, previous: [first] });
  const byThem = eventOf('3', 20, { digest: theirs, previous: [first] });

  it('has two heads after two writers at once, and one after the next who knew both', () => {
    expect(fold([opened, byMe, byThem]).heads).toEqual(new Set([mine, theirs]));
    const joined = eventOf('4', 30, { digest: merged, previous: [mine, theirs] });
    expect(fold([joined, byThem, opened, byMe]).heads).toEqual(new Set([merged]));
  });

  it('knows that an event is no head although the one that names it carries an earlier time', () => {
    const backdated = eventOf('0', 5, { digest: merged, previous: [mine] });
    expect(fold([opened, byMe, backdated]).heads).toEqual(new Set([merged]));
    expect(continueFold(fold([backdated]), [opened, byMe]).heads).toEqual(new Set([merged]));
  });

  it('knows that a copy of a named file is no head either', () => {
    const copy = eventOf('9', 40, { digest: first });
    expect(fold([opened, byMe, copy]).heads).toEqual(new Set([mine]));
  });
});

describe('what an event says', () => {
  it('sets, clears, adds and removes', () => {
    const ticket = fold([
      eventOf('1', 10, {
        kind: 'mail-in',
        mail: {
          ...emptyFacts,
          subject: 'AW: Lamp',
          from: { name: 'Kim', address: 'kim@customer.example' },
        },
        changes: [
          { kind: 'set', field: 'queue', value: 'Support' },
          { kind: 'set', field: 'owner', value: 'anna' },
          { kind: 'add', set: 'tag', value: 'vip' },
          { kind: 'add', set: 'tag', value: 'slow' },
          { kind: 'add', set: 'participant', value: ' Kim@Customer.example ' },
          { kind: 'set', field: 'colour', value: 'green' },
        ],
      }),
      eventOf('2', 20, {
        changes: [
          { kind: 'set', field: 'owner', value: '' },
          { kind: 'remove', set: 'tag', value: 'slow' },
          { kind: 'set', field: 'state', value: 'closed' },
          { kind: 'set', field: 'state', value: 'nonsense' },
          { kind: 'set', field: 'priority', value: 'nonsense' },
        ],
      }),
    ]);
    expect(ticket).toMatchObject({
      subject: 'Lamp',
      queue: 'Support',
      owner: undefined,
      state: 'closed',
      priority: 'normal',
      customer: { name: 'Kim', address: 'kim@customer.example' },
      tags: new Set(['vip']),
      participants: new Set(['kim@customer.example']),
      extra: new Map([
        ['colour', 'green'],
        ['state-name', 'nonsense'],
      ]),
      created: 10,
      updated: 20,
      closedAt: 20,
    });
  });

  it('keeps the time of the first close until the ticket is open again', () => {
    const closes = [10, 20].map((time) => eventOf(`${time}`, time, set('state', 'closed')));
    expect(fold(closes).closedAt).toBe(10);
    const reopened = [eventOf('15', 15, set('state', 'open')), ...closes];
    expect(fold(reopened).closedAt).toBe(20);
  });

  it('keeps the first customer when a follow-up comes from another address', () => {
    const mailFrom = (address: string) => ({ ...emptyFacts, from: { name: '', address } });
    const ticket = fold([
      eventOf('1', 10, { kind: 'mail-in', mail: mailFrom('kim@customer.example') }),
      eventOf('2', 20, { kind: 'mail-in', mail: mailFrom('kim@home.example') }),
    ]);
    expect(ticket.customer?.address).toBe('kim@customer.example');
  });

  it('follows a mail on its way out, without counting that as news', () => {
    const sent = eventOf('1', 10, { kind: 'mail-out' });
    const outcome = (name: string, time: number, value: string) =>
      eventOf(name, time, { kind: 'delivery', fields: new Map([['delivery', [value]]]) });
    const deferred = outcome(
      '2',
      20,
      'deferred; message=1; attempt=1; reply=451 Later; next=1970-01-01T00:00:01Z',
    );
    const waiting = {
      state: 'waiting',
      time: 10,
      attempts: 0,
      reply: undefined,
      nextAttempt: undefined,
    };
    expect(fold([sent]).deliveries).toEqual(new Map([[nameOf('1'), waiting]]));
    const ticket = fold([sent, deferred]);
    expect(ticket.deliveries.get(nameOf('1'))).toEqual({
      state: 'deferred',
      time: 20,
      attempts: 1,
      reply: '451 Later',
      nextAttempt: toInstant(1000),
    });
    expect([ticket.updated, ticket.latest]).toEqual([10, 20]);
    const done = outcome(
      '3',
      30,
      'sent; message=1; attempt=2; reply=250 OK; next=1970-01-01T00:00:01Z',
    );
    expect(fold([done, deferred, sent]).deliveries.get(nameOf('1'))).toMatchObject({
      state: 'sent',
      attempts: 2,
      nextAttempt: undefined,
    });
  });
});
