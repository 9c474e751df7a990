/**
 * Figures as tables: what stands behind each chart, in the CSV files and in the API.
 *
 * Promises: pure; every number of a chart stands in its table. Leaves to others: how a value is written
 * (figures-words.ts, figures-csv.ts).
 */
import type { Distribution } from '../../core/figures/distribution.ts';
import type { Figures, TargetFigures } from '../../core/figures/figures.ts';

export const tableIds = [
  'backlog',
  'times',
  'queues',
  'languages',
  'modules',
  'people',
  'targets',
  'hours',
  'waiting',
] as const;

export type TableId = (typeof tableIds)[number];

export function isTableId(text: string): text is TableId {
  return tableIds.some((id) => id === text);
}

export type CellKind =
  | 'count'
  | 'duration'
  | 'share'
  /** When a part of the period begins. */
  | 'part'
  | 'moment'
  | 'hour'
  | 'language'
  | 'person'
  | 'target'
  | 'text';

export interface Column {
  /** In the API and, as a word of the reader's language, in headings. */
  readonly name: string;
  readonly key: string;
  readonly kind: CellKind;
}

/** Durations in milliseconds, shares of 1, times as instants. */
export type Cell = string | number | undefined;

export interface FiguresTable {
  readonly id: TableId;
  /** Of the heading. */
  readonly key: string;
  /** The first one names the row. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

function column(name: string, key: string, kind: CellKind = 'count'): Column {
  return { name, key, kind };
}

const part = column('from', 'figures.from', 'part');
const open = column('open', 'figures.open');
const opened = column('opened', 'figures.opened');
const reopened = column('reopened', 'figures.reopened');
const closed = column('closed', 'figures.closed');
const ours = column('answers', 'figures.answers');
const firstResponse = [
  column('firstResponses', 'figures.first-count'),
  column('firstResponseMedian', 'figures.first-median', 'duration'),
  column('firstResponse90', 'figures.first-ninth', 'duration'),
];
const solution = [
  column('solutions', 'figures.solved-count'),
  column('solutionMedian', 'figures.solved-median', 'duration'),
  column('solution90', 'figures.solved-ninth', 'duration'),
];

export function tableOf(id: TableId, figures: Figures): FiguresTable {
  switch (id) {
    case 'backlog':
      return backlogTable(figures);
    case 'times':
      return {
        id,
        key: 'figures.table.times',
        columns: [part, ...firstResponse, ...solution],
        rows: figures.parts.map((each) => [
          each.from,
          ...cells(each.firstResponse),
          ...cells(each.solution),
        ]),
      };
    case 'queues':
      return queueTable(figures);
    case 'languages':
      return {
        id,
        key: 'figures.table.languages',
        columns: [column('language', 'figures.language', 'language'), opened, closed, open, ours],
        rows: figures.languages
          .toSorted((one, other) => other.opened - one.opened)
          .map((each) => [each.language, each.opened, each.closed, each.open, each.ours]),
      };
    case 'modules':
      return {
        id,
        key: 'figures.table.modules',
        columns: [
          column('module', 'figures.module', 'text'),
          column('used', 'figures.used'),
          column('share', 'figures.of-answers', 'share'),
        ],
        rows: figures.modules.map(({ module, used }) => [
          module,
          used,
          shareOf(used, figures.sum.ours),
        ]),
      };
    case 'people':
      return peopleTable(figures);
    case 'targets':
      return targetTable(figures);
    case 'hours':
      return hourTable(figures);
    case 'waiting':
      return {
        id,
        key: 'figures.table.waiting',
        columns: [
          column('ticket', 'figures.ticket', 'text'),
          column('since', 'figures.since', 'moment'),
          column('queue', 'figures.queue', 'text'),
          column('owner', 'figures.owner', 'person'),
        ],
        rows: figures.present.waiting.map(({ number, since, queue, owner }) => [
          number,
          since,
          queue,
          owner,
        ]),
      };
  }
}

function backlogTable({ parts }: Figures): FiguresTable {
  return {
    id: 'backlog',
    key: 'figures.table.backlog',
    columns: [
      part,
      opened,
      reopened,
      column('arrived', 'figures.arrived'),
      closed,
      column('left', 'figures.left'),
      open,
      column('mails', 'figures.mails'),
      ours,
    ],
    rows: parts.map((each) => [
      each.from,
      each.opened,
      each.reopened,
      each.arrived,
      each.closed,
      each.left,
      each.open,
      each.theirs,
      each.ours,
    ]),
  };
}

function queueTable({ queues }: Figures): FiguresTable {
  return {
    id: 'queues',
    key: 'figures.table.queues',
    columns: [
      column('queue', 'figures.queue', 'text'),
      open,
      opened,
      closed,
      ours,
      ...firstResponse.slice(1),
      ...solution.slice(1),
    ],
    rows: queues.map((each) => [
      each.queue,
      each.open,
      each.opened,
      each.closed,
      each.ours,
      ...cells(each.firstResponse).slice(1),
      ...cells(each.solution).slice(1),
    ]),
  };
}

function peopleTable({ people }: Figures): FiguresTable {
  return {
    id: 'people',
    key: 'figures.table.people',
    columns: [
      column('agent', 'figures.person', 'person'),
      ours,
      column('firstResponses', 'figures.first-count'),
      closed,
      open,
      column('withModules', 'figures.with-modules', 'share'),
    ],
    rows: people.map((each) => [
      each.login,
      each.ours,
      each.firstResponses,
      each.closed,
      each.open,
      shareOf(each.withModules, each.ours),
    ]),
  };
}

function targetTable({ targets }: Figures): FiguresTable {
  return {
    id: 'targets',
    key: 'figures.table.targets',
    columns: [
      column('target', 'figures.target', 'target'),
      column('met', 'figures.met'),
      column('missed', 'figures.missed'),
      column('share', 'figures.within', 'share'),
    ],
    rows: targets
      .filter(({ met, missed }) => met + missed > 0)
      .map(({ kind, met, missed }) => [kind, met, missed, shareOf(met, met + missed)]),
  };
}

const weekdays = [
  column('monday', 'figures.monday'),
  column('tuesday', 'figures.tuesday'),
  column('wednesday', 'figures.wednesday'),
  column('thursday', 'figures.thursday'),
  column('friday', 'figures.friday'),
  column('saturday', 'figures.saturday'),
  column('sunday', 'figures.sunday'),
];

function hourTable({ hours }: Figures): FiguresTable {
  return {
    id: 'hours',
    key: 'figures.table.hours',
    columns: [
      column('hour', 'figures.hour', 'hour'),
      ...weekdays,
      column('all', 'figures.whole-week'),
    ],
    rows: Array.from({ length: 24 }, (_, hour) => {
      const row = hours.map((each) => each[hour] ?? 0);
      return [hour, ...row, row.reduce((sum, each) => sum + each, 0)];
    }),
  };
}

/** Locale keys of what targets are of. */
export const targetNames: Readonly<Record<TargetFigures['kind'], string>> = {
  firstResponse: 'figures.target.first',
  update: 'figures.target.update',
  solution: 'figures.target.solution',
};

function cells({ count, median, ninth }: Distribution): readonly Cell[] {
  return [count, median, ninth];
}

export function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
