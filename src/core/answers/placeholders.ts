/**
 * Placeholders in prepared texts: `{{ticket.number}}`, `{{customer.first-name | customer.name | "customer"}}`.
 *
 * Promises: total and linear; a value that was filled in is never read again for placeholders.
 * Leaves to others: which names exist, and where their values come from.
 */

export interface FilledText {
  readonly text: string;
  /** Names without value and fallback, in order, each once. */
  readonly missing: readonly string[];
}

/** A value may be empty or undefined: known, but there is nothing to say. */
export type PlaceholderValues = Readonly<Record<string, string | undefined>>;

/** Undefined for a name that nobody knows. */
export type FindValue = (name: string) => { readonly value: string | undefined } | undefined;

export interface Placeholder {
  /** As it stands in the text. */
  readonly whole: string;
  /** The first of them with a value counts. */
  readonly names: readonly string[];
  readonly fallback: string | undefined;
}

const name = String.raw`\p{L}[\p{L}\p{N}_.-]{0,99}`;

/** Groups: the names with the signs between them, the fallback. Spaces are counted so that no run of them is read twice. */
export const placeholderPattern = String.raw`\{\{[ \t]{0,20}(${name}(?:[ \t]{0,20}\|[ \t]{0,20}${name}){0,4})[ \t]{0,20}(?:\|[ \t]{0,20}"([^"\n]*)"[ \t]{0,20})?\}\}`;

const placeholder = new RegExp(placeholderPattern, 'gu');

/** Of what the two groups of the pattern found. */
export function toPlaceholder(
  whole: string,
  names: string,
  fallback: string | undefined,
): Placeholder {
  return { whole, names: names.split('|').map((each) => each.trim()), fallback };
}

/**
 * A known name with nothing to say takes its fallback, else it leaves no trace. An unknown name without
 * a fallback stays as written, so that a slip of the pen is seen.
 */
export function fillPlaceholders(text: string, values: PlaceholderValues | FindValue): FilledText {
  const missing = new Set<string>();
  const findValue = typeof values === 'function' ? values : toFinder(values);
  const filled = text.replace(placeholder, (whole, names: string, fallback: string | undefined) =>
    fillOne(toPlaceholder(whole, names, fallback), findValue, missing),
  );
  return { text: filled, missing: [...missing] };
}

function toFinder(values: PlaceholderValues): FindValue {
  return (each) => (Object.hasOwn(values, each) ? { value: values[each] } : undefined);
}

/** What comes in its place; a name that has none is added to `missing`. */
export function fillOne(
  { whole, names, fallback }: Placeholder,
  findValue: FindValue,
  missing: Set<string>,
): string {
  let isKnown = false;
  for (const each of names) {
    const found = findValue(each);
    if (found === undefined) continue;
    isKnown = true;
    if (found.value !== undefined && found.value !== '') return found.value;
  }
  if (fallback !== undefined) return fallback;
  missing.add(names[0] ?? whole);
  return isKnown ? '' : whole;
}
