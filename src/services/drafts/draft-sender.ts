/**
 * Sends what waits for its time: answers that may still be called back, and those for later.
 *
 * Promises: an answer goes out once, also when the desk stops in between or two processes look after one directory: its file
 * is claimed by a rename, and the mail has a name that follows from the draft. What became due while the desk was away goes
 * out at the start. An answer for later is not sent when the customer writes first: it goes back to its writer, and the
 * ticket says so. Leaves to others: what may be sent (tickets.ts), waking at a change of the index (app.ts).
 */
import { type Clock, type Instant, minute, second, toInstant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import { toAddresses } from '../../core/message/address-list.ts';
import type { Refusal, ReplyCommand } from '../../core/ticket/decide.ts';
import {
  type DraftFacts,
  formatDraft,
  obsoleteOf,
  type ReturnReason,
} from '../../core/ticket/draft.ts';
import type { Actor, MessageName } from '../../core/ticket/event.ts';
import { contactsSince } from '../../core/ticket/news.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { followMerges } from '../../core/ticket/survivor.ts';
import { type DraftFiles, isClaimed } from '../../storage/draft-files.ts';
import { originalOf } from '../../storage/message-file.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { IndexChange, TicketIndex } from '../index/index.ts';
import type { Tickets } from '../tickets.ts';
import { readDraftContent } from './draft-mail.ts';
import { type FoundDraft, listDrafts } from './drafts.ts';

export interface DraftSender {
  /** Listens to the index, and looks at what it knows already. */
  start(): void;
  /** Sends what is due in all tickets; resolves when that is done. */
  catchUp(): Promise<void>;
  /** Resolves when nothing is under way; what is not due yet does not count. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface DraftSenderDeps {
  readonly tickets: Pick<Tickets, 'run'>;
  /** One folder each. */
  readonly store: Pick<TicketReader, 'read' | 'readFile'>;
  readonly whole: Pick<TicketReader, 'read'>;
  readonly files: DraftFiles;
  readonly index: Pick<TicketIndex, 'findScheduled' | 'onChange'>;
  readonly announce: (number: TicketNumber) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const self: Actor = { kind: 'system', part: 'send-later' };
/** After a disk or another part failed. */
const againAfter = 10 * second;
/** However far away the next one is: the clock may be set, another process may write. */
const longestWait = minute;

export function createDraftSender(deps: DraftSenderDeps): DraftSender {
  const { tickets, store, whole, files, index, announce, clock, log } = deps;
  const serial = createKeyedSerial();
  const running = new Set<Promise<void>>();
  let isStopped = false;
  let cancelTimer = () => {};
  let stopListening = () => {};
  let nextAt = Number.POSITIVE_INFINITY;

  function begin(number: TicketNumber): void {
    const work = serial
      .run(number, () => look(number))
      .then((at) => {
        if (at !== undefined) wakeAt(at);
      })
      .catch((error: unknown) => {
        log.warn('drafts.send-failed', { ticket: number, cause: errorText(error) });
        wakeAt(toInstant(clock.now() + againAfter));
      })
      .finally(() => running.delete(work));
    running.add(work);
  }

  function wakeAt(at: Instant): void {
    if (isStopped || at >= nextAt) return;
    cancelTimer();
    nextAt = at;
    const wait = Math.min(longestWait, Math.max(0, at - clock.now()));
    cancelTimer = clock.after(wait, () => {
      nextAt = Number.POSITIVE_INFINITY;
      void beginDue();
    });
  }

  async function beginDue(): Promise<void> {
    for (const { number, at } of await index.findScheduled()) {
      if (at <= clock.now()) begin(number);
      else wakeAt(at);
    }
  }

  function noteChange({ number, record }: IndexChange): void {
    // A mail that came may hold an answer back that waits, so a ticket with one is looked at whenever it changes.
    if (!isStopped && record?.drafts?.some(({ send }) => send !== undefined) === true)
      begin(number);
    if (!isStopped && (record?.merged.length ?? 0) > 0)
      for (const part of record?.merged ?? []) void beginPart(part);
  }

  /** An answer for later lies in a ticket that was merged: what comes to the survivor holds it back. */
  async function beginPart(part: string): Promise<void> {
    const scheduled = (await index.findScheduled()).find(({ number }) => number === part);
    if (scheduled !== undefined && !isStopped) begin(scheduled.number);
  }

  /** Sends what is due in the ticket; the time of what is not yet. */
  async function look(home: TicketNumber): Promise<Instant | undefined> {
    const folder = await store.read(home);
    let next: Instant | undefined;
    for (const file of folder === undefined ? [] : listDrafts(folder)) {
      const { send } = file.draft;
      if (send === undefined) continue;
      const target = await survivorOf(home);
      // One that is claimed may have gone out already; its mail's name tells.
      const mayWait = send.way === 'later' && !isClaimed(file);
      const first = mayWait ? firstContact(target, file.draft) : undefined;
      if (first !== undefined) await giveBack(home, target, file, 'customer-wrote', first);
      else if (send.at <= clock.now()) await dispatch(home, target, file);
      else next = toInstant(Math.min(next ?? send.at, send.at));
    }
    return next;
  }

  async function survivorOf(home: TicketNumber): Promise<TicketFolder> {
    const way = await followMerges(
      home,
      async (number) => (await store.read(number))?.ticket.mergedInto,
    );
    const folder = await whole.read(way.at(-1) ?? home);
    if (folder === undefined) throw new RangeError(`Ticket ${home} is gone`);
    return folder;
  }

  async function dispatch(
    home: TicketNumber,
    target: TicketFolder,
    file: FoundDraft,
  ): Promise<void> {
    const bytes = await store.readFile(home, file.event.name);
    if (bytes === undefined || !(await files.claim(home, file))) return;
    const { draft } = file;
    const content = await readDraftContent(bytes);
    const command: ReplyCommand = {
      kind: 'reply',
      to: toAddresses(draft.to),
      cc: toAddresses(draft.cc),
      text: content.text,
      attachments: content.files.map(({ key: contentId, ...file }) => ({ ...file, contentId })),
      ...(content.subject.trim() === '' ? {} : { subject: content.subject.trim() }),
      ...(draft.message === undefined ? {} : { inReplyTo: draft.message }),
      modules: draft.modules,
      changes: draft.state === '' ? [] : [{ kind: 'set', field: 'state', value: draft.state }],
      once: `draft ${draft.id}`,
    };
    const outcome = await tickets.run(target.number, command, {
      kind: 'agent',
      login: draft.login,
    });
    const claimed = await findFile(home, file.event.name);
    if (claimed === undefined) return;
    if (outcome.ok) {
      await removeAll(home, claimed);
      log.info('drafts.sent', { ticket: target.number, message: outcome.value.message });
      await announce(home);
    } else await giveBackRefused(home, target, claimed, outcome.refusal);
  }

  /** With what a crash left of it, which would be a draft again without this one; this one last, so that a failure is made good. */
  async function removeAll(home: TicketNumber, claimed: FoundDraft): Promise<void> {
    const folder = await store.read(home);
    for (const file of obsoleteOf(folder?.drafts ?? [], claimed.draft))
      await files.remove(home, file);
    await files.remove(home, claimed);
  }

  async function findFile(home: TicketNumber, name: MessageName): Promise<FoundDraft | undefined> {
    const folder = await store.read(home);
    return folder === undefined
      ? undefined
      : listDrafts(folder).find(({ event }) => event.name === name);
  }

  async function giveBackRefused(
    home: TicketNumber,
    target: TicketFolder,
    file: FoundDraft,
    refusal: Refusal,
  ): Promise<void> {
    log.info('drafts.refused', { ticket: target.number, code: refusal.code });
    await giveBack(home, target, file, 'refused', undefined);
  }

  /** The draft is one that is being written again; then the ticket tells, once for each time that it waited. */
  async function giveBack(
    home: TicketNumber,
    target: TicketFolder,
    file: FoundDraft,
    reason: ReturnReason,
    message: MessageName | undefined,
  ): Promise<void> {
    const { time: _, ...facts } = file.draft;
    const bytes = await store.readFile(home, file.event.name);
    if (bytes === undefined) return;
    const draft = formatDraft({
      ...facts,
      revision: facts.revision + 1,
      send: undefined,
      returned: reason,
    });
    const told = await tickets.run(
      target.number,
      {
        kind: 'return-draft',
        login: facts.login,
        at: facts.send?.at ?? clock.now(),
        reason,
        ...(message === undefined ? {} : { message }),
        once: `draft ${facts.id} ${facts.revision}`,
      },
      self,
    );
    if (!told.ok)
      log.warn('drafts.return-refused', { ticket: target.number, code: told.refusal.code });
    await files.replace(home, { draft, bytes: originalOf(bytes), before: file });
    await announce(home);
  }

  return {
    start() {
      stopListening = index.onChange(noteChange);
    },
    async catchUp() {
      await beginDue();
      await idle();
    },
    settled: idle,
    async stop() {
      isStopped = true;
      stopListening();
      cancelTimer();
      await idle();
    },
  };

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }
}

/** The mail of a person outside that came after the writer looked. */
function firstContact({ messages }: TicketFolder, { seen }: DraftFacts): MessageName | undefined {
  const events = messages.map(({ event }) => event);
  return contactsSince(events, { kind: 'heads', heads: seen })[0]?.name;
}
