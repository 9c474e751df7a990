/**
 * Answers and notes that agents are writing, kept in the ticket's folder.
 *
 * Owns: saving, files, throwing away, scheduling, calling back. Promises: what `save` returned is durable; a draft that was
 * saved elsewhere meanwhile is never overwritten unseen; nobody but its writer reads it. A draft of a ticket that was merged
 * stays where it is and is found from the survivor.
 * Leaves to others: sending what is due (draft-sender.ts), the form (edges/http), whether an answer may be sent (tickets.ts).
 */
import type { Clock } from '../../base/clock.ts';
import { type Random, randomText } from '../../base/random.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import {
  type DraftFacts,
  type DraftId,
  formatDraft,
  obsoleteOf,
  parseDraftId,
  type SendTime,
  settleDrafts,
} from '../../core/ticket/draft.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { type DraftFiles, type DraftToWrite, isClaimed } from '../../storage/draft-files.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import { senderAddress } from '../letters.ts';
import type { DeskDirectory } from '../tickets.ts';
import { composeDraft, type DraftContent, type DraftFile, readDraftContent } from './draft-mail.ts';

export type { DraftContent, DraftFile } from './draft-mail.ts';

/** A draft's newest file, and what its block says. */
export type FoundDraft = StoredMessage & { readonly draft: DraftFacts };

export interface OpenDraft extends DraftContent {
  readonly draft: DraftFacts;
}

/** What the form holds. */
export interface DraftFields
  extends Pick<DraftFacts, 'writing' | 'message' | 'state' | 'to' | 'cc' | 'seen'> {
  readonly subject: string;
  readonly text: string;
  /** Ids of the text modules that were put into it. */
  readonly modules?: readonly string[];
}

export interface SaveRequest {
  readonly login: string;
  /** Undefined for one that was not saved yet. */
  readonly id: DraftId | undefined;
  /** The one that the window knows; anything goes when undefined. */
  readonly revision: number | undefined;
  readonly fields: DraftFields;
  /** When it goes out; undefined while it is written. */
  readonly send?: SendTime;
  readonly add?: readonly NewFile[];
  /** Keys of files to take out. */
  readonly remove?: readonly string[];
}

export type NewFile = Omit<DraftFile, 'key'>;

export interface Drafts {
  /** The agent's draft with everything in it; the newest for the same message when only that is named. */
  open(
    folder: TicketFolder,
    login: string,
    wanted: DraftId | Pick<DraftFacts, 'writing' | 'message'>,
  ): Promise<OpenDraft | undefined>;
  save(number: TicketNumber, request: SaveRequest): Promise<Result<OpenDraft, Refusal>>;
  /** Gives a draft another time to go out, or none. */
  schedule(
    number: TicketNumber,
    login: string,
    id: DraftId,
    send: SendTime | undefined,
  ): Promise<Result<DraftFacts, Refusal>>;
  discard(number: TicketNumber, login: string, id: DraftId): Promise<Result<undefined, Refusal>>;
}

export interface DraftsDeps {
  /** Tickets with those merged into them. */
  readonly whole: Pick<TicketReader, 'read'>;
  /** One folder each. */
  readonly store: Pick<TicketReader, 'readFile'>;
  readonly files: DraftFiles;
  /** Told of each folder whose drafts changed. */
  readonly announce: (number: TicketNumber) => Promise<void>;
  readonly desk: DeskDirectory;
  readonly clock: Clock;
  readonly random: Random;
}

/** Of one agent in one ticket. */
const mostDrafts = 30;
const mostFiles = 100;
const mostTyped = 20_000;

export function listDrafts(folder: TicketFolder): readonly FoundDraft[] {
  return settleDrafts(folder.drafts ?? []).drafts;
}

