/** Byte strings by key that keep those used last and forget the oldest beyond their room. */

export interface RecentBytes<V extends { readonly byteLength: number }> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

export function createRecentBytes<V extends { readonly byteLength: number }>(
  mostBytes: number,
): RecentBytes<V> {
  const entries = new Map<string, V>();
  let held = 0;

  function forget(key: string): void {
    held -= entries.get(key)?.byteLength ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      forget(key);
      // One that would push out everything else is worth less than the rest.
      if (value.byteLength > mostBytes / 2) return;
      entries.set(key, value);
      held += value.byteLength;
      for (const oldest of entries.keys()) {
        if (held <= mostBytes) return;
        forget(oldest);
      }
    },
  };
}
