/**
 * RTF as what a mail says: the HTML or the text that Outlook wrapped in it (MS-OXRTFEX), or the words of RTF that was written as such.
 *
 * Promises: total and bounded, one pass without recursion; what is cut off or unbalanced gives what stands before. A library for
 * the first half exists; it refuses whatever is not wrapped, throws at the first mistake, and makes room for as much binary data
 * as a number in the text says.
 * Leaves to others: cleaning the HTML.
 */
import { decodeCodePage } from './code-pages.ts';
import { type RtfToken, readRtfTokens } from './rtf-tokens.ts';

export interface RtfReading {
  readonly kind: 'html' | 'text' | 'plain';
  readonly text: string;
  /** Too long to be read to its end. */
  readonly isCut: boolean;
}

interface Group {
  /** Nothing of it is shown: tables, pictures, what is marked as ignorable. */
  readonly isSkipped: boolean;
  /** A tag of the wrapped HTML stands in it. */
  readonly isTag: boolean;
  readonly isFontTable: boolean;
  /** Added for readers that show RTF, no part of the HTML. */
  readonly isExtra: boolean;
  readonly font: number;
  /** Characters behind `\u` that stand for it in other readers. */
  readonly after: number;
}

interface State {
  kind: RtfReading['kind'];
  group: Group;
  readonly outer: Group[];
  /** Groups within those that are no longer counted one by one. */
  tooDeep: number;
  page: number;
  readonly fontPages: Map<number, number | undefined>;
  tableFont: number;
  /** `\*` stood before: the next word decides. */
  isIgnorable: boolean;
  toSkip: number;
  /** Bytes not yet decoded: characters of several bytes come one by one. */
  pending: Buffer[];
  pendingPage: number | undefined;
  readonly out: string[];
  length: number;
}

const deepest = 2000;
const mostCharacters = 16_000_000;
/** Braces, words and runs of text; documents of hundreds of pages have fewer. */
const mostTokens = 1_500_000;

