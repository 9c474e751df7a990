/** Whom an event is news to, and why. */
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { findNews, type NotifiableAgent } from '../../../src/core/notify/news.ts';
import {
  defaultPreferences,
  kindOfReason,
  notifyKinds,
  notifyReasons,
} from '../../../src/core/notify/reasons.ts';
import {
  type Actor,
  type Change,
  type EventKind,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { continueFold, foldTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const number = parseTicketNumber('20261123004266') ?? failed();

function failed(): never {
  throw new Error('The test is wrong');
}

const kim: Actor = { kind: 'customer', address: 'kim@customer.example' };
const anna: Actor = { kind: 'agent', login: 'anna' };
const ben: Actor = { kind: 'agent', login: 'ben' };

let sequence = 0;

interface Wanted {
  readonly actor?: Actor;
  readonly changes?: readonly Change[];
  readonly fields?: Readonly<Record<string, string>>;
}

function event(
  kind: EventKind,
  { actor = kim, changes = [], fields = {} }: Wanted = {},
): TicketEvent {
  sequence += 1;
  return {
    name: parseMessageName(`m${sequence}`) ?? failed(),
    kind,
    kindText: kind,
    time: toInstant(sequence * 1000),
    actor,
    changes,
    previous: [],
    digest: parseDigest(`sha256:${String(sequence).padStart(64, '0')}`) ?? failed(),
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, [value]])),
    mail: emptyFacts,
  };
}

const set = (field: string, value: string): Change => ({ kind: 'set', field, value });
const add = (name: string, value: string): Change => ({ kind: 'add', set: name, value });

function agent(login: string, more: Partial<NotifiableAgent> = {}): NotifiableAgent {
  return {
    login,
    email: `${login}@desk.example`,
    preferences: defaultPreferences,
    sees: () => true,
    ...more,
  };
}

const both = [agent('anna'), agent('ben')];
const opening = event('mail-in', { changes: [set('queue', 'Support')] });
const fresh = foldTicket(number, [opening]);
const annas = continueFold(fresh, [
  event('update', { actor: anna, changes: [set('owner', 'anna')] }),
]);

function told(before: Ticket | undefined, filed: TicketEvent, agents = both) {
  const after = before === undefined ? foldTicket(number, [filed]) : continueFold(before, [filed]);
  return Object.fromEntries(
    findNews({ event: filed, before, after }, agents).map(({ login, reasons }) => [login, reasons]),
  );
}

