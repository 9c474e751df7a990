/**
 * Composition root of the running desk: builds every part once, owns start and stop order.
 *
 * Start: folders and index, sender, watchers, clockwork, SMTP, HTTP. Stop: the reverse, through one scope. The
 * index may still be catching up when the servers open; intake waits for it, lists say so.
 */
import { basename, join } from 'node:path';
import { minute } from './base/clock.ts';
import { systemCommand } from './base/command.ts';
import { errorText } from './base/fault.ts';
import { createScope } from './base/scope.ts';
import type { Endpoint } from './config/config.ts';
import { isOwnAddress } from './config/own-address.ts';
import { type DeliveryReport, formatDelivery } from './core/delivery/delivery.ts';
import { domainOf, isAddress, localPartOf } from './core/message/address.ts';
import { parseTicketNumber } from './core/ticket/number.ts';
import { announcePath, type Desk, programDirectory, refillOutbox } from './desk.ts';
import { readOutgoingMail } from './desk-outgoing.ts';
import { createDeskReports } from './desk-reports.ts';
import { createDeskViews } from './desk-views.ts';
import { countRequests } from './edges/http/api/metrics.ts';
import { createApiRouter } from './edges/http/api/router.ts';
import { rememberWay } from './edges/http/middleware/way.ts';
import { createHttpServer } from './edges/http/server.ts';
import { createSubscriptionRouter } from './edges/http/subscriptions.ts';
import { createSmtpListener } from './edges/smtp/listener.ts';
import { createAppointmentReminders } from './services/appointments/reminders.ts';
import { createClockwork } from './services/clockwork.ts';
import { createEscalator } from './services/escalation/escalator.ts';
import { createMailboxes } from './services/intake/imap-mailboxes.ts';
import { createProgressFiles } from './services/intake/imap-progress.ts';
import { createInbox } from './services/intake/inbox.ts';
import { deliveryCounter } from './services/metrics.ts';
import { createNoticeMailer } from './services/notifications/mailer.ts';
import { createNotifications } from './services/notifications/notifications.ts';
import { createOutbound } from './services/outbound/outbound.ts';
import { createPresence } from './services/presence.ts';
import { createRenderer } from './services/render/templates.ts';
import { createSight } from './services/sight.ts';
import { createFolderWatch, createWatcher } from './services/watch/watcher.ts';

export interface App {
  start(): Promise<Started>;
  /** Reads everything again that others may have changed. */
  sweep(): Promise<void>;
  /** Resolves when nothing is under way: all that came is filed, listed, searchable and sent as far as it is due. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface Started {
  readonly http: Endpoint;
  readonly smtp: Endpoint | undefined;
  readonly lmtp: Endpoint | undefined;
  /** Who can log in by the one-time link with this path, while no admin can otherwise. */
  readonly firstLogin: { readonly login: string; readonly path: string } | undefined;
}

