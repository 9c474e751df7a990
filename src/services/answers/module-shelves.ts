/**
 * The text modules as documents: in each language one for each module, by its words and by pieces of them.
 *
 * Promises: rebuilt as a whole when modules change. All variants of a module share their titles and keywords: in every language
 * a module is also found by those of the others, which names of products and words of a common root make useful.
 */
import { piecesOf, type Term, termsOf } from '../../core/answers/terms.ts';
import type { TextModule } from '../../core/answers/text-module.ts';
import { groupBy } from './grouped.ts';
import {
  both,
  chooseTerms,
  type Mailed,
  mainLanguageOf,
  matchedWords,
  stemFor,
  toQuestion,
  wholeOf,
} from './question.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { type Collection, noCollection, type Passage, weighDocument } from './weighing.ts';

export interface ModuleFit {
  readonly id: string;
  /** The share of what was asked that it answers. */
  readonly fit: number;
  /** Words of the question that it holds, the telling ones first. */
  words(): readonly string[];
}

export interface ModuleShelves {
  set(modules: readonly TextModule[]): void;
  variants(id: string): readonly TextModule[];
  /** `mails` tells which words are ordinary in mails of that language. */
  fits(mail: Mailed, language: string, mails: Collection): readonly ModuleFit[];
}

type Split = (text: string) => readonly Term[];

interface LanguageShelves {
  readonly words: Shelf;
  readonly pieces: Shelf;
}

/** Of a mail whose language nobody knows, or no module has. */
const anyLanguage = '';
const wordsBoost = 0.5;
const piecesPerWord = 5;

export function createModuleShelves(): ModuleShelves {
  let variants: ReadonlyMap<string, readonly TextModule[]> = new Map();
  let shelves: ReadonlyMap<string, LanguageShelves> = new Map();

  function shelvesIn(language: string): LanguageShelves {
    const modules = [...variants];
    const fill = (split: Split, perWord: number) => {
      const shelf = createShelf();
      shelf.add(
        modules.map(([id, each]) =>
          weighDocument(id, passagesOf(each, { language, split, perWord })),
        ),
      );
      return shelf;
    };
    return { words: fill(wordsIn(language), 1), pieces: fill(piecesOf, piecesPerWord) };
  }

  function ask(shelf: Shelf, mail: Mailed, split: Split, mails: Collection): readonly ModuleFit[] {
    const { said, words } = toQuestion(mail, split);
    const collection = both(shelf, mails);
    const chosen = chooseTerms(said, collection, shelf.holders);
    const whole = wholeOf(said, collection);
    return shelf.find(chosen).map(({ key, score, terms }) => ({
      id: key,
      fit: score / whole,
      words: () => matchedWords(terms(), chosen, words),
    }));
  }

  return {
    set(modules) {
      variants = groupBy(modules, ({ id }) => id);
      const languages = new Set(modules.map(({ language }) => mainLanguageOf(language)));
      shelves = new Map(
        [anyLanguage, ...languages].map((language) => [language, shelvesIn(language)]),
      );
    },
    variants: (id) => variants.get(id) ?? [],
    fits(mail, language, mails) {
      const known = shelves.has(language) ? language : anyLanguage;
      const found = shelves.get(known);
      if (found === undefined) return [];
      const byWords = ask(found.words, mail, wordsIn(known), mails);
      const byPieces = ask(found.pieces, mail, piecesOf, noCollection);
      return [...byWords.map((each) => ({ ...each, fit: wordsBoost * each.fit })), ...byPieces];
    },
  };
}

function wordsIn(language: string): Split {
  const stem = stemFor(language);
  return (text) => termsOf(text, stem);
}

interface PassageForm {
  readonly language: string;
  readonly split: Split;
  /** How many terms a word gives. */
  readonly perWord: number;
}

function passagesOf(
  variants: readonly TextModule[],
  { language, split, perWord }: PassageForm,
): readonly Passage[] {
  const isOwn = (module: TextModule) =>
    language === anyLanguage || mainLanguageOf(module.language) === language;
  const passage = (text: string, boost: number, words: number) => ({
    terms: split(text),
    boost,
    usual: words * perWord,
  });
  return [
    ...variants
      .filter(isOwn)
      .flatMap(({ id, title, keywords, text }) => [
        passage(title, 3, 5),
        passage(keywords.join(' \n '), 4, 6),
        passage(id.replace(/[/_-]/g, ' '), 0.5, 3),
        passage(withoutPlaceholders(text), 1, 30),
      ]),
    ...variants
      .filter((module) => !isOwn(module))
      .map(({ title, keywords }) => passage([title, ...keywords].join(' \n '), 0.5, 10)),
  ];
}

function withoutPlaceholders(text: string): string {
  return text.replace(/\{\{[^{}]{0,300}\}\}/g, ' ');
}
