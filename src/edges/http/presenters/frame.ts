/**
 * What stands around every page: the tree of queues, the menus, the languages.
 *
 * Promises: pure; every link leads somewhere.
 */
import type { DeskConfig } from '../../../config/config.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { QueueCount } from '../../../services/index/index.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { densities, type GuestVisit, type Look, themes, type Visit } from '../visit.ts';
import { presentAway } from './away.ts';
import { type KeyPlaces, pageKeys, presentKeyHelp } from './keys.ts';
import { initialsOf } from './people.ts';
import type { ToastView } from './toast.ts';
import { type CountedView, presentViewLinks } from './view-links.ts';

/** What the tree counts, and what the whole desk has to say. */
export interface DeskStatus {
  readonly mine: number;
  readonly waiting: number;
  /** What the reader has put aside. */
  readonly snoozed: number;
  /** Late tickets; undefined where nothing can be due. */
  readonly late?: number | undefined;
  readonly mentioned: number;
  readonly watched: number;
  /** Agents who are away, for whom the reader stands in, each with the open tickets. */
  readonly standIns: readonly {
    readonly login: string;
    readonly name: string;
    readonly open: number;
  }[];
  readonly unowned: number;
  readonly queues: readonly QueueCount[];
  readonly views: OpenViews;
  readonly outbox: number;
  readonly trouble: number;
  readonly configProblems: number;
  /** The search; told to admins alone. */
  readonly isOutgrown?: boolean;
  /** Mails that nothing accounts for. */
  readonly unaccounted: number;
  readonly isReady: boolean;
  readonly saved: readonly CountedView[];
  /** First steps that are still open; undefined where they are not offered. */
  readonly openSteps?: number | undefined;
}

export interface FrameRequest {
  readonly visit: Visit;
  readonly status: DeskStatus;
  /** Path and query of the page, where a form comes back to. */
  readonly here: string;
  readonly title: string;
  /** Of the list that is shown. */
  readonly query?: string;
  /** An event stream of this page is worth listening to. */
  readonly live?: { readonly kind: 'list' | 'ticket'; readonly number?: string };
  /** Said once, after something was done. */
  readonly toast: ToastView | undefined;
  readonly dataNote: string | undefined;
  /** Notifications that the agent has not seen, and the tickets that they are about. */
  readonly unread: number;
  readonly unreadTickets: readonly string[];
}

export interface TreeLink {
  readonly href: string;
  readonly name: string;
  readonly sign: string;
  readonly count: number | undefined;
  readonly isCurrent: boolean;
}

export interface QueueLink extends TreeLink {
  /** Late ones, those of the queues within it included. */
  readonly late: number;
  readonly children: readonly QueueLink[];
}

export const queryAllOpen = 'is:open';
export const queryClosed = 'is:closed';
/** Answers that wait for their time. */
export const queryScheduled = 'is:scheduled';

/** Of whoever asks: mine, or of somebody for whom I stand in, and it is our turn. */
export const queryWaiting = 'waiting:me -snoozed:me';
/** What whoever asks has put aside. */
export const querySnoozed = 'snoozed:me';
export const queryLate = 'is:late';
export const queryMentioned = 'mentioned:me';
export const queryWatched = 'watched:me is:open';

/** The views of what waits for somebody. */
export interface OpenViews {
  readonly allOpen: string;
  readonly unowned: string;
  /** What a filter puts into this queue waits for nobody, and is left out. */
  readonly leftOut: string | undefined;
}

export function openViews({
  spamFilter,
  junkQueue,
}: Pick<DeskConfig, 'spamFilter' | 'junkQueue'>): OpenViews {
  const leftOut = spamFilter === undefined ? undefined : junkQueue;
  const without = leftOut === undefined ? '' : ` -queue:${quoteValue(leftOut)}`;
  return { allOpen: `${queryAllOpen}${without}`, unowned: `is:unowned is:open${without}`, leftOut };
}

export function queryOwn(login: string): string {
  return `owner:${quoteValue(login)} is:open`;
}

/** What is the agent's own, and he has not put aside. */
export function queryMine(login: string): string {
  return `${queryOwn(login)} -snoozed:me`;
}

export function queryQueue(queue: string): string {
  return `queue:${quoteValue(queue)} is:open`;
}

export function quoteValue(value: string): string {
  return /^[\p{L}\p{N}:@._+-]+$/u.test(value) ? value : `"${value.replaceAll('"', ' ')}"`;
}

export function listHref(query: string): string {
  return `/tickets?q=${encodeURIComponent(query)}`;
}

