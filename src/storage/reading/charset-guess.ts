/**
 * Which character set a text without a (true) label is in: by validity, then by how plausible its letters are.
 *
 * Promises: total, bounded: a sample of the lines beyond ASCII decides, whatever the length.
 * Leaves to others: UTF-8 and sets of seven bits, which need no guess (charset.ts).
 */
import { decodeAs } from './charset-codecs.ts';
import { letterCounts } from './charset-letters.ts';
import { type Glyphs, plausibility, toGlyphs } from './charset-plausible.ts';

export interface Guess {
  readonly charset: string;
  /** Nats a byte beyond ASCII; below -5 it is hardly a text. */
  readonly perByte: number;
}

/** What somebody said about the text, and how many nats it is worth. */
export interface Saying {
  readonly charset: string;
  readonly worth: number;
}

interface Candidate {
  readonly charset: string;
  /** Nats that the set is rarer than others in mail. */
  readonly rarity: number;
  readonly languages: readonly string[];
}

const western = 'de fr es pt it nl da sv fi is ca sq'.split(' ');
const central = 'pl cs sk hu ro sl hr de sq'.split(' ');
const cyrillic = 'ru uk be bg sr mk'.split(' ');

const candidates: readonly Candidate[] = [
  { charset: 'windows-1252', rarity: 0, languages: western },
  { charset: 'windows-1251', rarity: 0.5, languages: cyrillic },
  { charset: 'gb18030', rarity: 0.5, languages: ['zhHans'] },
  { charset: 'shift_jis', rarity: 0.5, languages: ['ja'] },
  { charset: 'euc-kr', rarity: 0.5, languages: ['ko'] },
  { charset: 'big5', rarity: 0.5, languages: ['zhHant'] },
  { charset: 'euc-jp', rarity: 1, languages: ['ja'] },
  { charset: 'koi8-r', rarity: 1, languages: ['ru', 'bg'] },
  { charset: 'koi8-u', rarity: 1.5, languages: ['uk', 'be', 'ru'] },
  { charset: 'windows-1250', rarity: 1, languages: central },
  { charset: 'windows-1253', rarity: 1, languages: ['el'] },
  { charset: 'windows-1254', rarity: 1, languages: ['tr'] },
  { charset: 'windows-1255', rarity: 1, languages: ['he'] },
  { charset: 'windows-1256', rarity: 1, languages: ['ar', 'fa'] },
  { charset: 'windows-1257', rarity: 1.5, languages: ['lt', 'lv', 'et'] },
  { charset: 'windows-874', rarity: 1, languages: ['th'] },
  { charset: 'iso-8859-2', rarity: 1.5, languages: central },
  { charset: 'iso-8859-5', rarity: 2.5, languages: cyrillic },
  { charset: 'iso-8859-6', rarity: 2.5, languages: ['ar'] },
  { charset: 'iso-8859-7', rarity: 3, languages: ['el'] },
  { charset: 'iso-8859-8', rarity: 2, languages: ['he'] },
  { charset: 'iso-8859-15', rarity: 2, languages: western },
  { charset: 'iso-8859-13', rarity: 3, languages: ['lt', 'lv', 'et'] },
  { charset: 'cp866', rarity: 5, languages: ['ru', 'uk'] },
  { charset: 'macintosh', rarity: 7, languages: ['de', 'fr', 'es', 'it', 'pt'] },
  { charset: 'cp850', rarity: 7, languages: ['de', 'fr', 'es', 'it', 'da', 'sv', 'pt'] },
  { charset: 'cp852', rarity: 8, languages: ['pl', 'cs', 'hu'] },
  { charset: 'maccyrillic', rarity: 8, languages: ['ru'] },
];

const allLanguages = Object.keys(letterCounts);

