/**
 * The text modules of the desk: by category, with what is found by words.
 *
 * Promises: pure; a module for queues that the reader does not see is not there.
 */
import { browseModules, groupBy } from '../../../core/answers/find-modules.ts';
import { type TextModule, variantIn } from '../../../core/answers/text-module.ts';
import type { Locale } from '../../../services/render/locale.ts';

export interface AnswerListRequest {
  readonly modules: readonly TextModule[];
  readonly words: string;
  /** Of the modules that are shown; empty for all. */
  readonly queue: string;
  readonly language: string;
  readonly queues: readonly string[];
  sees(queue: string): boolean;
  mayEdit(queues: readonly string[]): boolean;
}

export function presentAnswerList(request: AnswerListRequest, locale: Locale) {
  const { words, queue, language, queues, modules } = request;
  const { sees } = request;
  const seen = browseModules(modules, { sees });
  const languages = [...new Set(seen.flat().map((module) => module.language))].toSorted();
  const groups = browseModules(modules, { words, queue, language, sees });
  const categories = groupBy(groups, ([first]) => categoryOf(first?.id ?? ''));
  return {
    words,
    count: locale.text('answers.count', { count: groups.length }),
    isEmpty: groups.length === 0,
    isSought: words !== '' || queue !== '' || language !== '',
    queues: [
      { value: '', text: locale.text('answers.any-queue') },
      ...queues.map((each) => ({ value: each, text: each })),
    ].map((each) => ({ ...each, isCurrent: each.value === queue })),
    languages: [
      { value: '', text: locale.text('answers.any-language') },
      ...languages.map((code) => ({ value: code, text: locale.languageName(code) })),
    ].map((each) => ({ ...each, isCurrent: each.value === language })),
    mayAdd: request.mayEdit([]) || queues.some((each) => request.mayEdit([each])),
    categories: categories.map((each) => {
      const name = categoryOf(each[0]?.[0]?.id ?? '');
      return {
        name: name === '' ? locale.text('answers.no-category') : name,
        modules: each.map((variants) => presentModule(variants, languages, request, locale)),
      };
    }),
  };
}

function presentModule(
  variants: readonly TextModule[],
  languages: readonly string[],
  request: AnswerListRequest,
  locale: Locale,
) {
  const shown = variantIn(variants, locale.code) ?? variants[0];
  const offered = [...new Set(variants.flatMap((each) => each.queues))];
  const mayEdit = variants.every(({ queues }) => request.mayEdit(queues));
  const id = shown?.id ?? '';
  return {
    id,
    href: moduleHref({ id, language: shown?.language ?? '' }),
    title: shown?.title ?? id,
    language: shown?.language ?? '',
    shortcut: `::${shown?.shortcut ?? ''}`,
    kind: locale.text(shown?.kind === 'piece' ? 'answers.piece' : 'answers.whole'),
    keywords: locale.list((shown?.keywords ?? []).slice(0, 12)),
    queues: offered.length === 0 ? locale.text('answers.everywhere') : locale.list(offered),
    editors: editorsOf(offered, locale),
    mayEdit,
    tongues: languages.flatMap((code) => {
      const own = variants.some((each) => each.language === code);
      // What cannot be added need not be told.
      if (!own && !mayEdit) return [];
      return {
        code,
        isThere: own,
        href: own ? moduleHref({ id, language: code }) : copyHref(id, shown?.language ?? '', code),
        name: own
          ? locale.languageName(code)
          : locale.text('answers.add-language', { language: locale.languageName(code) }),
      };
    }),
  };
}

export function editorsOf(queues: readonly string[], locale: Locale): string {
  return queues.length === 0
    ? locale.text('answers.by-admins')
    : locale.text('answers.by-queue', { queues: locale.list(queues) });
}

export function moduleHref({ id, language }: Pick<TextModule, 'id' | 'language'>): string {
  return `/answers/edit?id=${encodeURIComponent(id)}&language=${encodeURIComponent(language)}`;
}

export function copyHref(id: string, from: string, language: string): string {
  return `/answers/new?from=${encodeURIComponent(id)}&of=${encodeURIComponent(from)}&language=${encodeURIComponent(language)}`;
}

function categoryOf(id: string): string {
  return id.includes('/') ? id.slice(0, id.lastIndexOf('/')) : '';
}
