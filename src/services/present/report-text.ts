/**
 * The weekly report in words: last week beside the week before, as text and as HTML tables.
 *
 * Promises: pure; both forms say the same; nothing stands in it but numbers, names of queues and our own words, escaped.
 */
import { toInstant } from '../../base/clock.ts';
import { formatDate } from '../../core/escalation/calendar.ts';
import type { Distribution } from '../../core/figures/distribution.ts';
import type { Figures } from '../../core/figures/figures.ts';
import type { Days } from '../../core/figures/period.ts';
import type { ReportPart } from '../figures/weekly-reports.ts';
import type { Report } from '../notifications/report-post.ts';
import type { Locale } from '../render/locale.ts';
import { shareOf } from './figures-tables.ts';
import { countText, durationText, shareText } from './figures-words.ts';

export interface ReportWords {
  readonly days: Days;
  readonly parts: readonly ReportPart[];
  readonly viewer: string;
  readonly locale: Locale;
}

interface Row {
  readonly name: string;
  readonly now: string;
  readonly before: string;
}

interface Block {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly queues: readonly (readonly string[])[];
}

export function writeReport(words: ReportWords): Omit<Report, 'login' | 'to'> {
  const { days, parts, viewer, locale } = words;
  const [first] = parts;
  const dates = locale.dates(first?.week.period.timeZone ?? 'UTC');
  const week = {
    from: first === undefined ? '' : dates.short(first.week.period.from),
    to: first === undefined ? '' : dates.short(toInstant(first.week.period.to - 1)),
  };
  const subject = locale.text('report.subject', week);
  const address = new URLSearchParams({ from: formatDate(days.first), to: formatDate(days.last) });
  const link = `${viewer}/overview?${address.toString()}`;
  const blocks = parts.map((part) => toBlock(part, locale));
  return {
    subject,
    language: locale.code,
    text: toText({ subject, link, blocks, viewer, locale }),
    html: toHtml({ subject, link, blocks, viewer, locale }),
  };
}

function toBlock({ queue, week, before }: ReportPart, locale: Locale): Block {
  const row = (key: string, value: (figures: Figures) => string): Row => ({
    name: locale.text(key),
    now: value(week),
    before: value(before),
  });
  const count = (key: string, value: (figures: Figures) => number) =>
    row(key, (figures) => countText(value(figures), locale));
  const time = (key: string, value: (figures: Figures) => Distribution['median']) =>
    row(key, (figures) => durationText(value(figures), locale));
  return {
    title: queue ?? locale.text('report.all-queues'),
    rows: [
      count('figures.opened', ({ sum }) => sum.opened),
      count('figures.closed', ({ sum }) => sum.closed),
      count('report.open', ({ sum }) => sum.openAfter),
      count('figures.answers', ({ sum }) => sum.ours),
      time('figures.first-median', ({ firstResponse }) => firstResponse.wall.median),
      time('figures.first-ninth', ({ firstResponse }) => firstResponse.wall.ninth),
      time('figures.solved-median', ({ solution }) => solution.wall.median),
      time('figures.solved-ninth', ({ solution }) => solution.wall.ninth),
      row('overview.modules', ({ sum }) => shareText(shareOf(sum.withModules, sum.ours), locale)),
      ...targetRows(week, before, locale),
    ],
    queues:
      week.queues.length < 2
        ? []
        : week.queues.map((each) => [
            each.queue,
            countText(each.opened, locale),
            countText(each.closed, locale),
            countText(each.open, locale),
          ]),
  };
}

function targetRows(week: Figures, before: Figures, locale: Locale): readonly Row[] {
  const within = ({ targets }: Figures) => {
    const met = targets.reduce((sum, each) => sum + each.met, 0);
    const all = targets.reduce((sum, each) => sum + each.met + each.missed, 0);
    return shareOf(met, all);
  };
  const [now, then] = [within(week), within(before)];
  if (now === undefined && then === undefined) return [];
  return [
    {
      name: locale.text('report.within'),
      now: shareText(now, locale),
      before: shareText(then, locale),
    },
  ];
}

interface Letter {
  readonly subject: string;
  readonly link: string;
  readonly blocks: readonly Block[];
  readonly viewer: string;
  readonly locale: Locale;
}

function headsOf(locale: Locale): readonly string[] {
  return ['', locale.text('report.last-week'), locale.text('report.week-before')];
}

function queueHeads(locale: Locale): readonly string[] {
  return [
    locale.text('figures.queue'),
    locale.text('figures.opened'),
    locale.text('figures.closed'),
    locale.text('figures.open'),
  ];
}

function toText({ subject, link, blocks, viewer, locale }: Letter): string {
  const lines = [
    subject,
    ...blocks.flatMap(({ title, rows, queues }) => [
      '',
      title,
      '',
      ...align([headsOf(locale), ...rows.map(({ name, now, before }) => [name, now, before])]),
      ...(queues.length === 0 ? [] : ['', ...align([queueHeads(locale), ...queues])]),
    ]),
    '',
    locale.text('report.link'),
    link,
    '',
    '-- ',
    locale.text('report.why', { link: `${viewer}/account#report` }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Columns under each other, the first from its start, the others to their end. */
function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => [...(row[at] ?? '')].length)),
  );
  return rows.map((row) =>
    widths
      .map((width, at) => {
        const text = row[at] ?? '';
        const gap = ' '.repeat(Math.max(0, width - [...text].length));
        return at === 0 ? text + gap : gap + text;
      })
      .join('   ')
      .trimEnd(),
  );
}

function toHtml({ subject, link, blocks, viewer, locale }: Letter): string {
  const escaped = (text: string) => locale.markup('report.cell', { text }).html;
  const [start, end] = locale.direction === 'rtl' ? ['right', 'left'] : ['left', 'right'];
  const cell = (tag: 'th' | 'td', text: string, at: number) =>
    `<${tag} align="${at === 0 ? start : end}">${escaped(text)}</${tag}>`;
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
    [
      '<table border="0" cellpadding="5" cellspacing="0">',
      `<tr>${heads.map((text, at) => cell('th', text, at)).join('')}</tr>`,
      ...rows.map((row) => `<tr>${row.map((text, at) => cell('td', text, at)).join('')}</tr>`),
      '</table>',
    ].join('\n');
  const parts = blocks.map(({ title, rows, queues }) =>
    [
      `<h2>${escaped(title)}</h2>`,
      table(
        headsOf(locale),
        rows.map(({ name, now, before }) => [name, now, before]),
      ),
      ...(queues.length === 0 ? [] : [table(queueHeads(locale), queues)]),
    ].join('\n'),
  );
  const why = locale.text('report.why', { link: `${viewer}/account#report` });
  return [
    `<!doctype html><html lang="${escaped(locale.code)}" dir="${locale.direction}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body>`,
    `<h1>${escaped(subject)}</h1>`,
    ...parts,
    `<p><a href="${escaped(link)}">${escaped(locale.text('report.link'))}</a></p>`,
    `<p><small>${escaped(why)}</small></p>`,
    '</body></html>',
    '',
  ].join('\n');
}
