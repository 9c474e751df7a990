/**
 * One line of the log of who got in and who read what.
 *
 * Promises: total in both directions; a line that is not one of ours reads as undefined. Nothing in it is secret:
 * no passwords, no tokens, no names that nobody has.
 */
import { formatInstant, type Instant, parseInstant } from '../../base/clock.ts';

export const auditKinds = ['logins', 'reads'] as const;

export type AuditKind = (typeof auditKinds)[number];

/** What happened; in `logins` all but the last, in `reads` the last alone. */
export const auditEvents = [
  'log-in',
  'log-in-refused',
  'log-out',
  'session-ended',
  'password-set',
  'totp-on',
  'totp-off',
  'recovery-codes',
  'token-made',
  'token-revoked',
  'agent-added',
  'link-made',
  'roles-changed',
  'disabled',
  'enabled',
  'read',
] as const;

export type AuditEvent = (typeof auditEvents)[number];

export interface AuditEntry {
  readonly time: Instant;
  readonly event: AuditEvent;
  /** Whom it is about; undefined for somebody unknown. */
  readonly agent: string | undefined;
  /** Who did it, when it was somebody else: a login, or an account of the operating system. */
  readonly by?: string;
  /** `password`, `link`, `openid`, `code`; of a reading `viewer` or `api`. */
  readonly way?: string;
  /** Code of the refusal, roles, name of a token: what the event is about. */
  readonly detail?: string;
  readonly ticket?: string;
  /** What was read: `ticket`, `history`, `attachment`, `raw`, … */
  readonly what?: string;
  readonly address?: string;
  readonly browser?: string;
}

const optional = ['by', 'way', 'detail', 'ticket', 'what', 'address', 'browser'] as const;
const mostCharacters = 300;

export function kindOf(entry: Pick<AuditEntry, 'event'>): AuditKind {
  return entry.event === 'read' ? 'reads' : 'logins';
}

export function formatEntry(entry: AuditEntry): string {
  const fields: Record<string, string | null> = {
    time: formatInstant(entry.time),
    event: entry.event,
    agent: entry.agent ?? null,
  };
  for (const key of optional) {
    const value = entry[key];
    if (value !== undefined && value !== '') fields[key] = value.slice(0, mostCharacters);
  }
  return `${JSON.stringify(fields)}\n`;
}

export function parseEntry(line: string): AuditEntry | undefined {
  const fields = fieldsOf(line);
  const textOf = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const time = parseInstant(textOf('time') ?? '');
  const event = auditEvents.find((known) => known === textOf('event'));
  if (time === undefined || event === undefined) return undefined;
  const more = Object.fromEntries(
    optional.flatMap((key) => {
      const value = textOf(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return { time, event, agent: textOf('agent'), ...more };
}

function fieldsOf(line: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    // The last line of a file that a power cut left half written, or a line of somebody else.
    return new Map();
  }
}