export function presentFrame(request: FrameRequest) {
  const { visit, status, here, title, query, live, toast, dataNote, unread } = request;
  const { agent } = visit;
  return {
    ...presentPage(visit, here, title),
    query: query ?? '',
    user: presentUser(agent),
    tree: presentTree(request),
    tabs: presentTabs(request),
    problems: status.configProblems,
    unaccounted: status.unaccounted,
    isReady: status.isReady,
    openSteps: /^\/begin\b/.test(here) ? 0 : (status.openSteps ?? 0),
    toast,
    newHref: status.queues.some(
      ({ queue }) => visit.may('answer', queue) || visit.may('note', queue),
    )
      ? '/new'
      : undefined,
    live: live === undefined ? undefined : { kind: live.kind, number: live.number ?? '' },
    dataNote,
    palette: JSON.stringify(visit.locale.plurals('palette.found')),
    keys: pageKeys(visit),
    help: presentKeyHelp(visit, keyPlaces(request)),
    unread,
    unreadTickets: request.unreadTickets.join(' '),
    away: presentAway(visit.locale),
    unreadShown: `${visit.locale.number(Math.min(unread, 99))}${unread > 99 ? '+' : ''}`,
  };
}

/** Where the keys for places lead. */
function keyPlaces({ visit, status }: FrameRequest): KeyPlaces {
  return {
    'go-mine': listHref(queryMine(visit.agent.login)),
    'go-waiting': listHref(queryWaiting),
    'go-unowned': listHref(status.views.unowned),
    'go-open': listHref(status.views.allOpen),
    'go-escalations': '/escalations',
    'go-answers': '/answers',
    'go-scheduled': listHref(queryScheduled),
    'go-overview': '/overview',
    'go-notifications': '/notifications',
  };
}

/** What every page has, also before anybody logged in. */
export function presentPage({ look, csrf }: GuestVisit, here: string, title: string) {
  return { title, here, csrf, ...presentLook(look) };
}

export function presentLanguages(all: readonly Locale[], current: Locale) {
  return all.map(({ code, name, short }) => ({
    code,
    name,
    short,
    isCurrent: code === current.code,
  }));
}

function presentLook({ theme, density }: Look) {
  const themeKeys = {
    system: 'look.system',
    light: 'look.light',
    dark: 'look.dark',
    contrast: 'look.contrast',
  };
  const densityKeys = { comfortable: 'look.comfortable', compact: 'look.compact' };
  return {
    theme: theme === 'system' ? '' : theme,
    density: density === 'comfortable' ? '' : density,
    themes: themes.map((value) => ({ value, key: themeKeys[value], isCurrent: value === theme })),
    densities: densities.map((value) => ({
      value,
      key: densityKeys[value],
      isCurrent: value === density,
    })),
  };
}

function presentUser({ login, name, email }: Agent) {
  const shown = name.trim() === '' ? login : name;
  return { login, name: shown, email, initials: initialsOf(shown) };
}

