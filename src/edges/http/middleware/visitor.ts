/**
 * Who is asking, in which language, and whether a form may act.
 *
 * Promises: without a valid session only log-in pages answer; a form acts only when it carries the token of the
 * session (or, before log-in, of the guest cookie) and does not come from another site.
 * Leaves to others: what the pages show.
 */
import type { Context } from 'koa';
import { day } from '../../../base/clock.ts';
import { randomText } from '../../../base/random.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import { rightsIn } from '../../../core/ticket/rights.ts';
import type { Agent, Origin, Session, WayIn } from '../../../services/accounts/accounts.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import {
  densities,
  type GuestVisit,
  type Look,
  type Said,
  type SaidAbout,
  type ToastKey,
  themes,
  toastKeys,
  type Visit,
} from '../visit.ts';
import type { Cookies } from './cookies.ts';
import { type Form, readForm } from './form.ts';

export type Handler = (ctx: PageContext) => Promise<void>;

export interface Visitor {
  /** Looks once a request who is asking; to be run before anything that shows a page. */
  recognise(ctx: Context): Promise<void>;
  /** Whose request it is; undefined for guests. */
  sessionOf(ctx: Context): Session | undefined;
  originOf(ctx: Context): Origin;
  /** A page for those who are logged in; others are sent to the log-in. */
  member(show: (ctx: PageContext, visit: Visit) => Promise<void>): Handler;
  memberForm(act: (ctx: PageContext, visit: Visit, form: Form) => Promise<void>): Handler;
  /** A page for everybody; `agent` when logged in. */
  guest(
    show: (ctx: PageContext, visit: GuestVisit, agent: Agent | undefined) => Promise<void>,
  ): Handler;
  guestForm(
    act: (
      ctx: PageContext,
      visit: GuestVisit,
      form: Form,
      agent: Agent | undefined,
    ) => Promise<void>,
  ): Handler;
  /** Language and look, for pages that must be shown in any case. */
  guestVisit(ctx: Context): GuestVisit;
  openSession(ctx: Context, agent: Agent, way: WayIn): Promise<void>;
  endSession(ctx: Context): Promise<void>;
  say(ctx: Context, toast: ToastKey, about?: SaidAbout): void;
  takeToast(ctx: Context): Said | undefined;
}

type Deps = Pick<ViewerDeps, 'sight' | 'access' | 'config' | 'readMarks' | 'renderer' | 'random'>;

/** Where a second step is set up. */
export const totpPath = '/account/totp';

const hourMs = 3_600_000;
const guestLasts = day;

