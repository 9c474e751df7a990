/**
 * What is known of a dropped file: out of its name, its folder, what stands beside it, and what the desk knows of the number.
 *
 * Promises: what is written beside a file beats its name, the name beats the clock of the file. What cannot be understood is a
 * problem of the message, never a guess.
 */
import { type Instant, parseWallTime, second, toInstant } from '../../base/clock.ts';
import type { Config } from '../../config/config.ts';
import { parseSidecar } from '../../config/drop-sidecar.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import type { DropProblem, DroppedFile } from '../../core/drop/drop-event.ts';
import {
  type DropName,
  isTimestamp,
  type NamedTime,
  readDropName,
  readTime,
} from '../../core/drop/drop-name.ts';
import { type DroppedType, isNamedOtherwise } from '../../core/drop/file-type.ts';
import { nothingSaid, type ReadSidecar, readVoicemail } from '../../core/drop/sidecar.ts';
import { readTranscript, transcriptEndingOf } from '../../core/drop/transcript.ts';
import { type Address, parseAddress } from '../../core/message/address.ts';
import { formatTicketNumber, parseTicketNumber } from '../../core/ticket/number.ts';
import { followMerges } from '../../core/ticket/survivor.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { TicketIndex } from '../index/index.ts';
import type { Callers } from '../phone/callers.ts';
import { type DropEntry, type DroppedName, isYaml, stemOf } from './drop-entries.ts';

export interface Beside {
  readonly sidecar: DroppedName;
  readonly bytes: Buffer;
}

export interface FoundFacts {
  readonly file: DroppedFile;
  /** The ticket that it belongs to; undefined for a new one. */
  readonly folder: TicketFolder | undefined;
  readonly words: {
    readonly text: string;
    /** What holds more than its words. */
    readonly kept: readonly { readonly name: string; readonly bytes: Buffer }[];
  };
}

export interface DropFacts {
  find(dropped: {
    readonly entry: DropEntry;
    readonly type: DroppedType;
    readonly beside: readonly Beside[];
  }): Promise<FoundFacts>;
}

export interface DropFactsDeps {
  readonly index: Pick<TicketIndex, 'find' | 'findLanguage'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly callers: Callers;
  readonly customers: Pick<CustomerLookup, 'findPerson'>;
  readonly agents: () => readonly string[];
  readonly config: () => Config;
}

