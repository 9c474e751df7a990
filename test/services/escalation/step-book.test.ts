import { describe, expect, it } from 'vitest';
import { hour, minute, toInstant } from '../../../src/base/clock.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { createDueBook } from '../../../src/services/escalation/due-book.ts';
import { createStepBook, type StepSubject } from '../../../src/services/escalation/step-book.ts';
import { effortOf } from '../../helpers/effort.ts';

const chain = 'escalation: [{ at: 75%, do: notify owner }, { at: 100%, do: level }]\n';
const parsed = parseConfig({
  desk: undefined,
  queues: [
    {
      file: 'queues/support.yaml',
      text: `name: Support\ncalendar: berlin\ntargets: { firstResponse: 4h, solution: 40h }\n${chain}`,
    },
  ],
  calendars: [
    {
      file: 'calendars/berlin.yaml',
      text: 'timeZone: Europe/Berlin\nhours: { mon-fri: 08:00-18:00 }\n',
    },
  ],
  environment: {},
  flags: {},
  hostName: 'desk.example',
  directory: '/desk',
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
const config = parsed.value;
const nobody = {
  findPerson: () => undefined,
  findCompany: () => undefined,
  everybody: () => [],
  addressesOf: () => [],
  standingOf: () => undefined,
};

function book() {
  const due = createDueBook({ config: () => config, customers: { current: () => nobody } });
  return createStepBook({ due, config: () => config });
}

function subject(at: number): StepSubject {
  const created = toInstant(Date.UTC(2026, 10, 23, 7) + at);
  return {
    queue: 'Support',
    state: 'open',
    priority: 'normal',
    customer: undefined,
    created,
    course: [
      { kind: 'set', at: created, field: 'queue', value: 'Support' },
      { kind: 'theirs', at: created },
    ],
  };
}

describe('the book of steps', () => {
  it('knows the steps of a ticket by its queue, its calendar and what was done', () => {
    const steps = book();
    const all = steps.ahead(subject(0)).map(({ clock, percent }) => `${clock} ${percent}`);
    expect(all).toEqual(['firstResponse 75', 'firstResponse 100', 'solution 75', 'solution 100']);
    expect(steps.ahead({ ...subject(0), state: 'closed' })).toEqual([]);
    expect(steps.ahead({ ...subject(0), queue: 'Elsewhere' })).toEqual([]);
  });

  it('looks through ten thousand tickets in a moment', () => {
    const subjects = Array.from({ length: 10_000 }, (_, index) => subject(index * 5 * minute));
    const steps = book();
    const first = effortOf(() => subjects.map((each) => steps.ahead(each)[0]?.at));
    const again = effortOf(() => subjects.map((each) => steps.ahead(each)[0]?.at));
    // On the machine that this was written on, with much else going on: 390 and 120.
    expect(first).toBeLessThan(3000);
    expect(again).toBeLessThan(2000);
    expect(steps.ahead(subject(0))[0]?.at).toBe(Date.UTC(2026, 10, 23, 7) + 3 * hour);
  });
});
