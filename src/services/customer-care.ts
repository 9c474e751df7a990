/**
 * What people may do to the desk's knowledge of its customers: notes, language and zone, joining addresses, muting, blocking.
 *
 * Promises: whoever is no agent has the rights of the system's account. An agent needs the right to write notes in the queue
 * of one of the person's tickets; for two people that are joined, in one of each. What is kept back from a whole domain
 * needs `administer` there. Somebody without tickets may be described by whoever may write notes anywhere.
 * Leaves to others: files (customers.ts), what follows from them at intake.
 */
import { type Clock, formatDay } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import {
  type CustomerEdit,
  formatSince,
  isCompanyDomain,
  isTimeZone,
  longestNotes,
} from '../config/customers.ts';
import { isOwnAddress } from '../config/own-address.ts';
import { isLanguageTag } from '../config/values.ts';
import type { Standing } from '../core/customer/customer.ts';
import { isFreeMail } from '../core/customer/free-mail.ts';
import { addressKey, domainOf, isAddress } from '../core/message/address.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor } from '../core/ticket/event.ts';
import type { Right } from '../core/ticket/rights.ts';
import type { CustomerTickets } from './customer-tickets.ts';
import type { CustomerBook } from './customers.ts';

/** What is known of a person or company by the word of somebody; an empty text takes it back. */
export type CustomerFacts = Partial<
  Readonly<Record<'name' | 'language' | 'timeZone' | 'company' | 'notes', string>>
>;

export type CustomerCommand =
  /** `whom` is an address, or the domain of a company. */
  | { readonly kind: 'describe'; readonly whom: string; readonly facts: CustomerFacts }
  | { readonly kind: 'join'; readonly whom: string; readonly other: string }
  | { readonly kind: 'unjoin'; readonly whom: string; readonly other: string }
  | {
      readonly kind: 'restrict';
      readonly whom: string;
      readonly what: Standing['kind'];
      readonly isOn: boolean;
    };

export type CustomerRefusal = Extract<
  Refusal,
  { code: 'bad-value' | 'not-allowed' | 'nothing-to-change' }
>;

export interface CustomerCare {
  run(command: CustomerCommand, actor: Actor): Promise<Result<undefined, CustomerRefusal>>;
  /** Whether the actor may say something of the person or company; what may not be done is not offered. */
  may(actor: Actor, right: Right, whom: string): Promise<boolean>;
}

