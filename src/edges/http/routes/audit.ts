/** The log of log-ins and of what was read, for admins. */
import type Router from '@koa/router';
import { day, formatMailDate, type Instant, parseInstant, toInstant } from '../../../base/clock.ts';
import type { AuditQuery } from '../../../services/audit/audit.ts';
import type { AuditEntry } from '../../../services/audit/entry.ts';
import type { ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { deviceText, type PageWords, timeText } from '../presenters/account.ts';
import { eventText } from '../presenters/audit.ts';
import { requireAdmin } from './agents.ts';
import { textOf } from './login.ts';

export interface AuditDeps extends Pick<ViewerDeps, 'audit' | 'accounts' | 'config' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

const mostShown = 200;

export function addAuditRoutes(
  router: Router,
  { audit, accounts, config, clock, visitor, pages }: AuditDeps,
): void {
  router.get(
    '/audit',
    visitor.member(async (ctx, visit) => {
      requireAdmin(visit);
      const { locale } = visit;
      const { timeZone, auditDays } = config.current().desk;
      const kind = textOf(ctx.query.kind) === 'reads' ? 'reads' : 'logins';
      const wanted = {
        agent: textOf(ctx.query.agent).trim().slice(0, 64),
        ticket: textOf(ctx.query.ticket).trim().replace(/^#/, '').slice(0, 30),
        day: textOf(ctx.query.day).slice(0, 10),
      };
      const page = await audit.list(toQuery(kind, wanted, timeZone));
      const words = { locale, dates: locale.dates(timeZone), now: clock.now() };
      await pages.show(ctx, visit, {
        template: 'audit',
        title: locale.text('audit.title'),
        view: {
          kind,
          wanted,
          agents: accounts.list().map(({ login, name }) => ({ login, name })),
          entries: page.entries.map((entry) => presentEntry(entry, words)),
          isAll: page.isAll,
          kept: locale.text('audit.kept', { count: auditDays }),
          loginsHref: '/audit',
          readsHref: '/audit?kind=reads',
        },
      });
    }),
  );
}

function presentEntry(entry: AuditEntry, words: PageWords) {
  return {
    time: timeText(entry.time, words),
    agent: entry.agent ?? words.locale.text('audit.nobody'),
    by: entry.by ?? '',
    text: eventText(entry, words.locale),
    isRefused: entry.event === 'log-in-refused',
    ticket: entry.ticket ?? '',
    detail: entry.event === 'read' ? (entry.detail ?? '') : '',
    address: entry.address ?? '',
    device: entry.browser === undefined ? '' : deviceText(entry.browser, words.locale),
  };
}

function toQuery(
  kind: AuditQuery['kind'],
  wanted: { readonly agent: string; readonly ticket: string; readonly day: string },
  timeZone: string,
): AuditQuery {
  const from = startOfDay(wanted.day, timeZone);
  return {
    kind,
    most: mostShown,
    ...(wanted.agent === '' ? {} : { agent: wanted.agent }),
    ...(wanted.ticket === '' || kind === 'logins' ? {} : { ticket: wanted.ticket }),
    ...(from === undefined ? {} : { from, until: toInstant(from + day) }),
  };
}

/** Midnight of the desk's own day; undefined for what is no day. */
function startOfDay(text: string, timeZone: string): Instant | undefined {
  const noon = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseInstant(`${text}T12:00:00Z`) : undefined;
  if (noon === undefined) return undefined;
  const offset = formatMailDate(noon, timeZone).slice(-5);
  return parseInstant(`${text}T00:00:00${offset.slice(0, 3)}:${offset.slice(3)}`);
}
