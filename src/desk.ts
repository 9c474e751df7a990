/**
 * The parts of a desk without its servers: what the command line works with, and what app.ts builds on.
 *
 * Owns: which part gets which. Promises: opening a desk starts nothing but the index.
 */
import { join } from 'node:path';
import { type Clock, formatDay, hour } from './base/clock.ts';
import { systemCommand } from './base/command.ts';
import { errorText } from './base/fault.ts';
import type { Log } from './base/log.ts';
import type { Random } from './base/random.ts';
import { ok, type Result } from './base/result.ts';
import type { ConfigProblem, LiveConfig } from './config/config.ts';
import { findUnknownLetters, letterNames } from './config/letter-texts.ts';
import { createLiveConfig, type ReloadableConfig } from './config/live.ts';
import { loadConfig } from './config/load.ts';
import type { Environment } from './config/parse.ts';
import { prepareDesk } from './config/prepare.ts';
import { createSignedIds } from './core/message/message-id.ts';
import { takesOver, toDayText } from './core/team/absence.ts';
import type { MessageName } from './core/ticket/event.ts';
import { folderOf, type TicketNumber } from './core/ticket/number.ts';
import { rightsIn } from './core/ticket/rights.ts';
import { createDeskFilling, createDeskSuggestions } from './desk-answers.ts';
import { createDeskCalendars, type DeskCalendars } from './desk-calendars.ts';
import { createDeskDoctor } from './desk-doctor.ts';
import { createDeskEscalation } from './desk-escalation.ts';
import { createDeskExport } from './desk-export.ts';
import { createDeskFirstSteps, type DeskFirstSteps } from './desk-first-steps.ts';
import { createDeskHooks, type DeskHooks } from './desk-hooks.ts';
import { createDeskIntake } from './desk-intake.ts';
import { createDeskKeeping, type DeskKeeping } from './desk-keeping.ts';
import { createDeskPictures } from './desk-media.ts';
import { createDeskNotices, type DeskNotices } from './desk-notices.ts';
import { createOutgoing } from './desk-outgoing.ts';
import { createDeskDrop } from './desk-phone.ts';
import { createDeskPrivacy, type DeskPrivacy } from './desk-privacy.ts';
import { createDeskSavedViews, createDeskSearch, type DeskSearch } from './desk-search.ts';
import { autoReplyText } from './desk-texts.ts';
import { createDeskWaiting, type DeskWaiting } from './desk-waiting.ts';
import {
  type AccountServices,
  createAccountServices,
} from './services/accounts/account-services.ts';
import type { Agent } from './services/accounts/accounts.ts';
import { type AgentDirectory, createAccounts } from './services/accounts/directory.ts';
import { type AnswerBook, createAnswerBook } from './services/answers/answer-book.ts';
import type { Filling } from './services/answers/fill.ts';
import { createModuleFiles, type ModuleFiles } from './services/answers/module-files.ts';
import { createPreparedTexts, type PreparedTexts } from './services/answers/prepared-texts.ts';
import type { Suggestions } from './services/answers/suggestions.ts';
import { type Audit, createAudit } from './services/audit/audit.ts';
import { type AutoReplies, createAutoReplies } from './services/auto-replies.ts';
import { createBatchFiles } from './services/batch-files.ts';
import { type Bulk, createBulk } from './services/bulk.ts';
import type { Exporting } from './services/carry/exporting.ts';
import { createMailImport, type MailImport } from './services/carry/mail-import.ts';
import { type CustomerCare, createCustomerCare } from './services/customer-care.ts';
import { type CustomerTickets, createCustomerTickets } from './services/customer-tickets.ts';
import { type CustomerBook, createCustomerBook } from './services/customers.ts';
import type { Doctor } from './services/doctor/doctor.ts';
import { createDraftSender, type DraftSender } from './services/drafts/draft-sender.ts';
import { createDrafts, type Drafts } from './services/drafts/drafts.ts';
import { createSendLater, type SendLater } from './services/drafts/send-later.ts';
import type { EscalationBoard } from './services/escalation/board.ts';
import { createDueBook, type DueBook } from './services/escalation/due-book.ts';
import type { StepBook } from './services/escalation/step-book.ts';
import { createFigureBook, type FigureBook } from './services/figures/figure-book.ts';
import type { TicketIndex } from './services/index/index.ts';
import { createMemoryIndex } from './services/index/memory/memory-index.ts';
import { projectTicket } from './services/index/projector.ts';
import { createDnsLookup, isAbsence } from './services/intake/dns.ts';
import type { Drop } from './services/intake/drop.ts';
import type { Intake, TryingIntake } from './services/intake/incoming.ts';
import { createHolds, type Holds } from './services/keeping/holds.ts';
import { createLearning, type Learning } from './services/learning.ts';
import { createDeskLedger } from './services/ledger/desk-ledger.ts';
import type { Ledger } from './services/ledger/ledger.ts';
import { withLinks } from './services/linking.ts';
import { countMails, createMetrics, type Metrics } from './services/metrics.ts';
import { type DkimFinding, findDkimRecords } from './services/outbound/dkim-record.ts';
import type { Outbox } from './services/outbound/outbox.ts';
import type { PagePictures } from './services/page-pictures/page-pictures.ts';
import { type Callers, createCallers } from './services/phone/callers.ts';
import { withKnownCallers } from './services/phone/known-callers.ts';
import { createRegroup, type Regroup } from './services/regroup.ts';
import { createRelease, type Release } from './services/release.ts';
import { createReplyLimits } from './services/reply-limits.ts';
import { createRuleBook, type RuleBook } from './services/rule-book.ts';
import { createTickets, type DeskDirectory, type Tickets } from './services/tickets.ts';
import { createTrouble, type Trouble } from './services/trouble.ts';
import { createUndo, type Undo } from './services/undo.ts';
import type { SavedViews } from './services/views/saved-views.ts';
import { createWays, type Ways } from './services/ways.ts';
import { createWholeReader } from './services/whole.ts';
import { createDraftFiles } from './storage/draft-files.ts';
import { ensureDirectory, type FileOps } from './storage/files.ts';
import { createMailReader, type DecodeMail } from './storage/mail-reader/mail-reader.ts';
import { createNameMaker, type NameMaker } from './storage/maildir.ts';
import { createSpool, type Spool } from './storage/spool.ts';
import { createTicketStore, type TicketReader, type TicketWriter } from './storage/ticket-store.ts';

