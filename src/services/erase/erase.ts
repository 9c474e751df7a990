/**
 * A person's data goes, over all tickets.
 *
 * First a plan says what would go; the run takes the plan by its id, goes ticket by ticket, and may be stopped anywhere: run
 * again, it goes on. Promises: a hold refuses before anything is written, and again before each ticket; tickets of others
 * stay, with a pseudonym in the place of the person; the report names nobody. It cannot be taken back.
 * Leaves to others: files of tickets (services/redact/rewriting.ts), what lies beside them (surroundings.ts).
 */
import { type Clock, day, formatInstant, toInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { type Random, randomText } from '../../base/random.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import { addressKey, isAddress } from '../../core/message/address.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import { type Actor, formatActor } from '../../core/ticket/event.ts';
import { type Hold, refusalOf } from '../../core/ticket/hold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { Removals } from '../../storage/ticket-removal.ts';
import type { TicketFolder, TicketWriter } from '../../storage/ticket-store.ts';
import { makePseudonym } from '../finders.ts';
import type { TicketIndex } from '../index/index.ts';
import type { Rewriting } from '../redact/rewriting.ts';
import type { Tickets } from '../tickets.ts';
import type { EraseFiles, ErasePlan, EraseReport, EraseWay } from './plan.ts';
import { changesFor, type Scan, scanFor } from './scan.ts';
import type { Surroundings } from './surroundings.ts';

export interface EraseRequest {
  /** An address, or a telephone number. */
  readonly who: string;
  /** Further telephone numbers. */
  readonly phones?: readonly string[];
  readonly way: EraseWay;
}

export type EraseRefusal =
  | Refusal
  | { readonly code: 'unknown-person'; readonly who: string }
  | { readonly code: 'unknown-plan'; readonly id: string };

export interface Erase {
  /** What would go; the plan is kept for a day. */
  plan(
    request: EraseRequest,
    actor: Actor,
    progress?: (tickets: number) => void,
  ): Promise<Result<ErasePlan, EraseRefusal>>;
  /** A plan that was made. */
  find(id: string): Promise<ErasePlan | undefined>;
  run(
    id: string,
    actor: Actor,
    progress?: (done: number, of: number) => void,
  ): Promise<Result<EraseReport, EraseRefusal>>;
}

export interface EraseDeps {
  readonly store: TicketWriter;
  readonly tickets: Pick<Tickets, 'run'>;
  readonly rewriting: Rewriting;
  readonly surroundings: Surroundings;
  readonly plans: EraseFiles;
  readonly removals: Removals;
  readonly index: Pick<TicketIndex, 'apply'>;
  readonly customers: CustomerLookup & { load(): Promise<void> };
  readonly holdOf: (folder: TicketFolder) => Hold | undefined;
  /** Only an admin erases; the account of the operating system may do everything. */
  readonly isAdmin: (login: string) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const planDays = 1;

export function createErase(deps: EraseDeps): Erase {
  const { store, rewriting, surroundings, plans, customers, clock, random, log } = deps;

  function refuseActor(actor: Actor): EraseRefusal | undefined {
    const mayErase = actor.kind === 'user' || (actor.kind === 'agent' && deps.isAdmin(actor.login));
    return mayErase ? undefined : { code: 'not-allowed', right: 'administer', queue: '' };
  }

  async function plan(
    request: EraseRequest,
    actor: Actor,
    progress: (tickets: number) => void = () => {},
  ): Promise<Result<ErasePlan, EraseRefusal>> {
    const refusal = refuseActor(actor);
    if (refusal !== undefined) return refuse(refusal);
    await plans.forgetBefore(toInstant(clock.now() - planDays * day));
    const marks = marksOf(request, customers);
    if (marks === undefined) return refuse({ code: 'unknown-person', who: request.who });
    const id = randomText(random, 12)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x');
    const scan = await scanFor({ store, rewriting }, id.slice(0, 4), marks, progress);
    const held = await findHeld(scan);
    if (held !== undefined) return refuse(held);
    const person = customers.findPerson(marks.addresses[0] ?? '');
    const notes = await surroundings.notes(scan.marks);
    const trouble = await surroundings.trouble(scan.marks);
    const agentFiles = await surroundings.agentFiles(scan.marks);
    const isKnown = scan.own.length + scan.others.length + notes.length + trouble.length > 0;
    if (!isKnown && person === undefined)
      return refuse({ code: 'unknown-person', who: request.who });
    const made: ErasePlan = {
      id,
      made: clock.now(),
      way: request.way,
      marks: scan.marks,
      own: scan.own,
      others: scan.others,
      counts: {
        messages: scan.messages,
        attachments: scan.attachments,
        mentions: scan.mentions,
        notes: notes.length,
        trouble: trouble.length,
        agentFiles: agentFiles.length,
      },
      byHand: await surroundings.byHand(scan.marks),
    };
    await plans.save(made);
    return ok(made);
  }

  async function findHeld({
    own,
    others,
  }: Pick<Scan, 'own' | 'others'>): Promise<Refusal | undefined> {
    for (const number of [...own, ...others]) {
      const folder = await store.read(number);
      const hold = folder && deps.holdOf(folder);
      if (hold !== undefined) return refusalOf(number, hold);
    }
    return undefined;
  }

  async function run(
    id: string,
    actor: Actor,
    progress: (done: number, of: number) => void = () => {},
  ): Promise<Result<EraseReport, EraseRefusal>> {
    const refusal = refuseActor(actor);
    if (refusal !== undefined) return refuse(refusal);
    const made = await plans.read(id);
    if (made === undefined) return refuse({ code: 'unknown-plan', id });
    const held = await findHeld(made);
    if (held !== undefined) return refuse(held);
    const before = await plans.done(id);
    const all = [...made.own, ...made.others];
    let done = 0;
    for (const number of all) {
      if (!before.has(number)) {
        const outcome = await eraseIn(number, made, actor);
        if (outcome !== undefined) return refuse(outcome);
        await plans.noteDone(id, number);
      }
      done += 1;
      progress(done, all.length);
    }
    await surroundings.clear(id.slice(0, 4), made.marks);
    await customers.load();
    const rest = await scanFor({ store, rewriting }, id.slice(0, 4), made.marks, () => {});
    const report = toReport(made, formatActor(actor), formatInstant(clock.now()), rest);
    await plans.finish(report);
    log.info('erase.done', { plan: id, tickets: all.length, left: report.left.length });
    return ok(report);
  }

  async function eraseIn(
    number: TicketNumber,
    { id, way, marks, own }: ErasePlan,
    actor: Actor,
  ): Promise<Refusal | undefined> {
    const folder = await store.read(number);
    if (folder === undefined) return undefined;
    const hold = deps.holdOf(folder);
    if (hold !== undefined) return refusalOf(number, hold);
    const isOwn = own.includes(number);
    if (isOwn) await giveUpSending(folder, actor);
    if (isOwn && way === 'remove') return removeWhole(folder, id);
    const changes = changesFor(
      (await store.read(number)) ?? folder,
      marks,
      makePseudonym(id.slice(0, 4), marks),
    );
    const outcome = await rewriting.rewrite(number, changes, { reason: `erasure ${id}`, actor });
    return outcome.ok || outcome.refusal.code === 'nothing-to-redact' ? undefined : outcome.refusal;
  }

  /** What waits would go out to nobody, or to the person after all. */
  async function giveUpSending({ number, ticket }: TicketFolder, actor: Actor): Promise<void> {
    for (const [message, { state }] of ticket.deliveries) {
      if (state !== 'waiting' && state !== 'deferred') continue;
      const outcome = `failed; message=${message}; reply=erased`;
      await deps.tickets.run(
        number,
        { kind: 'delivery', outcome, once: `erase ${message}` },
        actor,
      );
    }
  }

  async function removeWhole(folder: TicketFolder, id: string): Promise<Refusal | undefined> {
    const { number } = folder;
    const fresh = (await store.read(number)) ?? folder;
    const taken = await store.takeAway(number);
    if (taken === undefined) return undefined;
    await deps.removals.write({
      number,
      rule: `erasure-${id}`,
      time: clock.now(),
      queue: fresh.ticket.queue,
      created: fresh.ticket.created,
      rested: fresh.ticket.updated,
      heads: [...fresh.ticket.heads].sort(),
      messages: fresh.messages.map(({ event }) => ({ name: event.name, digest: event.digest })),
    });
    await taken.remove();
    await deps.index.apply(number);
    return undefined;
  }

  return { plan, find: plans.read, run };
}

function marksOf({ who, phones = [] }: EraseRequest, customers: CustomerLookup) {
  const given = who.trim();
  if (isAddress(given)) {
    const person = customers.findPerson(given);
    const joined = customers.addressesOf(given).map(addressKey);
    return {
      addresses: [...new Set([addressKey(given), ...joined])],
      names: person === undefined || person.name === '' ? [] : [person.name],
      phones,
    };
  }
  const isPhone = /^[+0-9][0-9 ()./-]{5,30}$/.test(given);
  return isPhone ? { addresses: [], names: [], phones: [given, ...phones] } : undefined;
}

function toReport(plan: ErasePlan, by: string, finished: string, rest: Scan): EraseReport {
  const { id, way, own, others, counts, byHand } = plan;
  return {
    id,
    finished,
    by,
    way,
    emptied: way === 'empty' ? own.length : 0,
    removed: way === 'remove' ? own.length : 0,
    changed: others.length,
    counts,
    byHand,
    left: [...rest.own, ...rest.others],
  };
}
