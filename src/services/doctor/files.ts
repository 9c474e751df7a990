/** Checks of what lies in the desk's folders: secrets that others can read, and what was left over. */
import { join } from 'node:path';
import { type Clock, day, hour, type Instant, minute, parseInstant } from '../../base/clock.ts';
import type { FileOps } from '../../storage/files.ts';
import { bad, type Finding, good } from './doctor.ts';

export interface FolderDeps {
  readonly files: FileOps;
  /** The desk. */
  readonly directory: string;
  readonly clock: Clock;
}

/** Keys and password hashes: `config/secret`, the files of agents, and what the settings name. */
export async function checkSecrets(
  { files, directory }: FolderDeps,
  named: readonly string[],
): Promise<readonly Finding[]> {
  const agents = ((await files.list(join(directory, 'config/agents'))) ?? []).filter((name) =>
    name.endsWith('.yaml'),
  );
  const paths = [
    join(directory, 'config/secret'),
    ...agents.map((name) => join(directory, 'config/agents', name)),
    ...named,
  ];
  const open: string[] = [];
  for (const path of paths) {
    const mode = (await files.stat(path))?.mode ?? 0;
    if ((mode & 0o007) !== 0) open.push(path);
  }
  const [first] = open;
  if (first === undefined)
    return [good('secrets', `${paths.length} files, none of them for everybody`)];
  const others = open.length === 1 ? '' : ` and ${open.length - 1} more`;
  return [
    bad(
      'warn',
      'secrets',
      `every account can read "${first}"${others}`,
      `chmod o= ${open.slice(0, 5).join(' ')}`,
    ),
  ];
}

/** Older than any delivery that is still under way. */
const staleAfter = 36 * hour;
const mostLookedAt = 1000;

export async function checkLeftovers({
  files,
  directory,
  clock,
}: FolderDeps): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const folder of ['inbox/tmp', 'outbox/tmp', 'trouble/tmp', 'tickets/.tmp', 'archive/.tmp']) {
    const names = ((await files.list(join(directory, folder))) ?? []).slice(0, mostLookedAt);
    const apart = names.filter((name) => name.startsWith('apart-'));
    const [first] = apart;
    if (first !== undefined)
      findings.push(
        bad(
          'warn',
          'leftovers',
          `${apart.length} folders in ${folder} hold other files than their tickets, the first is ${first}`,
          'Compare each with the ticket of its number, copy into its "new" what is missing, then remove it',
        ),
      );
    let stale = 0;
    for (const name of names.filter((each) => !apart.includes(each))) {
      const stat = await files.stat(join(directory, folder, name));
      if (stat !== undefined && clock.now() - stat.modified > staleAfter) stale += 1;
    }
    if (stale > 0)
      findings.push(
        bad(
          'warn',
          'leftovers',
          `${stale} files in ${folder} are older than 36 hours`,
          `Nobody goes on with them; remove them from ${folder}`,
        ),
      );
  }
  return findings.length > 0 ? findings : [good('leftovers', 'none')];
}

const takenWithin = 15 * minute;

/** What was put into drop/ is taken within minutes while a desk runs. */
export async function checkDrop(
  { files, directory, clock }: FolderDeps,
  isRunning: boolean,
): Promise<Finding> {
  const names = ((await files.list(join(directory, 'drop'))) ?? []).filter(
    (name) => !name.startsWith('.'),
  );
  let waiting = 0;
  for (const name of names.slice(0, mostLookedAt)) {
    const stat = await files.stat(join(directory, 'drop', name));
    if (stat?.isDirectory === false && clock.now() - stat.modified > takenWithin) waiting += 1;
  }
  if (waiting === 0) return good('drop', 'nothing waits');
  const cure = isRunning
    ? 'Look into the log for "drop", and whether the desk may read and remove the files'
    : 'Start the desk';
  return bad('warn', 'drop', `${waiting} files in drop/ were not taken for 15 minutes`, cure);
}

/** A certificate that ends soon; checked against the name of the desk's own mail server. */
export function checkCertificate(
  { validTo, names }: { readonly validTo: Instant | undefined; readonly names: string },
  hostName: string,
  now: number,
): Finding {
  const check = 'certificate';
  if (validTo === undefined)
    return bad('warn', check, 'says no end that can be read', 'Look at it');
  const left = Math.floor((validTo - now) / day);
  const cure = 'Renew it, then start the desk anew';
  if (left < 0) return bad('fail', check, `ended ${-left} days ago`, cure);
  if (left < 14) return bad('warn', check, `ends in ${left} days`, cure);
  if (names !== '' && !isFor(names, hostName))
    return bad(
      'warn',
      check,
      `is for ${names}, not for "${hostName}"`,
      'Set hostName to a name of the certificate, or get one for it',
    );
  return good(check, `valid for ${left} days`);
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Jun  1 12:00:00 2027 GMT`, as OpenSSL writes times; undefined for what is no such text. */
export function parseValidTo(text: string): Instant | undefined {
  const [, name = '', date = '', time, year] =
    /^(\w{3}) +(\d{1,2}) ([\d:]{8}) (\d{4}) GMT$/.exec(text) ?? [];
  const [month, padded] = [months.indexOf(name) + 1, date.padStart(2, '0')];
  return parseInstant(`${year}-${String(month).padStart(2, '0')}-${padded}T${time}Z`);
}

/** `DNS:mail.example.org, DNS:*.example.org` */
function isFor(names: string, hostName: string): boolean {
  const wanted = hostName.toLowerCase();
  return names
    .toLowerCase()
    .split(/,\s*/)
    .map((name) => name.replace(/^dns:/, ''))
    .some(
      (name) =>
        name === wanted || (name.startsWith('*.') && wanted.replace(/^[^.]+/, '*') === name),
    );
}
