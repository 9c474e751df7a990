/**
 * The text form of a password's hash: `$scrypt$ln=15,r=8,p=1$SALT$HASH` (PHC string format).
 *
 * Promises: total; what it accepts takes at most 256 MB and a few seconds to check.
 * Leaves to others: hashing (services/accounts/password.ts).
 */

export interface PasswordHash {
  /** Logarithm of scrypt's N to base 2. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallel: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export function parsePasswordHash(text: string): PasswordHash | undefined {
  const match =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [cost, blockSize, parallel] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isBounded =
    cost >= 10 &&
    blockSize >= 1 &&
    parallel >= 1 &&
    parallel <= 4 &&
    2 ** cost * blockSize <= 2 ** 21;
  if (!isBounded) return undefined;
  const salt = Buffer.from(match[4] ?? '', 'base64');
  return { cost, blockSize, parallel, salt, hash: Buffer.from(match[5] ?? '', 'base64') };
}

export function formatPasswordHash(value: PasswordHash): string {
  const { cost, blockSize, parallel, salt, hash } = value;
  return `$scrypt$ln=${cost},r=${blockSize},p=${parallel}$${toBase64(salt)}$${toBase64(hash)}`;
}

/** Without padding, as PHC strings have it. */
function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
