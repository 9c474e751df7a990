/** Who is reminded, and why nobody is. */
import { describe, expect, it } from 'vitest';
import { reminderTarget } from '../../../src/core/autoreply/reminder.ts';
import { type EventSketch, fakeFolder, fakeNumber } from '../../helpers/fake-tickets.ts';

const kim: EventSketch = {
  name: 'm1',
  from: 'Kim <kim@customer.example>',
  messageId: '1@c.example',
};
const ours: EventSketch = {
  name: 'm2',
  at: 5,
  kind: 'mail-out',
  actor: { kind: 'agent', login: 'anna' },
  messageId: '2@desk.example',
};

function target(
  sketches: readonly EventSketch[],
  facts: Partial<Parameters<typeof reminderTarget>[0]> = {},
) {
  const { ticket, messages } = fakeFolder(fakeNumber(1), sketches);
  return reminderTarget({
    ticket,
    events: messages.map(({ event }) => event),
    isOwnAddress: (address) => address.endsWith('@desk.example'),
    standingOf: () => undefined,
    isSpam: false,
    ...facts,
  });
}

describe('reminderTarget', () => {
  it('is who wrote last, below the newest mail of both sides', () => {
    const lee: EventSketch = { ...kim, name: 'm3', at: 3, from: 'lee@customer.example' };
    expect(target([kim, lee, ours])).toMatchObject({
      to: { address: 'lee@customer.example' },
      inReplyTo: 'm2',
    });
  });

  it('is still the person when a program answered for him', () => {
    const away: EventSketch = {
      ...kim,
      name: 'm3',
      at: 9,
      fields: { automatic: 'auto-replied; reason=X' },
    };
    expect(target([kim, ours, away])).toMatchObject({ to: { address: 'kim@customer.example' } });
    const perhaps = { ...away, fields: { automatic: 'out-of-office; reason=Subject' } };
    expect(target([kim, ours, perhaps])).toMatchObject({ to: { address: 'kim@customer.example' } });
  });

  it.each([
    ['spam', [kim], { isSpam: true }],
    ['muted', [kim], { standingOf: () => 'muted' as const }],
    ['blocked', [kim], { standingOf: () => 'blocked' as const }],
    ['own-address', [{ ...kim, from: 'help@desk.example' }], {}],
    ['automatic', [{ ...kim, fields: { automatic: 'list; reason=List-Id' } }, ours], {}],
    ['automatic', [{ ...kim, fields: { automatic: 'auto-generated; reason=X' } }], {}],
    ['breaker', [{ ...kim, changes: ['breaker=mails'] }], {}],
    ['no-address', [{ name: 'm1', kind: 'note' as const }], {}],
  ])('%s speaks against it', (obstacle, sketches, facts) => {
    expect(target(sketches, facts)).toEqual({ obstacle });
  });
});