function presentTree({ visit, status, here, query }: FrameRequest) {
  const { locale, agent } = visit;
  const toList = (
    text: string,
    wanted: string,
    sign: string,
    count: number | undefined,
  ): TreeLink => ({
    href: listHref(wanted),
    name: text,
    sign,
    count,
    isCurrent: query === wanted,
  });
  const toPage = (
    text: string,
    href: string,
    sign: string,
    count: number | undefined,
  ): TreeLink => ({
    href,
    name: text,
    sign,
    count,
    isCurrent: here === href || here.startsWith(`${href}?`),
  });
  const { views } = status;
  const allOpen = status.queues.reduce(
    (sum, { queue, open }) => (isWithin(queue, views.leftOut) ? sum : sum + open),
    0,
  );
  return {
    views: [
      toList(locale.text('tree.mine'), queryMine(agent.login), 'user', status.mine),
      toList(locale.text('tree.waiting'), queryWaiting, 'clock', status.waiting),
      ...(status.snoozed === 0 && query !== querySnoozed
        ? []
        : [toList(locale.text('tree.snoozed'), querySnoozed, 'snooze', status.snoozed)]),
      ...(status.late === undefined
        ? []
        : [toList(locale.text('due.tree-view'), queryLate, 'tri', status.late)]),
      toList(locale.text('tree.mentioned'), queryMentioned, 'at', status.mentioned),
      toList(locale.text('tree.watched'), queryWatched, 'eye', status.watched),
      ...status.standIns.map(({ login, name, open }) =>
        toList(locale.text('tree.for', { name }), queryOwn(login), 'user', open),
      ),
      toList(locale.text('tree.unowned'), views.unowned, 'ring', status.unowned),
      toList(locale.text('tree.all-open'), views.allOpen, 'inbox', allOpen),
      toList(locale.text('tree.closed'), queryClosed, 'sdone', undefined),
      toList(locale.text('tree.scheduled'), queryScheduled, 'clock', undefined),
    ],
    saved: presentViewLinks(status.saved, query),
    isPartial: status.isReady && status.saved.some(({ isComplete }) => !isComplete),
    queues: nestQueues(status.queues, query),
    desk: [
      ...(status.openSteps === undefined
        ? []
        : [
            {
              href: '/begin',
              name: locale.text('begin.tree'),
              sign: 'flag',
              count: status.openSteps === 0 ? undefined : status.openSteps,
              isCurrent: here.startsWith('/begin/'),
            },
          ]),
      toPage(locale.text('tree.escalations'), '/escalations', 'dues', undefined),
      toPage(locale.text('tree.overview'), '/overview', 'chart', undefined),
      toPage(locale.text('tree.answers'), '/answers', 'text', undefined),
      toPage(
        locale.text('tree.outbox'),
        '/outbox',
        'out',
        status.outbox === 0 ? undefined : status.outbox,
      ),
      ...(status.trouble === 0
        ? []
        : [toPage(locale.text('tree.trouble'), '/trouble', 'snot', status.trouble)]),
      ...(status.unaccounted === 0 && !agent.roles.includes('admin')
        ? []
        : [
            toPage(
              locale.text('tree.mails'),
              '/mails',
              status.unaccounted === 0 ? 'check' : 'tri',
              status.unaccounted === 0 ? undefined : status.unaccounted,
            ),
          ]),
      ...(agent.roles.includes('admin')
        ? [
            toPage(locale.text('tree.agents'), '/agents', 'user', undefined),
            toPage(locale.text('tree.audit'), '/audit', 'hist', undefined),
          ]
        : []),
      ...(status.configProblems === 0 && status.isOutgrown !== true
        ? []
        : [
            toPage(
              locale.text('tree.problems'),
              '/problems',
              'tri',
              status.configProblems === 0 ? undefined : status.configProblems,
            ),
          ]),
    ],
  };
}

function isWithin(queue: string, parent: string | undefined): boolean {
  return parent !== undefined && (queue === parent || queue.startsWith(`${parent}::`));
}

/** `Billing::Refunds` stands below `Billing`; one without a parent of its own stands at the top with its whole name. */
function nestQueues(
  counts: readonly QueueCount[],
  query: string | undefined,
): readonly QueueLink[] {
  const names = new Set(counts.map(({ queue }) => queue));
  const parentOf = (queue: string) => {
    const end = queue.lastIndexOf('::');
    const parent = end < 0 ? '' : queue.slice(0, end);
    return names.has(parent) ? parent : '';
  };
  const childrenOf = (parent: string): readonly QueueLink[] =>
    counts
      .filter(({ queue }) => parentOf(queue) === parent)
      .map(({ queue, open, late }) => ({
        href: listHref(queryQueue(queue)),
        name: parent === '' ? queue : queue.slice(parent.length + 2),
        sign: 'inbox',
        // A queue shows what waits in the queues within it, too.
        count: counts.reduce(
          (sum, other) => (other.queue.startsWith(`${queue}::`) ? sum + other.open : sum),
          open,
        ),
        late: counts.reduce(
          (sum, other) => (other.queue.startsWith(`${queue}::`) ? sum + (other.late ?? 0) : sum),
          late ?? 0,
        ),
        isCurrent: query === queryQueue(queue),
        children: childrenOf(queue),
      }));
  return childrenOf('');
}

/** The places at the bottom of a small screen. */
function presentTabs({ visit, status, here, query }: FrameRequest): readonly TreeLink[] {
  const { locale, agent } = visit;
  const own = queryMine(agent.login);
  return [
    {
      href: listHref(status.views.allOpen),
      name: locale.text('tree.tickets'),
      sign: 'inbox',
      count: undefined,
      isCurrent: query !== undefined && query !== own,
    },
    {
      href: listHref(own),
      name: locale.text('tree.mine'),
      sign: 'user',
      count: undefined,
      isCurrent: query === own,
    },
    {
      href: '/outbox',
      name: locale.text('tree.outbox'),
      sign: 'out',
      count: undefined,
      isCurrent: here === '/outbox',
    },
  ];
}
