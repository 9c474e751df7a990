import { describe, expect, it } from 'vitest';
import { unlessUnsupported, whileHeld } from '../../src/storage/held-files.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('a file that another program holds', () => {
  const failing = (times: number, code: string) => {
    let calls = 0;
    const work = async () => {
      calls += 1;
      if (calls <= times) throw failure(code);
      return calls;
    };
    const pauses: number[] = [];
    const wait = async (ms: number) => void pauses.push(ms);
    return { work, pauses, wait };
  };

  it('is asked for again, with longer and longer pauses, for about a second', async () => {
    const { work, pauses, wait } = failing(3, 'EBUSY');
    expect(await whileHeld(work, { isHolding: true, wait })).toBe(4);
    expect(pauses).toEqual([10, 20, 40]);
    const longer = failing(100, 'EPERM');
    await expect(whileHeld(longer.work, { isHolding: true, wait: longer.wait })).rejects.toThrow(
      'EPERM',
    );
    expect(longer.pauses.reduce((sum, each) => sum + each, 0)).toBeLessThan(1500);
  });

  it('is not asked for again where the answer is final', async () => {
    for (const [code, isHolding] of [
      ['ENOENT', true],
      ['EPERM', false],
    ] as const) {
      const { work, pauses, wait } = failing(1, code);
      await expect(whileHeld(work, { isHolding, wait })).rejects.toThrow(code);
      expect(pauses).toEqual([]);
    }
  });
});

describe('a directory that cannot be synced', () => {
  it.each(['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'])(
    '(%s) is as safe as its file system',
    async (code) => {
      await expect(unlessUnsupported(() => Promise.reject(failure(code)))).resolves.toBeUndefined();
    },
  );

  it('because the disk fails is a failure', async () => {
    await expect(unlessUnsupported(() => Promise.reject(failure('EIO')))).rejects.toThrow('EIO');
  });
});
