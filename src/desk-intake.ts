/**
 * The parts of intake, put together: what each step of a mail's way in is made of.
 *
 * Promises: building it starts nothing; settings are asked for at each mail.
 */
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import { isOwnAddress } from './config/own-address.ts';
import type { CustomerLookup } from './core/customer/customer.ts';
import type { SignedIds } from './core/message/message-id.ts';
import type { Rule } from './core/rules/rule.ts';
import type { TicketNumber } from './core/ticket/number.ts';
import type { Agent } from './services/accounts/accounts.ts';
import type { TicketIndex } from './services/index/index.ts';
import { createAgentMails, type RefusedMail } from './services/intake/agent-mail.ts';
import { createSenderCheck } from './services/intake/authentication.ts';
import { createAutoAnswers } from './services/intake/auto-answers.ts';
import type { DnsLookup } from './services/intake/dns.ts';
import { createFiling } from './services/intake/filing.ts';
import { createIntake, type WholeIntake } from './services/intake/intake.ts';
import { createRouter } from './services/intake/routing.ts';
import { createScanChecks } from './services/intake/scan-checks.ts';
import { createThreads } from './services/intake/threads.ts';
import { createExaminer } from './services/intake/verdicts.ts';
import type { Callers } from './services/phone/callers.ts';
import { findRecipients } from './services/recipients.ts';
import type { Regroup } from './services/regroup.ts';
import type { ReplyLimits } from './services/reply-limits.ts';
import type { Tickets } from './services/tickets.ts';
import type { Trouble } from './services/trouble.ts';
import type { DecodeMail } from './storage/mail-reader/mail-reader.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskIntakeDeps {
  readonly tickets: Tickets;
  readonly index: TicketIndex;
  readonly store: TicketReader;
  /** Reads tickets with those merged into them. */
  readonly reader: TicketReader;
  readonly regroup: Regroup;
  readonly trouble: Trouble;
  /** Of all that the desk sends by itself. */
  readonly limits: ReplyLimits;
  /** Starts an automatic answer that is due in the ticket. */
  readonly wakeAnswer: (number: TicketNumber) => void;
  /** Routing rules in force. */
  readonly rules: () => readonly Rule[];
  readonly agents: () => readonly Agent[];
  /** Tells an agent why his mail was not carried out. */
  readonly refuseAgent: (refused: RefusedMail) => Promise<void>;
  readonly lookup: DnsLookup;
  /** What people said of customers. */
  readonly customers: CustomerLookup;
  /** Whose telephone number it is. */
  readonly callers: Callers;
  readonly ids: SignedIds;
  readonly decode: DecodeMail;
  readonly config: () => Config;
  /** To whom an owner who is away wants his tickets given when their customers write. */
  readonly takesOver: (owner: string) => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function createDeskIntake(deps: DeskIntakeDeps): WholeIntake {
  const { tickets, index, reader, customers, config, clock, log } = deps;
  const desk = () => config().desk;
  const scanChecks = createScanChecks({ scanning: desk, clock });
  const senderCheck = createSenderCheck({ lookup: deps.lookup, clock, log }, desk);
  const answers = createAutoAnswers({ limits: deps.limits, config, isOwnAddress, clock });
  const timeZone = () => desk().timeZone;
  const router = createRouter({ rules: deps.rules, index, timeZone, clock, log });
  const { wakeAnswer, takesOver } = deps;
  const threads = createThreads({ ...deps, reader, addressesOf: customers.addressesOf });
  return createIntake({
    ...deps,
    examiner: createExaminer({
      checks: () => [...scanChecks(), senderCheck],
      whenDown: () => desk().scannerDown,
      log,
    }),
    threads,
    agentMails: createAgentMails({
      ...deps,
      survivorOf: threads.survivorOf,
      recipients: async (folder) =>
        (await findRecipients({ reader, config: config() }, folder, { toAll: false })).to,
      refuse: deps.refuseAgent,
    }),
    filing: createFiling({
      tickets,
      index,
      answers,
      wakeAnswer,
      router,
      customers,
      config,
      clock,
      takesOver,
    }),
    answers,
    router,
  });
}
