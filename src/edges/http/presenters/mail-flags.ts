/** What people did to a ticket's files with other programs: flags, lines that mean nothing, files that cannot be read. Promises: pure. */
import { isObeyed, linesNotObeyed } from '../../../core/ticket/by-hand.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import type { MailFlag } from '../../../core/ticket/mail-flags.ts';
import { noTicketRules } from '../../../core/ticket/ticket-rules.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { EventLine, EventWords } from './change-words.ts';
import type { VerdictSign } from './verdicts.ts';

const signs: Readonly<
  Record<Exclude<MailFlag, 'T'>, { readonly sign: string; readonly key: string }>
> = {
  F: { sign: 'flag', key: 'flag.flagged' },
  R: { sign: 'reply', key: 'flag.answered' },
  P: { sign: 'forward', key: 'flag.passed-on' },
  S: { sign: 'eye', key: 'flag.seen' },
};

/** Whoever answers or passes on has seen it; what is hidden says so where its text would be. */
export function presentFlags(
  flags: readonly MailFlag[],
  { locale }: { readonly locale: Locale },
): readonly VerdictSign[] {
  const isSeenAnyway = flags.includes('R') || flags.includes('P');
  return flags.flatMap((flag): readonly VerdictSign[] => {
    if (flag === 'T' || (flag === 'S' && isSeenAnyway)) return [];
    const { sign, key } = signs[flag];
    return [{ sign, tone: flag === 'F' ? 'soon' : 'quiet', text: locale.text(key) }];
  });
}

/** Told by `vainLines`, and so nothing that was done. */
export function isVain(change: Change, event: TicketEvent, { rules }: EventWords): boolean {
  return !isObeyed(change, event, rules ?? noTicketRules);
}

/** A line for each thing that a file written by hand says in vain. */
export function vainLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  return linesNotObeyed(event, words.rules ?? noTicketRules).map((line) => ({
    sign: 'tri',
    sentence: words.locale.markup('hand.not-obeyed', { line }),
    isBad: true,
  }));
}

/** Most names in one sentence. */
const mostNames = 5;

/** Undefined when every file of the ticket can be read. */
export function presentUnread(
  { strays = [] }: Pick<TicketFolder, 'strays'>,
  locale: Locale,
): string | undefined {
  const names = strays.flatMap(({ fileName, reason }) =>
    reason === 'unreadable' ? [fileName] : [],
  );
  if (names.length === 0) return undefined;
  return locale.text('hand.unreadable', {
    count: names.length,
    names: locale.list(names.slice(0, mostNames)),
  });
}
