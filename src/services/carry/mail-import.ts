/**
 * An import: the mails of a plan become tickets, one after another.
 *
 * Promises: killed at any moment and begun again with the same files it goes on, and no mail is lost or there twice: the name
 * of a message follows from where its mail lay and from its bytes, so even without the journal it is found again. What is
 * held is a window of mails. It stops between two mails when it is told to.
 * Leaves to others: which ticket and what is written (../intake/importing.ts), how it is shown (edges/cli).
 */
import { createHash } from 'node:crypto';
import {
  type Clock,
  type Duration,
  day,
  type Instant,
  minute,
  second,
  toInstant,
} from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import { addressKey } from '../../core/message/address.ts';
import { type Actor, formatParameters, type MessageName } from '../../core/ticket/event.ts';
import type { FileOps } from '../../storage/files.ts';
import { fixedName } from '../../storage/maildir.ts';
import type { TicketIndex } from '../index/index.ts';
import type { ForeseenImport, ImportFate, Importing } from '../intake/incoming.ts';
import type { ReadMail } from '../intake/read-mail.ts';
import { type ImportedRow, type ImportJournal, openJournal } from './import-journal.ts';
import type { ImportKind, ImportPlan, PlannedMail } from './import-plan.ts';
import { readPlanned } from './mail-source.ts';
import { createThreadGroups, type ThreadGroups } from './thread-groups.ts';

export interface ImportChoice {
  /** `recent`: open what came in the last `openDays` days and was not answered, closed all else. */
  readonly state: ImportFate['state'];
  readonly openDays: number;
  /** Of new tickets; else by the mail's addresses. */
  readonly queue: string | undefined;
  /** The queue that is named like the folder, where there is one. */
  readonly queueFromFolder: boolean;
  readonly owner: string | undefined;
  readonly tags: readonly string[];
  /** Who answered there, beside the desk's addresses. */
  readonly ownAddresses: readonly string[];
}

export interface ImportRequest {
  readonly kind: ImportKind;
  readonly plan: ImportPlan;
  readonly choice: ImportChoice;
  readonly actor: Actor;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly done: number;
  readonly bytes: number;
}

export interface ImportReport {
  readonly isComplete: boolean;
  /** Of these, done by an earlier run. */
  readonly resumed: number;
  readonly rows: readonly ImportedRow[];
}

export interface MailImport {
  run(request: ImportRequest): Promise<ImportReport>;
  /** What `run` would make, as far as ids tell it; writes nothing. */
  foresee(request: ImportRequest): Promise<ImportReport>;
}

export interface MailImportDeps {
  readonly importing: Importing<ReadMail>;
  readonly index: Pick<TicketIndex, 'find' | 'sweep' | 'ready'>;
  readonly files: FileOps;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
  /** The desk's. */
  readonly directory: string;
}

/** Mails that are read ahead or being filed. */
const atOnce = 24;
const rowsTogether = 64;
const journalEvery: Duration = second;
/** A running desk files mails meanwhile; they are found by this look. */
const sweepEvery: Duration = minute;

