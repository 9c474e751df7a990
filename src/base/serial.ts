/** One piece of work at a time for each key; different keys run side by side. */

export interface KeyedSerial {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** After all that was begun before under any of the keys; they are taken at once, so nobody waits in a circle. */
  runAll<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>;
  /** Resolves when no work is under way. */
  idle(): Promise<void>;
}

export function createKeyedSerial(): KeyedSerial {
  const tails = new Map<string, Promise<unknown>>();

  function runAll<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => tails.get(key) ?? []);
    // A former piece of work reports its failure to its own caller.
    const result = Promise.all(before).then(work, work);
    const tail = result
      .catch(() => {})
      .then(() => {
        for (const key of keys) if (tails.get(key) === tail) tails.delete(key);
      });
    for (const key of keys) tails.set(key, tail);
    return result;
  }

  return {
    run: (key, work) => runAll([key], work),
    runAll,
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

export interface Limit {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `size` pieces of work at a time, the others wait in order. */
export function createLimit(size: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async run(work) {
      if (running >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
