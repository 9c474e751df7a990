/**
 * The slider through a ticket's history, and the ticket as it was: nothing in it can be changed.
 *
 * Promises: pure; every step is the moment of one or more events, the last step is now.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { TicketView } from '../ticket-views.ts';
import type { EventWords } from './change-words.ts';
import { historyLines } from './event-lines.ts';
import { ownerOf } from './list.ts';
import { sideOf } from './message.ts';
import { priorityKeys } from './states.ts';

/** A longer history has its newest part on the slider. */
const mostSteps = 2000;

/** The moments at which something happened, oldest first. */
export function stepsOf({ messages }: TicketFolder): readonly Instant[] {
  const times = messages
    .filter(({ event, home }) => home === undefined || sideOf(event) !== undefined)
    .map(({ event }) => event.time);
  return [...new Set(times)].slice(-mostSteps);
}

/** For the side bar and the history page: all the way at its end. */
export function presentSlider(folder: TicketFolder) {
  const steps = stepsOf(folder);
  const first = steps[0];
  return {
    action: `/tickets/${folder.number}`,
    max: steps.length,
    value: steps.length,
    startHref: first === undefined ? undefined : pastHref(folder, first),
  };
}

export interface PastRequest {
  /** As it is now. */
  readonly folder: TicketFolder;
  readonly at: Instant;
}

export function presentPast({ folder, at }: PastRequest, words: EventWords) {
  const { locale, dates } = words;
  const steps = stepsOf(folder);
  const index = Math.max(
    0,
    steps.findLastIndex((step) => step <= at),
  );
  const [before, after] = [steps[index - 1], steps[index + 1]];
  const here = steps[index] ?? at;
  const what = folder.messages
    .filter(({ event }) => event.time === here)
    .flatMap(({ event }) => historyLines(event, words));
  return {
    action: `/tickets/${folder.number}`,
    nowHref: `/tickets/${folder.number}`,
    historyHref: `/tickets/${folder.number}/history`,
    max: steps.length,
    value: index + 1,
    position: locale.text('past.position', { position: index + 1, count: steps.length }),
    sentence: locale.markup('past.sentence', { time: dates.exact(at) }),
    atIso: formatInstant(at),
    time: dates.full(at),
    line: what[0],
    beforeHref: before === undefined ? undefined : pastHref(folder, before),
    afterHref: after === undefined ? undefined : pastHref(folder, after),
  };
}

function pastHref({ number }: TicketFolder, at: Instant): string {
  return `/tickets/${number}?at=${encodeURIComponent(formatInstant(at))}`;
}

/** The facts as words, and a conversation in which nothing can be done. */
export function freeze(view: TicketView, past: TicketFolder, words: FrozenWords) {
  const { locale } = words;
  const { ticket } = past;
  return {
    ...view,
    bars: [],
    earlier: undefined,
    facts: { ...view.facts, canChange: false },
    frozen: [
      { sign: 'user', text: ownerOf(ticket.owner, words)?.name ?? locale.text('ticket.no-owner') },
      { sign: 'inbox', text: ticket.queue },
      { sign: 'flag', text: locale.text(priorityKeys[ticket.priority]) },
    ].filter(({ text }) => text !== ''),
    flow: view.flow.map((item) =>
      item.kind === 'message'
        ? {
            ...item,
            message: {
              ...item.message,
              move: undefined,
              answerHref: undefined,
              answerAllHref: undefined,
              otherView: undefined,
              frame:
                item.message.frame === undefined
                  ? undefined
                  : { ...item.message.frame, blocked: undefined },
            },
          }
        : item,
    ),
  };
}

export type FrozenWords = EventWords & Parameters<typeof ownerOf>[1];
