import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeskFacts } from '../../../src/core/ticket/decide.ts';
import { decide } from '../../../src/core/ticket/decide.ts';
import { type Actor, parseMessageName, type TicketEvent } from '../../../src/core/ticket/event.ts';
import { foldTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { lastOwnChange, readReversals } from '../../../src/core/ticket/undo.ts';
import { type EventSketch, fakeFolder, fakeNumber } from '../../helpers/fake-tickets.ts';

const number = fakeNumber(1);
const anna: Actor = { kind: 'agent', login: 'anna' };
const ben: Actor = { kind: 'agent', login: 'ben' };
const desk: DeskFacts = { queues: ['Support', 'Billing'], agents: ['anna', 'ben'] };

const opened: EventSketch = {
  name: 'first',
  from: 'Kim <kim@customer.example>',
  subject: 'Lamp',
  changes: ['queue=Support', 'state=new', '+participant=kim@customer.example'],
};

function eventsOf(...sketches: readonly EventSketch[]): readonly TicketEvent[] {
  const timed = [opened, ...sketches].map((sketch, at) => ({ at: at * 1000, ...sketch }));
  return fakeFolder(number, timed).messages.map(({ event }) => event);
}

function update(name: string, actor: Actor, ...changes: readonly string[]): EventSketch {
  return { name, kind: 'update', actor, changes };
}

function undo(events: readonly TicketEvent[], event: string) {
  const name = parseMessageName(event);
  if (name === undefined) throw new Error('No name');
  return decide(foldTicket(number, events), { kind: 'undo', event: name }, ben, desk, events);
}

/** The history with the undo of an event at its end. */
function withUndo(
  events: readonly TicketEvent[],
  event: string,
  as: string,
): readonly TicketEvent[] {
  const done = undo(events, event);
  if (!done.ok) throw new Error(done.refusal.code);
  const changes = done.value.changes.map((change) =>
    change.kind === 'set'
      ? `${change.field}=${change.value}`
      : `${change.kind === 'add' ? '+' : '-'}${change.set}=${change.value}`,
  );
  const [made] = fakeFolder(number, [
    {
      name: as,
      kind: 'update',
      at: events.length * 1000,
      actor: ben,
      changes,
      fields: { undo: event },
    },
  ]).messages;
  return made === undefined ? events : [...events, made.event];
}

function visible({ state, queue, owner, priority, subject, tags, watchers, participants }: Ticket) {
  return { state, queue, owner, priority, subject, tags, watchers, participants };
}

describe('undo', () => {
  it('brings back what stood before, field by field and member by member', () => {
    const events = eventsOf(
      update('one', anna, 'owner=ben', '+tag=vip'),
      update('two', anna, 'state=closed', 'owner=anna', '-tag=vip', '+tag=lamp', 'subject=Dark'),
    );
    const done = undo(events, 'two');
    expect(done.ok && done.value).toEqual({
      kind: 'update',
      actor: ben,
      changes: [
        { kind: 'set', field: 'state', value: 'new' },
        { kind: 'set', field: 'owner', value: 'ben' },
        { kind: 'add', set: 'tag', value: 'vip' },
        { kind: 'remove', set: 'tag', value: 'lamp' },
        { kind: 'set', field: 'subject', value: 'Lamp' },
      ],
      fields: [['Undo', 'two']],
    });
  });

  it('works on an older change whose fields nobody touched since', () => {
    const events = eventsOf(
      update('one', anna, 'queue=Billing'),
      update('two', ben, 'state=closed'),
    );
    const done = undo(events, 'one');
    expect(done.ok && done.value.changes).toEqual([
      { kind: 'set', field: 'queue', value: 'Support' },
    ]);
  });

  it('is refused when somebody changed the same since, and says who and what', () => {
    const events = eventsOf(
      update('one', anna, 'queue=Billing', 'owner=anna'),
      update('two', ben, 'owner=ben'),
    );
    expect(undo(events, 'one')).toMatchObject({
      ok: false,
      refusal: { code: 'changed-since', field: 'owner', value: 'ben', by: 'agent ben' },
    });
  });

  it('can be undone itself, and again', () => {
    const changed = eventsOf(update('one', anna, 'state=closed', '+tag=vip'));
    const back = withUndo(changed, 'one', 'two');
    expect(foldTicket(number, back)).toMatchObject({ state: 'new', tags: new Set() });
    expect(undo(back, 'one')).toMatchObject({ ok: false, refusal: { code: 'undone-already' } });
    const again = withUndo(back, 'two', 'three');
    expect(foldTicket(number, again)).toMatchObject({ state: 'closed', tags: new Set(['vip']) });
    expect(undo(again, 'two')).toMatchObject({ ok: false, refusal: { code: 'undone-already' } });
    const last = withUndo(again, 'one', 'four');
    expect(foldTicket(number, last)).toMatchObject({ state: 'new', tags: new Set() });
  });

  it('keeps a note and an answer, and takes back only what came with them', () => {
    const events = eventsOf(
      { name: 'note', kind: 'note', actor: anna, text: 'Done.', changes: ['state=closed'] },
      {
        name: 'answer',
        kind: 'mail-out',
        actor: anna,
        changes: ['owner=anna', '+participant=lee@other.example'],
      },
    );
    const note = undo(events, 'note');
    const answer = undo(events, 'answer');
    expect([note.ok && note.value.changes, answer.ok && answer.value.changes]).toEqual([
      [{ kind: 'set', field: 'state', value: 'new' }],
      [{ kind: 'set', field: 'owner', value: '' }],
    ]);
  });

  it.each([
    ['unknown-message', 'nothing', []],
    ['cannot-undo', 'first', []],
    ['cannot-undo', 'plain', [{ name: 'plain', kind: 'note', actor: anna, text: 'Hm.' }]],
    [
      'unknown-queue',
      'two',
      [update('one', anna, 'queue=Old'), update('two', anna, 'queue=Billing')],
    ],
    ['unknown-agent', 'two', [update('one', anna, 'owner=zoe'), update('two', anna, 'owner=ben')]],
  ] as const)('is refused as %s', (code, event, sketches) => {
    expect(undo(eventsOf(...sketches), event)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('is refused in a merged ticket', () => {
    const events = eventsOf(update('one', anna, 'owner=anna'), {
      name: 'gone',
      kind: 'merge',
      actor: anna,
      changes: [`merged-into=${fakeNumber(2)}`],
    });
    expect(undo(events, 'one')).toMatchObject({ ok: false, refusal: { code: 'ticket-merged' } });
  });
});

const field = fc.constantFrom(
  'state=open',
  'state=closed',
  'queue=Support',
  'queue=Billing',
  'owner=anna',
  'owner=',
  'priority=high',
  'priority=low',
  '+tag=a',
  '-tag=a',
  '+tag=b',
  '-watcher=ben',
  '+watcher=ben',
);

describe('any history', () => {
  it('is as before when its last event is undone, and as it was when that is undone', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.uniqueArray(field, {
            minLength: 1,
            maxLength: 4,
            selector: (text) => text.replace(/[+-]|=.*/g, ''),
          }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        (all) => {
          const events = eventsOf(...all.map((changes, at) => update(`e${at}`, anna, ...changes)));
          const last = events.at(-1);
          if (
            last === undefined ||
            (readReversals(events).get(last.name)?.changes ?? []).length === 0
          )
            return;
          const back = withUndo(events, last.name, 'x1');
          expect(visible(foldTicket(number, back))).toEqual(
            visible(foldTicket(number, events.slice(0, -1))),
          );
          const again = withUndo(back, 'x1', 'x2');
          expect(visible(foldTicket(number, again))).toEqual(visible(foldTicket(number, events)));
        },
      ),
    );
  });
});

describe('the last own change', () => {
  it('is the newest of this actor that was not taken back', () => {
    const events = eventsOf(
      update('one', anna, 'owner=anna'),
      update('two', anna, 'state=closed'),
      update('three', ben, '+tag=vip'),
    );
    const find = (from: readonly TicketEvent[], actor: Actor) =>
      lastOwnChange(from, actor, () => false)?.name;
    expect(find(events, anna)).toBe('two');
    const back = withUndo(events, 'two', 'four');
    expect([find(back, anna), find(back, ben)]).toEqual(['one', 'three']);
  });
});
