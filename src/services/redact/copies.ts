/**
 * Copies of messages outside of their tickets: links in the outbox, mails to agents, texts that the index keeps or hooks
 * are to be told.
 *
 * Promises: a mail that waits goes out as its file is then; what is going out at this moment refuses the change. Copies of
 * mails to agents are thrown away, and so are texts in files of the index: they are kept for convenience alone.
 */
import { join } from 'node:path';
import { ok, type Result, refuse } from '../../base/result.ts';
import { readIfThere } from '../../config/desk-files.ts';
import { type MessageName, parseMessageName, parseParameters } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { RedactRefusal } from '../../core/ticket/redact.ts';
import { splitBlock } from '../../storage/block.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Claim, Spool } from '../../storage/spool.ts';

export interface CopyRemoval {
  /** Takes what waits of these messages out of the outbox, until `letGo` puts it back as it is by then. */
  hold(names: readonly MessageName[]): Promise<Result<{ letGo(): Promise<void> }, RedactRefusal>>;
  /** Mails to agents about the ticket, and what the index keeps of its texts. */
  forget(number: TicketNumber): Promise<void>;
}

export interface CopyRemovalDeps {
  readonly files: FileOps;
  /** The data directory. */
  readonly directory: string;
  readonly outbox: Spool;
  /** Files and folders of the index that may hold words of the ticket, and are made anew. */
  readonly cachesOf: (number: TicketNumber) => readonly string[];
  /** Puts into the outbox what waits to be sent and is not there. */
  readonly refill: () => Promise<void>;
}

const blockBytes = 4096;

export function createCopyRemoval({
  files,
  directory,
  outbox,
  cachesOf,
  refill,
}: CopyRemovalDeps): CopyRemoval {
  async function hold(names: readonly MessageName[]) {
    const claims: Claim[] = [];
    const waiting = (await outbox.list()).filter(({ name }) => names.includes(name));
    for (const entry of waiting) {
      const claim = await outbox.claim(entry);
      if (claim !== undefined) {
        claims.push(claim);
        continue;
      }
      for (const each of claims) await each.release();
      return refuse({ code: 'being-sent' as const, message: entry.name });
    }
    return ok({
      async letGo() {
        for (const claim of claims) await claim.done();
        if (claims.length > 0) await refill();
      },
    });
  }

  async function forget(number: TicketNumber): Promise<void> {
    for (const path of cachesOf(number)) await files.removeTree(path);
    await forgetTellings(number);
    const root = join(directory, 'agents');
    for (const login of (await files.list(root)) ?? []) {
      const folder = join(root, login, 'mail');
      for (const fileName of (await files.list(folder)) ?? []) {
        const path = join(folder, fileName);
        const stat = await files.stat(path);
        if (stat === undefined || stat.isDirectory) continue;
        const head = await files.readPart(path, 0, Math.min(stat.size, blockBytes));
        const notice = splitBlock(head).fields.find(([key]) => key.toLowerCase() === 'notice')?.[1];
        if (notice === undefined || parseParameters(notice).get('ticket') !== number) continue;
        const name = parseMessageName(fileName);
        const claim = name && (await outbox.claim(outbox.entryOf(name)));
        await claim?.done();
        await files.unlink(path);
      }
    }
  }

  /** Those that only say that something happened hold nothing of it. */
  async function forgetTellings(number: TicketNumber): Promise<void> {
    for (const part of ['new', 'cur', 'failed']) {
      const folder = join(directory, 'hooks', part);
      for (const name of (await files.list(folder)) ?? []) {
        const text = await readIfThere(files, join(folder, name));
        if (text?.includes(`"number":"${number}"`) === true && text.includes('"text":'))
          await files.unlink(join(folder, name));
      }
    }
  }

  return { hold, forget };
}
