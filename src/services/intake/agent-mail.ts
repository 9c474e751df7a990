/**
 * An agent's own mail in answer to a notification: the answer to the customer, a note, or commands.
 *
 * Promises: an agent's voice has only who writes from the agent's address to what was signed for his login, and whose
 * domain does not disown the mail; what anybody else sends there is an ordinary mail that says so. One mail is one event
 * under a name that follows from it. What is refused is not done in part: nothing goes to the customer, the agent gets a
 * mail, the ticket a note with his words. What a program sent is a note at most, once a ticket.
 * Leaves to others: the commands (core/mailed), whether they may be done (../tickets.ts), the mail back (../notifications).
 */
import { Fault } from '../../base/fault.ts';
import type { Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import { type MailedOrder, readOrder } from '../../core/mailed/command.ts';
import { cutQuoted } from '../../core/mailed/quoted.ts';
import { toWallInstant } from '../../core/mailed/wall.ts';
import { type Address, isSameAddress } from '../../core/message/address.ts';
import type { MessageId } from '../../core/message/mail.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import { isForged } from '../../core/message/sender-sign.ts';
import type { OutgoingFile, Refusal, TicketCommand } from '../../core/ticket/decide.ts';
import {
  type Actor,
  firstBlockField,
  formatParameters,
  parseParameters,
} from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { decodeMail } from '../../storage/codec.ts';
import type { DecodeMail } from '../../storage/mail-reader/mail-reader.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { MailedRefusal } from '../notifications/notice-text.ts';
import type { Receipt, Tickets } from '../tickets.ts';
import type { IntakeReceipt } from './incoming.ts';
import { isSpam, type ReadMail, type VoiceDoubt } from './read-mail.ts';

export type TakenMail =
  /** It has nothing to do with a notification. */
  | { readonly kind: 'ordinary'; readonly read: ReadMail }
  | { readonly kind: 'taken'; readonly receipt: IntakeReceipt };

export interface AgentMails {
  take(read: ReadMail): Promise<TakenMail>;
}

export interface RefusedMail {
  readonly agent: Agent;
  readonly folder: TicketFolder;
  readonly refused: MailedRefusal;
  /** What the agent wrote. */
  readonly text: string;
  /** Tells one mail from another. */
  readonly once: string;
}

export interface AgentMailsDeps {
  readonly tickets: Pick<Tickets, 'run'>;
  /** Reads tickets with those merged into them. */
  readonly reader: Pick<TicketReader, 'read'>;
  /** Whom an answer goes to. */
  readonly recipients: (folder: TicketFolder) => Promise<readonly Address[]>;
  readonly survivorOf: (number: TicketNumber) => Promise<TicketNumber | undefined>;
  readonly agents: () => readonly Agent[];
  /** Tells the agent, durably. */
  readonly refuse: (refused: RefusedMail) => Promise<void>;
  readonly ids: SignedIds;
  readonly config: () => Config;
  /** How mails are read; in this thread when absent. */
  readonly decode?: DecodeMail;
}

interface Voice {
  readonly agent: Agent;
  readonly number: TicketNumber;
}

const desk: Actor = { kind: 'system', part: 'agent-mail' };
const mostTokens = 100;
/** Below this a picture within the text is the logo of a signature. */
const leastPicture = 16 * 1024;
const longestNote = 20_000;

export function createAgentMails(deps: AgentMailsDeps): AgentMails {
  const { tickets, reader, ids, agents, config, decode = decodeMail } = deps;

  function voiceOf({ mail, recipients, report }: ReadMail): Voice | undefined {
    const addresses = [
      ...recipients,
      ...mail.to.map(({ address }) => address),
      ...mail.cc.map(({ address }) => address),
    ].filter((address) => address.includes('.agent.'));
    const parents: readonly MessageId[] = [
      ...mail.inReplyTo,
      ...mail.references.toReversed(),
      ...(report?.originals ?? []),
      // A notification that was forwarded back to the desk must not open tickets.
      ...(mail.messageId === undefined ? [] : [mail.messageId]),
    ].filter((id) => noticeLook.test(id));
    for (const agent of agents()) {
      for (const address of new Set(addresses.slice(0, mostTokens))) {
        const number = ids.readAgentAddress(address, agent.login);
        if (number !== undefined) return { agent, number };
      }
      for (const id of new Set(parents.slice(0, mostTokens))) {
        const number = ids.readNoticeId(id, agent.login);
        if (number !== undefined) return { agent, number };
      }
    }
    return undefined;
  }

  async function take(read: ReadMail): Promise<TakenMail> {
    const voice = voiceOf(read);
    const home = voice === undefined ? undefined : await deps.survivorOf(voice.number);
    const folder = home === undefined ? undefined : await reader.read(home);
    if (voice === undefined || folder === undefined) return { kind: 'ordinary', read };
    const known = findEvent(folder, read);
    if (known !== undefined) return taken(known, 'duplicate');
    if (isFromProgram(read)) return noteAutomatic(read, voice, folder);
    const doubt = doubtOf(read, voice.agent);
    if (doubt !== undefined) {
      return { kind: 'ordinary', read: { ...read, voice: { login: voice.agent.login, doubt } } };
    }
    return carryOut(read, voice.agent, folder);
  }

  async function carryOut(read: ReadMail, agent: Agent, folder: TicketFolder): Promise<TakenMail> {
    const text = cutQuoted(read.mail.text);
    const order = readOrder(text, {
      login: agent.login,
      instantOf: (day, time) => toWallInstant(day, time, config().desk.timeZone),
    });
    const refuse = (refused: MailedRefusal) => refuseMail(read, { agent, folder, refused, text });
    if (!order.ok) return refuse({ kind: 'mail', problem: order.refusal });
    const command = await toCommand(read, order.value, folder);
    const actor: Actor = { kind: 'agent', login: agent.login };
    const done = await tickets.run(folder.number, command, actor);
    return done.ok
      ? taken({ ticket: done.value.ticket, message: done.value.message }, 'agent')
      : refuse({ kind: 'ticket', refusal: done.refusal });
  }

  async function toCommand(
    read: ReadMail,
    { isNote, changes, text }: MailedOrder,
    folder: TicketFolder,
  ): Promise<TicketCommand> {
    const mailed = originOf(read, 'agent', {});
    if (text === '') return { kind: 'update', changes, mailed };
    const attachments = await filesOf(read);
    if (isNote) return { kind: 'note', text, changes, attachments, mailed };
    const to = await deps.recipients(folder);
    return { kind: 'reply', to, cc: [], text, changes, attachments, mailed };
  }

  async function refuseMail(
    read: ReadMail,
    { agent, folder, refused, text }: Omit<RefusedMail, 'once'>,
  ): Promise<TakenMail> {
    // First the agent, then the note: whoever sends again after a crash finds the note and no second mail.
    await deps.refuse({ agent, folder, refused, text, once: read.content });
    const reason = refused.kind === 'mail' ? refused.problem.code : refused.refusal.code;
    const said = text === '' ? '' : `\n\n${text.slice(0, longestNote)}`;
    const receipt = await note(folder.number, {
      text: `A mail of ${agent.name} was not carried out (${reason}); nothing went to the customer.${said}`,
      mailed: originOf(read, 'refused', { agent: agent.login, reason }),
    });
    return taken(receipt, 'agent-refused');
  }

  async function noteAutomatic(
    read: ReadMail,
    { agent }: Voice,
    folder: TicketFolder,
  ): Promise<TakenMail> {
    const { field } = originOf(read, 'automatic', { agent: agent.login });
    const receipt = await note(folder.number, {
      text: `An automatic mail answered a notification to ${agent.name}; nothing was done: ${read.mail.subject}`,
      mailed: { field, once: `automatic ${agent.login}` },
    });
    return taken(receipt, 'agent-automatic');
  }

  async function note(
    number: TicketNumber,
    words: { text: string; mailed: { field: string; once: string } },
  ): Promise<Pick<Receipt, 'ticket' | 'message'>> {
    const filed: Result<Receipt, Refusal> = await tickets.run(
      number,
      { kind: 'note', ...words },
      desk,
    );
    if (filed.ok) return filed.value;
    // Merged a moment ago, say: at the next attempt it is known.
    throw new Fault('not-ready', {
      retry: 'later',
      detail: `Cannot file a note in ticket ${number}: ${filed.refusal.code}`,
    });
  }

  /** What was attached; pictures of signatures are not. */
  async function filesOf({ incoming, mail }: ReadMail): Promise<readonly OutgoingFile[]> {
    if (mail.attachments.length === 0) return [];
    const { contents } = await decode(incoming.raw, incoming.sender);
    return mail.attachments.flatMap(({ id, name, type, size, inline }) => {
      const bytes = contents[id];
      const isLogo = inline && size < leastPicture;
      return bytes === undefined || isLogo ? [] : [{ name, type, bytes }];
    });
  }

  function doubtOf(read: ReadMail, { email }: Agent): VoiceDoubt | undefined {
    const { from, fields } = read.mail;
    const isOne = (fields.get('from')?.length ?? 0) === 1;
    if (from === undefined || !isOne || !isSameAddress(from.address, email)) return 'sender';
    if (isForged(read.verdicts.sender)) return 'forged';
    return isSpam(read) ? 'spam' : undefined;
  }

  return { take };
}

/** What ids of notifications look like; whose they are, the signature says. */
const noticeLook = /^[0-9]{14,20}\.n[0-9a-f]{24}\.[a-z2-7]{16}@/;

/** Exchange asks of people's own mail that nobody answer it by itself. */
function isFromProgram({ automatic }: ReadMail): boolean {
  return automatic !== undefined && automatic.kind !== 'unanswerable';
}

function originOf(read: ReadMail, word: string, values: Readonly<Record<string, string>>) {
  const { content } = read;
  return { field: formatParameters(word, { ...values, content }), once: content };
}

/** The event that the mail made when it was sent before. */
function findEvent(
  { number, messages }: TicketFolder,
  { content }: ReadMail,
): Pick<Receipt, 'ticket' | 'message'> | undefined {
  const found = messages.find(({ event }) => {
    const field = firstBlockField(event, 'mailed');
    return field !== undefined && parseParameters(field).get('content') === content;
  });
  return found === undefined
    ? undefined
    : { ticket: found.home ?? number, message: found.event.name };
}

function taken(
  { ticket, message }: Pick<Receipt, 'ticket' | 'message'>,
  rule: IntakeReceipt['rule'],
): TakenMail {
  return { kind: 'taken', receipt: { ticket, message, rule } };
}
