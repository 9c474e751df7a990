/**
 * What a ticket asks about other tickets, and how a message is moved out of it or back: each one click.
 *
 * Promises: pure; nothing is offered that the rules would refuse.
 */
import type { MessageName, TicketEvent } from '../../../core/ticket/event.ts';
import { lastMoves, type Move } from '../../../core/ticket/moves.ts';
import { isTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { isMessageKind } from '../../../services/index/projector.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { Markup } from '../../../services/render/markup.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';

export interface BarButton {
  readonly value: string;
  readonly sign: string;
  readonly text: string;
  readonly isMain: boolean;
}

/** A question, or a fact that can be taken back, above the conversation. */
export interface Bar {
  readonly id: string;
  readonly sign: string;
  readonly sentence: Markup;
  /** Where its form goes. */
  readonly action: string;
  /** The other ticket. */
  readonly other: string;
  readonly buttons: readonly BarButton[];
}

export interface MessageMove {
  readonly action: string;
  readonly message: string;
  readonly text: string;
  readonly sign: string;
}

export function presentBars(folder: TicketFolder, locale: Locale): readonly Bar[] {
  const { ticket } = folder;
  const page = `/tickets/${ticket.number}`;
  if (ticket.mergedInto !== undefined) {
    const survivor = ticket.mergedInto;
    return [
      {
        id: 'bar-merged',
        sign: 'merge',
        sentence: locale.markup(
          'ticket.merged',
          { number: survivor },
          { link: `/tickets/${survivor}` },
        ),
        action: `${page}/unmerge`,
        other: survivor,
        buttons: [unmergeButton(locale)],
      },
    ];
  }
  return [...askBars(folder, locale), ...partBars(folder, locale)];
}

const questions = { suggested: 'ask.suggested', connected: 'ask.connected' } as const;

function askBars({ ticket }: TicketFolder, locale: Locale): readonly Bar[] {
  return [...ticket.links].sort().flatMap((link): readonly Bar[] => {
    const [kind = '', other = ''] = link.split(':');
    if ((kind !== 'suggested' && kind !== 'connected') || !isTicketNumber(other)) return [];
    return [
      {
        id: `bar-${other}`,
        sign: 'link',
        sentence: locale.markup(questions[kind], { number: other }, { link: `/tickets/${other}` }),
        action: `/tickets/${ticket.number}/suggestion`,
        other,
        buttons: [
          { value: 'put', sign: 'merge', text: locale.text('ask.put'), isMain: true },
          { value: 'apart', sign: 'close', text: locale.text('ask.apart'), isMain: false },
        ],
      },
    ];
  });
}

/** Tickets whose messages stand in this conversation. */
function partBars({ messages }: TicketFolder, locale: Locale): readonly Bar[] {
  const parts = new Set(
    messages.flatMap(({ event, home }) =>
      home !== undefined && isMessageKind(event.kindText) ? [home] : [],
    ),
  );
  return [...parts].map((number) => ({
    id: `bar-${number}`,
    sign: 'merge',
    sentence: locale.markup('ticket.holds', { number }, { link: `/tickets/${number}` }),
    action: `/tickets/${number}/unmerge`,
    other: number,
    buttons: [unmergeButton(locale)],
  }));
}

function unmergeButton(locale: Locale): BarButton {
  return { value: 'unmerge', sign: 'close', text: locale.text('ticket.unmerge'), isMain: false };
}

interface Whereabouts {
  readonly moves: ReadonlyMap<MessageName, Move>;
  /** Messages of tickets that were merged into this one. */
  readonly foreign: ReadonlySet<MessageName>;
}

/** By one reading of the folder: each of its messages asks. */
const known = new WeakMap<TicketFolder['messages'], Whereabouts>();

function whereaboutsOf({ messages }: TicketFolder): Whereabouts {
  const before = known.get(messages);
  if (before !== undefined) return before;
  const found = {
    moves: lastMoves(messages.map(({ event }) => event)),
    foreign: new Set(
      messages.flatMap(({ event, home }) => (home === undefined ? [] : [event.name])),
    ),
  };
  known.set(messages, found);
  return found;
}

/** The message's way into this ticket, where it came from another one. */
export function movedFrom(folder: TicketFolder, name: MessageName): TicketNumber | undefined {
  const move = whereaboutsOf(folder).moves.get(name);
  return move?.way === 'in' ? move.other : undefined;
}

/** A mail that a rule put here can be taken out, one that was moved here can be put back. */
export function presentMove(
  folder: TicketFolder,
  event: TicketEvent,
  { rule, locale }: { readonly rule: string | undefined; readonly locale: Locale },
): MessageMove | undefined {
  const { ticket } = folder;
  const isForeign = whereaboutsOf(folder).foreign.has(event.name);
  if (ticket.mergedInto !== undefined || isForeign || event.kind !== 'mail-in') return undefined;
  const action = `/tickets/${ticket.number}`;
  if (movedFrom(folder, event.name) !== undefined) {
    const text = locale.text('move.back');
    return { action: `${action}/put-back`, message: event.name, text, sign: 'left' };
  }
  if (rule === undefined || rule === 'new') return undefined;
  const text = locale.text('move.out');
  return { action: `${action}/split`, message: event.name, text, sign: 'move' };
}
