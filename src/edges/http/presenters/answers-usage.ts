/** The page on how text modules are used. Promises: pure. */
import { type TextModule, variantIn } from '../../../core/answers/text-module.ts';
import type { ModuleUse, Share, Usage } from '../../../core/answers/usage.ts';
import type { Topic } from '../../../services/answers/topics.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { type PageWords, timeText } from './account.ts';

/** Days. */
export const usagePeriods = [30, 90, 365] as const;

export interface UsageRequest {
  readonly usage: Usage;
  readonly topics: readonly Topic[];
  readonly modules: readonly TextModule[];
  readonly days: number;
  readonly words: PageWords;
}

const mostRows = 500;
const mostText = 3000;

export function presentUsage({ usage, topics, modules, days, words }: UsageRequest) {
  const { locale } = words;
  const used = usage.modules.filter(({ count }) => count > 0);
  const unused = usage.modules.filter(
    ({ id, count }) => count === 0 && modules.some((module) => module.id === id),
  );
  const toRow = (use: ModuleUse) => presentModule(use, modules, words);
  return {
    periods: usagePeriods.map((each) => ({
      text: locale.text('usage.days', { count: each }),
      href: `/answers/usage?days=${each}`,
      isCurrent: each === days,
    })),
    sum: locale.text('usage.sum', {
      count: usage.all.answers,
      modules: usage.all.withModules,
      share: percentOf(usage.all),
    }),
    hasAnswers: usage.all.answers > 0,
    used: used.slice(0, mostRows).map(toRow),
    unused: unused.slice(0, mostRows).map(toRow),
    shares: [
      {
        heading: locale.text('usage.queue'),
        rows: usage.queues.map((each) =>
          presentShare(each, each.name || locale.text('usage.none')),
        ),
      },
      {
        heading: locale.text('usage.language'),
        rows: usage.languages.map((each) => presentShare(each, languageName(each.name, locale))),
      },
    ],
    topics: topics.map((topic) => presentTopic(topic, locale)),
  };
}

function presentModule(
  { id, count, last }: ModuleUse,
  modules: readonly TextModule[],
  words: PageWords,
) {
  const variants = modules.filter((module) => module.id === id);
  const variant = variantIn(variants, words.locale.code) ?? variants[0];
  return {
    id,
    title: variant?.title ?? id,
    isGone: variant === undefined,
    count,
    last: last === undefined ? undefined : timeText(last, words),
  };
}

function presentShare(share: Share, name: string) {
  return { ...share, name, percent: percentOf(share) };
}

function percentOf({ answers, withModules }: Share): number {
  return answers === 0 ? 0 : Math.round((100 * withModules) / answers);
}

function presentTopic({ count, example, language, tickets }: Topic, locale: Locale) {
  const form = new URLSearchParams({
    title: example.subject,
    text: example.text.slice(0, mostText),
    language,
    from: `${example.ticket}/${example.message}`,
  });
  return {
    text: locale.text('usage.topic', { count }),
    language: languageName(language, locale),
    lang: language,
    subject: example.subject,
    answer: example.text.replace(/\s+/g, ' ').slice(0, 300),
    tickets,
    href: `/answers/new?${form}`,
  };
}

function languageName(tag: string, locale: Locale): string {
  if (tag === '') return locale.text('usage.none');
  return locale.languageName(tag);
}
