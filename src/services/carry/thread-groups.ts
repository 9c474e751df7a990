/** Which mails of an import belong together, by their ids alone: for a look before it, where nothing is filed. */
export interface ThreadGroups {
  /** Notes a mail by its keys; true when it belongs to none before. */
  join(keys: readonly string[]): boolean;
  /** Whether this content was asked for before. */
  isRepeated(content: string): boolean;
}

export function createThreadGroups(): ThreadGroups {
  const keys = new Set<string>();
  const contents = new Set<string>();
  return {
    join(given) {
      const isFirst = !given.some((key) => keys.has(key));
      for (const key of given) keys.add(key);
      return isFirst;
    },
    isRepeated(content) {
      const isKnown = contents.has(content);
      contents.add(content);
      return isKnown;
    },
  };
}
