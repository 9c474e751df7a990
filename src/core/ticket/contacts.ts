/**
 * Which contacts there were on a ticket: mails, calls, faxes, recordings and notes, each in its direction.
 *
 * Promises: pure; in the order of the history. What a program wrote is nobody's contact, as in core/team/standing.ts.
 */
import type { Instant } from '../../base/clock.ts';
import { sideOf } from '../team/standing.ts';
import type { TicketEvent } from './event.ts';

export const contactSigns = [
  'mail-in',
  'mail-out',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'note',
] as const;

export type ContactSign = (typeof contactSigns)[number];

/** Contacts of one sign that followed each other. */
export interface ContactRun {
  readonly sign: ContactSign;
  readonly count: number;
  /** Of the last one. */
  readonly at: Instant;
}

export function isContactSign(text: string): text is ContactSign {
  return contactSigns.some((sign) => sign === text);
}

export function isOurs(sign: ContactSign): boolean {
  return sign.endsWith('-out') || sign === 'note';
}

export function contactOf(event: TicketEvent): ContactSign | undefined {
  const { kindText, actor } = event;
  if (!isContactSign(kindText)) return undefined;
  if (kindText === 'note') return actor.kind === 'system' ? undefined : kindText;
  return sideOf(event) === undefined ? undefined : kindText;
}

/** The newest, oldest of them first. */
export function contactRuns(events: readonly TicketEvent[], most: number): readonly ContactRun[] {
  const runs: ContactRun[] = [];
  for (const event of events) {
    const sign = contactOf(event);
    if (sign === undefined) continue;
    const last = runs.at(-1);
    if (last?.sign === sign)
      runs[runs.length - 1] = { sign, count: last.count + 1, at: event.time };
    else runs.push({ sign, count: 1, at: event.time });
  }
  return runs.slice(-most);
}
