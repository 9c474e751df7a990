/** What the form asks the ticket for. Promises: pure. */
import { toAddresses } from '../../../core/message/address-list.ts';
import type { ReplyCommand } from '../../../core/ticket/decide.ts';
import type { Change } from '../../../core/ticket/event.ts';
import { messageOf, type WriteForm } from './write-form.ts';

export function toReply(typed: WriteForm): ReplyCommand {
  return {
    kind: 'reply',
    to: toAddresses(typed.to),
    cc: toAddresses(typed.cc),
    text: typed.text,
    ...(typed.subject.trim() === '' ? {} : { subject: typed.subject.trim() }),
    ...(typed.message === '' ? {} : { inReplyTo: messageOf(typed) ?? typed.message }),
    modules: typed.modules,
    changes: stateChange(typed),
    ...(typed.seen.length === 0 ? {} : { seen: { kind: 'heads', heads: typed.seen } }),
  };
}

export function stateChange({ state }: WriteForm): readonly Change[] {
  return state === '' ? [] : [{ kind: 'set', field: 'state', value: state }];
}
