import { describe, expect, it } from 'vitest';
import { createKeyedSerial } from '../../src/base/serial.ts';

/** Work that notes its begin and end, and takes a few turns of the loop. */
function noted(name: string, notes: string[]) {
  return async () => {
    notes.push(`${name} begins`);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    notes.push(`${name} ends`);
  };
}

describe('createKeyedSerial', () => {
  it('runs work of one key in order, of others beside it', async () => {
    const serial = createKeyedSerial();
    const notes: string[] = [];
    await Promise.all([
      serial.run('a', noted('one', notes)),
      serial.run('b', noted('two', notes)),
      serial.run('a', noted('three', notes)),
    ]);
    expect(notes.slice(0, 2)).toEqual(['one begins', 'two begins']);
    expect(notes.indexOf('one ends')).toBeLessThan(notes.indexOf('three begins'));
    expect(notes).toHaveLength(6);
  });

  it('runs work of several keys after all that has one of them, without waiting in a circle', async () => {
    const serial = createKeyedSerial();
    const notes: string[] = [];
    await Promise.all([
      serial.runAll(['a', 'b'], noted('one', notes)),
      serial.runAll(['b', 'c'], noted('two', notes)),
      serial.runAll(['c', 'a'], noted('three', notes)),
      serial.run('d', noted('four', notes)),
    ]);
    const order = notes.filter((note) => note !== 'four begins' && note !== 'four ends');
    expect(order).toEqual([
      'one begins',
      'one ends',
      'two begins',
      'two ends',
      'three begins',
      'three ends',
    ]);
    expect(notes.indexOf('four begins')).toBeLessThan(notes.indexOf('one ends'));
  });

  it('goes on after work that failed, and forgets keys that nobody uses', async () => {
    const serial = createKeyedSerial();
    const notes: string[] = [];
    const failing = serial.runAll(['a', 'b'], () => Promise.reject(new Error('made up')));
    const after = serial.run('b', noted('after', notes));
    await expect(failing).rejects.toThrow('made up');
    await after;
    await serial.idle();
    expect(notes).toEqual(['after begins', 'after ends']);
  });
});
