/**
 * The words of mail to agents, in their language.
 *
 * Promises: our mark stands on the first line, so that whatever a mail program quotes below an answer can be told from it;
 * what a customer wrote is bounded and stands below our own words.
 * Leaves to others: addresses and marks of such mail (agent-post.ts).
 */
import { type Instant, minute } from '../../base/clock.ts';
import type { TargetKind } from '../../core/escalation/targets.ts';
import {
  type MailedArgument,
  type MailedProblem,
  mailedCommands,
} from '../../core/mailed/command.ts';
import { cutMark, cutQuoted } from '../../core/mailed/quoted.ts';
import { settleTurns } from '../../core/message/direction.ts';
import { tidySubject } from '../../core/message/subject.ts';
import type { NotifyReason } from '../../core/notify/reasons.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { Ticket } from '../../core/ticket/fold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { priorities } from '../../core/ticket/states.ts';
import type { Dates, Locale } from '../render/locale.ts';

export const reasonKeys: Readonly<Record<NotifyReason, string>> = {
  mentioned: 'notify.reason.mentioned',
  advice: 'notify.reason.advice',
  assigned: 'notify.reason.assigned',
  responsible: 'notify.reason.responsible',
  taken: 'notify.reason.taken',
  due: 'notify.reason.due',
  level: 'notify.reason.level',
  appointment: 'notify.reason.appointment',
  answered: 'notify.reason.answered',
  participating: 'notify.reason.participating',
  moved: 'notify.reason.moved',
  opened: 'notify.reason.opened',
  reminder: 'notify.reason.reminder',
  woken: 'notify.reason.woken',
  'snooze-over': 'notify.reason.snooze-over',
};

/** `who` is undefined when the desk did it by itself. */
export function reasonSentence(
  reason: NotifyReason,
  who: string | undefined,
  locale: Locale,
): string {
  return locale.text(reasonKeys[reason], { who: who ?? locale.text('notify.desk') });
}

/** A step of an escalation chain, as whoever is told of it hears of it. */
export interface StepTold {
  readonly clock: TargetKind;
  readonly percent: number;
  readonly due: Instant | undefined;
  /** When it was told. */
  readonly time: Instant;
}

/** Which clock, and how late. */
export function stepSentence(
  { clock, percent, due, time }: StepTold,
  { locale, dates }: { readonly locale: Locale; readonly dates: Dates },
): string {
  if (due === undefined) return locale.text('notify.reason.due');
  const shown = dates.moment(due, time);
  const late = time - due;
  if (late < 0) return locale.text(stepKeys[clock].used, { percent, due: shown });
  if (late < minute) return locale.text(stepKeys[clock].due);
  return locale.text(stepKeys[clock].late, { late: locale.duration(late), due: shown });
}

const stepKeys: Readonly<
  Record<TargetKind, { readonly used: string; readonly due: string; readonly late: string }>
> = {
  firstResponse: {
    used: 'notify.step.first-used',
    due: 'notify.step.first-due',
    late: 'notify.step.first-late',
  },
  update: {
    used: 'notify.step.update-used',
    due: 'notify.step.update-due',
    late: 'notify.step.update-late',
  },
  solution: {
    used: 'notify.step.solution-used',
    due: 'notify.step.solution-due',
    late: 'notify.step.solution-late',
  },
};

/** It is told in the place of somebody who is away. */
export function insteadSentence(sentence: string, name: string, locale: Locale): string {
  return locale.text('notify.instead', { name, sentence });
}

export interface NoticeWords {
  readonly ticket: Ticket;
  /** What happened, each in one sentence, the weightiest first. */
  readonly sentences: readonly string[];
  /** What was said, oldest first. */
  readonly said: readonly { readonly who: string; readonly time: Instant; readonly text: string }[];
  readonly ownerName: string | undefined;
  /** Whether the agent may answer the customer in this queue. */
  readonly mayAnswer: boolean;
  readonly viewer: string;
  readonly timeZone: string;
  readonly locale: Locale;
}

export interface WrittenNotice {
  /** Tag of the language that it is written in. */
  readonly language: string;
  readonly subject: string;
  readonly text: string;
}

const longestSaid = 8000;

export function writeNotice(words: NoticeWords): WrittenNotice {
  const { ticket, sentences, said, ownerName, mayAnswer, viewer, timeZone, locale } = words;
  const [first = '', ...others] = [...new Set(sentences)];
  const link = `${viewer}/tickets/${ticket.number}`;
  const dates = locale.dates(timeZone);
  const lines = [
    cutMark(ticket.number),
    ...(mayAnswer ? [locale.text('notice.above')] : []),
    '',
    [first, ...others].map((sentence) => `${sentence}.`).join('\n'),
    '',
    tidySubject(ticket.subject),
    locale.text('notice.facts', {
      queue: ticket.queue,
      state: locale.text(`state.${ticket.state}`),
      owner: ownerName ?? locale.text('notice.nobody'),
    }),
    link,
    ...said.flatMap(({ who, time, text }) => [
      '',
      locale.text('notice.said', { who, time: dates.full(time) }),
      '',
      shorten(ownWords(text)),
    ]),
    '',
    '-- ',
    ...(mayAnswer ? [locale.text('notice.how')] : []),
    locale.text('notice.preferences', { link: `${viewer}/account` }),
  ];
  return {
    language: locale.code,
    subject: noticeSubject(ticket.number, first, ticket.subject, locale),
    text: `${lines.join('\n')}\n`,
  };
}

