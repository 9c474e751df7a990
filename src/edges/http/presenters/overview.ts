/**
 * The overview as a page: figures on top, charts with the tables behind them.
 *
 * Promises: pure; every chart draws what stands in its table, and every table has its file.
 */
import { formatInstant, type Instant, toInstant } from '../../../base/clock.ts';
import { formatDate } from '../../../core/escalation/calendar.ts';
import type { Figures } from '../../../core/figures/figures.ts';
import { type Preset, presets, type Step, steps } from '../../../core/figures/period.ts';
import type { FiguresChoices, FiguresFilter } from '../../../services/figures/figure-book.ts';
import { unknownLanguage } from '../../../services/present/figures-request.ts';
import {
  type Cell,
  type CellKind,
  type Column,
  type FiguresTable,
  shareOf,
  type TableId,
  tableOf,
} from '../../../services/present/figures-tables.ts';
import {
  cellText,
  countText,
  durationText,
  type FigureWords,
  nothing,
  shareText,
} from '../../../services/present/figures-words.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { listHref, quoteValue } from './frame.ts';

export interface OverviewWords extends FigureWords {
  readonly now: Instant;
}

export interface OverviewRequest {
  readonly filter: FiguresFilter;
  readonly preset: Preset | undefined;
  /** As it was asked for; undefined for the usual one. */
  readonly by: Step | undefined;
  readonly choices: FiguresChoices;
  /** Of the tickets that are counted, whatever language was asked for. */
  readonly languages: readonly string[];
  /** The refusal in words, when what was asked for was not understood. */
  readonly refused: string | undefined;
}

const presetKeys: Readonly<Record<Preset, string>> = {
  today: 'overview.today',
  '7d': 'overview.seven',
  '30d': 'overview.thirty',
  '90d': 'overview.ninety',
  month: 'overview.month',
  'last-month': 'overview.last-month',
  year: 'overview.year',
};

const stepKeys: Readonly<Record<Step, string>> = {
  hour: 'overview.by-hour',
  day: 'overview.by-day',
  week: 'overview.by-week',
  month: 'overview.by-month',
};

export function presentOverview(
  figures: Figures,
  before: Figures,
  request: OverviewRequest,
  words: OverviewWords,
) {
  const { locale, dates } = words;
  const { period } = figures;
  const toTable = (id: TableId) => presentTable(tableOf(id, figures), request, figures, words);
  return {
    days: dates.days(period.from, toInstant(period.to - 1)),
    timeZone: period.timeZone,
    refused: request.refused,
    form: presentForm(figures, request, words),
    now: presentNow(figures, request, words),
    tiles: presentTiles(figures, before, words),
    charts: {
      backlog: { ...toTable('backlog'), label: backlogLabel(figures, words) },
      times: { ...toTable('times'), label: timesLabel(figures, locale) },
      hours: { ...toTable('hours'), label: hoursLabel(figures, locale) },
    },
    tables: (['waiting', 'queues', 'languages', 'modules', 'targets', 'people'] as const).map(
      toTable,
    ),
  };
}

function presentForm(
  { period }: Figures,
  { filter, preset, by, choices, languages }: OverviewRequest,
  { locale }: OverviewWords,
) {
  const option = (value: string, text: string, chosen: string | undefined) => ({
    value,
    text,
    isChosen: value === (chosen ?? ''),
  });
  const tag = filter.language === '' ? unknownLanguage : filter.language;
  const tags = [
    ...new Set([...languages.filter((each) => each !== ''), ...known(filter.language)]),
  ];
  return {
    presets: presets.map((each) => ({
      href: `/overview?${addressOf({ filter, preset: each, by: undefined })}`,
      text: locale.text(presetKeys[each]),
      isCurrent: each === preset,
    })),
    queues: choices.queues.map((queue) => option(queue, queue, filter.queue)),
    teams: choices.teams.map((team) => option(team, team, filter.team)),
    agents: choices.agents.map(({ login, name }) =>
      option(login, name.trim() === '' ? login : name, filter.agent),
    ),
    languages: [
      ...tags.map((each) => option(each, locale.languageName(each), tag)),
      option(unknownLanguage, locale.text('figures.no-language'), tag),
    ],
    steps: steps.map((step) => option(step, locale.text(stepKeys[step]), by)),
    // Filled in, they would beat the period chosen above.
    from: preset === undefined ? formatDate(period.first) : '',
    to: preset === undefined ? formatDate(period.last) : '',
    preset: preset ?? '',
  };
}

function known(language: string | undefined): readonly string[] {
  return language === undefined || language === '' ? [] : [language];
}

/** The query of an address that shows the same. */
export function addressOf({
  filter,
  preset,
  by,
  days,
  table,
}: {
  readonly filter: FiguresFilter;
  readonly preset: Preset | undefined;
  readonly by: Step | undefined;
  readonly days?: { readonly first: number; readonly last: number };
  readonly table?: TableId;
}): string {
  const { queue, team, agent, language } = filter;
  const own = preset === undefined && days !== undefined;
  const values = {
    queue,
    team,
    agent,
    language: language === '' ? unknownLanguage : language,
    period: preset,
    from: own ? formatDate(days.first) : undefined,
    to: own ? formatDate(days.last) : undefined,
    by,
    table,
  };
  const address = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== undefined) address.append(key, value);
  return address.toString();
}

