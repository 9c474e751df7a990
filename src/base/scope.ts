/** Collects what must be closed and closes it in reverse order of opening, once. */

export interface Scope {
  /** Registers a closer. On a closed scope it runs at once. */
  add(close: () => void | Promise<void>): void;
  /** Runs every closer, also after one failed; then throws the first failure. */
  close(): Promise<void>;
}

export function createScope(): Scope {
  const closers: (() => void | Promise<void>)[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    add(close) {
      closers.push(close);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
