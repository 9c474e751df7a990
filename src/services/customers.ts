/**
 * The people and companies in memory, and their files on disk.
 *
 * Owns: config/customers/*.yaml, config/companies/*.yaml. Promises: a broken file is a problem and says nothing, all others
 * count; a written change is durable and in memory when the promise resolves. Files come by name; an address that
 * two of them name belongs to the first. Two processes that change the same file at the same instant leave the change of
 * the later one.
 * Leaves to others: the form (config/customers.ts), who may change them (customer-care.ts), when to read again.
 */
import { errorText, isFault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Random } from '../base/random.ts';
import { createKeyedSerial } from '../base/serial.ts';
import type { ConfigProblem } from '../config/config.ts';
import {
  type CustomerEdit,
  editCustomerFile,
  fileIdOf,
  formatSince,
  isCompanyDomain,
  parseCompanyFile,
  parsePersonFile,
} from '../config/customers.ts';
import {
  type DeskFiles,
  makeDirectories,
  makeFile,
  readIfThere,
  replaceFile,
} from '../config/desk-files.ts';
import {
  type CustomerFiles,
  type CustomerLookup,
  createLookup,
  type Person,
} from '../core/customer/customer.ts';
import { addressKey } from '../core/message/address.ts';

export interface CustomerBook extends CustomerLookup {
  problems(): readonly ConfigProblem[];
  /** All that is known now; another object after each reading that found something else. */
  current(): CustomerLookup;
  /** Reads every file; to be called once before anything else, and whenever files changed. */
  load(): Promise<void>;
  /** Changes the file of whoever has the address; makes one where there is none. */
  editPerson(address: string, edit: (person: Person | undefined) => CustomerEdit): Promise<void>;
  /**
   * Makes the people of the two addresses one: addresses, notes and what is kept back of the other come to the first, and
   * the other's file is set aside under a name that is no longer read.
   */
  join(address: string, other: string): Promise<void>;
  /** The domain must be one that can name a file. */
  editCompany(domain: string, edit: CustomerEdit): Promise<void>;
}

export interface CustomerBookDeps {
  readonly files: DeskFiles;
  /** The desk. */
  readonly directory: string;
  readonly random: Random;
  readonly log: Log;
}

interface Read extends CustomerFiles {
  readonly problems: readonly ConfigProblem[];
}

const atATime = 32;