/** What tests replace. */
export interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: FileOps;
  readonly log: Log;
  readonly hostName: string;
  readonly processId: number;
  readonly timeZone: string;
  readonly accountOf: (owner: number) => string;
  /** Of the product. */
  readonly version: string;
  readonly processFigures: () => ProcessFigures;
  /** Where texts are searched: in a thread of their own, here, for what lives shortly, or nowhere. */
  readonly text: 'worker' | 'here' | 'none';
}

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly uptimeSeconds: number;
}

export interface DeskRequest {
  /** The data directory. */
  readonly directory: string;
  readonly environment: Environment;
  readonly flags?: Environment;
  /** What a new desk is made of; the program's own when absent. */
  readonly templates?: string;
}

export interface Desk
  extends DeskCalendars,
    DeskWaiting,
    DeskSearch,
    DeskFirstSteps,
    DeskKeeping,
    DeskPrivacy {
  readonly directory: string;
  readonly parts: Parts;
  readonly secret: Buffer;
  /** Its problems are those of all files, the agents' and rules' included. */
  readonly config: ReloadableConfig;
  readonly accounts: AgentDirectory;
  /** Sessions, second step, tokens, OpenID and roles. */
  readonly access: AccountServices;
  /** Who got in, and who read what. */
  readonly audit: Audit;
  readonly store: TicketWriter;
  /** Tickets as people see them: with those merged into them. */
  readonly reader: TicketReader;
  readonly names: NameMaker;
  readonly index: TicketIndex;
  readonly tickets: Tickets;
  readonly regroup: Regroup;
  readonly undo: Undo;
  readonly bulk: Bulk;
  readonly intake: Intake;
  readonly tryOut: TryingIntake['tryOut'];
  /** Mails of another system become tickets. */
  readonly mailImport: MailImport;
  /** Tickets as mails and on paper. */
  readonly exporting: Exporting;
  readonly rules: RuleBook;
  /** What must not be removed. */
  readonly holds: Holds;
  /** People and companies that write in. */
  readonly customers: CustomerBook;
  /** Text modules. */
  readonly answers: AnswerBook;
  /** What is owed to customers, and when it is due. */
  readonly due: DueBook;
  /** What happens when time runs out. */
  readonly steps: StepBook;
  /** What is late and next. */
  readonly board: EscalationBoard;
  /** Fills text modules, signatures and salutations in. */
  readonly filling: Filling;
  readonly moduleFiles: ModuleFiles;
  /** Which of them fit a mail, and which earlier answers. */
  readonly suggestions: Suggestions;
  /** Reads mails, large ones in a thread of their own. */
  readonly decode: DecodeMail;
  /** Pages of faxes. */
  readonly pictures: PagePictures;
  /** Text modules and earlier answers, ready to be put into an answer. */
  readonly prepared: PreparedTexts;
  readonly customerCare: CustomerCare;
  readonly customerTickets: CustomerTickets;
  readonly figures: FigureBook;
  /** By which way somebody acts. */
  readonly ways: Ways;
  readonly ledger: Ledger;
  readonly autoReplies: AutoReplies;
  readonly drafts: Drafts;
  readonly draftSender: DraftSender;
  readonly sendLater: SendLater;
  /** The hot folder of faxes and recordings. */
  readonly drop: Drop;
  /** Whose telephone number it is. */
  readonly callers: Callers;
  readonly inboxSpool: Spool;
  readonly outboxSpool: Spool;
  readonly troubleSpool: Spool;
  readonly outbox: Outbox;
  readonly trouble: Trouble;
  /** Lets a mail out of the trouble folder. */
  readonly release: Release;
  readonly learning: Learning;
  /** What agents are told by mail. */
  readonly notices: DeskNotices;
  /** What other programs are told. */
  readonly hooks: DeskHooks;
  rightsOf: DeskDirectory['rightsOf'];
  readonly metrics: Metrics;
  /** What is wrong with the machine, the network and the folders. */
  readonly doctor: Doctor;
  /** Of its folder in `tickets/`, or in `archive/`. */
  readonly folderPath: (number: TicketNumber, isArchived?: boolean) => string;
  /** Called with each mail put into the outbox. */
  onOutgoing(listener: (name: MessageName) => void): void;
  /** What the DNS says of the key that signs outgoing mail. */
  findDkimRecords(): Promise<readonly DkimFinding[]>;
  /** Tries again to put into the outbox what could not be put there. */
  retryOutgoing(): Promise<void>;
  close(): Promise<void>;
}