describe('findNews', () => {
  it('tells everybody who has the queue of a new ticket', () => {
    expect(told(undefined, opening)).toEqual({ anna: ['opened'], ben: ['opened'] });
    const billing = agent('ben', {
      preferences: { ...defaultPreferences, queues: ['Billing'] },
    });
    expect(told(undefined, opening, [billing])).toEqual({});
    const within = event('mail-in', { changes: [set('queue', 'Billing::Refunds')] });
    expect(told(undefined, within, [billing])).toEqual({ ben: ['opened'] });
  });

  it('tells nobody who may not see the queue, for whatever reason', () => {
    const blind = agent('ben', { sees: (queue) => queue !== 'Support' });
    expect(told(undefined, opening, [blind])).toEqual({});
    const mentioned = event('note', { actor: anna, changes: [add('mention', 'ben')] });
    expect(told(fresh, mentioned, [blind])).toEqual({});
  });

  it('tells owner, responsible and watchers of a customer’s mail, and nobody else', () => {
    expect(told(annas, event('mail-in'))).toEqual({ anna: ['answered'] });
    const watched = continueFold(annas, [
      event('update', { actor: ben, changes: [add('watcher', 'ben')] }),
    ]);
    expect(told(watched, event('mail-in'))).toEqual({ anna: ['answered'], ben: ['participating'] });
  });

  it.each(['auto-replied; reason=x', 'bounce; reason=x', 'own; reason=x'])(
    'is silent about %s, and about spam',
    (automatic) => {
      expect(told(annas, event('mail-in', { fields: { automatic } }))).toEqual({});
      expect(told(annas, event('mail-in', { fields: { spam: 'yes; score=9; by=x' } }))).toEqual({});
      const first = event('mail-in', { changes: [set('queue', 'Support')], fields: { automatic } });
      expect(told(undefined, first)).toEqual({});
    },
  );

  it('tells of a list’s mail: a person may have written it', () => {
    expect(
      told(annas, event('mail-in', { fields: { automatic: 'list; reason=List-Id' } })),
    ).toEqual({
      anna: ['answered'],
    });
  });

  it('tells whom a ticket is given to, and whom it is taken from, but not who did it', () => {
    const given = event('update', { actor: anna, changes: [set('owner', 'ben')] });
    expect(told(fresh, given)).toEqual({ ben: ['assigned'] });
    expect(told(annas, given)).toEqual({ ben: ['assigned'] });
    const taken = event('update', { actor: ben, changes: [set('owner', 'ben')] });
    expect(told(annas, taken)).toEqual({ anna: ['taken'] });
    const responsible = event('update', { actor: ben, changes: [set('responsible', 'anna')] });
    expect(told(fresh, responsible)).toEqual({ anna: ['responsible'] });
  });

  it('collapses several reasons into one notification, the weightiest first', () => {
    const filed = event('note', {
      actor: anna,
      changes: [set('owner', 'ben'), add('mention', 'ben'), add('advice', 'ben')],
    });
    expect(told(annas, filed)).toEqual({ ben: ['mentioned', 'advice', 'assigned'] });
  });

  it('tells of a move into one’s queue, not of one that changes nothing for the agent', () => {
    const billing = agent('ben', { preferences: { ...defaultPreferences, queues: ['Billing'] } });
    const moved = event('update', { actor: anna, changes: [set('queue', 'Billing')] });
    expect(told(fresh, moved, [billing])).toEqual({ ben: ['moved'] });
    expect(told(fresh, moved, [agent('ben')])).toEqual({});
  });

  it('tells of what is due and of another level: the people of the ticket, else those of the queue', () => {
    const due = event('escalation', { actor: { kind: 'system', part: 'clockwork' } });
    expect(told(annas, due)).toEqual({ anna: ['due'] });
    expect(told(fresh, due)).toEqual({ anna: ['due'], ben: ['due'] });
    const level = event('note', { actor: ben, changes: [set('level', '2')] });
    expect(told(annas, level)).toEqual({ anna: ['level'] });
  });

  it('tells of a step of a chain whom the step names, and of one that is told later nobody', () => {
    const step = (tell: string, more = '') =>
      event('escalation', {
        actor: { kind: 'system', part: 'escalator' },
        fields: {
          escalation: `update; percent=75; started=2026-11-23T08:00:00.000Z${more}`,
          tell,
        },
      });
    expect(told(annas, step('ben'))).toEqual({ ben: ['due'] });
    expect(told(annas, step('*'))).toEqual({ anna: ['due'], ben: ['due'] });
    expect(told(annas, step('ben', '; told=later'))).toEqual({});
    const blind = agent('ben', { sees: () => false });
    expect(told(annas, step('anna, ben'), [agent('anna'), blind])).toEqual({ anna: ['due'] });
  });

  it('tells nobody of deliveries, merges and what was imported', () => {
    for (const kind of ['delivery', 'merge', 'unmerge', 'import', 'redaction', 'draft'] as const)
      expect(told(annas, event(kind, { actor: ben }))).toEqual({});
  });

  it('an agent’s own mail as a customer is no news to him', () => {
    const own = event('mail-in', { actor: { kind: 'customer', address: 'Anna@desk.example' } });
    expect(told(annas, own)).toEqual({});
  });

  it('leaves out what an agent does not want, and says by which ways he wants the rest', () => {
    const page = agent('anna', {
      preferences: { page: new Set(['answered']), mail: new Set(), queues: undefined },
    });
    const off = agent('anna', {
      preferences: { page: new Set(), mail: new Set(), queues: undefined },
    });
    const filed = event('mail-in');
    const ways = (one: NotifiableAgent) =>
      findNews({ event: filed, before: annas, after: annas }, [one]).map(
        ({ inPage, byMail }) => `${inPage} ${byMail}`,
      );
    expect([ways(agent('anna')), ways(page), ways(off)]).toEqual([
      ['true true'],
      ['true false'],
      [],
    ]);
  });

  it('every reason belongs to a kind that can be chosen', () => {
    expect(new Set(notifyReasons.map((reason) => kindOfReason[reason]))).toEqual(
      new Set(notifyKinds),
    );
  });
});
