/**
 * Whether the files of a desk are the ones that were written, and add up.
 *
 * Promises: findings come one by one, ticket by ticket, in bounded memory however large the desk is; it changes nothing.
 * Leaves to others: a single ticket (check-folder.ts), how it is told (edges).
 */
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import {
  counterOf,
  type Day,
  dayOf,
  folderOf,
  isTicketNumber,
  type TicketNumber,
} from '../../core/ticket/number.ts';
import type { FileOps } from '../../storage/files.ts';
import { removalOf } from '../../storage/ticket-removal.ts';
import { dayPath, walkDays } from '../../storage/walk-numbers.ts';
import type { LedgerFile } from '../ledger/ledger-file.ts';
import { checkFolder, leftoverMs } from './check-folder.ts';
import { type DeskFinding, type Finding, levelOf } from './finding.ts';

export interface VerifyProgress {
  readonly tickets: number;
  readonly findings: number;
}

export interface Verify {
  /** Every ticket, counters of days, and the account of mails; `told` hears of each ticket that is done. */
  all(told: (progress: VerifyProgress) => void): AsyncIterable<Finding>;
  /** Undefined when there is no such ticket. */
  one(number: TicketNumber): Promise<readonly Finding[] | undefined>;
}

export interface VerifyDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly accountOf: (owner: number) => string;
  readonly ledger: Pick<LedgerFile, 'load'>;
}

export interface VerifyOptions {
  /** The data directory. */
  readonly directory: string;
  readonly infoSeparator: string;
}

interface DayFolder {
  readonly day: Day;
  readonly path: string;
  /** All that lies in it, sorted, whatever it is. */
  readonly names: readonly string[];
}

const roots = ['tickets', 'archive'] as const;

export function createVerify(
  { files, clock, accountOf, ledger }: VerifyDeps,
  { directory, infoSeparator }: VerifyOptions,
): Verify {
  const deps = { files, accountOf, now: () => clock.now() };

  async function* folder(path: string, ticket: TicketNumber): AsyncIterable<Finding> {
    for (const finding of await checkFolder(deps, path, infoSeparator))
      yield { ticket, level: levelOf(finding), ...finding };
  }

  async function placesOf(number: TicketNumber): Promise<readonly string[]> {
    const found: string[] = [];
    for (const root of roots) {
      const path = join(directory, root, ...folderOf(number));
      if ((await files.stat(path)) !== undefined) found.push(path);
    }
    return found;
  }

  async function one(number: TicketNumber): Promise<readonly Finding[] | undefined> {
    const places = await placesOf(number);
    if (places.length === 0) return undefined;
    const findings: Finding[] = [];
    for (const path of places)
      for await (const finding of folder(path, number)) findings.push(finding);
    if (places.length > 1) findings.push(ofDesk({ kind: 'double', number }));
    return findings;
  }

  async function* all(told: (progress: VerifyProgress) => void): AsyncIterable<Finding> {
    let tickets = 0;
    let findings = 0;
    for await (const found of each(() => {
      tickets += 1;
      told({ tickets, findings });
    })) {
      findings += 1;
      yield found;
    }
    told({ tickets, findings });
  }

  async function* each(done: () => void): AsyncIterable<Finding> {
    for (const root of roots) {
      for await (const name of walkDays(files, join(directory, root))) {
        const day = await readDay(join(directory, root), name);
        for (const finding of checkDay(day)) yield ofDesk(finding);
        for (const number of day.names.filter(isTicketNumber)) {
          if (dayOf(number) !== day.day) continue;
          yield* folder(join(day.path, number), number);
          if (root === 'archive' && (await isIn('tickets', number)))
            yield ofDesk({ kind: 'double', number });
          done();
        }
        if (root === 'tickets') yield* gapsOf(day);
      }
    }
    yield* inTheMaking();
    yield* accountOfMails();
  }

  async function readDay(root: string, day: Day): Promise<DayFolder> {
    const path = dayPath(root, day);
    return { day, path, names: [...((await files.list(path)) ?? [])].sort() };
  }

  async function isIn(root: string, number: TicketNumber): Promise<boolean> {
    return (await files.stat(join(directory, root, ...folderOf(number)))) !== undefined;
  }

  /** What lies in the archive fills a gap. */
  async function* gapsOf({ day, names }: DayFolder): AsyncIterable<Finding> {
    const archived = dayPath(join(directory, 'archive'), day);
    const counters = [...names, ...((await files.list(archived)) ?? [])]
      .map((name) => removalOf(name) ?? name)
      .filter(isTicketNumber)
      .map(counterOf)
      .sort((one, other) => one - other);
    let next = 1;
    for (const counter of counters) {
      if (counter > next) yield ofDesk({ kind: 'gap', day, from: next, to: counter - 1 });
      next = counter + 1;
    }
  }

  async function* inTheMaking(): AsyncIterable<Finding> {
    const making = join(directory, 'tickets', '.tmp');
    for (const name of (await files.list(making)) ?? []) {
      const stat = await files.stat(join(making, name));
      if (stat !== undefined && clock.now() - stat.modified > leftoverMs)
        yield ofDesk({ kind: 'leftover', name: `tickets/.tmp/${name}` });
    }
  }

  async function* accountOfMails(): AsyncIterable<Finding> {
    const saved = await ledger.load();
    if (saved === undefined) return;
    if (saved.unaccounted > 0) yield ofDesk({ kind: 'unaccounted', mails: saved.unaccounted });
    for (const { ticket, message } of saved.missing)
      yield ofDesk({ kind: 'lost-mail', number: ticket, name: message });
  }

  return { all, one };
}

function ofDesk(finding: DeskFinding): Finding {
  return { ...finding, level: levelOf(finding) };
}

function checkDay({ day, names }: DayFolder): readonly DeskFinding[] {
  return names.flatMap((name): readonly DeskFinding[] => {
    const path = `${day}/${name}`;
    if (isTicketNumber(name))
      return dayOf(name) === day ? [] : [{ kind: 'number', path, reason: 'other-day' }];
    const isNear = /^[0-9]{14,20}$/.test(name);
    return name.startsWith('.') || removalOf(name) !== undefined
      ? []
      : [{ kind: 'number', path, reason: isNear ? 'check-digits' : 'no-number' }];
  });
}
