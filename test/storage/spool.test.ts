/** Claiming, taking over and putting back, on real directories, with crashes between any two steps. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hour, minute, systemClock, toInstant } from '../../src/base/clock.ts';
import { Fault } from '../../src/base/fault.ts';
import { type MessageName, parseMessageName } from '../../src/core/ticket/event.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { type Claim, createSpool, type Spool } from '../../src/storage/spool.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'maildesk-spool-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface SpoolSettings {
  readonly host?: string;
  readonly files?: FileOps;
  /** How far this host's clock is ahead of the file system's. */
  readonly ahead?: number;
}

function spoolOf({ host = 'one', files = nodeFiles, ahead = 0 }: SpoolSettings = {}): Spool {
  const clock = { ...systemClock, now: () => toInstant(systemClock.now() + ahead) };
  return createSpool(
    { files, directory: join(root, 'outbox'), host, clock },
    { staleAfterMs: 30 * minute },
  );
}

async function openSpool(settings?: SpoolSettings): Promise<Spool> {
  const spool = spoolOf(settings);
  await spool.open();
  return spool;
}

function nameOf(text: string): MessageName {
  const name = parseMessageName(text);
  if (name === undefined) throw new RangeError(text);
  return name;
}

async function claimOnly(spool: Spool): Promise<Claim> {
  const [entry] = await spool.waiting();
  const claim = entry === undefined ? undefined : await spool.claim(entry);
  if (claim === undefined) throw new Error('Nothing could be claimed');
  return claim;
}

const files = async (part: 'tmp' | 'new' | 'cur') =>
  (await readdir(join(root, 'outbox', part))).sort();
const deliverByHand = (name: string, text: string) =>
  writeFile(join(root, 'outbox', 'new', name), text);
const mail = nameOf('1795.M1P1Q1.host,S=4');

describe('claim', () => {
  test('moves the entry to cur under host and generation, done removes it', async () => {
    const spool = await openSpool();
    await spool.add(Buffer.from('mail'), mail);
    const claim = await claimOnly(spool);
    expect(claim.name).toBe(mail);
    expect(await files('cur')).toEqual([`${mail},one,1`]);
    expect(await readFile(claim.path, 'utf8')).toBe('mail');
    expect(await spool.waiting()).toEqual([]);
    expect((await spool.list()).map(({ name }) => name)).toEqual([mail]);
    await claim.done();
    expect([await files('new'), await files('cur'), await files('tmp')]).toEqual([[], [], []]);
  });

  test('has exactly one winner among claimers of one and of several hosts', async () => {
    const spools = [
      await openSpool(),
      await openSpool({ host: 'two' }),
      await openSpool({ host: 'three' }),
    ];
    for (let round = 0; round < 50; round += 1) {
      await deliverByHand(`entry-${round}`, 'mail');
      const lists = await Promise.all(spools.map((spool) => spool.waiting()));
      const claims = await Promise.all(
        spools.flatMap((spool, position) =>
          (lists[position] ?? []).flatMap((entry) => [spool.claim(entry), spool.claim(entry)]),
        ),
      );
      const winners = claims.filter((claim) => claim !== undefined);
      expect(winners).toHaveLength(1);
      await winners[0]?.done();
    }
  });

  test('is lost without noise when the entry is gone', async () => {
    const spool = await openSpool();
    expect(await spool.claim(spool.entryOf(nameOf('never-there')))).toBeUndefined();
  });

  test('release puts the entry back to be claimed again', async () => {
    const spool = await openSpool();
    await spool.add(Buffer.from('mail'), mail);
    const claim = await claimOnly(spool);
    await claim.release();
    expect([await files('new'), await files('cur')]).toEqual([[mail], []]);
    const again = await spool.claim(claim.released);
    expect(again?.name).toBe(mail);
  });

  test('tolerates whatever other programs call their files', async () => {
    const spool = await openSpool();
    const names = [
      '17.host:2,S',
      'with blank, comma,3 and "quotes"',
      ',',
      ':2,S',
      'line\nbreak',
      'ümläut–日本語',
      '~$%&;|`',
      '日'.repeat(84),
    ];
    for (const name of [...names, '.hidden']) await deliverByHand(name, name);
    const entries = await spool.waiting();
    expect(entries.map(({ fileName }) => fileName).sort()).toEqual([...names].sort());
    expect(entries.find(({ fileName }) => fileName === '17.host:2,S')?.name).toBe('17.host');
    for (const entry of entries) {
      const claim = await spool.claim(entry);
      expect(claim && (await readFile(claim.path, 'utf8'))).toBe(entry.fileName);
      await claim?.release();
    }
    for (const entry of await spool.waiting()) await (await spool.claim(entry))?.done();
    expect([await files('new'), await files('cur')]).toEqual([['.hidden'], []]);
  });

  test('loses neither of two mails that another program delivers under one name', async () => {
    const spool = await openSpool();
    await deliverByHand('same', 'first');
    const claim = await claimOnly(spool);
    await deliverByHand('same', 'second');
    expect(await spool.waiting()).toEqual([]);
    await claim.release();
    const texts: string[] = [];
    for (const entry of await spool.waiting()) {
      const next = await spool.claim(entry);
      if (next !== undefined) texts.push(await readFile(next.path, 'utf8'));
    }
    expect(texts.sort()).toEqual(['first', 'second']);
  });

  test('does not rename over a former claim of the same name', async () => {
    const before = await openSpool();
    await deliverByHand('same', 'first');
    await claimOnly(before);
    await deliverByHand('same', 'second');
    const after = spoolOf();
    const fresh = await after.claim(after.entryOf(nameOf('same')));
    expect(fresh && (await readFile(fresh.path, 'utf8'))).toBe('second');
    expect(await files('cur')).toEqual(['same,one,1', 'same,one,2']);
  });
});

