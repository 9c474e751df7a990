/**
 * The settings of log-ins out of those of the desk.
 *
 * Promises: pure; a provider without a client is named.
 */
import type { AccessConfig } from './access.ts';
import type { Report, SettingReader } from './reader.ts';

export function readAccess(
  { read, originOf }: SettingReader,
  resolveFile: (path: string | undefined) => string | undefined,
  report: Report,
): AccessConfig {
  const access: AccessConfig = {
    requireTotp: read('requireTotp'),
    passwordLogin: read('passwordLogin'),
    auditDays: read('auditDays'),
    openidIssuer: read('openidIssuer'),
    openidClientId: read('openidClientId'),
    openidClientSecret: read('openidClientSecret'),
    openidClientSecretFile: resolveFile(read('openidClientSecretFile')),
    openidName: read('openidName'),
    openidScopes: read('openidScopes'),
    openidCreate: read('openidCreate'),
    openidRolesClaim: read('openidRolesClaim'),
  };
  const { openidIssuer, openidClientId } = access;
  if (openidIssuer !== undefined && openidClientId === undefined) {
    const reason = '"openidIssuer" needs an "openidClientId" beside it';
    report({ ...originOf('openidIssuer'), reason });
  }
  return access;
}
