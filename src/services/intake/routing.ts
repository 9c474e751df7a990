/**
 * Routing rules on a mail's way in.
 *
 * Promises: without rules nothing is looked up; a mail is judged the same way when it is filed and when
 * `maildesk rules test` asks.
 * Leaves to others: what is known of the mail (intake.ts), judging (core/rules), files (rule-book.ts).
 */
import { type Clock, type Instant, toInstant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { addressKey } from '../../core/message/address.ts';
import type { Automatic } from '../../core/message/automatic.ts';
import type { Mail } from '../../core/message/mail.ts';
import type { Verdicts } from '../../core/message/verdicts.ts';
import { evaluateRules, type RuleOutcome } from '../../core/rules/evaluate.ts';
import { type Routing, routeBy } from '../../core/rules/outcome.ts';
import type { Rule } from '../../core/rules/rule.ts';
import type { RuleSubject } from '../../core/rules/subject.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketIndex } from '../index/index.ts';

/** What intake found out about a mail before the rules are asked. */
export interface RoutedMail {
  readonly incoming: {
    readonly raw: Buffer;
    readonly via: string;
    readonly client: string | undefined;
  };
  readonly mail: Mail;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly automatic: Automatic | undefined;
}

export interface RoutedAs {
  readonly verdicts: Verdicts;
  readonly language: string | undefined;
  readonly isFollowUp: boolean;
  /** The ticket that it joins. */
  readonly ticket?: TicketNumber | undefined;
}

export interface Router {
  route(read: RoutedMail, as: RoutedAs): Promise<Routing>;
  /** What `route` would find, with every condition looked at, at the given time. */
  explain(read: RoutedMail, as: RoutedAs, at: Instant): Promise<RuleOutcome>;
}

export interface RouterDeps {
  readonly rules: () => readonly Rule[];
  readonly index: Pick<TicketIndex, 'countOpened' | 'find'>;
  readonly timeZone: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

const nothing: Routing = routeBy([]);
const ever = toInstant(0);

export function createRouter({ rules, index, timeZone, clock, log }: RouterDeps): Router {
  async function toSubject(read: RoutedMail, as: RoutedAs, now: Instant): Promise<RuleSubject> {
    const { incoming, mail, sender, recipients, automatic } = read;
    const writer = mail.from?.address;
    return {
      mail,
      bytes: incoming.raw.length,
      via: incoming.via,
      sender,
      recipients,
      client: incoming.client,
      automatic,
      ...as,
      ticket: as.ticket === undefined ? undefined : await index.find(as.ticket),
      earlierTickets: writer === undefined ? 0 : await index.countOpened(addressKey(writer), ever),
      now,
      timeZone: timeZone(),
    };
  }

  return {
    async route(read, as) {
      const all = rules();
      if (all.length === 0) return nothing;
      const subject = await toSubject(read, as, clock.now());
      try {
        return routeBy(evaluateRules(all, subject).fired);
      } catch (error) {
        // Whatever a rule comes upon: a mail in the wrong queue is better than one that cannot come in.
        log.error('rules.failed', { via: subject.via, cause: errorText(error) });
        return nothing;
      }
    },
    async explain(read, as, at) {
      return evaluateRules(rules(), await toSubject(read, as, at), { explain: true });
    },
  };
}
