/** A desk without servers in a temporary directory, for tests of the services. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import type { IncomingMail, IntakeReceipt } from '../../src/services/intake/incoming.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { type LogLine, recordingLog, testParts } from './parts.ts';

export interface TestDesk {
  readonly directory: string;
  readonly desk: Desk;
  readonly lines: readonly LogLine[];
  /** Hands a mail to intake as the SMTP listener would. */
  receive(raw: string | Buffer, envelope?: Partial<IncomingMail>): Promise<IntakeReceipt>;
  close(): Promise<void>;
}

export interface TestDeskOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly files?: FileOps;
  /** The first steps are offered as on a new desk. */
  readonly firstSteps?: boolean;
  /** An existing desk, which then stays at `close`. */
  readonly directory?: string;
}

export async function openTestDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  const { settings = {}, clock = systemClock, files = nodeFiles } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'maildesk-desk-')));
  const { log, lines } = recordingLog();
  const opened = await openDesk(
    { directory, environment: {}, flags: { checkSenders: 'false', undoSend: '0s', ...settings } },
    testParts({ log, clock, files }),
  );
  if (!opened.ok)
    throw new Error(`The test desk's configuration is wrong: ${JSON.stringify(opened.refusal)}`);
  const desk = opened.value;
  if (options.firstSteps !== true) await desk.firstSteps.putAway();
  for (const spool of [desk.inboxSpool, desk.outboxSpool, desk.troubleSpool]) await spool.open();

  return {
    directory,
    desk,
    lines,
    async receive(raw, envelope = {}) {
      const outcome = await desk.intake.process({
        raw: Buffer.from(raw),
        via: 'smtp',
        sender: 'kim@customer.example',
        recipients: ['support@localhost'],
        client: 'client.example ([192.0.2.1])',
        ...envelope,
      });
      if (outcome.outcome !== 'filed') throw new Error(`The mail is ${outcome.outcome}`);
      return outcome;
    },
    async close() {
      await desk.autoReplies.settled();
      await desk.close();
      // Texts of attachments may still be on their way to the disk.
      const patience = { maxRetries: 5, retryDelay: 100 };
      if (options.directory === undefined)
        await rm(directory, { recursive: true, force: true, ...patience });
    },
  };
}

/** A plain mail; `fields` are further header lines, or replace the ordinary ones of the same name. */
export function plainMail(
  fields: Readonly<Record<string, string>> = {},
  text = 'The lamp is dark.',
): string {
  const header = {
    From: 'Kim Berg <kim@customer.example>',
    To: 'support@localhost',
    Subject: 'Lamp',
    Date: 'Mon, 23 Nov 2026 10:00:00 +0000',
    ...fields,
  };
  const lines = Object.entries(header).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n${text}\r\n`;
}
