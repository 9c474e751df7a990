/** Checks of the machine: Node.js, clock, disk, watches. Each is a function of its own. */
import { join } from 'node:path';
import { type Clock, hour, minute, second } from '../../base/clock.ts';
import type { FileOps } from '../../storage/files.ts';
import { bad, type Finding, good } from './doctor.ts';

export interface MachineDeps {
  readonly files: FileOps;
  /** The desk. */
  readonly directory: string;
  readonly clock: Clock;
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return good('node', version);
  const detail = `Node.js is ${version}; expected 20.19 or newer`;
  return bad('fail', 'node', detail, 'Install Node.js 20.19 or newer and start the desk with it');
}

const mostSkew = 2 * second;

/** A file that is written now must be of now: on a network disk the server's clock dates it. */
export async function checkDiskClock({ files, directory, clock }: MachineDeps): Promise<Finding> {
  const check = 'clock';
  const probe = join(directory, 'index', `.doctor-clock-${clock.now()}`);
  const before = clock.now();
  await files.createFile(probe, Buffer.alloc(0));
  const after = clock.now();
  const modified = (await files.stat(probe))?.modified ?? before;
  await files.unlink(probe);
  const skew = modified < before ? before - modified : Math.max(0, modified - after);
  if (skew <= mostSkew) return good(check, 'agrees with the file system');
  return bad(
    skew > minute ? 'fail' : 'warn',
    check,
    `differs from that of the file system by ${Math.round(skew / second)} s`,
    'Let NTP set the clocks of this machine and of the file server',
  );
}

const fewBytes = 1024 ** 3;
const tooFewBytes = 100 * 1024 ** 2;

export async function checkSpace({ files, directory }: MachineDeps): Promise<readonly Finding[]> {
  const found = await Promise.all(
    ['tickets', 'archive'].map(async (name) => {
      const space = await files.space?.(join(directory, name));
      if (space === undefined) return [];
      const check = `space ${name}`;
      const { freeBytes, totalInodes, freeInodes } = space;
      const free = `${formatBytes(freeBytes)} free`;
      const cure = 'Make room, move archive/ to another disk, or let retention remove what is old';
      if (freeBytes < fewBytes)
        return [bad(freeBytes < tooFewBytes ? 'fail' : 'warn', check, free, cure)];
      // Some file systems make inodes as they go, and say 0.
      if (totalInodes > 0 && freeInodes < totalInodes / 50)
        return [bad('warn', check, `${freeInodes} of ${totalInodes} inodes are free`, cure)];
      return [good(check, free)];
    }),
  );
  return found.flat();
}

function formatBytes(bytes: number): string {
  const [unit, name] =
    bytes >= 1024 ** 3 ? [1024 ** 3, 'GB'] : bytes >= 1024 ** 2 ? [1024 ** 2, 'MB'] : [1024, 'kB'];
  return `${Math.floor(bytes / Number(unit))} ${name}`;
}

const writes = 5;
const slowMs = 50;

/** How long a mail waits for the disk before its 250. */
export async function checkSync({ files, directory, clock }: MachineDeps): Promise<Finding> {
  const began = clock.now();
  for (let at = 0; at < writes; at += 1) {
    const probe = join(directory, 'index', `.doctor-sync-${began}-${at}`);
    await files.createFile(probe, Buffer.alloc(4096, 46));
    await files.syncDirectory(join(directory, 'index'));
    await files.unlink(probe);
  }
  const each = (clock.now() - began) / writes;
  const detail = `a durable file takes ${each.toFixed(1)} ms`;
  if (each < slowMs) return good('disk', detail);
  const cure = 'Use a local SSD, or a disk whose cache survives a power cut';
  return bad('warn', 'disk', detail, cure);
}

