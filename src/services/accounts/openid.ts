/**
 * Logging in with an OpenID provider: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636).
 *
 * Owns: openid-client. Promises: state, nonce and code verifier are new for each attempt and checked; the ID token's
 * signature, issuer, audience and time are. http is spoken with this machine alone. The reader learns which rule
 * said no; the cause goes to the log. Leaves to others: which agent that is (openid-agents.ts), cookies (edges).
 */
import * as client from 'openid-client';
import { type Clock, minute } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { AccessConfig } from '../../config/access.ts';
import { readIfThere } from '../../config/desk-files.ts';
import { isLoopback } from '../../config/issuer.ts';
import type { FileOps } from '../../storage/files.ts';
import type { OpenidRefusalCode } from './accounts.ts';

export interface OpenidLogIn {
  isOn(): boolean;
  /** Where the browser goes, and what must be at hand when it comes back. */
  begin(returnTo: string): Promise<Result<OpenidAttempt, OpenidRefusal>>;
  /** `address` is the whole address that the browser came back with. */
  finish(address: string, kept: OpenidChecks): Promise<Result<OpenidPerson, OpenidRefusal>>;
}

export interface OpenidRefusal {
  readonly code: OpenidRefusalCode;
}

export interface OpenidChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface OpenidAttempt extends OpenidChecks {
  readonly address: string;
}

/** What the provider says of somebody, checked. */
export interface OpenidPerson {
  readonly issuer: string;
  readonly subject: string;
  /** Only one that the provider has verified. */
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** What he is called there. */
  readonly wantedLogin: string | undefined;
  /** Undefined when no claim is asked for, or none came. */
  readonly roles: readonly string[] | undefined;
}

export interface OpenidDeps {
  readonly settings: () => AccessConfig;
  readonly files: Pick<FileOps, 'readFile'>;
  readonly clock: Clock;
  readonly log: Log;
}

const timeoutSeconds = 10;
/** The provider's addresses and keys are asked for again after this. */
const discoveryLasts = 10 * minute;

export function createOpenidLogIn({ settings, files, clock, log }: OpenidDeps): OpenidLogIn {
  let known:
    | { readonly key: string; readonly until: number; found: client.Configuration }
    | undefined;

  async function discover(): Promise<client.Configuration | undefined> {
    const access = settings();
    const { openidIssuer: issuer, openidClientId: id } = access;
    if (issuer === undefined || id === undefined) return undefined;
    const secret = await readClientSecret(access, files);
    const key = JSON.stringify([issuer, id, secret]);
    if (known?.key === key && known.until > clock.now()) return known.found;
    const server = new URL(issuer);
    const isPlain = server.protocol === 'http:' && isLoopback(server);
    const found = await client.discovery(
      server,
      id,
      undefined,
      secret === undefined ? client.None() : secretOf(secret),
      {
        timeout: timeoutSeconds,
        execute: [
          // Over TLS the library would believe an ID token that came straight from the provider unsigned.
          client.enableNonRepudiationChecks,
          ...(isPlain ? [client.allowInsecureRequests] : []),
        ],
      },
    );
    known = { key, until: clock.now() + discoveryLasts, found };
    return found;
  }

  async function reach(): Promise<Result<client.Configuration, OpenidRefusal>> {
    try {
      const found = await discover();
      return found === undefined ? refuse({ code: 'openid-off' }) : ok(found);
    } catch (error) {
      log.warn('openid.provider-unreachable', { cause: causeOf(error) });
      return refuse({ code: 'openid-unreachable' });
    }
  }

  return {
    isOn: () => settings().openidIssuer !== undefined && settings().openidClientId !== undefined,

    async begin(returnTo) {
      const provider = await reach();
      if (!provider.ok) return provider;
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const address = client.buildAuthorizationUrl(provider.value, {
        redirect_uri: returnTo,
        scope: scopesOf(settings().openidScopes),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return ok({ address: address.href, state, nonce, verifier });
    },

    async finish(address, { state, nonce, verifier }) {
      const provider = await reach();
      if (!provider.ok) return provider;
      try {
        const tokens = await client.authorizationCodeGrant(provider.value, new URL(address), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = new Map<string, unknown>(Object.entries(tokens.claims() ?? {}));
        const subject = claims.get('sub');
        const issuer = claims.get('iss');
        if (typeof subject !== 'string' || typeof issuer !== 'string')
          return refuse({ code: 'openid-invalid' });
        // Providers may keep all but the subject for the other question (Core 5.4).
        const more = provider.value.serverMetadata().userinfo_endpoint;
        const said =
          more === undefined
            ? {}
            : await client.fetchUserInfo(provider.value, tokens.access_token, subject);
        const all = new Map<string, unknown>([...Object.entries(said), ...claims]);
        return ok(toPerson({ issuer, subject }, all, settings().openidRolesClaim));
      } catch (error) {
        const isDenied = error instanceof client.AuthorizationResponseError;
        log.warn(isDenied ? 'openid.denied' : 'openid.answer-refused', { cause: causeOf(error) });
        return refuse({ code: isDenied ? 'openid-denied' : 'openid-invalid' });
      }
    },
  };
}

/** In the header as RFC 6749 section 2.3.1 wants it, in the body where a provider takes it only there. */
function secretOf(secret: string): client.ClientAuth {
  const [header, body] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (provider, ...rest) => {
    const taken = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isBodyOnly =
      taken.includes('client_secret_post') && !taken.includes('client_secret_basic');
    return (isBodyOnly ? body : header)(provider, ...rest);
  };
}

/** Without `openid` it would not be OpenID Connect. */
function scopesOf(text: string): string {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return [...new Set(['openid', ...words])].join(' ');
}

async function readClientSecret(
  { openidClientSecret, openidClientSecretFile }: AccessConfig,
  files: Pick<FileOps, 'readFile'>,
): Promise<string | undefined> {
  if (openidClientSecretFile === undefined) return openidClientSecret;
  const text = await readIfThere(files, openidClientSecretFile);
  const line = text?.split(/\r?\n/)[0]?.trim() ?? '';
  if (line === '') throw new Error('The file that "openidClientSecretFile" names holds no secret');
  return line;
}

function toPerson(
  who: { readonly issuer: string; readonly subject: string },
  claims: ReadonlyMap<string, unknown>,
  rolesClaim: string | undefined,
): OpenidPerson {
  const textOf = (key: string) => {
    const value = claims.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  return {
    ...who,
    email: claims.get('email_verified') === true ? textOf('email') : undefined,
    name: textOf('name'),
    wantedLogin: textOf('preferred_username'),
    roles: rolesClaim === undefined ? undefined : rolesOf(claims.get(rolesClaim)),
  };
}

function rolesOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : String(value).split(/[\s,]+/);
  return list.flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []));
}

/** Errors of the library hide the reason in their causes. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : undefined;
  const more = inner instanceof Error ? `: ${errorText(inner)}` : '';
  return `${errorText(error)}${more}`.slice(0, 500);
}