export interface DigestWords {
  readonly tickets: readonly {
    readonly ticket: Ticket;
    readonly sentences: readonly string[];
    readonly ownerName: string | undefined;
  }[];
  readonly viewer: string;
  readonly locale: Locale;
}

/** One mail over several tickets; nothing in it can be answered, so nothing of the customers' words is in it. */
export function writeDigest({ tickets, viewer, locale }: DigestWords): WrittenNotice {
  const lines = tickets.flatMap(({ ticket, sentences, ownerName }) => [
    tidySubject(ticket.subject),
    ...[...new Set(sentences)].map((sentence) => `- ${sentence}.`),
    locale.text('notice.facts', {
      queue: ticket.queue,
      state: locale.text(`state.${ticket.state}`),
      owner: ownerName ?? locale.text('notice.nobody'),
    }),
    `${viewer}/tickets/${ticket.number}`,
    '',
  ]);
  const end = [
    '-- ',
    locale.text('notice.digest-how'),
    locale.text('notice.preferences', { link: `${viewer}/account` }),
  ];
  return {
    language: locale.code,
    subject: locale.text('notice.digest', { count: tickets.length }),
    text: `${[...lines, ...end].join('\n')}\n`,
  };
}

function noticeSubject(
  number: TicketNumber,
  what: string,
  subject: string,
  locale: Locale,
): string {
  const said = locale.text('world.label', { label: what, value: tidySubject(subject) });
  return settleTurns(`[#${number}] ${said}`.slice(0, 300));
}

/** Without the mail that it answers, unless nothing else is in it. */
function ownWords(text: string): string {
  const own = cutQuoted(text);
  return own === '' ? text.trim() : own;
}

function shorten(text: string): string {
  return text.length <= longestSaid ? text : `${text.slice(0, longestSaid).trimEnd()} …`;
}

/** Why a mailed answer or command was not carried out. */
export type MailedRefusal =
  | { readonly kind: 'mail'; readonly problem: MailedProblem }
  | { readonly kind: 'ticket'; readonly refusal: Refusal };

export interface RefusalWords {
  readonly number: TicketNumber;
  readonly subject: string;
  readonly refused: MailedRefusal;
  /** What the agent wrote. */
  readonly text: string;
  readonly queues: readonly string[];
  readonly agents: readonly string[];
  readonly viewer: string;
  readonly locale: Locale;
}

export function writeRefusal(words: RefusalWords): WrittenNotice {
  const { number, subject, text, viewer, locale } = words;
  const lines = [
    cutMark(number),
    '',
    locale.text('notice.refused'),
    '',
    ...refusalSentences(words),
    '',
    locale.text('notice.commands', { commands: mailedCommands.join(', ') }),
    locale.text('notice.again'),
    `${viewer}/tickets/${number}`,
    '',
    locale.text('notice.your-words'),
    '',
    ...shorten(text)
      .split('\n')
      .map((line) => `> ${line}`.trimEnd()),
  ];
  return {
    language: locale.code,
    subject: noticeSubject(number, locale.text('notice.refused-subject'), subject, locale),
    text: `${lines.join('\n')}\n`,
  };
}

function refusalSentences({ refused, queues, agents, locale }: RefusalWords): readonly string[] {
  if (refused.kind === 'ticket') {
    const { refusal } = refused;
    const values = Object.fromEntries(
      Object.entries(refusal).map(([name, value]) => [
        name,
        Array.isArray(value) ? '' : String(value),
      ]),
    );
    const known = 'known' in refusal ? refusal.known : [];
    return [
      locale.text(`error.${refusal.code}`, values),
      ...(known.length === 0
        ? []
        : [locale.text('notice.expected', { known: locale.list(known) })]),
    ];
  }
  const { problem } = refused;
  switch (problem.code) {
    case 'unknown-command':
      return [locale.text('notice.problem.unknown-command', { line: problem.line })];
    case 'too-many-commands':
      return [locale.text('notice.problem.too-many-commands', { most: problem.most })];
    case 'nothing-said':
      return [locale.text('notice.problem.nothing-said')];
    case 'bad-argument': {
      const known: Partial<Record<MailedArgument, readonly string[]>> = {
        agent: agents,
        queue: queues,
        priority: priorities,
      };
      const expected = known[problem.expected];
      return [
        locale.text(argumentKeys[problem.expected], { line: problem.line }),
        ...(expected === undefined
          ? []
          : [locale.text('notice.expected', { known: locale.list(expected) })]),
      ];
    }
  }
}

const argumentKeys: Readonly<Record<MailedArgument, string>> = {
  agent: 'notice.problem.agent',
  queue: 'notice.problem.queue',
  priority: 'notice.problem.priority',
  tag: 'notice.problem.tag',
  day: 'notice.problem.day',
  none: 'notice.problem.none',
};
