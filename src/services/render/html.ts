/**
 * The HTML of a mail as a document of its own, for the frame in the page.
 *
 * Promises: total, in bounded time; what it shows is clean (html-clean.ts) and can be read on a light and on a dark page. The frame is
 * sandboxed and has its own content security policy, so each of the two would be enough.
 * Leaves to others: the bytes of images inside the mail, and the headers of the frame (edges/http/routes/message.ts).
 */
import type { WantedRun } from '../../core/search/passages.ts';
import { cutFolds, type FoldRequest, foldQuotes, foldStyle } from './fold-quotes.ts';
import { type CleanMail, type CleanRequest, cleanMail } from './html-clean.ts';
import { type FrameTheme, frameStyle } from './html-frame-style.ts';
import { markLinks } from './html-links.ts';
import type { RemoteCount } from './html-remote.ts';
import { bodyClass } from './html-selectors.ts';
import { markHtml } from './mark-html.ts';
import { escapeHtml } from './markup.ts';

export interface HtmlFindings {
  /** Images that would be loaded from elsewhere. */
  readonly remoteImages: number;
  readonly remote: RemoteCount;
  /** Content-IDs that the text shows. */
  readonly contentIds: readonly string[];
  /** Content-Locations of own parts that the text shows. */
  readonly locations: readonly string[];
  /** Whether it says more than its text alone: tables, pictures, emphasis outside what is quoted. */
  readonly isFormatted: boolean;
  /** Pixels, as far as can be told, in a wide and in a narrow frame. */
  readonly heights: CleanMail['heights'];
}

export interface FrameRequest {
  readonly html: string;
  /** Language of the writer, if known. */
  readonly language: string | undefined;
  readonly showImages: boolean;
  /** `data:` addresses of the mail's own images by Content-ID and Content-Location. */
  readonly ownImages: ReadonlyMap<string, string>;
  /** What was searched for, to be marked. */
  readonly hits?: readonly WantedRun[];
  /** That of the page around it. */
  readonly theme?: FrameTheme;
  /** How quoted parts are folded; absent where they are not. */
  readonly fold?: FoldRequest;
}

const formatting = /<(?:table|img|h[1-6]|ul|ol|b|strong|i|em|u|s|font|pre|code|center|mark)\b/i;

/** `locations`: the Content-Locations of the mail's own parts. */
export function inspectHtml(html: string, locations?: ReadonlySet<string>): HtmlFindings {
  const request = { html, isAdapted: false, showRemote: false, own: noImages };
  const clean = cleanMail(locations === undefined ? request : { ...request, locations });
  return {
    remoteImages: clean.remote.images,
    remote: clean.remote,
    contentIds: clean.contentIds.slice(0, 100),
    locations: clean.locations.slice(0, 100),
    isFormatted: formatting.test(withoutQuotation(html)),
    heights: heightsOf(clean, request),
  };
}

/** What is folded takes a line. */
function heightsOf(clean: CleanMail, request: CleanRequest): CleanMail['heights'] {
  const seen = cutFolds(clean.html);
  return seen === clean.html ? clean.heights : cleanMail({ ...request, html: seen }).heights;
}

const noImages: ReadonlyMap<string, string> = new Map();

function withoutQuotation(html: string): string {
  const begin = html.search(/<blockquote\b/i);
  const end = begin < 0 ? -1 : html.toLowerCase().lastIndexOf('</blockquote>');
  return end < begin ? html : html.slice(0, begin) + html.slice(end);
}

/** A whole document. */
export function renderFrame(request: FrameRequest): string {
  const language = request.language === undefined ? '' : ` lang="${escapeHtml(request.language)}"`;
  const mail = cleanForFrame(request);
  return `<!doctype html>
<html${language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${frameStyle(mail.isAdaptable, request.theme ?? 'light')}${foldStyle}${mail.css}</style>
</head>
<body${bodyAttributes(mail.body)}>
${dressMail(mail.html, request)}
</body>
</html>
`;
}

/** Twice where the mail can be dark: only when all its colours are known they can be written for both pages. */
function cleanForFrame({ html, showImages, ownImages, theme }: FrameRequest): CleanMail {
  const request = { html, showRemote: showImages, own: ownImages };
  const mail = cleanMail({ ...request, isAdapted: false });
  const isDark = theme !== undefined && theme !== 'light' && mail.isAdaptable;
  return isDark ? cleanMail({ ...request, isAdapted: true }) : mail;
}

/** What the desk adds to clean HTML. */
function dressMail(html: string, { hits = [], fold }: FrameRequest): string {
  const marked = markHtml(markLinks(html), hits, { isFirst: true });
  // What the folding adds bears no class of the mail.
  return fold === undefined ? marked : foldQuotes(marked, fold);
}

function bodyAttributes(body: CleanMail['body']): string {
  const { class: names, ...others } = body;
  const all = { dir: 'auto', ...others, class: [bodyClass, names ?? ''].join(' ').trim() };
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');
}