/** How it stands at this moment, whatever the period. */
function presentNow(
  { present }: Figures,
  { filter }: OverviewRequest,
  { locale, dates, now }: OverviewWords,
) {
  const { queue, agent, team, language } = filter;
  // A list of the same tickets there is only where nothing else narrows them.
  const toList = (query: string) =>
    agent === undefined && team === undefined && language === undefined
      ? listHref(queue === undefined ? query : `queue:${quoteValue(queue)} ${query}`)
      : undefined;
  const [longest] = present.waiting;
  const number = (value: number) => countText(value, locale);
  return [
    {
      name: locale.text('overview.open'),
      value: number(present.open),
      href: toList('is:open'),
      note: locale.text('overview.unowned', { count: present.unowned }),
      isLate: false,
    },
    {
      name: locale.text('overview.new-today'),
      value: number(present.openedToday),
      href: undefined,
      note: locale.text('overview.closed-today', { count: present.closedToday }),
      isLate: false,
    },
    {
      name: locale.text('overview.unanswered'),
      value: number(present.unanswered),
      href: longest === undefined ? undefined : `/tickets/${longest.number}`,
      note:
        longest === undefined
          ? locale.text('overview.nobody-waits')
          : locale.text('overview.longest', { age: dates.age(longest.since, now) }),
      isLate: false,
    },
    {
      name: locale.text('overview.late'),
      value: number(present.late),
      href: toList('is:late'),
      note: locale.text('overview.late-hint'),
      isLate: present.late > 0,
    },
  ];
}

/** The figures of the period, each beside that of the time before. */
function presentTiles(figures: Figures, before: Figures, { locale }: OverviewWords) {
  const number = (value: number) => countText(value, locale);
  const then = (text: string) => locale.text('overview.before', { value: text });
  const count = (key: 'opened' | 'closed', name: string) => ({
    name,
    value: number(figures.sum[key]),
    notes: [then(number(before.sum[key]))],
  });
  const time = (key: 'firstResponse' | 'solution', name: string) => {
    const { wall, working } = figures[key];
    return {
      name,
      value: durationText(wall.median, locale),
      notes: [
        ...(wall.count === 0
          ? []
          : [
              locale.text('overview.spread', { ninth: durationText(wall.ninth, locale) }),
              locale.text('overview.working', { working: durationText(working.median, locale) }),
            ]),
        then(durationText(before[key].wall.median, locale)),
      ],
    };
  };
  const modules = ({ sum }: Figures) => shareText(shareOf(sum.withModules, sum.ours), locale);
  return [
    count('opened', locale.text('overview.opened')),
    count('closed', locale.text('overview.closed')),
    time('firstResponse', locale.text('overview.first')),
    time('solution', locale.text('overview.solved')),
    {
      name: locale.text('overview.modules'),
      value: modules(figures),
      notes: [then(modules(before))],
    },
  ];
}

function presentTable(
  table: FiguresTable,
  request: OverviewRequest,
  { period }: Figures,
  words: OverviewWords,
) {
  const { locale } = words;
  const { id, key, columns, rows } = table;
  const most = Math.max(1, ...rows.map((row) => barOf(row, id) ?? 0));
  return {
    id,
    title: locale.text(key),
    columns: columns.map(({ name, key: heading, kind }) => ({
      name,
      text: locale.text(heading),
      isWord: isWord(kind),
    })),
    rows: rows.map((row) => ({
      cells: columns.map((column, at) => presentCell(row[at], column, id, words)),
      bar: barOf(row, id) === undefined ? '' : String(((barOf(row, id) ?? 0) / most) * 100),
    })),
    hasBars: rows.length > 1 && rows.some((row) => barOf(row, id) !== undefined),
    csvHref: `/overview.csv?${addressOf({ ...request, days: period, table: id })}`,
  };
}

/** What of a row a bar shows. */
function barOf(row: readonly Cell[], id: TableId): number | undefined {
  const at = { languages: 1, modules: 1, queues: 1 }[String(id)];
  const value = at === undefined ? undefined : row[at];
  return typeof value === 'number' ? value : undefined;
}

function isWord(kind: CellKind): boolean {
  return ['text', 'language', 'person', 'target', 'part', 'moment', 'hour'].includes(kind);
}

function presentCell(value: Cell, { kind, name }: Column, id: TableId, words: OverviewWords) {
  const text = cellText(value, kind, words);
  const isTicket = id === 'waiting' && name === 'ticket';
  return {
    text:
      id === 'waiting' && kind === 'moment' && typeof value === 'number'
        ? words.dates.age(toInstant(value), words.now)
        : text,
    /** Undefined for words. */
    value: typeof value === 'number' ? String(value) : '',
    isZero: value === 0 || text === nothing,
    isWord: isWord(kind),
    href: isTicket ? `/tickets/${text}` : undefined,
    iso:
      kind === 'moment' && typeof value === 'number' ? formatInstant(toInstant(value)) : undefined,
  };
}

function backlogLabel({ sum, parts }: Figures, { locale }: OverviewWords): string {
  const number = (value: number) => countText(value, locale);
  return locale.text('overview.label.backlog', {
    before: number(sum.openBefore),
    after: number(sum.openAfter),
    most: number(Math.max(0, ...parts.map(({ open }) => open))),
    opened: number(sum.opened),
    closed: number(sum.closed),
  });
}

function timesLabel({ firstResponse, solution }: Figures, locale: Locale): string {
  return locale.text('overview.label.times', {
    first: durationText(firstResponse.wall.median, locale),
    firstNinth: durationText(firstResponse.wall.ninth, locale),
    solved: durationText(solution.wall.median, locale),
    solvedNinth: durationText(solution.wall.ninth, locale),
  });
}

function hoursLabel({ hours, sum }: Figures, locale: Locale): string {
  const sums = Array.from({ length: 24 }, (_, hour) =>
    hours.reduce((total, row) => total + (row[hour] ?? 0), 0),
  );
  const busiest = sums.indexOf(Math.max(...sums));
  return locale.text('overview.label.hours', {
    mails: countText(sum.theirs, locale),
    hour: `${busiest}`,
  });
}
