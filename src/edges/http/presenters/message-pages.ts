/**
 * Pages of a fax: small ones in their message, and all of them one after another.
 *
 * Promises: pure; every address that is shown works without a script.
 */
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { FoundPages } from '../message-pages.ts';

type Words = { readonly locale: Locale };

export interface ThumbView {
  readonly href: string;
  readonly src: string;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

export interface ThumbsView {
  readonly items: readonly ThumbView[];
  /** Those that are not among them. */
  readonly more: { readonly href: string; readonly text: string } | undefined;
  /** How many, and how they were sent. */
  readonly facts: string;
}

const mostThumbs = 12;
const thumbHeight = 118;
const mostThumbWidth = 168;

interface Sheet {
  readonly found: FoundPages;
  /** Within its file, from 1. */
  readonly page: number;
  readonly width: number;
  readonly height: number;
}

export function presentThumbs(
  number: TicketNumber,
  event: Pick<TicketEvent, 'name'>,
  files: readonly FoundPages[],
  { locale }: Words,
): ThumbsView | undefined {
  const sheets = sheetsOf(files);
  if (sheets.length === 0) return undefined;
  const viewer = viewerHref(number, event);
  const [first] = files;
  const rest = sheets.length - mostThumbs;
  return {
    items: sheets.slice(0, mostThumbs).map((sheet, at) => ({
      href: `${viewer}#p-${at + 1}`,
      src: addressOf(number, event, sheet, 'thumbs'),
      ...thumbSize(sheet),
      text: locale.text('media.page', { number: locale.number(at + 1) }),
    })),
    more:
      rest <= 0
        ? undefined
        : {
            href: `${viewer}#p-${mostThumbs + 1}`,
            text: locale.text('media.more-pages', { count: rest }),
          },
    facts: locale.facts([
      locale.text('media.pages', { count: sheets.length }),
      ...(files.length === 1 ? sentAs(first) : []),
    ]),
  };
}

/** Signs that are the same in every language. */
function sentAs(found: FoundPages | undefined): readonly string[] {
  const { encoding, resolution } = found ?? {};
  return [
    ...(encoding === undefined || encoding === 'PDF' ? [] : [encoding]),
    ...(resolution === undefined
      ? []
      : [`${Math.round(resolution[0])} × ${Math.round(resolution[1])} dpi`]),
  ];
}

export interface ViewerChoice {
  /** Percent of the picture's own size; undefined fits it to the window's width. */
  readonly zoom: number | undefined;
  /** Degrees clockwise. */
  readonly turn: 0 | 90 | 180 | 270;
}

const zooms = [25, 50, 75, 100, 150, 200, 300];
const turns = [0, 90, 180, 270] as const;

export function readViewerChoice(query: {
  readonly zoom?: string | string[] | undefined;
  readonly turn?: string | string[] | undefined;
}): ViewerChoice {
  return {
    zoom: zooms.find((zoom) => String(zoom) === query.zoom),
    turn: turns.find((turn) => String(turn) === query.turn) ?? 0,
  };
}

export interface ViewerRequest {
  readonly number: TicketNumber;
  readonly event: TicketEvent;
  readonly files: readonly FoundPages[];
  readonly choice: ViewerChoice;
}

export function presentPagesViewer(request: ViewerRequest, { locale }: Words) {
  const { number, event, files, choice } = request;
  const sheets = sheetsOf(files);
  const message = `/tickets/${number}/messages/${encodeURIComponent(event.name)}`;
  const { zoom, turn } = choice;
  const own = zoom ?? 50;
  const percent = (value: number) => locale.text('figures.percent', { value: value / 100 });
  const link = (other: Partial<ViewerChoice>) => hrefOf(number, event, { ...choice, ...other });
  return {
    back: `/tickets/${number}#m-${encodeURIComponent(event.name)}`,
    number,
    isFit: zoom === undefined,
    zoom: zoom === undefined ? undefined : percent(zoom),
    full: percent(100),
    links: {
      fit: link({ zoom: undefined }),
      full: link({ zoom: 100 }),
      larger: link({ zoom: zooms.find((each) => each > own) ?? zooms.at(-1) }),
      smaller: link({ zoom: zooms.findLast((each) => each < own) ?? zooms[0] }),
      turn: link({ turn: turns[(turns.indexOf(turn) + 1) % turns.length] ?? 0 }),
    },
    originals: files.map(({ attachment: { id, name, size } }) => ({
      href: `${message}/attachments/${id}`,
      name,
      size: locale.size(size),
    })),
    sheets: sheets.map((sheet, at) => ({
      id: `p-${at + 1}`,
      text: locale.text('media.page-of', {
        number: locale.number(at + 1),
        total: locale.number(sheets.length),
      }),
      src: addressOf(number, event, sheet, 'pages'),
      ...frameOf(sheet, choice),
      before: at === 0 ? undefined : `#p-${at}`,
      after: at === sheets.length - 1 ? undefined : `#p-${at + 2}`,
    })),
  };
}

/** The picture's own size, the frame it is shown in, and how it is turned there. */
function frameOf({ width, height }: Sheet, { zoom = 100, turn }: ViewerChoice) {
  const isSideways = turn === 90 || turn === 270;
  const [wide, tall] = isSideways ? [height, width] : [width, height];
  const moves: Readonly<Record<number, string>> = {
    90: `translate(${height} 0) rotate(90)`,
    180: `translate(${width} ${height}) rotate(180)`,
    270: `translate(0 ${width}) rotate(270)`,
  };
  return {
    width,
    height,
    box: { width: wide, height: tall },
    shown: { width: Math.round((wide * zoom) / 100), height: Math.round((tall * zoom) / 100) },
    move: moves[turn],
  };
}

function hrefOf(
  number: TicketNumber,
  event: Pick<TicketEvent, 'name'>,
  { zoom, turn }: ViewerChoice,
): string {
  const query = new URLSearchParams({
    ...(zoom === undefined ? {} : { zoom: String(zoom) }),
    ...(turn === 0 ? {} : { turn: String(turn) }),
  }).toString();
  return viewerHref(number, event) + (query === '' ? '' : `?${query}`);
}

function viewerHref(number: TicketNumber, { name }: Pick<TicketEvent, 'name'>): string {
  return `/tickets/${number}/messages/${encodeURIComponent(name)}/pages`;
}

function addressOf(
  number: TicketNumber,
  { name }: Pick<TicketEvent, 'name'>,
  { found, page }: Sheet,
  way: 'pages' | 'thumbs',
): string {
  const message = `/tickets/${number}/messages/${encodeURIComponent(name)}`;
  const { id } = found.attachment;
  return found.isDrawn ? `${message}/${way}/${id}/${page}` : `${message}/attachments/${id}?inline`;
}

function sheetsOf(files: readonly FoundPages[]): readonly Sheet[] {
  return files.flatMap((found) =>
    found.pages.map(({ width, height }, at) => ({ found, page: at + 1, width, height })),
  );
}

function thumbSize({ width, height }: Sheet) {
  const scale = Math.min(thumbHeight / height, mostThumbWidth / width);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
