/**
 * The private key that signs outgoing mail, and what the DNS must say of it.
 *
 * Promises: pure; a text that is no such key gives a sentence that says what was expected.
 * Leaves to others: the file (load.ts), signing (services/outbound), asking the DNS.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Result, refuse } from '../base/result.ts';

/** Shorter ones are not believed (RFC 8301 section 3.2). */
const leastBits = 1024;

const expected = 'a private key in PEM form, RSA of at least 1024 bits or Ed25519, not encrypted';

export function parseDkimKey(text: string): Result<KeyObject, string> {
  const key = readKey(text);
  if (key === undefined) return refuse(`is not ${expected}`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { ok: true, value: key };
    case 'rsa':
      return bits >= leastBits
        ? { ok: true, value: key }
        : refuse(`is an RSA key of ${bits} bits; it should be ${expected}`);
    default:
      return refuse(`is a key of the kind "${key.asymmetricKeyType}"; it should be ${expected}`);
  }
}

function readKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    // Not PEM, a public key, a certificate, or one with a password.
    return undefined;
  }
}

/** The TXT record of the key (RFC 6376 section 3.6.1). */
export function formatDkimRecord(key: KeyObject): string {
  const kind = key.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa';
  return `v=DKIM1; k=${kind}; p=${publicPart(key)}`;
}

/** Whether the record is that of the key. */
export function isDkimRecordOf(record: string, key: KeyObject): boolean {
  const published = /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replace(/\s+/g, '') ?? '';
  return published.replace(/=+$/, '') === publicPart(key).replace(/=+$/, '');
}

/** RSA as a whole SubjectPublicKeyInfo; Ed25519 as its last 32 bytes (RFC 8463 section 4). */
function publicPart(key: KeyObject): string {
  const whole = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const part = key.asymmetricKeyType === 'ed25519' ? whole.subarray(-32) : whole;
  return part.toString('base64');
}
