/** The ledger of a desk directory, put together. */
import { join } from 'node:path';
import type { FileOps } from '../../storage/files.ts';
import { createLedger, type Ledger, type LedgerDeps } from './ledger.ts';
import { createLedgerFile } from './ledger-file.ts';
import { createReceiptCheck, type ReceiptCheckDeps } from './receipts.ts';

export type DeskLedgerDeps = ReceiptCheckDeps &
  Omit<LedgerDeps, 'receipts' | 'file'> & { readonly files: FileOps };

export function createDeskLedger(
  deps: DeskLedgerDeps,
  { directory, infoSeparator }: { readonly directory: string; readonly infoSeparator: string },
): Ledger {
  const directories = ['tickets', 'archive'].map((name) => join(directory, name));
  return createLedger({
    ...deps,
    receipts: createReceiptCheck(deps, { directories, infoSeparator }),
    file: createLedgerFile(deps.files, join(directory, 'index')),
  });
}
