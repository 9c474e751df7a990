/** The parts that tidy up, over the small doubles of the edges' test desk. */

import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createDeskPrivacy } from '../../src/desk-privacy.ts';
import { createBatchFiles } from '../../src/services/batch-files.ts';
import { createBulk } from '../../src/services/bulk.ts';
import { createEscalationBoard } from '../../src/services/escalation/board.ts';
import { createDueBook } from '../../src/services/escalation/due-book.ts';
import { createStepBook } from '../../src/services/escalation/step-book.ts';
import { createRegroup } from '../../src/services/regroup.ts';
import { createUndo } from '../../src/services/undo.ts';
import { createWholeReader } from '../../src/services/whole.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { createSpool } from '../../src/storage/spool.ts';
import type { TestDesk } from './desk.ts';

export function tidyingParts(desk: TestDesk) {
  const regroup = createRegroup({
    ...desk,
    index: {
      apply: async (_, folder) => {
        if (folder !== undefined) desk.index.put(folder);
      },
      find: async () => undefined,
      findRegrouped: async () => [],
    },
    timeZone: () => 'UTC',
    queues: () => ['Support', 'Billing'],
  });
  const undo = createUndo({ ...desk, regroup });
  const batches = createBatchFiles(nodeFiles, desk.root);
  const bulk = createBulk({
    ...desk,
    regroup,
    undo,
    batches,
    random: systemRandom,
    log: silentLog,
  });
  const config = () => desk.config.current();
  const due = createDueBook({ config, customers: desk.customers });
  const steps = createStepBook({ due, config });
  const board = createEscalationBoard({ ...desk, due, steps });
  const { verify, redact, erase } = createDeskPrivacy(
    {
      files: nodeFiles,
      clock: desk.clock,
      random: systemRandom,
      log: silentLog,
      accountOf: () => 'root',
      tickets: desk.tickets,
      store: desk.store,
      reader: createWholeReader(desk.store),
      index: { apply: async () => {} },
      holds: { holdOf: () => undefined },
      removals: { write: async () => {}, read: async () => undefined },
      customers: desk.customers,
      accounts: desk.accounts,
      outboxSpool: createSpool(
        { files: nodeFiles, clock: desk.clock, host: 'test', directory: join(desk.root, 'outbox') },
        { staleAfterMs: 3_600_000, infoSeparator: ':' },
      ),
      refill: async () => {},
    },
    { directory: desk.root, infoSeparator: ':' },
  );
  return { regroup, undo, bulk, board, verify, redact, erase };
}
