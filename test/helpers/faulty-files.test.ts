/** The failing disk is itself held to its promises, on real files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { Fault } from '../../src/base/fault.ts';
import { createNameMaker, deliver } from '../../src/storage/maildir.ts';
import { CrashError, createFaultyFiles, type FaultyFiles } from './faulty-files.ts';
import { makeTemporaryDirectory } from './temp.ts';

const bytes = Buffer.from('0123456789');
let root = '';
const at = (...path: string[]) => join(root, ...path);

/** Every path below the root, directories with a slash, files with their content. */
function tree(): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      const path = relative(root, full);
      return entry.isDirectory() ? `${path}/` : `${path}=${readFileSync(full, 'latin1')}`;
    })
    .sort();
}

/** A directory that is on the disk. */
async function makeDurable(files: FaultyFiles, ...names: readonly string[]): Promise<void> {
  for (const name of names) await files.makeDirectory(at(name));
  await files.syncDirectory(root);
}

beforeEach(async () => {
  root = await makeTemporaryDirectory();
});

describe('a disk that counts', () => {
  it('does what it is told, on real files, and names each call', async () => {
    const files = createFaultyFiles();
    await files.makeDirectory(at('a'));
    await files.createFile(at('a', 'x'), bytes);
    await files.link(at('a', 'x'), at('a', 'y'));
    await files.rename(at('a', 'x'), at('a', 'z'));
    await files.append(at('log'), 'one');
    await files.append(at('log'), ' two');
    expect(await files.readPart(at('a', 'z'), 2, 3)).toEqual(Buffer.from('234'));
    expect([...((await files.list(at('a'))) ?? [])].sort()).toEqual(['y', 'z']);
    expect(await files.list(at('none'))).toBeUndefined();
    expect(await files.unlink(at('a', 'y'))).toBe(true);
    expect(await files.unlink(at('a', 'y'))).toBe(false);
    expect((await files.stat(at('a', 'z')))?.size).toBe(10);
    await files.syncDirectory(root);
    expect(tree()).toEqual(['a/', 'a/z=0123456789', 'log=one two']);
    await files.removeTree(at('a'));
    await files.removeTree(at('a'));
    expect(tree()).toEqual(['log=one two']);
    expect(files.calls()).toBe(15);
    expect(files.operations()[3]).toBe(`rename ${at('a', 'x')}`);
    expect(files.hasStruck()).toBe(false);
  });

  it('refuses as the real disk does', async () => {
    const files = createFaultyFiles();
    await files.makeDirectory(at('a'));
    await files.createFile(at('a', 'x'), bytes);
    await files.makeDirectory(at('b'));
    const answers = [
      files.makeDirectory(at('a')),
      files.createFile(at('a', 'x'), bytes),
      files.link(at('a', 'x'), at('a', 'x')),
      files.rename(at('b'), at('a')),
      files.rename(at('none'), at('a', 'x')),
      files.readFile(at('none')),
    ];
    const codes = (await Promise.allSettled(answers)).map((each) =>
      each.status === 'rejected' && each.reason instanceof Fault ? each.reason.code : 'no fault',
    );
    expect(codes).toEqual(['exists', 'exists', 'exists', 'exists', 'not-found', 'not-found']);
    expect(tree()).toEqual(['a/', 'a/x=0123456789', 'b/']);
  });
});

describe('a disk that fails', () => {
  it.each([
    ['EIO', 'disk-failed'],
    ['ENOSPC', 'disk-full'],
  ] as const)('answers %s at the chosen call only', async (errno, code) => {
    const files = createFaultyFiles({ kind: 'fail', at: 2, errno });
    await files.makeDirectory(at('a'));
    const failed = files.rename(at('a'), at('b'));
    await expect(failed).rejects.toMatchObject({ name: 'Fault', code, retry: 'later' });
    expect(files.hasStruck()).toBe(true);
    await files.rename(at('a'), at('c'));
    expect(tree()).toEqual(['c/']);
  });

  it('keeps failing when told so', async () => {
    const files = createFaultyFiles({ kind: 'fail', at: 2, errno: 'ENOSPC', lasting: true });
    await files.makeDirectory(at('a'));
    await expect(files.makeDirectory(at('b'))).rejects.toBeInstanceOf(Fault);
    await expect(files.list(root)).rejects.toBeInstanceOf(Fault);
    expect(tree()).toEqual(['a/']);
  });

  it('leaves half a file behind, and never touches one that was there', async () => {
    const files = createFaultyFiles({ kind: 'fail', at: 1, errno: 'ENOSPC', lasting: true });
    await expect(files.createFile(at('x'), bytes)).rejects.toMatchObject({ code: 'disk-full' });
    await expect(files.createFile(at('x'), Buffer.from('other'))).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(tree()).toEqual(['x=01234']);
  });
});

