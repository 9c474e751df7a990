/** A customer as JSON, for the API and the command line. Promises: keys are there always; `null` for what is not known. */
import type { Since } from '../../core/customer/customer.ts';
import { addressKey } from '../../core/message/address.ts';
import { type CustomerTickets, companyDomainOfAll } from '../customer-tickets.ts';
import type { CustomerBook } from '../customers.ts';
import { type TicketSummaryJson, toTicketSummary } from './ticket-json.ts';

export interface CustomerJson {
  readonly address: string;
  /** All of the person, the address asked for first. */
  readonly addresses: readonly string[];
  readonly name: string | null;
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly company: string | null;
  readonly notes: string;
  readonly standing: StandingJson | null;
  /** Undefined parts of free providers: then there is no company. */
  readonly domain: string | null;
  readonly tickets: readonly TicketSummaryJson[];
  readonly domainTickets: readonly TicketSummaryJson[];
}

export interface StandingJson {
  readonly kind: 'blocked' | 'muted';
  /** The address or domain that is named. */
  readonly by: string;
  readonly since: string | null;
  readonly agent: string | null;
}

export async function readCustomerJson(
  customers: Pick<CustomerBook, 'findPerson' | 'findCompany' | 'addressesOf' | 'standingOf'>,
  tickets: Pick<CustomerTickets, 'ofPerson' | 'ofDomain'>,
  /** Whether tickets of this queue may be told of. */
  isSeen: (queue: string) => boolean,
  address: string,
): Promise<CustomerJson> {
  const addresses = customers.addressesOf(address);
  const person = customers.findPerson(address);
  const domain = companyDomainOfAll(addresses);
  const [own, others] = await Promise.all([
    tickets.ofPerson(addresses),
    domain === undefined ? undefined : tickets.ofDomain(domain, addresses),
  ]);
  const standing = customers.standingOf(address);
  const text = (value: string | undefined) => (value === undefined || value === '' ? null : value);
  const company = domain === undefined ? undefined : customers.findCompany(domain)?.name;
  return {
    address: addressKey(address),
    addresses,
    name: text(person?.name),
    language: text(person?.language),
    timeZone: text(person?.timeZone),
    company: text(person?.company) ?? text(company),
    notes: person?.notes ?? '',
    standing:
      standing === undefined
        ? null
        : { kind: standing.kind, by: standing.by, ...sinceOf(standing.since) },
    domain: domain ?? null,
    tickets: own.records.filter(({ queue }) => isSeen(queue)).map(toTicketSummary),
    domainTickets: (others?.records ?? [])
      .filter(({ queue }) => isSeen(queue))
      .map(toTicketSummary),
  };
}

function sinceOf({ day, by }: Since) {
  return { since: day ?? null, agent: by ?? null };
}
