/**
 * What the desk made of automatic mail, in words: what it is, why it got no answer, what came back.
 *
 * Promises: pure; a word that this version does not know is shown as it stands.
 */
import { readAutoReply, type SilenceReason } from '../../../core/autoreply/auto-reply.ts';
import { type BounceAction, parseBounce } from '../../../core/delivery/bounce.ts';
import type { AutomaticKind } from '../../../core/message/automatic.ts';
import { firstBlockField, parseParameters, type TicketEvent } from '../../../core/ticket/event.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { EventLine, EventWords } from './change-words.ts';

const labelKeys: Readonly<Record<AutomaticKind, string>> = {
  'auto-replied': 'message.automatic',
  'auto-generated': 'message.automatic',
  'out-of-office': 'message.automatic-perhaps',
  bounce: 'message.automatic-bounce',
  own: 'message.automatic-own',
  list: 'message.automatic-list',
  bulk: 'message.automatic-bulk',
  unanswerable: 'message.automatic-unanswerable',
};

/** What kind of automatic mail it is; undefined for what a person wrote. */
export function labelAutomatic(event: TicketEvent, locale: Locale): string | undefined {
  const field = firstBlockField(event, 'automatic');
  if (field === undefined) return undefined;
  const word = parseParameters(field).get('') ?? '';
  return locale.text(isKind(word) ? labelKeys[word] : 'message.automatic');
}

function isKind(word: string): word is AutomaticKind {
  return Object.hasOwn(labelKeys, word);
}

const silenceKeys: Readonly<Record<SilenceReason, string>> = {
  'switched-off': 'silence.switched-off',
  automatic: 'silence.automatic',
  'no-address': 'silence.no-address',
  'no-way-back': 'silence.no-way-back',
  'own-address': 'silence.own-address',
  spam: 'silence.spam',
  rule: 'silence.rule',
  breaker: 'silence.breaker',
  'already-answered': 'silence.already-answered',
  'too-many-for-ticket': 'silence.too-many-for-ticket',
  'too-many-for-sender': 'silence.too-many-for-sender',
  'too-many-in-all': 'silence.too-many-in-all',
  blocked: 'silence.blocked',
  muted: 'silence.muted',
};

/** Why the desk did not answer by itself; undefined when it did, or was not to. */
export function silenceLine(event: TicketEvent, { locale }: EventWords): EventLine | undefined {
  const field = event.kind === 'mail-in' ? readAutoReply(event.fields) : undefined;
  if (field?.state !== 'none' || field.reason === undefined) return undefined;
  const reason = locale.text(silenceKeys[field.reason], { sign: field.sign ?? '' });
  return { sign: 'auto', sentence: locale.markup('silence.line', { reason }) };
}

/** A queue that answers nobody needs no line under every mail. */
export function isNewsOfSilence(event: TicketEvent): boolean {
  return readAutoReply(event.fields)?.reason !== 'switched-off';
}

const bounceKeys: Readonly<Record<BounceAction, string>> = {
  failed: 'bounce.failed',
  delayed: 'bounce.delayed',
  delivered: 'bounce.delivered',
  relayed: 'bounce.relayed',
  expanded: 'bounce.delivered',
};

/** What a report says, a line for each recipient. */
export function bounceLines(event: TicketEvent, { locale }: EventWords): readonly EventLine[] {
  if (event.kind !== 'mail-in') return [];
  return (event.fields.get('bounce') ?? []).flatMap((value): readonly EventLine[] => {
    const bounce = parseBounce(value);
    if (bounce === undefined) return [];
    const recipient = bounce.recipient ?? locale.text('bounce.somebody');
    const reason = bounce.reason ?? bounce.status ?? locale.text('bounce.no-reason');
    const isBad = bounce.action === 'failed';
    return [
      {
        sign: isBad ? 'tri' : 'out',
        sentence: locale.markup(bounceKeys[bounce.action], { recipient, reason }),
        isBad,
      },
    ];
  });
}
