/**
 * What a mail would load from elsewhere: what is said of it, and what can be done.
 *
 * Promises: pure. "Always" is only for mails of which it is proven who sent them: anybody can write any address.
 */
import { domainOf } from '../../../core/message/address.ts';
import { judgeSender } from '../../../core/message/sender-sign.ts';
import { readVerdicts } from '../../../core/message/verdicts.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import { toImageSender } from '../../../services/image-senders.ts';
import type { RemoteCount } from '../../../services/render/html-remote.ts';
import type { EventWords } from './change-words.ts';

/** Who sent the mail, for images. */
export interface ImageTrust {
  readonly address: string;
  /** `unasked` when nobody checked. */
  readonly proof: 'proven' | 'doubtful' | 'unasked';
  /** The reader always wants to see images from there. */
  readonly isRemembered: boolean;
}

/** Undefined for what did not come by mail from an address. */
export function imageTrustOf(
  event: Pick<TicketEvent, 'kind' | 'mail' | 'fields'>,
  remembered: readonly string[],
): ImageTrust | undefined {
  const { from, alsoFrom } = event.mail;
  const address = toImageSender(from?.address ?? '');
  const isOne = alsoFrom === undefined || alsoFrom.length === 0;
  if (event.kind !== 'mail-in' || address === undefined || !isOne) return undefined;
  const { sender } = readVerdicts(event.fields);
  const isProven = sender !== undefined && judgeSender(sender, domainOf(address)) === 'confirmed';
  const doubt = sender === undefined ? 'unasked' : 'doubtful';
  return {
    address,
    proof: isProven ? 'proven' : doubt,
    isRemembered: remembered.includes(address),
  };
}

/** Whether images are shown without being asked for. */
export function showsAlways(trust: ImageTrust | undefined): boolean {
  return trust?.isRemembered === true && trust.proof === 'proven';
}

export interface HeldView {
  /** Undefined when nothing is held back that could be shown. */
  readonly blocked: { readonly href: string; readonly sentence: string } | undefined;
  /** What else there is to say of it. */
  readonly remarks: readonly string[];
  /** A button that remembers the sender, or forgets him. */
  readonly act:
    | { readonly action: string; readonly on: 'yes' | 'no'; readonly text: string }
    | undefined;
}

export interface HeldRequest {
  readonly remote: RemoteCount;
  readonly isShown: boolean;
  readonly trust: ImageTrust | undefined;
  /** Where the images of this message are shown. */
  readonly href: string;
  readonly action: string;
  /** Nothing can be done on a page of the past. */
  readonly canAct: boolean;
}

export function presentHeld(
  { remote, isShown, trust, href, action, canAct }: HeldRequest,
  { locale }: Pick<EventWords, 'locale'>,
): HeldView | undefined {
  const { images, counters, others } = remote;
  const held = isShown ? 0 : images;
  const isAlways = isShown && showsAlways(trust);
  if (held + others === 0 && !isAlways) return undefined;
  const address = trust?.address ?? '';
  const remarks = [
    held > 0 && counters > 0 ? locale.text('held.counters', { count: counters }) : '',
    others > 0 ? locale.text('held.others', { count: others }) : '',
    held > 0 && trust?.proof === 'doubtful' ? locale.text('held.doubtful', { address }) : '',
    isAlways ? locale.text('held.shown', { address }) : '',
  ];
  return {
    blocked:
      held === 0
        ? undefined
        : { href, sentence: locale.text('message.blocked-images', { count: held }) },
    remarks: remarks.filter((remark) => remark !== ''),
    act: canAct ? actOf(trust, { held, isAlways, action }, locale) : undefined,
  };
}

function actOf(
  trust: ImageTrust | undefined,
  { held, isAlways, action }: { held: number; isAlways: boolean; action: string },
  locale: EventWords['locale'],
): HeldView['act'] {
  if (isAlways) return { action, on: 'no', text: locale.text('held.forget') };
  if (held === 0 || trust?.proof !== 'proven') return undefined;
  return { action, on: 'yes', text: locale.text('held.always', { address: trust.address }) };
}
