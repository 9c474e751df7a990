/**
 * Random conversations for the tests of threads: trees of mails of several people, of which some never come and some come
 * twice, and what belongs together in them.
 */

export interface TreeMail {
  readonly id: string;
  /** Ids of its ancestors as its writer's program named them, oldest first. */
  readonly references: readonly string[];
  readonly inReplyTo: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** How much of its ancestors a mail names. */
export type ReferenceStyle = 'whole' | 'parent' | 'last-two';

export interface ConversationOptions {
  readonly threads: number;
  readonly mails: number;
  readonly people: number;
  readonly styles: readonly ReferenceStyle[];
  /** Answers go to everybody in the thread so far; else to the desk alone. */
  readonly answersAll: boolean;
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: () => number, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('There is nothing to pick from');
  return value;
}

export function shuffle<T>(random: () => number, values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}

/** The mails that reach the desk, in the order in which they were written. */
export function writeConversations(
  random: () => number,
  { threads, mails, people, styles, answersAll }: ConversationOptions,
): readonly TreeMail[] {
  const persons = Array.from({ length: people }, (_, at) => `person${at}@home.example`);
  const written: (TreeMail & { readonly way: readonly string[]; readonly parent: number })[] = [];
  for (let at = 0; at < mails; at += 1) {
    const parent = at < threads ? -1 : Math.floor(random() * at);
    const above = written[parent];
    const from = pick(random, persons);
    const way = above === undefined ? [] : [...above.way, above.id];
    const style = pick(random, styles);
    written.push({
      id: `mail${at}.${Math.floor(random() * 1e9)}@home.example`,
      way,
      parent,
      references: style === 'parent' ? [] : style === 'last-two' ? way.slice(-2) : way,
      inReplyTo: way.at(-1),
      from,
      to: answersAll && above !== undefined ? [...new Set([above.from, ...above.to])] : [],
    });
  }
  return written.filter(() => random() > 0.25);
}

/** Which of the mails hang together by the ids they have and name: groups of ids, in one order. */
export function expectedGroups(mails: readonly TreeMail[]): readonly (readonly string[])[] {
  const leads = new Map<string, string>();
  const root = (id: string): string => {
    let at = id;
    for (let up = leads.get(at); up !== undefined && up !== at; up = leads.get(at)) at = up;
    return at;
  };
  for (const { id, references, inReplyTo } of mails) {
    for (const other of [...references, ...(inReplyTo === undefined ? [] : [inReplyTo])]) {
      leads.set(root(id), root(other));
    }
  }
  return toGroups(mails.map(({ id }) => [id, root(id)]));
}

export function toGroups(
  members: readonly (readonly [id: string, group: string])[],
): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const [id, group] of members) groups.set(group, [...(groups.get(group) ?? []), id]);
  return [...groups.values()]
    .map((ids) => ids.sort())
    .sort((one, other) => ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1));
}
