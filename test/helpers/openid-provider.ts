/**
 * A real OpenID provider on the loopback interface, with its own pages for logging in and agreeing.
 *
 * Whoever types a name there is that account, whatever the password.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export interface OpenidProvider {
  readonly issuer: string;
  /** Makes the desk known to the provider, and the provider ready. */
  serve(deskUrl: string): void;
  close(): Promise<void>;
}

export const openidClient = { id: 'maildesk', secret: 'a secret of the desk' } as const;

export type Claims = Readonly<Record<string, unknown>>;

/** `accounts` are the claims by account name. */
export async function startOpenidProvider(
  accounts: Readonly<Record<string, Claims>>,
): Promise<OpenidProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const issuer = `http://127.0.0.1:${port}`;

  return {
    issuer,
    serve(deskUrl) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: openidClient.id,
            client_secret: openidClient.secret,
            redirect_uris: [`${deskUrl}/openid/callback`],
            grant_types: ['authorization_code'],
            response_types: ['code'],
          },
        ],
        pkce: { required: () => true },
        cookies: { keys: ['a key of the provider'] },
        scopes: ['openid', 'email', 'profile', 'groups'],
        claims: {
          openid: ['sub'],
          email: ['email', 'email_verified'],
          profile: ['name', 'preferred_username'],
          groups: ['groups'],
        },
        features: { devInteractions: { enabled: true } },
        ttl: {
          AccessToken: 600,
          AuthorizationCode: 60,
          Grant: 600,
          IdToken: 600,
          Interaction: 600,
          Session: 600,
        },
        findAccount: (_: unknown, id: string) => ({
          accountId: id,
          claims: async () => ({ sub: id, ...accounts[id] }),
        }),
      });
      server.on('request', provider.callback());
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
