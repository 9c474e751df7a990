/** The commands of the rights matrix: what each needs, and how it is asked for at each edge. */

import type { MessageName } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import type { Right } from '../../src/core/ticket/rights.ts';
import type { Desk } from '../../src/desk.ts';

/** Where a command is tried. */
export interface Place {
  readonly number: TicketNumber;
  readonly message: MessageName;
  /** Another ticket of the same queue. */
  readonly other: TicketNumber;
  readonly desk: Desk;
  /** The newest event, once `before` has acted. */
  readonly newest?: MessageName | undefined;
}

export interface Row {
  readonly name: string;
  readonly needs: readonly Right[];
  /** What must be there first. */
  readonly before?: (place: Place) => Promise<unknown>;
  readonly viewer?: (place: Place) => readonly [string, Readonly<Record<string, string>>];
  readonly api?: (place: Place) => readonly [string, unknown];
  readonly cli?: (place: Place) => readonly string[];
}

const system = { kind: 'system', part: 'test' } as const;

const set = (field: string, value: string) => ({ kind: 'set', field, value }) as const;

const update =
  (...changes: readonly ReturnType<typeof set>[]) =>
  ({ desk, number }: Place) =>
    desk.tickets.run(number, { kind: 'update', changes }, system);

const page = ({ number }: Pick<Place, 'number'>, path: string) => `/tickets/${number}/${path}`;

