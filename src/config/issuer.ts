/** The address of an OpenID provider: https, or http on this machine alone, where nobody stands between. */
import type { ValueKind } from './values.ts';

export const issuer: ValueKind<string> = {
  expected: 'an https address (http only for localhost, 127.0.0.1 or [::1])',
  unit: undefined,
  parse(text) {
    const isPlain = /^https?:\/\/[^\s?#@]{1,1000}$/i.test(text) && URL.canParse(text);
    if (!isPlain) return undefined;
    const url = new URL(text);
    return url.protocol === 'https:' || isLoopback(url) ? { value: text } : undefined;
  },
  format: (value) => value,
};

export function isLoopback(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}
