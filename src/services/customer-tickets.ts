/**
 * The tickets of a person and of a company, out of the index.
 *
 * Promises: a ticket belongs to whoever is its customer or takes part in it; lists are bounded and say so. Nothing is older
 * than the last change the index told of.
 */
import { companyDomainOf } from '../core/customer/free-mail.ts';
import { addressKey, domainOf } from '../core/message/address.ts';
import type { Query } from '../core/search/query.ts';
import type { TicketIndex, TicketRecord } from './index/index.ts';

export interface FoundTickets {
  /** The newest news first. */
  readonly records: readonly TicketRecord[];
  /** There are more than were looked at. */
  readonly isCut: boolean;
}

export interface CustomerTickets {
  ofPerson(addresses: readonly string[]): Promise<FoundTickets>;
  /** Tickets whose customer writes from the domain, without those of the given addresses. */
  ofDomain(domain: string, without: readonly string[]): Promise<FoundTickets>;
  /** Names of the queues of all tickets of the address, or of a domain. */
  queuesOf(whom: string, addresses: readonly string[]): Promise<readonly string[]>;
}

/** Of one address or domain. */
const mostListed = 500;

/** Searches that are remembered until something changes: every page of a ticket asks. */
const mostKept = 500;

export function createCustomerTickets(
  index: Pick<TicketIndex, 'list' | 'onChange'>,
): CustomerTickets {
  const known = new Map<string, Promise<FoundTickets>>();
  index.onChange(() => known.clear());

  function remember(
    text: string,
    find: (text: string) => Promise<FoundTickets>,
  ): Promise<FoundTickets> {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= mostKept) known.clear();
    const found = find(text);
    known.set(text, found);
    // A failure is reported to whoever asked, and not kept.
    found.catch(() => known.delete(text));
    return found;
  }

  async function ask(text: string): Promise<FoundTickets> {
    const query: Query = {
      terms: [{ kind: 'field', field: 'with', value: text.slice(0, 320), negated: false }],
    };
    const page = await index.list({ query, sort: 'updated', descending: true, limit: mostListed });
    if (!page.ok) return { records: [], isCut: false };
    return { records: page.value.records, isCut: page.value.total > page.value.records.length };
  }

  async function ofPerson(addresses: readonly string[]): Promise<FoundTickets> {
    const keys = new Set(addresses.map(addressKey));
    const found = await Promise.all([...keys].map((key) => remember(key, ask)));
    const byNumber = new Map(
      found.flatMap(({ records }) => records.map((record) => [record.number, record] as const)),
    );
    return {
      records: newestFirst([...byNumber.values()].filter((record) => isOf(record, keys))),
      isCut: found.some(({ isCut }) => isCut),
    };
  }

  async function ofDomain(domain: string, without: readonly string[]): Promise<FoundTickets> {
    const keys = new Set(without.map(addressKey));
    const { records, isCut } = await remember(`@${domain}`, async (text) => {
      const found = await ask(text);
      const own = found.records.filter(
        ({ customer }) => customer !== undefined && domainOf(customer.address) === domain,
      );
      return { records: newestFirst(own), isCut: found.isCut };
    });
    return { records: records.filter((record) => !isOf(record, keys)), isCut };
  }

  return {
    ofPerson,
    ofDomain,
    async queuesOf(whom, addresses) {
      const found = whom.includes('@') ? await ofPerson(addresses) : await ofDomain(whom, []);
      return [...new Set(found.records.map(({ queue }) => queue))];
    },
  };
}

function isOf({ customer, participants }: TicketRecord, keys: ReadonlySet<string>): boolean {
  return (
    (customer !== undefined && keys.has(addressKey(customer.address))) ||
    participants.some((address) => keys.has(address))
  );
}

function newestFirst(records: readonly TicketRecord[]): readonly TicketRecord[] {
  return records.toSorted((one, other) => other.updated - one.updated);
}

/** The company of a person: by the first address that is not one of a free provider. */
export function companyDomainOfAll(addresses: readonly string[]): string | undefined {
  return addresses.map(companyDomainOf).find((domain) => domain !== undefined);
}
