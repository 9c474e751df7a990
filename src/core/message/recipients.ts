/**
 * Whom an answer goes to.
 *
 * Promises: pure and total. Nobody gets it twice, the desk never, and whoever is named is named by the mail that is
 * answered, by the ticket, or not at all: a header cannot add anybody to an answer who could not be seen in the mail.
 * Leaves to others: which message is answered (services/recipients.ts), what a person changes in the form.
 */
import { type Address, addressKey, isAddress } from './address.ts';

/** What of a message says whom an answer to it goes to. */
export interface Answered {
  /** Somebody wrote it to us, we wrote it, or it is no mail (a call, a fax, a note). */
  readonly way: 'in' | 'out' | 'none';
  readonly from: Address | undefined;
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** Address of the mailing list that it came by (RFC 2369 `List-Post`). */
  readonly list?: string | undefined;
  /** `Mail-Followup-To`: nobody's standard, and anybody can write it. */
  readonly followUpTo?: readonly Address[];
}

export interface RecipientsRequest {
  readonly answered: Answered | undefined;
  /** Of the ticket. */
  readonly customer: Address | undefined;
  /** Also those with a `+detail`. */
  readonly isOwn: (address: string) => boolean;
  /** Own mail address of the agent who answers. */
  readonly self?: string | undefined;
  readonly toAll: boolean;
}

export interface Recipients {
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
}

export function chooseRecipients(request: RecipientsRequest): Recipients {
  const { answered, customer, toAll } = request;
  const to = mainRecipients(request);
  if (!toAll || answered === undefined || answered.way === 'none') return { to, cc: [] };
  const self = request.self === undefined ? undefined : addressKey(request.self);
  const others = [...listOf(answered), ...answered.to, ...answered.cc]
    .filter(({ address }) => addressKey(address) !== self)
    // Whoever gave another address for answers meant it.
    .filter(({ address }) => !isLeftBehind(answered, address));
  const cc = without(outside(others, request), to);
  const narrowed = narrow({ to, cc }, answered, request);
  return narrowed.to.length > 0 ? narrowed : { to: customer === undefined ? [] : [customer], cc };
}

/** The writers of a mail to us, the readers of a mail of ours, else the customer. */
function mainRecipients(request: RecipientsRequest): readonly Address[] {
  const { answered, customer } = request;
  const fallback = customer === undefined ? [] : outside([customer], request);
  if (answered === undefined || answered.way === 'none') return fallback;
  const found =
    answered.way === 'out' ? outside(answered.to, request) : outside(writersOf(answered), request);
  if (found.length > 0) return found;
  // Written from an address of our own, say by another team: the others whom it went to are meant.
  const others =
    answered.way === 'in' ? outside([...answered.to, ...answered.cc], request) : fallback;
  return fallback.length > 0 ? fallback : others;
}

function writersOf({ from, replyTo, list }: Answered): readonly Address[] {
  const author = from === undefined ? [] : [from];
  // A list that points answers to itself: the answer is for whoever wrote.
  const personal = replyTo.filter(({ address }) => !isSame(address, list));
  return personal.length > 0 ? personal : author.length > 0 ? author : replyTo;
}

/** The list a mail came by hears the answer to all, even where only its Reply-To names it. */
function listOf({ replyTo, list }: Answered): readonly Address[] {
  return replyTo.filter(({ address }) => isSame(address, list));
}

/** The author who asked for answers elsewhere, and who stands among the recipients as well. */
function isLeftBehind({ from, replyTo, list }: Answered, address: string): boolean {
  return (
    from !== undefined &&
    isSame(address, from.address) &&
    replyTo.some((other) => !isSame(other.address, list)) &&
    !replyTo.some((other) => isSame(other.address, address))
  );
}

/** Mail-Followup-To may leave people out. It brings nobody in, and cannot leave out everybody. */
function narrow(
  recipients: Recipients,
  { followUpTo = [] }: Answered,
  request: RecipientsRequest,
): Recipients {
  const wanted = new Set(outside(followUpTo, request).map(({ address }) => addressKey(address)));
  const known = [...recipients.to, ...recipients.cc];
  const kept = known.filter(({ address }) => wanted.has(addressKey(address)));
  if (kept.length === 0 || kept.length < wanted.size) return recipients;
  const [first, ...rest] = kept;
  const to = recipients.to.filter((person) => kept.includes(person));
  if (to.length > 0) return { to, cc: recipients.cc.filter((person) => kept.includes(person)) };
  return first === undefined ? recipients : { to: [first], cc: rest };
}

/** Who can get mail and is not the desk, each once. */
function outside(
  people: readonly Address[],
  { isOwn }: Pick<RecipientsRequest, 'isOwn'>,
): readonly Address[] {
  const byKey = new Map<string, Address>();
  for (const person of people) {
    const key = addressKey(person.address);
    if (!isAddress(person.address.trim()) || isOwn(key)) continue;
    const known = byKey.get(key);
    // The one with a name says more.
    if (known === undefined || (known.name === '' && person.name !== '')) byKey.set(key, person);
  }
  return [...byKey.values()];
}

function without(people: readonly Address[], taken: readonly Address[]): readonly Address[] {
  const keys = new Set(taken.map(({ address }) => addressKey(address)));
  return people.filter(({ address }) => !keys.has(addressKey(address)));
}

function isSame(one: string, other: string | undefined): boolean {
  return other !== undefined && addressKey(one) === addressKey(other);
}
