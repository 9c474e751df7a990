/**
 * Text modules, signatures and salutations filled in for one ticket.
 *
 * Promises: `fillModule` is pure; a name without value and fallback, a module that cannot be nested and an attachment that
 * is not there are named in `missing`.
 * Leaves to others: what placeholders stand for (values.ts), what is offered when (suggestions.ts), sending.
 */
import type { Clock } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import type { DeskFiles } from '../../config/desk-files.ts';
import { fillText, type NestingProblem } from '../../core/answers/fill-text.ts';
import {
  chooseLetterText,
  type LetterFile,
  type LetterKind,
  type LetterWish,
} from '../../core/answers/letter-text.ts';
import { type FindValue, fillPlaceholders } from '../../core/answers/placeholders.ts';
import {
  filesOf,
  type ModuleFile,
  type TextModule,
  variantIn,
} from '../../core/answers/text-module.ts';
import type { CustomerLookup, Person } from '../../core/customer/customer.ts';
import { domainOf } from '../../core/message/address.ts';
import type { TicketState } from '../../core/ticket/states.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { AnswerBook } from './answer-book.ts';
import { type FillTicket, type ValueFacts, valuesFor } from './values.ts';

export interface FilledModule {
  /** Without salutation and signature: the form has them already. */
  readonly text: string;
  /** Where to go on writing, in UTF-16 units; undefined when the module does not say. */
  readonly cursor: number | undefined;
  readonly missing: readonly string[];
  /** Ids, its own first. */
  readonly modules: readonly string[];
  readonly attachments: readonly ModuleFile[];
  /** Of the ticket after it was sent; undefined when it stays with what the form says. */
  readonly state: TicketState | undefined;
  /** Of the text. */
  readonly language: string;
  readonly nesting: readonly NestingProblem[];
  /** Those of `missing` that no ticket can have. */
  readonly unknown: readonly string[];
  /** Attachments that are not there. */
  readonly absent: readonly string[];
}

export interface FillContext extends Omit<ValueFacts, 'language'> {
  readonly modules: readonly TextModule[];
  /** Paths below `config/` of attachments that are named and not there. */
  readonly absentFiles?: ReadonlySet<string>;
  /** A name that is known and has nothing to say stays as written, too, for whoever writes the answer. */
  readonly keepsOpen?: boolean;
}

export function fillModule(module: TextModule, context: FillContext): FilledModule {
  const { modules, absentFiles = new Set<string>(), keepsOpen = false } = context;
  const { language } = module;
  const findValue = valuesFor({ ...context, language });
  const filled = fillText({
    module,
    find: (id, wanted) =>
      variantIn(
        modules.filter((each) => each.id === id),
        wanted,
      ),
    findValue: keepsOpen ? onlyWithValue(findValue) : findValue,
  });
  const files = filled.used.flatMap(filesOf);
  const absent = files.filter(({ path }) => absentFiles.has(path));
  return {
    text: filled.text,
    cursor: filled.cursor,
    missing: [...filled.missing, ...absent.map(({ name }) => name)],
    modules: [...new Set(filled.used.map(({ id }) => id))],
    attachments: files.filter(({ path }) => !absentFiles.has(path)),
    state: module.state,
    language,
    nesting: filled.nesting,
    unknown: filled.missing.filter(
      (name) => !name.startsWith('> ') && findValue(name) === undefined,
    ),
    absent: absent.map(({ name }) => name),
  };
}

function onlyWithValue(findValue: FindValue): FindValue {
  return (name) => {
    const found = findValue(name);
    return (found?.value ?? '') === '' ? undefined : found;
  };
}

export interface LetterFrame {
  /** Each may be empty. */
  readonly salutation: string;
  readonly signature: string;
}

/** Whoever writes. */
export type Writer = Pick<Agent, 'name' | 'email' | 'signature' | 'salutation'>;

export type FillRequest = Pick<FillContext, 'keepsOpen'> &
  (
    | { readonly agent: Writer; readonly folder: TicketFolder }
    /** A ticket that is yet to begin, or one that is made up with its customer. */
    | { readonly agent: Writer; readonly ticket: FillTicket; readonly person?: Person }
  );

