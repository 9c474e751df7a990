/**
 * Agents: who may log in, by password, one-time link or token.
 */
import type { Instant } from '../../base/clock.ts';
import type { Result } from '../../base/result.ts';
import type { ReportWish } from '../../config/agent-report.ts';
import type { TokenScope } from '../../config/agent-tokens.ts';
import type { LetterWish } from '../../core/answers/letter-text.ts';
import type { KeySettings } from '../../core/keys/agent-keys.ts';
import type { NotifyPreferences } from '../../core/notify/reasons.ts';
import type { Absence } from '../../core/team/absence.ts';

/** `admin` may do everything; the rights of all others stand in the queues. */
export type Role = string;

export interface Agent {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  /** Language of the viewer, or undefined to follow the browser. */
  readonly language: string | undefined;
  /** IANA name; absent for the desk's. */
  readonly timeZone?: string;
  readonly roles: readonly Role[];
  /** Short text that changes with the password; a session made before is then void. */
  readonly passwordMark: string;
  readonly hasPassword: boolean;
  /** Past, present or to come. */
  readonly absence?: Absence | undefined;
  /** What the agent is told of. */
  readonly notify: NotifyPreferences;
  /** The weekly report that he wants; absent for none. */
  readonly report?: ReportWish | undefined;
  /** Whether a code is asked for at log-in. */
  readonly hasTotp?: boolean;
  /** Kept out; only the name is still shown. */
  readonly isDisabled?: boolean;
  /** What stands under and above the agent's answers; absent for what the queue has. */
  readonly signature?: LetterWish;
  readonly salutation?: LetterWish;
  /** The newest message stands at the top of a conversation. */
  readonly isNewestFirst?: boolean;
  /** The keys of the viewer; absent where all are as usual. */
  readonly keys?: KeySettings;
}

export type AccountRefusal =
  | { readonly code: 'wrong-login' }
  | { readonly code: 'too-many-attempts'; readonly retryAfterMs: number }
  | { readonly code: 'link-used' }
  | { readonly code: 'weak-password'; readonly least: number }
  | { readonly code: 'unknown-agent'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'agent-exists'; readonly login: string }
  | {
      readonly code: 'bad-value';
      readonly field: string;
      readonly value: string;
      readonly expected: string;
    }
  | { readonly code: 'wrong-code' }
  | { readonly code: 'totp-on' }
  | { readonly code: 'totp-off' }
  | { readonly code: 'last-admin' }
  | { readonly code: 'unknown-session'; readonly value: string }
  | { readonly code: 'unknown-token'; readonly value: string }
  | { readonly code: 'password-login-off' }
  | { readonly code: OpenidRefusalCode };

/** Why the OpenID provider's word did not let somebody in. */
export type OpenidRefusalCode =
  | 'openid-off'
  | 'openid-unreachable'
  | 'openid-denied'
  | 'openid-expired'
  | 'openid-invalid'
  | 'openid-no-email'
  | 'openid-no-agent'
  | 'openid-no-role';

export interface Accounts {
  /** All agents, by login. */
  list(): readonly Agent[];
  find(login: string): Agent | undefined;
  /** `login` may be the address; `client` is the peer's IP address, for throttling. */
  logIn(login: string, password: string, client: string): Promise<Result<Agent, AccountRefusal>>;
  /** The same question where nobody logs in by the answer. */
  checkPassword(
    login: string,
    password: string,
    client: string,
  ): Promise<Result<Agent, AccountRefusal>>;
  /** A one-time link's token, valid for 24 hours. */
  createLoginToken(login: string): Promise<string>;
  redeemLoginToken(token: string): Promise<Result<Agent, AccountRefusal>>;
  setPassword(login: string, password: string): Promise<Result<Agent, AccountRefusal>>;
  setLanguage(login: string, language: string): Promise<void>;
  /** Undefined: the desk's. */
  setTimeZone(login: string, timeZone: string | undefined): Promise<void>;
  /** Undefined ends it. */
  setAbsence(login: string, absence: Absence | undefined): Promise<Result<Agent, AccountRefusal>>;
  setNotify(login: string, notify: NotifyPreferences): Promise<void>;
  /** Whether the newest message stands at the top of a conversation. */
  setNewestFirst(login: string, isNewestFirst: boolean): Promise<void>;
  /** Undefined for no report. */
  setReport(login: string, report: ReportWish | undefined): Promise<void>;
  setKeys(login: string, keys: KeySettings): Promise<void>;
  add(agent: {
    login: string;
    name: string;
    email: string;
    roles: readonly Role[];
  }): Promise<Result<Agent, AccountRefusal>>;
  /** A new API token; shown once, stored as a digest. */
  createApiToken(login: string, wish?: TokenWish): Promise<Result<string, AccountRefusal>>;
  /** Undefined for an unknown or expired token, and for an agent who is kept out. */
  findByApiToken(token: string): ApiAccess | undefined;
}

export interface TokenWish {
  readonly name?: string;
  /** Absent: everything. */
  readonly scopes?: readonly TokenScope[];
  readonly expires?: Instant;
}

/** What a token gives. */
export interface ApiAccess {
  readonly agent: Agent;
  readonly tokenId: string;
  /** Undefined: everything. */
  readonly scopes: readonly TokenScope[] | undefined;
}

/** By what somebody got in. */
export const waysIn = ['password', 'link', 'openid'] as const;

export type WayIn = (typeof waysIn)[number];

/** From where somebody came, as far as it can be seen. */
export interface Origin {
  /** IP address. */
  readonly address: string;
  /** What the browser calls itself. */
  readonly browser: string;
}

export interface Sessions {
  /** The cookie's value for a fresh session. */
  open(agent: Agent, from: Origin & { readonly way: WayIn }): Promise<string>;
  /** Undefined for a forged, expired, voided or ended one. */
  read(cookie: string): Promise<Session | undefined>;
  /** Those that are alive, the last used first. */
  list(login: string): Promise<readonly SessionEntry[]>;
  /** False when there is none of that name. */
  end(login: string, id: string): Promise<boolean>;
  /** How many were ended. */
  endAll(login: string, except?: string): Promise<number>;
  /** Hears of each one that is ended in this process. */
  onEnd(listener: (id: string) => void): () => void;
}

export interface Session {
  readonly agent: Agent;
  readonly id: string;
  readonly way: WayIn;
  /** For the hidden field `csrf` of every form. */
  readonly csrf: string;
}

export interface SessionEntry extends Origin {
  readonly id: string;
  readonly way: WayIn;
  readonly opened: Instant;
  readonly expires: Instant;
  /** To a few minutes. */
  readonly used: Instant;
}
