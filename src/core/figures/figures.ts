/** What figures there are of a desk, a queue, a team or a person in a period. Leaves to others: counting (tally.ts). */
import type { Instant } from '../../base/clock.ts';
import type { TicketNumber } from '../ticket/number.ts';
import type { Distribution } from './distribution.ts';
import type { Period } from './period.ts';

/** On the clock on the wall, and within working hours alone. */
export interface Times {
  readonly wall: Distribution;
  readonly working: Distribution;
}

/** What came and went: open before + opened + reopened + arrived − closed − left = open after. */
export interface Flow {
  readonly opened: number;
  readonly reopened: number;
  /** Came from another queue or person while open. */
  readonly arrived: number;
  readonly closed: number;
  /** Went to another queue or person while open. */
  readonly left: number;
  /** Mails and calls of customers. */
  readonly theirs: number;
  /** Answers and calls of ours. */
  readonly ours: number;
}

export interface Part extends Flow {
  readonly from: Instant;
  readonly to: Instant;
  /** At its end. */
  readonly open: number;
  readonly firstResponse: Distribution;
  readonly solution: Distribution;
}

export interface QueueFigures extends Flow {
  readonly queue: string;
  /** At the end of the period, as in the other tables. */
  readonly open: number;
  readonly firstResponse: Distribution;
  readonly solution: Distribution;
}

export interface LanguageFigures {
  /** Empty when nobody knows. */
  readonly language: string;
  readonly opened: number;
  readonly closed: number;
  readonly open: number;
  readonly ours: number;
}

export interface PersonFigures {
  readonly login: string;
  readonly ours: number;
  readonly withModules: number;
  readonly firstResponses: number;
  /** Closed while it was this person's. */
  readonly closed: number;
  readonly open: number;
}

export interface ModuleFigures {
  readonly module: string;
  readonly used: number;
}

export interface Waiting {
  readonly number: TicketNumber;
  readonly since: Instant;
  readonly queue: string;
  readonly owner: string | undefined;
}

export const targetKinds = ['firstResponse', 'update', 'solution'] as const;

export interface TargetFigures {
  readonly kind: (typeof targetKinds)[number];
  readonly met: number;
  readonly missed: number;
}

export interface Present {
  readonly open: number;
  readonly unowned: number;
  readonly openedToday: number;
  readonly closedToday: number;
  /** How many wait for an answer of ours, and who of them the longest. */
  readonly unanswered: number;
  readonly waiting: readonly Waiting[];
  /** Open tickets whose next target is missed already. */
  readonly late: number;
}

export interface Figures {
  readonly period: Period;
  readonly present: Present;
  readonly sum: Flow & {
    readonly withModules: number;
    readonly openBefore: number;
    readonly openAfter: number;
  };
  readonly parts: readonly Part[];
  readonly firstResponse: Times;
  readonly solution: Times;
  readonly queues: readonly QueueFigures[];
  readonly languages: readonly LanguageFigures[];
  readonly people: readonly PersonFigures[];
  readonly modules: readonly ModuleFigures[];
  readonly targets: readonly TargetFigures[];
  /** When mail comes: by weekday from Monday on, then by hour. */
  readonly hours: readonly (readonly number[])[];
}
