/**
 * `maildesk demo`: a desk of a company that does not exist, with a past in many languages and customers
 * who go on writing. It never sends mail out of this machine.
 */
import { join } from 'node:path';
import { type App, createApp, type Started } from '../app.ts';
import { Fault } from '../base/fault.ts';
import type { Environment } from '../config/parse.ts';
import { type Desk, openDesk, type Parts, programDirectory } from '../desk.ts';
import { readConversations, readFile } from './conversations.ts';
import { createCustomers } from './customers.ts';
import { fillDrop } from './dropped.ts';
import { createPastClock, fillDesk } from './fill.ts';

export interface Demo {
  readonly desk: Desk;
  readonly app: App;
  readonly started: Started;
  /** Path of a one-time link for the agent Anna. */
  readonly loginPath: string;
  stop(): Promise<void>;
}

const demoFolder = join(programDirectory, 'templates/demo');

/** `isLive`: customers write by themselves. */
export async function startDemo(
  directory: string,
  environment: Environment,
  parts: Parts,
  { isLive }: { readonly isLive: boolean },
): Promise<Demo> {
  const { files, clock, random, log } = parts;
  const conversations = await readConversations(
    files,
    join(demoFolder, 'conversations'),
    clock.now(),
  );
  const newcomers = await readFile(
    files,
    join(demoFolder, 'newcomers.yaml'),
    'newcomers',
    clock.now(),
  );
  const customers = createCustomers({ clock, random, log }, conversations);
  const server = await customers.listen();
  const flags = { smarthost: `smtp://${server.host}:${server.port}` };
  const templates = join(demoFolder, 'desk');

  const pastClock = createPastClock(clock);
  const past = await open({ ...parts, clock: pastClock });
  await past.index.ready(60_000);
  if ((await past.index.counts()).length === 0) {
    const numbers = await fillDesk(past, conversations, pastClock);
    await fillDrop(past, join(demoFolder, 'drop'), numbers, pastClock);
  }
  await past.close();

  const desk = await open(parts);
  const app = createApp(desk);
  const started = await app.start();
  const ended = new AbortController();
  const writing =
    isLive && started.smtp !== undefined
      ? customers.write(started.smtp, newcomers, ended.signal)
      : Promise.resolve();
  return {
    desk,
    app,
    started,
    loginPath: `/login/${await desk.accounts.createLoginToken('anna')}`,
    async stop() {
      ended.abort();
      await writing;
      await app.stop();
      await customers.close();
    },
  };

  async function open(withParts: Parts): Promise<Desk> {
    const opened = await openDesk({ directory, environment, flags, templates }, withParts);
    if (opened.ok) return opened.value;
    const [first] = opened.refusal;
    throw new Fault('config-invalid', {
      retry: 'never',
      detail: `${first?.file}: ${first?.reason}`,
    });
  }
}
