/**
 * The charts of the overview, drawn from the tables behind them.
 *
 * Promises: nothing is drawn that does not stand in a table; colours are those of the style sheet in every theme, and drawn
 * anew when these change. Time runs from left to right in every language, as on the axes of its numbers. Without this
 * script the tables are simply there.
 */
import { all, find, root } from './dom.js';
import uPlot from './uplot.js';

const language = root.lang;
const palette = {
  main: '--accent',
  other: '--edge',
  ink: '--ink-3',
  line: '--line',
  wash: '--ours',
};

/** What a token is in this theme, as the canvas wants it. */
function readColours() {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colours = Object.entries(palette).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours);
}

/** Rows of the table: what stands at the side, and the wanted columns; undefined for none. */
function readTable(plot) {
  const table = find('table', plot.closest('section'));
  const heads = all('thead th', table);
  const wanted = plot.dataset.columns.split(' ');
  const places = wanted.map((name) => heads.findIndex((head) => head.dataset.name === name));
  const rows = all('tbody tr', table);
  const value = (row, place) => {
    const given = row.children[place]?.dataset.v;
    return given === undefined ? null : Number(given);
  };
  return {
    names: places.map((place) => heads[place].textContent),
    labels: rows.map((row) => row.children[0].textContent.trim()),
    texts: rows.map((row) => places.map((place) => row.children[place].textContent.trim())),
    sides: rows.map((row) => value(row, 0)),
    columns: places.map((place) => rows.map((row) => value(row, place))),
  };
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** One unit for the whole axis, so that its steps are round. */
function unitOf(columns) {
  const most = Math.max(0, ...columns.flat().filter((each) => each !== null));
  return units.find(([, size]) => most >= 2 * size) ?? units.at(-1);
}

function axes({ plot, colours, unit, isTime, step }) {
  const number = new Intl.NumberFormat(language, {
    maximumFractionDigits: 1,
    ...(unit === undefined ? {} : { style: 'unit', unit, unitDisplay: 'narrow' }),
  });
  const zone = plot.dataset.zone;
  const format = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  const [date, time] = isTime
    ? [format({ day: 'numeric', month: 'short' }), format({ hour: '2-digit', minute: '2-digit' })]
    : [];
  const look = {
    stroke: colours.ink,
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
  };
  return [
    {
      ...look,
      grid: { show: false },
      size: 30,
      space: 76,
      // Between two steps there is nothing to name.
      ...(isTime && step >= 86_400
        ? { incrs: [1, 2, 3, 5, 7, 14, 28, 56, 91, 182, 364].map((days) => days * 86_400) }
        : {}),
      values: (_, splits, __, ___, incr) =>
        splits.map((at) => {
          if (!isTime) return Number.isInteger(at) ? String(at) : '';
          return (incr < 86_400 ? time : date).format(at * 1000);
        }),
    },
    {
      ...look,
      size: 52,
      ...(unit === undefined
        ? {
            incrs: [1, 2, 5]
              .flatMap((first) => [1, 10, 100, 1000, 10_000].map((ten) => first * ten))
              .sort((one, other) => one - other),
          }
        : {}),
      space: 30,
      grid: { stroke: colours.line, width: 1 },
      values: (_, splits) => splits.map((value) => number.format(value)),
    },
  ];
}

function series({ kind, names, colours }) {
  const { bars } = uPlot.paths;
  return names.map((label, position) => {
    const stroke = position === 0 ? colours.main : colours.other;
    if (kind === 'bars')
      return {
        label,
        stroke,
        width: 1,
        fill: position === 0 ? colours.main : undefined,
        paths: bars({
          size: [names.length > 1 ? 0.36 : 0.6, 28],
          align: names.length > 1 ? (position === 0 ? -1 : 1) : 0,
        }),
        points: { show: false },
      };
    return {
      label,
      stroke,
      width: 2,
      spanGaps: true,
      ...(kind === 'area' ? { fill: colours.wash } : {}),
      ...(position > 0 ? { dash: [5, 4] } : {}),
      points: { show: kind === 'lines', size: 4, fill: stroke },
    };
  });
}

function draw(plot, colours) {
  const { names, labels, texts, sides, columns } = readTable(plot);
  const { kind, unit: measure } = plot.dataset;
  const isTime = plot.dataset.axis !== 'number';
  const [unit, size] = measure === 'duration' ? unitOf(columns) : [undefined, 1];
  const data = [
    isTime ? sides.map((at) => at / 1000) : sides,
    ...columns.map((column) => column.map((value) => (value === null ? null : value / size))),
  ];
  const readout = find('.readout', plot.closest('section'));
  const room = () => ({ width: plot.clientWidth, height: plot.clientHeight });
  const step = data[0].length > 1 ? data[0][1] - data[0][0] : isTime ? 86_400 : 1;
  const options = {
    ...room(),
    padding: [10, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    ...(isTime ? { tzDate: (at) => uPlot.tzDate(new Date(at * 1000), plot.dataset.zone) } : {}),
    scales: {
      x: {
        time: isTime,
        range: (_, least, most) =>
          kind === 'bars'
            ? [least - step / 2, most + step / 2]
            : [least, least === most ? most + step : most],
      },
      y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.08)] },
    },
    series: [{}, ...series({ kind, names, colours })],
    axes: axes({ plot, colours, unit, isTime, step }),
    hooks: {
      setCursor: [
        ({ cursor: { idx } }) => {
          readout.textContent =
            idx === null || idx === undefined || labels[idx] === undefined
              ? ''
              : `${labels[idx]}: ${names.map((name, at) => `${name} ${texts[idx][at]}`).join(' · ')}`;
        },
      ],
    },
  };
  const chart = new uPlot(options, data, plot);
  walk(plot, chart, readout);
  const watcher = new ResizeObserver(() => chart.setSize(room()));
  watcher.observe(plot);
  return () => {
    watcher.disconnect();
    chart.destroy();
  };
}

/** Arrow keys, Home and End move along the chart, and what stands there is said. */
function walk(plot, chart, readout) {
  if (plot.getAttribute('role') !== 'img') return;
  plot.tabIndex = 0;
  plot.onkeydown = (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const { data, cursor, bbox } = chart;
    const last = data[0].length - 1;
    const at = cursor.idx ?? -1;
    const places = { ArrowRight: at + 1, ArrowLeft: at < 0 ? last : at - 1, Home: 0, End: last };
    const place = places[key];
    if (place === undefined) return;
    event.preventDefault();
    readout.removeAttribute('aria-hidden');
    readout.setAttribute('role', 'status');
    const left = chart.valToPos(data[0][Math.max(0, Math.min(last, place))], 'x');
    chart.setCursor({ left, top: bbox.height / 2 / devicePixelRatio });
  };
  plot.onblur = () => chart.setCursor({ left: -10, top: -10 });
}

let undraw = [];

function drawAll() {
  for (const end of undraw) end();
  const colours = readColours();
  undraw = all('.plot').map((plot) => draw(plot, colours));
}

// The module that says so for the styles may come later.
root.classList.add('js');
for (const table of all('.behind')) table.open = false;
drawAll();
for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'])
  matchMedia(query).addEventListener('change', drawAll);
new MutationObserver(drawAll).observe(root, { attributeFilter: ['data-theme'] });
