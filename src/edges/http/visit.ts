/** Who looks at a page, and how they want to see it. */
import type { Right } from '../../core/ticket/rights.ts';
import type { Agent } from '../../services/accounts/accounts.ts';
import type { Locale } from '../../services/render/locale.ts';

export const themes = ['system', 'light', 'dark', 'contrast'] as const;
export const densities = ['comfortable', 'compact'] as const;

export interface Look {
  readonly theme: (typeof themes)[number];
  readonly density: (typeof densities)[number];
}

/** Somebody who is not logged in. */
export interface GuestVisit {
  readonly locale: Locale;
  readonly look: Look;
  /** The zone of every time that is shown or typed: the agent's, else the desk's. */
  readonly timeZone: string;
  /** For the hidden field of every form. */
  readonly csrf: string;
}

export interface Visit extends GuestVisit {
  readonly agent: Agent;
  /** Whether the agent may do this in the queue; what may not be done is not offered. */
  may(right: Right, queue: string): boolean;
  /** What is looked at is past: nothing can be done there. */
  readonly isReadOnly?: boolean;
}

export const toastKeys = [
  'toast.answer-sent',
  'toast.answer-kept',
  'toast.note-filed',
  'toast.changed',
  'toast.password-set',
  'toast.released',
  'toast.not-released',
  'toast.removed',
  'toast.restored',
  'toast.bulk',
  'toast.draft-gone',
  'toast.compose-sent',
  'toast.compose-kept',
  'toast.compose-call',
  'toast.compose-opened',
  'toast.notify-saved',
  'toast.zone-saved',
  'toast.customer-changed',
  'toast.totp-off',
  'toast.session-ended',
  'toast.sessions-ended',
  'toast.token-revoked',
  'toast.agent-changed',
  'toast.appointment',
  'toast.feed-renewed',
  'toast.snoozed',
  'toast.woken',
  'toast.module-saved',
  'toast.module-removed',
  'toast.begin-saved',
  'toast.keys-saved',
  'toast.view-saved',
  'toast.view-removed',
] as const;

export type ToastKey = (typeof toastKeys)[number];

/** What was done, so that the page can say it in words and offer to take it back. */
export type SaidAbout =
  | { readonly kind: 'event'; readonly ticket: string; readonly event: string }
  | { readonly kind: 'batch'; readonly batch: string; readonly count: number };

export interface Said {
  readonly toast: ToastKey;
  readonly about: SaidAbout | undefined;
}
