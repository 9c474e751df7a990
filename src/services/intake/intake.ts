/**
 * How a mail becomes a ticket, whichever way it came.
 *
 * Promises: `process` returns when the mail is durable in its ticket, or says what else became of it, or throws a
 * fault and the source must not acknowledge. Mails that have an id in common are decided one after another, so two
 * that come at once meet.
 * Leaves to others: where the bytes come from and how they are acknowledged (edges/smtp, inbox.ts), each step:
 * reading (read-mail.ts), checks (verdicts.ts), the ticket (returned.ts, threads.ts), the file (filing.ts).
 */
import { type Clock, second } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import { judgeMail } from '../../core/message/judge.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import { isForged } from '../../core/message/sender-sign.ts';
import { noVerdicts, type Verdicts } from '../../core/message/verdicts.ts';
import type { DecodeMail } from '../../storage/mail-reader/mail-reader.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { KnownMessage, TicketIndex } from '../index/index.ts';
import type { Callers } from '../phone/callers.ts';
import type { Tickets } from '../tickets.ts';
import type { Trouble } from '../trouble.ts';
import type { AgentMails } from './agent-mail.ts';
import { type AutoAnswers, mayBeTurnedAway } from './auto-answers.ts';
import type { Filing } from './filing.ts';
import { withGateway } from './gateways.ts';
import { createImporting } from './importing.ts';
import type {
  Importing,
  IncomingMail,
  IntakeOutcome,
  IntakeReceipt,
  IntakeTrial,
  TryingIntake,
} from './incoming.ts';
import { noteFurtherQueues, queuesOf } from './queues.ts';
import { isSpam, type ReadMail, readingOf, readMail, threadKeys, traceOf } from './read-mail.ts';
import { findReturned } from './returned.ts';
import type { Router } from './routing.ts';
import { isBlocked, keepBlockedApart, withStanding } from './standing.ts';
import type { ThreadedMail, Threads } from './threads.ts';
import { type Examiner, toExaminedMail } from './verdicts.ts';

