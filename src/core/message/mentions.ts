/**
 * `@anna` in a note: who is meant.
 *
 * Promises: pure, total, and takes time in proportion to the text. An address (`kim@anna.example`) is no mention,
 * and neither is a name that nobody has or that two have.
 */
export interface Person {
  readonly login: string;
  readonly name: string;
}

export interface Mention {
  readonly login: string;
  /** Of the sign `@`, in UTF-16 units; `end` is behind the name. */
  readonly start: number;
  readonly end: number;
}

/** Letters that belong to a word or an address before the sign make it no mention. */
const mention = /(?<![\p{L}\p{N}._%+\-@/])@([\p{L}\p{N}][\p{L}\p{N}._-]{0,63})/gu;

/** Everybody meant, in the order of the text; the same agent may come several times. */
export function findMentions(text: string, people: readonly Person[]): readonly Mention[] {
  const names = readNames(people);
  return [...text.matchAll(mention)].flatMap(({ 0: whole, 1: word = '', index }) => {
    // `@kim@example.org` is an address with something before it.
    if (text[index + whole.length] === '@') return [];
    const found = nameIn(word, names);
    if (found === undefined) return [];
    return [{ login: found.login, start: index, end: index + 1 + found.length }];
  });
}

/** Each agent once. */
export function mentionedIn(text: string, people: readonly Person[]): readonly string[] {
  return [...new Set(findMentions(text, people).map(({ login }) => login))];
}

/** Logins, and first names that only one agent has and that are no login. */
function readNames(people: readonly Person[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const shared = new Set<string>();
  for (const { login, name } of people) {
    const first = name.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
    if (first === '') continue;
    if (names.has(first) && names.get(first) !== login) shared.add(first);
    names.set(first, login);
  }
  for (const first of shared) names.delete(first);
  for (const { login } of people) names.set(login.toLowerCase(), login);
  return names;
}

/** The name at the beginning of the word: signs of the sentence may stand at its end. */
function nameIn(
  word: string,
  names: ReadonlyMap<string, string>,
): { readonly login: string; readonly length: number } | undefined {
  const known = names.get(word.toLowerCase());
  if (known !== undefined) return { login: known, length: word.length };
  const bare = word.replace(/[._-]+$/, '');
  const login = bare.length === word.length ? undefined : names.get(bare.toLowerCase());
  return login === undefined ? undefined : { login, length: bare.length };
}
