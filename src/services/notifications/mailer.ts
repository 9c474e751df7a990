/**
 * Notifications that go out by mail: what comes within a short time about one ticket is one mail to an agent.
 *
 * Promises: what was told by mail is marked in the agent's file, so a crash forgets none; the mail's name follows from
 * the first notification in it, so of several processes one writes it. After a crash between outbox and mark an agent
 * may get a mail twice, with the same Message-ID.
 * Leaves to others: what is told (core/notify), the words (notice-text.ts), the mail (agent-post.ts).
 */
import type { Clock, Duration } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import { readStep } from '../../core/escalation/step-event.ts';
import { displayName } from '../../core/message/address.ts';
import type { Actor, TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { Right } from '../../core/ticket/rights.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { Locale } from '../render/locale.ts';
import type { AgentPost } from './agent-post.ts';
import { reasonSentence, stepSentence, writeNotice } from './notice-text.ts';
import type { Notification, NotificationFiles } from './notification-file.ts';

export interface NoticeMailer {
  /** There is something to be told by mail; it is, when the time for more of it is over. */
  wake(login: string, ticket: TicketNumber): void;
  /** Posts what an earlier run left. */
  catchUp(): Promise<void>;
  /** Resolves when nothing is being posted. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface NoticeMailerDeps {
  readonly told: Pick<NotificationFiles, 'read' | 'markMailed'>;
  readonly post: AgentPost;
  readonly reader: Pick<TicketReader, 'read' | 'readMail'>;
  readonly agents: () => readonly Agent[];
  readonly rightsOf: (login: string, queue: string) => ReadonlySet<Right>;
  readonly localeOf: (agent: Agent) => Promise<Locale>;
  readonly viewer: () => string;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
}

/** Messages whose words stand in one mail. */
const mostSaid = 5;

export function createNoticeMailer(deps: NoticeMailerDeps): NoticeMailer {
  const { told, post, reader, agents, rightsOf, config, clock, log } = deps;
  const timers = new Map<string, () => void>();
  const serial = createKeyedSerial();
  let isStopped = false;

  function pause(): Duration {
    return config().desk.notifyPauseMs;
  }

  function wake(login: string, ticket: TicketNumber): void {
    const key = `${login} ${ticket}`;
    if (isStopped || timers.has(key)) return;
    if (pause() === 0) {
      begin(login, ticket, false);
      return;
    }
    const cancel = clock.after(pause(), () => {
      timers.delete(key);
      begin(login, ticket, false);
    });
    timers.set(key, cancel);
  }

  function begin(login: string, ticket: TicketNumber, again: boolean): void {
    serial
      .run(login, () => mailOpen(login, ticket, again))
      .catch((error: unknown) => {
        // Not marked, so the next start tries again.
        log.error('notices.failed', { agent: login, ticket, cause: errorText(error) });
      });
  }

  async function mailOpen(login: string, number: TicketNumber, again: boolean): Promise<void> {
    const facts = await told.read(login);
    const open = facts.told.filter(
      (each) => each.ticket === number && each.byMail && !facts.isMailed(each),
    );
    const [first] = open;
    if (first === undefined) return;
    const agent = agents().find((each) => each.login === login);
    const folder = await reader.read(number);
    const isDue =
      agent !== undefined &&
      folder !== undefined &&
      post.reaches(agent.email) &&
      rightsOf(login, folder.ticket.queue).has('see');
    if (isDue) {
      const { subject, text } = await write(agent, folder, open);
      await post.post(
        {
          login,
          to: { name: agent.name, address: agent.email },
          ticket: { number, queue: folder.ticket.queue },
          subject,
          text,
          isReply: false,
          once: `told ${first.message}`,
          since: first.time,
        },
        again,
      );
    }
    await told.markMailed(login, open);
  }

  async function write(agent: Agent, folder: TicketFolder, open: readonly Notification[]) {
    const { ticket, messages } = folder;
    const locale = await deps.localeOf(agent);
    const events = new Map(messages.map(({ event }) => [event.name, event]));
    const mayAnswer = rightsOf(agent.login, ticket.queue).has('answer');
    const said = open.slice(-mostSaid).flatMap(({ message }) => events.get(message) ?? []);
    const texts = await Promise.all(
      said.filter(isSaid).map(async (event) => ({
        who: nameOfAuthor(event) ?? locale.text('notify.desk'),
        time: event.time,
        text: (await reader.readMail(ticket.number, event.name))?.text ?? '',
      })),
    );
    const dates = locale.dates(config().desk.timeZone);
    const sentences = open.toReversed().flatMap(({ reasons, by, message }) =>
      reasons.map((reason) => {
        const event = events.get(message);
        const step = event === undefined ? undefined : readStep(event);
        if (reason === 'due' && event !== undefined && step !== undefined)
          return stepSentence({ ...step, time: event.time }, { locale, dates });
        const who = event === undefined ? nameOf(by) : nameOfAuthor(event);
        return reasonSentence(reason, who, locale);
      }),
    );
    return writeNotice({
      ticket,
      sentences,
      said: texts.filter(({ text }) => text.trim() !== ''),
      ownerName: ticket.owner === undefined ? undefined : nameOfLogin(ticket.owner),
      mayAnswer,
      viewer: deps.viewer(),
      timeZone: config().desk.timeZone,
      locale,
    });
  }

  function nameOfAuthor({ actor, mail }: TicketEvent): string | undefined {
    return actor.kind === 'customer' && mail.from !== undefined
      ? displayName(mail.from)
      : nameOf(actor);
  }

  function nameOf(actor: Actor): string | undefined {
    switch (actor.kind) {
      case 'agent':
        return nameOfLogin(actor.login);
      case 'customer':
        return actor.address;
      case 'user':
        return actor.account;
      case 'system':
        return undefined;
    }
  }

  function nameOfLogin(login: string): string {
    return agents().find((agent) => agent.login === login)?.name ?? login;
  }

  return {
    wake,
    async catchUp() {
      for (const { login } of agents()) {
        const facts = await told.read(login);
        const open = facts.told.filter((each) => each.byMail && !facts.isMailed(each));
        for (const ticket of new Set(open.map((each) => each.ticket))) {
          // Its own time is not over: it may have been told a moment ago.
          if (!timers.has(`${login} ${ticket}`)) begin(login, ticket, true);
        }
      }
    },
    settled: () => serial.idle(),
    async stop() {
      isStopped = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await serial.idle();
    },
  };
}

const saidKinds: ReadonlySet<string> = new Set([
  'mail-in',
  'mail-out',
  'note',
  'call-in',
  'call-out',
  'fax-in',
  'recording',
]);

function isSaid({ kindText }: TicketEvent): boolean {
  return saidKinds.has(kindText);
}
