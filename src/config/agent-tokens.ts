/**
 * API tokens in an agent's file: `tokens`, a list of tables.
 *
 * Promises: total; a token without `scopes` may do what its agent may.
 * Leaves to others: what a scope allows (edges/http/api/scopes.ts).
 */
import { type Instant, parseInstant } from '../base/clock.ts';
import { scalarText, scalarTexts } from './yaml.ts';

export const tokenScopes = ['read', 'note', 'reply', 'update', 'mail', 'admin'] as const;

export type TokenScope = (typeof tokenScopes)[number];

export interface AgentToken {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly name: string;
  /** Undefined: everything. */
  readonly scopes: readonly TokenScope[] | undefined;
  readonly created: Instant | undefined;
  readonly expires: Instant | undefined;
}

export function isTokenScope(text: string): text is TokenScope {
  return tokenScopes.some((scope) => scope === text);
}

/** How a token is called where it is listed and revoked: the start of its digest. */
export function tokenId({ digest }: { readonly digest: string }): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}

/** Undefined when one of them is not a token: nothing is guessed about who may do what. */
export function readTokens(value: unknown): readonly AgentToken[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const tokens = value.map(readToken);
  const known = tokens.filter((token) => token !== undefined);
  return known.length === tokens.length ? known : undefined;
}

function readToken(value: unknown): AgentToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const digest = scalarText(fields.get('digest')) ?? '';
  const expires = instantOf(fields.get('expires'));
  const scopes = fields.has('scopes') ? readScopes(fields.get('scopes')) : undefined;
  const isRight =
    /^sha256:[0-9a-f]{64}$/.test(digest) &&
    (!fields.has('expires') || expires !== undefined) &&
    (!fields.has('scopes') || scopes !== undefined);
  if (!isRight) return undefined;
  return {
    digest,
    name: scalarText(fields.get('name')) ?? '',
    scopes,
    created: instantOf(fields.get('created')),
    expires,
  };
}

function readScopes(value: unknown): readonly TokenScope[] | undefined {
  const texts = scalarTexts(value);
  const scopes = tokenScopes.filter((scope) => texts?.includes(scope));
  return texts === undefined || texts.length !== scopes.length ? undefined : scopes;
}

function instantOf(value: unknown): Instant | undefined {
  const text = scalarText(value);
  return text === undefined ? undefined : parseInstant(text);
}
