/**
 * What the command line ends with: the codes of sysexits(3), which mail servers understand.
 *
 * Owns: the table from codes of refusals and faults to exit codes.
 */
import type { FaultCode } from '../../base/fault.ts';
import type { QueryProblem } from '../../core/search/query.ts';
import type { RefusalCode } from '../../core/ticket/decide.ts';
import type { AccountRefusal } from '../../services/accounts/accounts.ts';
import type { BulkRefusal } from '../../services/bulk-refusal.ts';
import type { UnknownHook } from '../../services/hooks/hook-care.ts';
import type { TroubleRefusal } from '../../services/trouble.ts';

export const exits = {
  ok: 0,
  usage: 64,
  data: 65,
  unavailable: 69,
  bug: 70,
  temporary: 75,
  permission: 77,
  config: 78,
} as const;

export type ExitCode = (typeof exits)[keyof typeof exits];

export type FailureCode =
  | RefusalCode
  | QueryProblem['code']
  | AccountRefusal['code']
  | TroubleRefusal['code']
  | BulkRefusal['code']
  | UnknownHook['code']
  | FaultCode;

export const exitCodes: Readonly<Record<FailureCode, ExitCode>> = {
  'unknown-ticket': exits.data,
  'ticket-merged': exits.data,
  'unknown-field': exits.data,
  'unknown-state': exits.data,
  'unknown-priority': exits.data,
  'unknown-queue': exits.data,
  'unknown-agent': exits.data,
  'bad-value': exits.data,
  'unknown-message': exits.data,
  'no-recipient': exits.data,
  'bad-recipient': exits.data,
  'only-phone': exits.data,
  'empty-text': exits.data,
  // A script that sets what is set already has got what it wanted.
  'nothing-to-change': exits.ok,
  'not-allowed': exits.permission,
  'same-ticket': exits.data,
  'not-merged': exits.data,
  'only-message': exits.data,
  'cannot-move': exits.data,
  'not-moved': exits.data,
  'unknown-attachment': exits.data,
  'cannot-forward': exits.data,
  'attachments-too-large': exits.data,
  'no-customer': exits.data,
  'field-required': exits.data,
  'not-removed': exits.data,
  'changed-since': exits.data,
  'undone-already': exits.ok,
  'cannot-undo': exits.data,
  'nothing-to-undo': exits.data,
  'no-junk-queue': exits.config,
  'nothing-chosen': exits.data,
  'too-many': exits.data,
  'unknown-batch': exits.data,
  'batch-undone': exits.ok,
  'batch-running': exits.temporary,
  'unknown-draft': exits.data,
  'draft-changed': exits.data,
  'draft-sent': exits.data,
  'draft-too-large': exits.data,
  'bad-time': exits.data,
  'ticket-changed': exits.data,
  'no-second-level': exits.data,
  'already-escalated': exits.data,
  'not-escalated': exits.data,
  'not-asked': exits.data,
  'step-not-due': exits.data,
  'unknown-appointment': exits.data,
  'appointment-changed': exits.data,
  'module-not-offered': exits.data,
  'unfilled-module': exits.data,
  'unknown-hook': exits.data,
  'nothing-to-redact': exits.data,
  'no-reason': exits.data,
  'being-sent': exits.temporary,
  'on-hold': exits.data,

  'unknown-value': exits.data,
  'query-too-long': exits.data,
  'query-too-complex': exits.data,
  'bad-cursor': exits.data,

  'wrong-login': exits.permission,
  'too-many-attempts': exits.temporary,
  'link-used': exits.data,
  'weak-password': exits.data,
  'agent-exists': exits.data,

  'unknown-entry': exits.data,
  'not-incoming': exits.data,

  'wrong-code': exits.permission,
  'totp-on': exits.ok,
  // Whoever switches off what is off has got what he wanted.
  'totp-off': exits.ok,
  'last-admin': exits.data,
  'unknown-session': exits.data,
  'unknown-token': exits.data,
  'password-login-off': exits.permission,
  'openid-off': exits.config,
  'openid-unreachable': exits.unavailable,
  'openid-denied': exits.permission,
  'openid-expired': exits.permission,
  'openid-invalid': exits.permission,
  'openid-no-email': exits.permission,
  'openid-no-agent': exits.permission,
  'openid-no-role': exits.permission,

  'disk-full': exits.temporary,
  'disk-failed': exits.temporary,
  exists: exits.data,
  'not-found': exits.data,
  'permission-denied': exits.permission,
  'not-ready': exits.temporary,
  'too-large': exits.data,
  timeout: exits.temporary,
  'smtp-unreachable': exits.unavailable,
  'config-invalid': exits.config,
  'scanner-failed': exits.temporary,
};
