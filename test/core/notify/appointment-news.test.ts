import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { findNews, type NotifiableAgent } from '../../../src/core/notify/news.ts';
import { defaultPreferences } from '../../../src/core/notify/reasons.ts';
import {
  type Actor,
  type EventKind,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { foldTicket } from '../../../src/core/ticket/fold.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const agents: readonly NotifiableAgent[] = ['anna', 'ben', 'cleo'].map((login) => ({
  login,
  email: `${login}@desk.example`,
  preferences: defaultPreferences,
  sees: () => true,
}));

function event(
  kind: EventKind,
  actor: Actor,
  fields: Readonly<Record<string, readonly string[]>>,
): TicketEvent {
  const [name, digest] = [parseMessageName('2.event'), parseDigest(`sha256:${'0'.repeat(64)}`)];
  if (name === undefined || digest === undefined) throw new Error('No name');
  return {
    name,
    kind,
    kindText: kind,
    time: toInstant(2000),
    actor,
    changes: [],
    previous: [],
    digest,
    fields: new Map(Object.entries(fields)),
    mail: emptyFacts,
  };
}

function told(filed: TicketEvent): Readonly<Record<string, string>> {
  const number = parseTicketNumber('20261123004266');
  if (number === undefined) throw new Error('No number');
  const before = { ...foldTicket(number, []), owner: 'anna', queue: 'Support' };
  const news = findNews({ event: filed, before, after: before }, agents);
  return Object.fromEntries(news.map(({ login, reasons }) => [login, reasons[0]]));
}

const clockwork: Actor = { kind: 'system', part: 'clockwork' };
const kim: Actor = { kind: 'customer', address: 'kim@customer.example' };

describe('news of appointments', () => {
  it('a reminder is for whose ticket it is and for the agents who are there', () => {
    const filed = event('update', clockwork, {
      'appointment-reminder': ['uid=x; start=2026-11-27T09:00:00.000Z'],
      attendee: ['agent=ben'],
    });
    expect(told(filed)).toEqual({ anna: 'appointment', ben: 'appointment' });
  });

  it('one that is made is for the agents who shall be there, not for who made it', () => {
    const filed = event(
      'mail-out',
      { kind: 'agent', login: 'anna' },
      {
        appointment: ['confirmed; uid=x'],
        attendee: ['agent=anna', 'agent=cleo'],
      },
    );
    expect(told(filed)).toEqual({ cleo: 'appointment' });
  });

  it('an answer is for whose ticket it is, also when a program gave it', () => {
    const filed = event('mail-in', kim, {
      'appointment-answer': ['accepted; uid=x'],
      automatic: ['auto-replied; reason=text/calendar'],
    });
    expect(told(filed)).toEqual({ anna: 'appointment' });
  });
});
