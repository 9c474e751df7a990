/** Commands on the first lines of an agent's mail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOrder } from '../../../src/core/mailed/command.ts';
import { toWallInstant } from '../../../src/core/mailed/wall.ts';

const context = {
  login: 'anna',
  instantOf: (day: string, time: string) => toWallInstant(day, time, 'Europe/Berlin'),
};

function read(text: string) {
  const order = readOrder(text, context);
  return order.ok ? order.value : order.refusal;
}

const changesOf = (text: string) => {
  const order = readOrder(text, context);
  return order.ok
    ? order.value.changes.map((change) =>
        change.kind === 'set'
          ? `${change.field}=${change.value}`
          : `${change.kind} ${change.set}=${change.value}`,
      )
    : order.refusal.code;
};

describe('readOrder', () => {
  it('takes a mail without commands as the answer', () => {
    expect(read('Please screw in a new bulb.\n\nAnna')).toEqual({
      isNote: false,
      changes: [],
      text: 'Please screw in a new bulb.\n\nAnna',
    });
  });

  it('reads several commands, then the text', () => {
    expect(read('#close\n#queue Billing Office\n\nDone.\n#note is no command here')).toEqual({
      isNote: false,
      changes: [
        { kind: 'set', field: 'state', value: 'closed' },
        { kind: 'set', field: 'queue', value: 'Billing Office' },
      ],
      text: 'Done.\n#note is no command here',
    });
    expect(read('  #NOTE\nOnly for us.')).toEqual({
      isNote: true,
      changes: [],
      text: 'Only for us.',
    });
  });

  it('knows a command behind the marks of direction that Arabic and Hebrew text has', () => {
    expect(read('\u200E#note\u200F\nOnly for us.')).toMatchObject({ isNote: true });
    expect(changesOf('\u2066#close\u2069\n\u061C#take')).toEqual(['state=closed', 'owner=anna']);
  });

  it.each([
    ['#take', ['owner=anna']],
    ['#owner Ben', ['owner=ben']],
    ['#priority HIGH', ['priority=high']],
    ['#tag vip\n#untag old', ['add tag=vip', 'remove tag=old']],
    ['#watch', ['add watcher=anna']],
    ['#pending 2026-11-30', ['state=pending-reminder', 'pending-until=2026-11-30T08:00:00.000Z']],
    [
      '#pending 2026-07-01 14:30',
      ['state=pending-reminder', 'pending-until=2026-07-01T12:30:00.000Z'],
    ],
    ['#open\n#close', ['state=closed']],
  ])('%s', (text, changes) => {
    expect(changesOf(text)).toEqual(changes);
  });

  it.each([
    ['#foo', 'unknown-command'],
    ['#closed', 'unknown-command'],
    ['#Müll weg', 'unknown-command'],
    ['#close now', 'bad-argument'],
    ['#owner', 'bad-argument'],
    ['#owner ben kaya', 'bad-argument'],
    ['#queue', 'bad-argument'],
    ['#priority enormous', 'bad-argument'],
    ['#pending tomorrow', 'bad-argument'],
    ['#pending 2026-02-30', 'bad-argument'],
    ['#note', 'nothing-said'],
    ['', 'nothing-said'],
    [' \n\t\n', 'nothing-said'],
    ['#open\n'.repeat(21), 'too-many-commands'],
  ])('refuses %j: %s', (text, code) => {
    expect(read(text)).toMatchObject({ code });
  });

  it('a number or a heading is no command', () => {
    expect(read('#1 is solved')).toMatchObject({ text: '#1 is solved' });
    expect(read('# Steps')).toMatchObject({ text: '# Steps' });
  });

  it('is total, and lets no line that looks like a command out to a customer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const order = readOrder(text, context);
        if (order.ok && !order.value.isNote) expect(order.value.text).not.toMatch(/^#\p{L}/u);
      }),
    );
  });
});

describe('toWallInstant', () => {
  it('knows summer and winter, and no day that is none', () => {
    expect(toWallInstant('2026-10-25', '09:00', 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
    expect(toWallInstant('2026-03-29', '09:00', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
    expect(toWallInstant('2026-11-30', '09:00', 'America/New_York')).toBe(
      '2026-11-30T14:00:00.000Z',
    );
    expect(toWallInstant('2026-13-01', '09:00', 'UTC')).toBeUndefined();
    expect(toWallInstant('2026-11-30', '25:00', 'UTC')).toBeUndefined();
  });
});
