import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  day,
  hour,
  type Instant,
  minute,
  parseInstant,
  toInstant,
} from '../../../src/base/clock.ts';
import { distributionOf } from '../../../src/core/figures/distribution.ts';
import type { Figures } from '../../../src/core/figures/figures.ts';
import { parseDate, periodOf, type Step } from '../../../src/core/figures/period.ts';
import { standingAt, type TicketStory, tellStory } from '../../../src/core/figures/story.ts';
import { createTally, type Scope } from '../../../src/core/figures/tally.ts';
import type { CourseStep } from '../../../src/core/ticket/course.ts';
import {
  formatTicketNumber,
  parseTicketNumber,
  type TicketNumber,
} from '../../../src/core/ticket/number.ts';

const monday = parseInstant('2026-11-23T00:00:00+01:00') ?? toInstant(0);
const number = parseTicketNumber('20261123004266') ?? ('' as TicketNumber);
const everything: Scope = {
  inQueue: () => true,
  people: undefined,
  language: undefined,
  isNamed: () => true,
};
const now = toInstant(monday + 30 * day);

function days(first: string, last: string, by?: Step) {
  return periodOf(
    { first: parseDate(first) ?? 0, last: parseDate(last) ?? 0 },
    'Europe/Berlin',
    by,
  );
}

function count(
  stories: readonly TicketStory[],
  scope: Partial<Scope> = {},
  period = days('2026-11-23', '2026-11-29'),
): Figures {
  const tally = createTally({
    period,
    now,
    today: toInstant(now - day),
    scope: { ...everything, ...scope },
    openTime: (_queue, from, to) => (to - from) / 4,
  });
  for (const story of stories) tally.add(story);
  return tally.figures();
}

function after(hours: number): Instant {
  return toInstant(monday + hours * hour);
}

const set = (hours: number, field: 'state' | 'queue' | 'owner', value: string): CourseStep => ({
  kind: 'set',
  at: after(hours),
  field,
  value,
});
const theirs = (hours: number): CourseStep => ({ kind: 'theirs', at: after(hours) });
const ours = (hours: number, login: string, ...modules: string[]): CourseStep => ({
  kind: 'ours',
  at: after(hours),
  login,
  modules,
});

function story(course: readonly CourseStep[], language?: string): TicketStory {
  const created = course[0]?.at ?? monday;
  return tellStory({ number, created, queue: 'Now', owner: 'now', language, course });
}

it('a ticket counts where it was at that time', () => {
  const moved = story([
    set(1, 'queue', 'Support'),
    theirs(1),
    set(26, 'queue', 'Billing'),
    ours(30, 'anna', 'billing/refund'),
    set(50, 'state', 'closed'),
    set(60, 'queue', 'Archive'),
  ]);
  const figures = count([moved]);
  expect(figures.parts.map(({ open }) => open)).toEqual([1, 1, 0, 0, 0, 0, 0]);
  const shown = figures.queues.map(({ queue, opened, arrived, left, closed, ours: answers }) => ({
    queue,
    flow: [opened, arrived, left, closed, answers],
  }));
  expect(shown).toEqual([
    { queue: 'Billing', flow: [0, 1, 0, 1, 1] },
    { queue: 'Support', flow: [1, 0, 1, 0, 0] },
  ]);
  const support = count([moved], { inQueue: (queue) => queue === 'Support' });
  expect(support.parts.map(({ open }) => open)).toEqual([1, 0, 0, 0, 0, 0, 0]);
  expect(support.sum).toMatchObject({ opened: 1, left: 1, closed: 0, ours: 0 });
});

it('response and solution times are those of the round, on the wall and within open hours', () => {
  const figures = count([
    story([
      theirs(0),
      theirs(1),
      ours(2, 'anna'),
      set(4, 'state', 'closed'),
      theirs(40),
      set(40, 'state', 'open'),
      ours(41, 'ben'),
      set(46, 'state', 'closed'),
    ]),
  ]);
  expect(figures.firstResponse).toEqual({
    wall: { count: 1, median: 2 * hour, ninth: 2 * hour },
    working: { count: 1, median: 30 * minute, ninth: 30 * minute },
  });
  expect(figures.solution.wall).toEqual({ count: 2, median: 4 * hour, ninth: 6 * hour });
  expect(figures.sum).toMatchObject({ opened: 1, reopened: 1, closed: 2, theirs: 3, ours: 2 });
  expect(figures.parts[1]).toMatchObject({
    reopened: 1,
    closed: 1,
    solution: { median: 6 * hour },
  });
});

