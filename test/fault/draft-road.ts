/**
 * Writing an answer on a disk that fails.
 *
 * The scenario runs once to count the file calls; then it runs again for each of them, which fails, or in which the machine
 * loses its power. Afterwards, on a sound disk: of what was kept nothing is lost, the newest that the desk said it has is there
 * or already sent, and the answer goes out exactly once.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hour, toInstant } from '../../src/base/clock.ts';
import { isFault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { parseDraftId, type SendTime } from '../../src/core/ticket/draft.ts';
import { accountForMoves, checkHistory } from '../../src/core/ticket/history.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { createFakeClock, type FakeClock } from '../helpers/clock.ts';
import { CrashError, createFaultyFiles, type FaultPlan } from '../helpers/faulty-files.ts';
import { testParts } from '../helpers/parts.ts';
import { plainMail } from '../helpers/test-desk.ts';
import type { Loss } from '../helpers/unsynced-names.ts';
import { copiesOf } from './prepared.ts';

/** The sweep must not shrink to nothing unseen: three savings, one sending. */
export const fewestCalls = 45;

const id = parseDraftId('abcdefghijklmnopqrst');
const texts = ['First', 'First and second', 'First, second and last'] as const;

export interface RunResult {
  readonly calls: number;
  readonly operations: readonly string[];
}

export async function runAndCheck(plan: FaultPlan, loss: Loss = 'all'): Promise<RunResult> {
  const { directory, prepared: ticket } = await copy();
  const clock = createFakeClock();
  try {
    const files = createFaultyFiles(plan);
    const said = await play(directory, { files, clock, ticket });
    if (plan.kind === 'crash') await files.powerCut(loss);
    await check(directory, { clock, ticket, said });
    return { calls: files.calls(), operations: files.operations() };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

const copy = copiesOf((directory) => prepare(directory, createFakeClock()));

async function open(directory: string, clock: FakeClock, files: FileOps): Promise<Desk> {
  const opened = await openDesk(
    { directory, environment: {}, flags: { confirmations: 'false', checkSenders: 'false' } },
    testParts({ log: silentLog, files, clock }),
  );
  if (!opened.ok) throw new CrashError();
  return opened.value;
}

async function prepare(directory: string, clock: FakeClock): Promise<TicketNumber> {
  const desk = await open(directory, clock, nodeFiles);
  await desk.index.ready(hour);
  await desk.accounts.add({
    login: 'anna',
    name: 'Anna',
    email: 'anna@desk.example',
    roles: ['agent'],
  });
  for (const spool of [desk.inboxSpool, desk.outboxSpool, desk.troubleSpool]) await spool.open();
  const receipt = await desk.intake.process({
    raw: Buffer.from(plainMail()),
    via: 'smtp',
    sender: 'kim@customer.example',
    recipients: ['support@localhost'],
    client: undefined,
  });
  await desk.close();
  if (receipt.outcome !== 'filed') throw new Error(`The mail was ${receipt.outcome}`);
  return receipt.ticket;
}

interface Stage {
  readonly files: FileOps;
  readonly clock: FakeClock;
  readonly ticket: TicketNumber;
}

/** How many savings the desk said it has. What fails is tried once more, over whatever is there, as a script would. */
async function play(directory: string, { files, clock, ticket }: Stage): Promise<number> {
  let desk: Desk | undefined;
  let said = 0;
  try {
    desk = await open(directory, clock, files);
    for (const [at, text] of texts.entries()) {
      const send: SendTime | undefined =
        at === texts.length - 1 ? { at: toInstant(clock.now() + 1000), way: 'send' } : undefined;
      if (await save(desk, ticket, { text, send })) said = at + 1;
      await clock.advance(10);
    }
    await ready(desk, clock);
    await clock.advance(2000);
    await desk.draftSender.catchUp();
    await desk.draftSender.stop();
  } catch (error) {
    if (!(error instanceof CrashError) && !isFault(error)) throw error;
  }
  await desk?.close().catch(() => {});
  return said;
}

/** A sweep that failed is tried again after a while, by the clock. */
async function ready(desk: Desk, clock: FakeClock): Promise<void> {
  let isOver = false;
  let failure: unknown;
  void desk.index
    .ready(hour / 6)
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      isOver = true;
    });
  while (!isOver) {
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (failure !== undefined) throw failure;
}

async function save(
  desk: Desk,
  ticket: TicketNumber,
  { text, send }: { readonly text: string; readonly send: SendTime | undefined },
): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const saved = await desk.drafts.save(ticket, {
        login: 'anna',
        id,
        revision: undefined,
        fields: {
          writing: 'answer',
          message: undefined,
          state: '',
          to: 'kim@customer.example',
          cc: '',
          seen: [],
          subject: 'Re: Lamp',
          text,
        },
        ...(send === undefined ? {} : { send }),
      });
      return saved.ok;
    } catch (error) {
      if (!isFault(error)) throw error;
    }
  }
  return false;
}

async function check(
  directory: string,
  { clock, ticket, said }: Omit<Stage, 'files'> & { readonly said: number },
): Promise<void> {
  const desk = await open(directory, clock, nodeFiles);
  try {
    await desk.index.ready(hour);
    const found = await textNow(desk, ticket);
    // What was said to be there is there, or something newer that the failure kept from being said.
    if (said > 0) expect(texts.slice(said - 1)).toContain(found);
    await save(desk, ticket, { text: texts[2], send: undefined });
    await desk.draftSender.catchUp();
    if ((await sentMails(desk, ticket)).length === 0) {
      await save(desk, ticket, { text: texts[2], send: { at: clock.now(), way: 'send' } });
      await desk.draftSender.catchUp();
    }
    await clock.advance(60_000);
    await desk.draftSender.catchUp();
    const folder = await desk.store.read(ticket);
    expect(await sentMails(desk, ticket)).toEqual([texts[2]]);
    const events = (folder?.messages ?? []).map(({ event }) => event);
    expect(checkHistory(events, new Set(), accountForMoves(events))).toEqual([]);
    expect(
      (await readdir(join(desk.folderPath(ticket), 'cur'))).filter((name) =>
        /:2,[A-Z]*D/.test(name),
      ).length,
    ).toBeLessThanOrEqual(1);
  } finally {
    await desk.draftSender.stop();
    await desk.close();
  }
}

/** Of the draft, or of the mail that it became. */
async function textNow(desk: Desk, ticket: TicketNumber): Promise<string | undefined> {
  const folder = await desk.reader.read(ticket);
  if (folder === undefined || id === undefined) return undefined;
  const draft = await desk.drafts.open(folder, 'anna', id);
  return draft?.text ?? (await sentMails(desk, ticket))[0];
}

async function sentMails(desk: Desk, ticket: TicketNumber): Promise<readonly string[]> {
  const folder = await desk.store.read(ticket);
  return (folder?.messages ?? [])
    .filter(({ event }) => event.kind === 'mail-out')
    .map(({ event }) => event.mail.snippet);
}
