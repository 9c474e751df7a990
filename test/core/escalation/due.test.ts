import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatInstant,
  hour,
  type Instant,
  minute,
  parseInstant,
  toInstant,
} from '../../../src/base/clock.ts';
import {
  addOpenTime,
  type Calendar,
  openTimeBetween,
} from '../../../src/core/escalation/calendar.ts';
import {
  type DueFacts,
  dueTimes,
  instantAt,
  pastClocks,
  usedTime,
} from '../../../src/core/escalation/due.ts';
import { layTargets, type TargetSpec } from '../../../src/core/escalation/targets.ts';
import type { CourseStep } from '../../../src/core/ticket/course.ts';
import { choosableStates, type TicketState } from '../../../src/core/ticket/states.ts';

const at = (text: string): Instant => parseInstant(text) ?? toInstant(0);
const monday = (time: string) => at(`2026-11-23T${time}:00Z`);
const office = [{ from: 9 * 60, to: 17 * 60 }];
const calendar: Calendar = {
  timeZone: 'UTC',
  week: [[], office, office, office, office, office, []],
  holidays: new Set(),
};
const facts = (spec: TargetSpec, opened = monday('09:00')): DueFacts => ({
  opened,
  targets: layTargets([spec], 'normal'),
  calendar,
});
const all = facts({ times: { firstResponse: 4 * hour, update: 2 * hour, solution: 16 * hour } });

const theirs = (time: Instant): CourseStep => ({ kind: 'theirs', at: time });
const ours = (time: Instant): CourseStep => ({
  kind: 'ours',
  at: time,
  login: 'anna',
  modules: [],
});
const state = (time: Instant, value: TicketState): CourseStep => ({
  kind: 'set',
  at: time,
  field: 'state',
  value,
});

const imported = (time: Instant): CourseStep => ({ kind: 'imported', at: time });

/** `kind started-due` of the clocks that have not ended. */
function shown(course: readonly CourseStep[], given: DueFacts = all): readonly string[] {
  return dueTimes(course, given).clocks.map(
    ({ kind, started, due }) => `${kind} ${short(started)} ${due === undefined ? '-' : short(due)}`,
  );
}

const short = (instant: Instant) => formatInstant(instant).slice(8, 16);

describe('what came by import', () => {
  it('starts no clock, and what is written then does', () => {
    const course = [imported(monday('09:00')), state(monday('09:00'), 'open')];
    expect(shown(course)).toEqual([]);
    const later = shown([...course, theirs(monday('10:00'))]);
    expect(later).toHaveLength(1);
    expect(later[0]).toContain('firstResponse');
  });

  it('ends nothing that was owed before', () => {
    const course = [theirs(monday('09:00'))];
    expect(shown([...course, imported(monday('10:00'))])).toEqual(shown(course));
  });
});

