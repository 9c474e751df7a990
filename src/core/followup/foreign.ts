/**
 * Numbers of other systems in a subject, so that a desk can take over running conversations.
 *
 * Owns: the text form of a kind (`otrs`, `zammad`, `rt NAME`, `NAME HOOK`) and of a number (`otrs:2026112310000012`).
 * Promises: reading is total and linear; nothing but literal text and runs of digits is matched, so no pattern of
 * an operator can make it slow.
 */
declare const foreignBrand: unique symbol;

/** `KIND:DIGITS`, for example `otrs:2026112310000012`. */
export type ForeignNumber = string & { readonly [foreignBrand]: 'ForeignNumber' };

export interface ForeignKind {
  readonly name: string;
  /** What stands before the digits, without regard to case. */
  readonly hook: string;
}

const fewestDigits = 1;
const mostDigits = 32;
const mostFound = 5;
const longestSubject = 2000;

/** Undefined when the text names no kind. */
export function parseForeignKind(text: string): ForeignKind | undefined {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  const name = first.toLowerCase();
  const hook = rest.join(' ');
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || hook.length > 60 || /\p{Cc}/u.test(hook))
    return undefined;
  if (name === 'rt') return hook === '' ? undefined : { name, hook: `[${hook} #` };
  if (hook === '')
    return name === 'otrs' || name === 'zammad' ? { name, hook: 'Ticket#' } : undefined;
  // A hook of digits alone, or one that ends in a digit, would leave open where the number begins.
  return /[0-9]$/.test(hook) ? undefined : { name, hook };
}

export function formatForeignKind({ name, hook }: ForeignKind): string {
  if (name === 'rt') return `rt ${hook.slice(1, -2)}`;
  return (name === 'otrs' || name === 'zammad') && hook === 'Ticket#' ? name : `${name} ${hook}`;
}

/** Every number of these kinds at word boundaries, in order, without repetitions. One place counts for one kind. */
export function findForeignNumbers(
  subject: string,
  kinds: readonly ForeignKind[],
): readonly ForeignNumber[] {
  const text = subject.slice(0, longestSubject);
  const taken = new Set<number>();
  const found = kinds.flatMap(({ name, hook }) =>
    findHooks(text, hook).flatMap((at) => {
      const digits = digitsAfter(text, at + hook.length);
      if (digits === undefined || taken.has(digits.at)) return [];
      taken.add(digits.at);
      return [{ at: digits.at, key: `${name}:${digits.run}` as ForeignNumber }];
    }),
  );
  const ordered = found.sort((one, other) => one.at - other.at).map(({ key }) => key);
  return [...new Set(ordered)].slice(0, mostFound);
}

function findHooks(text: string, hook: string): readonly number[] {
  const [lower, wanted] = [text.toLowerCase(), hook.toLowerCase()];
  // Some letters grow when they are made small; then places in the two texts differ.
  if (lower.length !== text.length || wanted === '') return [];
  const places: number[] = [];
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
    const isInWord = /[\p{L}\p{N}]/u.test(lower[at - 1] ?? '') && /^[\p{L}\p{N}]/u.test(wanted);
    if (!isInWord) places.push(at);
  }
  return places;
}

/** The run of digits there, perhaps after a colon and blanks (`Ticket#: 123`), that no letter or digit continues. */
function digitsAfter(text: string, start: number): { at: number; run: string } | undefined {
  const [whole = '', gap = '', run = ''] =
    /^(:? {0,2})([0-9]+)/.exec(text.slice(start, start + mostDigits + 4)) ?? [];
  if (run.length < fewestDigits || run.length > mostDigits) return undefined;
  if (/[\p{L}\p{N}]/u.test(text[start + whole.length] ?? '')) return undefined;
  return { at: start + gap.length, run };
}
