/**
 * Prepared texts, ready to be put into an answer: text modules with their placeholders filled, and what was answered earlier.
 *
 * Promises: only what is offered in the ticket's queue, and of other tickets only what the agent may read; an earlier answer
 * comes without its quotation and signature. What could not be filled stands in the text as the module has it.
 * Leaves to others: filling (fill.ts), which one fits (suggestions.ts).
 */
import { offeredModules } from '../../core/answers/offered-modules.ts';
import { isOfferedIn, type TextModule } from '../../core/answers/text-module.ts';
import { cutQuoted } from '../../core/mailed/quoted.ts';
import { type MessageName, parseMessageName } from '../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import type { TicketState } from '../../core/ticket/states.ts';
import { typeOfName } from '../../storage/codec.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { AnswerBook } from './answer-book.ts';
import type { Filling } from './fill.ts';

/** Names one of them: in pages, in forms, in what scripts ask. */
export type PreparedKey =
  | { readonly kind: 'module'; readonly id: string; readonly language?: string }
  | { readonly kind: 'earlier'; readonly ticket: TicketNumber; readonly message: MessageName };

export interface PreparedRequest {
  readonly folder: TicketFolder;
  /** Who answers. */
  readonly agent: Agent;
  readonly key: PreparedKey;
  readonly mayRead: (number: TicketNumber) => Promise<boolean>;
}

export interface PreparedText {
  readonly key: PreparedKey;
  readonly title: string;
  readonly text: string;
  /** Where the cursor stands in the text; undefined where nothing says so. */
  readonly cursor: number | undefined;
  /** Ids of the modules in it, nested ones too. */
  readonly modules: readonly string[];
  /** Of the ticket afterwards. */
  readonly state: TicketState | undefined;
  readonly language: string | undefined;
  readonly fileNames: readonly string[];
  files(): Promise<readonly PreparedFile[]>;
}

export interface PreparedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface PreparedTexts {
  /** Undefined when there is no such text, or none that may be used here. */
  read(request: PreparedRequest): Promise<PreparedText | undefined>;
}

export interface PreparedTextsDeps {
  readonly answers: Pick<AnswerBook, 'modules'>;
  readonly filling: Pick<Filling, 'fill' | 'read'>;
  /** Tickets as people see them. */
  readonly reader: Pick<TicketReader, 'read' | 'readMail'>;
}

const longestTitle = 60;

export function createPreparedTexts({
  answers,
  filling,
  reader,
}: PreparedTextsDeps): PreparedTexts {
  function findModule({ ticket }: TicketFolder, id: string, language: string | undefined) {
    const all = answers.modules();
    const exact = all.find((module) => module.id === id && module.language === language);
    if (exact !== undefined) return isOfferedIn(exact, ticket.queue) ? exact : undefined;
    const wish = { queue: ticket.queue, language: language ?? ticket.language };
    return offeredModules(all, wish).find(({ module }) => module.id === id)?.module;
  }

  function readModule(
    request: PreparedRequest,
    { id, language }: Extract<PreparedKey, { kind: 'module' }>,
  ): PreparedText | undefined {
    const module = findModule(request.folder, id, language);
    if (module === undefined) return undefined;
    const { folder, agent } = request;
    const filled = filling.fill(module, { folder, agent, keepsOpen: true });
    return {
      key: { kind: 'module', id, language: module.language },
      title: module.title,
      text: filled.text,
      cursor: filled.cursor,
      modules: filled.modules,
      state: filled.state,
      language: module.language,
      fileNames: filled.attachments.map(({ name }) => name),
      async files() {
        const read = await filling.read(filled.attachments);
        return read.files.map(({ name, bytes }) => ({ name, bytes, type: typeOfName(name) }));
      },
    };
  }

  async function readEarlier(
    { mayRead }: PreparedRequest,
    key: Extract<PreparedKey, { kind: 'earlier' }>,
  ): Promise<PreparedText | undefined> {
    if (!(await mayRead(key.ticket))) return undefined;
    const folder = await reader.read(key.ticket);
    const event = folder?.messages.find(({ event: { name } }) => name === key.message)?.event;
    const mail =
      event?.kind === 'mail-out' ? await reader.readMail(key.ticket, key.message) : undefined;
    const text = mail === undefined ? '' : cutQuoted(mail.text);
    if (folder === undefined || text === '') return undefined;
    return {
      key,
      title: shorten(folder.ticket.subject),
      text,
      cursor: undefined,
      // What was made with modules then is their words still.
      modules: event?.fields.get('module') ?? [],
      state: undefined,
      language: folder.ticket.language,
      fileNames: [],
      files: async () => [],
    };
  }

  return {
    async read(request) {
      const { key } = request;
      return key.kind === 'module' ? readModule(request, key) : readEarlier(request, key);
    },
  };
}

function shorten(text: string): string {
  return text.length <= longestTitle ? text : `${text.slice(0, longestTitle - 1).trimEnd()}…`;
}

/** The key of a module in its language. */
export function keyOfModule({ id, language }: Pick<TextModule, 'id' | 'language'>): string {
  return formatPreparedKey({ kind: 'module', id, language });
}

export function formatPreparedKey(key: PreparedKey): string {
  return key.kind === 'earlier'
    ? `earlier:${key.ticket}:${key.message}`
    : `module:${key.id}${key.language === undefined ? '' : `:${key.language}`}`;
}

/** Undefined for what names none. */
export function parsePreparedKey(text: string): PreparedKey | undefined {
  const [, id, language] = /^module:([^:\s]{1,200})(?::([A-Za-z0-9-]{2,35}))?$/.exec(text) ?? [];
  if (id !== undefined)
    return { kind: 'module', id, ...(language === undefined ? {} : { language }) };
  const [, number = '', name = ''] = /^earlier:(\d{14,20}):(.{1,255})$/.exec(text) ?? [];
  const ticket = parseTicketNumber(number);
  const message = parseMessageName(name);
  return ticket === undefined || message === undefined
    ? undefined
    : { kind: 'earlier', ticket, message };
}