/** Above this a claim of another host is taken for abandoned; longer than any attempt to send. */
const staleClaimMs = hour;
const keptTickets = 2000;

/** The program's own folder, where templates and locales lie. */
export const programDirectory = join(import.meta.dirname, '..');

export async function openDesk(
  {
    directory,
    environment,
    flags = {},
    templates = join(programDirectory, 'templates/desk'),
  }: DeskRequest,
  parts: Parts,
): Promise<Result<Desk, readonly ConfigProblem[]>> {
  const { files, clock, random, log } = parts;
  const { secret } = await prepareDesk({
    files,
    random,
    directory,
    templates,
    environment,
    timeZone: parts.timeZone,
  });
  await ensureDirectory(files, announcePath(directory), directory);
  const load = () => loadConfig({ files, directory, environment, flags, hostName: parts.hostName });
  const first = await load();
  if (!first.ok) return first;
  const accounts = createAccounts({ files, directory, clock, random, log });
  await accounts.load();
  const live = createLiveConfig({ first: first.value, load, log });
  const rules = createRuleBook({
    files,
    directory,
    facts: () => ({
      queues: live.current().queues.map(({ name }) => name),
      agents: accounts.list().map(({ login }) => login),
      slas: live.current().slas?.map(({ name }) => name),
    }),
    log,
  });
  await rules.load();
  const customers = createCustomerBook({ files, directory, random, log });
  await customers.load();
  const answers = createAnswerBook({ files, directory, log });
  await answers.load();
  const holds = createHolds({ files, directory, customers, project: projectTicket });
  await holds.load();
  const savedViews = createDeskSavedViews({ files, directory, config: live.current, random, log });
  await savedViews.load();
  const config: ReloadableConfig = {
    ...live,
    problems: () => [
      ...live.problems(),
      ...accounts.problems(),
      ...rules.problems(),
      ...customers.problems(),
      ...answers.problems(),
      ...holds.problems(),
      ...savedViews.problems(),
      ...findUnknownLetters(letterNames(live.current().queues, accounts.list()), answers.letters()),
    ],
  };
  const filling = await createDeskFilling({
    answers,
    customers,
    config: () => config.current(),
    files,
    directory,
    program: programDirectory,
    clock,
  });
  const texts = { rules, customers, answers, filling, savedViews };
  const ground = { directory, secret, config, accounts, ...texts, holds };
  const desk = buildDesk(ground, parts);
  const begin = await createDeskFirstSteps(
    { ...parts, config, accounts, access: desk.access },
    { directory, environment, flags, hostName: parts.hostName },
  );
  return ok({ ...desk, ...begin });
}

