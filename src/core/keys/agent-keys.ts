/**
 * The keys that one agent has: those of the table with what he changed.
 *
 * Promises: pure; no two actions ever have the same key, nor one that another begins with, whatever a file says.
 */
import { type KeyAction, keyTable } from './key-table.ts';

export interface KeySettings {
  /** Single keys and sequences do nothing; those with Ctrl and Alt stay. */
  readonly isOff: boolean;
  /** Only what differs from the table; empty for no key. */
  readonly changed: ReadonlyMap<KeyAction, string>;
}

export const usualKeys: KeySettings = { isOff: false, changed: new Map() };

export type AgentKeys = ReadonlyMap<KeyAction, string>;

/** One character, or two with a blank between; empty for none. Undefined for anything else. */
export function parseKey(text: string): string | undefined {
  const strokes = text.trim().normalize('NFC').split(/\s+/);
  if (strokes.length === 1 && strokes[0] === '') return '';
  const areKeys = strokes.every((stroke) => /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(stroke));
  return areKeys && strokes.length <= 2 ? strokes.join(' ') : undefined;
}

/** One of them would never be heard beside the other. */
export function doKeysCollide(one: string, other: string): boolean {
  if (one === '' || other === '') return false;
  return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

/** What an agent chose goes first; a key of the table that would collide with it is left out. */
export function keysOf({ changed }: KeySettings): AgentKeys {
  const keys = new Map<KeyAction, string>();
  const isFree = (key: string) => ![...keys.values()].some((taken) => doKeysCollide(key, taken));
  for (const { id } of keyTable) {
    const key = changed.get(id);
    if (key !== undefined) keys.set(id, isFree(key) ? key : '');
  }
  for (const { id, key } of keyTable) if (!keys.has(id)) keys.set(id, isFree(key) ? key : '');
  return keys;
}

/** How it is printed: what is pressed together as one, what comes after as another. */
export function keySigns(key: string): readonly string[] {
  const strokes = key === '' ? [] : key.split(' ');
  return strokes.map((stroke) =>
    stroke === stroke.toLowerCase() ? stroke.toUpperCase() : `⇧ ${stroke}`,
  );
}

export interface KeyConflict {
  readonly action: KeyAction;
  readonly key: string;
  /** Who has it. */
  readonly other: KeyAction;
}

/** Each wish that another action's key stands against, once; of two new ones the later in the table. */
export function findKeyConflicts(wished: ReadonlyMap<KeyAction, string>): readonly KeyConflict[] {
  const all = keyTable.map(({ id, key }) => ({ id, key: wished.get(id) ?? key, usual: key }));
  return all.flatMap(({ id, key, usual }, at) => {
    const other = all.find(
      (each, place) =>
        each.id !== id &&
        doKeysCollide(key, each.key) &&
        // Who keeps his usual key is in the right.
        key !== usual &&
        (each.key === each.usual || place < at),
    );
    return other === undefined ? [] : [{ action: id, key, other: other.id }];
  });
}

/** What remains to be kept of all that was wished. */
export function changesOf(wished: ReadonlyMap<KeyAction, string>): KeySettings['changed'] {
  return new Map(
    keyTable.flatMap(({ id, key }) => {
      const wish = wished.get(id);
      return wish === undefined || wish === key ? [] : [[id, wish] as const];
    }),
  );
}