describe('dueTimes', () => {
  it('starts with a first response and a solution', () => {
    expect(shown([theirs(monday('09:00'))])).toEqual([
      'firstResponse 23T09:00 23T13:00',
      'solution 23T09:00 24T17:00',
    ]);
  });

  it('ends the first response with the first answer, and an update follows the next mail only', () => {
    const course = [theirs(monday('09:00')), ours(monday('10:00'))];
    expect(shown(course)).toEqual(['solution 23T09:00 24T17:00']);
    expect(shown([...course, theirs(monday('11:00')), theirs(monday('12:00'))])).toEqual([
      'solution 23T09:00 24T17:00',
      'update 23T11:00 23T13:00',
    ]);
  });

  it('lets a second mail before the first answer owe nothing more than the first response', () => {
    expect(shown([theirs(monday('09:00')), theirs(monday('12:00'))])).toHaveLength(2);
  });

  it('counts an update from the first mail where there is no target for a first response', () => {
    const given = facts({ times: { update: 2 * hour } });
    expect(shown([theirs(monday('09:00')), theirs(monday('10:00'))], given)).toEqual([
      'update 23T09:00 23T11:00',
    ]);
  });

  it('counts updates between our contacts when the desk wants that', () => {
    const given = facts({
      times: { firstResponse: hour, update: 4 * hour },
      updateFrom: 'contact',
    });
    const course = [theirs(monday('09:00')), ours(monday('09:30'))];
    expect(shown(course, given)).toEqual(['update 23T09:30 23T13:30']);
    expect(shown([...course, theirs(monday('10:00'))], given)).toEqual([
      'update 23T09:30 23T13:30',
    ]);
    expect(shown([...course, ours(monday('11:00'))], given)).toEqual(['update 23T11:00 23T15:00']);
  });

  it('owes no first response on a ticket that we began', () => {
    const course = [ours(monday('09:00')), theirs(monday('10:00'))];
    expect(shown(course)).toEqual(['solution 23T09:00 24T17:00', 'update 23T10:00 23T12:00']);
  });

  it('is paused while it waits for the customer, and goes on with what is left', () => {
    const course = [
      theirs(monday('09:00')),
      ours(monday('10:00')),
      state(monday('10:00'), 'pending-customer'),
    ];
    expect(shown(course)).toEqual(['solution 23T09:00 -']);
    const back = [...course, theirs(monday('12:10')), state(monday('12:10'), 'open')];
    expect(shown(back)).toEqual(['solution 23T09:00 25T11:10', 'update 23T12:10 23T14:10']);
    expect(dueTimes(back, all).next?.kind).toBe('update');
    expect(dueTimes(back, all).clocks[0]?.spans).toEqual([
      { kind: 'running', from: monday('09:00'), to: monday('10:00'), state: 'new' },
      {
        kind: 'paused',
        from: monday('10:00'),
        to: monday('12:10'),
        state: 'pending-customer',
      },
      { kind: 'running', from: monday('12:10'), to: undefined, state: 'open' },
    ]);
  });

  it('never pauses the first response, unless a file says so', () => {
    const course = [theirs(monday('09:00')), state(monday('09:30'), 'pending-reminder')];
    expect(shown(course)).toEqual(['firstResponse 23T09:00 23T13:00', 'solution 23T09:00 -']);
    const paused = facts({
      times: { firstResponse: hour },
      firstResponsePausing: ['pending-reminder'],
    });
    expect(shown(course, paused)).toEqual(['firstResponse 23T09:00 -']);
  });

  it('has no clocks on a closed ticket, and goes on where it stopped when it is reopened', () => {
    const course = [
      theirs(monday('09:00')),
      ours(monday('11:00')),
      state(monday('11:00'), 'closed'),
    ];
    expect(dueTimes(course, all)).toEqual({ clocks: [], next: undefined });
    const reopened = [...course, theirs(monday('16:00')), state(monday('16:00'), 'open')];
    expect(shown(reopened)).toEqual(['solution 23T09:00 25T14:00', 'update 23T16:00 24T10:00']);
  });

  it('has no clocks on merged and removed tickets', () => {
    expect(shown([theirs(monday('09:00')), state(monday('10:00'), 'merged')])).toEqual([]);
    expect(pastClocks([theirs(monday('09:00')), state(monday('10:00'), 'removed')], all)).toEqual(
      [],
    );
  });

  it('is not due by a calendar without hours', () => {
    const never = { ...all, calendar: { ...calendar, week: [] } };
    expect(shown([theirs(monday('09:00'))], never)[0]).toBe('firstResponse 23T09:00 -');
  });
});

describe('pastClocks', () => {
  it('tells met from missed by working time', () => {
    const course = [
      theirs(monday('09:00')),
      ours(monday('13:00')),
      theirs(monday('16:00')),
      ours(at('2026-11-24T10:30:00Z')),
      state(at('2026-11-24T11:00:00Z'), 'closed'),
    ];
    expect(
      pastClocks(course, all).map(({ kind, used, outcome }) => [
        kind,
        (used ?? 0) / minute,
        outcome,
      ]),
    ).toEqual([
      ['firstResponse', 240, 'met'],
      ['solution', 600, 'met'],
      ['update', 150, 'missed'],
    ]);
  });

  it('measures without targets, and leaves open what is owed', () => {
    const course = [theirs(monday('09:00')), ours(monday('10:00'))];
    expect(
      pastClocks(course, facts({ times: {} })).map(({ kind, used, outcome }) => [
        kind,
        used,
        outcome,
      ]),
    ).toEqual([
      // Without a target for the first response an update is owed as well, and ends with the same answer.
      ['firstResponse', hour, undefined],
      ['update', hour, undefined],
      ['solution', undefined, undefined],
    ]);
  });

  it('leaves out what never ran: a ticket that a rule closes at once', () => {
    expect(pastClocks([theirs(monday('09:00')), state(monday('09:00'), 'closed')], all)).toEqual(
      [],
    );
  });

  it('ends a ticket that is closed twice with the first time', () => {
    const course = [
      theirs(monday('09:00')),
      state(monday('10:00'), 'closed'),
      state(monday('12:00'), 'closed-unsuccessful'),
      state(monday('13:00'), 'closed'),
    ];
    expect(pastClocks(course, all).map(({ ended }) => ended)).toEqual([
      monday('10:00'),
      monday('10:00'),
    ]);
  });
});

