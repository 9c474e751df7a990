/**
 * People and companies that write in, as far as the desk was told about them.
 *
 * Owns: which addresses are one person, and what is kept back from whom. Promises: pure; an address that no file names
 * stands for itself.
 * Leaves to others: the files (config/customers.ts), reading them (services/customers.ts).
 */
import { addressKey, domainOf } from '../message/address.ts';

/** Since when, and by whom, as far as that is known. */
export interface Since {
  readonly day: string | undefined;
  readonly by: string | undefined;
}

export interface Restrictions {
  /** Mail is filed closed among the junk and never answered by itself. */
  readonly blocked: Since | undefined;
  /** Mail joins its ticket, and that is all it does. */
  readonly muted: Since | undefined;
}

export interface Person extends Restrictions {
  /** Name of its file without the ending. */
  readonly id: string;
  readonly name: string;
  /** Address keys; at least one. */
  readonly addresses: readonly string[];
  /** BCP 47, by the word of a person. */
  readonly language: string | undefined;
  /** IANA name, by the word of a person. */
  readonly timeZone: string | undefined;
  readonly company: string;
  readonly notes: string;
  /** Telephone numbers as written; absent for none. */
  readonly phones?: readonly string[];
  /** Name of the service level of their tickets; absent for none of their own. */
  readonly sla?: string | undefined;
  /** Why nothing of their tickets may be removed; absent where it may. */
  readonly hold?: string | undefined;
}

export interface Company extends Restrictions {
  readonly domain: string;
  readonly name: string;
  readonly notes: string;
  readonly sla?: string | undefined;
  readonly hold?: string | undefined;
}

export interface CustomerFiles {
  readonly people: readonly Person[];
  readonly companies: readonly Company[];
}

/** What the desk keeps back from a sender, and what says so. */
export interface Standing {
  readonly kind: 'blocked' | 'muted';
  /** The address or the domain that is named. */
  readonly by: string;
  readonly since: Since;
}

export interface CustomerLookup {
  findPerson(address: string): Person | undefined;
  /** By domain, or by a domain above it. */
  findCompany(domain: string): Company | undefined;
  /** Address keys of the person who has this address, its own first. */
  addressesOf(address: string): readonly string[];
  /** All people of whom there is a file. */
  everybody(): readonly Person[];
  /** Blocking beats muting, a person beats a company. */
  standingOf(address: string): Standing | undefined;
  /** Whether anybody's tickets are held; absent for nobody's. */
  hasHolds?(): boolean;
}

/** Where two files name one address the first counts. */
export function createLookup({ people, companies }: CustomerFiles): CustomerLookup {
  const byAddress = new Map<string, Person>();
  for (const person of people)
    for (const address of person.addresses)
      if (!byAddress.has(address)) byAddress.set(address, person);
  const byDomain = new Map(companies.map((company) => [company.domain, company]));

  function findCompany(domain: string): Company | undefined {
    let name = domain.toLowerCase();
    while (name.includes('.')) {
      const found = byDomain.get(name);
      if (found !== undefined) return found;
      name = name.slice(name.indexOf('.') + 1);
    }
    return byDomain.get(name);
  }

  const isHeld = [...people, ...companies].some(({ hold }) => hold !== undefined);

  return {
    hasHolds: () => isHeld,
    findPerson: (address) => byAddress.get(addressKey(address)),
    findCompany,
    everybody: () => people,
    addressesOf(address) {
      const key = addressKey(address);
      return [...new Set([key, ...(byAddress.get(key)?.addresses ?? [])])];
    },
    standingOf(address) {
      const key = addressKey(address);
      const sides = [
        { by: key, found: byAddress.get(key) },
        ...companySide(findCompany(key.includes('@') ? domainOf(key) : key)),
      ];
      return find(sides, 'blocked') ?? find(sides, 'muted');
    },
  };
}

interface Side {
  readonly by: string;
  readonly found: Restrictions | undefined;
}

function companySide(company: Company | undefined): readonly Side[] {
  return company === undefined ? [] : [{ by: company.domain, found: company }];
}

function find(sides: readonly Side[], kind: Standing['kind']): Standing | undefined {
  for (const { by, found } of sides) {
    const since = found?.[kind];
    if (since !== undefined) return { kind, by, since };
  }
  return undefined;
}

export const nobodyKnown: CustomerLookup = createLookup({ people: [], companies: [] });
