/**
 * The stream of changes (server-sent events): one `ticket` event for each change of the index, one `presence` event
 * for each change of who is at a ticket.
 *
 * Promises: a listener that does not read is dropped, so it costs no memory; closing ends every stream. A page of a
 * ticket names it and its seat: then its reader looks at the ticket as long as the stream is open.
 */
import type { ServerResponse } from 'node:http';
import type Router from '@koa/router';
import { type Clock, type Duration, type Instant, minute, second } from '../../../base/clock.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { isReadable } from '../../../core/ticket/rights.ts';
import type { Accounts } from '../../../services/accounts/accounts.ts';
import {
  type IndexChange,
  readableRecord,
  type TicketIndex,
} from '../../../services/index/index.ts';
import type { Notification } from '../../../services/notifications/notification-file.ts';
import type { Notifications } from '../../../services/notifications/notifications.ts';
import type { Presence, Seat } from '../../../services/presence.ts';
import type { Sight } from '../../../services/sight.ts';
import type { PageContext } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { namesOf } from '../presenters/people.ts';
import { presentPresence } from '../presenters/presence.ts';
import { createSessionWatch, type SessionWatchDeps } from '../session-watch.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';
import { seatId, streamLasts, viewId } from './presence.ts';

export interface EventStreams {
  close(): void;
}

export interface EventsDeps extends SessionWatchDeps {
  readonly index: Pick<TicketIndex, 'onChange'>;
  readonly presence: Presence;
  readonly sight: Pick<Sight, 'mayRead' | 'readerOf'>;
  readonly accounts: Pick<Accounts, 'list'>;
  readonly notifications: Pick<Notifications, 'onTold'>;
  readonly clock: Clock;
  readonly visitor: Visitor;
}

interface Listener {
  readonly visit: Visit;
  /** The ticket that its page shows, if it shows one. */
  readonly seat: Seat | undefined;
}

const beatEvery = 25 * second;
/** How old a page may be when its first stream opens, to hear what changed since it was made. */
const longestMissed: Duration = minute;
const mostMissed = 500;
/** Tickets of which a list hears when its stream opens; more than it shows. */
const mostTold = 500;
/** Bytes that may wait for a slow listener. */
const mostWaiting = 256_000;

