/**
 * How a mail is signed or encrypted (RFC 1847, 3156, 8551): by its parts, and by what stands in its text (RFC 9580).
 *
 * Promises: pure; encryption counts before signatures. Nothing is verified.
 */
import type { Protection } from '../../core/message/mail.ts';
import type { Part } from './part-tree.ts';

export function protectionOfParts(parts: readonly Part[]): Protection | undefined {
  const found = parts.flatMap((part) => protectionOf(part) ?? []);
  return found.find(({ kind }) => kind === 'encrypted') ?? found[0];
}

function protectionOf({ type, parameters, parts }: Part): Protection | undefined {
  if (parts.length === 0) return undefined;
  const says = [parameters.get('protocol')?.toLowerCase() ?? '', ...parts.map((part) => part.type)];
  const by = says.some((each) => each.includes('pkcs7')) ? 'smime' : 'pgp';
  if (type === 'multipart/encrypted') return { kind: 'encrypted', by };
  if (type !== 'multipart/signed') return undefined;
  return says.some((each) => /pkcs7-signature|pgp-signature/.test(each))
    ? { kind: 'signed', by }
    : undefined;
}

export function protectionOfText(text: string): Protection | undefined {
  if (!text.includes('-----BEGIN PGP ')) return undefined;
  if (/^-----BEGIN PGP MESSAGE-----\s*$/m.test(text)) return { kind: 'encrypted', by: 'pgp' };
  return /^-----BEGIN PGP SIGNED MESSAGE-----\s*$/m.test(text)
    ? { kind: 'signed', by: 'pgp' }
    : undefined;
}

/** Names of what signs and encrypts, where the mail gives none. */
export const protectionNames: ReadonlyMap<string, string> = new Map([
  ['application/pgp-signature', 'signature.asc'],
  ['application/pgp-encrypted', 'version.asc'],
  ['application/pkcs7-signature', 'smime.p7s'],
  ['application/x-pkcs7-signature', 'smime.p7s'],
  ['application/pkcs7-mime', 'smime.p7m'],
  ['application/x-pkcs7-mime', 'smime.p7m'],
]);