export function readRtf(rtf: Buffer): RtfReading | undefined {
  if (!/^[\s\0]*\{\\rtf/.test(rtf.toString('latin1', 0, 100))) return undefined;
  const state: State = {
    kind: 'plain',
    group: {
      isSkipped: false,
      isTag: false,
      isFontTable: false,
      isExtra: false,
      font: -1,
      after: 1,
    },
    outer: [],
    tooDeep: 0,
    page: 1252,
    fontPages: new Map(),
    tableFont: -1,
    isIgnorable: false,
    toSkip: 0,
    pending: [],
    pendingPage: undefined,
    out: [],
    length: 0,
  };
  let left = mostTokens;
  for (const token of readRtfTokens(rtf)) {
    left -= 1;
    if (left === 0 || state.length > mostCharacters) break;
    takeToken(state, token);
  }
  flush(state);
  const isCut = left === 0 || state.length > mostCharacters;
  return { kind: state.kind, text: state.out.join(''), isCut };
}

function takeToken(state: State, token: RtfToken): void {
  if (token.kind === 'open') openGroup(state);
  else if (token.kind === 'close') closeGroup(state);
  else if (token.kind === 'bytes') takeBytes(state, token.bytes);
  else takeWord(state, token.word, token.number);
}

function openGroup(state: State): void {
  state.toSkip = 0;
  if (state.outer.length >= deepest) state.tooDeep += 1;
  else state.outer.push(state.group);
}

function closeGroup(state: State): void {
  state.toSkip = 0;
  state.isIgnorable = false;
  if (state.tooDeep > 0) {
    state.tooDeep -= 1;
    return;
  }
  const outer = state.outer.pop();
  if (outer !== undefined) state.group = outer;
}

function isShown({ isSkipped, isExtra }: Group): boolean {
  return !isSkipped && !isExtra;
}

function takeBytes(state: State, bytes: Buffer): void {
  state.isIgnorable = false;
  const skipped = Math.min(state.toSkip, bytes.length);
  state.toSkip -= skipped;
  const rest = bytes.subarray(skipped);
  if (rest.length === 0 || !isShown(state.group)) return;
  const page = pageOf(state);
  if (page !== state.pendingPage) flush(state);
  state.pendingPage = page;
  state.pending.push(rest);
}

/** Tags are written in the code page of the whole, words in that of their font. */
function pageOf({ group, fontPages, page }: State): number {
  return group.isTag ? page : (fontPages.get(group.font) ?? page);
}

function flush(state: State): void {
  if (state.pending.length === 0) return;
  const text = decodeCodePage(Buffer.concat(state.pending), state.pendingPage);
  state.pending = [];
  state.length += text.length;
  state.out.push(text);
}

function write(state: State, text: string): void {
  if (!isShown(state.group)) return;
  flush(state);
  state.length += text.length;
  state.out.push(text);
}

function takeWord(state: State, word: string, number: number | undefined): void {
  const isFirst = state.isIgnorable;
  state.isIgnorable = word === '*';
  if (word === '*') return;
  if (state.toSkip > 0 && word !== 'u') {
    state.toSkip -= 1;
    return;
  }
  if (isFirst) {
    // Readers may ignore such a group, and do but for the tags of wrapped HTML.
    const isTag = word === 'htmltag';
    state.group = { ...state.group, isTag, isSkipped: state.group.isSkipped || !isTag };
    return;
  }
  if (takeSetting(state, word, number)) return;
  const sign = signs.get(word);
  if (sign !== undefined) write(state, sign[state.kind === 'html' ? 1 : 0]);
}

const tables: ReadonlySet<string> = new Set([
  'colortbl',
  'stylesheet',
  'info',
  'pict',
  'header',
  'headerl',
  'headerr',
  'headerf',
  'footer',
  'footerl',
  'footerr',
  'footerf',
  'objdata',
  'fldinst',
  'listtable',
  'xe',
  'tc',
]);

/** Of lists: text beside RTF that has no lists; wrapped HTML has its own. */
const bullets: ReadonlySet<string> = new Set(['pntext', 'listtext']);

/** True when the word says how to read on, and shows nothing. */
function takeSetting(state: State, word: string, number: number | undefined): boolean {
  const { group } = state;
  if (tables.has(word) || (state.kind === 'html' && bullets.has(word)))
    state.group = { ...group, isSkipped: true };
  else if (word === 'fonttbl') state.group = { ...group, isSkipped: true, isFontTable: true };
  else if (word === 'fromhtml' && number !== 0) state.kind = 'html';
  else if (word === 'fromtext') state.kind = 'text';
  else if (word === 'htmlrtf') state.group = { ...group, isExtra: number !== 0 };
  else if (word === 'ansicpg') state.page = number || 1252;
  else if (word === 'mac') state.page = 10_000;
  else if (word === 'pc') state.page = 437;
  else if (word === 'pca') state.page = 850;
  else if (word === 'uc') state.group = { ...group, after: Math.max(0, Math.min(number ?? 1, 20)) };
  else if (word === 'u') takeUnicode(state, number);
  else if (word === 'plain' || word === 'deff') chooseFont(state, word === 'deff' ? number : -1);
  else if (word === 'f') chooseFont(state, number);
  else if (word === 'fcharset') setFontPage(state, fontSets.get(number ?? 0));
  else if (word === 'cpg') setFontPage(state, number);
  else return false;
  return true;
}

function takeUnicode(state: State, number: number | undefined): void {
  if (number !== undefined) write(state, String.fromCharCode(number & 0xffff));
  state.toSkip = state.group.after;
}

function chooseFont(state: State, number: number | undefined): void {
  if (state.group.isFontTable) state.tableFont = number ?? -1;
  else state.group = { ...state.group, font: number ?? -1 };
}

const mostFonts = 5000;

function setFontPage(state: State, page: number | undefined): void {
  if (!state.group.isFontTable || state.fontPages.size >= mostFonts) return;
  state.fontPages.set(state.tableFont, page);
}

/** Character sets of fonts (RTF 1.9.1); number 1 means the code page of the whole. */
const fontSets: ReadonlyMap<number, number> = new Map([
  [0, 1252],
  [77, 10_000],
  [128, 932],
  [129, 949],
  [130, 1361],
  [134, 936],
  [136, 950],
  [161, 1253],
  [162, 1254],
  [163, 1258],
  [177, 1255],
  [178, 1256],
  [186, 1257],
  [204, 1251],
  [222, 874],
  [238, 1250],
  [254, 437],
]);

/** What a word shows: as text, and within HTML. */
const signs: ReadonlyMap<string, readonly [text: string, html: string]> = new Map([
  ['par', ['\n', '\r\n']],
  ['line', ['\n', '\r\n']],
  ['sect', ['\n', '\r\n']],
  ['page', ['\n', '\r\n']],
  ['row', ['\n', '\r\n']],
  ['nestrow', ['\n', '\r\n']],
  ['\n', ['\n', '\r\n']],
  ['\r', ['\n', '\r\n']],
  ['tab', ['\t', '\t']],
  ['cell', ['\t', '\t']],
  ['nestcell', ['\t', '\t']],
  ['\\', ['\\', '\\']],
  ['{', ['{', '{']],
  ['}', ['}', '}']],
  ['~', ['\u00a0', '&nbsp;']],
  ['_', ['\u2011', '&#8209;']],
  ['-', ['\u00ad', '&shy;']],
  ['bullet', ['\u2022', '&bull;']],
  ['lquote', ['\u2018', '&lsquo;']],
  ['rquote', ['\u2019', '&rsquo;']],
  ['ldblquote', ['\u201c', '&ldquo;']],
  ['rdblquote', ['\u201d', '&rdquo;']],
  ['endash', ['\u2013', '&ndash;']],
  ['emdash', ['\u2014', '&mdash;']],
  ['enspace', ['\u2002', '&ensp;']],
  ['emspace', ['\u2003', '&emsp;']],
]);
