/**
 * Whose telephone number it is.
 *
 * Promises: what people wrote in customers/*.yaml and what earlier calls, faxes and notes of calls say count alike; where several
 * people have the number nobody is chosen. Looking is bounded.
 * Leaves to others: reading a number (core/phone), what follows (callers of this).
 */
import type { CustomerLookup, Person } from '../../core/customer/customer.ts';
import { type Address, addressKey, isAddress } from '../../core/message/address.ts';
import {
  type Country,
  type PhoneNumber,
  parsePhone,
  phoneAddress,
} from '../../core/phone/phone-number.ts';
import type { Query } from '../../core/search/query.ts';
import type { TicketIndex } from '../index/index.ts';

export interface Caller {
  /** The one who has the number, else the number itself. */
  readonly customer: Address;
  /** Everybody who has it, where that is not one alone. */
  readonly several: readonly Address[];
}

export interface Callers {
  find(number: PhoneNumber): Promise<Caller>;
  /** As somebody wrote it; undefined when it is no number, or nobody knows of which country. */
  read(text: string): PhoneNumber | undefined;
}

export interface CallersDeps {
  readonly index: Pick<TicketIndex, 'list'>;
  readonly customers: Pick<CustomerLookup, 'findPerson' | 'everybody'>;
  readonly country: () => Country | undefined;
}

/** Tickets of one number that are looked at, the newest. */
const mostTickets = 200;
const mostShown = 5;

export function createCallers({ index, customers, country }: CallersDeps): Callers {
  const read = (text: string) => parsePhone(text, country());

  function peopleOf(number: PhoneNumber): readonly Person[] {
    return customers
      .everybody()
      .filter(({ phones = [] }) => phones.some((text) => read(text) === number));
  }

  /** Customers of earlier tickets with this number, the newest first. */
  async function earlier(number: PhoneNumber): Promise<readonly Address[]> {
    const query: Query = {
      terms: [{ kind: 'field', field: 'phone', value: number, negated: false }],
    };
    const page = await index.list({ query, sort: 'updated', descending: true, limit: mostTickets });
    if (!page.ok) return [];
    return page.value.records.flatMap(({ customer, phones = [], marks }) =>
      customer !== undefined &&
      isAddress(customer.address) &&
      !marks.includes('spam') &&
      phones.some((text) => read(text) === number)
        ? [customer]
        : [],
    );
  }

  return {
    read,
    async find(number) {
      const found = new Map<string, Address>();
      for (const { id, name, addresses } of peopleOf(number)) {
        const [address] = addresses;
        if (address !== undefined) found.set(id, { name, address });
      }
      for (const customer of await earlier(number)) {
        const key = customers.findPerson(customer.address)?.id ?? addressKey(customer.address);
        if (!found.has(key)) found.set(key, customer);
      }
      const [only, ...others] = found.values();
      if (only !== undefined && others.length === 0) return { customer: only, several: [] };
      return {
        customer: phoneAddress(number),
        several: only === undefined ? [] : [only, ...others].slice(0, mostShown),
      };
    },
  };
}
