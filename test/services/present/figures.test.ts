import fc from 'fast-check';
import { expect, it } from 'vitest';
import { day, hour, minute, parseInstant, toInstant } from '../../../src/base/clock.ts';
import { periodOf } from '../../../src/core/figures/period.ts';
import { createTally } from '../../../src/core/figures/tally.ts';
import { formatCsv } from '../../../src/services/present/figures-csv.ts';
import { readFigures } from '../../../src/services/present/figures-request.ts';
import {
  type FiguresTable,
  tableIds,
  tableOf,
} from '../../../src/services/present/figures-tables.ts';
import { durationText, shareText } from '../../../src/services/present/figures-words.ts';
import { writeReport } from '../../../src/services/present/report-text.ts';
import { readLocales } from '../../../src/services/render/templates.ts';

const locales = await readLocales(new URL('../../../locales', import.meta.url).pathname);
const english = locales.choose('en', 'en');
const now = parseInstant('2026-11-25T12:00:00Z') ?? toInstant(0);

function textTable(texts: readonly string[]): FiguresTable {
  return {
    id: 'queues',
    key: '',
    columns: texts.map((_, at) => ({ name: String(at), key: '', kind: 'text' as const })),
    rows: [texts],
  };
}

it('a cell that a spreadsheet would run is taken for text', () => {
  const [, line] = formatCsv(
    textTable(['=1+1', '+49', '-x', '@sum', '\tx', 'a,b', 'say "so"', 'two\nlines', '=a,"b"']),
    ({ name }) => name,
  ).split(/\r\n/);
  expect(line).toBe(`'=1+1,'+49,'-x,'@sum,'\tx,"a,b","say ""so""","two\nlines","'=a,""b"""`);
});

it('what is written as CSV reads back', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (texts) => {
      const csv = formatCsv(textTable(texts), () => 'h');
      const [, body = ''] = /^(?:h,?)+\r\n([\s\S]*)\r\n$/.exec(csv) ?? [];
      const cells = Array.from(
        `,${body}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g),
        (found) => found[1]?.replaceAll('""', '"') ?? found[2] ?? '',
      );
      // The apostrophe in front of what would be a formula stays in the file.
      const bare = (text: string) => text.replace(/^'(?=[=+\-@\t\r])/, '');
      expect(cells.map(bare)).toEqual(texts.map(bare));
    }),
  );
});

it('values are written as they are meant', () => {
  const table: FiguresTable = {
    id: 'times',
    key: '',
    columns: (['part', 'duration', 'share', 'count', 'duration'] as const).map((kind) => ({
      name: kind,
      key: '',
      kind,
    })),
    rows: [[now, 90 * minute, 0.5, 7, undefined]],
  };
  expect(formatCsv(table, ({ name }) => name)).toBe(
    'part,duration,share,count,duration\r\n2026-11-25T12:00:00.000Z,90,0.500,7,\r\n',
  );
});

it('times are said in the unit in which they are easily said', () => {
  const said = (code: string) =>
    [20 * minute, 100 * minute, 3 * day, undefined].map((value) =>
      durationText(value, locales.choose(code, code)),
    );
  expect(said('en')).toEqual(['20 min', '1.7 hr', '3 days', '–']);
  expect(said('de')).toEqual(['20 Min.', '1,7 Std.', '3 Tg.', '–']);
  expect([shareText(0.876, english), shareText(undefined, english)]).toEqual(['88%', '–']);
});

it('what is asked for is read, and what is wrong is named', () => {
  const read = (query: Parameters<typeof readFigures>[0]) => {
    const asked = readFigures(query, now, 'Europe/Berlin');
    return asked.ok ? asked.value : asked.refusal;
  };
  expect(read({})).toMatchObject({ preset: '30d', filter: { language: undefined } });
  expect(read({ language: 'none', period: 'today' })).toMatchObject({ filter: { language: '' } });
  const own = read({ from: '2026-11-01', to: '2026-11-02', period: '7d', by: 'hour' });
  expect(own).toMatchObject({ preset: undefined, by: 'hour' });
  expect(read({ from: '2026-11-03', to: '2026-11-02' })).toMatchObject({ field: 'from' });
  expect(read({ to: 'tomorrow' })).toMatchObject({ field: 'to' });
  expect(read({ by: 'second' })).toMatchObject({ code: 'bad-value', field: 'by' });
});

function noFigures() {
  const last = Math.floor(now / day);
  return createTally({
    period: periodOf({ first: last - 6, last }, 'UTC'),
    now,
    today: toInstant(last * day),
    scope: { inQueue: () => true, people: undefined, language: undefined, isNamed: () => true },
    openTime: (_queue, from, to) => Math.max(0, to - from - hour),
  }).figures();
}

it('every row of every table has a cell for each column', () => {
  for (const id of tableIds) {
    const { columns, rows } = tableOf(id, noFigures());
    for (const row of rows) expect([id, row.length]).toEqual([id, columns.length]);
  }
});

it('a report says the same as text and as HTML, and escapes names of queues', () => {
  const week = noFigures();
  const { subject, text, html } = writeReport({
    days: week.period,
    parts: [{ queue: '<b>Sales & co</b>', week, before: week }],
    viewer: 'https://desk.example',
    locale: english,
  });
  expect(subject).toBe('The week from 19 Nov to 25 Nov');
  expect(text).toContain('<b>Sales & co</b>');
  expect(text).toMatch(/Came in {2,}0 {2,}0/);
  expect(text).toContain('https://desk.example/overview?from=2026-11-19&to=2026-11-25');
  expect(html).toContain('<h2>&lt;b&gt;Sales &amp; co&lt;/b&gt;</h2>');
  expect(html).toContain('from=2026-11-19&amp;to=2026-11-25"');
  expect(html).not.toMatch(/style=|<script/);
});
