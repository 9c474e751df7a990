import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMessageId } from '../../../../src/core/message/message-id.ts';
import { createCatalogue } from '../../../../src/services/index/memory/catalogue.ts';
import { projectTicket } from '../../../../src/services/index/projector.ts';
import {
  type EventSketch,
  fakeDigest,
  fakeFolder,
  fakeNumber,
  fakeTime,
} from '../../../helpers/fake-tickets.ts';
import { holds } from '../../../helpers/laws.ts';

const names = ['a', 'b', 'c'];
const ids = ['x@d', 'y@d', 'z@d'];
const people = ['kim@d', 'lee@d'];

const sketch: fc.Arbitrary<EventSketch> = fc
  .record({
    kind: fc.constantFrom('mail-in', 'mail-out', 'update'),
    at: fc.integer({ min: 0, max: 5 }),
    from: fc.constantFrom(...people),
    messageId: fc.constantFrom(...ids),
    references: fc.subarray(ids),
    content: fc.constantFrom(...names),
    changes: fc.subarray([
      'queue=Support',
      'queue=Billing',
      'state=open',
      'state=closed',
      'confirmation=due',
    ]),
  })
  .map(({ content, ...rest }) => ({ ...rest, name: '', fields: { content: fakeDigest(content) } }));

/** A ticket becomes this, or goes. */
const operation = fc.record({
  ticket: fc.integer({ min: 1, max: 3 }),
  events: fc.option(fc.array(sketch, { minLength: 1, maxLength: 3 }), { nil: undefined }),
});

function answersOf(catalogue: ReturnType<typeof createCatalogue>) {
  const sorted = <T>(items: Iterable<T>) => [...items].map((item) => JSON.stringify(item)).sort();
  return {
    records: sorted(catalogue.records()),
    counts: catalogue.counts(),
    messages: ids.map((id) => sorted(catalogue.findMessage(toMessageId(id)))),
    contents: names.map((name) => sorted(catalogue.findContent(fakeDigest(name)))),
    referring: ids.map((id) => sorted(catalogue.findReferring(toMessageId(id)))),
    opened: people.map((who) => [0, 3].map((at) => catalogue.countOpened(who, fakeTime(at)))),
    languages: people.map((who) => catalogue.findLanguage(who)),
    unconfirmed: sorted(catalogue.unconfirmed()),
    undelivered: sorted(catalogue.undelivered()),
  };
}

describe('the catalogue', () => {
  it('says after any run of changes what it says when made anew', () => {
    holds(fc.array(operation, { maxLength: 15 }), (operations) => {
      const live = createCatalogue();
      for (const { ticket, events } of operations) {
        const number = fakeNumber(ticket);
        if (events === undefined) {
          live.remove(number);
          continue;
        }
        const named = events.map((event, at) => ({ ...event, name: names[at] ?? '' }));
        const record = projectTicket(fakeFolder(number, named));
        live.put(record);
        live.put(record);
      }
      const rebuilt = createCatalogue();
      for (const record of live.records()) rebuilt.put(record);
      expect(answersOf(live)).toEqual(answersOf(rebuilt));
    });
  });

  it('counts open and new tickets by queue', () => {
    const catalogue = createCatalogue();
    const put = (counter: number, ...changes: readonly string[]) =>
      catalogue.put(projectTicket(fakeFolder(fakeNumber(counter), [{ name: 'a', changes }])));
    put(1, 'queue=Support');
    put(2, 'queue=Support', 'state=open');
    put(3, 'queue=Billing', 'state=closed');
    expect(catalogue.counts()).toEqual([
      { queue: 'Billing', open: 0, fresh: 0 },
      { queue: 'Support', open: 2, fresh: 1 },
    ]);
    put(1, 'queue=Billing', 'state=open');
    catalogue.remove(fakeNumber(2));
    expect(catalogue.counts()).toEqual([{ queue: 'Billing', open: 1, fresh: 0 }]);
  });

  it('counts what an address opened since a time, however it is written', () => {
    const catalogue = createCatalogue();
    for (const counter of [1, 2, 3]) {
      const event = { name: 'a', at: counter * 1000, from: 'Kim@Customer.example' };
      catalogue.put(projectTicket(fakeFolder(fakeNumber(counter), [event])));
    }
    expect(catalogue.countOpened('kim@customer.EXAMPLE', fakeTime(2000))).toBe(2);
    expect(catalogue.countOpened('lee@customer.example', fakeTime(0))).toBe(0);
  });

  it('knows the language of what an address wrote last, as far as it is known', () => {
    const catalogue = createCatalogue();
    for (const [at, language] of ['pl', 'de', ''].entries()) {
      const changes = language === '' ? [] : [`language=${language}`];
      const event = { name: 'a', at: at * 1000, from: 'Kim@Customer.example', changes };
      catalogue.put(projectTicket(fakeFolder(fakeNumber(at + 1), [event])));
    }
    expect(catalogue.findLanguage('kim@customer.EXAMPLE')).toBe('de');
    expect(catalogue.findLanguage('lee@customer.example')).toBeUndefined();
  });
});
