/** The storage parts of a desk in a temporary directory, for tests below the services. */
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { ensureDirectory, type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { createNameMaker } from '../../src/storage/maildir.ts';
import type { NewMessage } from '../../src/storage/message-file.ts';
import { createTicketStore, type TicketWriter } from '../../src/storage/ticket-store.ts';
import { emptyFacts } from './facts.ts';

export async function openStore(
  root: string,
  {
    files = nodeFiles,
    clock = systemClock,
    host = 'test.example',
  }: { files?: FileOps; clock?: Clock; host?: string } = {},
): Promise<TicketWriter> {
  const directory = join(root, 'tickets');
  await ensureDirectory(files, directory, root);
  return createTicketStore(
    {
      files,
      clock,
      names: createNameMaker(clock, host, 4711),
      accountOf: (owner) => `uid${owner}`,
    },
    { directory, infoSeparator: ':', keptTickets: 100 },
  );
}

/** A received mail as intake would hand it to the writer. */
export function receivedMail(
  raw: string,
  changes: NewMessage['draft']['changes'] = [],
): NewMessage {
  return {
    draft: {
      kind: 'mail-in',
      actor: { kind: 'customer', address: 'kim@customer.example' },
      changes,
      fields: [],
    },
    content: {
      kind: 'received',
      raw: Buffer.from(raw),
      trace: ['Return-Path: <kim@customer.example>'],
      facts: emptyFacts,
    },
  };
}
