/**
 * An answer for later from a program: checked now, kept as a draft that waits for its time.
 *
 * Promises: what would be refused now is refused now. The agent sees it in the viewer and may change it there.
 */
import { type Clock, day, formatInstant, parseInstant } from '../../base/clock.ts';
import { type Random, randomText } from '../../base/random.ts';
import { type Result, refuse } from '../../base/result.ts';
import { formatAddress } from '../../core/message/address.ts';
import type { Refusal, ReplyCommand } from '../../core/ticket/decide.ts';
import { parseDraftId } from '../../core/ticket/draft.ts';
import { parseMessageName } from '../../core/ticket/event.ts';
import { headsOf } from '../../core/ticket/news.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { Tickets } from '../tickets.ts';
import type { Drafts, OpenDraft } from './drafts.ts';

export interface LaterRequest {
  readonly command: ReplyCommand;
  readonly login: string;
  /** An instant as text, as a program names it. */
  readonly at: string;
}

export type SendLater = (
  number: TicketNumber,
  request: LaterRequest,
) => Promise<Result<OpenDraft, Refusal>>;

export interface SendLaterDeps {
  readonly tickets: Pick<Tickets, 'foresee'>;
  readonly drafts: Pick<Drafts, 'save'>;
  readonly whole: Pick<TicketReader, 'read'>;
  readonly clock: Clock;
  readonly random: Random;
}

export function createSendLater(deps: SendLaterDeps): SendLater {
  const { tickets, drafts, whole, clock, random } = deps;
  return async (number, { command, login, at }) => {
    const time = parseInstant(at);
    const now = clock.now();
    if (time === undefined || time <= now || time > now + 366 * day)
      return refuse({ code: 'bad-time', value: at });
    const folder = await whole.read(number);
    const checked = await tickets.foresee(number, command, { kind: 'agent', login });
    if (!checked.ok) return checked;
    const typed = (people: ReplyCommand['to']) => people.map(formatAddress).join(', ');
    return drafts.save(number, {
      login,
      id: parseDraftId(randomText(random, 20)),
      revision: undefined,
      fields: {
        writing: 'answer',
        message: parseMessageName(command.inReplyTo ?? ''),
        state: stateAfter(command),
        to: typed(command.to),
        cc: typed(command.cc),
        subject: command.subject ?? '',
        text: command.text,
        modules: command.modules ?? [],
        seen: headsOf((folder?.messages ?? []).map(({ event }) => event)),
      },
      send: { at: time, way: 'later' },
      add: (command.attachments ?? []).map(({ name, type, bytes }) => ({
        name,
        type,
        bytes: Buffer.from(bytes),
      })),
    });
  };
}

function stateAfter({ changes = [] }: ReplyCommand): string {
  const state = changes.findLast((change) => change.kind === 'set' && change.field === 'state');
  return state?.value ?? '';
}

/** What a program is told of an answer that waits. */
export function toWaiting(ticket: TicketNumber, { draft }: OpenDraft) {
  return {
    ticket,
    draft: draft.id,
    sendAt: draft.send === undefined ? null : formatInstant(draft.send.at),
  };
}
