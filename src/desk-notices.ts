/**
 * What a desk tells its agents by mail: the parts, put together.
 *
 * Promises: building it starts nothing; texts are read when the first one is needed.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Random } from './base/random.ts';
import type { Config } from './config/config.ts';
import type { SignedIds } from './core/message/message-id.ts';
import type { MessageName } from './core/ticket/event.ts';
import type { Agent } from './services/accounts/accounts.ts';
import type { RefusedMail } from './services/intake/agent-mail.ts';
import { type AgentPost, createAgentPost } from './services/notifications/agent-post.ts';
import { writeRefusal } from './services/notifications/notice-text.ts';
import {
  createNotificationFiles,
  type NotificationFiles,
} from './services/notifications/notification-file.ts';
import type { Locale, Locales } from './services/render/locale.ts';
import { readLocales } from './services/render/templates.ts';
import type { FileOps } from './storage/files.ts';

export interface DeskNotices {
  /** What each agent was told. */
  readonly told: NotificationFiles;
  readonly post: AgentPost;
  /** Puts a file of the agents' post into the outbox. */
  readonly send: DeskNoticesDeps['send'];
  localeOf(agent: Agent): Promise<Locale>;
  /** Where people reach the viewer. */
  viewer(): string;
  refuseAgent(refused: RefusedMail): Promise<void>;
}

export interface DeskNoticesDeps {
  readonly files: FileOps;
  readonly directory: string;
  readonly localesDirectory: string;
  readonly send: (path: string, name: MessageName) => Promise<void>;
  readonly agents: () => readonly Agent[];
  readonly ids: SignedIds;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function createDeskNotices(deps: DeskNoticesDeps): DeskNotices {
  const { files, directory, localesDirectory, config, agents } = deps;
  const told = createNotificationFiles({ files, directory: join(directory, 'agents') });
  const post = createAgentPost({ ...deps, folderOf: told.folderOf });
  let locales: Promise<Locales> | undefined;

  async function localeOf({ language }: Agent): Promise<Locale> {
    locales ??= readLocales(localesDirectory);
    return (await locales).choose(language ?? '', config().desk.language);
  }

  function viewer(): string {
    const { publicUrl, http } = config().desk;
    const host = http.host.includes(':') ? `[${http.host}]` : http.host;
    return publicUrl ?? `http://${host}:${http.port}`;
  }

  return {
    told,
    post,
    send: deps.send,
    localeOf,
    viewer,
    async refuseAgent({ agent, folder, refused, text, once }) {
      if (!post.reaches(agent.email)) return;
      const { ticket } = folder;
      const words = writeRefusal({
        number: ticket.number,
        subject: ticket.subject,
        refused,
        text,
        queues: config().queues.map(({ name }) => name),
        agents: agents().map(({ login }) => login),
        viewer: viewer(),
        locale: await localeOf(agent),
      });
      await post.post(
        {
          login: agent.login,
          to: { name: agent.name, address: agent.email },
          ticket: { number: ticket.number, queue: ticket.queue },
          ...words,
          isReply: true,
          once: `refused ${once}`,
          since: ticket.latest,
        },
        true,
      );
    },
  };
}
