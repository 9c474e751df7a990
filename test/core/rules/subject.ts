/** A mail as the rules see it, with little in it. */
import { parseInstant, toInstant } from '../../../src/base/clock.ts';
import type { Mail } from '../../../src/core/message/mail.ts';
import { noVerdicts } from '../../../src/core/message/verdicts.ts';
import type { RuleSubject } from '../../../src/core/rules/subject.ts';

export const plain: Mail = {
  from: { name: 'Kim Berg', address: 'Kim@Customer.example' },
  replyTo: [],
  to: [{ name: '', address: 'support@desk.example' }],
  cc: [],
  subject: 'Invoice 4711 is wrong',
  date: undefined,
  messageId: undefined,
  inReplyTo: [],
  references: [],
  fields: new Map([['x-mailer', ['Outlook 16']]]),
  text: 'Please look at the\ninvoice of May.',
  html: undefined,
  attachments: [],
  problems: [],
};

/** Wednesday, 11:15 in Berlin. */
export function subjectOf(
  mail: Partial<Mail> = {},
  rest: Partial<Omit<RuleSubject, 'mail'>> = {},
): RuleSubject {
  return {
    mail: { ...plain, ...mail },
    bytes: 1000,
    via: 'smtp',
    sender: 'kim@customer.example',
    recipients: ['billing@desk.example'],
    client: 'mail.customer.example ([192.0.2.1])',
    automatic: undefined,
    verdicts: noVerdicts,
    language: 'de-AT',
    isFollowUp: false,
    earlierTickets: 0,
    now: parseInstant('2026-11-25T10:15:00Z') ?? toInstant(0),
    timeZone: 'Europe/Berlin',
    ...rest,
  };
}
