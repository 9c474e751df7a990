/**
 * The whole desk in a temporary directory on free ports, driven from outside.
 *
 * A warn or error line of the log that the test did not expect fails it at `stop`; so does an expected one that never came.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { type App, createApp, type Started } from '../../src/app.ts';
import type { Clock } from '../../src/base/clock.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import type { FileOps } from '../../src/storage/files.ts';
import { type LogLine, recordingLog, testParts } from './parts.ts';

export interface TestApp {
  readonly directory: string;
  readonly desk: Desk;
  readonly app: App;
  readonly started: Started;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Sends over SMTP; resolves with the server's last reply, rejects with its refusal. */
  send(raw: string | Buffer, envelope?: { from?: string; to?: string | string[] }): Promise<string>;
  /** Log lines so far: event and fields. */
  readonly lines: readonly LogLine[];
  /** An event that this test causes on purpose. */
  expectLog(event: string): void;
  settled(): Promise<void>;
  /** Stops the desk; the directory stays until `remove`. */
  halt(): Promise<void>;
  /** Stops the desk, checks the log and what is left in `tmp`, removes the directory. */
  stop(): Promise<void>;
}

export interface TestAppOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** An existing desk directory; else a new one. */
  readonly directory?: string;
  readonly clock?: Clock;
  readonly files?: FileOps;
  /** The first steps are offered as on a new desk; other stories are about desks that are past them. */
  readonly firstSteps?: boolean;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'maildesk-app-')));
  const { log, lines } = recordingLog();
  const parts = testParts({ log, ...options });
  const opened = await openDesk(
    {
      directory,
      environment: {},
      flags: {
        http: '127.0.0.1:0',
        smtp: '127.0.0.1:0',
        checkSenders: 'false',
        // Stories about other things need not wait; the one about calling back says its own.
        undoSend: '0s',
        ...options.settings,
      },
    },
    parts,
  );
  if (!opened.ok)
    throw new Error(`The test desk's configuration is wrong: ${JSON.stringify(opened.refusal)}`);
  const desk = opened.value;
  if (options.firstSteps !== true) await desk.firstSteps.putAway();
  const app = createApp(desk);
  const started = await app.start();
  const expected = new Set<string>();
  const transport = nodemailer.createTransport({
    host: started.smtp?.host ?? '127.0.0.1',
    port: started.smtp?.port ?? 0,
    tls: { rejectUnauthorized: false },
  });
  let halted: Promise<void> | undefined;
  const halt = () => {
    transport.close();
    halted ??= app.stop();
    return halted;
  };

  return {
    directory,
    desk,
    app,
    started,
    url: `http://${started.http.host}:${started.http.port}`,
    async send(raw, { from = 'kim@customer.example', to = 'support@localhost' } = {}) {
      const sent = await transport.sendMail({ envelope: { from, to }, raw });
      return sent.response;
    },
    lines,
    expectLog: (event) => void expected.add(event),
    settled: () => app.settled(),
    halt,
    async stop() {
      await halt();
      const leftovers = await leftInTmp(directory);
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      const seen = lines.filter(({ level }) => level !== 'info');
      const unexpected = seen.filter(({ event }) => !expected.has(event));
      if (unexpected.length > 0)
        throw new Error(`Unexpected log lines: ${JSON.stringify(unexpected)}`);
      const missing = [...expected].filter((event) => !seen.some((line) => line.event === event));
      if (missing.length > 0) throw new Error(`Log lines that never came: ${missing.join(', ')}`);
      if (leftovers.length > 0) throw new Error(`Left in tmp: ${leftovers.join(', ')}`);
    },
  };
}

async function leftInTmp(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter(
      (entry) =>
        entry.isFile() && /(^|[/\\])\.?tmp([/\\]|$)/.test(entry.parentPath.slice(directory.length)),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}
