/**
 * What is being written in a ticket, above the box: one's own drafts and answers that wait, and who else writes.
 *
 * Promises: pure; of what others write nobody reads more than that they do, and when it goes out.
 */
import { formatInstant, formatWallTime, minute } from '../../../base/clock.ts';
import type { ReturnReason, Writing } from '../../../core/ticket/draft.ts';
import { type FoundDraft, listDrafts } from '../../../services/drafts/drafts.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { MessageWords } from './message.ts';
import { formatWhen, offerTimes } from './send-times.ts';

export interface DraftWords extends MessageWords {
  readonly timeZone: string;
}

export const returnedKeys: Readonly<Record<ReturnReason, string>> = {
  'customer-wrote': 'drafts.returned-customer-wrote',
  refused: 'drafts.returned-refused',
};
const writesKeys: Readonly<Record<Writing, string>> = {
  answer: 'drafts.writes-answer',
  note: 'drafts.writes-note',
};
const beganKeys: Readonly<Record<Writing, string>> = {
  answer: 'drafts.began-answer',
  note: 'drafts.began-note',
};

/** After this long without a saving somebody is not writing any more. */
const writesFor = 5 * minute;

export function presentDrafts(folder: TicketFolder, words: DraftWords, open: string | undefined) {
  const all = listDrafts(folder).filter(({ draft }) => draft.id !== open);
  const mine = all.filter(({ draft }) => draft.login === words.login);
  const page = `/tickets/${folder.number}`;
  return {
    page,
    undo: mine.flatMap((file) => presentUndo(file, words)),
    waiting: all.flatMap((file) => presentWaiting(file, words)),
    mine: mine
      .filter(({ draft }) => draft.send === undefined)
      .map((file) => presentMine(file, page, words)),
    others: all
      .filter(({ draft }) => draft.login !== words.login && draft.send?.way !== 'later')
      .map((file) => presentOther(file, words)),
    undoTexts: JSON.stringify(words.locale.plurals('drafts.goes-out')),
    times: offerTimes(words),
  };
}

function presentUndo({ draft }: FoundDraft, { locale, now }: DraftWords) {
  if (draft.send?.way !== 'send') return [];
  const seconds = Math.max(1, Math.ceil((draft.send.at - now) / 1000));
  return [
    {
      id: draft.id,
      due: formatInstant(draft.send.at),
      left: Math.max(0, draft.send.at - now),
      text: locale.text('drafts.goes-out', { count: seconds }),
    },
  ];
}

function presentWaiting({ draft, event }: FoundDraft, words: DraftWords) {
  if (draft.send?.way !== 'later') return [];
  const { locale, login, nameOf, timeZone } = words;
  const when = formatWhen(draft.send.at, words);
  const isMine = draft.login === login;
  return [
    {
      id: draft.id,
      isMine,
      own: formatWallTime(draft.send.at, timeZone),
      iso: formatInstant(draft.send.at),
      sentence: isMine
        ? locale.text('drafts.mine-waits', { when })
        : locale.text('drafts.others-waits', { when, name: nameOf(draft.login) }),
      snippet: isMine ? event.mail.snippet : '',
    },
  ];
}

function presentMine({ draft, event }: FoundDraft, page: string, words: DraftWords) {
  const time = words.dates.moment(draft.time, words.now);
  const { locale } = words;
  return {
    id: draft.id,
    href: `${page}/${draft.writing}?draft=${draft.id}`,
    sign: draft.writing === 'note' ? 'lock' : 'pen',
    sentence:
      draft.returned === undefined
        ? locale.text(draft.writing === 'note' ? 'drafts.my-note' : 'drafts.my-answer', { time })
        : locale.text(returnedKeys[draft.returned]),
    isReturned: draft.returned !== undefined,
    snippet: event.mail.snippet,
  };
}

function presentOther({ draft }: FoundDraft, words: DraftWords) {
  const { locale, nameOf, dates, now } = words;
  const isWriting = now - draft.time < writesFor;
  const key = (isWriting ? writesKeys : beganKeys)[draft.writing];
  const values = { name: nameOf(draft.login), time: dates.moment(draft.time, now) };
  return { sentence: locale.text(key, values), isWriting };
}
