/** What every route of the API is given: the parts of the desk, the request, and who asks. */
import type { RouterContext } from '@koa/router';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Random } from '../../../base/random.ts';
import type { LiveConfig } from '../../../config/config.ts';
import { type MessageName, parseMessageName } from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import type { Accounts, Agent } from '../../../services/accounts/accounts.ts';
import type { ApiTokens } from '../../../services/accounts/api-tokens.ts';
import type { AnswerBook } from '../../../services/answers/answer-book.ts';
import type { Filling } from '../../../services/answers/fill.ts';
import type { PreparedTexts } from '../../../services/answers/prepared-texts.ts';
import type { Appointments } from '../../../services/appointments/appointments.ts';
import type { Audit } from '../../../services/audit/audit.ts';
import type { Bulk } from '../../../services/bulk.ts';
import type { Exporting } from '../../../services/carry/exporting.ts';
import type { CustomerCare } from '../../../services/customer-care.ts';
import type { CustomerTickets } from '../../../services/customer-tickets.ts';
import type { CustomerBook } from '../../../services/customers.ts';
import type { Drafts } from '../../../services/drafts/drafts.ts';
import type { SendLater } from '../../../services/drafts/send-later.ts';
import type { EscalationBoard } from '../../../services/escalation/board.ts';
import type { DueBook } from '../../../services/escalation/due-book.ts';
import type { FigureBook } from '../../../services/figures/figure-book.ts';
import type { HookCare } from '../../../services/hooks/hook-care.ts';
import type { TicketIndex } from '../../../services/index/index.ts';
import type { Intake } from '../../../services/intake/incoming.ts';
import type { Ledger } from '../../../services/ledger/ledger.ts';
import type { Metrics } from '../../../services/metrics.ts';
import type { NotificationFiles } from '../../../services/notifications/notification-file.ts';
import type { Outbox } from '../../../services/outbound/outbox.ts';
import type { Redact } from '../../../services/redact/redact.ts';
import type { Regroup } from '../../../services/regroup.ts';
import type { Release } from '../../../services/release.ts';
import type { Searching } from '../../../services/searching.ts';
import type { Sight } from '../../../services/sight.ts';
import type { DeskDirectory, Tickets } from '../../../services/tickets.ts';
import type { Trouble } from '../../../services/trouble.ts';
import type { Undo } from '../../../services/undo.ts';
import type { SavedViews } from '../../../services/views/saved-views.ts';
import type { SnoozeBook } from '../../../services/waiting/snoozes.ts';
import type { TicketReader } from '../../../storage/ticket-store.ts';
import { refusalOf } from './problems.ts';

export interface ApiDeps {
  readonly tickets: Pick<Tickets, 'run' | 'openNew'>;
  readonly regroup: Pick<Regroup, 'merge' | 'unmerge' | 'split' | 'move'>;
  readonly undo: Undo;
  readonly redact: Pick<Redact, 'foresee' | 'run'>;
  readonly bulk: Pick<Bulk, 'foresee' | 'plan' | 'planUndo' | 'run'>;
  readonly sendLater: SendLater;
  readonly prepared: PreparedTexts;
  readonly reader: TicketReader;
  readonly index: Pick<TicketIndex, 'isReady' | 'list' | 'counts' | 'records' | 'onChange'>;
  readonly intake: Intake;
  readonly sight: Sight;
  readonly accounts: Pick<Accounts, 'findByApiToken' | 'list'>;
  readonly snoozes: SnoozeBook;
  readonly drafts: Drafts;
  readonly told: Pick<NotificationFiles, 'read' | 'markRead'>;
  readonly trouble: Pick<Trouble, 'list' | 'read'>;
  readonly release: Release;
  readonly hooks: { readonly care: Pick<HookCare, 'list'> };
  readonly rightsOf: DeskDirectory['rightsOf'];
  readonly searching: Searching;
  readonly savedViews: Pick<SavedViews, 'list'>;
  readonly apiTokens: Pick<ApiTokens, 'noteUse'>;
  readonly audit: Pick<Audit, 'note' | 'list'>;
  readonly board: EscalationBoard;
  readonly outbox: Pick<Outbox, 'waiting' | 'count'>;
  readonly customers: CustomerBook;
  readonly appointments: Appointments;
  readonly customerCare: CustomerCare;
  readonly customerTickets: CustomerTickets;
  readonly figures: Pick<FigureBook, 'read'>;
  readonly answers: Pick<AnswerBook, 'modules'>;
  readonly filling: Pick<Filling, 'fill' | 'frame'>;
  readonly exporting: Exporting;
  readonly config: LiveConfig;
  readonly due: Pick<DueBook, 'of'>;
  readonly ledger: Pick<Ledger, 'report'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

export type ApiContext = RouterContext;
export type AgentRoute = (ctx: ApiContext, agent: Agent) => Promise<void>;
export type PublicRoute = (ctx: ApiContext) => Promise<void>;

/** The ticket number in the path; a wrong one names no ticket. */
export function numberOf(ctx: ApiContext): TicketNumber {
  const given = ctx.params.number ?? '';
  const number = parseTicketNumber(given);
  if (number === undefined) throw refusalOf({ code: 'unknown-ticket', number: given });
  return number;
}

/** The message name in the path. */
export function messageOf(ctx: ApiContext): MessageName {
  const given = ctx.params.id ?? '';
  const name = parseMessageName(given);
  if (name === undefined) throw refusalOf({ code: 'unknown-message', message: given });
  return name;
}
