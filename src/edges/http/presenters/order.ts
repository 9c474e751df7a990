/**
 * The order of a conversation: the newest message last, or first.
 *
 * Promises: pure; a day's heading stands over what happened on it, either way.
 */
interface Item {
  readonly kind: string;
}

/** `flow` has the newest last. */
export function inOrder<T extends Item>(
  { isNewestFirst }: { readonly isNewestFirst?: boolean },
  flow: readonly T[],
): readonly T[] {
  return isNewestFirst === true ? newestFirst(flow) : flow;
}

function newestFirst<T extends Item>(flow: readonly T[]): readonly T[] {
  const days: T[][] = [];
  for (const item of flow) {
    const current = days.at(-1);
    if (item.kind === 'day' || current === undefined) days.push([item]);
    else current.push(item);
  }
  return days.toReversed().flatMap((day) => {
    const [first, ...rest] = day;
    if (first === undefined) return [];
    return first.kind === 'day' ? [first, ...rest.toReversed()] : day.toReversed();
  });
}