interface Ground {
  readonly directory: string;
  readonly secret: Buffer;
  readonly config: ReloadableConfig;
  readonly accounts: AgentDirectory;
  readonly rules: RuleBook;
  readonly customers: CustomerBook;
  readonly answers: AnswerBook;
  readonly filling: Filling;
  readonly holds: Holds;
  readonly savedViews: SavedViews;
}

function buildDesk(
  {
    directory,
    secret,
    config,
    accounts,
    rules,
    customers,
    answers,
    filling,
    holds,
    savedViews,
  }: Ground,
  parts: Parts,
): Omit<Desk, keyof DeskFirstSteps> {
  const { files, clock, random, log } = parts;
  const current = () => config.current();
  const ids = createSignedIds(secret);
  const names = createNameMaker(clock, parts.hostName, parts.processId);
  const mailReader = createMailReader({ clock });
  const { decode } = mailReader;
  const { accountOf } = parts;
  const store = createTicketStore(
    { files, clock, names, accountOf, decode, unsure: (number) => lookAgain(number) },
    {
      directory: join(directory, 'tickets'),
      infoSeparator: current().desk.infoSeparator,
      keptTickets,
    },
  );
  const due = createDueBook({ config: current, customers });
  const index = createMemoryIndex(
    {
      reader: store,
      files,
      clock,
      log,
      due,
      isHeld: (record) => holds.holdOfRecord(record) !== undefined,
    },
    {
      tickets: join(directory, 'tickets'),
      index: join(directory, 'index'),
      infoSeparator: current().desk.infoSeparator,
      text: parts.text,
    },
  );
  const spool = (name: string) =>
    createSpool(
      { files, clock, host: parts.hostName, directory: join(directory, name) },
      { staleAfterMs: staleClaimMs, infoSeparator: current().desk.infoSeparator },
    );
  /** The sender tries again what failed; if it is there after all, it must be known by then. */
  function lookAgain(number: TicketNumber): void {
    index.apply(number).catch((error: unknown) => {
      log.warn('index.apply-failed', { ticket: number, cause: errorText(error) });
    });
  }
  const outboxSpool = spool('outbox');
  const outgoing = createOutgoing({ spool: outboxSpool, files, tickets: store, log });
  const { outbox } = outgoing;
  const scanning = () => current().desk;
  const learning = createLearning({ scanning, reader: store, clock, log });
  const troubleSpool = spool('trouble');
  const trouble = createTrouble({ spool: troubleSpool, files, names, clock, log });

  const ways = createWays();
  const customerTickets = createCustomerTickets(index);
  const directoryOfDesk = { ...deskDirectory(config, accounts), holdOf: holds.holdOf };
  const notices = createDeskNotices({
    files,
    directory,
    localesDirectory: join(programDirectory, 'locales'),
    send: outgoing.send,
    agents: accounts.list,
    ids,
    config: current,
    clock,
    random,
    log,
  });
  const agents = accounts.list;
  const escalation = createDeskEscalation({ due, config, agents, index, clock });
  const oneSided = createTickets({
    writer: store,
    moved: learning.moved,
    announce: (number, folder) => index.apply(number, folder),
    send: outgoing.send,
    desk: directoryOfDesk,
    escalation: escalation.readFacts,
    way: ways.current,
    ids,
    clock,
    random,
    log,
  });
  const country = () => current().desk.country;
  const callers = createCallers({ index, customers, country });
  const linked = withLinks(oneSided, { reader: store, desk: directoryOfDesk });
  const tickets = withKnownCallers(linked, callers);
  const autoReplies = createAutoReplies({
    tickets,
    reader: store,
    index,
    readText: autoReplyText({ directory, program: programDirectory, config, files }),
    log,
  });
  const metrics = createMetrics();
  const lookup = createDnsLookup({ clock, server: () => current().desk.dnsServer });
  const timeZone = () => current().desk.timeZone;
  const reader = createWholeReader(store);
  const queues = () => current().queues.map(({ name }) => name);
  const draftParts = createDraftParts(
    { store, whole: reader, tickets, index, names, config, accounts },
    directory,
    parts,
  );
  const regroup = createRegroup({ tickets, store, index, timeZone, queues, clock, log });
  const undo = createUndo({ tickets, regroup, store });
  const batches = createBatchFiles(files, directory);
  const bulk = createBulk({
    tickets,
    regroup,
    undo,
    store,
    index,
    batches,
    searching: { read: (text, login) => search.searching.read(text, login) },
    clock,
    random,
    log,
  });
  const limits = createReplyLimits({ index, reader: store, config: current, clock });
  const bareIntake = createDeskIntake({
    limits,
    tickets,
    index,
    store,
    reader,
    decode,
    regroup,
    trouble,
    wakeAnswer: autoReplies.wake,
    rules: rules.rules,
    agents: accounts.list,
    refuseAgent: notices.refuseAgent,
    lookup,
    customers,
    callers,
    ids,
    config: current,
    takesOver: (owner) =>
      takesOver(owner, accounts.list(), toDayText(formatDay(clock.now(), timeZone()))),
    clock,
    log,
  });
  const waiting = createDeskWaiting({
    files,
    directory,
    program: programDirectory,
    tickets,
    store,
    index,
    config,
    limits,
    customers,
    agents: accounts.list,
    clock,
    log,
  });
  const { snoozes } = waiting;
  const search = createDeskSearch({
    files,
    directory,
    config,
    agents,
    snoozes,
    savedViews,
    reader,
    clock,
  });
  const ledger = createDeskLedger(
    { files, reader: store, index, metrics, timeZone, clock, log },
    { directory, infoSeparator: current().desk.infoSeparator },
  );
  const intake = ledger.counting(countMails(bareIntake, metrics));
  const access = createAccountServices({
    accounts,
    settings: () => current().desk,
    files,
    directory,
    clock,
    random,
    log,
    secret,
  });
  const figures = createFigureBook({ index, config: current, agents: accounts.list, due, clock });
  const calendars = createDeskCalendars(
    {
      tickets,
      reader,
      index,
      ids,
      secret,
      config,
      accounts,
      rightsOf: directoryOfDesk.rightsOf,
      viewer: notices.viewer,
      searching: search.searching,
      files,
      clock,
      random,
    },
    { directory, locales: join(programDirectory, 'locales') },
  );
  const drop = createDeskDrop({
    files,
    directory,
    localesDirectory: join(programDirectory, 'locales'),
    tickets,
    store,
    index,
    callers,
    customers,
    agents: () => accounts.list().map(({ login }) => login),
    config,
    clock,
    log,
  });
  const auditDays = () => current().desk.auditDays;
  const suggestions = createDeskSuggestions({
    directory,
    infoSeparator: current().desk.infoSeparator,
    answers,
    index,
    ...parts,
  });
  const audit = createAudit({ files, directory, auditDays, clock, log });
  const keeping = createDeskKeeping({ files, directory, store, index, holds, config, clock, log });
  const privacy = createDeskPrivacy(
    {
      ...parts,
      removals: keeping.removals,
      customers,
      accounts,
      tickets,
      store,
      reader,
      index,
      holds,
      outboxSpool,
      refill: () => refillOutbox({ index, store, outbox }),
    },
    { directory, infoSeparator: current().desk.infoSeparator },
  );
  const pictures = createDeskPictures(parts);
  return {
    directory,
    parts,
    secret,
    config,
    accounts,
    access,
    audit,
    store,
    reader,
    names,
    index,
    tickets,
    intake,
    tryOut: bareIntake.tryOut,
    mailImport: createMailImport({
      importing: bareIntake.importing,
      index,
      config: current,
      files,
      clock,
      log,
      directory,
    }),
    exporting: createDeskExport({
      ...parts,
      reader,
      accounts,
      config,
      run: systemCommand,
      directory,
      program: programDirectory,
    }),
    rules,
    customers,
    holds,
    answers,
    due,
    steps: escalation.steps,
    board: escalation.board,
    filling,
    moduleFiles: createModuleFiles({
      files,
      directory,
      answers,
      config: current,
      clock,
      random,
      log,
    }),
    suggestions,
    decode,
    pictures,
    prepared: createPreparedTexts({ answers, filling, reader }),
    customerTickets,
    figures,
    customerCare: createCustomerCare({
      book: customers,
      tickets: customerTickets,
      config: current,
      rightsOf: directoryOfDesk.rightsOf,
      clock,
      log,
    }),
    ways,
    ledger,
    regroup,
    undo,
    bulk,
    autoReplies,
    ...draftParts,
    ...calendars,
    ...waiting,
    ...privacy,
    ...keeping,
    doctor: createDeskDoctor({
      files,
      directory,
      config,
      index,
      reader: store,
      lookup,
      isAbsence,
      clock,
    }),
    ...search,
    drop,
    callers,
    inboxSpool: spool('inbox'),
    outboxSpool,
    troubleSpool,
    outbox,
    trouble,
    release: createRelease({ trouble, intake, log }),
    learning,
    notices,
    hooks: createDeskHooks({
      directory,
      parts,
      config,
      index,
      reader: store,
      viewer: notices.viewer,
      metrics,
    }),
    rightsOf: directoryOfDesk.rightsOf,
    metrics,
    folderPath: (number, isArchived = false) =>
      join(directory, isArchived ? 'archive' : 'tickets', ...folderOf(number)),
    findDkimRecords: () => findDkimRecords({ files, lookup, isAbsence }, current().desk),
    onOutgoing: outgoing.onOutgoing,
    retryOutgoing: outgoing.retry,
    async close() {
      figures.close();
      calendars.feeds.close();
      await audit.close();
      await suggestions.close();
      await pictures.close();
      await mailReader.close();
      await index.close();
    },
  };
}