export function createDrafts(deps: DraftsDeps): Drafts {
  const { whole, store, files, announce, desk, clock, random } = deps;
  const serial = createKeyedSerial();

  async function read(number: TicketNumber, file: FoundDraft): Promise<OpenDraft | undefined> {
    const bytes = await store.readFile(file.home ?? number, file.event.name);
    return bytes === undefined
      ? undefined
      : { draft: file.draft, ...(await readDraftContent(bytes)) };
  }

  async function open(
    folder: TicketFolder,
    login: string,
    wanted: DraftId | Pick<DraftFacts, 'writing' | 'message'>,
  ): Promise<OpenDraft | undefined> {
    const found = ownDrafts(folder, login).findLast(({ draft }) =>
      typeof wanted === 'string'
        ? draft.id === wanted
        : draft.send === undefined &&
          draft.writing === wanted.writing &&
          draft.message === wanted.message,
    );
    return found === undefined ? undefined : read(folder.number, found);
  }

  /** The ticket, if the agent may write such a thing in it. */
  async function ticketFor(
    number: TicketNumber,
    login: string,
    writing: DraftFacts['writing'],
  ): Promise<Result<TicketFolder, Refusal>> {
    const folder = await whole.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const { queue, alsoQueues, mergedInto } = folder.ticket;
    const given = new Set(
      [queue, ...alsoQueues].flatMap((each) => [...desk.rightsOf(login, each)]),
    );
    if (!given.has('see')) return refuse({ code: 'unknown-ticket', number });
    if (!given.has(writing)) return refuse({ code: 'not-allowed', right: writing, queue });
    if (mergedInto !== undefined) return refuse({ code: 'ticket-merged', into: mergedInto });
    return ok(folder);
  }

  async function save(
    number: TicketNumber,
    request: SaveRequest,
  ): Promise<Result<OpenDraft, Refusal>> {
    return serial.run(number, async () => {
      const folder = await ticketFor(number, request.login, request.fields.writing);
      if (!folder.ok) return folder;
      const before = findBefore(folder.value, request);
      if (!before.ok) return before;
      const file = before.value;
      const kept = file === undefined ? undefined : await read(number, file);
      const content = nextContent(
        request,
        kept?.files ?? [],
        () => `${randomText(random, 16)}@draft`,
      );
      if (!content.ok) return content;
      const { login, fields, send } = request;
      const { writing, message, state, to, cc, seen, modules = [] } = fields;
      return write(folder.value, file, content.value, {
        id: file?.draft.id ?? request.id ?? newId(),
        login,
        writing,
        message,
        revision: (file?.draft.revision ?? 0) + 1,
        state,
        to: to.slice(0, mostTyped),
        cc: cc.slice(0, mostTyped),
        seen,
        send,
        modules,
        returned: send === undefined ? file?.draft.returned : undefined,
      });
    });
  }

  /** The file that is replaced, unless another window was faster. */
  function findBefore(
    folder: TicketFolder,
    { login, id, revision, fields }: SaveRequest,
  ): Result<FoundDraft | undefined, Refusal> {
    const own = ownDrafts(folder, login);
    const found = own.findLast(({ draft }) =>
      id === undefined
        ? draft.send === undefined &&
          draft.writing === fields.writing &&
          draft.message === fields.message
        : draft.id === id,
    );
    if (found === undefined) {
      if (id !== undefined && revision !== undefined) return refuse({ code: 'unknown-draft' });
      return own.length < mostDrafts
        ? ok(undefined)
        : refuse({ code: 'draft-too-large', most: mostDrafts });
    }
    if (isClaimed(found)) return refuse({ code: 'draft-sent' });
    if (revision === undefined || revision === found.draft.revision) return ok(found);
    return refuse({ code: 'draft-changed', revision: found.draft.revision });
  }

  function nextContent(
    { fields, add = [], remove = [] }: SaveRequest,
    kept: readonly DraftFile[],
    newKey: () => string,
  ): Result<DraftContent, Refusal> {
    const most = desk.config().desk.maxMessageBytes;
    const stay = kept.filter(({ key }) => !remove.includes(key));
    const all = [...stay, ...add.map((file) => ({ key: newKey(), ...file }))];
    // Base 64 makes three bytes four; what the server takes must hold the whole mail.
    const size = all.reduce((sum, { bytes }) => sum + Math.ceil(bytes.length / 57) * 78, 0);
    if (all.length > mostFiles || size + fields.text.length * 3 > most)
      return refuse({ code: 'draft-too-large', most });
    return ok({
      subject: fields.subject.slice(0, mostTyped),
      text: fields.text.replace(/\r\n?/g, '\n'),
      files: all,
    });
  }

  async function write(
    folder: TicketFolder,
    before: FoundDraft | undefined,
    content: DraftContent,
    facts: Omit<DraftFacts, 'time'>,
  ): Promise<Result<OpenDraft, Refusal>> {
    const config = desk.config();
    const now = clock.now();
    const bytes = await composeDraft({
      facts,
      content,
      from: desk.agentAddress(facts.login) ?? {
        name: facts.login,
        address: senderAddress(config, folder.ticket.queue),
      },
      now,
      timeZone: config.desk.timeZone,
    });
    const home = before?.home ?? folder.number;
    const draft = formatDraft(facts);
    const name =
      (await files.replace(home, { draft, bytes, before })) ??
      (await replaceMoved(folder.number, { draft, bytes, before }));
    await announce(home);
    if (name === undefined)
      return refuse({ code: 'draft-changed', revision: before?.draft.revision ?? 0 });
    await settle(folder, facts);
    return ok({ ...content, draft: { ...facts, time: now } });
  }

  /** A mail program may have given the file other flags, and so another name, meanwhile. */
  async function replaceMoved(
    number: TicketNumber,
    { draft, bytes, before }: DraftToWrite,
  ): Promise<MessageName | undefined> {
    const folder = before === undefined ? undefined : await whole.read(number);
    const moved = folder?.drafts?.find(({ event }) => event.name === before?.event.name);
    if (moved === undefined || isClaimed(moved)) return undefined;
    return files.replace(moved.home ?? number, { draft, bytes, before: moved });
  }

  /** Takes away what a crash left of a draft beside its newest file. */
  async function settle(
    folder: TicketFolder,
    facts: Pick<DraftFacts, 'login' | 'id'>,
  ): Promise<void> {
    for (const file of obsoleteOf(folder.drafts ?? [], facts))
      await files.remove(file.home ?? folder.number, file);
  }

  async function schedule(
    number: TicketNumber,
    login: string,
    id: DraftId,
    send: SendTime | undefined,
  ): Promise<Result<DraftFacts, Refusal>> {
    return serial.run(number, async () => {
      const folder = await whole.read(number);
      const file = folder === undefined ? undefined : findOwn(folder, login, id);
      if (folder === undefined || file === undefined) return refuse({ code: 'draft-sent' });
      if (isClaimed(file)) return refuse({ code: 'draft-sent' });
      const kept = await read(number, file);
      if (kept === undefined) return refuse({ code: 'draft-sent' });
      const { time: _, ...facts } = file.draft;
      const saved = await write(folder, file, kept, {
        ...facts,
        revision: facts.revision + 1,
        send,
        returned: undefined,
      });
      if (saved.ok) return ok(saved.value.draft);
      // Whoever took the file away meanwhile is sending it.
      return refuse({ code: 'draft-sent' });
    });
  }

  async function discard(
    number: TicketNumber,
    login: string,
    id: DraftId,
  ): Promise<Result<undefined, Refusal>> {
    return serial.run(number, async () => {
      const folder = await whole.read(number);
      const file = folder === undefined ? undefined : findOwn(folder, login, id);
      if (folder === undefined || file === undefined) return refuse({ code: 'unknown-draft' });
      if (isClaimed(file)) return refuse({ code: 'draft-sent' });
      await settle(folder, { login, id });
      const home = file.home ?? number;
      const isGone = await files.remove(home, file);
      await announce(home);
      return isGone ? ok(undefined) : refuse({ code: 'draft-sent' });
    });
  }

  function newId(): DraftId {
    const id = parseDraftId(randomText(random, 20));
    if (id === undefined) throw new RangeError('Twenty letters name a draft');
    return id;
  }

  return { open, save, schedule, discard };
}

export function ownDrafts(folder: TicketFolder, login: string): readonly FoundDraft[] {
  return listDrafts(folder).filter(({ draft }) => draft.login === login);
}

function findOwn(folder: TicketFolder, login: string, id: DraftId): FoundDraft | undefined {
  return ownDrafts(folder, login).find(({ draft }) => draft.id === id);
}