export interface CustomerCareDeps {
  readonly book: CustomerBook;
  readonly tickets: CustomerTickets;
  readonly config: () => Config;
  readonly rightsOf: (login: string, queue: string) => ReadonlySet<Right>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createCustomerCare(deps: CustomerCareDeps): CustomerCare {
  const { book, tickets, config, rightsOf, clock, log } = deps;

  /** The first queue in which the actor may not, when there is none in which he may. */
  async function refuseByRights(
    actor: Actor,
    right: Right,
    whom: string,
  ): Promise<CustomerRefusal | undefined> {
    if (actor.kind !== 'agent') return undefined;
    const own = await tickets.queuesOf(whom, book.addressesOf(whom));
    const queues = own.length > 0 ? own : config().queues.map(({ name }) => name);
    const isAllowed = queues.some((queue) => {
      const given = rightsOf(actor.login, queue);
      return given.has('see') && given.has(right);
    });
    if (isAllowed) return undefined;
    return { code: 'not-allowed', right, queue: queues[0] ?? config().desk.defaultQueue };
  }

  async function check(command: CustomerCommand, actor: Actor) {
    const bad = refuseByForm(command, config());
    if (bad !== undefined) return bad;
    const right = needOf(command);
    return (
      (await refuseByRights(actor, right, command.whom)) ??
      (command.kind === 'join' ? await refuseByRights(actor, right, command.other) : undefined)
    );
  }

  async function carryOut(command: CustomerCommand, actor: Actor): Promise<boolean> {
    const { whom } = command;
    switch (command.kind) {
      case 'describe':
        if (isDomain(whom)) await book.editCompany(whom, toEdit(command.facts));
        else await book.editPerson(whom, () => toEdit(command.facts));
        return true;
      case 'join':
        if (book.addressesOf(whom).includes(addressKey(command.other))) return false;
        await book.join(whom, command.other);
        return true;
      case 'unjoin': {
        const rest = book
          .addressesOf(whom)
          .filter((address) => address !== addressKey(command.other));
        if (rest.length === book.addressesOf(whom).length || rest.length === 0) return false;
        await book.editPerson(whom, () => ({ addresses: rest }));
        return true;
      }
      case 'restrict': {
        const day = formatDay(clock.now(), config().desk.timeZone);
        const since = formatSince({
          day: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
          by: actor.kind === 'agent' ? actor.login : undefined,
        });
        const edit = { [command.what]: command.isOn ? since : undefined };
        if (isDomain(whom)) await book.editCompany(whom, edit);
        else await book.editPerson(whom, () => edit);
        return true;
      }
    }
  }

  return {
    async run(command, actor) {
      const refusal = await check(command, actor);
      if (refusal !== undefined) return refuse(refusal);
      if (!(await carryOut(command, actor))) return refuse({ code: 'nothing-to-change' });
      log.info('customers.changed', {
        change: command.kind === 'restrict' ? command.what : command.kind,
        by: actor.kind === 'agent' ? actor.login : actor.kind,
      });
      return ok(undefined);
    },
    async may(actor, right, whom) {
      return (await refuseByRights(actor, right, whom)) === undefined;
    },
  };
}

function isDomain(whom: string): boolean {
  return !whom.includes('@');
}

function needOf(command: CustomerCommand): Right {
  return command.kind === 'restrict' && isDomain(command.whom) ? 'administer' : 'note';
}

function refuseByForm(command: CustomerCommand, config: Config): CustomerRefusal | undefined {
  const { whom } = command;
  const isKnown = isDomain(whom)
    ? isCompanyDomain(whom) && (command.kind === 'describe' || command.kind === 'restrict')
    : isAddress(whom);
  if (!isKnown) return bad('customer', whom, 'an address such as name@example.org');
  switch (command.kind) {
    case 'describe':
      return refuseFacts(command.facts);
    case 'join':
    case 'unjoin':
      return isAddress(command.other) && !isOwnAddress(command.other, config)
        ? undefined
        : bad('address', command.other, 'an address of a customer, such as name@example.org');
    case 'restrict':
      if (!command.isOn) return undefined;
      if (
        isDomain(whom) ? isFreeMail(whom) || isOwnDomain(whom, config) : isOwnAddress(whom, config)
      )
        return bad('customer', whom, 'a customer, or the domain of a company');
      return undefined;
  }
}

function isOwnDomain(domain: string, { desk, queues }: Config): boolean {
  const own = [...desk.addresses, ...queues.flatMap(({ addresses }) => addresses)];
  return own.some((address) => domainOf(address) === domain.toLowerCase());
}

function refuseFacts(facts: CustomerFacts): CustomerRefusal | undefined {
  const { language = '', timeZone = '', notes = '', name = '', company = '' } = facts;
  if (language !== '' && !isLanguageTag(language))
    return bad('language', language, 'a language tag such as de or zh-Hans');
  if (timeZone !== '' && !isTimeZone(timeZone))
    return bad('timeZone', timeZone, 'a time zone such as Europe/Berlin');
  if (notes.length > longestNotes)
    return bad('notes', `${notes.slice(0, 40)}…`, `at most ${longestNotes} characters`);
  const long = [name, company].find((text) => text.length > 300 || /\p{Cc}/u.test(text));
  return long === undefined ? undefined : bad('name', long.slice(0, 40), 'text in one line');
}

function bad(field: string, value: string, expected: string): CustomerRefusal {
  return { code: 'bad-value', field, value, expected };
}

function toEdit(facts: CustomerFacts): CustomerEdit {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, value.replace(/\r\n?/g, '\n').trim()]),
  );
}
