/**
 * What a "no" or a failure becomes on a page: status and text.
 *
 * Promises: a code without a row does not compile. The reader learns what is so and what to do; causes and
 * paths go to the log only.
 */
import type { FaultCode } from '../../base/fault.ts';
import type { RefusalCode } from '../../core/ticket/decide.ts';
import type { AccountRefusal } from '../../services/accounts/accounts.ts';
import type { ModuleRefusal } from '../../services/answers/module-files.ts';
import type { BulkRefusal } from '../../services/bulk-refusal.ts';
import type { Locale, TextValues } from '../../services/render/locale.ts';
import type { TroubleRefusal } from '../../services/trouble.ts';

export type PageCode =
  | 'no-page'
  | 'cross-site'
  | 'form-expired'
  | 'method-not-allowed'
  | 'bug'
  | 'admin-only';

export type HttpCode =
  | RefusalCode
  | AccountRefusal['code']
  | TroubleRefusal['code']
  | BulkRefusal['code']
  | ModuleRefusal['code']
  | FaultCode
  | PageCode;

export interface HttpAnswer {
  readonly status: number;
  /** Text key. */
  readonly key: string;
}

export const httpAnswers: Readonly<Record<HttpCode, HttpAnswer>> = {
  'unknown-ticket': { status: 404, key: 'error.unknown-ticket' },
  'ticket-merged': { status: 409, key: 'error.ticket-merged' },
  'unknown-field': { status: 422, key: 'error.unknown-field' },
  'unknown-state': { status: 422, key: 'error.unknown-state' },
  'unknown-priority': { status: 422, key: 'error.unknown-priority' },
  'unknown-queue': { status: 422, key: 'error.unknown-queue' },
  'unknown-agent': { status: 422, key: 'error.unknown-agent' },
  'bad-value': { status: 422, key: 'error.bad-value' },
  'unknown-message': { status: 404, key: 'error.unknown-message' },
  'no-recipient': { status: 422, key: 'error.no-recipient' },
  'bad-recipient': { status: 422, key: 'error.bad-recipient' },
  'only-phone': { status: 422, key: 'drop.only-phone' },
  'empty-text': { status: 422, key: 'error.empty-text' },
  'nothing-to-change': { status: 409, key: 'error.nothing-to-change' },
  'not-allowed': { status: 403, key: 'error.not-allowed' },
  'same-ticket': { status: 409, key: 'error.same-ticket' },
  'not-merged': { status: 409, key: 'error.not-merged' },
  'only-message': { status: 409, key: 'error.only-message' },
  'cannot-move': { status: 409, key: 'error.cannot-move' },
  'not-moved': { status: 409, key: 'error.not-moved' },
  'unknown-attachment': { status: 422, key: 'error.unknown-attachment' },
  'cannot-forward': { status: 409, key: 'error.cannot-forward' },
  'attachments-too-large': { status: 413, key: 'error.attachments-too-large' },
  'no-customer': { status: 422, key: 'error.no-customer' },
  'field-required': { status: 409, key: 'error.field-required' },
  'not-removed': { status: 409, key: 'error.not-removed' },
  'nothing-to-redact': { status: 422, key: 'redact.nothing' },
  'no-reason': { status: 422, key: 'redact.no-reason' },
  'being-sent': { status: 409, key: 'redact.being-sent' },
  'changed-since': { status: 409, key: 'error.changed-since' },
  'undone-already': { status: 409, key: 'error.undone-already' },
  'cannot-undo': { status: 409, key: 'error.cannot-undo' },
  'nothing-to-undo': { status: 409, key: 'error.nothing-to-undo' },
  'no-junk-queue': { status: 409, key: 'error.no-junk-queue' },
  'nothing-chosen': { status: 422, key: 'error.nothing-chosen' },
  'too-many': { status: 422, key: 'error.too-many' },
  'unknown-batch': { status: 404, key: 'error.unknown-batch' },
  'batch-undone': { status: 409, key: 'error.batch-undone' },
  'batch-running': { status: 409, key: 'error.batch-running' },
  'no-second-level': { status: 409, key: 'error.no-second-level' },
  'already-escalated': { status: 409, key: 'error.already-escalated' },
  'not-escalated': { status: 409, key: 'error.not-escalated' },
  'not-asked': { status: 409, key: 'error.not-asked' },
  'step-not-due': { status: 409, key: 'error.step-not-due' },
  'unknown-appointment': { status: 404, key: 'error.unknown-appointment' },
  'appointment-changed': { status: 409, key: 'error.appointment-changed' },
  'module-not-offered': { status: 422, key: 'error.module-not-offered' },
  'unfilled-module': { status: 422, key: 'error.unfilled-module' },
  'on-hold': { status: 409, key: 'keep.on-hold' },
  'wrong-login': { status: 401, key: 'error.wrong-login' },
  'too-many-attempts': { status: 429, key: 'error.too-many-attempts' },
  'link-used': { status: 410, key: 'error.link-used' },
  'weak-password': { status: 422, key: 'error.weak-password' },
  'agent-exists': { status: 409, key: 'error.agent-exists' },
  'disk-full': { status: 507, key: 'error.disk-full' },
  'disk-failed': { status: 503, key: 'error.unavailable' },
  exists: { status: 409, key: 'error.exists' },
  'not-found': { status: 404, key: 'error.no-page' },
  'permission-denied': { status: 503, key: 'error.unavailable' },
  'not-ready': { status: 503, key: 'error.not-ready' },
  'too-large': { status: 413, key: 'error.too-large' },
  timeout: { status: 503, key: 'error.unavailable' },
  'smtp-unreachable': { status: 503, key: 'error.unavailable' },
  'config-invalid': { status: 500, key: 'error.bug' },
  'scanner-failed': { status: 503, key: 'error.unavailable' },
  'no-page': { status: 404, key: 'error.no-page' },
  'cross-site': { status: 403, key: 'error.cross-site' },
  'form-expired': { status: 403, key: 'error.form-expired' },
  'method-not-allowed': { status: 405, key: 'error.method-not-allowed' },
  bug: { status: 500, key: 'error.bug' },
  'admin-only': { status: 403, key: 'error.admin-only' },
  'unknown-entry': { status: 404, key: 'error.unknown-entry' },
  'not-incoming': { status: 409, key: 'error.not-incoming' },
  'unknown-draft': { status: 404, key: 'error.unknown-draft' },
  'draft-changed': { status: 409, key: 'error.draft-changed' },
  'draft-sent': { status: 409, key: 'error.draft-sent' },
  'draft-too-large': { status: 413, key: 'error.draft-too-large' },
  'bad-time': { status: 422, key: 'error.bad-time' },
  'ticket-changed': { status: 409, key: 'error.ticket-changed' },
  'wrong-code': { status: 401, key: 'error.wrong-code' },
  'totp-on': { status: 409, key: 'error.totp-on' },
  'totp-off': { status: 409, key: 'error.totp-off' },
  'last-admin': { status: 409, key: 'error.last-admin' },
  'unknown-session': { status: 404, key: 'error.unknown-session' },
  'unknown-token': { status: 404, key: 'error.unknown-token' },
  'password-login-off': { status: 403, key: 'error.password-login-off' },
  'openid-off': { status: 404, key: 'error.openid-off' },
  'openid-unreachable': { status: 502, key: 'error.openid-unreachable' },
  'openid-denied': { status: 403, key: 'error.openid-denied' },
  'openid-expired': { status: 403, key: 'error.openid-expired' },
  'openid-invalid': { status: 403, key: 'error.openid-invalid' },
  'openid-no-email': { status: 403, key: 'error.openid-no-email' },
  'openid-no-agent': { status: 403, key: 'error.openid-no-agent' },
  'openid-no-role': { status: 403, key: 'error.openid-no-role' },
  'unknown-module': { status: 404, key: 'error.unknown-module' },
  'module-exists': { status: 409, key: 'error.module-exists' },
  'module-changed': { status: 409, key: 'error.module-changed' },
  'bad-module': { status: 422, key: 'error.bad-module' },
};

export function isHttpCode(text: string): text is HttpCode {
  return Object.hasOwn(httpAnswers, text);
}

/** Ends a request with the page of its code. */
export class PageRefusal extends Error {
  readonly code: HttpCode;

  constructor(code: HttpCode) {
    super(`Page refused: ${code}`);
    this.name = 'PageRefusal';
    this.code = code;
  }
}

export interface AnyRefusal {
  readonly code: HttpCode;
}

/** The sentence of a refusal, with what it says of the case. */
export function refusalText(refusal: AnyRefusal, locale: Locale): string {
  return locale.text(httpAnswers[refusal.code].key, refusalValues(refusal, locale));
}

function refusalValues(refusal: AnyRefusal, locale: Locale): TextValues {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(refusal)) {
    if (name === 'retryAfterMs') values.count = Math.max(1, Math.ceil(Number(value) / 60_000));
    else if (name === 'least') values.count = Number(value);
    else if (Array.isArray(value)) values[name] = locale.list(value.map(String));
    else values[name] = String(value);
  }
  return values;
}
