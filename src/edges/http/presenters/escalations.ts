/**
 * What is late and next: figures, the horizon of the next hours, the table.
 *
 * Promises: pure; a mark and a row lead to their ticket; what stands at a time stands at the same side of now in every
 * direction of writing.
 * Leaves to others: which tickets these are (services/escalation/board.ts).
 */
import { formatInstant, type Instant, toInstant } from '../../../base/clock.ts';
import { everybody } from '../../../core/escalation/step-event.ts';
import type { StepDone } from '../../../core/escalation/steps-done.ts';
import { isPriority } from '../../../core/ticket/states.ts';
import type { Board, BoardTicket } from '../../../services/escalation/board.ts';
import type { Visit } from '../visit.ts';
import { dueWord, roughSpan } from './due-words.ts';
import { clockKeys, nextStepWords } from './escalation-words.ts';
import { listHref, type OpenViews, queryQueue } from './frame.ts';
import { presentHorizon } from './horizon.ts';
import { ownerOf, type RowWords, subjectOf } from './list.ts';
import { addressName } from './people.ts';
import { priorityKeys } from './states.ts';

export interface EscalationsRequest {
  readonly board: Board;
  readonly visit: Visit;
  readonly words: Pick<RowWords, 'locale' | 'dates' | 'nameOf' | 'login'>;
  readonly views: OpenViews;
  readonly zone: string;
}

const mostRows = 50;

export function presentEscalations(request: EscalationsRequest) {
  const { board, words } = request;
  const { locale, dates } = words;
  const rows = board.tickets.slice(0, mostRows).map((ticket) => presentRow(ticket, request));
  return {
    title: locale.text('escalations.title'),
    moment: locale.text('escalations.moment', {
      day: dates.dayHeading(board.at, toInstant(0)),
      time: dates.time(board.at),
      zone: zoneName(request.zone),
    }),
    figures: presentFigures(request),
    horizon: presentHorizon(board, words, request.zone),
    rows,
    more:
      board.tickets.length > rows.length
        ? { href: `${listHref('is:open')}&sort=due`, text: moreText(request) }
        : undefined,
    isEmpty: rows.length === 0,
  };
}

function moreText({ board, words }: EscalationsRequest): string {
  return words.locale.text('escalations.more', { count: board.tickets.length - mostRows });
}

/** `Europe/Berlin` as people say it. */
function zoneName(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

function presentFigures({ board, words: { locale }, views }: EscalationsRequest) {
  const { late, soon, unowned, open, firstAnswer, answeredToday } = board.figures;
  return [
    {
      name: locale.text('escalations.late'),
      value: locale.number(late),
      href: listHref('is:late'),
      isLate: late > 0,
      hint: '',
    },
    {
      name: locale.text('escalations.soon'),
      value: locale.number(soon),
      href: listHref('due:<1h -is:late'),
      isLate: false,
      hint: '',
    },
    {
      name: locale.text('escalations.unowned'),
      value: locale.number(unowned),
      href: listHref(views.unowned),
      isLate: false,
      hint: '',
    },
    {
      name: locale.text('escalations.first-answer'),
      value: firstAnswer === undefined ? '–' : roughSpan(firstAnswer, locale),
      href: undefined,
      isLate: false,
      hint:
        firstAnswer === undefined
          ? locale.text('escalations.none-today')
          : locale.text('escalations.half', { count: answeredToday }),
    },
    {
      name: locale.text('escalations.open'),
      value: locale.number(open),
      href: listHref(views.allOpen),
      isLate: false,
      hint: '',
    },
  ];
}

function presentRow(ticket: BoardTicket, { board, visit, words }: EscalationsRequest) {
  const { record, due, clock, next } = ticket;
  const { locale, dates } = words;
  const isMine = record.owner === words.login;
  const mayTake = !isMine && visit.may('own', record.queue);
  return {
    id: `e-${record.number}`,
    number: record.number,
    href: `/tickets/${record.number}`,
    due: dueWord(due, { ...words, now: board.at }),
    dueFull: dates.full(due),
    dueIso: formatInstant(due),
    clock: locale.text(clockKeys[clock.kind]),
    customer: addressName(record.customer) ?? locale.text('ticket.no-customer'),
    language: record.language,
    subject: subjectOf(record.subject, locale),
    queue: record.queue,
    queueHref: listHref(queryQueue(record.queue)),
    owner: ownerOf(record.owner, words),
    steps: presentSteps(ticket, board.at, words),
    next: next === undefined ? undefined : nextStepWords(next, { ...words, now: board.at }),
    takeAs: mayTake ? words.login : undefined,
    takeText: locale.text(
      record.owner === undefined ? 'escalations.take-number' : 'escalations.take-over-number',
      { number: record.number },
    ),
    openText: locale.text('escalations.open-number', { number: record.number }),
  };
}

/** What the chain has done so far, the newest last: `Second level since 11:02`. */
function presentSteps(
  { record }: BoardTicket,
  now: Instant,
  words: Pick<RowWords, 'locale' | 'dates' | 'nameOf'>,
): readonly string[] {
  const said = new Map<string, string>();
  for (const step of record.escalations ?? [])
    for (const word of step.did) {
      const equals = word.indexOf('=');
      const [field, value] = [word.slice(0, equals), word.slice(equals + 1)];
      const text = stepWord({ step, field, value, record }, now, words);
      if (text === undefined) continue;
      said.delete(field);
      said.set(field, text);
    }
  return [...said.values()].slice(-2);
}

/** Undefined for what does not hold any more, and for what goes without saying. */
function stepWord(
  {
    step: { time: at },
    field,
    value,
    record,
  }: {
    readonly step: StepDone;
    readonly field: string;
    readonly value: string;
    readonly record: BoardTicket['record'];
  },
  now: Instant,
  { locale, dates, nameOf }: Pick<RowWords, 'locale' | 'dates' | 'nameOf'>,
): string | undefined {
  const time = dates.moment(at, now);
  switch (field) {
    case 'level':
      return record.standing.isEscalated
        ? locale.text('escalations.step.level', { time })
        : undefined;
    case 'queue':
      return record.queue === value && !record.standing.isEscalated
        ? locale.text('escalations.step.queue', { time })
        : undefined;
    case 'priority':
      return record.priority === value && isPriority(value)
        ? locale.text('escalations.step.priority', {
            priority: locale.text(priorityKeys[value]),
            time,
          })
        : undefined;
    case 'owner':
      return value !== '' && record.owner === value
        ? locale.text('escalations.step.owner', { who: nameOf(value), time })
        : undefined;
    case 'tell': {
      const who = value === everybody ? locale.text('escalation.everybody') : nameOf(value);
      return locale.text('escalations.step.told', { who, time });
    }
    default:
      return undefined;
  }
}