export function createVisitor(
  { sight, access, config, readMarks, renderer, random }: Deps,
  cookies: Cookies,
): Visitor {
  const { locales } = renderer;
  const { sessions } = access;
  const recognised = new WeakMap<Context['req'], Session>();

  const readSession = (ctx: Context) => recognised.get(ctx.req);

  function originOf(ctx: Context): Origin {
    return { address: ctx.ip, browser: ctx.get('User-Agent') };
  }

  function localeOf(ctx: Context, agent: Agent | undefined): Locale {
    const chosen = agent?.language ?? cookies.read(ctx, 'language');
    const known = chosen === undefined ? undefined : locales.find(chosen);
    return known ?? locales.choose(ctx.get('Accept-Language'), config.current().desk.language);
  }

  function zoneOf(agent: Agent | undefined): string {
    return agent?.timeZone ?? config.current().desk.timeZone;
  }

  function visitOf(ctx: Context, agent: Agent, csrf: string): Visit {
    return {
      agent,
      csrf,
      locale: localeOf(ctx, agent),
      look: lookOf(ctx),
      timeZone: zoneOf(agent),
      may: (right, queue) => rightsIn(queue, agent.roles, config.current().queues).has(right),
    };
  }

  function lookOf(ctx: Context): Look {
    const words = (cookies.read(ctx, 'look') ?? '').split('.');
    return {
      theme: themes.find((theme) => words.includes(theme)) ?? 'system',
      density: densities.find((density) => words.includes(density)) ?? 'comfortable',
    };
  }

  function guestToken(ctx: Context): string {
    const known = cookies.read(ctx, 'guest') ?? '';
    if (/^[a-z2-7]{26}$/.test(known)) return known;
    const token = randomText(random, 26);
    cookies.write(ctx, 'guest', token, guestLasts);
    return token;
  }

  function guestVisitOf(ctx: Context, agent: Agent | undefined, csrf: string): GuestVisit {
    return { csrf, locale: localeOf(ctx, agent), look: lookOf(ctx), timeZone: zoneOf(agent) };
  }

  /** Whatever is below the address of a ticket is only for who may read that ticket. */
  async function refuseHidden(ctx: PageContext, agent: Agent): Promise<void> {
    const number = parseTicketNumber(ctx.params.number ?? '');
    if (number !== undefined && !(await sight.mayRead(agent, number)))
      throw new PageRefusal('unknown-ticket');
  }

  /** Throws unless the form comes from a page of ours. */
  async function readOwnForm(ctx: Context, token: string): Promise<Form> {
    refuseCrossSite(ctx, config.current().desk.publicUrl);
    const form = await readForm(ctx);
    if (token === '' || form.get('csrf') !== token) throw new PageRefusal('form-expired');
    return form;
  }

  /** Whoever must set up a second step first is led there; true when he is. */
  function leadsToTotp(ctx: Context, { agent, way }: Session): boolean {
    // The provider has its own second step.
    const isNeeded = way !== 'openid' && access.needsTotp(agent);
    if (!isNeeded || ctx.path === totpPath || ctx.path === '/logout') return false;
    ctx.status = 303;
    ctx.redirect(totpPath);
    return true;
  }

  function toLogin(ctx: Context): void {
    const wanted =
      ctx.method === 'GET' && ctx.path !== '/' ? `?back=${encodeURIComponent(ctx.url)}` : '';
    ctx.status = 303;
    ctx.redirect(`/login${wanted}`);
  }

  return {
    async recognise(ctx) {
      const cookie = cookies.read(ctx, 'session') ?? '';
      const session = cookie === '' ? undefined : await sessions.read(cookie);
      if (session !== undefined) recognised.set(ctx.req, session);
    },
    sessionOf: readSession,
    originOf,
    member: (show) => async (ctx) => {
      const session = readSession(ctx);
      if (session === undefined) return toLogin(ctx);
      await refuseHidden(ctx, session.agent);
      if (leadsToTotp(ctx, session)) return;
      await readMarks.load(session.agent.login);
      await show(ctx, visitOf(ctx, session.agent, session.csrf));
    },
    memberForm: (act) => async (ctx) => {
      const session = readSession(ctx);
      if (session === undefined) return toLogin(ctx);
      if (leadsToTotp(ctx, session)) return;
      const form = await readOwnForm(ctx, session.csrf);
      await refuseHidden(ctx, session.agent);
      await readMarks.load(session.agent.login);
      await act(ctx, visitOf(ctx, session.agent, session.csrf), form);
    },
    guest: (show) => async (ctx) => {
      const session = readSession(ctx);
      await show(
        ctx,
        guestVisitOf(ctx, session?.agent, session?.csrf ?? guestToken(ctx)),
        session?.agent,
      );
    },
    guestForm: (act) => async (ctx) => {
      const session = readSession(ctx);
      const token = session?.csrf ?? cookies.read(ctx, 'guest') ?? '';
      const form = await readOwnForm(ctx, token);
      await act(ctx, guestVisitOf(ctx, session?.agent, token), form, session?.agent);
    },
    guestVisit: (ctx) => {
      const session = readSession(ctx);
      return guestVisitOf(ctx, session?.agent, session?.csrf ?? guestToken(ctx));
    },
    async openSession(ctx, agent, way) {
      const cookie = await sessions.open(agent, { ...originOf(ctx), way });
      cookies.write(ctx, 'session', cookie, config.current().desk.sessionHours * hourMs);
    },
    async endSession(ctx) {
      const session = readSession(ctx);
      if (session !== undefined) await sessions.end(session.agent.login, session.id);
      cookies.clear(ctx, 'session');
    },
    say: (ctx, toast, about) => cookies.write(ctx, 'said', formatSaid(toast, about)),
    takeToast(ctx) {
      // The script refreshes pages in the background; nobody reads what those would say.
      if (ctx.get('X-Refresh') !== '') return undefined;
      const said = cookies.read(ctx, 'said');
      if (said === undefined || said === '') return undefined;
      cookies.clear(ctx, 'said');
      return parseSaid(said);
    },
  };
}

/**
 * Fetch metadata says where a form comes from. Without it (plain http beyond this machine, old browsers) the Origin
 * must be ours; our own referrer policy makes browsers send `null`, and then the token alone decides.
 */
function refuseCrossSite(ctx: Context, publicUrl: string | undefined): void {
  const site = ctx.get('Sec-Fetch-Site');
  if (site !== '') {
    if (site === 'same-origin' || site === 'none') return;
    throw new PageRefusal('cross-site');
  }
  const origin = ctx.get('Origin');
  if (origin === '' || origin === 'null') return;
  const own = [
    `http://${ctx.host}`,
    `https://${ctx.host}`,
    publicUrl === undefined ? '' : originOf(publicUrl),
  ];
  if (!own.includes(origin)) throw new PageRefusal('cross-site');
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

function formatSaid(toast: ToastKey, about: SaidAbout | undefined): string {
  const words = new URLSearchParams({ toast });
  if (about?.kind === 'event') {
    words.set('ticket', about.ticket);
    words.set('event', about.event);
  } else if (about !== undefined) {
    words.set('batch', about.batch);
    words.set('count', String(about.count));
  }
  return words.toString();
}

function parseSaid(text: string): Said | undefined {
  const words = new URLSearchParams(text);
  const toast = toastKeys.find((key) => key === words.get('toast'));
  if (toast === undefined) return undefined;
  const [ticket, event, batch] = ['ticket', 'event', 'batch'].map((name) => words.get(name) ?? '');
  const count = Number(words.get('count'));
  if (ticket !== undefined && event !== undefined && ticket !== '' && event !== '')
    return { toast, about: { kind: 'event', ticket, event } };
  if (batch !== undefined && batch !== '' && Number.isSafeInteger(count))
    return { toast, about: { kind: 'batch', batch, count } };
  return { toast, about: undefined };
}

/** Short enough for a cookie of 4 kB, in which it waits while somebody logs in in two steps. */
export function keptBack(back: string): string {
  return back.length <= 1000 ? back : '/';
}

/** A path on this desk, for coming back to; anything else becomes the start page. */
export function safeBack(text: string): string {
  return text.length < 4000 && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : '/';
}
