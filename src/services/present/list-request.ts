/** How lists are asked for from outside: `updated` ascending, `-updated` descending. */
import type { ListRequest, SortKey } from '../index/index.ts';

export const sortKeys: readonly SortKey[] = [
  'updated',
  'created',
  'number',
  'priority',
  'subject',
  'customer',
  'due',
  'relevance',
];

/** Every accepted spelling. */
export const sortNames: readonly string[] = sortKeys.flatMap((key) => [key, `-${key}`]);

export const mostListed = 500;

/** Undefined for anything but a sort key, perhaps with a minus in front. */
export function parseSort(text: string): Pick<ListRequest, 'sort' | 'descending'> | undefined {
  const descending = text.startsWith('-');
  const sort = sortKeys.find((key) => key === (descending ? text.slice(1) : text));
  return sort === undefined ? undefined : { sort, descending };
}

/** Undefined for anything but a whole number from 1 to `mostListed`. */
export function parseLimit(text: string): number | undefined {
  const limit = Number(text);
  return /^[0-9]{1,6}$/.test(text) && limit >= 1 && limit <= mostListed ? limit : undefined;
}
