/**
 * What a part without parts is to the reader: words of the mail, a file, or a container of more.
 *
 * Promises: pure. A text is part of the words unless it says that it is a file: by its disposition, or by a name where other
 * texts have none.
 */
import type { Part } from './part-tree.ts';

export type LeafKind = 'words' | 'file' | 'tnef' | 'cms';

export function kindOfLeaf(part: Part, firstNamed: Part | undefined): LeafKind {
  const { type, disposition } = part;
  if (part.isTooDeep) return 'file';
  if (isTnef(part)) return 'tnef';
  if (isCms(part)) return 'cms';
  if (disposition === 'attachment') return 'file';
  // A multipart without a boundary anywhere is what its bytes are.
  if (type.startsWith('multipart/')) return part.fileName === '' ? 'words' : 'file';
  if (!isReadable(type)) return 'file';
  return part.fileName === '' || isNamedWords(part, firstNamed) ? 'words' : 'file';
}

function isReadable(type: string): boolean {
  return type === 'text/plain' || type === 'text/html' || type === 'message/delivery-status';
}

/** Some programs give names to the texts themselves. */
function isNamedWords(part: Part, firstNamed: Part | undefined): boolean {
  const { parent } = part;
  if (parent === undefined || part === firstNamed) return true;
  if (parent.type === 'multipart/alternative') return true;
  return parent.type === 'multipart/related' && parent.parts[0] === part;
}

/** The first text with a name, in a mail whose texts all have one. */
export function findFirstNamed(parts: readonly Part[]): Part | undefined {
  const texts = parts.filter(
    ({ type, disposition, parts: inside }) =>
      (type === 'text/plain' || type === 'text/html') &&
      disposition !== 'attachment' &&
      inside.length === 0,
  );
  return texts.some(({ fileName }) => fileName === '') ? undefined : texts[0];
}

function isTnef({ type, fileName }: Part): boolean {
  return /^application\/(?:vnd\.)?ms-tnef$/.test(type) || /^win(?:mail)?\.dat$/i.test(fileName);
}

function isCms({ type, fileName }: Part): boolean {
  return (
    /^application\/(?:x-)?pkcs7-mime$/.test(type) ||
    (type === 'application/octet-stream' && /\.p7m$/i.test(fileName))
  );
}
