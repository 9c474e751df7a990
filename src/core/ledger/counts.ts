/**
 * The account of mails: what came in, and what became of it.
 *
 * Owns: the equation "received = sum of the outcomes + in progress". Promises: pure; reading is total.
 */

/** `deferred`: not taken, the sender keeps the mail and tries again. */
export const mailOutcomes = [
  'ticket',
  'follow-up',
  'duplicate',
  'quarantined',
  'trouble',
  'refused',
  'deferred',
  'agent',
  'agent-refused',
] as const;

export type MailOutcome = (typeof mailOutcomes)[number];

export interface MailCount {
  /** Handed over for processing. */
  readonly received: number;
  readonly outcomes: Readonly<Record<MailOutcome, number>>;
}

export const noMails: MailCount = {
  received: 0,
  outcomes: {
    ticket: 0,
    'follow-up': 0,
    duplicate: 0,
    quarantined: 0,
    trouble: 0,
    refused: 0,
    deferred: 0,
    agent: 0,
    'agent-refused': 0,
  },
};

export function addCounts(one: MailCount, other: MailCount): MailCount {
  const sum = (outcome: MailOutcome) => one.outcomes[outcome] + other.outcomes[outcome];
  return {
    received: one.received + other.received,
    outcomes: {
      ticket: sum('ticket'),
      'follow-up': sum('follow-up'),
      duplicate: sum('duplicate'),
      quarantined: sum('quarantined'),
      trouble: sum('trouble'),
      refused: sum('refused'),
      deferred: sum('deferred'),
      agent: sum('agent'),
      'agent-refused': sum('agent-refused'),
    },
  };
}

export function countReceived(count: MailCount): MailCount {
  return { ...count, received: count.received + 1 };
}

export function countOutcome(count: MailCount, outcome: MailOutcome): MailCount {
  return { ...count, outcomes: { ...count.outcomes, [outcome]: count.outcomes[outcome] + 1 } };
}

export function settledOf({ outcomes }: MailCount): number {
  return mailOutcomes.reduce((sum, outcome) => sum + outcomes[outcome], 0);
}

/** 0 when the account balances; more when mails are gone, less when some were counted twice. */
export function imbalanceOf(count: MailCount, inProgress: number): number {
  return count.received - settledOf(count) - inProgress;
}

/** The form of counts in files: what is 0 is left out. */
export function toCountJson({ received, outcomes }: MailCount): Readonly<Record<string, number>> {
  const known = mailOutcomes.filter((outcome) => outcomes[outcome] > 0);
  return { received, ...Object.fromEntries(known.map((outcome) => [outcome, outcomes[outcome]])) };
}

/** What is no count counts as nothing. */
export function readCountJson(value: unknown): MailCount {
  const numbers = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const at = (key: string): number => {
    const number: unknown = numbers.get(key);
    return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : 0;
  };
  return {
    received: at('received'),
    outcomes: {
      ticket: at('ticket'),
      'follow-up': at('follow-up'),
      duplicate: at('duplicate'),
      quarantined: at('quarantined'),
      trouble: at('trouble'),
      refused: at('refused'),
      deferred: at('deferred'),
      agent: at('agent'),
      'agent-refused': at('agent-refused'),
    },
  };
}
