/**
 * Answers that fit the mail: what they are, why they fit, what a click does.
 *
 * Promises: pure; an earlier answer is marked as one, with its date and ticket; only a whole answer can be sent as it is.
 */

import { formatPreparedKey, keyOfModule } from '../../../services/answers/prepared-texts.ts';
import type { Suggestion } from '../../../services/answers/suggestions.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { MessageWords } from './message.ts';

export interface OfferView {
  readonly key: string;
  /** Key on the keyboard, from 1. */
  readonly number: number;
  readonly title: string;
  /** Language tag of the text; empty when nobody knows. */
  readonly language: string;
  /** What stands small beside the title. */
  readonly mark: string;
  /** Why it fits, in sentences. */
  readonly why: string;
  /** Words of the mail that it has. */
  readonly words: string;
  readonly isEarlier: boolean;
  readonly canSend: boolean;
}

const mostWords = 4;
const mostTitle = 60;

export function presentOffers(
  suggestions: readonly Suggestion[],
  words: MessageWords,
): readonly OfferView[] {
  return suggestions.map((suggestion, at) =>
    suggestion.kind === 'module'
      ? presentModule(suggestion, at + 1, words)
      : presentEarlier(suggestion, at + 1, words),
  );
}

function presentModule(
  { module, isOtherLanguage, words, used }: Extract<Suggestion, { kind: 'module' }>,
  number: number,
  { locale }: MessageWords,
): OfferView {
  const name = locale.languageName(module.language);
  return {
    key: keyOfModule(module),
    number,
    title: module.title,
    language: module.language,
    mark: isOtherLanguage ? name : module.language,
    why: [
      ...whyWords(words, locale),
      ...(used === 0 ? [] : [locale.text('offers.used', { count: used })]),
      ...(isOtherLanguage ? [locale.text('offers.other-language', { language: name })] : []),
    ].join(' '),
    words: shownWords(words, locale),
    isEarlier: false,
    canSend: module.kind === 'answer',
  };
}

function presentEarlier(
  { ticket, message, at, text, words }: Extract<Suggestion, { kind: 'earlier' }>,
  number: number,
  { locale, dates, now }: MessageWords,
): OfferView {
  return {
    key: formatPreparedKey({ kind: 'earlier', ticket, message }),
    number,
    title: firstWords(text),
    language: '',
    mark: locale.text('offers.earlier', { date: dates.moment(at, now) }),
    why: [
      locale.text('offers.why-earlier', { number: ticket, date: dates.full(at) }),
      ...whyWords(words, locale),
    ].join(' '),
    words: shownWords(words, locale),
    isEarlier: true,
    canSend: false,
  };
}

function whyWords(words: readonly string[], locale: Locale): readonly string[] {
  if (words.length === 0) return [];
  return [locale.text('offers.matches', { words: locale.list(words.slice(0, mostWords)) })];
}

function shownWords(words: readonly string[], locale: Locale): string {
  return locale.facts(words.slice(0, mostWords));
}

/** The first line that says something. */
function firstWords(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  // A greeting ends with a comma, in most languages.
  const line = lines.find((each) => each !== '' && !/[,،，、:!]$/.test(each)) ?? lines[0] ?? '';
  return line.length <= mostTitle ? line : `${line.slice(0, mostTitle - 1).trimEnd()}…`;
}

/** Where a page that has no offers yet gets them, and what its form of them needs. */
export function presentOfferPlace(
  { number, messages }: TicketFolder,
  { message, isOpen, seen }: { message: string; isOpen: boolean; seen: readonly string[] },
) {
  const newest = messages.findLast(({ event }) => event.kind === 'mail-in')?.event.name ?? '';
  const to = encodeURIComponent(message === '' ? newest : message);
  const page = `/tickets/${number}`;
  return {
    href: `${page}/offers?to=${to}${isOpen ? '&open=1' : ''}`,
    action: `${page}/insert?to=${to}`,
    openHref: `${page}/answer?to=${to}&offers=1`,
    seen: seen.join(' '),
    isOpen,
  };
}

/** Whether there is a mail that an answer could fit. */
export function hasMail({ messages }: TicketFolder): boolean {
  return messages.some(({ event }) => event.kind === 'mail-in');
}
