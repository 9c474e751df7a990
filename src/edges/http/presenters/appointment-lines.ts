/** What an event says of an appointment, as sentences of the history. Promises: pure. */
import { formatInstant, parseInstant } from '../../../base/clock.ts';
import { readAnswer, readVersion, startOf } from '../../../core/appointment/appointment.ts';
import { parseParameters, type TicketEvent } from '../../../core/ticket/event.ts';
import { answerKeys } from '../../../services/appointment-words.ts';
import type { EventLine, EventWords } from './change-words.ts';

const keys = {
  confirmed: 'event.appointment.made',
  cancelled: 'event.appointment.cancelled',
  uninvited: 'event.appointment.uninvited',
  invited: 'event.appointment.invited',
  withdrawn: 'event.appointment.withdrawn',
} as const;

export function appointmentLines(
  event: TicketEvent,
  who: string,
  words: EventWords,
): readonly EventLine[] {
  const { locale, dates } = words;
  const version = readVersion(event);
  const answer = readAnswer(event);
  const lines: EventLine[] = [];
  if (version !== undefined) {
    const { status, sequence, summary, time } = version;
    const isChange = status === 'confirmed' && sequence > 0;
    const values = { who, summary, when: dates.full(startOf(time)) };
    const key = isChange ? 'event.appointment.changed' : keys[status];
    lines.push({ sign: 'date', sentence: locale.markup(key, values) });
  }
  if (answer !== undefined) {
    const values = { who, answer: locale.text(answerKeys[answer.word]) };
    lines.push({ sign: 'date', sentence: locale.markup('event.appointment.answer', values) });
  }
  return [...lines, ...reminderLines(event, words)];
}

/** The only one that stands between the messages: the others are cards. */
export function reminderLines(
  event: TicketEvent,
  { locale, dates }: EventWords,
): readonly EventLine[] {
  const reminder = event.fields.get('appointment-reminder')?.[0];
  if (reminder === undefined) return [];
  const start = parseInstant(parseParameters(reminder).get('start') ?? formatInstant(event.time));
  const when = dates.full(start ?? event.time);
  return [{ sign: 'date', sentence: locale.markup('event.appointment.reminder', { when }) }];
}
