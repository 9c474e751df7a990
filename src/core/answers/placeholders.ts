/**
 * Placeholders in prepared texts: `{{ticket.number}}`, `{{customer.name | "customer"}}`.
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

const placeholder =
  /\{\{[ \t]*([\p{L}][\p{L}\p{N}_.-]{0,99})[ \t]*(?:\|[ \t]*"([^"\n]*)"[ \t]*)?\}\}/gu;

/**
 * A known name with nothing to say takes its fallback, else it leaves no trace. An unknown name without
 * a fallback stays as written, so that a slip of the pen is seen.
 */
export function fillPlaceholders(text: string, values: PlaceholderValues): FilledText {
  const missing = new Set<string>();

  const filled = text.replace(placeholder, (whole, name: string, fallback: string | undefined) => {
    const known = Object.hasOwn(values, name);
    const value = known ? (values[name] ?? '') : '';
    if (value !== '') return value;
    if (fallback !== undefined) return fallback;
    missing.add(name);
    return known ? '' : whole;
  });

  return { text: filled, missing: [...missing] };
}
