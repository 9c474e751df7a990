/**
 * A record as one line of the snapshot: its values in a fixed order, without names.
 *
 * Promises: reading is total; what was formatted reads back the same. A change of the order or of a
 * value's meaning takes a new `lineVersion`.
 */
import { type Instant, toInstant } from '../../../base/clock.ts';
import { isTargetKind } from '../../../core/escalation/chain.ts';
import type { StepDone } from '../../../core/escalation/steps-done.ts';
import type { Address } from '../../../core/message/address.ts';
import type { MessageId } from '../../../core/message/mail.ts';
import type { Standing } from '../../../core/team/standing.ts';
import { type ContactRun, isContactSign } from '../../../core/ticket/contacts.ts';
import { type CourseStep, isCourseField } from '../../../core/ticket/course.ts';
import { parseDigest, parseMessageName } from '../../../core/ticket/event.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import { isPriority, isTicketState } from '../../../core/ticket/states.ts';
import type { FolderStamp } from '../../../storage/ticket-store.ts';
import type { Mark, MessageKey, RecordedDraft, RecordedMove, TicketRecord } from '../index.ts';
import { readAppointmentLine, toAppointmentLine } from '../recorded-appointment.ts';

export const lineVersion = 6;

/** The values of a record in the order of a line. */
export function toLine(record: TicketRecord): readonly unknown[] {
  const { customer, stamp } = record;
  return [
    record.number,
    record.subject,
    record.state,
    record.queue,
    record.priority,
    record.owner,
    record.language,
    customer === undefined ? undefined : [customer.name, customer.address],
    record.participants,
    record.tags,
    record.created,
    record.updated,
    record.closedAt,
    record.mergedInto,
    record.snippet,
    record.marks,
    record.messageCount,
    record.delivery,
    record.confirmationDue,
    record.messages.map(({ name, messageId, references, content }) => [
      name,
      messageId,
      references,
      content,
    ]),
    stamp === undefined ? undefined : [stamp.newModified, stamp.curModified],
    record.links,
    record.merged,
    record.alsoQueues,
    record.foreign,
    record.moves.map(({ message, way, other }) => [message, way, other]),
    record.stateName,
    record.pendingUntil,
    Object.entries(record.fields),
    (record.drafts ?? []).map(({ login, writing, send }) => [login, writing, send?.at, send?.way]),
    toStandingLine(record.standing),
    record.course.map(toStepLine),
    (record.escalations ?? []).map(toEscalationLine),
    (record.appointments ?? []).map(toAppointmentLine),
    record.archived,
    record.hold,
    record.flags,
    record.writers ?? [],
    record.recipients ?? [],
    record.phones ?? [],
    (record.contacts ?? []).map(({ sign, count, at }) => [sign, count, at]),
    record.redactions,
  ];
}

/**
 * Undefined when the line cannot be a record. JSON has no undefined: what is absent stands as null
 * in the line.
 */
