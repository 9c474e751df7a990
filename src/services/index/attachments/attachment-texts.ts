/**
 * Texts of attachments by the digest of their bytes, kept in `index/attachments/` so that a start does not read them again.
 *
 * Promises: what cannot be kept or read back is read anew from the attachment; what could not be read is remembered as just
 * that. `prune` removes what no ticket asked for since the start, and `forget` what the last ticket that had it no longer
 * has, so that an erased attachment leaves no text behind.
 */
import { dirname, join } from 'node:path';
import { isFault } from '../../../base/fault.ts';
import type { Attachment } from '../../../core/message/mail.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { digestOf } from '../../../storage/codec.ts';
import { ensureDirectory, type FileOps } from '../../../storage/files.ts';
import type { AttachmentReader } from './attachment-reader.ts';
import { type AttachmentKind, kindOf } from './kinds.ts';

export interface AttachmentTexts {
  /** The texts of a mail's attachments, as many as fit. */
  read(files: readonly AttachedFile[], most: number): Promise<ReadTexts>;
  /** What the ticket's attachments are now; nothing when it is gone, or its text is kept elsewhere. */
  use(number: TicketNumber, digests: ReadonlySet<string>): Promise<void>;
  prune(): Promise<void>;
}

export interface ReadTexts {
  readonly texts: readonly string[];
  /** Of what is kept in files. */
  readonly digests: readonly string[];
}

export interface AttachedFile extends Pick<Attachment, 'name' | 'type'> {
  readonly bytes: Uint8Array;
}

/** Another number when attachments are read in another way. */
const version = 1;

/** Where the text of the attachment with this digest is kept. */
export function keptPath(index: string, digest: string): string {
  return join(index, `attachments-${version}`, digest);
}

/** A first line with the length shows whether the file is whole. */
export async function loadKept(
  files: Pick<FileOps, 'readFile'>,
  path: string,
): Promise<string | undefined> {
  try {
    const content = (await files.readFile(path)).toString();
    const end = content.indexOf('\n');
    const text = content.slice(end + 1);
    return Number(content.slice(0, end)) === text.length ? text : undefined;
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

export function createAttachmentTexts(
  { files, reader }: { readonly files: FileOps; readonly reader: AttachmentReader },
  /** The `index` directory; undefined keeps nothing. */
  index: string | undefined,
): AttachmentTexts {
  const directory = index === undefined ? undefined : keptPath(index, '');
  const users = new Map<string, Set<TicketNumber>>();
  const used = new Map<TicketNumber, ReadonlySet<string>>();

  async function readOne(kind: AttachmentKind, { bytes }: AttachedFile, digest: string) {
    if (kind === 'text' || kind === 'html') return (await reader.read(kind, bytes)).text;
    const kept =
      directory === undefined ? undefined : await loadKept(files, join(directory, digest));
    if (kept !== undefined) return kept;
    const { text } = await reader.read(kind, bytes);
    if (directory !== undefined) await save(directory, digest, text);
    return text;
  }

  async function save(into: string, digest: string, text: string): Promise<void> {
    const draft = join(into, `${digest}.tmp`);
    try {
      await ensureDirectory(files, into, dirname(into));
      await files.unlink(draft);
      await files.createFile(draft, Buffer.from(`${text.length}\n${text}`));
      await files.rename(draft, join(into, digest));
    } catch (error) {
      // A full disk costs the next start time, nothing else.
      if (!isFault(error)) throw error;
    }
  }

  async function use(number: TicketNumber, digests: ReadonlySet<string>): Promise<void> {
    const before = used.get(number) ?? new Set<string>();
    if (digests.size === 0) used.delete(number);
    else used.set(number, digests);
    for (const digest of digests) {
      const known = users.get(digest) ?? new Set<TicketNumber>();
      users.set(digest, known.add(number));
    }
    for (const digest of before) {
      if (digests.has(digest)) continue;
      const others = users.get(digest);
      others?.delete(number);
      if (others?.size !== 0) continue;
      users.delete(digest);
      if (directory !== undefined) await remove(join(directory, digest));
    }
  }

  async function remove(path: string): Promise<void> {
    try {
      await files.unlink(path);
    } catch (error) {
      if (!isFault(error)) throw error;
    }
  }

  return {
    async read(attached, most) {
      const texts: string[] = [];
      const digests: string[] = [];
      let left = most;
      for (const file of attached) {
        const kind = kindOf(file);
        if (kind === undefined || left <= 0) continue;
        const digest = digestOf(file.bytes).replace(/^.*:/, '');
        if (kind !== 'text' && kind !== 'html') digests.push(digest);
        const text = (await readOne(kind, file, digest)).slice(0, left);
        left -= text.length;
        if (text !== '') texts.push(text);
      }
      return { texts, digests };
    },
    use,
    async prune() {
      if (directory === undefined) return;
      for (const name of (await files.list(directory)) ?? [])
        if (!users.has(name)) await remove(join(directory, name));
    },
  };
}