export interface IntakeDeps {
  readonly tickets: Tickets;
  readonly index: TicketIndex;
  readonly ids: SignedIds;
  readonly threads: Threads;
  readonly filing: Filing;
  /** Reads tickets with those merged into them. */
  readonly reader: Pick<TicketReader, 'read' | 'readOriginal'>;
  readonly answers: Pick<AutoAnswers, 'ready'>;
  readonly examiner: Examiner;
  readonly trouble: Pick<Trouble, 'quarantine'>;
  readonly router: Pick<Router, 'explain'>;
  readonly agentMails: AgentMails;
  /** From whom something is kept back. */
  readonly customers?: Pick<CustomerLookup, 'standingOf'>;
  /** Whose telephone number it is. */
  readonly callers?: Callers;
  /** How mails are read; in this thread when absent. */
  readonly decode?: DecodeMail;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a mail waits for the index after a start before its sender is asked to come again. */
const readyWaitMs = 60 * second;

export interface WholeIntake extends TryingIntake {
  readonly importing: Importing<ReadMail>;
}

export function createIntake(deps: IntakeDeps): WholeIntake {
  const { tickets, index, ids, threads, filing, reader, answers, config, clock, log } = deps;
  const serial = createKeyedSerial();
  const reading = () => readingOf(deps);

  async function process(incoming: IncomingMail): Promise<IntakeOutcome> {
    const plain = await readMail(incoming, reading());
    await index.ready(readyWaitMs);
    await answers.ready();
    const verdicts = incoming.released ?? (await examine(plain));
    const handed = await withGateway({ ...plain, verdicts }, config(), deps.callers);
    const read = withStanding(handed, deps.customers);
    const turnedAway = await turnAway(read);
    if (turnedAway !== undefined) return turnedAway;
    const receipt = await serial.runAll(threadKeys(read), () => file(read));
    log.info('intake.filed', {
      via: incoming.via,
      ticket: receipt.ticket,
      rule: receipt.rule,
      bytes: incoming.raw.length,
    });
    return { outcome: 'filed', ...receipt };
  }

  /** A mail that lies in its ticket already needs no second look. */
  async function examine(read: ReadMail): Promise<Verdicts> {
    if ((await findDuplicate(read)) !== undefined) return noVerdicts;
    const { incoming, mail, sender, recipients } = read;
    const trace = traceOf(read, config(), clock.now());
    return deps.examiner.examine(toExaminedMail({ ...incoming, mail, sender, recipients, trace }));
  }

  /** Undefined for a mail that is to be filed. */
  async function turnAway(read: ReadMail): Promise<IntakeOutcome | undefined> {
    const { incoming, sender, recipients, content, verdicts } = read;
    const { via, raw, client } = incoming;
    if (incoming.released !== undefined) return undefined;
    const judgement = judgeMail(verdicts, config().desk, hearsRefusal(via));
    switch (judgement.kind) {
      case 'file':
        return undefined;
      case 'refuse':
        log.info('intake.refused', { via, reason: judgement.reason, bytes: raw.length });
        return { outcome: 'refused', reason: judgement.reason };
      case 'quarantine': {
        const envelope = { via, sender, recipients, client };
        const name = await deps.trouble.quarantine({ raw, content, envelope, verdicts });
        return { outcome: 'quarantined', name };
      }
    }
  }

  async function file(plain: ReadMail): Promise<IntakeReceipt> {
    const known = await findDuplicate(plain);
    if (known !== undefined) return recognise(plain, known);
    const mailed = await deps.agentMails.take(plain);
    if (mailed.kind === 'taken') return mailed.receipt;
    const { read } = mailed;
    const returned = await findReturned({ index, ids }, read.mail, read.automatic, read);
    const home = returned === undefined ? undefined : await threads.survivorOf(returned.number);
    if (returned !== undefined && home !== undefined) return filing.takeBack(read, returned, home);
    const choice = keepBlockedApart(
      read,
      await threads.choose(threaded(read)),
      config().desk.junkQueue,
    );
    const receipt =
      choice.kind === 'join' ? await filing.join(read, choice) : await filing.open(read, choice);
    await threads.connect(threaded(read), receipt.ticket);
    return receipt;
  }

  async function recognise(
    read: ReadMail,
    { ticket, name: message }: KnownMessage,
  ): Promise<IntakeReceipt> {
    // Its first delivery may have failed behind the moment in which the file could be seen.
    await tickets.sync(ticket);
    const number = await threads.connect(threaded(read), ticket);
    await noteFurtherQueues(tickets, reader, { number, message, queues: queuesOf(read, config()) });
    return { ticket, message, rule: 'duplicate' };
  }

  async function findDuplicate({ mail, content }: ReadMail): Promise<KnownMessage | undefined> {
    const known =
      mail.messageId === undefined
        ? await index.findContent(content)
        : await index.findMessage(mail.messageId);
    return known.find((message) => message.content === content);
  }

  async function tryOut(incoming: IncomingMail, at = clock.now()): Promise<IntakeTrial> {
    const plain = await readMail(incoming, reading());
    const read = { ...plain, verdicts: await examine(plain) };
    const known = await findDuplicate(read);
    const choice = await threads.choose(threaded(read));
    const joined = choice.kind === 'join' ? choice.ticket.number : undefined;
    const language = await filing.languageOf(read.mail, joined);
    const { verdicts } = read;
    const as = { verdicts, language, isFollowUp: joined !== undefined, ticket: joined };
    return {
      rule: known !== undefined ? 'duplicate' : choice.kind === 'join' ? choice.rule : 'new',
      ticket: known?.ticket ?? joined,
      language,
      queue: filing.queuesOfNew(read)[0],
      outcome: await deps.router.explain(read, as, at),
    };
  }

  return { process, tryOut, importing: createImporting({ ...deps, serial }) };
}

/** Over a connection that waits for the answer; other ways have given the mail away already. */
function hearsRefusal(via: IncomingMail['via']): boolean {
  return via === 'smtp' || via === 'lmtp' || via === 'pipe';
}

function threaded(read: ReadMail): ThreadedMail {
  const { mail, recipients, automatic, verdicts, calendar } = read;
  return {
    mail,
    recipients,
    appointment: calendar?.ticket,
    connects: automatic === undefined && !isSpam(read) && !isBlocked(read),
    // An answer to an invitation belongs to that, however the ticket stands by now.
    mayBeTurnedAway: calendar?.ticket === undefined && mayBeTurnedAway(automatic),
    // Whoever sends spam or forges an address may know a number; what he cannot know are our ids.
    isTrusted: !isSpam(read) && !isForged(verdicts.sender) && read.gateway === undefined,
  };
}
