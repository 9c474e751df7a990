import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitQuery } from '../../../../src/core/search/match.ts';
import { askedBy } from '../../../../src/core/search/personal.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import type { TicketRecord } from '../../../../src/services/index/index.ts';
import { createPeople, narrow } from '../../../../src/services/index/memory/people.ts';
import { projectTicket } from '../../../../src/services/index/projector.ts';
import { fakeFolder, fakeNumber, fakeTime } from '../../../helpers/fake-tickets.ts';

const logins = ['anna', 'ben', 'lena'];
const login = fc.constantFrom(...logins);

const record = fc
  .record({
    counter: fc.integer({ min: 1, max: 5 }),
    owner: fc.constantFrom(...logins, ''),
    mentions: fc.uniqueArray(login),
    advice: fc.uniqueArray(login),
    watchers: fc.uniqueArray(login),
    state: fc.constantFrom('new', 'open', 'closed', 'pending-reminder'),
  })
  .map(({ counter, owner, mentions, advice, watchers, state }) =>
    projectTicket(
      fakeFolder(fakeNumber(counter), [
        {
          name: 'a',
          changes: [
            `owner=${owner}`,
            `state=${state}`,
            'pending-until=2026-11-23T09:00:00Z',
            ...mentions.map((each) => `+mention=${each}`),
            ...advice.map((each) => `+advice=${each}`),
            ...watchers.map((each) => `+watcher=${each}`),
          ],
        },
      ]),
    ),
  );

const query = fc.constantFrom(
  'owner:me',
  'owner:BEN',
  'owner:none',
  'owner:a*',
  '-owner:me',
  'waiting:me',
  'waiting:lena',
  'mentioned:me is:open',
  'watched:me',
  'is:open watcher:ben',
  'watched:* mentioned:me',
);

it('narrowing loses no ticket that the query finds, whatever was put and taken before', () => {
  fc.assert(
    fc.property(fc.array(record), query, login, (records, text, asking) => {
      const people = createPeople();
      const current = new Map<string, TicketRecord>();
      for (const each of records) {
        people.change(current.get(each.number), each);
        current.set(each.number, each);
      }
      const parsed = parseQuery(text);
      if (!parsed.ok) throw new Error(text);
      const asked = askedBy(parsed.value, {
        login: asking,
        now: fakeTime(0),
        standsInFor: (other) => (other === 'ben' ? ['lena'] : []),
      });
      const narrowed = narrow(asked, people);
      const { test } = splitQuery(asked);
      for (const each of current.values())
        if (test(each) && narrowed !== undefined) expect(narrowed.has(each.number)).toBe(true);
      for (const each of current.values()) people.change(each, undefined);
      for (const each of logins) expect(people.find('owner', each).size).toBe(0);
    }),
  );
});

it('a query about nobody is not narrowed', () => {
  const people = createPeople();
  for (const text of ['is:open', 'owner:none', '-owner:anna', 'owner:an*', 'lamp']) {
    const parsed = parseQuery(text);
    if (!parsed.ok) throw new Error(text);
    expect(narrow(parsed.value, people)).toBeUndefined();
  }
});
