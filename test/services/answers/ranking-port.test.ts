import { expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { parseTextModule } from '../../../src/config/text-modules.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { createRankingClient } from '../../../src/services/answers/ranking-client.ts';
import {
  startRankingHere,
  startRankingWorker,
} from '../../../src/services/answers/ranking-port.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { createTestLog } from '../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';

it.each(['worker', 'here'])(
  'ranks what it was told in the %s, and nothing once closed',
  { timeout: 60_000 },
  async (place) => {
    const options = {
      tickets: await makeTemporaryDirectory(),
      infoSeparator: ':',
      mostAnswers: 10,
    };
    const client = createRankingClient({
      start:
        place === 'worker' ? startRankingWorker(options) : startRankingHere(nodeFiles, options),
      clock: systemClock,
      log: createTestLog(),
      refill: () => {},
    });
    const { module } = parseTextModule(
      '---\ntitle: Refund\n---\nFive days.',
      'answers/refund.en.md',
    );
    client.tellModules(module === undefined ? [] : [module]);
    client.tell({ number: formatTicketNumber('20260101', 1), queue: 'Support', language: 'en' });
    await client.settled();
    const question = {
      ticket: formatTicketNumber('20260101', 2),
      subject: 'Refund',
      text: '',
      language: 'en',
      queue: 'Support',
      queues: [],
      most: 3,
    };
    expect(await client.rank(question)).toMatchObject([
      { kind: 'module', file: 'answers/refund.en.md' },
    ]);
    await client.close();
    expect(await client.rank(question)).toEqual([]);
  },
);
