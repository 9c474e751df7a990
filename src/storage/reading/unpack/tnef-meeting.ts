/**
 * Meetings that Exchange wrapped in TNEF (MS-OXOCAL), as iCalendar.
 *
 * Promises: pure and total; times are UTC, as MAPI has them. Only single meetings: what repeats is told by its text.
 */
import { formatInstant, toInstant } from '../../../base/clock.ts';
import { bytesIn, numberIn, type Properties, textIn, timeIn } from './mapi-properties.ts';
import type { TnefFile, TnefMeeting, TnefMessage } from './tnef-message.ts';
import { property } from './tnef-property.ts';

const appointmentSet = '0220060000000000c000000000000046';
const meetingSet = '90dad86e0b451b1098da00aa003f1305';

const kinds: readonly (readonly [RegExp, TnefMeeting['kind']])[] = [
  [/(?:\.MtgReq$|Meeting\.Request$|^IPM\.Appointment$)/i, 'request'],
  [/(?:\.MtgCncl$|Meeting\.Canceled$)/i, 'cancel'],
  [/(?:\.MtgRespP$|Meeting\.Resp\.Pos$)/i, 'accepted'],
  [/(?:\.MtgRespN$|Meeting\.Resp\.Neg$)/i, 'declined'],
  [/(?:\.MtgRespA$|Meeting\.Resp\.Tent$)/i, 'tentative'],
];

export function readMeeting(
  messageClass: string,
  properties: Properties,
  page: number | undefined,
): TnefMeeting | undefined {
  const kind = kinds.find(([pattern]) => pattern.test(messageClass.trim()))?.[1];
  const start =
    timeIn(properties, `${appointmentSet}:${0x820d}`) ?? timeIn(properties, property.startDate);
  if (kind === undefined || start === undefined) return undefined;
  const end =
    timeIn(properties, `${appointmentSet}:${0x820e}`) ?? timeIn(properties, property.endDate);
  const id =
    bytesIn(properties, `${meetingSet}:${0x23}`) ?? bytesIn(properties, `${meetingSet}:${0x03}`);
  return {
    kind,
    uid: id === undefined ? `${start}-${end ?? start}` : uidOf(id),
    start,
    end: end === undefined || end < start ? start : end,
    isAllDay: ((numberIn(properties, `${appointmentSet}:${0x8215}`) ?? 0) & 0xffff) !== 0,
    place: textIn(properties, `${appointmentSet}:${0x8208}`, page) ?? '',
  };
}

const idHead = 40;

/** The UID of the calendar where the meeting was made in another program; the whole id otherwise (MS-OXCICAL 2.1.3.1.1.20.26). */
function uidOf(id: Buffer): string {
  const marker = id.indexOf('vCal-Uid');
  if (marker === idHead)
    return id
      .subarray(marker + 12)
      .toString('utf8')
      .replace(/\0[\s\S]*$/, '');
  const clean = Buffer.from(id);
  // The date of one instance of a series.
  if (clean.length >= 20) clean.fill(0, 16, 20);
  return clean.toString('hex').toUpperCase();
}

const methods = { request: 'REQUEST', cancel: 'CANCEL' } as const;
const answers = { accepted: 'ACCEPTED', declined: 'DECLINED', tentative: 'TENTATIVE' } as const;

export function formatMeeting(meeting: TnefMeeting, message: TnefMessage): TnefFile {
  const { kind, uid, start, end, isAllDay, place } = meeting;
  const isAnswer = kind !== 'request' && kind !== 'cancel';
  const times = isAllDay
    ? [`DTSTART;VALUE=DATE:${day(start)}`, `DTEND;VALUE=DATE:${day(end)}`]
    : [`DTSTART:${stamp(start)}`, `DTEND:${stamp(end)}`];
  const { from, text, subject } = message;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Maildesk//TNEF//EN',
    `METHOD:${isAnswer ? 'REPLY' : methods[kind]}`,
    'BEGIN:VEVENT',
    `UID:${escapeText(uid)}`,
    ...times,
    `SUMMARY:${escapeText(subject ?? '')}`,
    ...(place === '' ? [] : [`LOCATION:${escapeText(place)}`]),
    ...(text === undefined ? [] : [`DESCRIPTION:${escapeText(text.slice(0, 4000))}`]),
    ...(from === undefined || from.address === '' || isAnswer
      ? []
      : [`ORGANIZER:mailto:${oneWord(from.address)}`]),
    // Exchange names here who was invited only by directory; the letter's author is who answers.
    ...(isAnswer
      ? [`ATTENDEE;PARTSTAT=${answers[kind]}:mailto:${oneWord(from?.address ?? '')}`]
      : []),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  const folded = lines.map((line) => line.replace(/.{60}(?=.)/gu, '$&\r\n '));
  return {
    name: 'meeting.ics',
    type: 'text/calendar',
    bytes: Buffer.from(`${folded.join('\r\n')}\r\n`),
  };
}

/** `20261127T090000Z` */
function stamp(milliseconds: number): string {
  return `${formatInstant(toInstant(milliseconds)).slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A whole day begins at some midnight between fourteen hours before and twelve after that of Greenwich. */
function day(milliseconds: number): string {
  return stamp(milliseconds + 12 * 3_600_000).slice(0, 8);
}

function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n?|\n/g, '\\n')
    .replace(/\p{Cc}+/gu, ' ');
}

function oneWord(text: string): string {
  return text.replace(/[\s\p{Cc}<>]+/gu, '');
}
