/** Reading a ticket closely: its history, its mail traffic, the source of a message, the whole on paper. */
import type Router from '@koa/router';
import { createLimit } from '../../../base/serial.ts';
import { type MessageName, parseMessageName } from '../../../core/ticket/event.ts';
import { splitSource } from '../../../storage/message-file.ts';
import type { StoredMessage, TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { InnerMails } from '../inner-mails.ts';
import { mayOn } from '../may-on.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentHistory, readFilter } from '../presenters/history.ts';
import { subjectOf } from '../presenters/list.ts';
import { presentSlider } from '../presenters/past.ts';
import { presentPrint } from '../presenters/print.ts';
import { presentSource } from '../presenters/source.ts';
import { type Envelope, isMail, presentTraffic, readTrace } from '../presenters/traffic.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';
import { readTicket } from './ticket.ts';

export interface HistoryDeps extends Pick<ViewerDeps, 'reader' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
  readonly innerMails: InnerMails;
}

/** Mails on one page of the traffic: each file is read for its envelope. */
const mostMails = 50;
const atATime = 4;

export function addHistoryRoutes(
  router: Router,
  { reader, config, visitor, pages, views, innerMails }: HistoryDeps,
): void {
  router.get(
    '/tickets/:number/history',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const words = views.words(visit);
      await pages.show(ctx, visit, {
        template: 'history',
        title: titleOf('history.title', folder, visit),
        view: {
          history: presentHistory(folder, words, readFilter(ctx.query)),
          slider: presentSlider(folder),
          ticket: { tidy: views.tidy(folder, visit) },
        },
      });
    }),
  );

  router.get('/tickets/:number/traffic', visitor.member(showTraffic));
  router.get('/tickets/:number/messages/:name/source', visitor.member(showSource));

  router.get(
    '/tickets/:number/print',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const withNotes = textOf(ctx.query.notes) !== '0';
      const [bodies, mails] = await Promise.all([
        views.readBodies(folder),
        innerMails.findAll(
          folder.number,
          folder.messages.map(({ event }) => event),
        ),
      ]);
      pages.showGate(ctx, visit, {
        template: 'print',
        title: `${folder.number} ${subjectOf(folder.ticket.subject, visit.locale)}`,
        view: { print: presentPrint({ folder, bodies, withNotes, mails }, views.words(visit)) },
      });
    }),
  );

  async function showTraffic(ctx: PageContext, visit: Visit): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const { locale } = visit;
    const mails = folder.messages.filter(isMail).toReversed();
    const count = Math.max(1, Math.ceil(mails.length / mostMails));
    const page = Math.min(count, Math.max(1, Math.trunc(Number(textOf(ctx.query.page))) || 1));
    const shown = mails.slice((page - 1) * mostMails, page * mostMails);
    const href = `/tickets/${folder.number}`;
    await pages.show(ctx, visit, {
      template: 'traffic',
      title: titleOf('traffic.title', folder, visit),
      view: {
        traffic: {
          number: folder.number,
          href,
          historyHref: `${href}/history`,
          subject: subjectOf(folder.ticket.subject, locale),
          language: folder.ticket.language,
          count: locale.text('traffic.count', { count: mails.length }),
          olderHref: page < count ? `${href}/traffic?page=${page + 1}` : undefined,
          newerHref: page > 1 ? `${href}/traffic?page=${page - 1}` : undefined,
          mails: presentTraffic(
            { folder, shown, envelopes: await readEnvelopes(folder, shown) },
            views.words(visit),
          ),
        },
      },
    });
  }

  async function readEnvelopes(
    folder: TicketFolder,
    shown: readonly StoredMessage[],
  ): Promise<ReadonlyMap<MessageName, Envelope>> {
    const limit = createLimit(atATime);
    const read = shown
      .filter(({ event }) => event.kind === 'mail-in')
      .map(({ event }) =>
        limit.run(async () => {
          const bytes = await reader.readFile(folder.number, event.name);
          const trace = bytes === undefined ? '' : splitSource(bytes).trace.toString('utf8');
          return [event.name, readTrace(trace)] as const;
        }),
      );
    return new Map(await Promise.all(read));
  }

  async function showSource(ctx: PageContext, visit: Visit): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const name = parseMessageName(ctx.params.name ?? '');
    const event = folder.messages.find((message) => message.event.name === name)?.event;
    const bytes = event && (await reader.readFile(folder.number, event.name));
    if (event === undefined || bytes === undefined) throw new PageRefusal('unknown-message');
    const href = `/tickets/${folder.number}/messages/${encodeURIComponent(event.name)}`;
    const page = Math.trunc(Number(textOf(ctx.query.page))) || 1;
    const words = views.words(visit);
    await pages.show(ctx, visit, {
      template: 'source',
      title: visit.locale.text('source.title', { number: folder.number }),
      view: {
        source: {
          number: folder.number,
          href: `/tickets/${folder.number}`,
          name: event.name,
          time: words.dates.exact(event.time),
          originalHref: `${href}/raw`,
          redactHref: mayOn(visit.agent, folder.ticket, config.current().queues)('administer')
            ? `${href}/redact`
            : undefined,
          ...presentSource(
            { source: splitSource(bytes), page, href: `${href}/source` },
            visit.locale,
          ),
        },
      },
    });
  }
}

function titleOf(
  key: 'history.title' | 'traffic.title',
  { ticket }: TicketFolder,
  { locale }: Visit,
): string {
  return locale.text(key, { subject: subjectOf(ticket.subject, locale) });
}
