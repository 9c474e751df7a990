/** Accounts on a fresh desk, with a clock that stands still until it is moved. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Duration, parseInstant, toInstant } from '../../../src/base/clock.ts';
import { type Log, silentLog } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { type AgentDirectory, createAccounts } from '../../../src/services/accounts/directory.ts';
import { type FileOps, nodeFiles } from '../../../src/storage/files.ts';
import { makeTemporaryDesk } from '../../config/temporary-desk.ts';

export interface TestClock extends Clock {
  advance(byMs: Duration): void;
}

export function makeClock(): TestClock {
  let now = parseInstant('2026-11-23T10:15:30Z') ?? toInstant(0);
  return {
    now: () => now,
    after: () => () => {},
    advance(byMs) {
      now = toInstant(now + byMs);
    },
  };
}

export interface AccountParts {
  readonly accounts: AgentDirectory;
  readonly clock: TestClock;
  readonly directory: string;
  /** The same desk as a second process sees it. */
  another(): Promise<AgentDirectory>;
  readAgent(login: string): Promise<string>;
  writeAgent(login: string, text: string): Promise<void>;
}

export async function makeAccounts({
  files = nodeFiles,
  log = silentLog,
}: {
  files?: FileOps;
  log?: Log;
} = {}): Promise<AccountParts> {
  const directory = await makeTemporaryDesk();
  const clock = makeClock();
  // Real hashes, as cheap as they can be.
  const open = async () => {
    const accounts = createAccounts(
      { files, directory, clock, random: systemRandom, log },
      { passwordCost: 10 },
    );
    await accounts.load();
    return accounts;
  };
  const pathOf = (login: string) => join(directory, 'config/agents', `${login}.yaml`);
  return {
    accounts: await open(),
    clock,
    directory,
    another: open,
    readAgent: (login) => readFile(pathOf(login), 'utf8'),
    writeAgent: (login, text) => writeFile(pathOf(login), text),
  };
}

export const anna = {
  login: 'anna',
  name: 'Anna Adler',
  email: 'Anna.Adler@x.example',
  roles: ['agent'] as const,
};
