/**
 * The past of the demo desk: every conversation played through the same road as real mail, in the order
 * of its times, with a clock that shows them.
 */
import { type Clock, day, formatInstant, type Instant, minute, toInstant } from '../base/clock.ts';
import { invariant } from '../base/fault.ts';
import type { MessageId } from '../core/message/mail.ts';
import { answerSubject } from '../core/message/subject.ts';
import type { Change } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { Desk } from '../desk.ts';
import type { DemoConversation, DemoTurn } from './conversations.ts';
import { writeCustomerMail } from './letters.ts';

/** A clock that stands where it was put. */
export interface PastClock extends Clock {
  set(now: Instant): void;
}

export function createPastClock(clock: Clock): PastClock {
  let now = clock.now();
  return {
    ...clock,
    now: () => now,
    set(instant) {
      now = instant;
    },
  };
}

interface Played {
  readonly number: TicketNumber;
  readonly references: MessageId[];
  customerMails: number;
}

/** Returns the numbers of the tickets by the ids of their conversations. */
export async function fillDesk(
  desk: Desk,
  conversations: readonly DemoConversation[],
  clock: PastClock,
): Promise<ReadonlyMap<string, TicketNumber>> {
  const present = clock.now();
  const played = new Map<string, Played>();
  const steps = conversations.flatMap((conversation) =>
    conversation.turns.map((turn, position) => ({
      conversation,
      turn,
      isLast: position === conversation.turns.length - 1,
    })),
  );
  steps.sort((one, other) => one.turn.time - other.turn.time);
  for (const { conversation, turn, isLast } of steps) {
    clock.set(turn.time);
    await playTurn(desk, conversation, turn, played);
    await deliverAll(desk);
    if (isLast) await settleTicket(desk, conversation, played, { clock, present });
  }
  clock.set(present);
  return new Map([...played].map(([id, { number }]) => [id, number]));
}

async function playTurn(
  desk: Desk,
  conversation: DemoConversation,
  turn: DemoTurn,
  played: Map<string, Played>,
): Promise<void> {
  const before = played.get(conversation.id);
  if (turn.by === 'customer') return playMail(desk, conversation, turn, before, played);
  invariant(before !== undefined, `The first turn of ${conversation.id} is the customer's`);
  const actor = { kind: 'agent', login: turn.login } as const;
  if (turn.by === 'note') {
    await desk.tickets.run(before.number, { kind: 'note', text: turn.text }, actor);
    return;
  }
  const { customer, cc } = conversation;
  const result = await desk.tickets.run(
    before.number,
    { kind: 'reply', to: [customer], cc, text: turn.text },
    actor,
  );
  invariant(result.ok, `The answer in ${conversation.id} is allowed`);
  const id = result.value.folder.messages.find(({ event }) => event.name === result.value.message)
    ?.event.mail.messageId;
  if (id !== undefined) before.references.push(id);
}

async function playMail(
  desk: Desk,
  conversation: DemoConversation,
  turn: DemoTurn,
  before: Played | undefined,
  played: Map<string, Played>,
): Promise<void> {
  const position = before?.customerMails ?? 0;
  const raw = await writeCustomerMail({
    conversation,
    text: turn.text,
    date: turn.time,
    position,
    to: conversation.to,
    subject:
      before === undefined
        ? conversation.subject
        : answerSubject(before.number, conversation.subject),
    references: before?.references ?? [],
  });
  const outcome = await desk.intake.process({
    raw,
    via: 'smtp',
    sender: conversation.customer.address,
    recipients: [conversation.to],
    client: undefined,
  });
  invariant(outcome.outcome === 'filed', `The mail of ${conversation.id} is filed`);
  const { ticket } = outcome;
  if (before !== undefined) before.customerMails += 1;
  else played.set(conversation.id, { number: ticket, references: [], customerMails: 1 });
}

/** What the customers' mail servers said, long ago. */
async function deliverAll(desk: Desk): Promise<void> {
  await desk.autoReplies.settled();
  for (const mail of await desk.outbox.waiting()) {
    if (mail.ticket === undefined) continue;
    const outcome = `sent; message=${mail.name}; attempt=1; reply=250 2.0.0 Ok`;
    await desk.tickets.run(
      mail.ticket,
      { kind: 'delivery', outcome, once: `${mail.name} 1` },
      { kind: 'system', part: 'sender' },
    );
  }
  for (const entry of await desk.outboxSpool.waiting())
    await (await desk.outboxSpool.claim(entry))?.done();
}

/** Queue, owner, tags and state as they are now. */
async function settleTicket(
  desk: Desk,
  conversation: DemoConversation,
  played: Map<string, Played>,
  { clock, present }: { readonly clock: PastClock; readonly present: Instant },
): Promise<void> {
  const ticket = played.get(conversation.id);
  if (ticket === undefined) return;
  const { queue, owner, priority, state, tags } = conversation;
  clock.set(toInstant(clock.now() + minute));
  const changes: Change[] = [
    ...set('queue', queue),
    ...set('owner', owner),
    ...set('priority', priority),
    ...set('state', state),
    // The past is over; what waits still does so for a while.
    ...set('pending-until', waits(state) ? formatInstant(toInstant(present + day)) : ''),
    ...tags.map((value): Change => ({ kind: 'add', set: 'tag', value })),
  ];
  await desk.tickets.run(
    ticket.number,
    { kind: 'update', changes },
    { kind: 'agent', login: owner === '' ? 'lena' : owner },
  );
}

function waits(state: string): boolean {
  return state === 'pending-reminder' || state === 'pending-close';
}

function set(field: string, value: string): readonly Change[] {
  return value === '' ? [] : [{ kind: 'set', field, value }];
}
