/** What the viewer is made of, and what it is told. */
import type { Router, RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { Endpoint, LiveConfig } from '../../config/config.ts';
import type { AccountServices } from '../../services/accounts/account-services.ts';
import type { Accounts } from '../../services/accounts/accounts.ts';
import type { AnswerBook } from '../../services/answers/answer-book.ts';
import type { Filling } from '../../services/answers/fill.ts';
import type { ModuleFiles } from '../../services/answers/module-files.ts';
import type { PreparedTexts } from '../../services/answers/prepared-texts.ts';
import type { Suggestions } from '../../services/answers/suggestions.ts';
import type { Appointments } from '../../services/appointments/appointments.ts';
import type { Feeds } from '../../services/appointments/feeds.ts';
import type { Audit } from '../../services/audit/audit.ts';
import type { Bulk } from '../../services/bulk.ts';
import type { Exporting } from '../../services/carry/exporting.ts';
import type { CustomerCare } from '../../services/customer-care.ts';
import type { CustomerTickets } from '../../services/customer-tickets.ts';
import type { CustomerBook } from '../../services/customers.ts';
import type { Doctor } from '../../services/doctor/doctor.ts';
import type { Drafts } from '../../services/drafts/drafts.ts';
import type { Erase } from '../../services/erase/erase.ts';
import type { EscalationBoard } from '../../services/escalation/board.ts';
import type { DueBook } from '../../services/escalation/due-book.ts';
import type { StepBook } from '../../services/escalation/step-book.ts';
import type { FigureBook } from '../../services/figures/figure-book.ts';
import type { FirstSteps } from '../../services/first-steps/first-steps.ts';
import type { ImageSenders } from '../../services/image-senders.ts';
import type { TicketIndex } from '../../services/index/index.ts';
import type { Holds } from '../../services/keeping/holds.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import type { NotificationFiles } from '../../services/notifications/notification-file.ts';
import type { Notifications } from '../../services/notifications/notifications.ts';
import type { Outbox } from '../../services/outbound/outbox.ts';
import type { Trial } from '../../services/outbound/trial.ts';
import type { PagePictures } from '../../services/page-pictures/page-pictures.ts';
import type { Passages } from '../../services/passages/passages.ts';
import type { Presence } from '../../services/presence.ts';
import type { ReadMarks } from '../../services/read-marks.ts';
import type { Redact } from '../../services/redact/redact.ts';
import type { Regroup } from '../../services/regroup.ts';
import type { Release } from '../../services/release.ts';
import type { Renderer } from '../../services/render/templates.ts';
import type { Searching } from '../../services/searching.ts';
import type { Sight } from '../../services/sight.ts';
import type { TicketNews } from '../../services/ticket-news.ts';
import type { Tickets } from '../../services/tickets.ts';
import type { Trouble } from '../../services/trouble.ts';
import type { Undo } from '../../services/undo.ts';
import type { SavedViews } from '../../services/views/saved-views.ts';
import type { SnoozeBook } from '../../services/waiting/snoozes.ts';
import type { DecodeMail } from '../../storage/mail-reader/mail-reader.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';

export interface ViewerDeps {
  readonly tickets: Pick<Tickets, 'run' | 'openNew' | 'foresee'>;
  readonly drafts: Drafts;
  readonly regroup: Pick<Regroup, 'merge' | 'unmerge' | 'split' | 'move' | 'putBack'>;
  readonly undo: Undo;
  readonly bulk: Bulk;
  /** Tickets as people see them: with those merged into them. */
  readonly reader: TicketReader;
  readonly index: TicketIndex;
  readonly accounts: Accounts;
  readonly sight: Sight;
  readonly access: AccountServices;
  readonly audit: Audit;
  readonly board: EscalationBoard;
  /** Steps of escalation chains that lie ahead. */
  readonly steps: Pick<StepBook, 'ahead'>;
  readonly outbox: Pick<Outbox, 'waiting' | 'count'>;
  readonly trouble: Pick<Trouble, 'list' | 'count' | 'read'>;
  readonly release: Release;
  readonly config: LiveConfig;
  readonly ledger: Pick<Ledger, 'report' | 'acknowledge'>;
  readonly customers: CustomerBook;
  /** Text modules. */
  readonly answers: Pick<AnswerBook, 'modules' | 'problems'>;
  readonly due: DueBook;
  readonly appointments: Appointments;
  readonly feeds: Pick<Feeds, 'pathOf' | 'renew'>;
  /** Atom feeds of tickets. */
  readonly news: Pick<TicketNews, 'pathOf'>;
  readonly filling: Filling;
  readonly moduleFiles: ModuleFiles;
  /** Which modules and earlier answers fit a mail. */
  readonly suggestions: Suggestions;
  readonly prepared: PreparedTexts;
  /** How attached mails are read; in this thread when absent. */
  readonly decode?: DecodeMail;
  /** Pages of faxes and scans. */
  readonly pictures: PagePictures;
  readonly customerCare: CustomerCare;
  readonly customerTickets: CustomerTickets;
  readonly figures: FigureBook;
  readonly readMarks: ReadMarks;
  /** Whose images from elsewhere are shown at once. */
  readonly imageSenders: ImageSenders;
  readonly searching: Searching;
  readonly savedViews: SavedViews;
  readonly passages: Passages;
  /** What agents have put aside. */
  readonly snoozes: SnoozeBook;
  readonly redact: Pick<Redact, 'foresee' | 'run'>;
  readonly erase: Erase;
  /** What must not be removed. */
  readonly holds: Pick<Holds, 'holdOf'>;
  readonly doctor: Doctor;
  readonly presence: Presence;
  readonly notifications: Pick<Notifications, 'onTold'>;
  /** What each agent was told. */
  readonly told: Pick<NotificationFiles, 'read' | 'markRead'>;
  readonly firstSteps: FirstSteps;
  readonly trial: Trial;
  readonly exporting: Exporting;
  readonly renderer: Renderer;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

/** A router of somebody else; it answers before cookies and forms are looked at. */
export type ExtraRouter = Pick<Router, 'routes' | 'allowedMethods'>;

export interface HttpOptions {
  readonly routers: readonly ExtraRouter[];
  /** Before everything else. */
  readonly middleware?: readonly Middleware[];
  readonly listen: Endpoint;
  /** One line shown on every page, for example that this is a demo. */
  readonly dataNote?: string;
}

export type PageContext = RouterContext;
