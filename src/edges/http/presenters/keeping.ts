/**
 * What a ticket's page says of keeping: legal hold, and that it lies in the archive.
 *
 * Promises: pure; the hold of a person, a company or a rule is lifted where it was set, so no button is offered for it.
 */
import { type Hold, holdField } from '../../../core/ticket/hold.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { MessageWords } from './message.ts';
import type { WaitingBar, WaitingView } from './waiting.ts';

export interface KeepingRequest {
  readonly folder: TicketFolder;
  readonly may: (right: Right) => boolean;
  readonly hold: Hold | undefined;
}

export type KeepingView = WaitingView & {
  /** A hold can be set here. */
  readonly canHold: boolean;
};

/** The bars of keeping above those of waiting. */
export function withKeeping(
  waiting: WaitingView,
  request: KeepingRequest,
  words: MessageWords,
): KeepingView {
  const { ticket } = request.folder;
  const canHold =
    ticket.mergedInto === undefined &&
    ticket.state !== 'removed' &&
    !ticket.extra.has(holdField) &&
    request.may('administer');
  return { ...waiting, bars: [...keepingBars(request, words), ...waiting.bars], canHold };
}

function keepingBars(
  { folder, may, hold }: KeepingRequest,
  { locale }: MessageWords,
): readonly WaitingBar[] {
  const bars: WaitingBar[] = [];
  if (hold !== undefined)
    bars.push({
      id: 'hold',
      sign: 'lock',
      sentence:
        hold.name === undefined
          ? locale.markup('keep.bar', { reason: hold.reason })
          : locale.markup('keep.bar-of', { name: hold.name, reason: hold.reason }),
      button:
        hold.by === 'ticket' && may('administer')
          ? {
              action: `/tickets/${folder.number}/fields`,
              name: 'set.hold',
              value: '',
              text: locale.text('keep.lift'),
            }
          : undefined,
    });
  if (folder.archived)
    bars.push({
      id: 'archived',
      sign: 'inbox',
      sentence: locale.markup('keep.archived'),
      button: undefined,
    });
  return bars;
}
