/** Prepared texts for the scripts of the page: what to choose from, and one with its placeholders filled. Promises: pure. */

import { unfilledIn } from '../../../core/answers/made-with.ts';
import type { OfferedModule } from '../../../core/answers/offered-modules.ts';
import {
  formatPreparedKey,
  keyOfModule,
  type PreparedText,
} from '../../../services/answers/prepared-texts.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { stateLooks } from './states.ts';

const mostWords = 90;

/** What opens behind `::`. */
export function presentChoices(found: readonly OfferedModule[], locale: Locale) {
  return {
    label: locale.text('offers.shortcuts'),
    found: locale.plurals('offers.shortcuts-found'),
    hits: found.map(({ module }) => ({
      key: keyOfModule(module),
      title: module.title,
      shortcut: module.shortcut,
      language: module.language,
      name: locale.languageName(module.language),
      words: firstWords(module.text),
    })),
  };
}

/** In one line, without what is filled in. */
export function firstWords(template: string): string {
  const text = template
    .replace(/\{\{[^{}\n]*\}\}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= mostWords ? text : `${text.slice(0, mostWords).trimEnd()}…`;
}

export function presentPrepared(prepared: PreparedText, locale: Locale) {
  const { key, title, text, cursor, modules, state, language, fileNames } = prepared;
  const unfilled = unfilledIn(text);
  const files = fileNames.length === 0 ? '' : locale.list(fileNames);
  return {
    key: formatPreparedKey(key),
    title,
    text,
    cursor,
    modules,
    state: state ?? '',
    stateText: state === undefined ? '' : locale.text(stateLooks[state].key),
    language: language ?? '',
    files: fileNames,
    says: locale.text('offers.put-in', { title }),
    unfilled:
      unfilled.length === 0
        ? ''
        : locale.text('offers.not-filled', { names: locale.list(unfilled) }),
    takes: files === '' ? '' : locale.text('offers.takes-files', { files }),
  };
}