/** A move within one file system is one rename; else every byte is copied. */
export async function checkOneDisk({ files, directory }: MachineDeps): Promise<readonly Finding[]> {
  const deviceOf = async (name: string) => (await files.stat(join(directory, name)))?.device;
  const [tickets, archive, outbox] = await Promise.all(
    ['tickets', 'archive', 'outbox'].map(deviceOf),
  );
  const check = 'file system';
  const findings: Finding[] = [];
  if (tickets !== outbox)
    findings.push(
      bad(
        'warn',
        check,
        'outbox/ is on another one than tickets/: each mail is copied into it',
        'Put both on one file system',
      ),
    );
  if (tickets !== archive)
    findings.push(
      good(check, 'archive/ is on another one than tickets/: tickets are copied there'),
    );
  return findings.length > 0 ? findings : [good(check, 'one for tickets, archive and outbox')];
}

/** Each watched folder takes two of the kernel's watches. */
export async function checkWatches(
  { files }: Pick<MachineDeps, 'files'>,
  watchedFolders: number,
  processId: number | undefined,
): Promise<readonly Finding[]> {
  const limitText = await textOf(files, '/proc/sys/fs/inotify/max_user_watches');
  // Another system than Linux.
  if (limitText === undefined) return [];
  const limit = Number.parseInt(limitText, 10);
  const wanted = 2 * watchedFolders + 50;
  const used = processId === undefined ? undefined : await countWatches(files, processId);
  const detail = `${used === undefined ? '' : `${used} used, `}at most ${wanted} wanted, the kernel allows ${limit}`;
  if (wanted < limit / 2) return [good('watches', detail)];
  const cure = `Set fs.inotify.max_user_watches to ${4 * wanted}, or watchedFolders lower`;
  return [bad('warn', 'watches', detail, cure)];
}

async function countWatches(files: FileOps, processId: number): Promise<number | undefined> {
  const folder = `/proc/${processId}/fdinfo`;
  const texts = await Promise.all(
    ((await files.list(folder)) ?? []).map((name) => textOf(files, join(folder, name))),
  );
  return texts.reduce((sum, text = '') => sum + (text.match(/^inotify wd:/gm)?.length ?? 0), 0);
}

async function textOf(files: FileOps, path: string): Promise<string | undefined> {
  try {
    return (await files.readFile(path)).toString('latin1');
  } catch {
    // What cannot be read, or has gone, is not known.
    return undefined;
  }
}

/** The process of the running desk; undefined when none runs, or nobody can tell. */
export async function findRunning({ files, directory }: MachineDeps): Promise<number | undefined> {
  const text = (await textOf(files, join(directory, 'index', 'desk.pid'))) ?? '';
  const processId = Number.parseInt(text, 10);
  if (!(processId > 1)) return undefined;
  const command = (await textOf(files, `/proc/${processId}/cmdline`)) ?? '';
  return /(?:main\.js|maildesk)\0(?:start|demo)\0/.test(command) ? processId : undefined;
}

const indexOldAfter = 2 * hour;
const largeIndex = 512 * 1024 ** 2;

/** The snapshot, from which a start serves its first pages. */
export async function checkSnapshot(
  { files, directory, clock }: MachineDeps,
  processId: number | undefined,
): Promise<readonly Finding[]> {
  const path = join(directory, 'index', 'catalogue.jsonl');
  const check = 'index snapshot';
  const stat = await files.stat(path);
  if (stat === undefined) return [good(check, 'there is none yet')];
  const size = `${formatBytes(stat.size)}`;
  const head = (await files.readPart(path, 0, Math.min(200, stat.size))).toString('utf8');
  if (!head.startsWith('{"format":"maildesk-catalogue"'))
    return [bad('warn', check, 'cannot be used', 'Run "maildesk reindex"')];
  const waiting = ((await files.list(join(directory, 'index', 'announce'))) ?? []).length;
  if (processId !== undefined && waiting > 0 && clock.now() - stat.modified > indexOldAfter)
    return [bad('warn', check, `${waiting} changes wait to be taken in`, 'Run "maildesk sweep"')];
  return stat.size > largeIndex
    ? [bad('warn', check, `has ${size}`, 'Let old tickets be removed, or add memory')]
    : [good(check, size)];
}
