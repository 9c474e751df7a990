/**
 * The HTTP server: pages, what they load, and the routers of others.
 *
 * Owns: the order in which a request meets middleware and routes. Promises: `close` ends event streams, lets
 * answers under way finish, and frees the port.
 * Leaves to others: what a page shows (routes, presenters, templates), the JSON API (api/).
 */

import { createServer, type RequestListener } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import { toInstant } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { createPastReader } from '../../services/past.ts';
import { createAttachmentShelf } from './attachment-shelf.ts';
import { createBell } from './bell.ts';
import { createContactFiles } from './contact-files.ts';
import { createCustomerViews } from './customer-views.ts';
import type { HttpOptions, ViewerDeps } from './deps.ts';
import { createEntrance } from './entrance.ts';
import { PageRefusal } from './errors.ts';
import { createFreshLists } from './fresh-lists.ts';
import { hasGone } from './gone.ts';
import { createInsertions } from './insertions.ts';
import { createMessagePages } from './message-pages.ts';
import { createCookies } from './middleware/cookies.ts';
import { catchFailures } from './middleware/failures.ts';
import { setHeaders } from './middleware/headers.ts';
import { noteReadings } from './middleware/readings.ts';
import { serveAssets } from './middleware/static.ts';
import { createTransfer } from './middleware/transfer.ts';
import { createVisitor } from './middleware/visitor.ts';
import { createOfferViews } from './offer-views.ts';
import { createPages } from './pages.ts';
import { addAbsenceRoutes } from './routes/absence.ts';
import { addAccountRoutes } from './routes/account.ts';
import { addAgentRoutes } from './routes/agents.ts';
import { addAnswerRoutes } from './routes/answers.ts';
import { addAnswersUsageRoutes } from './routes/answers-usage.ts';
import { addAppointmentRoutes } from './routes/appointments.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addBulkRoutes } from './routes/bulk.ts';
import { addComposeRoutes } from './routes/compose.ts';
import { addCustomerRoutes } from './routes/customers.ts';
import { addDeskRoutes } from './routes/desk.ts';
import { addDraftRoutes } from './routes/drafts.ts';
import { addEscalationsRoutes } from './routes/escalations.ts';
import { addEventRoutes } from './routes/events.ts';
import { addExportRoutes } from './routes/export.ts';
import { addFaxPageRoutes } from './routes/fax-pages.ts';
import { addFeedRoutes } from './routes/feeds.ts';
import { addFieldRoutes } from './routes/fields.ts';
import { addFirstStepsRoutes } from './routes/first-steps.ts';
import { addHistoryRoutes } from './routes/history.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addListRoutes } from './routes/list.ts';
import { addLoginRoutes } from './routes/login.ts';
import { addMessageRoutes } from './routes/message.ts';
import { addNotificationRoutes } from './routes/notifications.ts';
import { addOfferRoutes } from './routes/offers.ts';
import { addOpenidRoutes } from './routes/openid.ts';
import { addOverviewRoutes } from './routes/overview.ts';
import { addPaletteRoutes } from './routes/palette.ts';
import { createPastPage } from './routes/past.ts';
import { addPresenceRoutes } from './routes/presence.ts';
import { addPrivacyRoutes } from './routes/privacy.ts';
import { addRegroupRoutes } from './routes/regroup.ts';
import { addSecondStepRoutes } from './routes/second-step.ts';
import { addShellRoutes } from './routes/shell.ts';
import { addSuggestRoutes } from './routes/suggest.ts';
import { addTeamRoutes } from './routes/team.ts';
import { addTicketRoutes, createTicketPage } from './routes/ticket.ts';
import { addTidyRoutes } from './routes/tidy.ts';
import { addTroubleRoutes } from './routes/trouble.ts';
import { addViewsRoutes } from './routes/views.ts';
import { addWaitingRoutes } from './routes/waiting.ts';
import { addWriteRoutes } from './routes/write.ts';
import { createStatusBoard } from './status.ts';
import { createTicketViews } from './ticket-views.ts';
import { createToasts } from './toasts.ts';

export interface HttpServer {
  /** Resolves when connections are taken; `port` is the one the system gave. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  close(): Promise<void>;
  readonly requestListener: RequestListener;
}

export function createHttpServer(deps: ViewerDeps, options: HttpOptions): HttpServer {
  const { config, renderer, log } = deps;
  const cookies = createCookies(
    () => config.current().desk.publicUrl?.startsWith('https:') === true,
  );
  const visitor = createVisitor(deps, cookies);
  const lists = createFreshLists(deps);
  const status = createStatusBoard({ ...deps, lists });
  const toasts = createToasts(deps);
  const bell = createBell(deps);
  const pages = createPages({ ...deps, status, visitor, toasts, dataNote: options.dataNote, bell });
  const shelf = createAttachmentShelf(deps);
  const messagePages = createMessagePages({ ...deps, shelf });
  const contactFiles = createContactFiles({ shelf });
  const views = createTicketViews({ ...deps, messagePages, contactFiles });
  /** Whatever it reads, it finds where it is now. */
  const following = createPastReader(deps.reader, toInstant(Number.MAX_SAFE_INTEGER));
  const pastViews = createTicketViews({ ...deps, messagePages, contactFiles, reader: following });
  const pastPage = createPastPage({ ...deps, pages, pastViews });
  const customerViews = createCustomerViews(deps);
  const entrance = createEntrance({ ...deps, cookies, visitor });
  const offers = createOfferViews({ ...deps, views });
  const insertions = createInsertions(deps);
  const parts = {
    ...deps,
    cookies,
    visitor,
    pages,
    views,
    customerViews,
    pastPage,
    entrance,
    offers,
    insertions,
    shelf,
    messagePages,
  };

