/**
 * Signatures and salutations: which text stands under and above an answer.
 *
 * Promises: pure; what an agent has counts before what the queue has, that before what a queue above it has, and a file called
 * `default` stands for all who have none.
 * Leaves to others: the form of the files (config/letter-texts.ts), filling them (services/answers/fill.ts).
 */
import { variantIn } from './text-module.ts';

export type LetterKind = 'signature' | 'salutation';

/** As an agent's or a queue's file says it: the text itself, or the name of a file. */
export type LetterWish =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string };

export interface LetterFile {
  readonly kind: LetterKind;
  readonly name: string;
  readonly language: string;
  /** Text with placeholders. */
  readonly text: string;
}

export interface LetterRequest {
  readonly kind: LetterKind;
  /** Whose word counts most comes first. */
  readonly wishes: readonly (LetterWish | undefined)[];
  /** Whose language counts most comes first. */
  readonly languages: readonly (string | undefined)[];
}

const forAll: LetterWish = { kind: 'file', name: 'default' };

/** A text of no language stands in a file of the desk; undefined when there is none at all. */
export function chooseLetterText(
  files: readonly LetterFile[],
  { kind, wishes, languages }: LetterRequest,
): { readonly text: string; readonly language: string | undefined } | undefined {
  for (const wish of [...wishes, forAll]) {
    if (wish === undefined) continue;
    if (wish.kind === 'text') return { text: wish.text, language: undefined };
    const variants = files.filter((file) => file.kind === kind && file.name === wish.name);
    for (const language of languages) {
      const found = language === undefined ? undefined : variantIn(variants, language);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
