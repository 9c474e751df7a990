/**
 * A mail is written into the ticket that was chosen for it, or into a new one.
 *
 * Promises: one file, which says all that the mail does to the ticket: state, people, queues, routing rules,
 * an automatic answer that is owed, or why there is none.
 * Leaves to others: which ticket (threads.ts, returned.ts), the rules themselves (core), durable writing (../tickets.ts).
 */
import type { Clock } from '../../base/clock.ts';
import type { Config } from '../../config/config.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import type { FollowUpChoice } from '../../core/followup/choose.ts';
import { findForeignNumbers } from '../../core/followup/foreign.ts';
import { addressKey } from '../../core/message/address.ts';
import { effectOf } from '../../core/message/automatic.ts';
import type { Mail } from '../../core/message/mail.ts';
import { type Routing, routeBy, withRouting } from '../../core/rules/outcome.ts';
import type { Change, EventDraft } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketIndex } from '../index/index.ts';
import type { Tickets } from '../tickets.ts';
import type { AnswerableMail, AutoAnswers } from './auto-answers.ts';
import { asCall, changesOfCall, participantsOfCall } from './gateways.ts';
import type { FollowUpRule, IntakeReceipt } from './incoming.ts';
import { chooseLanguage, guessLanguage } from './language.ts';
import { queuesOf } from './queues.ts';
import { draftOf, isSpam, participantsOf, type ReadMail, toReceived } from './read-mail.ts';
import { draftReport, type Returned } from './returned.ts';
import type { Router } from './routing.ts';
import { isBlocked, withoutWaking } from './standing.ts';

export interface Filing {
  join(read: ReadMail, choice: Extract<FollowUpChoice, { kind: 'join' }>): Promise<IntakeReceipt>;
  open(read: ReadMail, choice: Extract<FollowUpChoice, { kind: 'open' }>): Promise<IntakeReceipt>;
  /** Our own mail, or a report on it, comes home to its ticket: never answered, nobody takes part by it. */
  takeBack(read: ReadMail, returned: Returned, home: TicketNumber): Promise<IntakeReceipt>;
  /** The language that rules and answers go by; `ticket` is the one that the mail joins. */
  languageOf(mail: Mail, ticket: TicketNumber | undefined): Promise<string | undefined>;
  /** The queues of a new ticket, its own first, before the routing rules are asked. */
  queuesOfNew(read: ReadMail): readonly [string, ...string[]];
}

export interface FilingDeps {
  readonly tickets: Tickets;
  readonly index: Pick<TicketIndex, 'find' | 'findLanguage' | 'findForeign'>;
  /** Which mails the desk answers by itself. */
  readonly answers: AutoAnswers;
  /** Starts an automatic answer that is due in the ticket. */
  readonly wakeAnswer: (number: TicketNumber) => void;
  readonly router: Router;
  /** What people said of customers. */
  readonly customers?: Pick<CustomerLookup, 'findPerson' | 'addressesOf'>;
  readonly config: () => Config;
  readonly clock: Clock;
  /** To whom an owner who is away wants his tickets given when their customers write; undefined for nobody. */
  readonly takesOver?: (owner: string) => string | undefined;
}

/** Whoever is blocked meets no rule. */
const unrouted = routeBy([]);