interface DraftGround extends Pick<Ground, 'config' | 'accounts'> {
  readonly store: TicketReader;
  readonly whole: TicketReader;
  readonly tickets: Tickets;
  readonly index: TicketIndex;
  readonly names: NameMaker;
}

function createDraftParts(
  { store, whole, tickets, index, names, config, accounts }: DraftGround,
  directory: string,
  { files: disk, clock, random, log }: Parts,
): Pick<Desk, 'drafts' | 'draftSender' | 'sendLater'> {
  const files = createDraftFiles(
    { files: disk, clock, names },
    {
      directory: join(directory, 'tickets'),
      infoSeparator: config.current().desk.infoSeparator,
    },
  );
  const announce = (number: TicketNumber) => index.apply(number);
  const desk = deskDirectory(config, accounts);
  const drafts = createDrafts({ whole, store, files, announce, desk, clock, random });
  return {
    drafts,
    sendLater: createSendLater({ tickets, drafts, whole, clock, random }),
    draftSender: createDraftSender({ tickets, store, whole, files, index, announce, clock, log }),
  };
}

/** Where the command line leaves an empty file named by each ticket that it changed, for a running desk. */
export function announcePath(directory: string): string {
  return join(directory, 'index', 'announce');
}

function deskDirectory(config: LiveConfig, accounts: AgentDirectory): DeskDirectory {
  return {
    config: () => config.current(),
    // Nobody gives work to an agent who is kept out.
    agents: () => accounts.list().flatMap(({ login, isDisabled }) => (isDisabled ? [] : [login])),
    agentAddress(login) {
      const agent = accounts.find(login);
      return agent === undefined ? undefined : { name: agent.name, address: agent.email };
    },
    rightsOf: (login, queue) =>
      rightsIn(queue, rolesOf(accounts.find(login)), config.current().queues),
  };
}

function rolesOf(agent: Agent | undefined): readonly string[] {
  return agent === undefined || agent.isDisabled ? [] : agent.roles;
}

/** Puts mails into the outbox that a crash left between their ticket and there. */
export async function refillOutbox({
  index,
  store,
  outbox,
}: Pick<Desk, 'index' | 'store' | 'outbox'>): Promise<void> {
  for (const number of await index.findUndelivered()) {
    const folder = await store.read(number);
    for (const { event } of folder?.messages ?? []) {
      const state = folder?.ticket.deliveries.get(event.name)?.state;
      const goesOut = event.kind === 'mail-out' || event.kind === 'fax-out';
      if (!goesOut || (state !== 'waiting' && state !== 'deferred')) continue;
      const path = await store.pathOf(number, event.name);
      if (path !== undefined) await outbox.put(path, event.name);
    }
  }
}
