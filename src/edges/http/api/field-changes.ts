/** Waiting, reasons, locks, custom fields, links and people in the body of an update. */
import type { Change } from '../../../core/ticket/event.ts';
import { fieldKey } from '../../../core/ticket/ticket-rules.ts';
import type { BodyReader } from './body.ts';

const settings = {
  responsible: 'responsible',
  pendingUntil: 'pending-until',
  closeReason: 'close-reason',
  lock: 'lock',
  sla: 'sla',
  hold: 'hold',
} as const;

const sets = { Links: 'link', Watchers: 'watcher', Participants: 'participant' } as const;

export const fieldKeys: readonly string[] = [
  ...Object.keys(settings),
  'fields',
  ...Object.keys(sets).flatMap((name) => [`add${name}`, `remove${name}`]),
];

export function readFieldChanges(body: BodyReader): readonly Change[] {
  return [
    ...Object.entries(settings).flatMap(([key, field]): readonly Change[] => {
      const value = body.clearableText(key);
      return value === undefined ? [] : [{ kind: 'set', field, value }];
    }),
    ...body
      .pairs('fields')
      .map(([name, value]): Change => ({ kind: 'set', field: fieldKey(name), value })),
    ...Object.entries(sets).flatMap(([name, set]): readonly Change[] => [
      ...body.texts(`add${name}`).map((value): Change => ({ kind: 'add', set, value })),
      ...body.texts(`remove${name}`).map((value): Change => ({ kind: 'remove', set, value })),
    ]),
  ];
}
