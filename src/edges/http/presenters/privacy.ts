/** The pages on which something is taken out for good. Promises: pure. */
import { displayName } from '../../../core/message/address.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { EraseRequest } from '../../../services/erase/erase.ts';
import type { ErasePlan, EraseReport } from '../../../services/erase/plan.ts';
import type { RedactItem } from '../../../services/redact/redact.ts';
import type { Locale } from '../../../services/render/locale.ts';

export interface RedactTyped {
  /** `attachment-ID`, `text` or `all`. */
  readonly what: string;
  readonly passage: string;
  readonly reason: string;
  readonly copies: boolean;
}

export interface RedactPage {
  readonly number: string;
  readonly event: TicketEvent;
  readonly typed: RedactTyped;
  readonly items?: readonly RedactItem[];
  readonly refused?: string;
}

export function presentRedact(
  { number, event, typed, items, refused }: RedactPage,
  locale: Locale,
) {
  const attachments = event.mail.attachments.map(({ id, name, size }) => ({
    value: `attachment-${id}`,
    text: locale.text('redact.attachment', { name }),
    size: locale.size(size),
    isChosen: typed.what === `attachment-${id}`,
  }));
  const isChosen = attachments.some((each) => each.isChosen) || typed.what === 'all';
  return {
    number,
    back: `/tickets/${number}/messages/${encodeURIComponent(event.name)}/source`,
    action: `/tickets/${number}/messages/${encodeURIComponent(event.name)}/redact`,
    author: event.mail.from === undefined ? undefined : displayName(event.mail.from),
    snippet: event.mail.snippet,
    attachments,
    ...typed,
    isText: !isChosen,
    isAll: typed.what === 'all',
    refused,
    found: items?.map(({ isCopy, isDraft, taken, message }) => ({
      message,
      where: locale.text(
        isDraft ? 'redact.in-draft' : isCopy ? 'redact.in-copy' : 'redact.in-message',
      ),
      what: locale.list([...new Set(taken.map(({ kind }) => locale.text(partKeys[kind])))]),
      size: locale.size(taken.reduce((sum, { size }) => sum + size, 0)),
    })),
    hasCopies: items?.some(({ isCopy }) => isCopy) === true,
  };
}

const partKeys = {
  body: 'redact.part-body',
  attachment: 'redact.part-attachment',
  text: 'redact.part-text',
  header: 'redact.part-header',
} as const;

export interface ErasePage {
  readonly typed: {
    readonly who: string;
    readonly phones: string;
    readonly way: EraseRequest['way'];
  };
  readonly plan?: ErasePlan;
  readonly report?: EraseReport;
  readonly refused?: string;
}

export function presentErase({ typed, plan, report, refused }: ErasePage, locale: Locale) {
  const count = (value: number) => locale.number(value);
  const links = (numbers: readonly string[]) =>
    numbers.slice(0, mostLinks).map((number) => ({ number, href: `/tickets/${number}` }));
  const rows = (made: ErasePlan) => [
    { label: locale.text('erase.messages'), value: count(made.counts.messages) },
    { label: locale.text('erase.attachments'), value: count(made.counts.attachments) },
    { label: locale.text('erase.mentions'), value: count(made.counts.mentions) },
    { label: locale.text('erase.notes'), value: count(made.counts.notes) },
    { label: locale.text('erase.trouble'), value: count(made.counts.trouble) },
    { label: locale.text('erase.agents'), value: count(made.counts.agentFiles) },
  ];
  return {
    ...typed,
    isRemove: typed.way === 'remove',
    refused,
    plan: plan && {
      id: plan.id,
      marks: [...plan.marks.addresses, ...plan.marks.names, ...plan.marks.phones],
      own: { count: count(plan.own.length), links: links(plan.own) },
      others: { count: count(plan.others.length), links: links(plan.others) },
      rows: rows(plan),
      byHand: plan.byHand,
    },
    report: report && {
      rows: [
        { label: locale.text('erase.own'), value: count(report.emptied + report.removed) },
        { label: locale.text('erase.others'), value: count(report.changed) },
      ],
      left: links(report.left),
      byHand: report.byHand,
    },
  };
}

const mostLinks = 100;
