/**
 * One-time codes by time (RFC 6238): six digits, thirty seconds, SHA-1, as every authenticator app has them.
 *
 * Owns: otpauth, uqr. Promises: pure. Leaves to others: that a code counts once (second-step.ts).
 */
import { Secret, TOTP } from 'otpauth';
import { encode } from 'uqr';
import { type Instant, second } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';

const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** The clock of the other device may be this many steps off. */
const window = 1;
const secretBytes = 20;

export function newTotpSecret(random: Random): string {
  return new Secret({ buffer: Uint8Array.from(random.bytes(secretBytes)).buffer }).base32;
}

/** The step that the code belongs to; undefined for a wrong code. */
export function findTotpStep(secret: string, code: string, now: Instant): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = TOTP.validate({
    ...form,
    token: code,
    secret: Secret.fromBase32(secret),
    timestamp: now,
    window,
  });
  return delta === null ? undefined : Math.floor(now / (form.period * second)) + delta;
}

/** What the other device is told by the picture. */
export function totpAddress(
  secret: string,
  { desk, account }: { readonly desk: string; readonly account: string },
): string {
  return new TOTP({ ...form, issuer: desk, label: account, secret }).toString();
}

export interface QrPicture {
  /** Modules a side, the quiet zone of four modules included. */
  readonly size: number;
  /** For the `d` of an SVG path, a module being one unit. */
  readonly path: string;
}

export function drawQr(text: string): QrPicture {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  const runs = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return { size, path: runs.join('') };
}