export function createMailImport(deps: MailImportDeps): MailImport {
  const { importing, index, files, config, clock, log, directory } = deps;

  async function run(request: ImportRequest): Promise<ImportReport> {
    const { plan, kind, signal } = request;
    await index.ready(10 * minute);
    const id = createHash('sha256').update(`${kind}\n${plan.digest}`).digest('hex').slice(0, 24);
    const journal = await openJournal(files, { directory, id, plan: plan.digest });
    const rows = new Map<number, ImportedRow>();
    for (const row of journal.rows) if (await isStillThere(row)) rows.set(row.at, row);
    const resumed = rows.size;
    const left = plan.mails.flatMap((mail, at) => (rows.has(at) ? [] : [{ mail, at }]));
    await work(request, left, { journal, rows });
    const isComplete = rows.size === plan.mails.length;
    if (isComplete) await journal.remove();
    log.info('import.done', { kind, mails: rows.size, isComplete, isStopped: signal.aborted });
    return {
      isComplete,
      resumed,
      rows: [...rows.values()].sort((one, other) => one.at - other.at),
    };
  }

  /** Somebody may have taken the tickets away before the import was begun again. */
  async function isStillThere({ ticket, outcome }: ImportedRow): Promise<boolean> {
    return outcome !== 'failed' && ticket !== undefined && (await index.find(ticket)) !== undefined;
  }

  async function work(
    request: ImportRequest,
    left: readonly Task[],
    { journal, rows }: { readonly journal: ImportJournal; readonly rows: Map<number, ImportedRow> },
  ): Promise<void> {
    const { plan, signal, onProgress } = request;
    const fate = fateOf(request.choice, clock.now());
    const underWay: Promise<ImportedRow>[] = [];
    const reading: Promise<ReadTask>[] = [];
    const unwritten: ImportedRow[] = [];
    let bytes = plan.bytes - left.reduce((sum, { mail }) => sum + mail.bytes, 0);
    let writtenAt = clock.now();
    let sweptAt = clock.now();
    let next = 0;

    const write = async () => {
      const batch = unwritten.splice(0);
      writtenAt = clock.now();
      if (batch.length > 0) await journal.append(batch);
      onProgress?.({ done: rows.size, bytes });
    };
    const settleFirst = async () => {
      const row = await underWay.shift();
      if (row === undefined) return;
      rows.set(row.at, row);
      bytes += plan.mails[row.at]?.bytes ?? 0;
      unwritten.push(row);
      if (unwritten.length >= rowsTogether || clock.now() - writtenAt > journalEvery) await write();
    };
    const readAhead = () => {
      while (reading.length < atOnce && next < left.length && !signal.aborted) {
        const task = left[next];
        next += 1;
        if (task !== undefined) reading.push(read(request, fate, task));
      }
    };
    try {
      for (readAhead(); reading.length > 0 && !signal.aborted; readAhead()) {
        const task = await reading.shift();
        if (task === undefined) break;
        if (underWay.length >= atOnce) await settleFirst();
        // In the order of the plan, whatever was read first.
        const work = file(task);
        // It is waited for in its turn; until then nobody hears what it says.
        work.catch(() => {});
        underWay.push(work);
        if (clock.now() - sweptAt > sweepEvery) {
          await index.sweep();
          sweptAt = clock.now();
        }
      }
      while (underWay.length > 0) await settleFirst();
    } finally {
      // A failure of the disk ends it; what was done before is known.
      await Promise.allSettled([...underWay, ...reading]);
      await write();
    }
  }

  async function read(request: ImportRequest, fate: ImportFate, task: Task): Promise<ReadTask> {
    const { kind, choice, actor } = request;
    const { mail } = task;
    try {
      const raw = await readPlanned(files, mail);
      const name = nameOf(kind, mail, raw);
      const queue = queueOf(choice, mail);
      const flags = flagsOf(kind, mail, fate);
      const read = await importing.read(
        {
          raw,
          via: 'import',
          sender: undefined,
          recipients: [],
          client: undefined,
          name,
          ...(queue === undefined ? {} : { queue }),
        },
        {
          time: mail.time,
          flags,
          field: formatParameters(kind, { from: mail.from, at: mail.at }),
          fate,
          actor,
        },
      );
      return { at: task.at, read };
    } catch (error) {
      log.warn('import.unreadable', { at: task.at, cause: errorText(error) });
      return { at: task.at, read: undefined };
    }
  }

  async function foresee(request: ImportRequest): Promise<ImportReport> {
    const { plan, signal, onProgress } = request;
    await index.ready(10 * minute);
    const fate = fateOf(request.choice, clock.now());
    const threads = createThreadGroups();
    const rows: ImportedRow[] = [];
    let bytes = 0;
    for (const [at, mail] of plan.mails.entries()) {
      if (signal.aborted) break;
      const { read: mailRead } = await read(request, fate, { mail, at });
      const known = mailRead === undefined ? undefined : await importing.foresee(mailRead);
      rows.push({ at, ...outcomeOf(known, threads) });
      bytes += mail.bytes;
      onProgress?.({ done: rows.length, bytes });
    }
    return { isComplete: rows.length === plan.mails.length, resumed: 0, rows };
  }

  async function file({ at, read }: ReadTask): Promise<ImportedRow> {
    if (read === undefined) return { at, outcome: 'failed', ticket: undefined, problems: [] };
    const { ticket, outcome, isNew, problems } = await importing.file(read);
    const fate = outcome === 'duplicate' ? 'duplicate' : isNew ? 'made' : 'joined';
    return { at, outcome: fate, ticket, problems };
  }

  function queueOf({ queue, queueFromFolder }: ImportChoice, { from }: PlannedMail) {
    const named = queueFromFolder ? queueNamedLike(from, config()) : undefined;
    return named ?? queue;
  }

  return { run, foresee };
}

function outcomeOf(
  known: ForeseenImport | undefined,
  threads: ThreadGroups,
): Omit<ImportedRow, 'at'> {
  if (known === undefined) return { outcome: 'failed', ticket: undefined, problems: [] };
  const { ticket, problems, keys, content } = known;
  if (known.isKnown || threads.isRepeated(content))
    return { outcome: 'duplicate', ticket, problems };
  const isFirst = threads.join(keys);
  return { outcome: isFirst && ticket === undefined ? 'made' : 'joined', ticket, problems };
}

interface Task {
  readonly mail: PlannedMail;
  readonly at: number;
}

interface ReadTask {
  readonly at: number;
  /** Undefined when the file cannot be read. */
  readonly read: ReadMail | undefined;
}

function fateOf(choice: ImportChoice, now: Instant): ImportFate {
  const { state, openDays, owner, tags, ownAddresses } = choice;
  return {
    state,
    openSince: toInstant(now - openDays * day),
    owner,
    tags,
    own: new Set(ownAddresses.map(addressKey)),
  };
}

/** Where nothing says what was seen, all but the open ones was. */
function flagsOf(kind: ImportKind, { flags, time }: PlannedMail, fate: ImportFate): string {
  const isOpen = fate.state === 'open' || (fate.state === 'recent' && time > fate.openSince);
  return flags === '' && kind !== 'maildir' && !isOpen ? 'S' : flags.replace(/[^FPRS]/g, '');
}

function nameOf(kind: ImportKind, { key, time }: PlannedMail, raw: Buffer): MessageName {
  const hash = createHash('sha256').update(`${kind}\n${key}\n`).update(raw).digest('hex');
  return fixedName(time / second, 'X', hash.slice(0, 24));
}

/** `INBOX/Billing/Refunds` is the queue `Billing::Refunds`, or `Refunds`: the longest that there is. */
export function queueNamedLike(
  folder: string,
  { queues }: Pick<Config, 'queues'>,
): string | undefined {
  const partsOf = (text: string) =>
    text
      .replace(/\.(?:mbox|sbd)(?=\/|$)/gi, '')
      .split(/[/.:]+/)
      .map((part) => part.trim().toLowerCase())
      .filter((part) => part !== '');
  const parts = partsOf(folder);
  for (let from = 0; from < parts.length; from += 1) {
    const wanted = parts.slice(from).join('/');
    const queue = queues.find(({ name }) => partsOf(name).join('/') === wanted);
    if (queue !== undefined) return queue.name;
  }
  return undefined;
}
