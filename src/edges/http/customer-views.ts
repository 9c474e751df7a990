/**
 * Gathers what is known of a customer: the files, the tickets, the clock on his wall.
 *
 * Promises: tickets of queues that the reader may not see are left out. The dates of mails are read from their headers,
 * once.
 */
import { type Instant, parseInstant } from '../../base/clock.ts';
import { createRecent } from '../../base/recent.ts';
import { createLimit } from '../../base/serial.ts';
import { type MailDate, readDateOffset } from '../../core/customer/time-zone.ts';
import { addressKey } from '../../core/message/address.ts';
import { phoneOf } from '../../core/phone/phone-number.ts';
import type { Digest, TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { companyDomainOfAll } from '../../services/customer-tickets.ts';
import type { TicketRecord } from '../../services/index/index.ts';
import { readHeader } from '../../storage/mail-header.ts';
import { splitSource } from '../../storage/message-file.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { ViewerDeps } from './deps.ts';
import {
  type CustomerFindings,
  type CustomerWords,
  presentCustomer,
  presentCustomerPage,
  presentSenderActs,
  type SenderActs,
} from './presenters/customer.ts';
import { namesOf } from './presenters/people.ts';
import type { FlowItem } from './presenters/ticket.ts';
import type { Visit } from './visit.ts';

export interface CustomerViews {
  /** For the side bar; undefined for a ticket without customer. */
  present(
    folder: TicketFolder,
    visit: Visit,
  ): Promise<ReturnType<typeof presentCustomer> | undefined>;
  presentPage(address: string, visit: Visit): Promise<ReturnType<typeof presentCustomerPage>>;
  /** The conversation, with what may be done about the writer of each mail. */
  withStandings(
    flow: readonly FlowItem[],
    visit: Visit,
    folder: TicketFolder,
  ): readonly (FlowItem & { readonly senderActs?: SenderActs })[];
}

type Deps = Pick<
  ViewerDeps,
  | 'customers'
  | 'customerCare'
  | 'customerTickets'
  | 'reader'
  | 'accounts'
  | 'config'
  | 'readMarks'
  | 'clock'
>;

const mostDates = 10;
const keptDates = 5000;
/** Tickets whose mails are looked at for the customer's page. */
const mostTicketsForDates = 3;

export function createCustomerViews(deps: Deps): CustomerViews {
  const { customers, customerCare, customerTickets, reader, accounts, clock } = deps;
  const dates = createRecent<Digest, { readonly date: MailDate | undefined }>(keptDates);
  const limit = createLimit(4);

  async function readDate(number: TicketNumber, event: TicketEvent): Promise<MailDate | undefined> {
    const known = dates.get(event.digest);
    if (known !== undefined) return known.date;
    const bytes = await limit.run(() => reader.readFile(number, event.name));
    if (bytes === undefined) return undefined;
    const fields = readHeader(splitSource(bytes).original).fields;
    const text = fields.find(({ name }) => name === 'date')?.value ?? '';
    const [at, offset] = [parseInstant(text), readDateOffset(text)];
    const date = at === undefined || offset === undefined ? undefined : { at, offset };
    dates.set(event.digest, { date });
    return date;
  }

  /** Newest first. */
  async function datesIn(
    folder: TicketFolder,
    addresses: readonly string[],
  ): Promise<readonly MailDate[]> {
    const own = folder.messages
      .map(({ event }) => event)
      .filter(
        ({ kind, mail, fields }) =>
          kind === 'mail-in' &&
          mail.from !== undefined &&
          !fields.has('automatic') &&
          addresses.includes(addressKey(mail.from.address)),
      )
      .slice(-mostDates)
      .toReversed();
    const found = await Promise.all(own.map((event) => readDate(folder.number, event)));
    return found.flatMap((date) => date ?? []);
  }

  async function datesOf(
    records: readonly TicketRecord[],
    addresses: readonly string[],
  ): Promise<readonly MailDate[]> {
    const found: MailDate[] = [];
    for (const { number } of records.slice(0, mostTicketsForDates)) {
      const folder = await reader.read(number);
      if (folder !== undefined) found.push(...(await datesIn(folder, addresses)));
    }
    return found;
  }

  async function find(
    address: string,
    visit: Visit,
    readDates: (
      addresses: readonly string[],
      records: readonly TicketRecord[],
    ) => Promise<readonly MailDate[]>,
  ): Promise<CustomerFindings> {
    const addresses = customers.addressesOf(address);
    const domain = companyDomainOfAll(addresses);
    const [own, ofDomain] = await Promise.all([
      customerTickets.ofPerson(addresses),
      domain === undefined ? undefined : customerTickets.ofDomain(domain, addresses),
    ]);
    const seen = (records: readonly TicketRecord[]) =>
      records.filter(({ queue }) => visit.may('see', queue));
    const records = seen(own.records);
    return {
      address: addressKey(address),
      addresses,
      person: customers.findPerson(address),
      domain,
      company: domain === undefined ? undefined : customers.findCompany(domain),
      standing: customers.standingOf(address),
      own: { records, isCut: own.isCut },
      ofDomain:
        ofDomain === undefined
          ? undefined
          : { records: seen(ofDomain.records), isCut: ofDomain.isCut },
      dates: await readDates(addresses, records),
    };
  }

  function wordsOf({ locale, agent, timeZone }: Visit): CustomerWords {
    return {
      locale,
      dates: locale.dates(timeZone),
      now: clock.now(),
      login: agent.login,
      nameOf: namesOf(accounts.list()),
      lastSeen: (number): Instant | undefined => deps.readMarks.lastSeen(agent.login, number),
    };
  }

  return {
    async present(folder, visit) {
      const { customer, queue } = folder.ticket;
      if (customer === undefined) return undefined;
      const found = await find(customer.address, visit, (addresses) => datesIn(folder, addresses));
      return presentCustomer(
        found,
        { folder, name: customer.name, mayEdit: visit.may('note', queue) },
        wordsOf(visit),
      );
    },
    async presentPage(address, visit) {
      const found = await find(address, visit, (addresses, records) => datesOf(records, addresses));
      const actor = { kind: 'agent', login: visit.agent.login } as const;
      const [mayEdit, mayRestrictDomain] = await Promise.all([
        customerCare.may(actor, 'note', address),
        found.domain !== undefined && customerCare.may(actor, 'administer', found.domain),
      ]);
      // Notes are of people who have an address.
      const isPerson = phoneOf(address) === undefined;
      const rights = { mayEdit: mayEdit && isPerson, mayRestrictDomain };
      return presentCustomerPage(found, rights, wordsOf(visit));
    },
    withStandings(flow, visit, folder) {
      const { queue } = folder.ticket;
      const mayEdit = visit.may('note', queue);
      const mayRestrictDomain = visit.may('administer', queue);
      return flow.map((item) => {
        if (item.kind !== 'message' || item.message.writer === undefined) return item;
        const { writer } = item.message;
        const senderActs = presentSenderActs(
          { address: writer, standing: customers.standingOf(writer) },
          { mayEdit, mayRestrictDomain },
          visit.locale,
        );
        return senderActs === undefined ? item : { ...item, senderActs };
      });
    },
  };
}