  let isClosing = false;

  const router = new Router();
  const loginPage = addLoginRoutes(router, parts);
  addOpenidRoutes(router, { ...parts, loginPage });
  addSecondStepRoutes(router, parts);
  addAccountRoutes(router, parts);
  addAgentRoutes(router, parts);
  addAuditRoutes(router, parts);
  addEscalationsRoutes(router, parts);
  addAnswersUsageRoutes(router, parts);
  addListRoutes(router, parts);
  const ticketPage = createTicketPage(parts);
  addTicketRoutes(router, ticketPage, parts);
  addWriteRoutes(router, ticketPage, parts);
  addDraftRoutes(router, ticketPage, parts);
  addOfferRoutes(router, parts);
  addPaletteRoutes(router, { ...parts, lists });
  addComposeRoutes(router, ticketPage, parts);
  addRegroupRoutes(router, ticketPage, parts);
  addFieldRoutes(router, ticketPage, parts);
  addTidyRoutes(router, ticketPage, { ...parts, lists });
  addBulkRoutes(router, parts);
  addMessageRoutes(router, parts);
  addFaxPageRoutes(router, parts);
  addHistoryRoutes(router, parts);
  addExportRoutes(router, parts);
  addPrivacyRoutes(router, parts);
  addCustomerRoutes(router, parts);
  addAnswerRoutes(router, parts);
  addDeskRoutes(router, parts);
  addTroubleRoutes(router, parts);
  addTeamRoutes(router, ticketPage, parts);
  addAppointmentRoutes(router, parts);
  addFeedRoutes(router, parts);
  addPresenceRoutes(router, parts);
  addAbsenceRoutes(router, parts);
  addKeyRoutes(router, parts);
  addOverviewRoutes(router, parts);
  addWaitingRoutes(router, ticketPage, parts);
  addNotificationRoutes(router, { ...parts, bell });
  addFirstStepsRoutes(router, { ...parts, lists });
  addShellRoutes(router, parts);
  addViewsRoutes(router, parts);
  addSuggestRoutes(router, { ...parts, lists });
  const streams = addEventRoutes(router, parts);

  // An address for people beside our own endpoint means that a proxy stands in front, which says who asks.
  const hasProxy = config.current().desk.publicUrl !== undefined;
  const app = new Koa({ proxy: hasProxy, maxIpsCount: 1 });
  for (const middleware of options.middleware ?? []) app.use(middleware);
  app.use(async (ctx, next) => {
    await next();
    // A connection that stays open would keep a server that closes from ending.
    if (isClosing) ctx.set('Connection', 'close');
  });
  app.on('error', (error: unknown) => {
    // Somebody closed his page before it had come; nobody can do anything about that.
    const level = hasGone(error) ? 'debug' : 'warn';
    log[level]('http.broken-answer', { cause: String(error) });
  });
  app.use(createTransfer(deps.random));
  app.use(catchFailures({ ...deps, show: pages.showFailure }));
  app.use(setHeaders);
  for (const extra of options.routers) {
    app.use(extra.routes());
    app.use(extra.allowedMethods());
  }
  app.use(serveAssets(renderer.assets));
  app.use(async (ctx, next) => {
    await visitor.recognise(ctx);
    await next();
  });
  app.use(noteReadings({ ...deps, visitor }));
  app.use(router.routes());
  app.use(
    router.allowedMethods({
      throw: true,
      methodNotAllowed: () => new PageRefusal('method-not-allowed'),
      notImplemented: () => new PageRefusal('method-not-allowed'),
    }),
  );

  const requestListener = app.callback();
  const server = createServer(requestListener);

  return {
    requestListener,
    listen: () =>
      new Promise((resolve, reject) => {
        const { host, port } = options.listen;
        server.once('error', (error) => reject(cannotListen(host, port, error)));
        server.listen({ host, port }, () => {
          server.removeAllListeners('error');
          const address = server.address();
          resolve({
            host,
            port: typeof address === 'object' && address !== null ? address.port : port,
          });
        });
      }),
    close: () =>
      new Promise((resolve, reject) => {
        isClosing = true;
        streams.close();
        status.close();
        lists.close();
        if (!server.listening) return resolve();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeIdleConnections();
      }),
  };
}

function cannotListen(host: string, port: number, error: Error): Fault {
  return new Fault('config-invalid', {
    retry: 'never',
    detail: `Cannot listen for HTTP on ${host}:${port}: ${error.message}`,
    cause: error,
  });
}
