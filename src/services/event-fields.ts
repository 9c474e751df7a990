/** Block fields that an event gets beside what was decided: envelope, occasion, the mail that gave the command. Promises: pure. */
import type { TicketCommand } from '../core/ticket/decide.ts';
import type { EventDraft, MessageName } from '../core/ticket/event.ts';
import type { Letter } from './letters.ts';

/** What a command is part of; it stands in the block of the event. */
export interface Occasion {
  /** The bulk action. */
  readonly batch?: string;
  /** The event that is taken back by a command of another kind. */
  readonly undo?: MessageName;
}

export function fieldsOf(
  draft: EventDraft,
  { envelope, fields = [] }: Pick<Letter, 'envelope' | 'fields'>,
): EventDraft['fields'] {
  if (envelope === undefined) return [...draft.fields, ...fields];
  return [
    ...draft.fields,
    ...fields,
    ['Sender', `<${envelope.sender}>`],
    ...envelope.recipients.map((recipient) => ['Recipient', recipient] as const),
  ];
}

export function withOccasion(draft: EventDraft, { batch, undo }: Occasion): EventDraft {
  const fields: EventDraft['fields'] = [
    ...(undo === undefined ? [] : [['Undo', undo] as const]),
    ...(batch === undefined ? [] : [['Batch', batch] as const]),
  ];
  return fields.length === 0 ? draft : { ...draft, fields: [...draft.fields, ...fields] };
}

export function mailedFields(command: TicketCommand): EventDraft['fields'] {
  return 'mailed' in command && command.mailed !== undefined
    ? [
        ['Via', 'mail'],
        ['Mailed', command.mailed.field],
      ]
    : [];
}
