/**
 * Agent files: config/agents/LOGIN.yaml, one agent a file.
 *
 * Owns: their form, read and written. Promises: pure and total; a change keeps comments, order and
 * every key that this version does not know.
 * Leaves to others: files on disk and what an agent may do (services/accounts).
 */
import { Document, parseDocument } from 'yaml';
import { Fault } from '../base/fault.ts';
import type { LetterWish } from '../core/answers/letter-text.ts';
import type { KeySettings } from '../core/keys/agent-keys.ts';
import { isAddress } from '../core/message/address.ts';
import { defaultPreferences, type NotifyPreferences } from '../core/notify/reasons.ts';
import type { Absence } from '../core/team/absence.ts';
import { absenceExpected, readAbsence } from './agent-absence.ts';
import { type AgentEdit, applyEdit } from './agent-edits.ts';
import { keysExpected, readKeys } from './agent-keys.ts';
import {
  type AgentOpenid,
  type AgentTotp,
  readDisabled,
  readOpenid,
  readTotp,
} from './agent-log-in.ts';
import { notifyExpected, readNotify } from './agent-notify.ts';
import { type ReportWish, readReport, reportExpected } from './agent-report.ts';
import { type AgentToken, readTokens } from './agent-tokens.ts';
import type { ConfigProblem } from './config.ts';
import { letterExpected, readLetterWish } from './letter-texts.ts';
import { findNearest } from './nearest.ts';
import { parsePasswordHash } from './password-hash.ts';
import { isLanguageTag, timeZone } from './values.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';

/** What an agent is to the desk: `agent`, `admin`, or a word that queues give rights to. */
export type AgentRole = string;

export interface AgentFile {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly language: string | undefined;
  /** IANA name; undefined for the desk's. */
  readonly timeZone: string | undefined;
  /** PHC string; undefined for an agent without password. */
  readonly password: string | undefined;
  readonly roles: readonly AgentRole[];
  readonly tokens: readonly AgentToken[];
  /** Undefined while the second step is off. */
  readonly totp: AgentTotp | undefined;
  readonly openid: AgentOpenid | undefined;
  /** Keeps him out; his name stays. */
  readonly disabled: boolean;
  readonly absence?: Absence | undefined;
  /** What the agent is told of. */
  readonly notify: NotifyPreferences;
  /** Absent for none. */
  readonly report?: ReportWish | undefined;
  readonly signature?: LetterWish;
  readonly salutation?: LetterWish;
  /** The newest message stands at the top of a conversation. */
  readonly isNewestFirst?: boolean;
  /** Absent where all keys are as usual. */
  readonly keys?: KeySettings;
}

export interface ReadAgent {
  /** Undefined when the file cannot be used. */
  readonly agent: AgentFile | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** A login names a file and a folder, and is a word in the Ticket block. */
export function isLogin(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(text) && !text.includes('..');
}

export function isRole(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text);
}

const agentKeys = [
  'name',
  'email',
  'language',
  'timeZone',
  'password',
  'roles',
  'tokens',
  'absence',
  'notify',
  'totp',
  'openid',
  'disabled',
  'report',
  'signature',
  'salutation',
  'conversation',
  'keys',
];

