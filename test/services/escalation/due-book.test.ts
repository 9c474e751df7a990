import { describe, expect, it } from 'vitest';
import { formatInstant, hour, parseInstant, toInstant } from '../../../src/base/clock.ts';
import type { Config } from '../../../src/config/config.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { createLookup, nobodyKnown, type Person } from '../../../src/core/customer/customer.ts';
import type { CourseStep } from '../../../src/core/ticket/course.ts';
import {
  createDueBook,
  type DueBook,
  type DueSubject,
} from '../../../src/services/escalation/due-book.ts';

const at = (text: string) => parseInstant(text) ?? toInstant(0);
const opened = at('2026-11-23T09:00:00Z');

const support = `
name: Support
targets:
  firstResponse: 4h
  solution: 16h
  priorities:
    urgent: { firstResponse: 30m }
`;
const files: Readonly<Record<string, string>> = {
  'queues/support.yaml': support,
  'queues/phone.yaml': 'name: Support::Phone\ntargets: { firstResponse: 1h, solution: off }\n',
  'queues/junk.yaml': 'name: Junk\n',
  'slas/gold.yaml':
    'customers: [kim@customer.example]\ncompanies: [gold.example]\ntargets: { firstResponse: 2h }\ncalendar: always\n',
  'slas/named.yaml': 'targets: { firstResponse: 3h }\n',
  'calendars/always.yaml': 'hours: "00:00-24:00"\ntimeZone: UTC\n',
  'calendars/default.yaml': 'hours: { mon-fri: 09:00-17:00 }\ntimeZone: UTC\n',
};

function configOf(all: Readonly<Record<string, string>>): Config {
  const sources = (folder: string) =>
    Object.entries(all)
      .filter(([file]) => file.startsWith(folder))
      .map(([file, text]) => ({ file, text }));
  const parsed = parseConfig({
    desk: undefined,
    queues: sources('queues/'),
    calendars: sources('calendars/'),
    slas: sources('slas/'),
    environment: {},
    flags: {},
    hostName: 'test.example',
    directory: '/desk',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}

const config = configOf(files);

function subject(changes: Partial<DueSubject> & { readonly sla?: string } = {}): DueSubject {
  const { sla, ...rest } = changes;
  const named: readonly CourseStep[] =
    sla === undefined ? [] : [{ kind: 'set', at: opened, field: 'sla', value: sla }];
  return {
    queue: 'Support',
    state: 'new',
    priority: 'normal',
    customer: { name: 'Lu', address: 'lu@other.example' },
    created: opened,
    course: [{ kind: 'theirs', at: opened }, ...named],
    ...rest,
  };
}

function book(lookup = nobodyKnown): DueBook {
  return createDueBook({ config: () => config, customers: { current: () => lookup } });
}

function due(record: DueSubject, from = book()): string | undefined {
  const first = from.of(record).clocks.find(({ kind }) => kind === 'firstResponse')?.due;
  return first === undefined ? undefined : formatInstant(first).slice(11, 16);
}

describe('createDueBook', () => {
  it('takes the targets of the queue, of the priority, and of the queue above', () => {
    expect(due(subject())).toBe('13:00');
    expect(due(subject({ priority: 'urgent' }))).toBe('09:30');
    expect(due(subject({ queue: 'Support::Phone' }))).toBe('10:00');
    const phone = book().measureOf(subject({ queue: 'support::phone' }));
    expect(phone.targets.times).toEqual({ firstResponse: hour });
    expect(phone.calendarName).toBe('default');
  });

  it('takes a service level by its conditions, by its name, and by the file of the customer', () => {
    const kim = { name: '', address: 'Kim@Customer.example' };
    expect(due(subject({ customer: kim }))).toBe('11:00');
    expect(book().measureOf(subject({ customer: kim }))).toMatchObject({
      sla: 'gold',
      calendarName: 'always',
    });
    const lee = { name: '', address: 'lee@sub.gold.example' };
    expect(due(subject({ customer: lee }))).toBe('11:00');
    expect(due(subject({ customer: lee, sla: 'Named' }))).toBe('12:00');
    expect(due(subject({ customer: lee, sla: 'gone' }))).toBe('11:00');
    const person: Person = {
      id: 'lu',
      name: 'Lu',
      addresses: ['lu@other.example'],
      language: undefined,
      timeZone: undefined,
      company: '',
      notes: '',
      blocked: undefined,
      muted: undefined,
      sla: 'named',
    };
    expect(due(subject(), book(createLookup({ people: [person], companies: [] })))).toBe('12:00');
  });

  it('has no clocks for spam and for what has ended', () => {
    expect(book().of(subject({ queue: 'Junk' })).clocks).toEqual([]);
    expect(book().past(subject({ queue: 'Junk' }))).toEqual([]);
    expect(book().of(subject({ state: 'closed' })).clocks).toEqual([]);
  });

  it('computes a ticket once, and anew when configuration or customers change', () => {
    let now = config;
    let lookup = nobodyKnown;
    const changing = createDueBook({ config: () => now, customers: { current: () => lookup } });
    const record = subject();
    const first = changing.of(record);
    expect(changing.of(record)).toBe(first);
    const revision = changing.revision();
    now = configOf({ ...files, 'queues/support.yaml': support.replace('4h', '6h') });
    expect(due(record, changing)).toBe('15:00');
    expect(changing.revision()).toBeGreaterThan(revision);
    lookup = createLookup({ people: [], companies: [] });
    expect(changing.of(record)).not.toBe(first);
  });
});
