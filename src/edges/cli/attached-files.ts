/** Files that a verb sends along, by their paths. */
import { basename } from 'node:path';
import { errorText, Fault, isFault } from '../../base/fault.ts';
import type { OutgoingFile } from '../../core/ticket/decide.ts';
import { typeOfName } from '../../storage/codec.ts';
import type { CliSession } from './session.ts';

export function collectFile(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}

export async function readFiles(
  { host }: CliSession,
  paths: readonly string[],
): Promise<readonly OutgoingFile[]> {
  const files: OutgoingFile[] = [];
  for (const path of paths) {
    const name = basename(path);
    files.push({ name, type: typeOfName(name), bytes: await readOne(host.files, path) });
  }
  return files;
}

async function readOne(files: CliSession['host']['files'], path: string): Promise<Buffer> {
  try {
    return await files.readFile(path);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new Fault(error.code, {
      retry: 'never',
      detail: `Cannot attach "${path}": ${errorText(error)}`,
      cause: error,
    });
  }
}
