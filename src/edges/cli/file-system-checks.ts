/**
 * What the file system below the desk can do: hard links, symbolic links, the separator in names, upper and lower case.
 *
 * Promises: it is tried out in `index/`, and nothing stays there. Each finding comes with its cure.
 */
import { join } from 'node:path';
import type { CliHost } from './desk.ts';

interface FileSystemFinding {
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly cure?: string;
}

const check = 'file system';

export async function checkFileSystem(
  { files, directory, clock }: Pick<CliHost, 'files' | 'directory' | 'clock'>,
  infoSeparator: string,
): Promise<readonly FileSystemFinding[]> {
  const probe = join(directory, 'index', `.probe-${clock.now()}`);
  const made = [probe, `${probe}l`, `${probe}s`, `${probe}${infoSeparator}2,S`];
  const [first = '', link = '', symlink = '', named = ''] = made;
  if (!(await works(() => files.createFile(first, Buffer.alloc(0))))) return [];
  try {
    const findings: FileSystemFinding[] = [];
    if (!(await works(() => files.link(first, link))))
      findings.push({
        check,
        level: 'fail',
        detail: 'has no hard links, of which the outbox is made',
        cure: 'Move the desk to ext4, XFS, Btrfs, ZFS, NTFS, APFS or NFS',
      });
    if (!(await works(() => files.symlink('.', symlink))))
      findings.push({
        check,
        level: 'warn',
        detail: 'has no symbolic links, of which views/ is made',
        cure: 'Set "views: off", or let the account of the desk make links',
      });
    if (!(await works(() => files.createFile(named, Buffer.alloc(0)))))
      findings.push({
        check,
        level: 'fail',
        detail: `cannot hold "${infoSeparator}" in a name`,
        cure: 'Set "infoSeparator: \\";\\"" before the first mail comes',
      });
    const isOneCase = (await files.stat(first.replace('.probe', '.PROBE'))) !== undefined;
    const cases = isOneCase ? 'upper and lower case are one' : 'upper and lower case differ';
    return findings.length > 0
      ? findings
      : [{ check, level: 'ok', detail: `hard and symbolic links; ${cases}` }];
  } finally {
    for (const path of made) await works(() => files.unlink(path));
  }
}

async function works(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch {
    // Whatever the reason, it cannot be done: that is the finding.
    return false;
  }
}
