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

const page = ({ number }: Place, path: string) => `/tickets/${number}/${path}`;

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
    cli: ({ number }) => ['set', number, 'watcher+=admin'],
  },
];