export function createDropFacts(deps: DropFactsDeps): DropFacts {
  const { index, reader, callers, customers, config } = deps;

  async function findTicket(
    written: string | undefined,
  ): Promise<{ folder: TicketFolder | undefined; problems: readonly DropProblem[] }> {
    if (written === undefined) return { folder: undefined, problems: [] };
    const number = parseTicketNumber(written.replace(/[\s#]/g, ''));
    const way =
      number === undefined
        ? []
        : await followMerges(number, async (each) => (await index.find(each))?.mergedInto);
    const survivor = way.at(-1);
    const folder = survivor === undefined ? undefined : await reader.read(survivor);
    return {
      folder,
      problems: folder === undefined ? [{ code: 'no-ticket', value: written }] : [],
    };
  }

  /** Fourteen digits with wrong check digits are a mistyped ticket, if there is one, else perhaps a time of day. */
  async function settleName(name: DropName): Promise<DropName> {
    const { ticket, ...rest } = name;
    if (ticket === undefined || !isTimestamp(ticket)) return name;
    const meant = formatTicketNumber(ticket.slice(0, 8), Number(ticket.slice(8, -2)));
    if ((await index.find(meant)) !== undefined) return name;
    const at = readTime(ticket.slice(0, 8), ticket.slice(8));
    return { ...rest, ...(at === undefined ? {} : { at }) };
  }

  function findQueue(
    written: string | undefined,
    folders: readonly string[],
  ): { queue: string; problems: readonly DropProblem[] } {
    const wanted = written ?? folders.join('::');
    const { queues, desk } = config();
    const found = queues.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (found !== undefined || wanted === '')
      return { queue: found?.name ?? desk.defaultQueue, problems: [] };
    return { queue: desk.defaultQueue, problems: [{ code: 'no-queue', value: wanted }] };
  }

  /** By an address that is written, by the number, else the ticket's own. */
  async function findCustomer(
    written: string | undefined,
    folder: TicketFolder | undefined,
  ): Promise<Pick<DroppedFile, 'number' | 'customer'> & { problems: readonly DropProblem[] }> {
    const own = folder?.ticket.customer;
    const person = written === undefined ? undefined : parseAddress(written);
    if (person !== undefined) return { number: undefined, customer: person, problems: [] };
    const number = written === undefined ? undefined : callers.read(written);
    if (number === undefined) return { number, customer: own, problems: [] };
    const { customer, several } = await callers.find(number);
    if (several.length === 0) return { number, customer, problems: [] };
    // Who of them it is says the ticket, if it says so.
    const mine = several.find(({ address }) => address === own?.address);
    if (mine !== undefined) return { number, customer: mine, problems: [] };
    const value = several.map(({ address }) => address).join(' ');
    return { number, customer, problems: [{ code: 'several-callers', value }] };
  }

  async function languageOf(
    said: string | undefined,
    customer: Address | undefined,
  ): Promise<string | undefined> {
    if (said !== undefined || customer === undefined) return said;
    return (
      customers.findPerson(customer.address)?.language ??
      (await index.findLanguage(customer.address.toLowerCase()))
    );
  }

  return {
    async find({ entry, type, beside }) {
      const { desk } = config();
      const { file } = entry;
      const { facts, wrong } = readBeside(beside, desk.timeZone);
      const named = await settleName(readDropName(stemOf(file.name), desk.dropNames));
      const direction = facts.direction ?? named.direction ?? 'in';
      const [from, to] = [facts.from ?? named.from, facts.to ?? named.to];
      const [other, own] =
        direction === 'in' ? [from, to] : [to ?? from, to === undefined ? undefined : from];
      const place = await findTicket(facts.ticket ?? named.ticket);
      const queue = findQueue(facts.queue, file.folders);
      const customer = await findCustomer(other, place.folder);
      const agent = facts.agent;
      const isAgent = agent === undefined || deps.agents().includes(agent);
      const words = wordsOf(beside, facts.text, wrong.length > 0);
      return {
        folder: place.folder,
        words,
        file: {
          what: type.what,
          direction,
          number: customer.number,
          customer: customer.customer,
          at: facts.at ?? instantOf(named.at, desk.timeZone) ?? file.modified,
          duration: facts.duration,
          queue: queue.queue,
          language: await languageOf(facts.language, customer.customer),
          subject: facts.subject ?? '',
          path: file.path,
          size: file.size,
          own,
          agent: isAgent ? agent : undefined,
          problems: [
            ...place.problems,
            ...(isNamedOtherwise(file.name, type)
              ? [{ code: 'misnamed' as const, value: type.type }]
              : []),
            ...(wrong.length > 0 ? [{ code: 'sidecar' as const, value: wrong.join(' ') }] : []),
            ...(isAgent ? [] : [{ code: 'sidecar' as const, value: 'agent' }]),
            ...queue.problems,
            ...customer.problems,
          ],
        },
      };
    },
  };
}

function instantOf(time: NamedTime | undefined, zone: string): Instant | undefined {
  if (time === undefined) return undefined;
  const two = (value: number) => String(value).padStart(2, '0');
  const text = `${time.year}-${two(time.month)}-${two(time.day)}T${two(time.hour)}:${two(time.minute)}`;
  const at = parseWallTime(text, zone);
  return at === undefined ? undefined : toInstant(at + time.second * second);
}

/** The `.yaml`, and what Asterisk's voicemail writes; where both say something the first holds. */
function readBeside(beside: readonly Beside[], zone: string): ReadSidecar {
  const read = beside.map(({ sidecar, bytes }): ReadSidecar => {
    if (isYaml(sidecar.name)) return parseSidecar(bytes.toString('utf8'), zone);
    const facts = voicemailOf(sidecar, bytes);
    return facts === undefined ? nothingSaid : { facts, wrong: [] };
  });
  return {
    facts: Object.assign({}, ...read.toReversed().map(({ facts }) => facts)),
    wrong: read.flatMap(({ wrong }) => wrong),
  };
}

function voicemailOf({ name }: DroppedName, bytes: Buffer) {
  return transcriptEndingOf(name) === 'txt'
    ? readVoicemail(bytes.toString('latin1', 0, 20_000))
    : undefined;
}

function wordsOf(
  beside: readonly Beside[],
  said: string | undefined,
  keepsYaml: boolean,
): FoundFacts['words'] {
  const texts = beside.flatMap(({ sidecar, bytes }) => {
    const ending = transcriptEndingOf(sidecar.name);
    if (ending === undefined || voicemailOf(sidecar, bytes) !== undefined) return [];
    return [{ ending, text: readTranscript(bytes, ending) }];
  });
  const words = [said ?? '', ...texts.map(({ text }) => text)].filter((text) => text !== '');
  const kept = beside
    .filter(({ sidecar, bytes }) =>
      isYaml(sidecar.name)
        ? keepsYaml
        : transcriptEndingOf(sidecar.name) !== 'txt' || voicemailOf(sidecar, bytes) !== undefined,
    )
    .map(({ sidecar, bytes }) => ({ name: sidecar.name, bytes }));
  // The words of one recording in several forms are said once.
  return { text: [...new Set(words)].join('\n\n'), kept };
}
