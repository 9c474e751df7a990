/**
 * Why an agent is told of something, and by which ways.
 *
 * Owns: the kinds that an agent chooses among, the reasons that belong to each, what is told when nothing was chosen.
 * Promises: pure. A reason that is added belongs to a kind, or does not compile.
 */
import type { Digest, Quiet } from './quiet.ts';

export const notifyKinds = ['new', 'assigned', 'answered', 'mentioned', 'escalating'] as const;

export type NotifyKind = (typeof notifyKinds)[number];

export const notifyWays = ['page', 'mail'] as const;

export type NotifyWay = (typeof notifyWays)[number];

/** From the one that weighs most: of several the first is shown. */
export const notifyReasons = [
  'mentioned',
  'advice',
  'assigned',
  'responsible',
  'due',
  'level',
  'appointment',
  'answered',
  'participating',
  'taken',
  'moved',
  'opened',
  'reminder',
  'woken',
  'snooze-over',
] as const;

export type NotifyReason = (typeof notifyReasons)[number];

export const kindOfReason: Readonly<Record<NotifyReason, NotifyKind>> = {
  mentioned: 'mentioned',
  advice: 'mentioned',
  assigned: 'assigned',
  responsible: 'assigned',
  taken: 'assigned',
  due: 'escalating',
  level: 'escalating',
  appointment: 'answered',
  answered: 'answered',
  participating: 'answered',
  moved: 'new',
  opened: 'new',
  reminder: 'assigned',
  woken: 'assigned',
  'snooze-over': 'assigned',
};

export interface NotifyPreferences {
  readonly page: ReadonlySet<NotifyKind>;
  readonly mail: ReadonlySet<NotifyKind>;
  /** Queues whose new tickets are the agent's; those within them count too. Undefined: every queue he may see. */
  readonly queues: readonly string[] | undefined;
  /** When no mail comes; absent for never. */
  readonly quiet?: Quiet;
  /** When all mail comes together; absent for each ticket by itself, at once. */
  readonly digest?: Digest;
  /** What comes in spite of both. */
  readonly urgent?: ReadonlySet<NotifyKind>;
  /** Mail comes on days of absence, too. */
  readonly mailAway?: boolean;
}

export const defaultPreferences: NotifyPreferences = {
  page: new Set(notifyKinds),
  mail: new Set<NotifyKind>(['assigned', 'answered', 'mentioned']),
  queues: undefined,
};

export function isNotifyKind(text: string): text is NotifyKind {
  return notifyKinds.some((kind) => kind === text);
}

export function isNotifyReason(text: string): text is NotifyReason {
  return notifyReasons.some((reason) => reason === text);
}
