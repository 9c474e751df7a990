/**
 * The first words of a mail, for lists.
 *
 * Promises: total, one line, at most 200 characters; what the writer quoted does not count, nor a signature, unless there is nothing else.
 */

import { ownText } from './quotes/divide.ts';

const most = 200;

export function toSnippet(text: string): string {
  const whole = text.slice(0, 20_000);
  const words = oneLine(ownText(whole));
  return shorten(words === '' ? oneLine(whole) : words);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

function shorten(text: string): string {
  const characters = [...text.slice(0, most * 2)];
  return characters.length <= most
    ? characters.join('')
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}