describe('a disk that crashes', () => {
  it('answers nothing any more, not even what was under way', async () => {
    const files = createFaultyFiles({ kind: 'crash', at: 2 });
    const underWay = files.makeDirectory(at('a'));
    const struck = files.makeDirectory(at('b'));
    const later = files.list(root);
    for (const answer of [underWay, struck, later, files.unlink(at('a'))]) {
      await expect(answer).rejects.toBeInstanceOf(CrashError);
    }
    await files.powerCut('none');
    expect(existsSync(at('b'))).toBe(false);
  });

  it.each([
    ['none', []],
    ['half', ['x=01234']],
    ['done', ['x=0123456789']],
  ] as const)('leaves %s of an interrupted file', async (effect, left) => {
    const files = createFaultyFiles({ kind: 'crash', at: 1, effect });
    await expect(files.createFile(at('x'), bytes)).rejects.toBeInstanceOf(CrashError);
    await files.powerCut('none');
    expect(tree()).toEqual(left);
  });

  it('removes half a tree', async () => {
    const files = createFaultyFiles({ kind: 'crash', at: 5, effect: 'half' });
    await makeDurable(files, 'a');
    await files.createFile(at('a', 'x'), bytes);
    await files.createFile(at('a', 'y'), bytes);
    await expect(files.removeTree(at('a'))).rejects.toBeInstanceOf(CrashError);
    await files.powerCut('none');
    expect(tree()).toEqual(['a/', 'a/y=0123456789']);
  });

  it.each([
    ['none', []],
    ['done', ['x=0123456789']],
  ] as const)('counts a sync that it interrupts with %s done', async (effect, left) => {
    const files = createFaultyFiles({ kind: 'crash', at: 2, effect });
    await files.createFile(at('x'), bytes);
    await expect(files.syncDirectory(root)).rejects.toBeInstanceOf(CrashError);
    await files.powerCut('all');
    expect(tree()).toEqual(left);
  });
});

describe('a power cut', () => {
  it('takes back every name whose directory was not synced', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'a');
    await files.createFile(at('a', 'durable'), bytes);
    await files.syncDirectory(at('a'));
    await files.createFile(at('a', 'lost'), bytes);
    await files.link(at('a', 'durable'), at('a', 'lost too'));
    await files.makeDirectory(at('lost'));
    await files.createFile(at('lost', 'x'), bytes);
    await files.syncDirectory(at('lost'));
    await files.powerCut('all');
    expect(tree()).toEqual(['a/', 'a/durable=0123456789']);
  });

  it('brings back what was removed, as it was', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'a', 'b');
    await files.createFile(at('a', 'x'), bytes);
    await files.syncDirectory(at('a'));
    await files.unlink(at('a', 'x'));
    await files.createFile(at('a', 'x'), Buffer.from('other'));
    await files.removeTree(at('b'));
    await files.powerCut('all');
    expect(tree()).toEqual(['a/', 'a/x=0123456789', 'b/']);
  });

  it('leaves a removal alone when its directory was synced', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'a');
    await files.createFile(at('a', 'x'), bytes);
    await files.unlink(at('a', 'x'));
    await files.syncDirectory(at('a'));
    await files.powerCut('all');
    expect(tree()).toEqual(['a/']);
  });

  it('undoes a rename, with what it replaced', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'new');
    await files.createFile(at('new', 'x'), Buffer.from('old'));
    await files.createFile(at('tmp', 'x'), Buffer.from('fresh'));
    await files.syncDirectory(at('new'));
    await files.syncDirectory(at('tmp'));
    await files.rename(at('tmp', 'x'), at('new', 'x'));
    expect(tree()).toEqual(['new/', 'new/x=fresh', 'tmp/']);
    await files.powerCut('all');
    expect(tree()).toEqual(['new/', 'new/x=old', 'tmp/', 'tmp/x=fresh']);
  });

  it('keeps a file whose last name is durable, although its first one never was', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'new');
    await files.createFile(at('tmp', 'x'), bytes);
    await files.rename(at('tmp', 'x'), at('new', 'x'));
    await files.syncDirectory(at('new'));
    await files.powerCut('all');
    expect(tree()).toEqual(['new/', 'new/x=0123456789', 'tmp/']);
  });

  it('moves a directory tree back, and loses in it what was not synced there', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'day');
    await files.makeDirectory(at('tmp', 'draft'));
    await files.createFile(at('tmp', 'draft', 'mail'), bytes);
    await files.syncDirectory(at('tmp', 'draft'));
    await files.createFile(at('tmp', 'draft', 'unsynced'), bytes);
    await files.syncDirectory(at('tmp'));
    await files.rename(at('tmp', 'draft'), at('day', '1'));
    await files.powerCut('all');
    expect(tree()).toEqual(['day/', 'tmp/', 'tmp/draft/', 'tmp/draft/mail=0123456789']);
  });

  it('finds names in a directory that was renamed durably', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'day');
    await files.makeDirectory(at('tmp', 'draft'));
    await files.createFile(at('tmp', 'draft', 'lost'), bytes);
    await files.createFile(at('tmp', 'draft', 'late'), bytes);
    await files.rename(at('tmp', 'draft', 'late'), at('tmp', 'draft', 'later'));
    await files.rename(at('tmp', 'draft'), at('day', '1'));
    await files.syncDirectory(at('day'));
    expect(tree()).toEqual([
      'day/',
      'day/1/',
      'day/1/later=0123456789',
      'day/1/lost=0123456789',
      'tmp/',
    ]);
    await files.powerCut('all');
    expect(tree()).toEqual(['day/', 'day/1/', 'tmp/']);
  });

  it('makes names durable in a directory that was renamed before its sync', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'day');
    await files.makeDirectory(at('tmp', 'draft'));
    await files.createFile(at('tmp', 'draft', 'mail'), bytes);
    await files.rename(at('tmp', 'draft'), at('day', '1'));
    await files.syncDirectory(at('day', '1'));
    await files.syncDirectory(at('day'));
    await files.powerCut('all');
    expect(tree()).toEqual(['day/', 'day/1/', 'day/1/mail=0123456789', 'tmp/']);
  });

  it('does not believe a sync that began before the name was made', async () => {
    const files = createFaultyFiles();
    const sync = files.syncDirectory(root);
    const made = files.createFile(at('x'), bytes);
    await Promise.all([sync, made]);
    await files.powerCut('all');
    expect(tree()).toEqual([]);
  });

  it('takes back what was appended, synced or not', async () => {
    const files = createFaultyFiles();
    await files.append(at('log'), 'one');
    await files.syncDirectory(root);
    await files.append(at('log'), ' two');
    await files.powerCut('all');
    expect(tree()).toEqual(['log=']);
  });

  it('loses nothing when the kernel had written all', async () => {
    const files = createFaultyFiles();
    await files.makeDirectory(at('a'));
    await files.createFile(at('a', 'x'), bytes);
    await files.rename(at('a', 'x'), at('y'));
    await files.append(at('log'), 'one');
    await files.powerCut('none');
    expect(tree()).toEqual(['a/', 'log=one', 'y=0123456789']);
  });

  it('loses the first, third and fifth name when the kernel had written some', async () => {
    const files = createFaultyFiles();
    for (const name of ['1', '2', '3', '4', '5']) await files.createFile(at(name), bytes);
    await files.powerCut('every-other');
    expect(tree()).toEqual(['2=0123456789', '4=0123456789']);
  });

  it('keeps a file whose rename the kernel had written, although its creation is older', async () => {
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'new');
    await files.createFile(at('tmp', 'x'), bytes);
    await files.rename(at('tmp', 'x'), at('new', 'x'));
    await files.powerCut('every-other');
    expect(tree()).toEqual(['new/', 'new/x=0123456789', 'tmp/']);
  });

  it('knows that a rename between two names of one file does nothing', async () => {
    const files = createFaultyFiles();
    await files.createFile(at('x'), bytes);
    await files.link(at('x'), at('y'));
    await files.syncDirectory(root);
    await files.rename(at('x'), at('y'));
    await files.powerCut('all');
    expect(tree()).toEqual(['x=0123456789', 'y=0123456789']);
  });
});

