/**
 * What a mail to an agent says of his tickets: who did what, and in whose place he is told.
 *
 * Promises: names are those of today; nothing of a customer's words is in a mail over several tickets.
 * Leaves to others: the form of such a mail (notice-text.ts), when it goes out (mailer.ts).
 */
import type { Config } from '../../config/config.ts';
import { readStep } from '../../core/escalation/step-event.ts';
import { displayName } from '../../core/message/address.ts';
import type { Actor, TicketEvent } from '../../core/ticket/event.ts';
import type { Right } from '../../core/ticket/rights.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { Locale } from '../render/locale.ts';
import {
  insteadSentence,
  reasonSentence,
  stepSentence,
  type WrittenNotice,
  writeDigest,
  writeNotice,
} from './notice-text.ts';
import type { Notification } from './notification-file.ts';

export interface NoticeWordsDeps {
  readonly reader: Pick<TicketReader, 'readMail'>;
  readonly agents: () => readonly Agent[];
  readonly rightsOf: (login: string, queue: string) => ReadonlySet<Right>;
  readonly localeOf: (agent: Agent) => Promise<Locale>;
  readonly viewer: () => string;
  readonly config: () => Config;
}

export interface ToldTicket {
  readonly folder: TicketFolder;
  readonly open: readonly Notification[];
}

export interface AgentWords {
  ofTicket(
    agent: Agent,
    folder: TicketFolder,
    open: readonly Notification[],
  ): Promise<WrittenNotice>;
  ofDigest(agent: Agent, tickets: readonly ToldTicket[]): Promise<WrittenNotice>;
}

/** Messages whose words stand in one mail. */
const mostSaid = 5;

export function createNoticeWords(deps: NoticeWordsDeps): AgentWords {
  const { reader, agents, rightsOf, config } = deps;
  const zoneOf = (agent: Agent) => agent.timeZone ?? config().desk.timeZone;

  async function ofTicket(agent: Agent, folder: TicketFolder, open: readonly Notification[]) {
    const { ticket, messages } = folder;
    const locale = await deps.localeOf(agent);
    const timeZone = zoneOf(agent);
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
    return writeNotice({
      ticket,
      sentences: sentencesOf(folder, open, { locale, timeZone }),
      said: texts.filter(({ text }) => text.trim() !== ''),
      ownerName: ownerNameOf(folder),
      mayAnswer,
      viewer: deps.viewer(),
      timeZone,
      locale,
    });
  }

  /** Newest first. */
  function sentencesOf(
    { messages }: TicketFolder,
    open: readonly Notification[],
    { locale, timeZone }: { readonly locale: Locale; readonly timeZone: string },
  ): readonly string[] {
    const events = new Map(messages.map(({ event }) => [event.name, event]));
    const dates = locale.dates(timeZone);
    return open.toReversed().flatMap(({ reasons, by, message, insteadOf }) =>
      reasons.map((reason) => {
        const event = events.get(message);
        const step = event === undefined ? undefined : readStep(event);
        const who = event === undefined ? nameOf(by) : nameOfAuthor(event);
        const sentence =
          reason === 'due' && event !== undefined && step !== undefined
            ? stepSentence({ ...step, time: event.time }, { locale, dates })
            : reasonSentence(reason, who, locale);
        if (insteadOf === undefined) return sentence;
        return insteadSentence(sentence, nameOfLogin(insteadOf), locale);
      }),
    );
  }

  function ownerNameOf({ ticket: { owner } }: TicketFolder): string | undefined {
    return owner === undefined ? undefined : nameOfLogin(owner);
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
    ofTicket,
    async ofDigest(agent, tickets) {
      const locale = await deps.localeOf(agent);
      const timeZone = zoneOf(agent);
      return writeDigest({
        tickets: tickets.map(({ folder, open }) => ({
          ticket: folder.ticket,
          sentences: sentencesOf(folder, open, { locale, timeZone }),
          ownerName: ownerNameOf(folder),
        })),
        viewer: deps.viewer(),
        locale,
      });
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
