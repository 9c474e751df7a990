import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hour, type Instant, minute, toInstant } from '../../../src/base/clock.ts';
import { countIn, trim, tripBreaker, type Window } from '../../../src/core/autoreply/limits.ts';
import {
  type Actor,
  type Change,
  type EventKind,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { foldTicket } from '../../../src/core/ticket/fold.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { emptyFacts } from '../../helpers/facts.ts';

describe('countIn', () => {
  it('never lets more into any span of the window than it allows', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30 * minute }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 5 }), (pauses, most) => {
        let [window, now]: [Window, number] = [[], 1_000_000];
        const taken: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const next = countIn(window, toInstant(now), { most, within: hour });
          if (next === undefined) continue;
          window = next;
          taken.push(now);
        }
        for (const start of taken)
          expect(
            taken.filter((time) => time >= start && time < start + hour).length,
          ).toBeLessThanOrEqual(most);
        expect(window.length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('has room again as soon as the oldest has left, not at the full hour', () => {
    const at = (minutes: number): Instant => toInstant(minutes * minute);
    const limit = { most: 2, within: hour };
    expect(countIn([at(0), at(50)], at(59), limit)).toBeUndefined();
    expect(countIn([at(0), at(50)], at(60), limit)).toEqual([at(50), at(60)]);
    expect(trim([at(0), at(50)], at(60), hour)).toEqual([at(50)]);
  });
});

const number = parseTicketNumber('20261123000192');
let serial = 0;

interface Sketch {
  readonly at: number;
  readonly kind?: EventKind;
  readonly actor?: Actor;
  readonly automatic?: boolean;
  readonly changes?: readonly Change[];
}

function event({
  at,
  kind = 'mail-in',
  actor = { kind: 'customer', address: 'kim@x' },
  automatic = false,
  changes = [],
}: Sketch): TicketEvent {
  serial += 1;
  const name = parseMessageName(`${serial}.test`);
  const digest = parseDigest(`sha256:${String(serial).padStart(64, '0')}`);
  if (name === undefined || digest === undefined)
    throw new Error('A sketch has a name and a digest');
  return {
    name,
    digest,
    kind,
    kindText: kind,
    time: toInstant(at * minute),
    actor,
    changes,
    previous: [],
    fields: new Map(automatic ? [['automatic', ['auto-replied; reason=Auto-Submitted']]] : []),
    mail: emptyFacts,
  };
}

function trip(
  sketches: readonly Sketch[],
  {
    at,
    isAutomatic = false,
    reopens = false,
  }: { at: number; isAutomatic?: boolean; reopens?: boolean },
) {
  if (number === undefined) throw new Error('The number is right');
  const events = sketches.map(event);
  return tripBreaker({
    ticket: foldTicket(number, events),
    events,
    isAutomatic,
    changes: reopens ? reopening : [],
    limits: { mails: 3, reopenings: 2 },
    now: toInstant(at * minute),
  });
}

const reopening: readonly Change[] = [{ kind: 'set', field: 'state', value: 'open' }];
const agent: Actor = { kind: 'agent', login: 'anna' };
const automatic = (at: number): Sketch => ({ at, automatic: true });

describe('tripBreaker', () => {
  it('opens with one automatic mail more than allowed within the hour', () => {
    expect(trip([automatic(1), automatic(2)], { at: 3, isAutomatic: true })).toBeUndefined();
    const three = [automatic(1), automatic(2), automatic(3)];
    expect(trip(three, { at: 4, isAutomatic: true })).toBe('mails');
    expect(trip(three, { at: 4 })).toBeUndefined();
    expect(trip(three, { at: 61, isAutomatic: true })).toBeUndefined();
  });

  it('begins anew when a person acts', () => {
    const acted = [
      automatic(1),
      automatic(2),
      automatic(3),
      { at: 4, kind: 'note', actor: agent },
    ] as const;
    expect(trip(acted, { at: 5, isAutomatic: true })).toBeUndefined();
  });

  it('counts reopenings whoever closed in between', () => {
    const twice = [1, 3].flatMap((at): readonly Sketch[] => [
      { at, changes: reopening },
      {
        at: at + 1,
        kind: 'update',
        actor: agent,
        changes: [{ kind: 'set', field: 'state', value: 'closed' }],
      },
    ]);
    expect(trip(twice, { at: 5, reopens: true })).toBe('reopenings');
    expect(trip(twice, { at: 5 })).toBeUndefined();
  });

  it('does not open twice', () => {
    const set: Change = { kind: 'set', field: 'breaker', value: 'mails' };
    const open = [automatic(1), automatic(2), { ...automatic(3), changes: [set] }];
    expect(trip(open, { at: 4, isAutomatic: true })).toBeUndefined();
  });
});
