/**
 * Short texts that we give away and believe when they come back, for a while: signed with the desk's secret.
 *
 * Promises: a text that we did not seal for this purpose, or whose time is over, opens to undefined. Whoever
 * holds a text can read it.
 */
import { createHmac } from 'node:crypto';
import { type Clock, type Duration, toInstant } from '../../base/clock.ts';
import { isSame } from './digest.ts';

export interface Seal {
  /** For a short proof beside the text. */
  sign(purpose: string, text: string): string;
  close(purpose: string, fields: readonly string[], lasts: Duration): string;
  open(purpose: string, text: string): readonly string[] | undefined;
}

const mostCharacters = 6000;

export function createSeal(secret: Buffer, clock: Clock): Seal {
  // The purpose is part of what is signed: the same secret signs Message-IDs too.
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', secret).update(`${purpose} ${text}`).digest('base64url');

  return {
    sign,
    close(purpose, fields, lasts) {
      const ends = String(toInstant(clock.now() + lasts));
      const body = Buffer.from(JSON.stringify([ends, ...fields])).toString('base64url');
      return `${body}.${sign(purpose, body)}`;
    },
    open(purpose, text) {
      const [body = '', signature = ''] = text.split('.');
      if (text.length > mostCharacters || !isSame(signature, sign(purpose, body))) return undefined;
      const parsed: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
      const [ends = '0', ...fields] = Array.isArray(parsed) ? parsed.map(String) : [];
      return Number(ends) > clock.now() ? fields : undefined;
    },
  };
}
