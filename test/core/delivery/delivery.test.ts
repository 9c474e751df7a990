/** What the outcome of an attempt means, and what the events of a ticket say of the attempts before. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, minute, toInstant } from '../../../src/base/clock.ts';
import {
  type AttemptFacts,
  type DeliveryReport,
  formatDelivery,
  judgeAttempt,
  openRecipients,
  readHistory,
} from '../../../src/core/delivery/delivery.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { eventOf, messageName } from '../../services/outbound/fakes.ts';

const ticket = formatTicketNumber('20261123', 426);
const message = messageName('1.M1P1Q1.host,S=100');
const noHistory = {
  attempts: 0,
  first: undefined,
  next: undefined,
  isOver: false,
  done: [],
  failed: [],
};
const now = toInstant(1_000_000);

function judge(
  outcome: AttemptFacts['outcome'],
  history: AttemptFacts['history'] = noHistory,
): DeliveryReport {
  return judgeAttempt({
    ticket,
    message,
    history,
    outcome,
    now,
    giveUpAfterMs: 5 * day,
    jitter: 0,
  });
}

describe('judgeAttempt', () => {
  test('calls a mail sent when everybody was accepted', () => {
    expect(judge({ accepted: ['kim@a.example'], rejected: [], reply: '250 2.0.0 Ok' })).toEqual({
      ticket,
      message,
      state: 'sent',
      attempt: 1,
      reply: '250 2.0.0 Ok',
      next: undefined,
      done: ['kim@a.example'],
      failed: [],
    });
  });

  test('defers for a 4yz and says when the next attempt is', () => {
    const report = judge({
      accepted: [],
      rejected: [{ recipient: 'kim@a.example', code: 451, text: '4.7.1 Greylisted' }],
      reply: '',
    });
    expect(report).toMatchObject({
      state: 'deferred',
      reply: '451 4.7.1 Greylisted',
      next: now + minute,
      failed: [],
    });
  });

  test('fails for a 5yz', () => {
    const report = judge({
      accepted: [],
      rejected: [{ recipient: 'kim@a.example', code: 550, text: '5.1.1 No such user' }],
      reply: '',
    });
    expect(report).toMatchObject({ state: 'failed', next: undefined, failed: ['kim@a.example'] });
  });

  test('names who got which answer when the answers differ, and retries the deferred one only', () => {
    const outcome = {
      accepted: ['kim@a.example'],
      rejected: [
        { recipient: 'lee@a.example', code: 550, text: '5.1.1 No such user' },
        { recipient: 'max@a.example', code: 450, text: '4.2.1\r\nBusy' },
      ],
      reply: '250 Ok',
    };
    const report = judge(outcome);
    expect(report).toMatchObject({
      state: 'deferred',
      done: ['kim@a.example'],
      failed: ['lee@a.example'],
    });
    expect(report.reply).toBe(
      'kim@a.example: 250 Ok, lee@a.example: 550 5.1.1 No such user, max@a.example: 450 4.2.1 Busy',
    );
    const history = readHistory(
      [eventOf('d1', { kind: 'delivery', time: 5, delivery: formatDelivery(report) })],
      message,
    );
    expect(openRecipients(['kim@a.example', 'Lee@A.example', 'max@a.example'], history)).toEqual([
      'max@a.example',
    ]);
    expect(
      judge({ accepted: ['max@a.example'], rejected: [], reply: '250 Ok' }, history),
    ).toMatchObject({
      state: 'failed',
      attempt: 2,
      done: ['kim@a.example', 'max@a.example'],
      failed: ['lee@a.example'],
    });
  });

  test('gives up what is still deferred after the patience has ended', () => {
    const history = { ...noHistory, attempts: 40, first: toInstant(now - 5 * day) };
    const report = judge(
      {
        accepted: [],
        rejected: [{ recipient: 'kim@a.example', code: 451, text: 'Later' }],
        reply: '',
      },
      history,
    );
    expect(report).toMatchObject({
      state: 'failed',
      attempt: 41,
      reply: 'Given up after 451 Later',
      next: undefined,
      failed: ['kim@a.example'],
    });
  });
});

describe('readHistory', () => {
  test('sums the attempts of this message alone', () => {
    const value = (state: string, attempt: number, more = '') =>
      `${state}; message=${message}; attempt=${attempt}${more}`;
    const events = [
      eventOf('m', { kind: 'mail-out', time: 1 }),
      eventOf('d1', {
        kind: 'delivery',
        time: 10,
        delivery: value('deferred', 1, '; next=1970-01-01T00:01:00.000Z; done=a@x.example'),
      }),
      eventOf('d2', { kind: 'delivery', time: 20, delivery: `sent; message=another; attempt=7` }),
      eventOf('d3', {
        kind: 'delivery',
        time: 30,
        delivery: value('deferred', 2, '; next=1970-01-01T00:06:00.000Z; failed=b@x.example'),
      }),
    ];
    expect(readHistory(events, message)).toEqual({
      attempts: 2,
      first: 10,
      next: 360_000,
      isOver: false,
      done: ['a@x.example'],
      failed: ['b@x.example'],
    });
  });

  test('is over after sent and after failed', () => {
    for (const state of ['sent', 'failed']) {
      const events = [
        eventOf('d', { kind: 'delivery', time: 1, delivery: `${state}; message=${message}` }),
      ];
      expect(readHistory(events, message)).toMatchObject({
        isOver: true,
        attempts: 1,
        next: undefined,
      });
    }
  });

  test('reads back what was formatted, whatever the smarthost said', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 99 }),
        fc.nat(1e12),
        (reply, attempt, next) => {
          const report: DeliveryReport = {
            ticket,
            message,
            state: 'deferred',
            attempt,
            reply,
            next: toInstant(next),
            done: ['a@x.example', 'b@x.example'],
            failed: ['c@x.example'],
          };
          const events = [
            eventOf('d', { kind: 'delivery', time: 7, delivery: formatDelivery(report) }),
          ];
          expect(readHistory(events, message)).toEqual({
            attempts: attempt,
            first: 7,
            next,
            isOver: false,
            done: report.done,
            failed: report.failed,
          });
        },
      ),
    );
  });

  test('takes any text for a delivery without failing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const events = [
          eventOf('d', { kind: 'delivery', time: 1, delivery: `${text}; message=${message}` }),
        ];
        expect(readHistory(events, message).attempts).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
