import { describe, expect, it } from 'vitest';
import { type Instant, toInstant } from '../../../src/base/clock.ts';
import type { EscalationAction, StepAhead, Whom } from '../../../src/core/escalation/chain.ts';
import type { EscalationFacts } from '../../../src/core/escalation/facts.ts';
import { decideStep } from '../../../src/core/escalation/step.ts';
import { readStep, untoldOf } from '../../../src/core/escalation/step-event.ts';
import { stepText } from '../../../src/core/escalation/step-text.ts';
import type { DeskFacts } from '../../../src/core/ticket/decide.ts';
import {
  type Actor,
  type Change,
  type EventDraft,
  type EventKind,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { foldTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { isTicketNumber } from '../../../src/core/ticket/number.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const escalator: Actor = { kind: 'system', part: 'escalator' };
const at = (hours: number): Instant => toInstant(Date.UTC(2026, 10, 23, hours));
function event({
  kind,
  changes = [],
  fields = new Map(),
}: {
  readonly kind: EventKind;
  readonly changes?: readonly Change[];
  readonly fields?: TicketEvent['fields'];
}): TicketEvent {
  const name = parseMessageName('m1');
  const digest = parseDigest(`sha256:${'0'.repeat(64)}`);
  if (name === undefined || digest === undefined) throw new Error('The test is wrong');
  return {
    name,
    kind,
    kindText: kind,
    time: at(8),
    actor: escalator,
    changes,
    previous: [],
    digest,
    fields,
    mail: emptyFacts,
  };
}

const set = (field: string, value: string): Change => ({ kind: 'set', field, value });

function ticket(settings: Readonly<Record<string, string>> = {}): Ticket {
  const number = '20261123000192';
  if (!isTicketNumber(number)) throw new Error('That is no number');
  const changes = Object.entries({ queue: 'Support', ...settings }).map(([field, value]) =>
    set(field, value),
  );
  return foldTicket(number, [event({ kind: 'mail-in', changes })]);
}

function step(...actions: EscalationAction[]): StepAhead {
  return {
    clock: 'firstResponse',
    started: at(8),
    percent: 75,
    at: at(11),
    due: at(12),
    actions,
    position: 2,
  };
}

interface Given {
  readonly step: StepAhead;
  readonly ticket?: Ticket;
  readonly facts?: Partial<EscalationFacts>;
}

const desk: DeskFacts = {
  queues: ['Support', 'Second', 'Support::Asia', 'Support::Americas'],
  agents: ['anna', 'ben', 'clara'],
  secondLevels: new Map([['support', 'Second']]),
};

function decide({ step: due, ticket: given = ticket(), facts = {} }: Given): EventDraft {
  const escalation: EscalationFacts = {
    due: [due],
    staysDue: () => false,
    agents: [
      { login: 'anna', roles: ['agent'] },
      { login: 'ben', roles: ['agent', 'lead'] },
    ],
    present: () => ['anna', 'ben'],
    opensAt: () => at(11),
    untold: [],
    ...facts,
  };
  const { clock, started, percent } = due;
  const decided = decideStep(given, { kind: 'escalate-step', clock, started, percent }, escalator, {
    ...desk,
    escalation,
  });
  if (!decided.ok) throw new Error(decided.refusal.code);
  return decided.value;
}

function changesOf(actions: readonly EscalationAction[], given: Omit<Given, 'step'> = {}) {
  return decide({ step: step(...actions), ...given }).changes;
}

const toldBy = (draft: EventDraft) => draft.fields.find(([name]) => name === 'Tell')?.[1];
const notify = (...whom: Whom[]): EscalationAction => ({ kind: 'notify', whom });

describe('decideStep', () => {
  it('refuses what is not due', () => {
    const decided = decideStep(
      ticket(),
      { kind: 'escalate-step', clock: 'update', started: at(8), percent: 75 },
      escalator,
      { ...desk },
    );
    expect(decided).toMatchObject({ ok: false, refusal: { code: 'step-not-due' } });
  });

  it('raises by one, to a priority, and never lowers', () => {
    const raise = { kind: 'raise', to: undefined } as const;
    expect(changesOf([raise])).toEqual([set('priority', 'high')]);
    expect(changesOf([{ kind: 'raise', to: 'urgent' }])).toEqual([set('priority', 'urgent')]);
    const urgent = { ticket: ticket({ priority: 'urgent' }) };
    expect(changesOf([raise], urgent)).toEqual([]);
    expect(changesOf([{ kind: 'raise', to: 'high' }], urgent)).toEqual([]);
  });

  it('hands to the second level as the command does, and leaves that out where there is none', () => {
    const owned = { ticket: ticket({ owner: 'anna' }) };
    expect(changesOf([{ kind: 'level' }], owned)).toEqual([
      set('level', '2'),
      set('level-queue', 'Support'),
      set('level-owner', 'anna'),
      set('owner', ''),
      set('queue', 'Second'),
    ]);
    const draft = decide({
      step: step({ kind: 'level' }, { kind: 'tag', tag: 'late' }),
      ticket: ticket({ queue: 'Second' }),
    });
    expect(draft.changes).toEqual([{ kind: 'add', set: 'tag', value: 'late' }]);
    expect(draft.fields[0]?.[1]).toContain('left-out=level');
  });

  it('moves to a team, where nobody has it then, and does one action after the other', () => {
    expect(
      changesOf(
        [
          { kind: 'queue', queue: 'second' },
          { kind: 'reassign', to: { kind: 'present' } },
        ],
        { ticket: ticket({ owner: 'clara' }) },
      ),
    ).toEqual([set('queue', 'Second'), set('owner', 'anna')]);
  });

  it('gives it to whoever is there but not to whoever has it', () => {
    const present = { kind: 'reassign', to: { kind: 'present' } } as const;
    expect(changesOf([present], { ticket: ticket({ owner: 'anna' }) })).toEqual([
      set('owner', 'ben'),
    ]);
    expect(changesOf([present], { facts: { present: () => [] } })).toEqual([]);
    expect(
      changesOf([{ kind: 'reassign', to: { kind: 'nobody' } }], {
        ticket: ticket({ owner: 'anna' }),
      }),
    ).toEqual([set('owner', '')]);
  });

  it('follows the sun: the first team that is open, else whichever opens next, never where it is', () => {
    const sun: EscalationAction = {
      kind: 'follow-the-sun',
      queues: ['Support::Americas', 'Support::Asia'],
    };
    const opening = (hours: Readonly<Record<string, number | undefined>>) => ({
      opensAt: (queue: string) => {
        const found = hours[queue];
        return found === undefined ? undefined : at(found);
      },
    });
    const from = (queue: string, hours: Readonly<Record<string, number | undefined>>) =>
      changesOf([sun], { ticket: ticket({ queue }), facts: opening(hours) });
    const [americas, asia] = ['Support::Americas', 'Support::Asia'];
    expect(from('Support', { [americas]: 11, [asia]: 11 })).toEqual([set('queue', americas)]);
    expect(from('Support', { [americas]: 15, [asia]: 11 })).toEqual([set('queue', asia)]);
    expect(from('Support', { [americas]: 20, [asia]: 15 })).toEqual([set('queue', asia)]);
    expect(from(asia, { [americas]: 15, [asia]: 20 })).toEqual([set('queue', americas)]);
    // Its own team works, or begins first.
    expect(from(asia, { [americas]: 15, [asia]: 11 })).toEqual([]);
    expect(from('Support', { [americas]: undefined, [asia]: undefined })).toEqual([]);
  });

  it('tells whom it names; owner, responsible and watchers when it names nobody', () => {
    const role = notify({ kind: 'role', role: 'lead' });
    expect(toldBy(decide({ step: step(role) }))).toBe('ben');
    const owned = ticket({ owner: 'anna', responsible: 'clara' });
    expect(toldBy(decide({ step: step({ kind: 'level' }), ticket: owned }))).toBe('anna, clara');
    expect(toldBy(decide({ step: step(notify({ kind: 'responsible' })), ticket: owned }))).toBe(
      'clara',
    );
    // Nobody has it: everybody who has the queue.
    expect(toldBy(decide({ step: step(notify({ kind: 'owner' })) }))).toBe('*');
  });

  it('leaves the telling to the last of several', () => {
    const early = decide({
      step: step(notify({ kind: 'role', role: 'lead' })),
      facts: { staysDue: () => true },
    });
    const read = readStep(toEvent(early));
    expect(read).toMatchObject({ isToldLater: true, tell: ['ben'] });
    const untold = untoldOf([toEvent(early)]);
    const last = decide({
      step: step(notify({ kind: 'agent', login: 'anna' })),
      facts: { untold },
    });
    expect(toldBy(last)).toBe('ben, anna');
    expect(untoldOf([toEvent(early), toEvent(last)])).toEqual([]);
  });

  it('can be read back, and says in a mail program what it did', () => {
    const draft = decide({
      step: step(
        notify({ kind: 'role', role: 'lead' }),
        { kind: 'raise', to: 'high' },
        {
          kind: 'note',
          text: 'Call; at once',
        },
      ),
    });
    expect(readStep(toEvent(draft))).toEqual({
      clock: 'firstResponse',
      started: at(8),
      percent: 75,
      due: at(12),
      at: at(11),
      tell: ['ben'],
      isToldLater: false,
      leftOut: [],
      notes: ['Call; at once'],
    });
    const text = stepText(draft, { nameOf: () => 'Ben Kaya', changeLine: () => 'priority: high' });
    expect(text).toBe(
      [
        '75 % of the time for the first answer was used (began 2026-11-23T08:00:00.000Z, due 2026-11-23T12:00:00.000Z).',
        'Told: Ben Kaya',
        'priority: high',
        '',
        'Call; at once',
      ].join('\n'),
    );
  });

  it('an event that somebody wrote by hand is no step', () => {
    expect(readStep(event({ kind: 'escalation' }))).toBeUndefined();
    expect(
      readStep(
        event({
          kind: 'escalation',
          fields: new Map([['escalation', ['firstResponse; percent=x']]]),
        }),
      ),
    ).toBeUndefined();
  });
});

function toEvent({ kind, fields, changes }: EventDraft) {
  const byName = new Map(fields.map(([name, value]) => [name.toLowerCase(), [value]]));
  return event({ kind, changes, fields: byName });
}
