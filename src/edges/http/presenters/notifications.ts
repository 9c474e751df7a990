/**
 * What an agent was told, and what he wants to be told of.
 *
 * Promises: pure; each line leads to its ticket.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import { addressKey, displayName } from '../../../core/message/address.ts';
import {
  kindOfReason,
  type NotifyKind,
  type NotifyPreferences,
  type NotifyReason,
  type NotifyWay,
  notifyKinds,
  notifyWays,
} from '../../../core/notify/reasons.ts';
import {
  insteadSentence,
  reasonSentence,
  stepSentence,
} from '../../../services/notifications/notice-text.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { BellItem } from '../bell.ts';
import { subjectOf } from './list.ts';
import { actorName, type NameOf } from './people.ts';

export interface NotificationWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
  readonly nameOf: NameOf;
}

const signs: Readonly<Record<NotifyKind, string>> = {
  new: 'inbox',
  assigned: 'user',
  answered: 'reply',
  mentioned: 'at',
  escalating: 'tri',
};

export function presentNotifications(items: readonly BellItem[], words: NotificationWords) {
  const { locale } = words;
  const unread = items.filter(({ isUnread }) => isUnread).length;
  return {
    unread,
    count: locale.text('notify.unread', { count: unread }),
    items: items.map((item) => presentItem(item, words)),
  };
}

function presentItem(
  { notification, record, isUnread }: BellItem,
  { locale, dates, now, nameOf }: NotificationWords,
) {
  const { time, ticket, reasons, by, insteadOf } = notification;
  const { customer } = record;
  const isCustomer =
    by.kind === 'customer' &&
    customer !== undefined &&
    addressKey(customer.address) === addressKey(by.address);
  const who = isCustomer ? displayName(customer) : actorName(by, nameOf);
  const step = record.escalations?.find(({ message }) => message === notification.message);
  const [first = 'answered'] = reasons;
  return {
    href: `/tickets/${ticket}`,
    sign: signs[kindOfReason[first]],
    sentences: reasons.map((reason: NotifyReason) => {
      const sentence =
        reason === 'due' && step !== undefined
          ? stepSentence(step, { locale, dates })
          : reasonSentence(reason, who, locale);
      if (insteadOf === undefined) return sentence;
      return insteadSentence(sentence, nameOf(insteadOf), locale);
    }),
    subject: subjectOf(record.subject, locale),
    language: record.language,
    time: dates.moment(time, now),
    timeFull: dates.full(time),
    timeIso: formatInstant(time),
    isUnread,
  };
}

export const kindKeys: Readonly<Record<NotifyKind, string>> = {
  new: 'notify.kind.new',
  assigned: 'notify.kind.assigned',
  answered: 'notify.kind.answered',
  mentioned: 'notify.kind.mentioned',
  escalating: 'notify.kind.escalating',
};

const wayKeys: Readonly<Record<NotifyWay, string>> = {
  page: 'notify.way.page',
  mail: 'notify.way.mail',
};

/** The table of kinds and ways, and the queues whose new tickets count. */
export function presentPreferences(
  preferences: NotifyPreferences,
  queues: readonly string[],
  locale: Locale,
) {
  const own = preferences.queues;
  return {
    ways: notifyWays.map((way) => locale.text(wayKeys[way])),
    kinds: notifyKinds.map((kind) => ({
      text: locale.text(kindKeys[kind]),
      cells: notifyWays.map((way) => ({
        name: `${way}-${kind}`,
        label: locale.text('world.label', {
          label: locale.text(kindKeys[kind]),
          value: locale.text(wayKeys[way]),
        }),
        isOn: preferences[way].has(kind),
      })),
    })),
    isEveryQueue: own === undefined,
    queues: queues.map((queue) => ({
      value: queue,
      isOn: own === undefined || own.some((each) => each.toLowerCase() === queue.toLowerCase()),
    })),
  };
}
