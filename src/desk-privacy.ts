/** Whether the files are whole, and what is taken out of them: the parts, put together. */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import { createLedgerFile } from './services/ledger/ledger-file.ts';
import { createVerify, type Verify } from './services/verify/verify.ts';
import type { FileOps } from './storage/files.ts';

export interface DeskPrivacy {
  readonly verify: Verify;
}

export interface DeskPrivacyDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly accountOf: (owner: number) => string;
}

export interface DeskPrivacyOptions {
  /** The data directory. */
  readonly directory: string;
  readonly infoSeparator: string;
}

export function createDeskPrivacy(
  { files, clock, accountOf }: DeskPrivacyDeps,
  options: DeskPrivacyOptions,
): DeskPrivacy {
  const ledger = createLedgerFile(files, join(options.directory, 'index'));
  return { verify: createVerify({ files, clock, accountOf, ledger }, options) };
}
