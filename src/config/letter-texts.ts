/**
 * Signatures and salutations: config/signatures/NAME.LANGUAGE.md and config/salutations/NAME.LANGUAGE.md, and the keys
 * `signature` and `salutation` of queues and agents that give a text or name such a file.
 *
 * Promises: pure and total; what is wrong is a problem.
 * Leaves to others: which one stands under an answer (core/answers/letter-text.ts).
 */
import type { LetterFile, LetterKind, LetterWish } from '../core/answers/letter-text.ts';
import type { ConfigProblem, QueueConfig } from './config.ts';
import { isLanguageTag } from './values.ts';
import { scalarText } from './yaml.ts';

export const letterFolders: Readonly<Record<LetterKind, string>> = {
  signature: 'signatures',
  salutation: 'salutations',
};

export const mostLetterText = 10_000;

export const letterExpected = `text of at most ${mostLetterText} characters, or {file: NAME}`;

export interface ReadLetter {
  readonly letter: LetterFile | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** `file` is the path below `config/`: `signatures/support.de.md`. */
export function parseLetterFile(kind: LetterKind, text: string, file: string): ReadLetter {
  const wrong = (reason: string): ReadLetter => ({
    letter: undefined,
    problems: [{ file, line: undefined, reason }],
  });
  const [, name, language] = /^([^./]+)\.([^./]+)\.md$/.exec(file.replace(/^.*\//, '')) ?? [];
  if (
    name === undefined ||
    language === undefined ||
    !isLetterName(name) ||
    !isLanguageTag(language)
  )
    return wrong('The file should be called NAME.LANGUAGE.md, such as support.en.md');
  if (text.length > mostLetterText)
    return wrong(`The file is longer than ${mostLetterText} characters`);
  const plain = text.replace(/^\u{feff}/u, '').replaceAll('\r\n', '\n');
  return { letter: { kind, name, language, text: plain.trimEnd() }, problems: [] };
}

export function isLetterName(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u.test(text);
}

/** The value of the key; an empty text means none. Undefined when it is neither a text nor `{file: NAME}`. */
export function readLetterWish(value: unknown): LetterWish | undefined {
  if (typeof value === 'string')
    return value.length <= mostLetterText ? { kind: 'text', text: value.trimEnd() } : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const table = Object.entries(value);
  const name = scalarText(table[0]?.[1]);
  if (table.length !== 1 || table[0]?.[0] !== 'file' || name === undefined) return undefined;
  return isLetterName(name) ? { kind: 'file', name } : undefined;
}

/** Who names a file: a queue or an agent. */
export interface LetterNames {
  readonly signature?: LetterWish | undefined;
  readonly salutation?: LetterWish | undefined;
  /** Path below `config/`, or the folder where that is not known. */
  readonly file: string;
  /** `The queue "Support"` */
  readonly who: string;
}

/** Files that are named and are there in no language. */
export function findUnknownLetters(
  named: readonly LetterNames[],
  letters: readonly LetterFile[],
): readonly ConfigProblem[] {
  const known = new Set(letters.map(({ kind, name }) => `${kind} ${name}`));
  return named.flatMap(({ file, who, ...wishes }) =>
    (['signature', 'salutation'] as const).flatMap((kind) => {
      const wish = wishes[kind];
      if (wish?.kind !== 'file' || known.has(`${kind} ${wish.name}`)) return [];
      const path = `${letterFolders[kind]}/${wish.name}.LANGUAGE.md`;
      return [
        { file, line: undefined, reason: `${who} names "${wish.name}", but there is no ${path}` },
      ];
    }),
  );
}

/** What queues and agents name. */
export function letterNames(
  queues: readonly QueueConfig[],
  agents: readonly (Omit<LetterNames, 'file' | 'who'> & { readonly login: string })[],
): readonly LetterNames[] {
  return [
    ...queues.map(({ name, salutation, signatureFile = '' }) => ({
      file: 'queues',
      who: `The queue "${name}"`,
      salutation,
      signature:
        signatureFile === '' ? undefined : ({ kind: 'file', name: signatureFile } as const),
    })),
    ...agents.map(({ login, salutation, signature }) => ({
      file: `agents/${login}.yaml`,
      who: `The agent "${login}"`,
      salutation,
      signature,
    })),
  ];
}
