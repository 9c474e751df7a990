/**
 * Sentences for what colleagues do among themselves: taking over, advice, mentions, the second level.
 *
 * Promises: pure; undefined for every other change, which has its sentence in change-words.ts.
 */
import { type Change, parseParameters, type TicketEvent } from '../../../core/ticket/event.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { NameOf } from './people.ts';

/** The keys and values of a sentence. */
export interface ChangeWords {
  readonly sign: string;
  /** With a person in front. */
  readonly by: string;
  /** When the desk did it, or a mail brought it about. */
  readonly alone: string;
  readonly values: Readonly<Record<string, string>>;
}

interface TeamChangeWords {
  readonly nameOf: NameOf;
  readonly locale: Pick<Locale, 'text'>;
}

export function teamChangeWords(
  change: Change,
  event: TicketEvent,
  words: TeamChangeWords,
): ChangeWords | undefined {
  const { nameOf } = words;
  if (change.kind !== 'set') return memberWords(change, event, nameOf);
  if (change.field === 'level') return levelWords(change.value, event, words);
  if (change.field === 'owner') return ownerWords(change.value, event, nameOf);
  return undefined;
}

/** What only remembers where a ticket came from. */
export function isBookkeeping(change: Change): boolean {
  return (
    change.kind === 'set' && (change.field === 'level-queue' || change.field === 'level-owner')
  );
}

/** What goes without saying beside the note or the sentence that it belongs to. */
export function isAside(change: Change, event: TicketEvent): boolean {
  if (isBookkeeping(change)) return true;
  // The text of the note names them.
  if (change.kind === 'add' && change.set === 'mention') return true;
  const isLevel = event.changes.some((other) => other.kind === 'set' && other.field === 'level');
  return isLevel && change.kind === 'set' && (change.field === 'queue' || change.field === 'owner');
}

function memberWords(
  change: Exclude<Change, { kind: 'set' }>,
  event: TicketEvent,
  nameOf: NameOf,
): ChangeWords | undefined {
  if (change.set !== 'advice' && change.set !== 'mention') return undefined;
  const isOwn = event.actor.kind === 'agent' && event.actor.login === change.value;
  const verb = change.kind === 'add' ? 'asked' : isOwn ? 'done' : 'withdrawn';
  const [by, alone] = memberKeys[change.set][verb];
  return {
    sign: change.set === 'mention' ? 'at' : 'ask',
    by,
    alone,
    values: { name: nameOf(change.value) },
  };
}

const memberKeys = {
  advice: {
    asked: ['change.advice-asked.by', 'change.advice-asked.alone'],
    done: ['change.advice-done.by', 'change.advice-done.alone'],
    withdrawn: ['change.advice-withdrawn.by', 'change.advice-withdrawn.alone'],
  },
  mention: {
    asked: ['change.mention-asked.by', 'change.mention-asked.alone'],
    done: ['change.mention-done.by', 'change.mention-done.alone'],
    withdrawn: ['change.mention-withdrawn.by', 'change.mention-withdrawn.alone'],
  },
} as const;

function ownerWords(value: string, event: TicketEvent, nameOf: NameOf): ChangeWords | undefined {
  const former = formerOwner(event);
  const isOwn = event.actor.kind === 'agent' && event.actor.login === value;
  if (!isOwn || former === undefined) return undefined;
  return {
    sign: 'user',
    by: 'change.taken-over.by',
    alone: 'change.owner.alone',
    values: { name: nameOf(former), owner: nameOf(value) },
  };
}

/** `Ticket-Was: owner=anna` */
function formerOwner(event: TicketEvent): string | undefined {
  return parseParameters(event.fields.get('was')?.[0] ?? '').get('owner');
}

function levelWords(
  value: string,
  event: TicketEvent,
  { nameOf, locale }: TeamChangeWords,
): ChangeWords | undefined {
  const setting = (field: string) =>
    event.changes.find((change) => change.kind === 'set' && change.field === field)?.value;
  const queue = setting('queue');
  if (value === '') {
    const [by, alone] =
      queue === undefined
        ? ['change.level-ended.by', 'change.level-ended.alone']
        : ['change.level-down.by', 'change.level-down.alone'];
    return { sign: 'level', by, alone, values: { queue: queue ?? '' } };
  }
  if (value !== '2') return undefined;
  const owner = setting('level-owner');
  const from = setting('level-queue') ?? '';
  return {
    sign: 'level',
    by: 'change.level-up.by',
    alone: 'change.level-up.alone',
    values: {
      queue: queue ?? from,
      from:
        owner === undefined
          ? from
          : locale.text('world.detail', { text: from, detail: nameOf(owner) }),
    },
  };
}