describe('takeover', () => {
  test('finds our own claims of a run before, at once, under the next generation', async () => {
    const before = await openSpool();
    await before.add(Buffer.from('mail'), mail);
    await claimOnly(before);
    const after = spoolOf();
    const claim = await claimOnly(after);
    expect(claim.name).toBe(mail);
    expect(await files('cur')).toEqual([`${mail},one,2`]);
    await claim.release();
    expect(await files('new')).toEqual([mail]);
  });

  test('takes claims of other hosts only when they are stale', async () => {
    const other = await openSpool({ host: 'two' });
    await other.add(Buffer.from('mail'), mail);
    const lost = await claimOnly(other);
    expect(await spoolOf({ ahead: 20 * minute }).waiting()).toEqual([]);
    const claim = await claimOnly(spoolOf({ ahead: hour }));
    expect(await files('cur')).toEqual([`${mail},one,2`]);
    // The other host comes back: it neither fails nor takes the entry away.
    await lost.release();
    expect([await files('new'), await files('cur')]).toEqual([[], [`${mail},one,2`]]);
    await claim.done();
    expect(await files('cur')).toEqual([]);
  });

  test('has exactly one winner', async () => {
    const other = await openSpool({ host: 'dead' });
    for (let round = 0; round < 30; round += 1) {
      await other.add(Buffer.from('mail'), nameOf(`entry-${round}`));
      await claimOnly(other);
      const heirs = [spoolOf({ host: 'one', ahead: hour }), spoolOf({ host: 'two', ahead: hour })];
      const lists = await Promise.all(heirs.map((spool) => spool.waiting()));
      const claims = await Promise.all(
        heirs.flatMap((spool, position) =>
          (lists[position] ?? []).map((entry) => spool.claim(entry)),
        ),
      );
      const winners = claims.filter((claim) => claim !== undefined);
      expect(winners).toHaveLength(1);
      await winners[0]?.done();
    }
  });

  test('leaves files in cur alone that are no claims', async () => {
    const spool = await openSpool();
    for (const name of ['17.host:2,S', '17.host,S=5:2,', 'a,b', 'a,b,0', 'a,b,x', ',b,1']) {
      await writeFile(join(root, 'outbox', 'cur', name), 'seen');
    }
    expect(await spool.waiting()).toEqual([]);
  });
});

