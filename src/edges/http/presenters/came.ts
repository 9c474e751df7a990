/**
 * What came to a ticket while somebody writes in it, said before he sends.
 *
 * Promises: pure; the same events that Send would stop for.
 */
import { parseDigest } from '../../../core/ticket/event.ts';
import { headsOf, newsSince } from '../../../core/ticket/news.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { DraftWords } from './drafts.ts';
import { presentNews } from './write-form.ts';

/** `seen` names the heads that the form knows; undefined when nothing came since. */
export function presentCame(folder: TicketFolder, seen: string, words: DraftWords) {
  const heads = seen.split(' ').flatMap((digest) => parseDigest(digest) ?? []);
  if (heads.length === 0) return undefined;
  const events = folder.messages.map(({ event }) => event);
  const reader = { kind: 'agent', login: words.login } as const;
  const news = presentNews(newsSince(events, { kind: 'heads', heads }, reader), words);
  return news === undefined ? undefined : { ...news, seen: headsOf(events).join(' ') };
}
