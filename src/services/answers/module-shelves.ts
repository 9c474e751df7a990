/**
 * The text modules as documents: one for each module and language, and one for each module in no language.
 *
 * Promises: rebuilt as a whole when they change; a module without a variant in a language is found there by what is common to all.
 */

import type { Stem } from '../../core/answers/terms.ts';
import { termsOf } from '../../core/answers/terms.ts';
import type { TextModule } from '../../core/answers/text-module.ts';
import { groupBy } from './grouped.ts';
import {
  both,
  chooseTerms,
  mainLanguageOf,
  matchedWords,
  type Question,
  stemFor,
  wholeOf,
  wordsOf,
} from './question.ts';
import type { WeighedDocument } from './ranking-segment.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { type Collection, countTerms, type Passage, weighDocument } from './weighing.ts';

export interface ModuleFit {
  readonly id: string;
  /** The share of what was asked that it answers. */
  readonly fit: number;
  readonly words: readonly string[];
}

export interface ModuleShelves {
  set(modules: readonly TextModule[]): void;
  variants(id: string): readonly TextModule[];
  fits(question: Question, language: string, mails: Collection): readonly ModuleFit[];
  collection(language: string): Collection;
}

/** Beginnings of words, which languages share more often than whole ones. */
const beginning: Stem = (word) => word.slice(0, 6);
const sharedBoost = 0.4;
const none: Collection = { size: () => 0, holders: () => 0 };

export function createModuleShelves(): ModuleShelves {
  let variants: ReadonlyMap<string, readonly TextModule[]> = new Map();
  let byLanguage: ReadonlyMap<string, Shelf> = new Map();
  let shared = createShelf();

  function ask(shelf: Shelf, said: ReadonlyMap<string, number>, also: Collection) {
    const collection = both(shelf, also);
    const chosen = chooseTerms(said, collection, shelf.holders);
    const whole = wholeOf(said, collection);
    return shelf.find(chosen).map((match) => ({ ...match, chosen, fit: match.score / whole }));
  }

  return {
    set(modules) {
      variants = groupBy(modules, ({ id }) => id);
      byLanguage = new Map(
        [...groupBy(modules, ({ language }) => mainLanguageOf(language))].map(([language, own]) => [
          language,
          fill(toDocuments(own, stemFor(language))),
        ]),
      );
      shared = fill([...variants].map(([id, each]) => sharedDocument(id, each)));
    },
    variants: (id) => variants.get(id) ?? [],
    fits({ said, words, text }, language, mails) {
      const own = [...byLanguage]
        .filter(([each]) => language === '' || each === language)
        .flatMap(([, shelf]) => ask(shelf, said, mails))
        .map(({ key, fit, terms, chosen }) => ({
          id: key,
          fit,
          words: matchedWords(terms, chosen, words),
        }));
      const loose = termsOf(text, beginning);
      const looseWords = wordsOf(loose);
      const common = ask(shared, countTerms(loose), none).map(({ key, fit, terms, chosen }) => ({
        id: key,
        fit: sharedBoost * fit,
        words: matchedWords(terms, chosen, looseWords),
      }));
      return [...own, ...common];
    },
    collection: (language) => byLanguage.get(language) ?? none,
  };
}

function fill(documents: readonly WeighedDocument[]): Shelf {
  const shelf = createShelf();
  shelf.add(documents);
  return shelf;
}

function toDocuments(modules: readonly TextModule[], stem: Stem): readonly WeighedDocument[] {
  return [...groupBy(modules, ({ id }) => id)].map(([id, variants]) =>
    weighDocument(
      id,
      variants.flatMap((module) => passagesOf(module, stem)),
    ),
  );
}

function passagesOf({ id, title, keywords, text }: TextModule, stem: Stem): readonly Passage[] {
  return [
    { terms: termsOf(title, stem), boost: 2, usual: 5 },
    { terms: termsOf(keywords.join(' \n '), stem), boost: 2, usual: 8 },
    { terms: termsOf(id.replace(/[/_-]/g, ' '), stem), boost: 0.5, usual: 2 },
    { terms: termsOf(withoutPlaceholders(text), stem), boost: 1, usual: 50 },
  ];
}

function sharedDocument(id: string, variants: readonly TextModule[]): WeighedDocument {
  const words = variants.flatMap(({ title, keywords }) => [title, ...keywords]);
  return weighDocument(id, [
    {
      terms: termsOf([id.replace(/[/_-]/g, ' '), ...words].join(' \n '), beginning),
      boost: 1,
      usual: 30,
    },
  ]);
}

function withoutPlaceholders(text: string): string {
  return text.replace(/\{\{[^{}]{0,300}\}\}/g, ' ');
}
