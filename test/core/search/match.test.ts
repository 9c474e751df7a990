import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { type JudgedTicket, splitQuery } from '../../../src/core/search/match.ts';
import { askedBy } from '../../../src/core/search/personal.ts';
import { parseQuery } from '../../../src/core/search/query.ts';

const ticket: JudgedTicket = {
  number: '20261123004266',
  queue: 'Billing::Refunds',
  state: 'pending-customer',
  priority: 'high',
  owner: 'anna',
  language: 'zh-Hans',
  customer: { name: 'Zoë Müller', address: 'Zoe@Example.org' },
  participants: ['zoe@example.org', 'boss@example.org'],
  tags: ['VIP', 'late'],
  alsoQueues: [],
  marks: ['attachment', 'fax'],
  writers: ['zoe muller zoe@example.org'],
  recipients: ['support support@desk.example'],
  created: toInstant(Date.UTC(2026, 10, 23, 22, 30)),
  updated: toInstant(Date.UTC(2026, 10, 24, 9)),
  standing: {
    mentions: [],
    advice: [],
    watchers: [],
    lastWord: undefined,
    pendingUntil: undefined,
    isEscalated: true,
  },
};
const now = toInstant(Date.UTC(2026, 10, 24, 10));

function split(text: string) {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(`${text} is no query`);
  return splitQuery(
    askedBy(query.value, {
      login: 'anna',
      now,
      standsInFor: () => [],
      timeZone: 'Europe/Berlin',
      seen: { revision: '', lastSeen: () => toInstant(0) },
    }),
  );
}

describe('splitQuery', () => {
  it.each([
    'queue:billing::refunds',
    'queue:Billing',
    'queue:bill*',
    '-queue:Support',
    'state:pending-customer',
    'state:PENDING-*',
    'priority:High',
    'owner:ANNA',
    '-owner:none',
    'tag:vip',
    'tag:la*',
    'lang:zh',
    'lang:zh-hans',
    'number:20261123004266',
    'number:4266',
    'number:202611*',
    'from:zoe',
    'from:muller',
    'from:z*muller',
    'from:"Zoë Müller"',
    'to:support@',
    '-to:zoe',
    'with:zoe',
    'with:boss@',
    'with:boss*org',
    'queue:*::refunds',
    'owner:a*a',
    'number:2026*266',
    'is:escalated',
    'created:2026',
    'created:2026-11',
    'created:2026-11-23',
    'created:2026-11-23..2026-11-25',
    'created:2026-11-20..',
    'created:..2026-11-23',
    'created:>2026-11-22',
    'created:>=2026-11-23',
    'created:<2026-11-24',
    'created:<=2026-11-23',
    'created:<7d',
    'created:yesterday',
    'updated:today',
    'updated:>30m',
    '-closed:2026',
    'state:new OR state:pending-customer',
    'queue:Support OR (owner:anna tag:vip)',
    '-(owner:ben OR tag:spam)',
    'queue:(Support OR Billing)',
    'is:unread',
    'is:open',
    '-is:closed',
    '-is:unowned',
    'has:fax',
    'has:attachment -has:call',
    '',
  ])('finds the ticket by %s', (text) => {
    expect(split(text).test(ticket)).toBe(true);
  });

  it.each([
    'queue:Bill',
    'queue:Refunds',
    '-queue:Billing',
    'state:new',
    'priority:low',
    'owner:ann',
    'owner:none',
    'tag:vi',
    'lang:z',
    'number:4267',
    'number:4266*',
    'from:kim',
    'from:boss',
    'to:zoe',
    'with:nobody',
    'owner:a*b',
    'tag:none',
    'created:2025',
    'created:>2026-11-23',
    'created:<2026-11-23',
    'created:>7d',
    'created:today',
    'updated:<30m',
    'closed:<9y',
    'state:new OR state:open',
    'owner:anna (state:new OR tag:spam)',
    '-(owner:ben OR tag:vip)',
    'is:closed',
    'is:new',
    'is:unowned',
    'has:recording',
    'queue:Billing owner:ben',
  ])('does not find it by %s', (text) => {
    expect(split(text).test(ticket)).toBe(false);
  });

  it('knows what is closed, new and unowned', () => {
    const closed = { ...ticket, state: 'closed-unsuccessful', owner: undefined } as const;
    const fresh = { ...ticket, state: 'new' } as const;
    expect(split('is:closed is:unowned owner:none').test(closed)).toBe(true);
    expect(split('is:open').test(closed)).toBe(false);
    expect(split('is:new is:open').test(fresh)).toBe(true);
    expect(split('lang:none').test({ ...ticket, language: undefined })).toBe(true);
  });

  it('leaves words, phrases and subjects to the text index', () => {
    expect(
      split('Lämp "no light" -anna@example.org subject:dar* queue:Billing !!! -?').text,
    ).toEqual([
      { words: ['lamp'], isPrefix: false, field: undefined, negated: false, loose: true },
      { words: ['no', 'light'], isPrefix: false, field: undefined, negated: false },
      { words: ['anna', 'example', 'org'], isPrefix: false, field: undefined, negated: true },
      { words: ['dar'], isPrefix: true, field: 'subject', negated: false },
    ]);
  });
});

