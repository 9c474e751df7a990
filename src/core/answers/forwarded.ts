/**
 * The text of a message that goes on to somebody else: who wrote it, when, to whom, and what.
 *
 * Promises: pure; begins with the line by which mail programs (and render/light-html.ts) know a forwarded message.
 */
import { type Address, formatAddress } from '../message/address.ts';

/** What stands before each value, in the language of the writer. */
export interface ForwardedWords {
  /** Within the line of dashes. */
  readonly heading: string;
  readonly from: string;
  readonly date: string;
  readonly subject: string;
  readonly to: string;
  readonly cc: string;
}

export const englishForwarded: ForwardedWords = {
  heading: 'Forwarded message',
  from: 'From',
  date: 'Date',
  subject: 'Subject',
  to: 'To',
  cc: 'Cc',
};

export interface ForwardedMail {
  readonly from: Address | undefined;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  /** As the reader is to see it. */
  readonly date: string;
  readonly text: string;
}

const mostLines = 5000;
const mostNamed = 50;

export function forwardedText(mail: ForwardedMail, words: ForwardedWords): string {
  const { from, to, cc, subject, date, text } = mail;
  const people = (each: readonly Address[]) =>
    each.slice(0, mostNamed).map(formatAddress).join(', ');
  const head: readonly (readonly [name: string, value: string])[] = [
    [words.from, from === undefined ? '' : formatAddress(from)],
    [words.date, date],
    [words.subject, subject],
    [words.to, people(to)],
    [words.cc, people(cc)],
  ];
  return [
    `---------- ${words.heading} ----------`,
    ...head.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`),
    '',
    ...text.replace(/\r\n?/g, '\n').trimEnd().split('\n').slice(0, mostLines),
  ].join('\n');
}
