/**
 * Every answer of ours that an SMTP or LMTP client can get, in one place.
 *
 * Owns: codes (RFC 5321 section 4.2), enhanced codes (RFC 3463) and texts. Promises: each fault has an
 * answer; when in doubt it is a 4yz, so that the other server keeps the mail; no answer tells of paths,
 * settings or causes.
 */
import { type FaultCode, isFault } from '../../base/fault.ts';

export interface Reply {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}

const tryAgain: Reply = {
  code: 451,
  enhanced: '4.3.0',
  text: 'The mail cannot be taken now, try again later',
};
const tooLarge: Reply = {
  code: 552,
  enhanced: '5.3.4',
  text: 'The mail is larger than allowed here',
};

const faultReplies: Readonly<Record<FaultCode, Reply>> = {
  'disk-full': { code: 452, enhanced: '4.3.1', text: 'No room for the mail now, try again later' },
  'disk-failed': tryAgain,
  exists: tryAgain,
  'not-found': tryAgain,
  'permission-denied': tryAgain,
  'not-ready': { code: 451, enhanced: '4.3.2', text: 'Not ready yet, try again later' },
  'too-large': tooLarge,
  timeout: tryAgain,
  'smtp-unreachable': tryAgain,
  'config-invalid': tryAgain,
  'scanner-failed': {
    code: 451,
    enhanced: '4.7.1',
    text: 'The mail cannot be checked now, try again later',
  },
};

export const replies = {
  tooLarge,
  unknownRecipient: { code: 550, enhanced: '5.1.1', text: 'No such address here' },
  oddRecipient: { code: 553, enhanced: '5.1.3', text: 'This is no mail address' },
  tooManyRecipients: {
    code: 452,
    enhanced: '4.5.3',
    text: 'Too many recipients, send the others in another mail',
  },
  tooSlow: { code: 421, enhanced: '4.4.2', text: 'The mail took too long, closing the connection' },
  spamRefused: {
    code: 550,
    enhanced: '5.7.1',
    text: 'This looks like unwanted mail and is not taken; write in other words, or by another way',
  },
  virusRefused: { code: 550, enhanced: '5.7.1', text: 'The mail carries harmful content' },
  taken: { code: 250, enhanced: '2.0.0', text: 'Taken' },
  closing: { code: 421, enhanced: '4.3.2', text: 'Shutting down, try again later' },
} as const satisfies Readonly<Record<string, Reply>>;

/** What the client hears when the mail could not be filed. */
export function replyToFailure(error: unknown): Reply {
  return isFault(error) ? faultReplies[error.code] : tryAgain;
}

export function filedAs(ticket: string): Reply {
  return { code: 250, enhanced: '2.0.0', text: `Filed as ticket ${ticket}` };
}

/** The reply's text behind its code. */
export function replyText({ enhanced, text }: Reply): string {
  return `${enhanced} ${text}`;
}