describe('queries about whoever asks', () => {
  const standing: NonNullable<JudgedTicket['standing']> = {
    mentions: ['ben'],
    advice: ['lena'],
    watchers: ['kim'],
    lastWord: 'theirs',
    pendingUntil: undefined,
    isEscalated: false,
  };
  const open: JudgedTicket = { ...ticket, state: 'open', standing };
  const now = toInstant(1_000_000);

  function isFound(text: string, login: string, judged: JudgedTicket): boolean {
    const query = parseQuery(text);
    if (!query.ok) throw new Error(`${text} is no query`);
    const standsInFor = (other: string) => (other === 'ben' ? ['anna'] : []);
    return splitQuery(askedBy(query.value, { login, now, standsInFor })).test(judged);
  }

  it.each([
    ['owner:me', 'anna', true],
    ['owner:me', 'ben', false],
    ['mentioned:me', 'ben', true],
    ['mentioned:me', 'lena', true],
    ['mentioned:me', 'anna', false],
    ['mentioned:LENA', 'anna', true],
    ['watched:me', 'kim', true],
    ['-watched:me', 'kim', false],
    ['watcher:kim', 'anna', true],
    ['waiting:me', 'anna', true],
    ['waiting:me', 'ben', true],
    ['waiting:me', 'lena', false],
    ['waiting:anna', 'lena', true],
    ['-waiting:anna', 'lena', false],
  ])('%s asked by %s: %s', (text, login, expected) => {
    expect(isFound(text, login, open)).toBe(expected);
  });

  it('what waits for somebody: the last word was the customer’s, or a reminder is due', () => {
    const waits = (state: JudgedTicket['state'], changed: Partial<typeof standing> = {}) =>
      isFound('waiting:me', 'anna', { ...open, state, standing: { ...standing, ...changed } });
    const due = toInstant(now - 1);
    expect([
      waits('new'),
      waits('open', { lastWord: 'ours' }),
      waits('open', { lastWord: undefined }),
      waits('pending-customer'),
      waits('closed'),
      waits('pending-reminder', { pendingUntil: due }),
      waits('pending-reminder', { pendingUntil: toInstant(now + 1) }),
      waits('pending-reminder'),
    ]).toEqual([true, false, false, false, false, true, false, false]);
  });
});

describe('own words of a desk', () => {
  const states = ['open', 'pending-reminder', 'removed', 'waiting-supplier'];
  const own = {
    ...ticket,
    state: 'pending-reminder',
    stateName: 'waiting-supplier',
    fields: { 'x-order': '4711', 'x-city': 'Zürich' },
  } as const;
  const holds = (text: string, judged: Parameters<ReturnType<typeof split>['test']>[0] = own) => {
    const query = parseQuery(text, states);
    if (!query.ok) throw new Error(`${text} is no query`);
    return splitQuery(query.value).test(judged);
  };

  it.each([
    ['state:waiting-supplier', true],
    ['state:waiting*', true],
    ['state:pending-reminder', true],
    ['-state:waiting-supplier', false],
    ['state:open', false],
    ['x-order:4711', true],
    ['X-Order:47*', true],
    ['x-order:47', false],
    ['-x-order:4711', false],
    ['x-order:none', false],
    ['x-size:none', true],
    ['x-city:zurich', true],
    ['x-size:4711', false],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each([
    ['', false],
    ['lamp', false],
    ['-state:removed', false],
    ['state:removed', true],
    ['state:rem* priority:high', true],
  ])('a removed ticket by %j: %s', (text, expected) => {
    expect(holds(text, { ...own, state: 'removed', priority: 'high' })).toBe(expected);
  });

  it('a state that nobody declares is named with those that are there', () => {
    expect(parseQuery('state:lost', states)).toMatchObject({
      refusal: { code: 'unknown-value', field: 'state', known: states },
    });
  });
});