/** `bytes`: not all of them ASCII. The set that `sayings` name most firmly stands in for a text that says nothing. */
export function guessCharset(bytes: Buffer, sayings: readonly Saying[] = []): Guess {
  const sample = sampleOf(bytes);
  const highBytes = countHigh(sample);
  let best: { charset: string; score: number } | undefined;
  for (const candidate of withSaid(sayings)) {
    const score = scoreOf(sample, candidate, highBytes) + worthOf(candidate.charset, sayings);
    if (best === undefined || score > best.score) best = { charset: candidate.charset, score };
  }
  const charset = best?.charset ?? 'windows-1252';
  return { charset, perByte: ((best?.score ?? 0) - worthOf(charset, sayings)) / highBytes };
}

/** Whether it is known which languages are written in the set. */
export function hasLetterCounts(charset: string): boolean {
  return candidates.some((candidate) => candidate.charset === charset);
}

/** Nats that the bytes have as a text in the set, and the bytes beyond ASCII they were counted over. */
export function measure(bytes: Buffer, charset: string): { score: number; bytes: number } {
  const sample = sampleOf(bytes);
  const highBytes = countHigh(sample);
  const known = candidates.find((candidate) => candidate.charset === charset);
  const languages = known?.languages ?? allLanguages;
  return {
    score: scoreOf(sample, { charset, rarity: 0, languages }, highBytes),
    bytes: highBytes,
  };
}

function withSaid(sayings: readonly Saying[]): readonly Candidate[] {
  const unknown = sayings.filter(
    ({ charset }) => !candidates.some((candidate) => candidate.charset === charset),
  );
  return unknown.length === 0
    ? candidates
    : [
        ...candidates,
        ...unknown.map(({ charset }) => ({ charset, rarity: 0, languages: allLanguages })),
      ];
}

function worthOf(charset: string, sayings: readonly Saying[]): number {
  return sayings.reduce(
    (sum, saying) => (saying.charset === charset ? sum + saying.worth : sum),
    0,
  );
}

function scoreOf(sample: Buffer, { charset, rarity, languages }: Candidate, high: number): number {
  const text = decodeAs(sample, charset);
  // A tenth of the bytes without meaning: no language needs to be asked.
  const broken = count(text, '\uFFFD');
  if (broken * 10 > high && broken > 2) return -14 * high;
  const glyphs: Glyphs = toGlyphs(text);
  let best = Number.NEGATIVE_INFINITY;
  for (const language of languages) best = Math.max(best, plausibility(glyphs, language));
  return best - rarity;
}

function count(text: string, sign: string): number {
  let found = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) found += 1;
  return found;
}

function countHigh(bytes: Buffer): number {
  let high = 0;
  for (const byte of bytes) if (byte >= 0x80) high += 1;
  return Math.max(high, 1);
}

const limits = { sampleBytes: 2000, lineBytes: 700, searchedBytes: 1_000_000 };

/** Lines with bytes beyond ASCII, until there is enough to judge by. */
function sampleOf(bytes: Buffer): Buffer {
  if (bytes.length <= limits.sampleBytes) return bytes;
  const lines: Buffer[] = [];
  let room = limits.sampleBytes;
  const end = Math.min(bytes.length, limits.searchedBytes);
  for (let at = 0; at < end && room > 0; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    // From the last line end or, in a long line, from some blanks before.
    let start = at;
    while (start > 0 && at - start < 80 && bytes[start - 1] !== 0x0a) start -= 1;
    if (at - start === 80) while (start < at && (bytes[start] ?? 0) > 0x20) start += 1;
    const line = bytes.subarray(start, lineEnd(bytes, at, Math.min(limits.lineBytes, room + 80)));
    lines.push(line, newline);
    room -= line.length;
    at = start + line.length;
  }
  return Buffer.concat(lines);
}

const newline = Buffer.from('\n');

/** The end of the line, or a blank near the end of what may be taken: no character is cut there. */
function lineEnd(bytes: Buffer, from: number, room: number): number {
  const far = Math.min(bytes.length, from + room);
  const end = bytes.subarray(from, far).indexOf(0x0a);
  if (end >= 0) return from + end;
  for (let at = far; at > from + 1 && far < bytes.length; at -= 1) {
    if ((bytes[at] ?? 0) <= 0x20) return at;
  }
  return far;
}
