/**
 * Agents: who may log in, by password, one-time link or token.
 */
import type { Result } from '../../base/result.ts';
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
  readonly roles: readonly Role[];
  /** Short text that changes with the password; a session made before is then void. */
  readonly passwordMark: string;
  readonly hasPassword: boolean;
  /** Past, present or to come. */
  readonly absence?: Absence | undefined;
  /** What the agent is told of. */
  readonly notify: NotifyPreferences;
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
    };

export interface Accounts {
  /** All agents, by login. */
  list(): readonly Agent[];
  find(login: string): Agent | undefined;
  /** `login` may be the address; `client` is the peer's IP address, for throttling. */
  logIn(login: string, password: string, client: string): Promise<Result<Agent, AccountRefusal>>;
  /** A one-time link's token, valid for 24 hours. */
  createLoginToken(login: string): Promise<string>;
  redeemLoginToken(token: string): Promise<Result<Agent, AccountRefusal>>;
  setPassword(login: string, password: string): Promise<Result<Agent, AccountRefusal>>;
  setLanguage(login: string, language: string): Promise<void>;
  /** Undefined ends it. */
  setAbsence(login: string, absence: Absence | undefined): Promise<Result<Agent, AccountRefusal>>;
  setNotify(login: string, notify: NotifyPreferences): Promise<void>;
  add(agent: {
    login: string;
    name: string;
    email: string;
    roles: readonly Role[];
  }): Promise<Result<Agent, AccountRefusal>>;
  /** A new API token; shown once, stored as a digest. */
  createApiToken(login: string): Promise<Result<string, AccountRefusal>>;
  findByApiToken(token: string): Agent | undefined;
}

export interface Sessions {
  /** The cookie's value for a fresh session. */
  open(agent: Agent): string;
  /** Undefined for a forged, expired or voided cookie. */
  read(cookie: string): Session | undefined;
}

export interface Session {
  readonly agent: Agent;
  /** For the hidden field `csrf` of every form. */
  readonly csrf: string;
}