describe('a Maildir delivery on it', () => {
  const names = createNameMaker(systemClock, 'test.example', 1);

  /** The smallest fault sweep: how many calls a delivery has, and what each crash leaves. */
  async function deliverWith(
    files: FaultyFiles,
    syncDirectory = files.syncDirectory,
  ): Promise<boolean> {
    try {
      await deliver({
        files,
        folder: root,
        name: names.next(bytes.length),
        bytes,
        isFixed: false,
        syncDirectory,
      });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(CrashError);
      return false;
    }
  }

  async function freshMaildir(): Promise<void> {
    root = await makeTemporaryDirectory();
    const files = createFaultyFiles();
    await makeDurable(files, 'tmp', 'new', 'cur');
  }

  it.each(['all', 'none', 'every-other'] as const)(
    'keeps what was accepted when it loses %s',
    async (loss) => {
      await freshMaildir();
      const count = createFaultyFiles();
      await deliverWith(count);
      expect(count.calls()).toBe(3);
      for (let call = 1; call <= count.calls() + 1; call += 1) {
        for (const effect of ['none', 'half', 'done'] as const) {
          await freshMaildir();
          const files = createFaultyFiles({ kind: 'crash', at: call, effect });
          const isAccepted = await deliverWith(files);
          await files.powerCut(loss);
          expect(isAccepted).toBe(call > count.calls());
          const delivered = tree().filter((path) => path.startsWith('new/') && path !== 'new/');
          if (isAccepted) expect(delivered).toEqual([expect.stringContaining('=0123456789')]);
          // Never half a mail where readers look.
          for (const path of delivered) expect(path.endsWith('=0123456789')).toBe(true);
        }
      }
    },
  );

  it('is found out when it forgets to sync the directory', async () => {
    await freshMaildir();
    const files = createFaultyFiles();
    expect(await deliverWith(files, async () => {})).toBe(true);
    await files.powerCut('all');
    expect(tree()).toEqual(['cur/', 'new/', 'tmp/']);
  });
});