it('whom we wrote to first has no first response', () => {
  const figures = count([story([ours(0, 'anna'), theirs(5), ours(6, 'anna')])]);
  expect(figures.firstResponse.wall.count).toBe(0);
  expect(figures.sum.ours).toBe(2);
});

it('a call that was noted and closed at once is opened and closed', () => {
  const figures = count([story([theirs(3), set(3, 'queue', 'Phone'), set(3, 'state', 'closed')])]);
  expect(figures.sum).toMatchObject({ opened: 1, closed: 1, openAfter: 0 });
  expect(figures.queues.map(({ queue }) => queue)).toEqual(['Phone']);
});

it('who is not to be named is in the totals alone', () => {
  const stories = [
    story([theirs(0), set(1, 'owner', 'anna'), ours(2, 'anna', 'a/b'), ours(3, 'ben')]),
  ];
  const figures = count(stories, { isNamed: (login) => login === 'ben' });
  expect(figures.people).toEqual([
    { login: 'ben', ours: 1, withModules: 0, firstResponses: 0, closed: 0, open: 0 },
  ]);
  expect(figures.sum).toMatchObject({ ours: 2, withModules: 1 });
  expect(count(stories).people.map(({ login, open }) => [login, open])).toEqual([
    ['anna', 1],
    ['ben', 0],
  ]);
  const anna = count(stories, { people: new Set(['anna']) });
  expect(anna.sum).toMatchObject({ opened: 0, arrived: 1, ours: 1, openAfter: 1 });
  expect(anna.modules).toEqual([{ module: 'a/b', used: 1 }]);
});

it('the longest unanswered waits since the oldest word after our last one', () => {
  const figures = count([story([theirs(0), ours(1, 'anna'), theirs(5), theirs(9)])]);
  expect(figures.present.waiting.map(({ since }) => since)).toEqual([after(5)]);
  expect(figures.present).toMatchObject({ open: 1, unowned: 0, unanswered: 1 });
});

it('mail is counted by weekday and hour on the wall', () => {
  const { hours } = count([story([theirs(0), theirs(33.5)])]);
  expect(hours[0]?.[0]).toBe(1);
  expect(hours[1]?.[9]).toBe(1);
  expect(hours.flat().reduce((sum, each) => sum + each, 0)).toBe(2);
});

it('distributionOf gives values that occurred, by nearest rank', () => {
  expect(distributionOf([])).toEqual({ count: 0, median: undefined, ninth: undefined });
  expect(distributionOf([4, 1, 3, 2])).toEqual({ count: 4, median: 2, ninth: 4 });
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), (values) => {
      const { median = -1, ninth = -1 } = distributionOf(values);
      expect(values).toContain(median);
      const share = (most: number) => values.filter((each) => each <= most).length / values.length;
      expect(share(median)).toBeGreaterThanOrEqual(0.5);
      expect(share(ninth)).toBeGreaterThanOrEqual(0.9);
      expect(share(median - 1)).toBeLessThan(0.5);
    }),
  );
});

const queues = ['Support', 'Billing', 'Technical'];
const stepOf = fc.oneof(
  fc.constant({ kind: 'theirs' as const }),
  fc.record({
    kind: fc.constant('ours' as const),
    login: fc.constantFrom('anna', 'ben', undefined),
    modules: fc.subarray(['a/one', 'b/two']),
  }),
  fc.constantFrom(
    ...queues.map((value) => ({ kind: 'set' as const, field: 'queue' as const, value })),
    ...['closed', 'open', 'new', 'pending-customer', 'closed-unsuccessful'].map((value) => ({
      kind: 'set' as const,
      field: 'state' as const,
      value,
    })),
    ...['anna', 'ben', ''].map((value) => ({
      kind: 'set' as const,
      field: 'owner' as const,
      value,
    })),
  ),
);
/** Steps of one ticket within ten days around the week that is counted; some in the same instant. */
const course = fc
  .array(fc.tuple(fc.integer({ min: -24, max: 9 * 24 }), stepOf), { minLength: 1, maxLength: 14 })
  .map((steps) =>
    steps
      .sort(([one], [other]) => one - other)
      .map(([hours, step]): CourseStep => ({ ...step, at: after(hours) })),
  );