it('instantAt gives the instants of a share, also of one that was reached before a pause', () => {
  const course = [theirs(monday('09:00')), state(monday('11:00'), 'pending-customer')];
  const clock = dueTimes(course, facts({ times: { solution: 4 * hour } })).clocks[0];
  expect(clock?.due).toBeUndefined();
  if (clock === undefined) return;
  expect(instantAt(clock, 25, calendar)).toBe(monday('10:00'));
  expect(instantAt(clock, 50, calendar)).toBe(monday('11:00'));
  expect(instantAt(clock, 75, calendar)).toBeUndefined();
});

const steps = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 0, max: 3 * 24 * 60 }),
      what: fc.constantFrom('theirs' as const, 'ours' as const, ...choosableStates),
    }),
    { maxLength: 12 },
  )
  .map((list) => {
    let time = monday('09:00');
    return list.map(({ wait, what }): CourseStep => {
      time = toInstant(time + wait * minute);
      if (what === 'theirs') return theirs(time);
      return what === 'ours' ? ours(time) : state(time, what);
    });
  });
const specs = fc.record({
  times: fc.record({
    firstResponse: fc.integer({ min: 1, max: 40 }).map((hours) => hours * hour),
    update: fc.integer({ min: 1, max: 40 }).map((hours) => hours * hour),
    solution: fc.integer({ min: 1, max: 80 }).map((hours) => hours * hour),
  }),
  updateFrom: fc.constantFrom('customer' as const, 'contact' as const),
});

describe('properties', () => {
  it('spans follow each other without gaps from the start on', () => {
    fc.assert(
      fc.property(steps, specs, (course, spec) => {
        for (const { started, spans, ended } of pastClocks(course, facts(spec))) {
          let end: Instant | undefined = started;
          for (const span of spans) {
            expect(span.from).toBe(end);
            if (span.to !== undefined) expect(span.to).toBeGreaterThan(span.from);
            end = span.to;
          }
          expect(end).toBe(ended);
        }
      }),
    );
  });

  it('a clock that is due has used just its target by then', () => {
    fc.assert(
      fc.property(steps, specs, (course, spec) => {
        for (const clock of dueTimes(course, facts(spec)).clocks) {
          if (clock.due !== undefined)
            expect(usedTime(clock, calendar, clock.due)).toBe(clock.target);
        }
      }),
    );
  });

  it('a pause moves what is due by exactly its working time', () => {
    const moments = fc.integer({ min: 0, max: 20 * 24 * 60 });
    fc.assert(
      fc.property(moments, moments, fc.integer({ min: 1, max: 60 }), (one, other, hours) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)].map((minutes) =>
          toInstant(monday('09:00') + minutes * minute),
        );
        if (from === undefined || to === undefined) return;
        const given = facts({ times: { solution: hours * hour } });
        const plain = dueTimes([theirs(monday('09:00'))], given).clocks[0]?.due;
        const paused = dueTimes(
          [theirs(monday('09:00')), state(from, 'pending-reminder'), state(to, 'open')],
          given,
        ).clocks[0]?.due;
        const pause = openTimeBetween(calendar, from, to);
        const isLater = plain !== undefined && plain > from;
        expect(paused).toBe(isLater ? addOpenTime(calendar, plain, pause) : plain);
      }),
    );
  });

  it('what we answered in the past stays as it was, whatever comes later', () => {
    fc.assert(
      fc.property(steps, fc.nat(12), specs, (course, cut, spec) => {
        const answered = (list: readonly CourseStep[]) =>
          pastClocks(list, facts(spec)).filter(
            ({ kind, ended }) =>
              kind !== 'solution' && list.some((step) => step.kind === 'ours' && step.at === ended),
          );
        const before = answered(course.slice(0, cut));
        const after = answered(course);
        for (const clock of before) if (clock.spans.length > 0) expect(after).toContainEqual(clock);
      }),
    );
  });

  it('there is one clock of a kind at a time, and the next is the first that is due', () => {
    fc.assert(
      fc.property(steps, specs, (course, spec) => {
        const { clocks, next } = dueTimes(course, facts(spec));
        expect(new Set(clocks.map(({ kind }) => kind)).size).toBe(clocks.length);
        const due = clocks.flatMap((clock) => clock.due ?? []);
        expect(next?.due).toBe(due.length === 0 ? undefined : Math.min(...due));
      }),
    );
  });
});