export function createCustomerBook({
  files,
  directory,
  random,
  log,
}: CustomerBookDeps): CustomerBook {
  const serial = createKeyedSerial();
  let problems: readonly ConfigProblem[] = [];
  let lookup = createLookup({ people: [], companies: [] });
  let known = '';
  const folder = (kind: string) => `${directory}/config/${kind}`;

  async function readAll<T>(
    kind: 'customers' | 'companies',
    parse: (
      name: string,
      text: string,
    ) => { value: T | undefined; problems: readonly ConfigProblem[] },
  ): Promise<{ readonly values: readonly T[]; readonly problems: readonly ConfigProblem[] }> {
    const names = ((await files.list(folder(kind))) ?? [])
      .filter((name) => /^[^.].*\.yaml$/.test(name))
      .map((name) => name.slice(0, -'.yaml'.length))
      .toSorted();
    const values: T[] = [];
    const found: ConfigProblem[] = [];
    for (let at = 0; at < names.length; at += atATime) {
      const read = names.slice(at, at + atATime).map(async (name) => {
        try {
          return parse(name, (await readIfThere(files, `${folder(kind)}/${name}.yaml`)) ?? '');
        } catch (error) {
          if (!isFault(error)) throw error;
          const problem = {
            file: `${kind}/${name}.yaml`,
            line: undefined,
            reason: errorText(error),
          };
          return { value: undefined, problems: [problem] };
        }
      });
      for (const { value, problems: wrong } of await Promise.all(read)) {
        if (value !== undefined) values.push(value);
        found.push(...wrong);
      }
    }
    return { values, problems: found };
  }

  async function readFiles(): Promise<Read> {
    const people = await readAll('customers', (name, text) => {
      const { person, problems: wrong } = parsePersonFile(name, text);
      return { value: person, problems: wrong };
    });
    const companies = await readAll('companies', (name, text) => {
      if (!isCompanyDomain(name)) return { value: undefined, problems: [misnamed(name)] };
      const { company, problems: wrong } = parseCompanyFile(name, text);
      return { value: company, problems: wrong };
    });
    return {
      people: people.values,
      companies: companies.values,
      problems: [...people.problems, ...companies.problems, ...findShared(people.values)],
    };
  }

  async function load(): Promise<void> {
    const before = JSON.stringify(problems);
    const read = await readFiles();
    problems = read.problems;
    const text = JSON.stringify(read);
    if (text !== known) lookup = createLookup(read);
    known = text;
    if (problems.length > 0 && JSON.stringify(problems) !== before)
      log.warn('customers.files-broken', { problems });
  }

  async function write(kind: 'customers' | 'companies', name: string, edit: CustomerEdit) {
    const path = `${folder(kind)}/${name}.yaml`;
    const text = await readIfThere(files, path);
    const changed = { path, text: editCustomerFile(text ?? '', edit), mode: 0o600 };
    if (text !== undefined) return replaceFile({ files, random }, changed);
    await makeDirectories(files, folder(kind));
    await makeFile({ files, random }, changed);
  }

  /** A name that is not taken by somebody else's file, also by a broken one. */
  async function newId(address: string): Promise<string> {
    const names = new Set((await files.list(folder('customers'))) ?? []);
    const first = fileIdOf(address);
    let id = first;
    for (let turn = 2; names.has(`${id}.yaml`); turn += 1) id = `${first}-${turn}`;
    return id;
  }

  async function editPerson(
    address: string,
    edit: (person: Person | undefined) => CustomerEdit,
  ): Promise<void> {
    await load();
    const person = lookup.findPerson(address);
    const id = person?.id ?? (await newId(address));
    const first = person === undefined ? { addresses: [addressKey(address)] } : {};
    await write('customers', id, { ...first, ...edit(person) });
    await load();
  }

  async function join(address: string, other: string): Promise<void> {
    await load();
    const joined = lookup.findPerson(other);
    await editPerson(address, (person) => joinEdit(person, joined, [address, other]));
    if (joined === undefined || joined.id === lookup.findPerson(address)?.id) return;
    const path = `${folder('customers')}/${joined.id}.yaml`;
    await files.rename(path, `${path}.joined`);
    await files.syncDirectory(folder('customers'));
    await load();
  }

  return {
    hasHolds: () => lookup.hasHolds?.() === true,
    findPerson: (address) => lookup.findPerson(address),
    findCompany: (domain) => lookup.findCompany(domain),
    addressesOf: (address) => lookup.addressesOf(address),
    everybody: () => lookup.everybody(),
    standingOf: (address) => lookup.standingOf(address),
    problems: () => problems,
    current: () => lookup,
    // One reading or writing at a time, else an older reading that ends later would hide what was written.
    load: () => serial.run('files', load),
    editPerson: (address, edit) => serial.run('files', () => editPerson(address, edit)),
    join: (address, other) => serial.run('files', () => join(address, other)),
    editCompany: (domain, edit) =>
      serial.run('files', async () => {
        await write('companies', domain.toLowerCase(), edit);
        await load();
      }),
  };
}

function joinEdit(
  person: Person | undefined,
  joined: Person | undefined,
  named: readonly string[],
): CustomerEdit {
  const known = [
    ...(person?.addresses ?? []),
    ...named.map(addressKey),
    ...(joined?.addresses ?? []),
  ];
  const both = [person, joined].flatMap((each) => each ?? []);
  const first = (read: (each: Person) => string | undefined) =>
    both.map(read).find((text) => text !== undefined && text !== '');
  const notes = both.map((each) => each.notes).filter((text) => text !== '');
  const phones = both.flatMap((each) => each.phones ?? []);
  const restricted = (what: 'blocked' | 'muted') => both.find((each) => each[what])?.[what];
  const [blocked, muted] = [restricted('blocked'), restricted('muted')];
  return {
    addresses: [...new Set(known)],
    name: first((each) => each.name),
    language: first((each) => each.language),
    timeZone: first((each) => each.timeZone),
    company: first((each) => each.company),
    notes: [...new Set(notes)].join('\n\n'),
    ...(phones.length === 0 ? {} : { phone: [...new Set(phones)] }),
    ...(blocked === undefined ? {} : { blocked: formatSince(blocked) }),
    ...(muted === undefined ? {} : { muted: formatSince(muted) }),
  };
}

function misnamed(name: string): ConfigProblem {
  const reason = 'The file should be called DOMAIN.yaml, such as example.org.yaml';
  return { file: `companies/${name}.yaml`, line: undefined, reason };
}

function findShared(people: readonly Person[]): readonly ConfigProblem[] {
  const owners = new Map<string, string>();
  return people.flatMap(({ id, addresses }) =>
    addresses.flatMap((address) => {
      const owner = owners.get(address);
      if (owner === undefined) owners.set(address, id);
      if (owner === undefined) return [];
      const reason = `The address ${address} belongs to customers/${owner}.yaml already`;
      return [{ file: `customers/${id}.yaml`, line: undefined, reason }];
    }),
  );
}