const desk = fc.array(course, { minLength: 1, maxLength: 12 });

it('the queues add up to the whole, and what came less what went is what is open', () => {
  fc.assert(
    fc.property(desk, (courses) => {
      const stories = courses.map((each) => story(each));
      const whole = count(stories);
      const single = [...queues, 'Now'].map((queue) =>
        count(stories, { inQueue: (each) => each === queue }),
      );
      for (const key of ['opened', 'reopened', 'closed', 'theirs', 'ours', 'openAfter'] as const) {
        expect(single.reduce((sum, each) => sum + each.sum[key], 0)).toBe(whole.sum[key]);
      }
      for (const [position, part] of whole.parts.entries())
        expect(single.reduce((sum, { parts }) => sum + (parts[position]?.open ?? 0), 0)).toBe(
          part.open,
        );
      for (const { sum, queues: rows, parts } of [whole, ...single]) {
        const { openBefore, opened, reopened, arrived, closed, left, openAfter } = sum;
        expect(openBefore + opened + reopened + arrived - closed - left).toBe(openAfter);
        expect(rows.reduce((total, { open }) => total + open, 0)).toBe(openAfter);
        expect(parts.at(-1)?.open).toBe(openAfter);
      }
      for (const row of whole.queues) {
        const alone = single[[...queues, 'Now'].indexOf(row.queue)];
        expect(alone?.sum).toMatchObject({
          opened: row.opened,
          closed: row.closed,
          arrived: row.arrived,
          left: row.left,
        });
      }
    }),
    { numRuns: 80 },
  );
});

it('what is open at the end of a part is what stands open just before it', () => {
  fc.assert(
    fc.property(desk, (courses) => {
      const stories = courses.map((each) => story(each));
      for (const { to, open } of count(stories).parts) {
        const slow = stories.filter((each) => standingAt(each, toInstant(to - 1))?.isOpen === true);
        expect(open).toBe(slow.length);
      }
    }),
    { numRuns: 60 },
  );
});

it('later events do not change the figures of a past period', () => {
  fc.assert(
    fc.property(desk, (courses) => {
      const period = days('2026-11-23', '2026-11-26');
      const before = courses
        .map((each) => each.filter(({ at }) => at < period.to))
        .filter((each) => each.length > 0);
      const { present: _then, ...early } = count(
        // What no event says is as the folder says it now; here every course names both.
        before.map((each) => story([...named(each), ...each])),
        {},
        period,
      );
      const { present: _now, ...late } = count(
        courses.map((each) => story([...named(each), ...each])),
        {},
        period,
      );
      expect(early).toEqual(late);
    }),
    { numRuns: 80 },
  );
});

function named(steps: readonly CourseStep[]): readonly CourseStep[] {
  const at = steps[0]?.at ?? monday;
  return [
    { kind: 'set', at, field: 'queue', value: 'Support' },
    { kind: 'set', at, field: 'owner', value: '' },
  ];
}

it('the order of the tickets changes nothing', () => {
  fc.assert(
    fc.property(desk, (courses) => {
      const stories = courses.map((each, n) => ({
        ...story(each),
        number: formatTicketNumber('20261123', n + 1),
      }));
      expect(count(stories.toReversed())).toEqual(count(stories));
    }),
    { numRuns: 40 },
  );
});

it('a day of 25 hours counts what comes in its repeated hour', () => {
  const period = days('2026-10-25', '2026-10-25', 'hour');
  const first = parseInstant('2026-10-25T02:30:00+02:00') ?? toInstant(0);
  const second = parseInstant('2026-10-25T02:30:00+01:00') ?? toInstant(0);
  const figures = count(
    [
      story([
        { kind: 'theirs', at: first },
        { kind: 'theirs', at: second },
      ]),
    ],
    {},
    period,
  );
  expect(figures.parts).toHaveLength(25);
  expect(figures.parts.flatMap(({ theirs: mails }, n) => (mails > 0 ? [n] : []))).toEqual([2, 3]);
  expect(figures.hours[6]?.[2]).toBe(2);
});
