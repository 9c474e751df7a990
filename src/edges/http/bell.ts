/**
 * What an agent was told in the page, as it stands now: the tickets may have moved on since.
 *
 * Promises: nothing of a ticket that the agent may not see any more; what was seen in its ticket is read.
 * Leaves to others: telling (services/notifications), the words (presenters/notifications.ts).
 */

import type { TicketRecord } from '../../services/index/index.ts';
import type { Notification } from '../../services/notifications/notification-file.ts';
import type { ViewerDeps } from './deps.ts';
import type { Visit } from './visit.ts';

export interface BellItem {
  readonly notification: Notification;
  readonly record: TicketRecord;
  readonly isUnread: boolean;
}

export interface Bell {
  /** Newest first. */
  read(visit: Visit): Promise<readonly BellItem[]>;
}

const mostShown = 100;

export function createBell({
  told,
  readMarks,
  index,
}: Pick<ViewerDeps, 'told' | 'readMarks' | 'index'>): Bell {
  return {
    async read({ agent, may }) {
      const { login } = agent;
      const [facts] = await Promise.all([told.read(login), readMarks.load(login)]);
      const newest = facts.told.filter(({ inPage }) => inPage).slice(-mostShown);
      const records = await Promise.all(newest.map(({ ticket }) => index.find(ticket)));
      return newest
        .flatMap((notification, at) => {
          const record = records[at];
          if (record === undefined || !may('see', record.queue)) return [];
          const { time, ticket } = notification;
          const seen = Math.max(facts.readUpTo, readMarks.lastSeen(login, ticket) ?? 0);
          return [{ notification, record, isUnread: time > seen }];
        })
        .toReversed();
    },
  };
}