export const rows: readonly Row[] = [
  {
    name: 'answer',
    needs: ['answer'],
    viewer: (place) => [page(place, 'answer'), { to: 'kim@x.example', text: 'Hi' }],
    api: (place) => [page(place, 'reply'), { text: 'Hi' }],
    cli: ({ number }) => ['reply', number, 'Hi'],
  },
  {
    name: 'note',
    needs: ['note'],
    viewer: (place) => [page(place, 'note'), { text: 'Hm' }],
    api: (place) => [page(place, 'note'), { text: 'Hm' }],
    cli: ({ number }) => ['note', number, 'Hm'],
  },
  {
    name: 'priority',
    needs: ['note'],
    viewer: (place) => [page(place, 'update'), { priority: 'high' }],
    api: (place) => [page(place, 'update'), { priority: 'high' }],
    cli: ({ number }) => ['set', number, 'priority=high'],
  },
  {
    name: 'a tag',
    needs: ['note'],
    api: (place) => [page(place, 'update'), { addTags: ['vip'] }],
    cli: ({ number }) => ['set', number, 'tag+=vip'],
  },
  {
    name: 'another queue',
    needs: ['move'],
    viewer: (place) => [page(place, 'update'), { queue: 'Billing' }],
    api: (place) => [page(place, 'update'), { queue: 'Billing' }],
    cli: ({ number }) => ['set', number, 'queue=Billing'],
  },
  {
    name: 'an owner',
    needs: ['own'],
    viewer: (place) => [page(place, 'update'), { owner: 'admin' }],
    api: (place) => [page(place, 'update'), { owner: 'admin' }],
    cli: ({ number }) => ['set', number, 'owner=admin'],
  },
  {
    name: 'somebody responsible',
    needs: ['own'],
    cli: ({ number }) => ['set', number, 'responsible=admin'],
  },
  {
    name: 'letting it wait',
    needs: ['answer'],
    viewer: (place) => [page(place, 'update'), { state: 'pending-customer' }],
    api: (place) => [page(place, 'update'), { state: 'pending-customer' }],
    cli: ({ number }) => ['set', number, 'state=pending-customer'],
  },
  {
    name: 'closing',
    needs: ['close'],
    viewer: (place) => [page(place, 'update'), { state: 'closed' }],
    api: (place) => [page(place, 'update'), { state: 'closed' }],
    cli: ({ number }) => ['set', number, 'state=closed'],
  },
  {
    name: 'opening again',
    needs: ['close'],
    before: update(set('state', 'closed')),
    viewer: (place) => [page(place, 'update'), { state: 'open' }],
    api: (place) => [page(place, 'update'), { state: 'open' }],
    cli: ({ number }) => ['set', number, 'state=open'],
  },
  {
    name: 'watching',
    needs: ['see'],
    viewer: (place) => [page(place, 'fields'), { 'add.watcher': 'admin' }],
    cli: ({ number }) => ['set', number, 'watcher+=admin'],
  },
  {
    name: 'a tag in the side bar',
    needs: ['note'],
    viewer: (place) => [page(place, 'fields'), { 'add.tag': 'vip' }],
  },
  {
    name: 'a reminder',
    needs: ['answer', 'note'],
    viewer: (place) => [page(place, 'wait'), { date: '2099-01-01', time: '09:00' }],
  },
  {
    name: 'closing with a reason',
    needs: ['close'],
    viewer: (place) => [page(place, 'close'), { other: 'Solved' }],
    cli: ({ number }) => ['set', number, 'state=closed', 'close-reason=Solved'],
  },
  {
    name: 'removing',
    needs: ['close'],
    viewer: (place) => [page(place, 'remove'), {}],
    api: (place) => [page(place, 'remove'), {}],
    cli: ({ number }) => ['remove', number],
  },
  {
    name: 'restoring',
    needs: ['close'],
    before: ({ desk, number }) => desk.tickets.run(number, { kind: 'remove' }, system),
    viewer: (place) => [page(place, 'restore'), {}],
    api: (place) => [page(place, 'restore'), {}],
    cli: ({ number }) => ['restore', number],
  },
  {
    name: 'sending a mail on',
    needs: ['answer'],
    viewer: (place) => [
      page(place, 'forward'),
      { message: place.message, to: 'max@x.example', text: 'See below' },
    ],
    api: (place) => [
      page(place, 'forward'),
      { message: place.message, to: 'max@x.example', text: 'See below' },
    ],
    cli: ({ number, message }) => [
      'forward',
      number,
      message,
      '--to',
      'max@x.example',
      'See below',
    ],
  },
  {
    name: 'sending a mail on unchanged',
    needs: ['answer'],
    viewer: (place) => [page(place, 'resend'), { message: place.message, to: 'max@x.example' }],
    api: (place) => [page(place, 'resend'), { message: place.message, to: 'max@x.example' }],
    cli: ({ number, message }) => ['resend', number, '--message', message, '--to', 'max@x.example'],
  },
  {
    name: 'taking something out for good',
    needs: ['administer'],
    viewer: ({ number, message }) => [
      page({ number }, `messages/${message}/redact`),
      { what: 'all', reason: 'Asked for', step: 'go' },
    ],
    api: ({ number, message }) => [
      page({ number }, `messages/${message}/redact`),
      { all: true, reason: 'Asked for' },
    ],
    cli: ({ number, message }) => ['redact', number, message, '--all', '--reason', 'Asked for'],
  },
  {
    name: 'the note of a call',
    needs: ['note'],
    viewer: (place) => [page(place, 'call'), { direction: 'in', text: 'He called' }],
    api: (place) => [page(place, 'call'), { direction: 'in', text: 'He called' }],
    cli: ({ number }) => ['call', number, 'He called'],
  },
  {
    name: 'merging',
    needs: ['move'],
    viewer: (place) => [page(place, 'merge'), { into: place.other }],
    api: (place) => [page(place, 'merge'), { into: place.other }],
    cli: ({ number, other }) => ['merge', number, other],
  },
  {
    name: 'taking a merge back',
    needs: ['move'],
    before: ({ desk, number, other }) => desk.regroup.merge(number, other, system),
    viewer: (place) => [page(place, 'unmerge'), {}],
    api: (place) => [page(place, 'unmerge'), {}],
    cli: ({ number }) => ['unmerge', number],
  },
  {
    name: 'splitting a message off',
    needs: ['move'],
    before: addNote,
    viewer: (place) => [page(place, 'split'), { message: place.message }],
    api: (place) => [page(place, 'split'), { message: place.message }],
    cli: ({ number, message }) => ['split', number, message],
  },
  {
    name: 'moving a message',
    needs: ['move'],
    before: addNote,
    viewer: (place) => [page(place, 'move'), { message: place.message, into: place.other }],
    api: (place) => [page(place, 'move'), { message: place.message, into: place.other }],
    cli: ({ number, message, other }) => ['move', number, message, other],
  },
  {
    name: 'taking a change of the priority back',
    needs: ['note'],
    before: update(set('priority', 'high')),
    viewer: (place) => [page(place, 'undo'), { event: newestOf(place) }],
    api: (place) => [page(place, 'undo'), { event: newestOf(place) }],
    cli: (place) => ['undo', place.number, newestOf(place)],
  },
  {
    name: 'taking a close back',
    needs: ['close'],
    before: update(set('state', 'closed')),
    viewer: (place) => [page(place, 'undo'), { event: newestOf(place) }],
    api: (place) => [page(place, 'undo'), { event: newestOf(place) }],
    cli: (place) => ['undo', place.number, newestOf(place)],
  },
  {
    name: 'spam',
    needs: ['move'],
    viewer: (place) => [page(place, 'spam'), {}],
    api: (place) => [page(place, 'spam'), {}],
    cli: ({ number }) => ['spam', number],
  },
  {
    name: 'no spam after all, in the queue for spam,',
    needs: ['move'],
    before: ({ desk, number }) => desk.tickets.run(number, { kind: 'spam' }, system),
    viewer: (place) => [page(place, 'not-spam'), {}],
    api: (place) => [page(place, 'not-spam'), {}],
    cli: ({ number }) => ['not-spam', number],
  },
  {
    name: 'the end of a question to somebody else',
    needs: ['note'],
    before: ({ desk, number }) =>
      desk.tickets.run(number, { kind: 'ask-advice', agent: 'admin', text: 'What now?' }, system),
    viewer: (place) => [page(place, 'advice-done'), { agent: 'admin' }],
    api: (place) => [page(place, 'advice-done'), { agent: 'admin' }],
    cli: ({ number }) => ['advice', number, 'admin', '--done'],
  },
  {
    name: 'handing over to a colleague',
    needs: ['note', 'own'],
    viewer: (place) => [page(place, 'hand-over'), { to: 'agent:admin', text: 'Please' }],
    api: (place) => [page(place, 'hand-over'), { owner: 'admin', text: 'Please' }],
    cli: ({ number }) => ['assign', number, 'admin', 'Please'],
  },
  {
    name: 'handing over to a team',
    needs: ['note', 'move'],
    viewer: (place) => [page(place, 'hand-over'), { to: 'queue:Billing', text: 'Please' }],
    api: (place) => [page(place, 'hand-over'), { queue: 'Billing', text: 'Please' }],
    cli: ({ number }) => ['assign', number, '--queue', 'Billing', 'Please'],
  },
  {
    name: 'asking for advice',
    needs: ['note'],
    viewer: (place) => [page(place, 'advice'), { to: 'agent:only-see', text: 'What now?' }],
    api: (place) => [page(place, 'advice'), { agent: 'only-see', text: 'What now?' }],
    cli: ({ number }) => ['advice', number, 'only-see', 'What now?'],
  },
  {
    name: 'the second level',
    needs: ['note', 'move'],
    viewer: (place) => [page(place, 'level'), { text: 'Too hard' }],
    api: (place) => [page(place, 'escalate'), { text: 'Too hard' }],
    cli: ({ number }) => ['escalate', number, 'Too hard'],
  },
  {
    name: 'back from the second level',
    needs: ['note', 'move'],
    before: ({ desk, number }) =>
      desk.tickets.run(number, { kind: 'escalate', text: 'Too hard' }, system),
    viewer: (place) => [page(place, 'level'), { text: 'Easy' }],
    api: (place) => [page(place, 'bring-back'), { text: 'Easy' }],
    cli: ({ number }) => ['escalate', number, '--back', 'Easy'],
  },
  {
    name: 'an appointment within the team',
    needs: ['note'],
    viewer: (place) => [page(place, 'appointment'), { ...meeting, people: '' }],
    api: (place) => [
      page(place, 'appointments'),
      { summary: 'Lamp', start: '2031-03-28 14:00', zone: 'Europe/Berlin' },
    ],
    cli: ({ number }) => ['appointment', number, '--start', '2031-03-28 14:00'],
  },
  {
    name: 'an appointment to which somebody outside is invited',
    needs: ['answer'],
    viewer: (place) => [page(place, 'appointment'), { ...meeting, people: 'kim@x.example' }],
    api: (place) => [
      page(place, 'appointments'),
      { summary: 'Lamp', start: '2031-03-28', people: ['Kim <kim@x.example>'] },
    ],
    cli: ({ number }) => [
      'appointment',
      number,
      '--start',
      '2031-03-28',
      '--invite',
      'kim@x.example',
    ],
  },
];

const meeting = {
  summary: 'Lamp',
  'start-date': '2031-03-28',
  'start-time': '14:00',
  'end-date': '2031-03-28',
  'end-time': '15:00',
  zone: 'Europe/Berlin',
};

/** A message beside the first, so that the first may leave. */
function addNote({ desk, number }: Place) {
  return desk.tickets.run(number, { kind: 'note', text: 'Hm' }, system);
}

function newestOf(place: Place): string {
  return place.newest ?? '';
}
