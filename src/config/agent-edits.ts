/** Changes of an agent's file as they are written into its YAML. Leaves to others: reading it (agents.ts). */
import { type Document, isMap, isSeq, type YAMLSeq } from 'yaml';
import { formatInstant } from '../base/clock.ts';
import type { KeySettings } from '../core/keys/agent-keys.ts';
import type { NotifyPreferences } from '../core/notify/reasons.ts';
import type { Absence } from '../core/team/absence.ts';
import { absenceTable } from './agent-absence.ts';
import { formatKeys } from './agent-keys.ts';
import type { AgentOpenid, AgentTotp } from './agent-log-in.ts';
import { formatNotify } from './agent-notify.ts';
import { formatReport, type ReportWish } from './agent-report.ts';
import type { AgentToken } from './agent-tokens.ts';

export type AgentEdit =
  | { readonly kind: 'password'; readonly hash: string }
  | { readonly kind: 'language'; readonly language: string }
  /** Undefined: the desk's. */
  | { readonly kind: 'time-zone'; readonly timeZone: string | undefined }
  | { readonly kind: 'token'; readonly token: AgentToken }
  | { readonly kind: 'revoke-token'; readonly digest: string }
  | { readonly kind: 'roles'; readonly roles: readonly string[] }
  | { readonly kind: 'disabled'; readonly disabled: boolean }
  /** Undefined: off. */
  | { readonly kind: 'totp'; readonly totp: AgentTotp | undefined }
  | { readonly kind: 'openid'; readonly openid: AgentOpenid }
  /** Undefined ends it. */
  | { readonly kind: 'absence'; readonly absence: Absence | undefined }
  | { readonly kind: 'notify'; readonly notify: NotifyPreferences }
  /** Undefined: none. */
  | { readonly kind: 'report'; readonly report: ReportWish | undefined }
  | { readonly kind: 'identity'; readonly name: string; readonly email: string }
  /** Undefined: the usual one. */
  | { readonly kind: 'conversation'; readonly conversation: 'newest-first' | undefined }
  | { readonly kind: 'keys'; readonly keys: KeySettings };

export function applyEdit(document: Document, edit: AgentEdit): void {
  switch (edit.kind) {
    case 'password':
      document.set('password', edit.hash);
      break;
    case 'language':
      document.set('language', edit.language);
      break;
    case 'time-zone':
      setOrDelete(document, 'timeZone', edit.timeZone);
      break;
    case 'token':
      tokensOf(document).add(document.createNode(tokenTable(edit.token)));
      break;
    case 'revoke-token':
      revokeToken(document, edit.digest);
      break;
    case 'roles':
      document.set('roles', document.createNode(edit.roles, { flow: true }));
      break;
    case 'disabled':
      setOrDelete(document, 'disabled', edit.disabled ? true : undefined);
      break;
    case 'totp':
      setOrDelete(document, 'totp', edit.totp);
      break;
    case 'openid':
      setOrDelete(document, 'openid', edit.openid);
      break;
    case 'absence':
      setOrDelete(document, 'absence', edit.absence && absenceTable(edit.absence));
      break;
    case 'notify':
      document.set('notify', document.createNode(formatNotify(edit.notify)));
      break;
    case 'report':
      setOrDelete(document, 'report', edit.report && formatReport(edit.report));
      break;
    case 'identity':
      document.set('name', edit.name);
      document.set('email', edit.email);
      break;
    case 'conversation':
      setOrDelete(document, 'conversation', edit.conversation);
      break;
    case 'keys':
      setOrDelete(document, 'keys', formatKeys(edit.keys));
      break;
  }
}

function setOrDelete(document: Document, key: string, value: unknown): void {
  if (value === undefined) document.delete(key);
  else document.set(key, document.createNode(value));
}

function tokenTable({ digest, name, scopes, created, expires }: AgentToken) {
  return {
    digest,
    ...(name === '' ? {} : { name }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(created === undefined ? {} : { created: formatInstant(created) }),
    ...(expires === undefined ? {} : { expires: formatInstant(expires) }),
  };
}

function revokeToken(document: Document, digest: string): void {
  const tokens = tokensOf(document);
  tokens.items = tokens.items.filter((item) => !isMap(item) || item.get('digest') !== digest);
}

function tokensOf(document: Document): YAMLSeq {
  const there = document.get('tokens');
  if (isSeq(there)) return there;
  const made = document.createNode([]);
  document.set('tokens', made);
  return made;
}