describe('put and add', () => {
  test('put links the same file, and doing it twice is fine', async () => {
    const spool = await openSpool();
    const path = join(root, 'message');
    await writeFile(path, 'mail');
    expect(await spool.put(path, mail)).toBe(true);
    expect(await spool.put(path, mail)).toBe(false);
    const claim = await claimOnly(spool);
    expect(await spool.put(path, mail)).toBe(false);
    expect([await files('new'), await files('cur')]).toEqual([[], [`${mail},one,1`]]);
    await claim.done();
    expect(await readFile(path, 'utf8')).toBe('mail');
  });

  test('add keeps the first bytes of a name', async () => {
    const spool = await openSpool();
    expect(await spool.add(Buffer.from('first'), mail)).toBe(true);
    expect(await spool.add(Buffer.from('second'), mail)).toBe(false);
    expect(await readFile((await claimOnly(spool)).path, 'utf8')).toBe('first');
    expect(await files('tmp')).toEqual([]);
  });

  test('put fails with not-found when there is nothing to link', async () => {
    const spool = await openSpool();
    await expect(spool.put(join(root, 'nothing'), mail)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

/** Every file operation beyond the n-th fails, as if the process had died there. */
function dyingFiles(after: number): { files: FileOps; calls: () => number } {
  let calls = 0;
  const step = () => {
    calls += 1;
    if (calls > after)
      throw new Fault('disk-failed', { retry: 'later', detail: 'Cannot go on: the process died' });
  };
  const mortal =
    <A extends readonly unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      step();
      return run(...args);
    };
  const dying: FileOps = {
    ...nodeFiles,
    createFile: mortal(nodeFiles.createFile),
    rename: mortal(nodeFiles.rename),
    link: mortal(nodeFiles.link),
    unlink: mortal(nodeFiles.unlink),
    syncDirectory: mortal(nodeFiles.syncDirectory),
  };
  return { files: dying, calls: () => calls };
}

describe('a crash between any two steps', () => {
  async function live(spool: Spool, reached: string[]): Promise<void> {
    const path = join(root, 'message');
    await spool.put(path, mail);
    reached.push('put');
    await (await claimOnly(spool)).release();
    const claim = await claimOnly(spool);
    reached.push('working');
    await claim.done();
    reached.push('done');
  }

  test('leaves the entry to be found, unless it was never put or is done', async () => {
    await openSpool();
    await writeFile(join(root, 'message'), 'mail');
    const whole = dyingFiles(Number.POSITIVE_INFINITY);
    await live(spoolOf({ files: whole.files }), []);
    const steps = whole.calls();
    expect(steps).toBeGreaterThanOrEqual(7);

    for (let step = 0; step < steps; step += 1) {
      const reached: string[] = [];
      await expect(live(spoolOf({ files: dyingFiles(step).files }), reached)).rejects.toThrow();
      const found = await spoolOf().waiting();
      const isUnlinked = (await files('new')).length + (await files('cur')).length === 0;
      if (reached.includes('put') && !isUnlinked)
        expect(found.map(({ name }) => name)).toEqual([mail]);
      if (!reached.includes('working') && reached.includes('put')) expect(found).toHaveLength(1);
      for (const entry of found) {
        const heir = spoolOf();
        const claim = await heir.claim(entry);
        expect(claim && (await readFile(claim.path, 'utf8'))).toBe('mail');
        await claim?.done();
      }
      expect([await files('new'), await files('cur')]).toEqual([[], []]);
    }
  });
});
