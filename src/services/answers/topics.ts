/**
 * Topics that are answered by hand again and again.
 *
 * Each answer joins the group whose first mail asks most alike, or begins one of its own. Promises: pure; in time bounded by the
 * number of answers, of which the newest are looked at; the same answers always give the same topics.
 */

import type { Instant } from '../../base/clock.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { EarlierAnswer } from './earlier-answers.ts';
import type { WeighedDocument } from './ranking-segment.ts';
import { type Collection, rarityOf } from './weighing.ts';

export interface Topic {
  readonly language: string;
  /** How many answers by hand. */
  readonly count: number;
  /** The newest of them. */
  readonly example: EarlierAnswer;
  /** Tickets of some of them, newest first. */
  readonly tickets: readonly TicketNumber[];
}

export interface TopicRequest {
  readonly from: Instant;
  readonly to: Instant;
  /** Queues that may be looked at. */
  readonly queues: readonly string[];
}

export interface HandWritten {
  readonly answer: EarlierAnswer;
  readonly language: string;
  readonly document: WeighedDocument;
}

export const mostGrouped = 2000;
const fewest = 3;
const mostTopics = 20;
const mostTerms = 25;
const alikeEnough = 0.35;
const mostTickets = 5;

/** The newest answers first. */
export function findTopics(
  written: readonly HandWritten[],
  collectionOf: (language: string) => Collection,
): readonly Topic[] {
  const groups: { readonly language: string; readonly members: EarlierAnswer[] }[] = [];
  /** Groups by language and term, with the weight of the term in the group's first mail. */
  const leaders = new Map<string, (readonly [group: number, weight: number])[]>();
  for (const { answer, language, document } of written.slice(0, mostGrouped)) {
    const vector = toVector(document, collectionOf(language));
    const alike = new Map<number, number>();
    for (const [term, weight] of vector)
      for (const [group, other] of leaders.get(`${language} ${term}`) ?? [])
        alike.set(group, (alike.get(group) ?? 0) + weight * other);
    const [best] = [...alike].sort(([, one], [, other]) => other - one);
    const found = best === undefined || best[1] < alikeEnough ? undefined : groups[best[0]];
    if (found !== undefined) {
      found.members.push(answer);
      continue;
    }
    const group = groups.push({ language, members: [answer] }) - 1;
    for (const [term, weight] of vector) {
      const key = `${language} ${term}`;
      leaders.set(key, [...(leaders.get(key) ?? []), [group, weight]]);
    }
  }
  return groups
    .flatMap(({ language, members }) => {
      const [example] = members;
      if (example === undefined || members.length < fewest) return [];
      const tickets = [...new Set(members.map(({ ticket }) => ticket))].slice(0, mostTickets);
      return [{ language, count: members.length, example, tickets }];
    })
    .sort((one, other) => other.count - one.count || other.example.at - one.example.at)
    .slice(0, mostTopics);
}

/** The telling terms, of length 1 together. */
function toVector(
  { terms, weights }: WeighedDocument,
  collection: Collection,
): ReadonlyMap<string, number> {
  const telling = terms
    .map((term, at) => [term, (weights[at] ?? 0) * rarityOf(term, collection)] as const)
    .sort(([one, first], [other, second]) => second - first || (one < other ? -1 : 1))
    .slice(0, mostTerms);
  const length = Math.sqrt(telling.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
  return new Map(telling.map(([term, weight]) => [term, weight / length]));
}
