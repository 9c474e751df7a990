/**
 * What is to be known of who wrote a mail, beyond the name at its head.
 *
 * Promises: pure and total; a mail of one author with one address, whose answers go back to it, gets no remark.
 * Leaves to others: the checks of SPF, DKIM and DMARC (sender-sign.ts), the words.
 */
import { type Address, domainOf, isSameAddress } from './address.ts';
import { isSameOrAbove } from './authentication-results.ts';
import { doubtName, type NameDoubt, type OwnNames } from './look-alike.ts';
import type { MailHeader } from './mail.ts';

export type SenderRemark =
  /** No author is named. */
  | { readonly kind: 'envelope' }
  | { readonly kind: 'several'; readonly people: readonly Address[] }
  /** Somebody else handed it in. */
  | { readonly kind: 'sent-by'; readonly people: readonly Address[] }
  /** `isElsewhere`: to another domain than the author's. */
  | {
      readonly kind: 'answers';
      readonly people: readonly Address[];
      readonly isElsewhere: boolean;
    }
  | { readonly kind: 'name'; readonly doubt: NameDoubt; readonly address: string };

export type RemarkedMail = Pick<MailHeader, 'from' | 'alsoFrom' | 'isFromEnvelope' | 'replyTo'>;

export interface RemarkHints {
  /** Of the field Sender. */
  readonly sender?: Address | undefined;
  readonly own?: OwnNames | undefined;
  /** Addresses to which answers go by custom, such as that of a mailing list. */
  readonly list?: string | undefined;
}

export function remarkSender(
  mail: RemarkedMail,
  { sender, own, list }: RemarkHints = {},
): readonly SenderRemark[] {
  const { from, alsoFrom = [], isFromEnvelope } = mail;
  const remarks: SenderRemark[] = [];
  const doubt = from === undefined ? undefined : doubtName(from, own);
  if (from !== undefined && doubt !== undefined)
    remarks.push({ kind: 'name', doubt, address: from.address });
  if (isFromEnvelope === true) remarks.push({ kind: 'envelope' });
  if (alsoFrom.length > 0) remarks.push({ kind: 'several', people: alsoFrom });
  if (sender !== undefined && from !== undefined && !isSameAddress(sender.address, from.address))
    remarks.push({ kind: 'sent-by', people: [sender] });
  const answers = answersOf(mail, list);
  return answers === undefined ? remarks : [...remarks, answers];
}

/** Where answers go, where that is not to the author. */
export function answersOf(
  { from, alsoFrom = [], replyTo }: RemarkedMail,
  list?: string,
): Extract<SenderRemark, { kind: 'answers' }> | undefined {
  if (from === undefined) return undefined;
  const authors = [from, ...alsoFrom];
  const others = replyTo.filter(
    ({ address }) =>
      !authors.some((author) => isSameAddress(author.address, address)) &&
      (list === undefined || !isSameAddress(list, address)),
  );
  if (others.length === 0) return undefined;
  const isElsewhere = others.some(
    ({ address }) =>
      !authors.some((author) => isOneHouse(domainOf(author.address), domainOf(address))),
  );
  return { kind: 'answers', people: others, isElsewhere };
}

/** One domain is the other, or lies below it. */
function isOneHouse(one: string, other: string): boolean {
  return isSameOrAbove(one, other) || isSameOrAbove(other, one);
}
