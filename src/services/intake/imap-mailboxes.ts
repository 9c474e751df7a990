/**
 * All mailboxes of the desk: one fetch for each file in `config/mailboxes`, begun, ended and begun anew as the files change.
 *
 * Promises: a mailbox whose file did not change is not disturbed. Leaves to others: fetching (imap.ts).
 */
import type { Config, ConfigProblem, LiveConfig, MailboxConfig } from '../../config/config.ts';
import { type MailboxDeps, type MailboxFetch, startMailbox } from './imap.ts';
import type { MailboxStatus } from './imap-progress.ts';

export interface Mailboxes {
  start(): void;
  status(): readonly MailboxStatus[];
  /** What is wrong with the servers, as problems of the files that name them. */
  problems(): readonly ConfigProblem[];
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface MailboxesDeps extends MailboxDeps {
  readonly config: Pick<LiveConfig, 'onChange'> & { current(): Config };
}

interface Running {
  readonly mailbox: MailboxConfig;
  readonly fetch: MailboxFetch;
}

export function createMailboxes(
  deps: MailboxesDeps,
  { directory }: { readonly directory: string },
): Mailboxes {
  const { config, up } = deps;
  const running = new Map<string, Running>();
  let reconciling: Promise<void> = Promise.resolve();
  let isStopped = false;
  let forget = () => {};

  async function reconcile(): Promise<void> {
    const wanted = isStopped ? [] : config.current().mailboxes;
    const isSame = (mailbox: MailboxConfig) =>
      wanted.some((other) => JSON.stringify(other) === JSON.stringify(mailbox));
    const gone = [...running.values()].filter(({ mailbox }) => !isSame(mailbox));
    await Promise.all(gone.map(({ fetch }) => fetch.stop()));
    for (const { mailbox } of gone) running.delete(mailbox.name);
    // A figure for a mailbox that is no more would say that all is well; the others say theirs again.
    if (gone.length > 0) up.clear();
    for (const mailbox of wanted) {
      if (running.has(mailbox.name)) continue;
      const options = {
        mailbox,
        directory: `${directory}/config`,
        maxMessageBytes: () => config.current().desk.maxMessageBytes,
      };
      running.set(mailbox.name, { mailbox, fetch: startMailbox(deps, options) });
    }
  }

  function reconcileSoon(): void {
    reconciling = reconciling.then(reconcile);
  }

  function status(): readonly MailboxStatus[] {
    return [...running.values()].map(({ fetch }) => fetch.status());
  }

  return {
    start() {
      reconcileSoon();
      forget = config.onChange(reconcileSoon);
    },
    status,
    problems: () =>
      status().flatMap(({ name, problem }) =>
        problem === undefined
          ? []
          : [{ file: `mailboxes/${name}.yaml`, line: undefined, reason: problem }],
      ),
    async settled() {
      await reconciling;
      await Promise.all([...running.values()].map(({ fetch }) => fetch.settled()));
    },
    async stop() {
      isStopped = true;
      forget();
      reconcileSoon();
      await reconciling;
    },
  };
}
