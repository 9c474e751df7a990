/** A desk that many runs begin with: made once for a file of tests, copied for each run. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

export interface Copy<T> {
  readonly directory: string;
  readonly prepared: T;
}

/** Each call of the result gives a copy in a directory of its own, which the caller removes. */
export function copiesOf<T>(prepare: (directory: string) => Promise<T>): () => Promise<Copy<T>> {
  let made: Promise<Copy<T>> | undefined;

  async function make(): Promise<Copy<T>> {
    const directory = await makeTemporaryDirectory('file');
    return { directory, prepared: await prepare(directory) };
  }

  return async () => {
    // Another file of tests may have removed it at its end.
    if (made !== undefined && !existsSync((await made).directory)) made = undefined;
    made ??= make();
    const { directory: from, prepared } = await made;
    const directory = await mkdtemp(join(tmpdir(), 'maildesk-fault-'));
    await cp(from, directory, { recursive: true, preserveTimestamps: true });
    return { directory, prepared };
  };
}
