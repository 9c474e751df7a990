/** What a step of an escalation chain says in a mail program. Promises: pure. */
import { formatInstant } from '../../base/clock.ts';
import type { Change, EventDraft, TicketEvent } from '../ticket/event.ts';
import { everybody, readStep } from './step-event.ts';
import type { TargetKind } from './targets.ts';

const clockNames: Readonly<Record<TargetKind, string>> = {
  firstResponse: 'first answer',
  update: 'next answer',
  solution: 'solution',
};

export function stepText(
  draft: EventDraft,
  {
    nameOf,
    changeLine,
  }: {
    readonly nameOf: (login: string) => string;
    readonly changeLine: (change: Change) => string;
  },
): string {
  const step = readStep({ kind: draft.kind, fields: toFields(draft) });
  if (step === undefined) return 'Escalation';
  const { percent, clock, started, due, tell, isToldLater, leftOut, notes } = step;
  const names = tell.map((login) =>
    login === everybody ? 'everybody of the queue' : nameOf(login),
  );
  const times = [
    `began ${formatInstant(started)}`,
    ...(due === undefined ? [] : [`due ${formatInstant(due)}`]),
  ];
  return [
    `${percent} % of the time for the ${clockNames[clock]} was used (${times.join(', ')}).`,
    ...(names.length === 0
      ? []
      : [`${isToldLater ? 'To be told by a later step' : 'Told'}: ${names.join(', ')}`]),
    ...draft.changes.map(changeLine),
    ...leftOut.map((action) => `not possible: ${action}`),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

function toFields({ fields }: EventDraft): TicketEvent['fields'] {
  const byName = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), value]);
  }
  return byName;
}
