/**
 * The text of an attachment for showing where something stands in it.
 *
 * Promises: reads what the text index keeps, and takes apart nothing but plain text and HTML itself, so it costs the time of a
 * file; undefined where there is none (yet).
 */

import { digestOf } from '../../../storage/codec.ts';
import type { FileOps } from '../../../storage/files.ts';
import { type AttachedFile, keptPath, loadKept } from './attachment-texts.ts';
import { kindOf } from './kinds.ts';
import { readAttachment } from './read-attachment.ts';

export type KeptTexts = (file: AttachedFile) => Promise<string | undefined>;

export function createKeptTexts(
  files: Pick<FileOps, 'readFile'>,
  /** The `index` directory. */
  index: string,
): KeptTexts {
  return async (file) => {
    const kind = kindOf(file);
    if (kind === undefined) return undefined;
    if (kind === 'text' || kind === 'html') return (await readAttachment(kind, file.bytes)).text;
    return loadKept(files, keptPath(index, digestOf(Buffer.from(file.bytes)).replace(/^.*:/, '')));
  };
}
