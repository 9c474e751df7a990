import { beforeEach, describe, expect, it } from 'vitest';
import { minute, second } from '../../src/base/clock.ts';
import { createPresence, type Presence } from '../../src/services/presence.ts';
import { createFakeClock, type FakeClock } from '../helpers/clock.ts';
import { fakeNumber } from '../helpers/fake-tickets.ts';

const lamp = fakeNumber(1);
const invoice = fakeNumber(2);
let clock: FakeClock;
let presence: Presence;
let told: string[];

beforeEach(() => {
  clock = createFakeClock();
  presence = createPresence({ clock });
  told = [];
  presence.onChange((ticket) => void told.push(ticket));
});

function look(id: string, agent: string, ticket = lamp): void {
  presence.look({ id, agent, ticket }, minute);
}

describe('presence', () => {
  it('who looks is there until the page is left', () => {
    look('a', 'anna');
    look('b', 'ben');
    expect(presence.at(lamp)).toEqual([
      { agent: 'anna', does: 'looks' },
      { agent: 'ben', does: 'looks' },
    ]);
    presence.leave('a');
    presence.leave('a');
    expect(presence.at(lamp)).toEqual([{ agent: 'ben', does: 'looks' }]);
    expect(told).toEqual([lamp, lamp, lamp]);
  });

  it('typing ends some seconds after the last word of it, looking goes on', async () => {
    look('a', 'anna');
    look('b', 'ben');
    presence.type('b', 'notes');
    await clock.advance(3 * second);
    presence.type('b', 'notes');
    await clock.advance(5 * second);
    expect(presence.at(lamp)).toEqual([
      { agent: 'ben', does: 'notes' },
      { agent: 'anna', does: 'looks' },
    ]);
    await clock.advance(2 * second);
    expect(presence.at(lamp)).toEqual([
      { agent: 'anna', does: 'looks' },
      { agent: 'ben', does: 'looks' },
    ]);
    // Two came, one began, one ended; the second word of typing was no news.
    expect(told).toHaveLength(4);
  });

  it('who is not heard of any more is gone, and leaves no timer behind', async () => {
    look('a', 'anna');
    await clock.advance(40 * second);
    look('a', 'anna');
    await clock.advance(40 * second);
    expect(presence.at(lamp)).toHaveLength(1);
    await clock.advance(minute);
    expect(presence.at(lamp)).toEqual([]);
    expect(told).toEqual([lamp, lamp]);
    expect(clock.pending()).toBe(0);
  });

  it('two pages of one agent are one person, who stays when one is closed', () => {
    look('a1', 'anna');
    look('a2', 'anna');
    presence.type('a2', 'answers');
    expect(presence.at(lamp)).toEqual([{ agent: 'anna', does: 'answers' }]);
    presence.leave('a2');
    expect(presence.at(lamp)).toEqual([{ agent: 'anna', does: 'looks' }]);
  });

  it('tickets do not mix, and a page that shows another one has left the first', () => {
    look('a', 'anna');
    look('a', 'anna', invoice);
    expect([presence.at(lamp), presence.at(invoice)]).toEqual([
      [],
      [{ agent: 'anna', does: 'looks' }],
    ]);
  });

  it('who does not look cannot type', () => {
    presence.type('nobody', 'answers');
    presence.rest('nobody');
    expect(presence.at(lamp)).toEqual([]);
    expect(told).toEqual([]);
  });
});