export function readLine(line: unknown): TicketRecord | undefined {
  const [
    number,
    subject,
    state,
    queue,
    priority,
    owner,
    language,
    customer,
    participants,
    tags,
    created,
    updated,
    closedAt,
    mergedInto,
    snippet,
    marks,
    messageCount,
    delivery,
    confirmationDue,
    messages,
    stamp,
    links,
    merged,
    alsoQueues,
    foreign,
    moves,
    stateName,
    pendingUntil,
    fields,
    drafts,
    standing,
    course,
    escalations,
    appointments,
    archived,
    hold,
    flags,
    writers,
    recipients,
    phones,
    contacts,
    redactions,
  ] = listOf(line);
  const parsed = parseTicketNumber(textOf(number));
  const [stateText, priorityText] = [textOf(state), textOf(priority)];
  if (parsed === undefined || !isTicketState(stateText) || !isPriority(priorityText))
    return undefined;
  const keys = listOf(messages).map(readKey);
  if (keys.includes(undefined)) return undefined;
  return {
    number: parsed,
    subject: textOf(subject),
    state: stateText,
    queue: textOf(queue),
    priority: priorityText,
    owner: optionalText(owner),
    language: optionalText(language),
    customer: readAddress(customer),
    participants: listOf(participants).map(textOf),
    tags: listOf(tags).map(textOf),
    created: readInstant(created) ?? toInstant(0),
    updated: readInstant(updated) ?? toInstant(0),
    closedAt: readInstant(closedAt),
    mergedInto: parseTicketNumber(textOf(mergedInto)),
    snippet: textOf(snippet),
    marks: listOf(marks).filter(isMark),
    messageCount: typeof messageCount === 'number' ? messageCount : 0,
    delivery: isDelivery(delivery) ? delivery : undefined,
    confirmationDue: confirmationDue === true,
    messages: keys.flatMap((key) => key ?? []),
    stamp: readStamp(stamp),
    links: listOf(links).map(textOf),
    merged: listOf(merged).map(textOf),
    alsoQueues: listOf(alsoQueues).map(textOf),
    foreign: listOf(foreign).map(textOf),
    moves: listOf(moves).flatMap(readMove),
    stateName: optionalText(stateName),
    pendingUntil: readInstant(pendingUntil),
    fields: readFields(fields),
    ...readDrafts(drafts),
    standing: readStanding(standing),
    course: listOf(course).flatMap(readStep),
    ...readEscalations(escalations),
    ...readAppointments(appointments),
    ...(archived === true ? { archived } : {}),
    ...(typeof hold === 'string' ? { hold } : {}),
    ...readFlags(flags),
    ...readPeople(writers, recipients),
    ...readPhones(phones),
    ...readContacts(contacts),
    ...(typeof redactions === 'number' ? { redactions } : {}),
  };
}

function readPeople(one: unknown, other: unknown): Pick<TicketRecord, 'writers' | 'recipients'> {
  const [writers, recipients] = [listOf(one).map(textOf), listOf(other).map(textOf)];
  return {
    ...(writers.length === 0 ? {} : { writers }),
    ...(recipients.length === 0 ? {} : { recipients }),
  };
}

function toEscalationLine(step: StepDone): readonly unknown[] {
  const { clock, started, percent, due, time, message, did } = step;
  return [clock, started, percent, due, time, message, did];
}

function readEscalations(value: unknown): Pick<TicketRecord, 'escalations'> {
  const escalations = listOf(value).flatMap((line): readonly StepDone[] => {
    const [clockText, startedAt, percent, dueAt, doneAt, name, did] = listOf(line);
    const clock = textOf(clockText);
    const [started, due, time] = [readInstant(startedAt), readInstant(dueAt), readInstant(doneAt)];
    const message = parseMessageName(textOf(name));
    if (!isTargetKind(clock) || typeof percent !== 'number') return [];
    if (started === undefined || time === undefined || message === undefined) return [];
    return [{ clock, started, percent, due, time, message, did: listOf(did).map(textOf) }];
  });
  return escalations.length === 0 ? {} : { escalations };
}

/** Absent in lines that were written before there were appointments. */
function readAppointments(value: unknown): Pick<TicketRecord, 'appointments'> {
  const appointments = listOf(value).flatMap(readAppointmentLine);
  return appointments.length === 0 ? {} : { appointments };
}

/** Absent in lines that were written before flags were shown. */
function readFlags(value: unknown): Pick<TicketRecord, 'flags'> {
  const flags = listOf(value).map(textOf);
  return flags.length === 0 ? {} : { flags };
}

function readPhones(value: unknown): Pick<TicketRecord, 'phones'> {
  const phones = listOf(value).map(textOf);
  return phones.length === 0 ? {} : { phones };
}

function readContacts(value: unknown): Pick<TicketRecord, 'contacts'> {
  const contacts = listOf(value).flatMap((entry): readonly ContactRun[] => {
    const [signText, count, time] = listOf(entry);
    const [sign, at] = [textOf(signText), readInstant(time)];
    if (!isContactSign(sign) || typeof count !== 'number' || at === undefined) return [];
    return [{ sign, count, at }];
  });
  return contacts.length === 0 ? {} : { contacts };
}

function toStandingLine(standing: Standing): readonly unknown[] {
  const { mentions, advice, watchers, lastWord, pendingUntil, isEscalated } = standing;
  return [mentions, advice, watchers, lastWord, pendingUntil, isEscalated];
}