export interface Filling {
  fill(module: TextModule, request: FillRequest): FilledModule;
  /** What stands above and below an answer, in the customer's language where there is such a text. */
  frame(request: FillRequest): LetterFrame;
  /** The bytes of attachments; what cannot be read is named instead. */
  read(files: readonly ModuleFile[]): Promise<{
    readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
    readonly absent: readonly string[];
  }>;
}

export interface FillingDeps {
  readonly answers: Pick<AnswerBook, 'modules' | 'letters' | 'absentFiles'>;
  readonly customers: Pick<CustomerLookup, 'findPerson' | 'findCompany'>;
  readonly config: () => Config;
  readonly files: Pick<DeskFiles, 'readFile'>;
  /** The desk. */
  readonly directory: string;
  readonly word?: ValueFacts['word'];
  readonly clock: Pick<Clock, 'now'>;
}

export function createFilling(deps: FillingDeps): Filling {
  const { answers, customers, files, directory, clock } = deps;

  function contextOf(request: FillRequest): FillContext {
    const ticket = 'folder' in request ? toFillTicket(request.folder) : request.ticket;
    const address = ticket.customer?.address;
    return {
      ticket,
      agent: request.agent,
      keepsOpen: request.keepsOpen ?? false,
      config: deps.config(),
      person: personOf(request, address),
      company: address === undefined ? undefined : customers.findCompany(domainOf(address)),
      now: clock.now(),
      modules: answers.modules(),
      absentFiles: answers.absentFiles(),
      ...(deps.word === undefined ? {} : { word: deps.word }),
    };
  }

  function personOf(request: FillRequest, address: string | undefined): Person | undefined {
    if ('person' in request) return request.person;
    return address === undefined ? undefined : customers.findPerson(address);
  }

  async function readOne({ name, path }: ModuleFile) {
    try {
      return { name, bytes: await files.readFile(`${directory}/config/${path}`) };
    } catch (error) {
      if (isFault(error)) return { name, bytes: undefined };
      throw error;
    }
  }

  return {
    fill: (module, request) => fillModule(module, contextOf(request)),
    frame(request) {
      const context = contextOf(request);
      const letters = answers.letters();
      const text = (kind: LetterKind) =>
        letterText(letters, { kind, agent: request.agent, context });
      return { salutation: text('salutation'), signature: text('signature') };
    },
    async read(wanted) {
      const read = await Promise.all(wanted.map(readOne));
      return {
        files: read.flatMap(({ name, bytes }) => (bytes === undefined ? [] : [{ name, bytes }])),
        absent: read.filter(({ bytes }) => bytes === undefined).map(({ name }) => name),
      };
    },
  };
}

export function toFillTicket({ ticket, messages }: TicketFolder): FillTicket {
  const wrote = messages.findLast(({ event }) => event.kind === 'mail-in')?.event;
  return { ...ticket, wrote: wrote === undefined ? undefined : (wrote.mail.date ?? wrote.time) };
}

interface LetterTextRequest {
  readonly kind: LetterKind;
  readonly agent: Writer;
  readonly context: FillContext;
}

function letterText(
  letters: readonly LetterFile[],
  { kind, agent, context }: LetterTextRequest,
): string {
  const { config, ticket, person } = context;
  const language = ticket.language ?? person?.language;
  const found = chooseLetterText(letters, {
    kind,
    wishes: [agent[kind], ...wishesOfQueue(config, ticket.queue, kind)],
    languages: [language, config.desk.language, 'en'],
  });
  if (found === undefined) return '';
  const findValue = valuesFor({
    ...context,
    language: found.language ?? language ?? config.desk.language,
  });
  return fillPlaceholders(found.text.trimEnd(), findValue).text.trimEnd();
}

/** The queue's own, then those of the queues above it. */
function wishesOfQueue(
  { queues }: Config,
  queue: string,
  kind: LetterKind,
): readonly (LetterWish | undefined)[] {
  const parts = queue.toLowerCase().split('::');
  return parts.map((_, index) => {
    const name = parts.slice(0, parts.length - index).join('::');
    const found = queues.find((each) => each.name.toLowerCase() === name);
    if (found === undefined || kind === 'salutation') return found?.salutation;
    const { signature: text, signatureFile: file = '' } = found;
    if (file !== '') return { kind: 'file', name: file };
    return text === '' && found.signatureFile === undefined ? undefined : { kind: 'text', text };
  });
}
