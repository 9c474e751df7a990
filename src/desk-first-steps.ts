/** What leads an admin through the first settings: the parts, put together. */
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Random } from './base/random.ts';
import type { ReloadableConfig } from './config/live.ts';
import { loadConfig } from './config/load.ts';
import type { Environment } from './config/reader.ts';
import type { AccountServices } from './services/accounts/account-services.ts';
import type { Accounts } from './services/accounts/accounts.ts';
import { isStrongEnough } from './services/accounts/password.ts';
import { createColleagueStep } from './services/first-steps/colleague-step.ts';
import { createConfigWriter } from './services/first-steps/config-writer.ts';
import { createDeskStep } from './services/first-steps/desk-step.ts';
import {
  createFirstSteps,
  type FirstSteps,
  type Listening,
} from './services/first-steps/first-steps.ts';
import { createFixedSettings } from './services/first-steps/fixed-settings.ts';
import { createMailboxStep } from './services/first-steps/mailbox-step.ts';
import { createQueueStep } from './services/first-steps/queue-step.ts';
import { createSendingStep } from './services/first-steps/sending-step.ts';
import { createDkimSigner } from './services/outbound/dkim.ts';
import { createTrial, type Trial } from './services/outbound/trial.ts';
import type { FileOps } from './storage/files.ts';

export interface DeskFirstSteps {
  readonly firstSteps: FirstSteps;
  /** Sends one mail at once. */
  readonly trial: Trial;
  /** Says where the servers really listen, once they do. */
  listensAt(places: Listening): void;
}

export interface DeskFirstStepsDeps {
  readonly config: ReloadableConfig;
  readonly accounts: Accounts;
  readonly access: Pick<AccountServices, 'staff'>;
  readonly files: FileOps;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface DeskFirstStepsRequest {
  readonly directory: string;
  readonly environment: Environment;
  readonly flags: Environment;
  /** Of the machine. */
  readonly hostName: string;
}

export async function createDeskFirstSteps(
  deps: DeskFirstStepsDeps,
  { directory, environment, flags, hostName }: DeskFirstStepsRequest,
): Promise<DeskFirstSteps> {
  const { accounts, files, clock, random, log } = deps;
  const config = () => deps.config.current();
  let places: Listening | undefined;
  const writer = createConfigWriter({
    files,
    directory,
    load: (overlay) => loadConfig({ files: overlay, directory, environment, flags, hostName }),
    reload: () => deps.config.reload(),
    random,
    log,
  });
  const fixed = createFixedSettings(environment, flags);
  const sign = createDkimSigner({ files, clock }, () => config().desk);
  const trial = createTrial({ config, sign, clock, random, log });
  const firstSteps = await createFirstSteps({
    desk: createDeskStep({
      writer,
      accounts,
      staff: deps.access.staff,
      config,
      fixed,
      isStrong: isStrongEnough,
    }),
    sending: createSendingStep({ writer, trial, config, fixed }),
    mailbox: createMailboxStep({
      writer,
      config,
      async open(mailbox, password) {
        const { connectMailbox } = await import('./services/intake/imap-connection.ts');
        const connection = await connectMailbox({
          mailbox,
          login: { password },
          maxMessageBytes: config().desk.maxMessageBytes,
          log,
          after: (delay, run) => clock.after(delay, run),
          signal: new AbortController().signal,
        });
        connection.close();
      },
    }),
    queue: createQueueStep({ writer, config, fixed }),
    colleague: createColleagueStep({ accounts, config }),
    fixed,
    listening: () => places ?? { smtp: config().desk.smtp, lmtp: config().desk.lmtp },
    files,
    directory,
    random,
    config,
    countAgents: () => accounts.list().length,
  });
  return {
    firstSteps,
    trial,
    listensAt(found) {
      places = found;
    },
  };
}
