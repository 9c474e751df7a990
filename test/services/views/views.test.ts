import {
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Clock, minute, systemClock, toInstant } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { formatTicketNumber, type TicketNumber } from '../../../src/core/ticket/number.ts';
import type { IndexChange, TicketRecord } from '../../../src/services/index/index.ts';
import { projectTicket } from '../../../src/services/index/projector.ts';
import { createViews, type Views, type ViewsOptions } from '../../../src/services/views/views.ts';
import { type FileOps, nodeFiles } from '../../../src/storage/files.ts';
import { effortOfAsync } from '../../helpers/effort.ts';
import { fakeFolder } from '../../helpers/fake-tickets.ts';
import { createTestLog, type TestLog } from '../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';

let root: string;
let log: TestLog;
let views: Views;
let scope: 'open' | 'all' | 'off';
const records = new Map<TicketNumber, TicketRecord>();
const listeners = new Set<(change: IndexChange) => void>();

const numberOf = (counter: number) => formatTicketNumber('20261123', counter);
const first = numberOf(1);

function begin(
  files: FileOps = nodeFiles,
  more: Partial<ViewsOptions> = {},
  clock: Clock = systemClock,
): Views {
  const made = createViews(
    {
      index: {
        async *records() {
          yield [...records.values()];
        },
        find: async (number) => records.get(number),
        onChange(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        isReady: () => true,
      },
      files,
      clock,
      log,
    },
    {
      directory: root,
      scope: () => scope,
      queues: () => ['Support', 'Billing', 'Billing::Refunds'],
      ...more,
    },
  );
  made.start();
  return made;
}

beforeEach(async () => {
  root = await makeTemporaryDirectory();
  log = createTestLog();
  scope = 'open';
  records.clear();
  listeners.clear();
  await mkdir(join(root, 'views'));
  views = begin();
  return () => views.stop();
});

/** Says what the index would say of a ticket; undefined that it is gone. */
function put(number: TicketNumber, changes: Partial<TicketRecord> | undefined): void {
  const before = records.get(number) ?? {
    ...projectTicket(fakeFolder(number, [])),
    queue: 'Billing',
    owner: 'anna',
    customer: { name: 'Kim', address: 'Kim@example.org' },
  };
  if (changes === undefined) records.delete(number);
  else records.set(number, { ...before, ...changes });
  for (const listener of listeners) listener({ number, record: records.get(number), isNew: false });
}

/** Every link below `views/`, with its text. */
async function links(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(join(root, 'views'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(root.length + '/views/'.length)] = await readlink(path);
  }
  return found;
}

const names = async () => Object.keys(await links()).sort();
const up = (levels: number) => `${'../'.repeat(levels)}tickets/2026/11/23`;

describe('views', () => {
  it('have a ticket by queue and state, owner and customer, by relative links', async () => {
    put(first, { state: 'open', queue: 'billing::refunds' });
    await views.sweep();
    expect(await links()).toEqual({
      [`queue/Billing/Refunds/open/${first}`]: `${up(5)}/${first}`,
      [`owner/anna/${first}`]: `${up(3)}/${first}`,
      [`customer/kim@example.org/${first}`]: `${up(3)}/${first}`,
    });
    await mkdir(join(root, 'tickets/2026/11/23', first), { recursive: true });
    const linked = await stat(join(root, 'views/queue/Billing/Refunds/open', first));
    expect(linked.isDirectory()).toBe(true);
  });

  it('follow a ticket, and folders that hold nothing are gone', async () => {
    put(first, { state: 'open' });
    await views.sweep();
    put(first, { state: 'pending-customer', owner: undefined });
    await views.settled();
    expect(await names()).toEqual([
      `customer/kim@example.org/${first}`,
      `owner/_/${first}`,
      `queue/Billing/pending-customer/${first}`,
    ]);
    expect(await readdir(join(root, 'views/queue/Billing'))).toEqual(['pending-customer']);
    put(first, { state: 'closed' });
    await views.settled();
    expect(await names()).toEqual([]);
    expect((await readdir(join(root, 'views'))).sort()).toEqual(['customer', 'owner', 'queue']);
  });

  it('show what is new under a name that no mail program takes for a part of a Maildir', async () => {
    put(first, { state: 'new' });
    await views.sweep();
    expect(await names()).toContain(`queue/Billing/new_/${first}`);
  });

  it('of all tickets have the closed ones by month, and follow them into the archive', async () => {
    scope = 'all';
    put(first, { state: 'closed', closedAt: toInstant(Date.UTC(2026, 10, 24)) });
    await mkdir(join(root, 'tickets/2026/11/23', first), { recursive: true });
    await views.sweep();
    const link = `queue/Billing/closed/2026-11/${first}`;
    expect(await links()).toMatchObject({ [link]: `${up(5)}/${first}` });
    await mkdir(join(root, 'archive/2026/11/23'), { recursive: true });
    await rename(join(root, 'tickets/2026/11/23', first), join(root, 'archive/2026/11/23', first));
    put(first, {});
    await views.settled();
    expect(await links()).toMatchObject({
      [link]: `../../../../../archive/2026/11/23/${first}`,
      [`customer/kim@example.org/${first}`]: `../../../archive/2026/11/23/${first}`,
    });
  });

  it.each([
    ['a link', () => unlink(join(root, 'views/owner/anna', first))],
    ['a folder', () => rm(join(root, 'views/queue/Billing'), { recursive: true })],
    ['everything', () => rm(join(root, 'views'), { recursive: true })],
    [
      'a folder by another name',
      () => rename(join(root, 'views/queue/Billing'), join(root, 'views/queue/Elsewhere')),
    ],
    [
      'a link that leads elsewhere',
      async () => {
        await unlink(join(root, 'views/owner/anna', first));
        await symlink('/etc', join(root, 'views/owner/anna', first));
      },
    ],
    [
      'a link where none belongs',
      () => symlink(`${up(3)}/${first}`, join(root, 'views/owner/anna', numberOf(2))),
    ],
  ])('are as before with the next sweep after somebody left %s', async (_, touch) => {
    put(first, { state: 'open' });
    await views.sweep();
    const before = await links();
    await touch();
    expect(await links().catch(() => ({}))).not.toEqual(before);
    await views.sweep();
    expect(await links()).toEqual(before);
  });

  it('are mended by a start, too, and leave what people put there', async () => {
    put(first, { state: 'open' });
    await views.sweep();
    const before = await links();
    await views.stop();
    await rm(join(root, 'views/owner/anna', first));
    await mkdir(join(root, 'views/owner/gone'));
    await symlink('../../../tickets', join(root, 'views/owner/gone', numberOf(7)));
    await mkdir(join(root, 'views/mine'));
    await symlink('../../tickets', join(root, 'views/mine', numberOf(8)));
    await writeFile(join(root, 'views/owner/anna/notes.txt'), 'mine');
    views = begin();
    await views.sweep();
    expect(await links()).toEqual({ ...before, [`mine/${numberOf(8)}`]: '../../tickets' });
    expect(await readFile(join(root, 'views/owner/anna/notes.txt'), 'utf8')).toBe('mine');
    expect(await readdir(join(root, 'views/owner'))).toEqual(['anna']);
  });

  it('lead nowhere else, whatever a name from outside says', async () => {
    put(first, {
      state: 'open',
      queue: '../../../tmp::..::con',
      owner: '/etc/passwd',
      customer: { name: '', address: '../..\u0000/new' },
    });
    await views.sweep();
    expect(await names()).toEqual([
      `customer/__.._new/${first}`,
      `owner/_etc_passwd/${first}`,
      `queue/__.._.._tmp/_/_con/open/${first}`,
    ]);
  });

  it('are one folder for names that differ in case alone', async () => {
    put(first, { state: 'open', queue: 'BILLING', owner: 'Anna' });
    put(numberOf(2), { state: 'open', queue: 'billing', owner: 'anna' });
    await views.sweep();
    expect(await names()).toEqual(
      [first, numberOf(2)]
        .flatMap((number) => [
          `customer/kim@example.org/${number}`,
          `owner/anna/${number}`,
          `queue/Billing/open/${number}`,
        ])
        .sort(),
    );
  });

  it('are not made when they are switched off, and what is there stays', async () => {
    put(first, { state: 'open' });
    await views.sweep();
    const before = await links();
    scope = 'off';
    put(first, { state: 'pending-customer' });
    await views.settled();
    await views.sweep();
    expect(await links()).toEqual(before);
    scope = 'open';
    await views.sweep();
    expect(await names()).toContain(`queue/Billing/pending-customer/${first}`);
  });

  it('say once where the file system has no links, and nothing else suffers', async () => {
    await views.stop();
    log.expectLog('views.unsupported');
    views = begin({
      ...nodeFiles,
      symlink: () =>
        Promise.reject(new Fault('permission-denied', { retry: 'later', detail: 'No links' })),
    });
    put(first, { state: 'open' });
    await views.sweep();
    put(first, { state: 'pending-customer' });
    await views.settled();
    await views.sweep();
    expect(log.events('warn')).toEqual(['views.unsupported']);
  });

  it('cost a change its own links, however many tickets there are', async () => {
    const calls: string[] = [];
    const counting = new Proxy(nodeFiles, {
      get: (target, name: keyof FileOps) => {
        calls.push(name);
        return target[name];
      },
    });
    await views.stop();
    // No folder is young, as a minute after it was made.
    const later = { ...systemClock, now: () => toInstant(systemClock.now() + minute) };
    views = begin(counting, {}, later);
    const many = Number(process.env.MAILDESK_TEST_VIEWS ?? 2000);
    for (let counter = 1; counter <= many; counter += 1)
      records.set(numberOf(counter), {
        ...projectTicket(fakeFolder(numberOf(counter), [])),
        state: 'open',
        queue: counter % 2 === 0 ? 'Billing' : 'Support',
        owner: `agent${counter % 20}`,
        customer: { name: '', address: `kim${counter % Math.floor(many / 2.5)}@example.org` },
      });
    const building = await effortOfAsync(() => views.sweep());
    calls.length = 0;
    const sweeping = await effortOfAsync(() => views.sweep());
    const sweepCalls = calls.length;
    calls.length = 0;
    put(first, { state: 'pending-customer' });
    const changing = await effortOfAsync(() => views.settled());
    const changeCalls = calls.length;
    await views.stop();
    views = begin(counting);
    const starting = await effortOfAsync(() => views.sweep());
    if (process.env.MAILDESK_TEST_VIEWS !== undefined)
      process.stdout.write(
        `views of ${many} tickets: ${Math.round(building)} ms built, ${Math.round(starting)} ms at a start, ${Math.round(sweeping)} ms swept (${sweepCalls} calls), ${Math.round(changing)} ms a change (${changeCalls} calls)\n`,
      );
    expect(changeCalls).toBeLessThan(40);
    expect(building).toBeLessThan(15 * many);
    // The times of the folders.
    expect(sweepCalls).toBeLessThan(1.5 * many);
  }, 60_000);
});
