/** Runs `maildesk` against a test desk, in this process. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigProblem } from '../../../src/config/config.ts';
import type { SettingRow } from '../../../src/config/describe.ts';
import { countUsage } from '../../../src/core/answers/usage.ts';
import { runCli } from '../../../src/edges/cli/cli.ts';
import type { CliDesk, CliHost } from '../../../src/edges/cli/desk.ts';
import type { ExitCode } from '../../../src/edges/cli/exit-codes.ts';
import type { Finding } from '../../../src/services/doctor/doctor.ts';
import type { DkimFinding } from '../../../src/services/outbound/dkim-record.ts';
import { createRelease } from '../../../src/services/release.ts';
import { createWholeReader } from '../../../src/services/whole.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { carryingParts } from '../carrying-parts.ts';
import { openTestDesk, type TestDesk } from '../desk.ts';
import { tidyingParts } from '../tidying-parts.ts';

const never = () => Promise.reject(new Error('This desk has no accounts beside the fake ones'));

/** Tests of accounts bring a real desk's. */
const fakeAccess: Pick<CliDesk, 'access' | 'audit'> = {
  access: {
    sessions: {
      open: never,
      read: never,
      list: never,
      end: never,
      endAll: async () => 0,
      onEnd: () => () => {},
    },
    secondStep: {
      offer: () => ({ secret: '', address: '', size: 0, path: '' }),
      draw: () => undefined,
      enable: never,
      verify: never,
      renew: never,
      disable: never,
      reset: never,
      left: () => undefined,
    },
    apiTokens: { list: never, revoke: never, noteUse: never },
    staff: { changeRoles: never, disable: never, enable: never, introduce: never },
  },
  audit: { note: () => {}, list: never },
};

const noSuggestions: Pick<CliDesk, 'suggestions'> = {
  suggestions: {
    usage: async (period) => countUsage([], [], period),
    topics: async () => [],
    settled: async () => {},
  },
};

const noRules: Pick<CliDesk, 'rules' | 'tryOut'> = {
  rules: { rules: () => [], problems: () => [] },
  tryOut: () => Promise.reject(new Error('This desk has no rules')),
};

export interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export interface TestCli {
  readonly desk: TestDesk;
  /** What the machine around the command is like. */
  readonly machine: {
    nodeVersion: string;
    input: string;
    isTerminal: boolean;
    secrets: string[] | undefined;
    runningDesk: number | undefined;
    openFailure: unknown;
    configProblems: ConfigProblem[];
    settings: SettingRow[];
    readonly started: string[];
    readonly woken: number[];
    openDesks: number;
    /** Parts of another desk that stand in for those of the test desk. */
    parts:
      | Partial<
          Pick<
            CliDesk,
            | 'config'
            | 'hooks'
            | 'rules'
            | 'tryOut'
            | 'accounts'
            | 'access'
            | 'audit'
            | 'due'
            | 'suggestions'
          >
        >
      | undefined;
    dkim: DkimFinding[];
    findings: Finding[];
  };
  run(...argv: string[]): Promise<Outcome>;
}

export async function openTestCli(): Promise<TestCli> {
  const desk = await openTestDesk();
  for (const name of [
    'config',
    'inbox/tmp',
    'inbox/new',
    'outbox/tmp',
    'outbox/new',
    'trouble/new',
    'agents',
    'index',
  ]) {
    await mkdir(join(desk.root, name), { recursive: true });
  }
  const machine: TestCli['machine'] = {
    nodeVersion: '20.20.0',
    input: '',
    isTerminal: false,
    secrets: undefined,
    runningDesk: undefined,
    openFailure: undefined,
    configProblems: [],
    settings: [],
    started: [],
    woken: [],
    openDesks: 0,
    parts: undefined,
    dkim: [],
    findings: [],
  };

  const host = (): CliHost => ({
    version: '1.2.3',
    nodeVersion: machine.nodeVersion,
    directory: desk.root,
    files: nodeFiles,
    clock: desk.clock,
    log: desk.log,
    readConfig: async () => ({ problems: machine.configProblems, settings: machine.settings }),
    async open() {
      if (machine.openFailure !== undefined) throw machine.openFailure;
      machine.openDesks += 1;
      return {
        ...desk,
        reader: createWholeReader(desk.store),
        ...tidyingParts(desk),
        ...carryingParts(desk),
        outbox: { waiting: async () => desk.waiting },
        trouble: desk.trouble,
        release: createRelease({ trouble: desk.trouble, intake: desk.intake, log: desk.log }),
        ...fakeAccess,
        retention: { due: never, carryOut: never },
        removals: { read: async () => undefined },
        doctor: { examine: async () => machine.findings },
        ...noRules,
        ...noSuggestions,
        ...noHooks,
        ...machine.parts,
        findDkimRecords: async () => machine.dkim,
        announce: async (number) => {
          desk.announced.push(number);
        },
        close: async () => {
          machine.openDesks -= 1;
        },
      };
    },
    start: async () => {
      machine.started.push('start');
    },
    demo: async () => {
      machine.started.push('demo');
    },
    wakeDesk(processId) {
      machine.woken.push(processId);
      return processId === machine.runningDesk;
    },
  });

  return {
    desk,
    machine,
    async run(...argv) {
      const out: string[] = [];
      const err: string[] = [];
      const { secrets } = machine;
      const code = await runCli(
        argv,
        {
          stdin: chunks(machine.input),
          stdout: (text) => out.push(text),
          stderr: (text) => err.push(text),
          writeBytes: async (bytes) => void out.push(bytes.toString('latin1')),
          writeFile: async (path, pieces) => writeFile(path, await collected(pieces)),
          isTerminal: machine.isTerminal,
          account: 'root',
          ...(secrets === undefined ? {} : { readSecret: async () => secrets.shift() ?? '' }),
        },
        host(),
      );
      return { code, out: out.join(''), err: err.join('') };
    },
  };
}

async function collected(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function* chunks(text: string): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

const noHooks: Pick<CliDesk, 'hooks'> = {
  hooks: {
    care: {
      list: async () => [],
      retry: async () => ({ ok: true, value: 0 }),
      tryOut: async (name) => ({ ok: false, refusal: { code: 'unknown-hook', name, known: [] } }),
    },
  },
};
