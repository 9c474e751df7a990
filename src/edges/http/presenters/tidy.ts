/**
 * What can be taken back in a ticket, moved out of it, or made of it as a whole.
 *
 * Promises: pure; nothing is offered that the rules or the reader's rights would refuse.
 */

import { parseInstant, toInstant } from '../../../base/clock.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { parseActor } from '../../../core/ticket/event.ts';
import { rightsNeeded } from '../../../core/ticket/needs.ts';
import { stepsInForce } from '../../../core/ticket/regroup-steps.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { isPriority, isTicketState } from '../../../core/ticket/states.ts';
import { readReversals } from '../../../core/ticket/undo.ts';
import { isMessageKind } from '../../../services/index/projector.ts';
import { boundKinds } from '../../../services/regroup-moving.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { type AnyRefusal, isHttpCode, refusalText } from '../errors.ts';
import type { Visit } from '../visit.ts';
import type { EventWords } from './change-words.ts';
import { messageId } from './message-frame.ts';
import { actorName } from './people.ts';
import { priorityKeys, stateLooks } from './states.ts';

export interface TidyView {
  readonly undoAction: string;
  /** Events that can be taken back, by the id of their first line. */
  readonly undo: Readonly<Record<string, string>>;
  /** Where a message is split off or moved, by the id of its card. */
  readonly menus: Readonly<Record<string, string>>;
  readonly mergeHref: string | undefined;
  readonly spam:
    | { readonly action: string; readonly text: string; readonly sign: string }
    | undefined;
}

export function presentTidy(
  folder: TicketFolder,
  { locale, may }: Pick<Visit, 'locale' | 'may'>,
  junkQueue: string | undefined,
): TidyView {
  const { ticket } = folder;
  const page = `/tickets/${ticket.number}`;
  const isOwn = ticket.mergedInto === undefined;
  const canMove = isOwn && may('move', ticket.queue);
  return {
    undoAction: `${page}/undo`,
    undo: isOwn ? undoable(folder, (right) => may(right, ticket.queue)) : {},
    menus: canMove ? movable(folder) : {},
    mergeHref: canMove ? `${page}/merge` : undefined,
    spam: canMove && junkQueue !== undefined ? presentSpam(folder, junkQueue) : undefined,
  };

  function presentSpam({ ticket: { queue } }: TicketFolder, junk: string): TidyView['spam'] {
    return queue === junk
      ? { action: `${page}/not-spam`, text: locale.text('tidy.not-spam'), sign: 'inbox' }
      : { action: `${page}/spam`, text: locale.text('tidy.spam'), sign: 'spam' };
  }
}

function undoable(
  { number, ticket, messages }: TicketFolder,
  may: (right: Right) => boolean,
): TidyView['undo'] {
  // What stands here of a merged ticket is taken back there.
  const events = messages.flatMap(({ event, home }) => (home === undefined ? [event] : []));
  const reversals = readReversals(events);
  const steps = stepsInForce(number, events);
  const isAllowed = (changes: readonly Change[]) =>
    rightsNeeded(ticket, { kind: 'update', changes }).every(may);
  return Object.fromEntries(
    events.flatMap((event) => {
      const reversal = reversals.get(event.name);
      const isUndoable = steps.has(event)
        ? may('move')
        : reversal !== undefined &&
          reversal.blocked === undefined &&
          reversal.changes.length > 0 &&
          isAllowed(reversal.changes);
      return isUndoable ? [[firstLineId(event), event.name]] : [];
    }),
  );
}

/** As the conversation names the first line of an event. */
export function firstLineId({ name }: TicketEvent): string {
  return `e-0-${encodeURIComponent(name)}`;
}

function movable({ number, messages }: TicketFolder): TidyView['menus'] {
  const own = messages.filter(
    ({ event, home }) =>
      home === undefined && isMessageKind(event.kindText) && !boundKinds.has(event.kind),
  );
  return Object.fromEntries(
    own.map(({ event }) => [
      messageId(event),
      `/tickets/${number}/regroup?message=${encodeURIComponent(event.name)}`,
    ]),
  );
}

/** A reason as it was kept, or a refusal as it came. */
export interface AnyReason {
  readonly code: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export function reasonText({ code, values, text }: AnyReason, words: EventWords): string {
  const { locale, dates, nameOf } = words;
  const key = tellingKeys[code];
  if (key !== undefined) {
    const actor = parseActor(String(values.by));
    const who =
      (actor === undefined ? undefined : actorName(actor, nameOf)) ?? locale.text('event.desk');
    const time = parseInstant(String(values.time)) ?? toInstant(Number(values.time) || 0);
    const field = String(values.field);
    const fieldKey = fieldKeys[field];
    return locale.text(key, {
      who,
      time: dates.full(time),
      field: fieldKey === undefined ? field : locale.text(fieldKey),
      value: valueText(field, String(values.value), words),
    });
  }
  if (!isHttpCode(code)) return text;
  const refusal: AnyRefusal & Readonly<Record<string, unknown>> = { ...values, code };
  return refusalText(refusal, locale);
}

/** Refusals that name somebody and a time. */
const tellingKeys: Readonly<Record<string, string>> = {
  'changed-since': 'tidy.changed-since',
  'undone-already': 'tidy.undone-already',
};

const fieldKeys: Readonly<Record<string, string>> = {
  state: 'tidy.field.state',
  queue: 'tidy.field.queue',
  owner: 'tidy.field.owner',
  priority: 'tidy.field.priority',
  tag: 'tidy.field.tag',
  watcher: 'tidy.field.watcher',
  subject: 'tidy.field.subject',
};

/** A value of a field as people say it. */
export function valueText(
  field: string,
  value: string,
  { locale, nameOf }: Pick<EventWords, 'locale' | 'nameOf'>,
): string {
  if (field === 'state' && isTicketState(value)) return locale.text(stateLooks[value].key);
  if (field === 'priority' && isPriority(value)) return locale.text(priorityKeys[value]);
  if (field === 'owner' || field === 'watcher')
    return value === '' ? locale.text('ticket.no-owner') : nameOf(value);
  return value;
}
