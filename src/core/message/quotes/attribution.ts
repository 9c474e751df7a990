/**
 * The line above a quotation: "On Monday Kim Berg wrote:".
 *
 * Promises: pure; looks at four lines and 800 signs at most, whatever the text. Leaves to others: what stands below it (divide.ts).
 */
import type { Line } from './lines.ts';
import { anyOf, asWord } from './patterns.ts';
import { openers, quoting, wroteClose, wroteSpaced } from './words.ts';

export interface Attribution {
  /** Lines that it takes. */
  readonly count: number;
  /** Nobody writes such a line himself: what follows is quoted even without marks. */
  readonly isCertain: boolean;
}

const mostLines = 4;
const longest = 800;

export function attributionAt(lines: readonly Line[], start: number): Attribution | undefined {
  let joined = '';
  for (let count = 1; count <= mostLines; count += 1) {
    const line = lines[start + count - 1];
    if (line === undefined || line.plain === '' || line.isMarked) return undefined;
    joined = joined === '' ? line.plain : `${joined} ${line.plain}`;
    if (joined.length > longest) return undefined;
    const reading = readAttribution(joined);
    // Of several lines the first must begin it, or words above would be taken along.
    const begins = reading?.isBegun === true && canBegin(lines[start]?.plain ?? '');
    if (reading !== undefined && (count === 1 || begins)) {
      return { count, isCertain: reading.isCertain };
    }
    if (endsSentence(line.plain, lines[start + count]?.plain ?? '')) return undefined;
  }
  return undefined;
}

/** The same of a text that is known to be one. */
export function isAttribution(text: string): boolean {
  return text.length <= longest && readAttribution(text)?.isCertain === true;
}

/** The date stands in the first line, or the address does. */
function canBegin(line: string): boolean {
  return (
    /\p{Nd}|<|^(?:on|am|le|el|il|op|den|em|dne)\s/iu.test(line) && !/[!?]$|\p{L}{2,}\.$/u.test(line)
  );
}

function endsSentence(line: string, next: string): boolean {
  if (/[!?…]$/.test(line)) return true;
  return /\p{L}{4,}\.$/u.test(line) && !/^\p{Nd}/u.test(next);
}

const wrote = new RegExp(`${asWord(anyOf(wroteSpaced))}|${anyOf(wroteClose)}`, 'iu');
const closeEnd = new RegExp(`(?:${anyOf(wroteClose)})\\s?$`, 'iu');
const opened = new RegExp(`^(?:${anyOf(openers)})(?=[\\s,\\p{Nd}-]).{0,70}\\p{Nd}`, 'iu');
/** A date within the first words, or behind the name and its address. */
const datedSoon =
  /^(?:[^\p{Nd}]{0,28}|[^<>]{1,80}<\s?[^\s<>@]{1,64}@[^\s<>@]{1,190}>.{0,28})\p{Nd}/u;
const quoted = new RegExp(`^(?:${anyOf(quoting)})\\s.{2,200}[:：]$`, 'iu');
/** "From Kim at ten", as Russian programs say it. */
const fromWhom = /(?:^|\s)(?:от|from|von|van|kimden|від)\s.{1,160}<[^<>\s]+@[^<>\s]+>\s?:$/iu;
const address = /[^\s<>@"'(),:;]{1,64}@[^\s<>@"'(),:;]{1,190}/u;
const bracketed = /[<([「【]\s?(?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,190}\s?[>)\]」】]/u;
const date =
  /(?<!\p{Nd})(?:19|20|25|14|１９|２０|٢٠|۱۴|۲۰|२०|๒๕)\p{Nd}{2}(?!\p{Nd})|\p{Nd}{1,4}\s?[./年년-]\s?\p{Nd}{1,2}\s?[./月월-]\s?\p{Nd}{1,4}/u;
const time = /(?<!\p{Nd})\p{Nd}{1,2}\s?(?:[:：.h]\s?\p{Nd}{2}|時|时|시)(?!\p{Nd})/u;

interface Reading {
  readonly isCertain: boolean;
  /** It begins as such lines begin: with a date, or with the word before one. */
  readonly isBegun: boolean;
}

function readAttribution(joined: string): Reading | undefined {
  const text = joined
    .replace(/^>>>\s/, '')
    .replace(/[*_]{1,3}/g, '')
    .trim();
  const bare = text.replace(/\s?[-—]{1,40}$/u, '').trimEnd();
  const hasColon = /[:：]$/u.test(bare);
  const isFramed = /^-{2,}\s?\S/.test(text) && bare !== text;
  if (!hasColon && !isFramed && !closeEnd.test(bare)) return undefined;
  const isQuoting = quoted.test(bare);
  const hasVerb = wrote.test(bare) || isQuoting;
  const hasDate = date.test(bare);
  const hasAddress = address.test(bare);
  const isBegun = hasDate && (opened.test(bare) || datedSoon.test(bare));
  if (!hasVerb && !(hasDate && hasAddress) && !(hasColon && hasAddress && bare.length < 300))
    return undefined;
  const hasTime = time.test(bare);
  const isNamed = bracketed.test(bare);
  const isCertain =
    (hasVerb && hasDate && (hasTime || isNamed)) ||
    (hasDate && hasTime && isNamed && hasColon && isBegun) ||
    (hasDate && hasTime && fromWhom.test(bare)) ||
    (isQuoting && isNamed);
  return { isCertain, isBegun: isBegun || isQuoting };
}