export function parseAgentFile(login: string, text: string): ReadAgent {
  const file = `agents/${login}.yaml`;
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const report = (line: number | undefined, reason: string) =>
    problems.push({ file, line, reason });
  const read = <T>(key: string, expected: string, parse: (entry: YamlEntry) => T | undefined) => {
    const entry = table.entries.find((each) => each.key === key);
    if (entry === undefined || entry.value === null) return undefined;
    const value = parse(entry);
    if (value === undefined) report(entry.line, `The agent's "${key}" should be ${expected}`);
    return value;
  };

  const email = read('email', 'an address such as anna@example.org', ({ value }) => {
    const address = scalarText(value);
    return address !== undefined && isAddress(address) ? address : undefined;
  });
  if (email === undefined && problems.length === 0) report(undefined, 'The agent needs an "email"');
  const agent = {
    login,
    name: read('name', 'text in one line', ({ value }) => oneLine(scalarText(value))) ?? login,
    email: email ?? '',
    language: read('language', 'a language tag such as en or zh-Hans', ({ value }) => {
      const tag = scalarText(value);
      return tag !== undefined && isLanguageTag(tag) ? tag : undefined;
    }),
    timeZone: read(
      'timeZone',
      timeZone.expected,
      ({ value }) => timeZone.parse(scalarText(value) ?? '')?.value,
    ),
    password: read('password', 'a hash that "agent passwd" made', ({ value }) => {
      const hash = scalarText(value);
      return hash !== undefined && parsePasswordHash(hash) !== undefined ? hash : undefined;
    }),
    roles: read('roles', 'a list of words such as agent, admin or billing', ({ value }) =>
      readRoles(value),
    ) ?? ['agent'],
    tokens:
      read('tokens', 'a list that "agent token" made', ({ value }) => readTokens(value)) ?? [],
    notify: read('notify', notifyExpected, ({ value }) => readNotify(value)) ?? defaultPreferences,
    totp: read('totp', 'a "secret" and a list "recovery" that the viewer made', ({ value }) =>
      readTotp(value),
    ),
    openid: read('openid', 'an "issuer" and a "subject"', ({ value }) => readOpenid(value)),
    disabled: read('disabled', 'true or false', ({ value }) => readDisabled(value)) ?? false,
  } satisfies AgentFile;
  // Nothing is guessed about who may do what: a wrong value keeps this agent out until it is right.
  const isUsable = problems.length === 0;
  // Nor does one in what he wants to read.
  const wish = read('report', reportExpected, ({ value }) => readReport(value));
  // A slip in the days that somebody is away locks nobody out.
  const absence = read('absence', absenceExpected, ({ value }) =>
    // Versions that knew no absence kept whatever stood here; a list means nothing.
    Array.isArray(value) ? 'none' : readAbsence(value, isLogin),
  );
  // The same holds for what stands under an answer.
  const signature = read('signature', letterExpected, ({ value }) => readLetterWish(value));
  const salutation = read('salutation', letterExpected, ({ value }) => readLetterWish(value));
  const keys = read('keys', keysExpected, ({ value }) => readKeys(value));

  const order = read('conversation', 'newest-first or newest-last', ({ value }) =>
    value === 'newest-first' || value === 'newest-last' ? value : undefined,
  );

  for (const { key, line } of table.entries) {
    // Other keys belong to other versions; only a slip of the pen is worth a word.
    const isSlip = !agentKeys.includes(key) && (findNearest(key, agentKeys)?.distance ?? 9) <= 2;
    if (isSlip) report(line, unknownKey('key', key, agentKeys));
  }
  return {
    agent: isUsable
      ? {
          ...agent,
          ...(absence === undefined || absence === 'none' ? {} : { absence }),
          ...(wish === undefined || wish === 'off' ? {} : { report: wish }),
          ...(signature === undefined ? {} : { signature }),
          ...(salutation === undefined ? {} : { salutation }),
          ...(order === 'newest-first' ? { isNewestFirst: true } : {}),
          ...(keys === undefined ? {} : { keys }),
        }
      : undefined,
    problems,
  };
}

function oneLine(text: string | undefined): string | undefined {
  const isName = text !== undefined && text !== '' && text.length <= 200 && !/\p{Cc}/u.test(text);
  return isName ? text : undefined;
}

function readRoles(value: unknown): readonly AgentRole[] | undefined {
  const texts = scalarTexts(value);
  const roles = texts?.filter(isRole);
  return roles === undefined || roles.length !== texts?.length ? undefined : [...new Set(roles)];
}

export interface NewAgent {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly AgentRole[];
}

export function formatAgentFile({ name, email, roles }: NewAgent): string {
  const document = new Document({ name, email });
  document.set('roles', document.createNode(roles, { flow: true }));
  document.commentBefore = " An agent of the desk; the file's name is the login.";
  return document.toString(layout);
}

export type { AgentEdit } from './agent-edits.ts';

/** The file's text after the edit; fails with `config-invalid` when it is not YAML. */
export function editAgentFile(text: string, edit: AgentEdit): string {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) {
    throw new Fault('config-invalid', {
      retry: 'never',
      detail: 'Cannot change agent: the file is not YAML and must be repaired first',
      cause: document.errors[0],
    });
  }
  applyEdit(document, edit);
  return document.toString(layout);
}

/** Lines stay as long as they are. */
const layout = { lineWidth: 0 };
