/**
 * Steps of escalation chains in words: what happened, and what comes next.
 *
 * Promises: pure; one sentence for one step, with everything that it did.
 */
import type { Instant } from '../../../base/clock.ts';
import type { EscalationAction, StepAhead, Whom } from '../../../core/escalation/chain.ts';
import { everybody, type ReadStep, readStep } from '../../../core/escalation/step-event.ts';
import type { TargetKind } from '../../../core/escalation/targets.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { isPriority } from '../../../core/ticket/states.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { describeChange, type EventLine, type EventWords } from './change-words.ts';
import type { NameOf } from './people.ts';
import { priorityKeys } from './states.ts';

type Words = Pick<EventWords, 'locale' | 'nameOf'>;

/** Nothing for an event that is no step of a chain. */
export function escalationLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const step = readStep(event);
  if (step === undefined) return [];
  const { locale } = words;
  const did = [...toldWords(step, words), ...doneWords(event.changes, words)];
  const { percent, clock, leftOut, notes } = step;
  const all = [
    ...did,
    ...notes.map((text) => locale.text('escalation.did.note', { text })),
    ...leftOut.map((action) =>
      locale.text('escalation.did.not', { what: actionWord(action, locale) }),
    ),
  ];
  const keys = lineKeys[clock];
  const sentence =
    all.length === 0
      ? locale.markup(keys.alone, { percent })
      : locale.markup(keys.did, { percent, did: joined(all, locale) });
  const others = event.changes.filter((change) => !isSaid(change));
  return [
    { sign: percent < 100 ? 'clock' : 'tri', sentence },
    ...others.map((change) => describeChange(change, event, words)),
  ];
}

/** Things that have no verb in common. */
function joined(parts: readonly string[], locale: Locale): string {
  return parts.reduce(
    (one, other) => (one === '' ? other : locale.text('escalation.joined', { one, other })),
    '',
  );
}

const lineKeys: Readonly<Record<TargetKind, { readonly did: string; readonly alone: string }>> = {
  firstResponse: { did: 'escalation.line.first', alone: 'escalation.line.first-alone' },
  update: { did: 'escalation.line.update', alone: 'escalation.line.update-alone' },
  solution: { did: 'escalation.line.solution', alone: 'escalation.line.solution-alone' },
};

export const clockKeys: Readonly<Record<TargetKind, string>> = {
  firstResponse: 'escalation.clock.first',
  update: 'escalation.clock.update',
  solution: 'escalation.clock.solution',
};

const saidFields: ReadonlySet<string> = new Set([
  'priority',
  'queue',
  'owner',
  'level',
  'level-queue',
  'level-owner',
  'lock',
  'lock-until',
]);

function isSaid(change: Change): boolean {
  return change.kind === 'set' ? saidFields.has(change.field) : change.set === 'tag';
}

function doneWords(changes: readonly Change[], { locale, nameOf }: Words): readonly string[] {
  const set = (field: string) =>
    changes.findLast((change) => change.kind === 'set' && change.field === field)?.value;
  const [priority, queue, owner] = [set('priority'), set('queue'), set('owner')];
  const words: string[] = [];
  if (priority !== undefined)
    words.push(locale.text('escalation.did.priority', { priority: named(priority, locale) }));
  if (set('level') === '2')
    words.push(
      queue === undefined
        ? locale.text('escalation.did.level-here')
        : locale.text('escalation.did.level', { queue }),
    );
  else if (queue !== undefined) words.push(locale.text('escalation.did.queue', { queue }));
  if (owner !== undefined && owner !== '')
    words.push(locale.text('escalation.did.owner', { owner: nameOf(owner) }));
  if (owner === '' && queue === undefined && set('level') === undefined)
    words.push(locale.text('escalation.did.nobody'));
  for (const change of changes)
    if (change.kind === 'add' && change.set === 'tag')
      words.push(locale.text('escalation.did.tag', { tag: change.value }));
  return words;
}

function named(priority: string, locale: Locale): string {
  return isPriority(priority) ? locale.text(priorityKeys[priority]) : priority;
}

/** Whoever is told of it later hears it from the step that tells. */
function toldWords({ tell, isToldLater }: ReadStep, { locale, nameOf }: Words): readonly string[] {
  if (isToldLater || tell.length === 0) return [];
  const who = tell.map((login) =>
    login === everybody ? locale.text('escalation.everybody') : nameOf(login),
  );
  return [locale.text('escalation.did.told', { count: who.length, who: locale.list(who) })];
}

const actionKeys: Readonly<Record<string, string>> = {
  level: 'escalation.will.level',
  queue: 'escalation.will.move',
  'follow-the-sun': 'escalation.will.sun',
  reassign: 'escalation.will.reassign',
};

function actionWord(action: string, locale: Locale): string {
  const key = actionKeys[action];
  return key === undefined ? action : locale.text(key);
}

/** `Next, 15:30: to the second level` */
export function nextStepWords(
  step: StepAhead,
  words: Words & Pick<EventWords, 'dates'> & { readonly now: Instant },
): string {
  const { locale, dates, now } = words;
  return locale.text('escalations.next', {
    time: dates.soon(step.at, now),
    what: foreseenWords(step, words),
  });
}

/** What a step is going to do: `to the second level, tell Ben`. */
function foreseenWords({ actions }: Pick<StepAhead, 'actions'>, words: Words): string {
  const { locale } = words;
  const all = actions.flatMap((action) => foreseen(action, words));
  return joined([...new Set(all)], locale);
}

function foreseen(action: EscalationAction, { locale, nameOf }: Words): readonly string[] {
  switch (action.kind) {
    case 'notify': {
      const who = locale.list(action.whom.map((whom) => whomWords(whom, locale, nameOf)));
      return [locale.text('escalation.will.notify', { who })];
    }
    case 'raise':
      return [
        action.to === undefined
          ? locale.text('escalation.will.raise')
          : locale.text('escalation.did.priority', { priority: named(action.to, locale) }),
      ];
    case 'reassign':
      switch (action.to.kind) {
        case 'agent':
          return [locale.text('escalation.will.agent', { who: nameOf(action.to.login) })];
        case 'nobody':
          return [locale.text('escalation.did.nobody')];
        case 'present':
          return [locale.text('escalation.will.present')];
      }
      break;
    case 'level':
      return [locale.text('escalation.will.level')];
    case 'queue':
      return [locale.text('escalation.will.queue', { queue: action.queue })];
    case 'follow-the-sun':
      return [locale.text('escalation.will.sun')];
    case 'tag':
      return [locale.text('escalation.did.tag', { tag: action.tag })];
    case 'note':
      return [locale.text('escalation.did.note', { text: action.text })];
  }
  return [];
}

function whomWords(whom: Whom, locale: Locale, nameOf: NameOf): string {
  switch (whom.kind) {
    case 'owner':
      return locale.text('escalation.whom.owner');
    case 'responsible':
      return locale.text('escalation.whom.responsible');
    case 'watchers':
      return locale.text('escalation.whom.watchers');
    case 'queue':
      return locale.text('escalation.everybody');
    case 'role':
      return locale.text('escalation.whom.role', { role: whom.role });
    case 'agent':
      return nameOf(whom.login);
  }
}
