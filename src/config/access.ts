/** How agents get in, and how long what is kept about it stays, as checked values. */
export interface AccessConfig {
  /** Who must have a second step to work in the viewer. */
  readonly requireTotp: 'never' | 'admins' | 'all';
  /** False: by one-time links and the OpenID provider alone. */
  readonly passwordLogin: boolean;
  /** How long the log of log-ins and of what was read is kept. */
  readonly auditDays: number;
  readonly openidIssuer: string | undefined;
  readonly openidClientId: string | undefined;
  readonly openidClientSecret: string | undefined;
  /** A file whose first line is the secret; it is taken where both are given. */
  readonly openidClientSecretFile: string | undefined;
  /** Name of the provider on the button. */
  readonly openidName: string;
  readonly openidScopes: string;
  /** Whether somebody whom no agent file names becomes an agent. */
  readonly openidCreate: boolean;
  /** Claim with the roles; undefined: roles are given on the desk alone. */
  readonly openidRolesClaim: string | undefined;
}
