/** What the rules of a ticket must know of the desk. */
import type { Instant } from '../../base/clock.ts';
import type { EscalationFacts } from '../escalation/facts.ts';
import type { PhoneNumber } from '../phone/phone-number.ts';
import type { Hold } from './hold.ts';
import type { TeamFacts } from './team.ts';
import type { TicketRules } from './ticket-rules.ts';

export interface DeskFacts extends TeamFacts {
  /** Names of states, custom fields and reasons; absent for none of the desk's own. */
  readonly rules?: TicketRules;
  /** Names of service levels; absent for none. */
  readonly slas?: readonly string[];
  /** Until when somebody who answers now has the ticket; absent where there are no locks. */
  readonly lockUntil?: Instant;
  /** When a wait ends for which nobody said a time. */
  readonly morning?: Instant;
  /** The same for a reminder, for closing by itself, for the customer; absent where such a wait has no time by itself. */
  readonly waits?: Readonly<Partial<Record<'reminder' | 'close' | 'customer', Instant>>>;
  /** That the files of one mail may have together; any number when absent. */
  readonly mostFileBytes?: number;
  /** Where spam lies; undefined where there is no queue for it. */
  readonly junkQueue?: string | undefined;
  readonly defaultQueue?: string | undefined;
  /** The number that mail to this address is faxed to; undefined for any other address. Absent without a fax gateway. */
  readonly faxNumberOf?: (address: string) => PhoneNumber | undefined;
  /** For a step of an escalation chain alone. */
  readonly escalation?: EscalationFacts | undefined;
  /** What holds the ticket against removal. */
  readonly hold?: Hold | undefined;
}
