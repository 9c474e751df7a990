/**
 * The line above a quotation, in the language of whoever is answered.
 *
 * Customers write in more languages than the viewer is in. Owns: the file `locales/attributions.json`.
 * Promises: dates follow CLDR. Leaves to others: what is quoted (core/answers/quotation.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { parentTags } from '../../base/language-tag.ts';
import type { Catalogue } from './locale.ts';

export interface AttributionRequest {
  /** Language tag, such as `pt-BR`. */
  readonly language: string;
  readonly name: string;
  readonly time: Instant;
  readonly timeZone: string;
}

/** Undefined for a language without a text. */
export type Attribute = (request: AttributionRequest) => string | undefined;

export function createAttributions(texts: Catalogue): Attribute {
  return ({ language, name, time, timeZone }) => {
    const tag = language.trim().toLowerCase();
    const found = [tag, ...parentTags(tag).map((each) => each.toLowerCase())].find((each) =>
      Object.hasOwn(texts, each),
    );
    const text = found === undefined ? undefined : texts[found];
    if (text === undefined) return undefined;
    // British dates, as the viewer has them in English.
    const format = new Intl.DateTimeFormat(tag === 'en' ? 'en-GB' : found, {
      timeZone,
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const values: Readonly<Record<string, string>> = { time: format.format(time), name };
    return text.replace(/\{\{(time|name)\}\}/g, (_, key: string) => values[key] ?? '');
  };
}