function readStanding(value: unknown): Standing {
  const [mentions, advice, watchers, lastWord, pendingUntil, isEscalated] = listOf(value);
  return {
    mentions: listOf(mentions).map(textOf),
    advice: listOf(advice).map(textOf),
    watchers: listOf(watchers).map(textOf),
    lastWord: lastWord === 'theirs' || lastWord === 'ours' ? lastWord : undefined,
    pendingUntil: readInstant(pendingUntil),
    isEscalated: isEscalated === true,
  };
}

function toStepLine(step: CourseStep): readonly unknown[] {
  switch (step.kind) {
    case 'theirs':
      return [step.at];
    case 'ours':
      return [step.at, step.login ?? null, step.modules];
    case 'imported':
      return [step.at, 'imported', ''];
    case 'set':
      return [step.at, step.field, step.value];
  }
}

/** One value: theirs; text in the third: a field; else ours. */
function readStep(value: unknown): readonly CourseStep[] {
  const [time, second, third] = listOf(value);
  const at = readInstant(time);
  if (at === undefined) return [];
  if (second === undefined) return [{ kind: 'theirs', at }];
  if (typeof third !== 'string')
    return [{ kind: 'ours', at, login: optionalText(second), modules: listOf(third).map(textOf) }];
  const field = textOf(second);
  if (field === 'imported') return [{ kind: 'imported', at }];
  return isCourseField(field) ? [{ kind: 'set', at, field, value: third }] : [];
}

function readFields(value: unknown): Readonly<Record<string, string>> {
  const pairs = listOf(value).map(listOf);
  return Object.fromEntries(pairs.map(([key, text]) => [textOf(key), textOf(text)]));
}

/** Absent in lines that were written before there were drafts. */
function readDrafts(value: unknown): Pick<TicketRecord, 'drafts'> {
  const drafts = listOf(value).map((entry): RecordedDraft => {
    const [login, writing, at, way] = listOf(entry);
    const time = readInstant(at);
    return {
      login: textOf(login),
      writing: writing === 'note' ? 'note' : 'answer',
      send: time === undefined ? undefined : { at: time, way: way === 'send' ? 'send' : 'later' },
    };
  });
  return drafts.length === 0 ? {} : { drafts };
}

function readMove(value: unknown): readonly RecordedMove[] {
  const [nameText, way, otherText] = listOf(value);
  const message = parseMessageName(textOf(nameText));
  const other = parseTicketNumber(textOf(otherText));
  if (message === undefined || other === undefined || (way !== 'in' && way !== 'out')) return [];
  return [{ message, way, other }];
}

function readKey(value: unknown): MessageKey | undefined {
  const [nameText, messageId, references, content] = listOf(value);
  const name = parseMessageName(textOf(nameText));
  if (name === undefined) return undefined;
  return {
    name,
    messageId: isMessageId(messageId) ? messageId : undefined,
    references: listOf(references).filter(isMessageId),
    content: parseDigest(textOf(content)),
  };
}

/** It was one when the line was written. */
function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string';
}

function readAddress(value: unknown): Address | undefined {
  const [name, address] = listOf(value);
  return typeof address === 'string' ? { name: textOf(name), address } : undefined;
}

function readStamp(value: unknown): FolderStamp | undefined {
  const [fresh, current] = listOf(value);
  const [newModified, curModified] = [readInstant(fresh), readInstant(current)];
  if (newModified === undefined || curModified === undefined) return undefined;
  return { newModified, curModified };
}

function readInstant(value: unknown): Instant | undefined {
  return typeof value === 'number' ? toInstant(value) : undefined;
}

const isKnown: Readonly<Record<Mark, true>> = {
  attachment: true,
  fax: true,
  call: true,
  recording: true,
  spam: true,
  flagged: true,
};

function isMark(value: unknown): value is Mark {
  return typeof value === 'string' && Object.hasOwn(isKnown, value);
}

function isDelivery(value: unknown): value is 'failed' | 'deferred' | 'waiting' {
  return value === 'failed' || value === 'deferred' || value === 'waiting';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
