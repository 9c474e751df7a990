/** A desk with escalation chains on a clock that stands still, for tests of the services. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minute } from '../../../src/base/clock.ts';
import { readStep } from '../../../src/core/escalation/step-event.ts';
import type { Actor, Change, TicketEvent } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import type { Desk } from '../../../src/desk.ts';
import { createEscalator, type Escalator } from '../../../src/services/escalation/escalator.ts';
import type { FileOps } from '../../../src/storage/files.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

export const admin: Actor = { kind: 'user', account: 'root' };

/** Path below `config/` to text. */
export type Files = Readonly<Record<string, string>>;

export interface ChainDesk {
  readonly clock: FakeClock;
  readonly directory: string;
  readonly desk: Desk;
  readonly escalator: Escalator;
  open(id: string, fields?: Readonly<Record<string, string>>): Promise<TicketNumber>;
  write(files: Files): Promise<void>;
  /** Moves the clock and waits until all that fell due is done. */
  pass(ms: number): Promise<void>;
  answer(number: TicketNumber, login?: string): Promise<void>;
  set(number: TicketNumber, settings: Readonly<Record<string, string>>): Promise<void>;
  events(number: TicketNumber): Promise<readonly TicketEvent[]>;
  /** `firstResponse 75`, in the order of the history. */
  steps(number: TicketNumber): Promise<readonly string[]>;
  /** Another process on the same folders; its escalator is not started. */
  another(): Promise<ChainDesk>;
  close(): Promise<void>;
}

/** Around the clock, so that times are easy to read. */
export const always: Files = {
  'calendars/default.yaml': 'timeZone: UTC\nhours: 00:00-24:00\n',
};

export const agents: Files = Object.fromEntries(
  [
    ['anna', 'agent'],
    ['ben', 'agent, lead'],
    ['clara', 'agent, second'],
  ].map(([login, roles]) => [
    `agents/${login}.yaml`,
    `name: ${login}\nemail: ${login}@desk.example\nroles: [${roles}]\n`,
  ]),
);

export async function openChainDesk(
  files: Files,
  options: { readonly clock?: FakeClock; readonly disk?: FileOps } = {},
): Promise<ChainDesk> {
  const clock = options.clock ?? createFakeClock();
  const directory = await mkdtemp(join(tmpdir(), 'maildesk-chains-'));
  await writeFiles(directory, files);
  const desk = await openOn(directory, clock, options.disk);
  desk.escalator.start();
  return {
    ...desk,
    async close() {
      await desk.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(directory, 'config', path);
    await mkdir(join(whole, '..'), { recursive: true });
    await writeFile(whole, text);
  }
}

async function openOn(directory: string, clock: FakeClock, disk?: FileOps): Promise<ChainDesk> {
  const test: TestDesk = await openTestDesk({
    clock,
    directory,
    settings: { confirmations: 'false' },
    ...(disk === undefined ? {} : { files: disk }),
  });
  const { desk } = test;
  await desk.index.ready(minute);
  const { tickets, index, steps, config, parts } = desk;
  const escalator = createEscalator({ tickets, index, steps, config, clock, log: parts.log });
  const others: ChainDesk[] = [];

  async function run(number: TicketNumber, changes: readonly Change[]): Promise<void> {
    const done = await tickets.run(number, { kind: 'update', changes }, admin);
    if (!done.ok) throw new Error(done.refusal.code);
  }

  async function events(number: TicketNumber): Promise<readonly TicketEvent[]> {
    return ((await desk.store.read(number))?.messages ?? []).map(({ event }) => event);
  }

  return {
    clock,
    directory,
    desk,
    escalator,
    async open(id, fields = {}) {
      const mail = plainMail({ 'Message-ID': `<${id}@customer.example>`, ...fields });
      const { ticket } = await test.receive(mail);
      return ticket;
    },
    async write(files) {
      await writeFiles(directory, files);
      await desk.config.reload();
      await escalator.settled();
    },
    async pass(ms) {
      await clock.advance(ms);
      await escalator.settled();
    },
    async answer(number, login = 'anna') {
      const done = await tickets.run(
        number,
        {
          kind: 'reply',
          to: [{ name: '', address: 'kim@customer.example' }],
          cc: [],
          text: 'A new bulb is on its way.',
        },
        { kind: 'agent', login },
      );
      if (!done.ok) throw new Error(done.refusal.code);
    },
    set: (number, settings) =>
      run(
        number,
        Object.entries(settings).map(([field, value]) => ({ kind: 'set', field, value })),
      ),
    events,
    async steps(number) {
      return (await events(number)).flatMap((event) => {
        const step = readStep(event);
        return step === undefined ? [] : [`${step.clock} ${step.percent}`];
      });
    },
    async another() {
      const other = await openOn(directory, clock, disk);
      others.push(other);
      return other;
    },
    async close() {
      await escalator.stop();
      for (const other of others) await other.close();
      await test.close();
    },
  };
}
