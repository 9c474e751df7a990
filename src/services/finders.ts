/**
 * What is to go from a text: one passage, or everything that names a person.
 *
 * Promises: pure, in time proportional to the text. A passage is found whatever white space stands between its words.
 */
import { addressKey, isAddress } from '../core/message/address.ts';
import type { Finder } from '../storage/mapped-text.ts';

/** Fewer letters would be found everywhere. */
export const shortestPassage = 3;

/** Undefined for a passage that is too short to be looked for. */
export function findPassage(passage: string): Finder | undefined {
  const wanted = passage.replace(/\s+/g, ' ').trim();
  if (wanted.replaceAll(' ', '').length < shortestPassage) return undefined;
  return (text) => {
    const found: { start: number; end: number; by: string }[] = [];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
      found.push({ start: at, end: at + wanted.length, by: '[removed]' });
    return found;
  };
}

export interface PersonMarks {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
  /** As they were written. */
  readonly phones: readonly string[];
}

export interface Pseudonym {
  readonly address: string;
  readonly name: string;
  readonly phone: string;
}

/** The same for the whole run, and no longer than the shortest of what it stands for. */
export function makePseudonym(id: string, { addresses, names, phones }: PersonMarks): Pseudonym {
  const least = (texts: readonly string[]) => Math.min(...texts.map((text) => text.length), 40);
  return {
    address: longestOf(least(addresses), [
      `person-${id}@erased.invalid`,
      `p-${id}@x.invalid`,
      `${id}@x.y`,
      `x@x.xx`,
    ]),
    name: longestOf(least(names), [`Person ${id}`, `P. ${id}`, id, 'X']),
    phone: longestOf(least(phones), ['[number removed]', '[removed]', '******', '*']),
  };
}

function longestOf(room: number, texts: readonly string[]): string {
  return texts.find((text) => text.length <= room) ?? 'x'.repeat(Math.max(1, room));
}

export function findPerson(marks: PersonMarks, pseudonym: Pseudonym): Finder {
  const patterns = [
    ...marks.addresses.filter(isAddress).map((address) => ({
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}._+-])${quote(addressKey(address))}(?![\\p{L}\\p{N}_-])`,
        'giu',
      ),
      by: pseudonym.address,
    })),
    ...marks.names
      .filter((name) => name.trim().length >= shortestPassage)
      .map((name) => ({
        pattern: new RegExp(
          `(?<![\\p{L}\\p{N}])${name.trim().split(/\s+/).map(quote).join('\\s+')}(?![\\p{L}\\p{N}])`,
          'gu',
        ),
        by: pseudonym.name,
      })),
    ...marks.phones.flatMap((phone) => phonePattern(phone, pseudonym.phone)),
  ];
  return (text) => {
    const found = patterns.flatMap(({ pattern, by }) =>
      [...text.matchAll(pattern)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        by,
      })),
    );
    return withoutOverlaps(found);
  };
}

type Found = ReturnType<Finder>[number];

function withoutOverlaps(found: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  for (const each of [...found].sort(
    (one, other) => one.start - other.start || other.end - one.end,
  ))
    if (each.start >= (kept.at(-1)?.end ?? 0)) kept.push(each);
  return kept;
}

const fewestDigits = 6;
/** A national number is written behind its country code or behind a zero. */
const nationalDigits = 9;

function phonePattern(phone: string, by: string): readonly { pattern: RegExp; by: string }[] {
  const digits = phone.replace(/\D/g, '').replace(/^00/, '');
  if (digits.length < fewestDigits) return [];
  const core = digits.slice(-Math.min(nationalDigits, digits.length));
  const between = '[\\s\\u00a0./()-]{0,3}';
  const lead = digits.slice(0, digits.length - core.length);
  const front =
    lead === ''
      ? ''
      : `(?:\\+?(?:00)?${[...lead].join(between)}${between}(?:\\(0\\))?|0)?${between}`;
  return [{ pattern: new RegExp(`(?<!\\d)${front}${[...core].join(between)}(?!\\d)`, 'g'), by }];
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

export function replaceAll(text: string, find: Finder): string {
  return [...find(text)]
    .sort((one, other) => other.start - one.start)
    .reduce((rest, { start, end, by }) => rest.slice(0, start) + by + rest.slice(end), text);
}
