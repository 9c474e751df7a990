/**
 * The trouble folder: mails that need a human, quarantined ones among them.
 *
 * Promises: what is put there is durable and stays until somebody releases it; the same mail with a virus
 * lies there once, however often it comes.
 * Leaves to others: who may release (edges), filing a released mail (release.ts), the form of a file (storage/trouble-file.ts).
 */
import type { Clock, Instant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import { noVerdicts, type Verdicts } from '../core/message/verdicts.ts';
import type { Digest, MessageName } from '../core/ticket/event.ts';
import type { FileOps } from '../storage/files.ts';
import { fixedName, type NameMaker } from '../storage/maildir.ts';
import type { Claim, Spool, SpoolEntry } from '../storage/spool.ts';
import {
  formatTroubleFile,
  parseTroubleFile,
  type TroubleEnvelope,
  type TroubleFile,
  type TroubleKind,
} from '../storage/trouble-file.ts';

export interface QuarantinedMail {
  readonly raw: Buffer;
  /** Tells one mail from another; a repeated delivery has the same. */
  readonly content: Digest;
  readonly envelope: TroubleEnvelope;
  readonly verdicts: Verdicts;
}

export interface TroubleEntry {
  readonly name: MessageName;
  /** `unknown` for a file that does not say why it is there. */
  readonly kind: TroubleKind | 'unknown';
  readonly reason: string;
  readonly since: Instant;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly subject: string;
  /** Bytes of the file. */
  readonly size: number;
}

export type TroubleRefusal =
  | { readonly code: 'unknown-entry'; readonly name: string }
  /** A mail that was to go out is no mail to be filed. */
  | { readonly code: 'not-incoming'; readonly name: string };

export interface Trouble {
  quarantine(mail: QuarantinedMail): Promise<MessageName>;
  /** Keeps a copy of the claimed file; the claim is the caller's. */
  keep(
    claim: Pick<Claim, 'name' | 'path'>,
    why: { kind: TroubleKind; reason: string },
  ): Promise<void>;
  /** Oldest first, at most `most`. */
  list(most?: number): Promise<readonly TroubleEntry[]>;
  count(): Promise<number>;
  /** The entry with its mail; undefined when there is none of this name. */
  read(name: string): Promise<{ readonly entry: TroubleEntry; readonly mail: Buffer } | undefined>;
  /**
   * Hands the mail to `file` and lets the entry go when that says so. The entry stays when `file` fails, and the
   * failure is the caller's.
   */
  release<T>(
    name: string,
    file: (mail: TroubledMail) => Promise<{ readonly isGone: boolean; readonly value: T }>,
  ): Promise<Result<T, TroubleRefusal>>;
}

/** A mail on its way out of the trouble folder. */
export interface TroubledMail {
  readonly name: MessageName;
  readonly raw: Buffer;
  readonly envelope: TroubleEnvelope;
  readonly verdicts: Verdicts;
}

export interface TroubleDeps {
  readonly spool: Spool;
  readonly files: FileOps;
  readonly names: NameMaker;
  readonly clock: Clock;
  readonly log: Log;
}

const mostListed = 500;
/** Our block and the header of nearly every mail. */
const headBytes = 64 * 1024;
const noEnvelope: TroubleEnvelope = {
  via: 'inbox',
  sender: undefined,
  recipients: [],
  client: undefined,
};

export function createTrouble({ spool, files, names, clock, log }: TroubleDeps): Trouble {
  async function find(name: string): Promise<SpoolEntry | undefined> {
    return (await spool.list()).find((entry) => entry.name === name);
  }

  async function describe(entry: SpoolEntry): Promise<readonly TroubleEntry[]> {
    const stat = await files.stat(entry.path);
    if (stat === undefined) return [];
    const head = parseTroubleFile(
      await files.readPart(entry.path, 0, Math.min(stat.size, headBytes)),
    );
    return [toEntry(entry.name, head, { size: stat.size, modified: stat.modified })];
  }

  async function describeIfThere(entry: SpoolEntry): Promise<readonly TroubleEntry[]> {
    try {
      return await describe(entry);
    } catch (error) {
      // Released or taken away between the two looks.
      if (isFault(error, 'not-found')) return [];
      throw error;
    }
  }

  async function read(name: string) {
    const found = await find(name);
    if (found === undefined) return undefined;
    const [entry] = await describeIfThere(found);
    if (entry === undefined) return undefined;
    return { entry, mail: parseTroubleFile(await files.readFile(found.path)).mail };
  }

  return {
    async quarantine({ raw, content, envelope, verdicts }) {
      const key = content.slice('sha256:'.length, 'sha256:'.length + 24);
      const name = fixedName(0, 'Q', key);
      const reason = verdicts.virus?.name ?? 'unnamed';
      const note = { kind: 'virus', reason, since: clock.now(), envelope, verdicts } as const;
      const isNew = await spool.add(formatTroubleFile(note, raw), name);
      log.warn('trouble.quarantined', { name, virus: reason, bytes: raw.length, isNew });
      return name;
    },
    async keep(claim, { kind, reason }) {
      const note = { kind, reason, since: clock.now(), envelope: noEnvelope, verdicts: noVerdicts };
      const bytes = formatTroubleFile(note, await files.readFile(claim.path));
      // A name of its own: another entry may have come under the same name before.
      const name = names.next(bytes.length);
      await spool.add(bytes, name);
      log.error('trouble.kept', { entry: claim.name, name, reason });
    },
    async list(most = mostListed) {
      const entries = (await spool.list()).slice(0, most);
      const described = (await Promise.all(entries.map(describeIfThere))).flat();
      return described.toSorted((one, other) => one.since - other.since);
    },
    count: async () => (await spool.list()).length,
    read,
    async release(name, file) {
      const waiting = (await spool.waiting()).find((entry) => entry.name === name);
      const claim = waiting === undefined ? undefined : await spool.claim(waiting);
      if (claim === undefined) return refuse({ code: 'unknown-entry', name });
      try {
        const { note, mail: raw } = parseTroubleFile(await files.readFile(claim.path));
        if (note?.kind === 'outgoing') {
          await claim.release();
          return refuse({ code: 'not-incoming', name });
        }
        const { envelope = noEnvelope, verdicts = noVerdicts } = note ?? {};
        const { isGone, value } = await file({ name: claim.name, raw, envelope, verdicts });
        await (isGone ? claim.done() : claim.release());
        return ok(value);
      } catch (error) {
        await claim.release();
        throw error;
      }
    },
  };
}

function toEntry(
  name: MessageName,
  { note, subject }: TroubleFile,
  { size, modified }: { readonly size: number; readonly modified: Instant },
): TroubleEntry {
  return {
    name,
    kind: note?.kind ?? 'unknown',
    reason: note?.reason ?? '',
    since: note?.since ?? modified,
    sender: note?.envelope.sender,
    recipients: note?.envelope.recipients ?? [],
    subject,
    size,
  };
}
