/**
 * Whether the desk answers a mail by itself, and why not.
 *
 * Owns: the kinds of automatic answers, the reasons against one, the value of `Ticket-Auto-Reply`.
 * Promises: pure; every mail that might be answered gets exactly one verdict, which is written into its file
 * before anything is sent.
 * Leaves to others: counting what was sent (limits.ts, services/reply-limits.ts), texts (config/auto-replies.ts).
 */
import { type Address, isAddress } from '../message/address.ts';
import { type Automatic, effectOf } from '../message/automatic.ts';
import {
  type BlockFields,
  formatParameters,
  type MessageName,
  parseMessageName,
  parseParameters,
} from '../ticket/event.ts';

export const autoReplyKinds = ['new-ticket', 'follow-up', 'rejected', 'new-from-closed'] as const;

export type AutoReplyKind = (typeof autoReplyKinds)[number];

export const silenceReasons = [
  'switched-off',
  'automatic',
  'no-address',
  'no-way-back',
  'own-address',
  'spam',
  'rule',
  'breaker',
  'already-answered',
  'too-many-for-ticket',
  'too-many-for-sender',
  'too-many-in-all',
  'blocked',
  'muted',
] as const;

/** Why no automatic answer was sent; a code, for files carry no sentences of one language. */
export type SilenceReason = (typeof silenceReasons)[number];

export interface AutoReplyFacts {
  readonly kind: AutoReplyKind;
  /** The queue gives answers of this kind. */
  readonly isOn: boolean;
  readonly automatic: Automatic | undefined;
  /** Reverse-path; empty for `<>`; undefined when there was no envelope. */
  readonly sender: string | undefined;
  /** Where an answer would go: Reply-To, else From. */
  readonly to: Address | undefined;
  readonly isOwnAddress: boolean;
  /** Another rule that forbids it. */
  readonly forbidden: 'spam' | 'rule' | 'blocked' | 'muted' | undefined;
  /** The breaker of the ticket is open. */
  readonly isBroken: boolean;
  /** Automatic answers of this ticket within the window of a ticket. */
  readonly sentInTicket: number;
  /** Somebody got one of this kind in this ticket within the pause. */
  readonly isRepeated: boolean;
  readonly mostInTicket: number;
}

export type AutoReplyVerdict =
  | { readonly kind: 'due'; readonly reply: AutoReplyKind; readonly to: Address }
  | {
      readonly kind: 'none';
      readonly reply: AutoReplyKind;
      readonly reason: SilenceReason;
      /** The sign of an automatic mail. */
      readonly sign?: string;
    };

/** The surest reasons come first, so that what the ticket says does not depend on how busy the desk is. */
export function judgeAutoReply(facts: AutoReplyFacts): AutoReplyVerdict {
  const { kind: reply, automatic, to } = facts;
  const none = (reason: SilenceReason): AutoReplyVerdict => ({ kind: 'none', reply, reason });
  // The queue for spam answers nobody anyway; that a mail is spam, or its sender kept back, says more.
  if (facts.forbidden !== undefined && facts.forbidden !== 'rule') return none(facts.forbidden);
  if (!facts.isOn) return none('switched-off');
  if (facts.forbidden !== undefined) return none(facts.forbidden);
  if (automatic !== undefined && !effectOf(automatic).answers)
    return { kind: 'none', reply, reason: 'automatic', sign: automatic.reason };
  // RFC 3834 section 2: nothing is answered that came without a way back.
  if (facts.sender === '') return none('no-way-back');
  if (to === undefined || !isAddress(to.address)) return none('no-address');
  if (facts.isOwnAddress) return none('own-address');
  if (facts.isBroken) return none('breaker');
  if (facts.isRepeated) return none('already-answered');
  if (facts.sentInTicket >= facts.mostInTicket) return none('too-many-for-ticket');
  return { kind: 'due', reply, to };
}

/** What a file says of its automatic answer. */
export interface AutoReplyField {
  readonly state: 'due' | 'none' | 'sent';
  readonly reply: AutoReplyKind;
  readonly reason: SilenceReason | undefined;
  readonly sign: string | undefined;
  /** Language of the answer. */
  readonly language: string | undefined;
  /** On the answer: the mail that is answered. */
  readonly message: MessageName | undefined;
}

/** `due; kind=follow-up; language=de`, `none; kind=new-ticket; reason=automatic; sign=List-ID`, `sent; kind=…; message=NAME` */
export function formatAutoReply(
  field: Pick<AutoReplyField, 'state' | 'reply'> & Partial<AutoReplyField>,
): string {
  const { state, reply, reason, sign, language, message } = field;
  return formatParameters(state, { kind: reply, reason, sign, language, message });
}

/** Undefined when there is none that this version knows. */
export function readAutoReply(fields: BlockFields): AutoReplyField | undefined {
  const parameters = parseParameters(fields.get('auto-reply')?.[0] ?? '');
  const state = parameters.get('');
  const reply = autoReplyKinds.find((kind) => kind === parameters.get('kind'));
  if (reply === undefined || (state !== 'due' && state !== 'none' && state !== 'sent'))
    return undefined;
  return {
    state,
    reply,
    reason: silenceReasons.find((reason) => reason === parameters.get('reason')),
    sign: parameters.get('sign'),
    language: parameters.get('language'),
    message: parseMessageName(parameters.get('message') ?? ''),
  };
}
