/**
 * Webhooks and hook programs of a desk: the parts, put together.
 *
 * Promises: building it starts nothing; a desk without hooks reads no ticket for them.
 */
import { join } from 'node:path';
import { type Clock, hour } from './base/clock.ts';
import { systemProgram } from './base/command.ts';
import type { Log } from './base/log.ts';
import type { Random } from './base/random.ts';
import type { ConfigProblem, LiveConfig } from './config/config.ts';
import { createFollower, longestFollowed } from './services/follower.ts';
import { createHookCare, type HookCare } from './services/hooks/hook-care.ts';
import { createHookFiles } from './services/hooks/hook-files.ts';
import { createHooks } from './services/hooks/hooks.ts';
import { createTeller } from './services/hooks/tell.ts';
import type { TicketIndex } from './services/index/index.ts';
import type { Metrics } from './services/metrics.ts';
import { isMessage, toEventJson, toMessageJson } from './services/present/ticket-json.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskHooks {
  /** For the command line. */
  readonly care: HookCare;
  /** For a running desk; to be asked for once. */
  follow(): RunningHooks;
}

export interface RunningHooks {
  /** To be called before anything can be filed. */
  start(): Promise<void>;
  /** What was filed while nobody followed, once every ticket on disk was seen. */
  catchUp(): Promise<void>;
  sweep(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
  problems(): readonly ConfigProblem[];
}

interface HookParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: FileOps;
  readonly log: Log;
  readonly hostName: string;
  /** Of the product. */
  readonly version: string;
}

export interface DeskHooksDeps {
  readonly directory: string;
  readonly parts: HookParts;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly index: Pick<TicketIndex, 'onChange' | 'records'>;
  readonly reader: Pick<TicketReader, 'read' | 'readMail'>;
  readonly viewer: () => string;
  readonly metrics: Metrics;
}

export function createDeskHooks(deps: DeskHooksDeps): DeskHooks {
  const { parts, config, reader } = deps;
  const { clock, random, files, log } = parts;
  const directory = join(deps.directory, 'hooks');
  const waiting = createHookFiles(
    { files, directory, host: parts.hostName, clock, random },
    { staleAfterMs: hour, longestFollowed },
  );
  const tell = createTeller({
    runProgram: systemProgram,
    directory: deps.directory,
    userAgent: `Maildesk/${parts.version}`,
    clock,
  });

  function follow(): RunningHooks {
    const hooks = createHooks({
      files: waiting,
      tell,
      words: {
        event: toEventJson,
        message: (event, mail) => (isMessage(event) ? toMessageJson(event, mail) : undefined),
      },
      reader,
      config,
      viewer: deps.viewer,
      counter: deps.metrics.counter('maildesk_hook_calls_total', 'Calls of hooks by outcome'),
      clock,
      random,
      log,
    });
    const follower = createFollower(
      { index: deps.index, reader, files, clock, random, log },
      {
        name: 'hooks',
        path: join(directory, '.followed'),
        isWanted: () => (config.current().hooks ?? []).length > 0,
        look: hooks.note,
      },
    );
    return {
      async start() {
        await hooks.start();
        await follower.start();
      },
      catchUp: follower.catchUp,
      sweep: hooks.sweep,
      async settled() {
        await follower.settled();
        await hooks.settled();
      },
      async stop() {
        await follower.stop();
        await hooks.stop();
      },
      problems: hooks.problems,
    };
  }

  return { care: createHookCare({ files: waiting, tell, config, clock, random }), follow };
}
