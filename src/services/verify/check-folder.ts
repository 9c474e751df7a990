/**
 * One ticket's folder: every file by itself, then the history that they tell of each other.
 *
 * Promises: reads each file once, one after another; changes nothing; what the desk changed itself (flags, moves,
 * redactions) is accounted for by events and is no finding.
 */
import { join } from 'node:path';
import { hour, type Instant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import type { Digest, MessageName, TicketEvent } from '../../core/ticket/event.ts';
import { accountFor, checkHistory } from '../../core/ticket/history.ts';
import { finalDigests, readRedactions } from '../../core/ticket/redaction.ts';
import type { FileOps } from '../../storage/files.ts';
import { listMaildirFiles } from '../../storage/maildir.ts';
import { checkFile, type FileCheck } from './check-file.ts';
import type { FileFinding, Place } from './finding.ts';

export interface FolderDeps {
  readonly files: FileOps;
  readonly now: () => Instant;
  readonly accountOf: (owner: number) => string;
}

export type PlacedFinding = FileFinding & { readonly place?: Place };

/** The Maildir custom: what is older in `tmp` belongs to nobody any more. */
export const leftoverMs = 36 * hour;

export async function checkFolder(
  { files, now, accountOf }: FolderDeps,
  folder: string,
  infoSeparator: string,
): Promise<readonly PlacedFinding[]> {
  const findings: PlacedFinding[] = [];
  const checks = new Map<MessageName, FileCheck>();
  for (const { name, path } of await listMaildirFiles(files, folder, infoSeparator)) {
    const check = await read(path, name);
    if (check === undefined) continue;
    const other = checks.get(name);
    if (other === undefined) checks.set(name, check);
    else findings.push({ kind: 'twice', name, same: other.event.digest === check.event.digest });
  }
  const all = [...checks.values()].filter(({ event }) => event.kind !== 'draft');
  findings.push(...all.flatMap((check) => check.findings));
  findings.push(...historyOf(all));
  findings.push(...findUnsealed(all));
  findings.push(...(await findLeftovers(join(folder, 'tmp'))));
  return findings;

  async function read(path: string, name: MessageName): Promise<FileCheck | undefined> {
    try {
      return await checkFile(files, path, name, accountOf);
    } catch (error) {
      // A file that goes away between listing and reading is missing, as one that went before.
      if (isFault(error, 'not-found')) return undefined;
      if (!isFault(error)) throw error;
      findings.push({ kind: 'unreadable', name });
      return undefined;
    }
  }

  async function findLeftovers(tmp: string): Promise<readonly PlacedFinding[]> {
    const found: PlacedFinding[] = [];
    for (const name of (await files.list(tmp)) ?? []) {
      const stat = await files.stat(join(tmp, name));
      if (stat !== undefined && now() - stat.modified > leftoverMs)
        found.push({ kind: 'leftover', name: `tmp/${name}` });
    }
    return found;
  }
}

function historyOf(checks: readonly FileCheck[]): readonly PlacedFinding[] {
  const events = checks.map(({ event }) => event);
  const rewritten = finalDigests(readRedactions(events));
  const places = new Map(
    checks.flatMap(({ event, altered }) =>
      // What an event says was written is as it was written, whatever its name says of the size.
      altered === undefined || rewritten.get(event.name)?.now === event.digest
        ? []
        : [[event.name, altered]],
    ),
  );
  const unfinished = findUnfinished(events, places);
  const stale = new Set(unfinished.map(({ name }) => name));
  const altered = new Set([...places.keys()].filter((name) => !stale.has(name)));
  const present = new Set(events.map(({ digest }) => digest));
  const believed = events.map((event) =>
    places.get(event.name) === undefined || places.get(event.name)?.part === 'mail'
      ? event
      : // What a spoilt block names may be the very thing that was spoilt.
        { ...event, previous: event.previous.filter((digest) => present.has(digest)) },
  );
  const found = checkHistory(believed, altered, accountFor(events)).map(
    (finding): PlacedFinding => {
      const place = finding.kind === 'changed' ? places.get(finding.name) : undefined;
      return place === undefined ? finding : { ...finding, place };
    },
  );
  return [...unfinished, ...found];
}

/** What an event says was rewritten, and was not yet; or was changed since. */
function findUnfinished(
  events: readonly TicketEvent[],
  altered: ReadonlyMap<MessageName, Place>,
): readonly { kind: 'unfinished'; name: MessageName; expected: Digest }[] {
  const last = finalDigests(readRedactions(events));
  return events.flatMap(({ name, digest }) => {
    const expected = last.get(name);
    const isOpen = expected !== undefined && expected.now !== digest && !altered.has(name);
    return isOpen ? [{ kind: 'unfinished' as const, name, expected: expected.now }] : [];
  });
}

/** A desk that seals goes on sealing: without one it is an older release's, or the seal was taken away. */
function findUnsealed(checks: readonly FileCheck[]): readonly PlacedFinding[] {
  const first = Math.min(
    ...checks.filter(({ seal }) => seal !== 'none').map(({ event }) => event.time),
  );
  return checks
    .filter(
      ({ seal, event }) => seal === 'none' && event.time > first && event.fields.has('number'),
    )
    .map(({ event }) => ({ kind: 'unsealed', name: event.name }));
}
