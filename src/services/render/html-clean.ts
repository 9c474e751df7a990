/**
 * The HTML of mails, made harmless.
 *
 * Owns: sanitize-html. Promises: total, in bounded time; what comes out holds the elements and attributes of html-allowed.ts alone, style
 * of the safe subset, no remote reference but links, and remote images only when they are asked for. Cleaning it again brings out no other element.
 */
import sanitize from 'sanitize-html';
import { allowedAttributes, allowedTags, everywhere, nonTextTags } from './html-allowed.ts';
import { createPalette } from './html-colours.ts';
import { createCssCleaner } from './html-css.ts';
import { type Attributes, createElementCleaner, type ElementCleaner } from './html-elements.ts';
import { createHeightGuess, type HeightGuess } from './html-height.ts';
import { createPictures, type OwnPictures, type RemoteCount } from './html-remote.ts';
import { findSheets } from './html-sheets.ts';
import { escapeHtml } from './markup.ts';
import { markQuotes } from './quote-marks.ts';

export interface CleanRequest extends OwnPictures {
  readonly html: string;
  /** Colours are written for a light and a dark page; only for what `isAdaptable`. */
  readonly isAdapted: boolean;
}

export interface CleanMail {
  readonly html: string;
  /** Attributes of the mail's body. */
  readonly body: Attributes;
  readonly css: string;
  readonly remote: RemoteCount;
  readonly contentIds: readonly string[];
  readonly locations: readonly string[];
  /** Every colour is known, and stands on paper. */
  readonly isAdaptable: boolean;
  /** Pixels, in a wide and in a narrow frame. */
  readonly heights: readonly [wide: number, narrow: number];
}

/** Beyond these the cleaning takes time that grows with the square of the depth. */
const mostTags = 60_000;
const mostUnclosed = 10_000;
const deepest = 400;

export function cleanMail(request: CleanRequest): CleanMail {
  return isTooDeep(request.html) ? cleanWords(request.html) : cleanHtml(request);
}

function isTooDeep(html: string): boolean {
  const closing = html.match(/<\//g)?.length ?? 0;
  const tags = html.match(/</g)?.length ?? 0;
  return tags > mostTags || tags - 2 * closing > mostUnclosed;
}

/** Everything that is said, without any form. */
function cleanWords(html: string): CleanMail {
  const words = html.replace(/<[^<>]*>?/g, ' ').replace(/[ \t]{2,}/g, ' ');
  return {
    html: `<pre>${escapeHtml(words)}</pre>`,
    body: {},
    css: '',
    remote: { images: 0, counters: 0, others: 0 },
    contentIds: [],
    locations: [],
    isAdaptable: true,
    heights: [2000, 2000],
  };
}

const wideFrame = 680;
const narrowFrame = 320;

function cleanHtml(request: CleanRequest): CleanMail {
  const pictures = createPictures(request);
  const palette = createPalette();
  const css = createCssCleaner({
    palette,
    isAdapted: request.isAdapted,
    picture: (address) => pictures.take(address),
    other: (address) => pictures.other(address),
  });
  const guesses = [createHeightGuess(wideFrame), createHeightGuess(narrowFrame)] as const;
  const cleaner = createElementCleaner({ pictures, css, palette, isAdapted: request.isAdapted });
  const sheets = findSheets(request.html).map((sheet) => css.sheet(sheet));
  const html = runSanitizer(request.html, cleaner, guesses);
  return {
    html,
    body: cleaner.body(),
    css: sheets.join(''),
    remote: pictures.count(),
    contentIds: pictures.contentIds(),
    locations: pictures.locations(),
    isAdaptable: palette.isAdaptable(),
    heights: [guesses[0].height(), guesses[1].height()],
  };
}

function runSanitizer(
  html: string,
  cleaner: ElementCleaner,
  guesses: readonly HeightGuess[],
): string {
  return sanitize(markQuotes(html), {
    allowedTags: [...allowedTags],
    allowedAttributes: { '*': [...everywhere], ...lists },
    parseStyleAttributes: false,
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: [...nonTextTags],
    nestingLimit: deepest,
    transformTags: { '*': cleaner.clean },
    onOpenTag: (tag, attributes) => {
      cleaner.note(tag, attributes);
      for (const guess of guesses) guess.open(tag, attributes);
    },
    onCloseTag: (tag) => {
      for (const guess of guesses) guess.close(tag);
    },
    textFilter: (text) => {
      for (const guess of guesses) guess.text(text);
      return text;
    },
  });
}

const lists = Object.fromEntries(
  Object.entries(allowedAttributes).map(([tag, names]) => [tag, [...names]]),
);