export function createApp(desk: Desk): App {
  const { parts, config, index, tickets, accounts } = desk;
  const { clock, random, files, log } = parts;
  const scope = createScope();
  const countDelivery = deliveryCounter(desk.metrics);

  const outbound = createOutbound(
    {
      spool: desk.outboxSpool,
      files,
      tickets: desk.store,
      readOutgoing: readOutgoingMail,
      report: reportDelivery,
      toTrouble: (claim, reason) => desk.trouble.keep(claim, { kind: 'outgoing', reason }),
      clock,
      log,
      random,
    },
    config,
  );
  desk.onOutgoing((name) => outbound.wake(name));

  const inbox = createInbox({
    spool: desk.inboxSpool,
    files,
    intake: desk.intake,
    setAside: async (claim, reason) => {
      try {
        await desk.trouble.keep(claim, { kind: 'failed', reason });
      } catch (error) {
        desk.ledger.settleAside('inbox', 'deferred');
        throw error;
      }
      desk.ledger.settleAside('inbox', 'trouble');
      await claim.done();
    },
    clock,
    log,
  });
  const mailboxes = createMailboxes(
    {
      // Loaded with the first mailbox; most desks have none.
      connect: async (request) =>
        (await import('./services/intake/imap-connection.ts')).connectMailbox(request),
      intake: desk.intake,
      progress: createProgressFiles({
        files,
        directory: desk.directory,
        reader: desk.store,
        clock,
      }),
      files,
      runCommand: systemCommand,
      up: desk.metrics.gauge('maildesk_mailbox_up', 'Mailboxes fetched without problems'),
      config,
      clock,
      random,
      log,
    },
    { directory: desk.directory },
  );
  const hooks = desk.hooks.follow();
  /** Servers that cannot be reached are shown among the problems of the files that name them. */
  const shownConfig = {
    ...config,
    problems: () => [
      ...config.problems(),
      ...mailboxes.problems(),
      ...hooks.problems(),
      ...desk.drop.problems(),
    ],
  };
  const clockwork = createClockwork({ tickets, reader: desk.store, index, clock, log });
  const escalator = createEscalator({ tickets, index, steps: desk.steps, config, clock, log });
  const reminders = createAppointmentReminders({
    tickets,
    index,
    before: () => config.current().desk.appointmentReminderMs,
    clock,
    log,
  });
  const followed = {
    ...desk.notices,
    index,
    reader: desk.store,
    agents: accounts.list,
    rightsOf: desk.rightsOf,
    files,
    directory: join(desk.directory, 'agents'),
    config: () => config.current(),
    snoozes: desk.snoozes,
    clock,
    random,
    log,
  };
  const notifications = createNotifications({ ...followed, mailer: createNoticeMailer(followed) });
  const reports = createDeskReports(desk);
  const views = createDeskViews(desk);
  const watcher = createWatcher({ clock, log });
  const folderWatch = createFolderWatch(
    { clock, log },
    { most: config.current().desk.watchedFolders },
    (folder) => apply(basename(folder)),
  );

  async function reportDelivery(delivery: DeliveryReport): Promise<void> {
    const result = await tickets.run(
      delivery.ticket,
      {
        kind: 'delivery',
        outcome: formatDelivery(delivery),
        once: `${delivery.message} ${delivery.attempt}`,
      },
      { kind: 'system', part: 'sender' },
    );
    if (result.ok) countDelivery(delivery.state);
    else log.error('sender.report-refused', { ticket: delivery.ticket, code: result.refusal.code });
  }

  function apply(text: string): void {
    const number = parseTicketNumber(text);
    if (number !== undefined) inBackground('index.apply-failed', index.apply(number));
  }

  function inBackground(event: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => log.error(event, { cause: errorText(error) }));
  }

  /** The command line names here what it changed, so that the desk need not wait for its sweep. */
  async function collectAnnounced(): Promise<void> {
    const directory = announcePath(desk.directory);
    for (const name of (await files.list(directory)) ?? []) {
      const number = parseTicketNumber(name);
      if (number !== undefined) await index.apply(number);
      await files.unlink(join(directory, name));
    }
    outbound.wake();
  }

  async function reloadConfig(): Promise<void> {
    await Promise.all([config.reload(), accounts.reload()]);
    // Rules name queues and agents.
    await desk.rules.load();
    await desk.customers.load();
    await desk.answers.load();
    await desk.savedViews.load();
    await desk.firstSteps.load();
    await desk.holds.load();
    await reviewHolds();
  }

  /** `maildesk reindex` asks for it. */
  async function rebuildIfAsked(): Promise<void> {
    if (!(await files.unlink(join(desk.directory, 'index', 'rebuild')))) return;
    const { tickets: count, differences } = await index.rebuild();
    const wrong = differences.slice(0, 20).map(({ number }) => number);
    if (wrong.length === 0) log.info('index.rebuilt', { tickets: count });
    else log.warn('index.was-wrong', { tickets: count, differences: differences.length, wrong });
  }

  /** Only when other tickets may be held than before. */
  async function reviewHolds(): Promise<void> {
    const state = desk.holds.state();
    if (state !== heldBy) await index.reviewHolds();
    heldBy = state;
  }
  let heldBy = desk.holds.state();

  async function sweep(): Promise<void> {
    await reloadConfig();
    await collectAnnounced();
    await index.sweep();
    await rebuildIfAsked();
    await desk.regroup.complete();
    await desk.redact.complete();
    await desk.retryOutgoing();
    await inbox.collect();
    await desk.drop.collect();
    await desk.autoReplies.catchUp();
    await clockwork.catchUp();
    await escalator.catchUp();
    await reminders.catchUp();
    await desk.autoCloser.catchUp();
    await desk.snoozes.catchUp();
    await desk.draftSender.catchUp();
    await desk.ledger.check();
    await desk.audit.prune();
    await hooks.sweep();
    await views.sweep();
    outbound.wake();
  }

  function sweepRegularly(): void {
    const cancel = clock.after(config.current().desk.sweepEveryMs, () => {
      inBackground('sweep.failed', sweep().finally(sweepRegularly));
    });
    cancelSweep = cancel;
  }
  let cancelSweep = () => {};

  /** A desk that is stopped before it has looked through its folders does so at the next start. */
  function unlessStopped(error: unknown): void {
    if (!isStopping) throw error;
  }
  let isStopping = false;

  /** What must wait until every ticket on disk was seen. */
  async function catchUp(): Promise<void> {
    await index.ready(60 * minute);
    await collectAnnounced();
    await desk.comeback.catchUp();
    await desk.regroup.complete();
    await desk.redact.complete();
    await refillOutbox(desk);
    await desk.autoReplies.catchUp();
    await clockwork.catchUp();
    await escalator.catchUp();
    await reminders.catchUp();
    await desk.autoCloser.catchUp();
    await desk.draftSender.catchUp();
    await inbox.collect();
    await desk.drop.collect();
    await notifications.catchUp();
    await hooks.catchUp();
    await reports.catchUp();
    reports.start();
    await desk.snoozes.catchUp();
    desk.suggestions.start();
    await views.sweep();
  }

  async function watchFolders(): Promise<void> {
    const directory = (name: string) => join(desk.directory, name);
    await Promise.all([
      watcher.directory(directory('inbox/new'), () =>
        inBackground('inbox.failed', inbox.collect()),
      ),
      watcher.directory(announcePath(desk.directory), () =>
        inBackground('announce.failed', collectAnnounced()),
      ),
      watcher.directory(directory('drop'), () => inBackground('drop.failed', desk.drop.collect()), {
        deep: true,
      }),
      watcher.directory(directory('config'), () => inBackground('config.failed', reloadConfig()), {
        deep: true,
      }),
    ]);
  }

  async function listenSmtp(
    endpoint: Endpoint | undefined,
    lmtp: boolean,
  ): Promise<Endpoint | undefined> {
    if (endpoint === undefined) return undefined;
    const { desk: settings } = config.current();
    const tls =
      settings.tlsKeyFile === undefined || settings.tlsCertificateFile === undefined
        ? undefined
        : {
            key: await readText(settings.tlsKeyFile),
            cert: await readText(settings.tlsCertificateFile),
          };
    const listener = createSmtpListener(
      {
        intake: desk.intake,
        checkRecipient: (address) => (isOurs(address) ? 'ours' : 'unknown'),
        clock,
        log,
      },
      {
        endpoint,
        lmtp,
        hostName: settings.hostName,
        tls,
        maxMessageBytes: settings.maxMessageBytes,
        maxRecipients: settings.maxRecipients,
        maxConnections: settings.maxConnections,
        idleTimeoutMs: settings.idleTimeoutMs,
      },
    );
    const bound = await listener.listen();
    scope.add(() => listener.close());
    return bound;
  }

  async function readText(path: string): Promise<string> {
    return (await files.readFile(path)).toString('utf8');
  }

  /** RFC 5321 section 4.5.1: every server takes mail for its postmaster. */
  function isOurs(address: string): boolean {
    const { desk: settings } = config.current();
    if (isOwnAddress(address, config.current())) return true;
    if (localPartOf(address).toLowerCase() !== 'postmaster') return false;
    return (
      !isAddress(address) || settings.addresses.some((own) => domainOf(own) === domainOf(address))
    );
  }

  async function listenHttp(): Promise<Endpoint> {
    const sight = createSight({ reader: desk.store, config });
    const api = createApiRouter(
      {
        tickets,
        regroup: desk.regroup,
        undo: desk.undo,
        redact: desk.redact,
        bulk: desk.bulk,
        sendLater: desk.sendLater,
        prepared: desk.prepared,
        reader: desk.reader,
        index,
        intake: desk.intake,
        sight,
        accounts,
        searching: desk.searching,
        savedViews: desk.savedViews,
        snoozes: desk.snoozes,
        drafts: desk.drafts,
        told: desk.notices.told,
        trouble: desk.trouble,
        release: desk.release,
        hooks: desk.hooks,
        rightsOf: desk.rightsOf,
        apiTokens: desk.access.apiTokens,
        audit: desk.audit,
        board: desk.board,
        outbox: desk.outbox,
        customers: desk.customers,
        due: desk.due,
        appointments: desk.appointments,
        customerCare: desk.customerCare,
        customerTickets: desk.customerTickets,
        figures: desk.figures,
        answers: desk.answers,
        filling: desk.filling,
        exporting: desk.exporting,
        config,
        ledger: desk.ledger,
        metrics: desk.metrics,
        log,
        clock,
        random,
      },
      { version: parts.version, processFigures: parts.processFigures },
    );
    const presence = createPresence({ clock });
    scope.add(() => presence.close());
    scope.add(presence.onChange((number) => folderWatch.look(desk.folderPath(number))));
    const renderer = await createRenderer({
      templatesDirectory: join(programDirectory, 'templates'),
      localesDirectory: join(programDirectory, 'locales'),
    });
    const server = createHttpServer(
      {
        tickets,
        regroup: desk.regroup,
        undo: desk.undo,
        redact: desk.redact,
        erase: desk.erase,
        bulk: desk.bulk,
        drafts: desk.drafts,
        reader: desk.reader,
        index,
        sight,
        accounts,
        access: desk.access,
        audit: desk.audit,
        board: desk.board,
        steps: desk.steps,
        outbox: desk.outbox,
        trouble: desk.trouble,
        release: desk.release,
        customers: desk.customers,
        answers: desk.answers,
        due: desk.due,
        appointments: desk.appointments,
        feeds: desk.feeds,
        news: desk.news,
        filling: desk.filling,
        moduleFiles: desk.moduleFiles,
        suggestions: desk.suggestions,
        decode: desk.decode,
        pictures: desk.pictures,
        prepared: desk.prepared,
        customerCare: desk.customerCare,
        customerTickets: desk.customerTickets,
        figures: desk.figures,
        config: shownConfig,
        ledger: desk.ledger,
        readMarks: desk.readMarks,
        imageSenders: desk.imageSenders,
        searching: desk.searching,
        savedViews: desk.savedViews,
        passages: desk.passages,
        snoozes: desk.snoozes,
        holds: desk.holds,
        doctor: desk.doctor,
        presence,
        notifications,
        told: desk.notices.told,
        firstSteps: desk.firstSteps,
        trial: desk.trial,
        exporting: desk.exporting,
        renderer,
        clock,
        log,
        random,
      },
      {
        routers: [api, createSubscriptionRouter(desk)],
        middleware: [countRequests(desk.metrics), rememberWay(desk.ways)],
        listen: config.current().desk.http,
      },
    );
    const bound = await server.listen();
    scope.add(() => server.close());
    return bound;
  }

  async function writeProcessId(): Promise<void> {
    const path = join(desk.directory, 'index', 'desk.pid');
    await files.unlink(path);
    await files.createFile(path, Buffer.from(`${parts.processId}\n`));
    scope.add(async () => void (await files.unlink(path)));
  }

  return {
    async start() {
      scope.add(() => desk.close());
      await desk.store.cleanUp();
      for (const spool of [desk.inboxSpool, desk.outboxSpool, desk.troubleSpool])
        await spool.open();
      await desk.ledger.load();
      await writeProcessId();
      const { desk: settings } = config.current();
      const admin = await accounts.ensureAdmin(settings.addresses[0] ?? 'admin@localhost');
      outbound.start();
      scope.add(() => outbound.stop());
      await notifications.start();
      scope.add(() => notifications.stop());
      await hooks.start();
      scope.add(() => hooks.stop());
      scope.add(() => reports.stop());
      // An automatic answer under way is filed, and so durable, before the desk is closed.
      scope.add(() => desk.autoReplies.settled());
      desk.draftSender.start();
      scope.add(() => desk.draftSender.stop());
      scope.add(() => inbox.stop());
      scope.add(() => desk.drop.stop());
      scope.add(() => desk.learning.stop());
      clockwork.start();
      scope.add(() => clockwork.stop());
      escalator.start();
      scope.add(() => escalator.stop());
      reminders.start();
      scope.add(() => reminders.stop());
      desk.autoCloser.start();
      scope.add(() => desk.autoCloser.stop());
      desk.comeback.start();
      scope.add(() => desk.comeback.stop());
      desk.night.start();
      scope.add(() => desk.night.stop());
      await desk.snoozes.load();
      desk.snoozes.start(notifications.tellOver);
      scope.add(() => desk.snoozes.stop());
      scope.add(() => desk.bulk.stop());
      scope.add(
        index.onChange(
          ({ record }) =>
            record !== undefined &&
            folderWatch.touch(desk.folderPath(record.number, record.archived)),
        ),
      );
      views.start();
      scope.add(() => views.stop());
      await watchFolders();
      scope.add(() => watcher.close());
      scope.add(() => folderWatch.close());
      sweepRegularly();
      scope.add(() => cancelSweep());
      mailboxes.start();
      scope.add(() => mailboxes.stop());
      const smtp = await listenSmtp(settings.smtp, false);
      const lmtp = await listenSmtp(settings.lmtp, true);
      desk.listensAt({ smtp, lmtp });
      const http = await listenHttp();
      inBackground('start.failed', catchUp().catch(unlessStopped));
      const firstLogin =
        admin === undefined ? undefined : { login: admin.login, path: `/login/${admin.token}` };
      return { http, smtp, lmtp, firstLogin };
    },
    sweep,
    async settled() {
      await index.ready(minute);
      await inbox.settled();
      await desk.drop.settled();
      await mailboxes.settled();
      await desk.autoReplies.settled();
      await clockwork.settled();
      await escalator.settled();
      await reminders.settled();
      await desk.autoCloser.settled();
      await desk.comeback.settled();
      await desk.night.settled();
      await desk.snoozes.settled();
      await desk.draftSender.settled();
      await desk.learning.settled();
      await notifications.settled();
      await reports.settled();
      await hooks.settled();
      await outbound.settled();
      await index.settled();
      await views.settled();
    },
    stop() {
      isStopping = true;
      return scope.close();
    },
  };
}
