/** The shapes of what is asked and answered about the desk, the agent's own and drafts. */
import { happenings } from '../../../core/hooks/happenings.ts';
import { notifyReasons } from '../../../core/notify/reasons.ts';
import { returnReasons } from '../../../core/ticket/draft.ts';
import { rights } from '../../../core/ticket/rights.ts';
import {
  answer,
  flag,
  list,
  orNull,
  ref,
  request,
  type Schema,
  text,
  time,
  whole,
} from './schema-words.ts';

const writing: Schema = { type: 'string', enum: ['answer', 'note'] };
const typed: Schema = { ...text, description: 'Addresses as typed, with commas' };

export const deskSchemas: Readonly<Record<string, Schema>> = {
  Self: answer({
    login: text,
    name: text,
    email: text,
    language: text,
    timeZone: text,
    roles: list(text),
  }),
  QueueList: answer({
    queues: list(
      answer({
        name: text,
        addresses: list(text),
        open: whole,
        new: whole,
        rights: list({ type: 'string', enum: [...rights] }),
      }),
    ),
  }),
  AgentList: answer({
    agents: list(answer({ login: text, name: text, email: text, roles: list(text) })),
  }),
  NotificationList: answer({
    notifications: list(
      answer({
        time,
        ticket: text,
        message: { ...text, description: 'The `id` of the event' },
        reasons: list({ type: 'string', enum: [...notifyReasons] }),
        by: text,
        unread: flag,
      }),
    ),
  }),
  ReadUpTo: answer({ readUpTo: time }),
  SnoozeRequest: request({ until: time }, ['until']),
  Snoozed: answer({ ticket: text, until: orNull(time) }),
  Draft: answer({
    id: text,
    revision: whole,
    writing,
    message: orNull(text),
    to: typed,
    cc: typed,
    subject: text,
    text,
    state: text,
    files: list(answer({ key: text, name: text, type: text, size: whole })),
    sendAt: orNull(time),
    returned: orNull({ type: 'string', enum: [...returnReasons] }),
    saved: time,
  }),
  DraftList: answer({ drafts: list(ref('Draft')) }),
  DraftRequest: request(
    {
      id: text,
      revision: {
        ...whole,
        description: 'The one that you know; without it whatever was kept is replaced',
      },
      writing,
      message: { ...text, description: 'The `id` of the message that is answered' },
      to: typed,
      cc: typed,
      subject: text,
      text,
      state: { ...text, description: 'State of the ticket afterwards' },
      attachments: list(ref('File')),
      removeFiles: { ...list(text), description: 'Keys of files to take out' },
    },
    [],
  ),
  ScheduleRequest: request(
    { at: { ...orNull(text), examples: ['now', '2026-11-27T09:00:00Z', null] } },
    [],
  ),
  Discarded: answer({ discarded: text }),
  OutboxList: answer({
    mails: list(
      answer({
        message: text,
        ticket: orNull(text),
        recipients: list(text),
        subject: text,
        since: time,
        attempts: whole,
        nextAttempt: orNull(time),
        reply: orNull(text),
      }),
    ),
  }),
  TroubleList: answer({
    entries: list(
      answer({
        name: text,
        kind: text,
        reason: text,
        since: time,
        sender: orNull(text),
        recipients: list(text),
        subject: text,
        size: whole,
      }),
    ),
  }),
  Released: answer({ outcome: text, ticket: orNull(text) }),
  HookList: answer({
    hooks: list(
      answer({
        name: text,
        kind: { type: 'string', enum: ['url', 'program'] },
        on: list({ type: 'string', enum: [...happenings] }),
        queues: orNull(list(text)),
        waiting: whole,
        failed: whole,
        oldest: orNull(time),
      }),
    ),
  }),
};
