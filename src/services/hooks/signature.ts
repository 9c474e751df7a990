/**
 * The signature of what a webhook is told, as Standard Webhooks 1.0 has it: HMAC-SHA256 over id, time and body.
 *
 * Promises: a secret that begins with `whsec_` is base64 after that, any other one is its own bytes.
 */
import { createHmac } from 'node:crypto';
import type { Instant } from '../../base/clock.ts';

export interface SignedText {
  readonly id: string;
  readonly now: Instant;
  readonly body: string;
  /** The current one first. */
  readonly secrets: readonly string[];
}

/** Fields of the request; times in seconds since 1970. */
export function signatureFields({ id, now, body, secrets }: SignedText) {
  const time = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret));
    return `v1,${hmac.update(`${id}.${time}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': signatures.join(' '),
  };
}

function keyOf(secret: string): Buffer {
  const prefix = 'whsec_';
  return secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret);
}
