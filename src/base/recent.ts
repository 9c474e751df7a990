/** A map that keeps the entries used last and forgets the oldest beyond its size. */

export interface Recent<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  keys(): Iterable<K>;
}

export function createRecent<K, V>(
  size: number,
  forget: (key: K, value: V) => void = () => {},
): Recent<K, V> {
  const entries = new Map<K, V>();

  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= size) return;
      const [oldest] = entries;
      if (oldest === undefined) return;
      entries.delete(oldest[0]);
      forget(...oldest);
    },
    delete(key) {
      entries.delete(key);
    },
    keys: () => entries.keys(),
  };
}
