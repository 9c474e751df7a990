/** Text keys of what accounts speak of, by the word that stands in files. */
import type { TokenScope } from '../../../config/agent-tokens.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import type { WayIn } from '../../../services/accounts/accounts.ts';
import type { AuditEvent } from '../../../services/audit/entry.ts';

export const wayKeys: Readonly<Record<WayIn | 'code', string>> = {
  password: 'way.password',
  link: 'way.link',
  openid: 'way.openid',
  code: 'way.code',
};

export const scopeKeys: Readonly<Record<TokenScope, string>> = {
  read: 'scope.read',
  note: 'scope.note',
  reply: 'scope.reply',
  update: 'scope.update',
  mail: 'scope.mail',
  admin: 'scope.admin',
};

interface RightKeys {
  readonly name: string;
  readonly means: string;
}

export const rightKeys: Readonly<Record<Right, RightKeys>> = {
  see: { name: 'right.see', means: 'right.see-means' },
  note: { name: 'right.note', means: 'right.note-means' },
  answer: { name: 'right.answer', means: 'right.answer-means' },
  move: { name: 'right.move', means: 'right.move-means' },
  own: { name: 'right.own', means: 'right.own-means' },
  close: { name: 'right.close', means: 'right.close-means' },
  administer: { name: 'right.administer', means: 'right.administer-means' },
};

interface EventKeys {
  readonly plain: string;
  /** Where the event has a detail that is worth a word. */
  readonly detailed?: string;
}

export const eventKeys: Readonly<
  Record<Exclude<AuditEvent, 'read' | 'log-in' | 'log-in-refused'>, EventKeys>
> = {
  'log-out': { plain: 'audit.log-out' },
  'session-ended': { plain: 'audit.session-ended' },
  'password-set': { plain: 'audit.password-set' },
  'totp-on': { plain: 'audit.totp-on' },
  'totp-off': { plain: 'audit.totp-off' },
  'recovery-codes': { plain: 'audit.recovery-codes' },
  'token-made': { plain: 'audit.token-made', detailed: 'audit.token-made-detail' },
  'token-revoked': { plain: 'audit.token-revoked', detailed: 'audit.token-revoked-detail' },
  'agent-added': { plain: 'audit.agent-added', detailed: 'audit.agent-added-detail' },
  'link-made': { plain: 'audit.link-made' },
  'roles-changed': { plain: 'audit.roles-changed', detailed: 'audit.roles-changed-detail' },
  disabled: { plain: 'audit.disabled' },
  enabled: { plain: 'audit.enabled' },
};

/** By what was read; other pages are named by their address. */
export const readingKeys: ReadonlyMap<string, string> = new Map([
  ['ticket', 'audit.read-ticket'],
  ['history', 'audit.read-history'],
  ['attachment', 'audit.read-attachment'],
  ['raw', 'audit.read-raw'],
  ['trouble', 'audit.read-trouble'],
  ['print', 'audit.read-print'],
  ['export', 'audit.read-export'],
]);