export function createFiling(deps: FilingDeps): Filing {
  const { tickets, index, answers, wakeAnswer, router, config, clock } = deps;
  const received = (read: ReadMail) => toReceived(read, config(), clock.now());

  async function join(
    read: ReadMail,
    choice: Extract<FollowUpChoice, { kind: 'join' }>,
  ): Promise<IntakeReceipt> {
    const { rule, isRejected = false } = choice;
    const { number } = choice.ticket;
    const { mail, verdicts } = read;
    const participants = read.gateway === undefined ? participantsOf(read, config()) : [];
    const guess = await guessLanguage(mail);
    const language = saidLanguage(mail) ?? (guess?.isSure === true ? guess.language : undefined);
    const as = {
      verdicts,
      language: await languageOf(mail, number),
      isFollowUp: true,
      ticket: number,
    };
    const routing = isBlocked(read) ? unrouted : await router.route(read, as);
    const foreign = await unclaimedNumbers(mail);
    let isDue = false;
    const receipt = await tickets.receive(
      number,
      (_, folder) => {
        const context = { participants, isRejected, language };
        const answer = answers.ofFollowUp(answerable(read, routing), folder, context);
        // References and subjects are anybody's; only our own address proves whose mail came back.
        const sent = rule === 'plus-address' ? folder : undefined;
        const bounce = draftReport(read, undefined, sent);
        isDue = answer.isDue;
        const changes = [
          ...bounce.changes,
          ...answer.changes,
          ...addAll('foreign', foreign),
          ...handOver(folder.ticket.owner, read),
        ];
        return withDraft(read, rule, {
          // Spam that knows an id of ours is filed, and moves nothing.
          changes: withoutWaking(read, withRouting(isSpam(read) ? [] : changes, routing)),
          fields: [...bounce.fields, ...answer.fields, ...routing.fields],
        });
      },
      received(read),
    );
    if (isDue) wakeAnswer(receipt.ticket);
    return { ticket: receipt.ticket, message: receipt.message, rule };
  }

  async function open(
    read: ReadMail,
    choice: Extract<FollowUpChoice, { kind: 'open' }>,
  ): Promise<IntakeReceipt> {
    const { mail, verdicts } = read;
    const language = await languageOf(mail, undefined);
    const as = { verdicts, language, isFollowUp: false };
    const routing = isBlocked(read) ? unrouted : await router.route(read, as);
    const [addressed, ...others] = queuesOfNew(read);
    const queue = settingIn(routing.changes, 'queue') ?? addressed;
    // The queue in which the ticket ends up answers.
    const answer = answers.ofNew(answerable(read, routing), {
      queue,
      continuesClosed: choice.continues !== undefined,
    });
    const bounce = draftReport(read, undefined, undefined);
    const changes: readonly Change[] = [
      { kind: 'set', field: 'state', value: isBlocked(read) ? 'closed' : 'new' },
      { kind: 'set', field: 'queue', value: addressed },
      ...addAll(
        'also-queue',
        others.filter((other) => other !== queue),
      ),
      { kind: 'set', field: 'priority', value: 'normal' },
      ...(language === undefined ? [] : [setTo('language', language)]),
      ...changesOfCall(read),
      ...addAll('participant', participantsOfCall(read) ?? participantsOf(read, config())),
      ...addAll('link', linksOf(choice)),
      ...addAll('foreign', findForeignNumbers(mail.subject, config().desk.foreignNumbers)),
      ...answer.changes,
    ];
    const draft = asCall(
      withDraft(read, 'new', {
        changes: withRouting(changes, routing),
        fields: [...bounce.fields, ...answer.fields, ...routing.fields],
      }),
      read,
    );
    const receipt = await tickets.open(draft, received(read));
    if (answer.isDue) wakeAnswer(receipt.ticket);
    return { ticket: receipt.ticket, message: receipt.message, rule: 'new' };
  }

  /** What a program wrote hands nothing over. */
  function handOver(owner: string | undefined, read: ReadMail): readonly Change[] {
    const next = owner === undefined ? undefined : deps.takesOver?.(owner);
    return next === undefined || !effectOf(read.automatic).countsAsContact
      ? []
      : [setTo('owner', next)];
  }

  async function takeBack(
    read: ReadMail,
    returned: Returned,
    home: TicketNumber,
  ): Promise<IntakeReceipt> {
    const { rule } = returned;
    const context = { participants: [], isRejected: false, language: undefined };
    const receipt = await tickets.receive(
      home,
      (_, folder) => {
        const bounce = draftReport(read, returned, folder);
        const answer = answers.ofFollowUp(read, folder, context);
        return withDraft(read, rule, {
          changes: [...bounce.changes, ...answer.changes],
          fields: [...bounce.fields, ...answer.fields],
        });
      },
      received(read),
    );
    return { ticket: receipt.ticket, message: receipt.message, rule };
  }

  async function languageOf(
    mail: Mail,
    ticket: TicketNumber | undefined,
  ): Promise<string | undefined> {
    const said = saidLanguage(mail);
    if (said !== undefined && ticket === undefined) return said;
    const guess = await guessLanguage(mail);
    if (ticket === undefined) return chooseLanguage(guess, await earlierLanguage(mail));
    // People may have corrected the ticket's.
    return (await index.find(ticket))?.language ?? guess?.language;
  }

  /** By the word of a person, in the customer's file. */
  function saidLanguage({ from }: Mail): string | undefined {
    return from === undefined ? undefined : deps.customers?.findPerson(from.address)?.language;
  }

  async function earlierLanguage({ from }: Mail): Promise<string | undefined> {
    const own = addressKey(from?.address ?? '');
    for (const address of deps.customers?.addressesOf(own) ?? [own]) {
      const language = await index.findLanguage(address);
      if (language !== undefined) return language;
    }
    return undefined;
  }

  function queuesOfNew(read: ReadMail): readonly [string, ...string[]] {
    const { desk } = config();
    if ((isSpam(read) || isBlocked(read)) && desk.junkQueue !== undefined) return [desk.junkQueue];
    const { gateway } = read.gateway ?? {};
    if (gateway?.queue !== undefined) return [gateway.queue];
    const [first = desk.defaultQueue, ...others] = queuesOf(read, config());
    return [first, ...others];
  }

  /** Numbers of other systems in the subject that no ticket carries yet. */
  async function unclaimedNumbers({ subject }: Mail): Promise<readonly string[]> {
    const keys = findForeignNumbers(subject, config().desk.foreignNumbers);
    const known = await Promise.all(keys.map((key) => index.findForeign(key)));
    return keys.filter((_, at) => known[at]?.length === 0);
  }

  return { join, open, takeBack, languageOf, queuesOfNew };
}

function withDraft(
  read: ReadMail,
  rule: FollowUpRule,
  { changes, fields }: Pick<EventDraft, 'changes' | 'fields'>,
): EventDraft {
  const draft = draftOf(read, rule);
  return { ...draft, changes, fields: [...draft.fields, ...fields] };
}

function answerable(read: ReadMail, { silencedBy }: Routing): AnswerableMail {
  if (read.standing !== undefined) return { ...read, forbidden: read.standing.kind };
  if (isSpam(read)) return { ...read, forbidden: 'spam' };
  if (read.gateway !== undefined) return { ...read, forbidden: 'rule' };
  return silencedBy === undefined ? read : { ...read, forbidden: 'rule' };
}

function linksOf({
  continues,
  suggested,
}: Extract<FollowUpChoice, { kind: 'open' }>): readonly string[] {
  return [
    ...(continues === undefined ? [] : [`related:${continues}`]),
    ...suggested.map((number) => `suggested:${number}`),
  ];
}

function setTo(field: string, value: string): Change {
  return { kind: 'set', field, value };
}

function addAll(set: string, values: readonly string[]): readonly Change[] {
  return values.map((value) => ({ kind: 'add', set, value }));
}

/** The value that the changes give the field; undefined when they leave it. */
function settingIn(changes: readonly Change[], field: string): string | undefined {
  return changes.findLast((change) => change.kind === 'set' && change.field === field)?.value;
}