export function addEventRoutes(router: Router, deps: EventsDeps): EventStreams {
  const { index, presence, sight, accounts, notifications, clock, visitor } = deps;
  const sessionWatch = createSessionWatch(deps);
  const listeners = new Map<ServerResponse, Listener>();
  /** Which stream holds a seat: one that opens again comes before the end of the old one is noticed. */
  const seated = new Map<string, ServerResponse>();
  /** What pages may have missed that are being loaded, oldest first. */
  let recent: { readonly at: Instant; readonly change: IndexChange }[] = [];
  let cancelBeat = () => {};

  const stop = index.onChange(tellChange);
  const stopPresence = presence.onChange(tellPresence);
  const stopNews = notifications.onTold(tellNews);
  beat();

  function beat(): void {
    cancelBeat = clock.after(beatEvery, () => {
      // Keeps proxies from closing a quiet stream, and pages from taking the desk for away.
      tellAll('event: beat\ndata: {}\n\n');
      // Not `look`: a page in a hidden tab has left, though its stream is open.
      for (const { seat } of listeners.values())
        if (seat !== undefined) presence.renew(seat.id, streamLasts);
      beat();
    });
  }

  /** That a ticket is gone is no news of what was in it. */
  function tellChange(change: IndexChange): void {
    const now = clock.now();
    const kept = recent.slice(1 - mostMissed).filter(({ at }) => at >= now - longestMissed);
    recent = [...kept, { at: now, change }];
    for (const [listener, { visit }] of listeners) tellOne(listener, visit, change);
  }

  function tellOne(listener: ServerResponse, visit: Visit, change: IndexChange): void {
    const reader = sight.readerOf(visit.agent);
    const { record } = change;
    if (reader === undefined || record === undefined || isReadable(readableRecord(record), reader))
      tell(listener, formatChange(change));
  }

  /** Of several pages of one agent, the id tells which news it is, so that one of them rings for it. */
  function tellNews(
    login: string,
    { message }: Pick<Notification, 'message'>,
    isQuiet: boolean,
  ): void {
    const data = JSON.stringify({ id: message, ...(isQuiet ? { quiet: true } : {}) });
    for (const [listener, { visit }] of listeners)
      if (visit.agent.login === login) tell(listener, `event: news\ndata: ${data}\n\n`);
  }

  function tellAll(text: string): void {
    for (const listener of listeners.keys()) tell(listener, text);
  }

  function tell(listener: ServerResponse, text: string): void {
    if (listener.writableLength > mostWaiting) listener.destroy();
    else if (!listener.writableEnded) listener.write(text);
  }

  /** Lists hear of every ticket, a ticket's page of its own. */
  function tellPresence(ticket: TicketNumber): void {
    for (const [listener, { visit, seat }] of listeners)
      if (seat === undefined || seat.ticket === ticket) void tellWhoIsAt(listener, ticket, visit);
  }

  async function tellWhoIsAt(
    listener: ServerResponse,
    ticket: TicketNumber,
    visit: Visit,
  ): Promise<void> {
    // Nobody is waiting for this word; what cannot be read now is not told.
    const mayRead = await sight.mayRead(visit.agent, ticket).catch(() => false);
    if (mayRead && listeners.has(listener)) tell(listener, formatPresence(ticket, visit));
  }

  function formatPresence(ticket: TicketNumber, { locale, agent }: Visit): string {
    const nameOf = namesOf(accounts.list());
    const words = { locale, nameOf, login: agent.login };
    const view = presentPresence(presence.at(ticket), words);
    return `event: presence\ndata: ${JSON.stringify({ number: ticket, ...view })}\n\n`;
  }

  router.get(
    '/events',
    visitor.member(async (ctx, visit) => {
      ctx.respond = false;
      const { res } = ctx;
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        'X-Content-Type-Options': 'nosniff',
      });
      res.write('retry: 2000\n\n');
      const seat = seatOf(ctx, visit);
      listeners.set(res, { visit, seat });
      sessionWatch.watch(ctx, res);
      res.on('close', () => forget(res, seat));
      if (seat !== undefined) takeSeat(res, seat);
      // What changed since the page was made was told to nobody here.
      const made = clock.now() - ageOf(ctx);
      for (const { at, change } of recent) if (at >= made) tellOne(res, visit, change);
      const shown = seat === undefined ? presence.tickets().slice(0, mostTold) : [seat.ticket];
      for (const ticket of shown) void tellWhoIsAt(res, ticket, visit);
    }),
  );

  function takeSeat(res: ServerResponse, seat: Seat): void {
    seated.set(seat.id, res);
    presence.look(seat, streamLasts);
    // Loading the page counted as looking for a while; from now on the stream knows better.
    presence.leave(viewId(seat.agent, seat.ticket));
  }

  function forget(res: ServerResponse, seat: Seat | undefined): void {
    listeners.delete(res);
    if (seat === undefined || seated.get(seat.id) !== res) return;
    seated.delete(seat.id);
    presence.leave(seat.id);
  }

  return {
    close() {
      stop();
      stopPresence();
      stopNews();
      sessionWatch.close();
      cancelBeat();
      for (const listener of listeners.keys()) listener.end();
      listeners.clear();
    },
  };
}

function seatOf(ctx: PageContext, { agent }: Visit): Seat | undefined {
  const ticket = parseTicketNumber(textOf(ctx.query.ticket));
  const id = seatId(agent.login, textOf(ctx.query.seat));
  return ticket === undefined || id === undefined ? undefined : { id, ticket, agent: agent.login };
}

/** Milliseconds since the page was asked for, as its script says; for a stream that is opened again it says none. */
function ageOf(ctx: PageContext): Duration {
  const text = textOf(ctx.query.age);
  return /^\d{1,6}$/.test(text) ? Math.min(Number(text), longestMissed) : -1;
}

function formatChange({ number, isNew }: IndexChange): string {
  return `event: ticket\ndata: ${JSON.stringify({ number, isNew })}\n\n`;
}
