/**
 * What an agent who is away is told, and what his stand-in is told in his place.
 *
 * Promises: pure; nobody is told of one event twice; a stand-in is told by the ways that he chose for himself, and only of
 * tickets that he may see and of what he did not do.
 */
import type { TicketEvent } from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { isAuthor, type News, type NotifiableAgent } from './news.ts';
import { kindOfReason, type NotifyReason } from './reasons.ts';

/** What somebody else can do for him; a new ticket in a queue is news to everybody anyway. */
const ofHisTickets: ReadonlySet<NotifyReason> = new Set<NotifyReason>([
  'mentioned',
  'advice',
  'assigned',
  'responsible',
  'due',
  'level',
  'answered',
  'reminder',
]);

export function withStandIns(
  news: readonly News[],
  { event, after }: { readonly event: TicketEvent; readonly after: Ticket },
  agents: readonly NotifiableAgent[],
): readonly News[] {
  const told = new Map(news.map((each) => [each.login, each]));
  for (const each of news) {
    const absent = agents.find(({ login }) => login === each.login);
    if (absent?.away === undefined) continue;
    if (absent.preferences.mailAway !== true) told.set(each.login, { ...each, byMail: false });
    const standIn = agents.find(({ login }) => login === absent.away?.standIn);
    if (standIn === undefined || told.has(standIn.login)) continue;
    if (isAuthor(standIn, event) || !standIn.sees(after.queue)) continue;
    const instead = toStandIn(each, standIn);
    if (instead !== undefined) told.set(standIn.login, instead);
  }
  return [...told.values()].filter(({ inPage, byMail }) => inPage || byMail);
}

function toStandIn(news: News, { login, preferences }: NotifiableAgent): News | undefined {
  const isOn = (way: 'page' | 'mail', reason: NotifyReason) =>
    preferences[way].has(kindOfReason[reason]);
  const [first, ...others] = news.reasons.filter(
    (reason) => ofHisTickets.has(reason) && (isOn('page', reason) || isOn('mail', reason)),
  );
  if (first === undefined) return undefined;
  const reasons: News['reasons'] = [first, ...others];
  return {
    login,
    reasons,
    inPage: reasons.some((reason) => isOn('page', reason)),
    byMail: reasons.some((reason) => isOn('mail', reason)),
    insteadOf: news.login,
  };
}
