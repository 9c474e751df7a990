/**
 * What the running desk measured of its search, in `index/search.json`, for `maildesk doctor` in another process.
 *
 * Promises: reading is total; a file that is not there, or is not ours, says nothing.
 */
import { join } from 'node:path';
import { isFault } from '../../base/fault.ts';
import type { FileOps } from '../../storage/files.ts';
import { outgrownSigns, type TextHealth, textBounds } from './text-health.ts';

const fileName = 'search.json';

export async function saveTextHealth(
  files: FileOps,
  index: string,
  health: TextHealth,
): Promise<void> {
  const draft = join(index, `${fileName}.tmp`);
  await files.unlink(draft);
  await files.createFile(draft, Buffer.from(`${JSON.stringify(health)}\n`));
  await files.rename(draft, join(index, fileName));
}

export async function loadTextHealth(
  files: Pick<FileOps, 'readFile'>,
  index: string,
): Promise<TextHealth | undefined> {
  try {
    return parseHealth(JSON.parse((await files.readFile(join(index, fileName))).toString()));
  } catch (error) {
    if (isFault(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseHealth(value: unknown): TextHealth | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [tickets, memory, slowSearchMs, fillMs] = [
    ...['tickets', 'memory', 'slowSearchMs', 'fillMs'],
  ].map((name) => fields.get(name));
  return typeof tickets === 'number' &&
    typeof memory === 'number' &&
    typeof slowSearchMs === 'number' &&
    typeof fillMs === 'number'
    ? { tickets, memory, slowSearchMs, fillMs }
    : undefined;
}

export interface SearchFinding {
  readonly check: string;
  readonly level: 'ok' | 'warn';
  readonly detail: string;
  readonly cure?: string;
}

/** For `maildesk doctor`: whether the desk has outgrown its search, and what helps. */
export async function checkSearch(
  files: Pick<FileOps, 'readFile'>,
  /** The `index` directory. */
  index: string,
): Promise<SearchFinding> {
  const check = 'search';
  const health = await loadTextHealth(files, index);
  if (health === undefined) return { check, level: 'ok', detail: 'no desk has run yet' };
  const figures = `${health.tickets} tickets outside the archive, ${toMb(health.memory)} MB, slow searches ${Math.round(health.slowSearchMs)} ms, last start ${Math.round(health.fillMs / 1000)} s`;
  if (outgrownSigns(health).length === 0) return { check, level: 'ok', detail: figures };
  const { tickets, memory, slowSearchMs, fillMs } = textBounds;
  return {
    check,
    level: 'warn',
    detail: `The desk has outgrown its index: ${figures}; it is made for ${tickets} tickets, ${toMb(memory)} MB, ${slowSearchMs} ms and ${fillMs / 1000} s`,
    cure: 'Move older tickets to the archive with "maildesk archive": their texts are searched from disk',
  };
}

export function toMb(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
