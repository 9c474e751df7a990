/** The parts that tidy up, over the small doubles of the edges' test desk. */

import { silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createBatchFiles } from '../../src/services/batch-files.ts';
import { createBulk } from '../../src/services/bulk.ts';
import { createEscalationBoard } from '../../src/services/escalation/board.ts';
import { createDueBook } from '../../src/services/escalation/due-book.ts';
import { createStepBook } from '../../src/services/escalation/step-book.ts';
import { createRegroup } from '../../src/services/regroup.ts';
import { createUndo } from '../../src/services/undo.ts';
import { nodeFiles } from '../../src/storage/files.ts';
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
  return { regroup, undo, bulk, board };
}
