/**
 * The keys of the viewer that an agent changed: the key `keys` in config/agents/LOGIN.yaml.
 *
 *     keys: off                   no single keys at all
 *     keys:
 *       answer: y                 another key; `g y` for two, one after the other
 *       close: ''                 none
 *       single: off               all of them off, what was changed is kept
 *
 * Promises: pure and total; what stands there is never more than differs from the table.
 */
import { changesOf, type KeySettings, parseKey } from '../core/keys/agent-keys.ts';
import { isKeyAction, type KeyAction } from '../core/keys/key-table.ts';
import { yesOrNo } from './values.ts';
import { scalarText } from './yaml.ts';

export const keysExpected =
  'off, or a table of actions (such as answer or close), each with one character, two with a blank between, or nothing';

export function readKeys(value: unknown): KeySettings | undefined {
  const flag = readSwitch(value);
  if (flag !== undefined) return { isOff: !flag, changed: new Map() };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const wished = new Map<KeyAction, string>();
  let isOn = true;
  for (const [name, wish] of Object.entries(value)) {
    if (name === 'single') {
      const single = readSwitch(wish);
      if (single === undefined) return undefined;
      isOn = single;
      continue;
    }
    const key = wish === null ? '' : parseKey(scalarText(wish) ?? 'none of these');
    if (key === undefined || !isKeyAction(name)) return undefined;
    wished.set(name, key);
  }
  return { isOff: !isOn, changed: changesOf(wished) };
}

function readSwitch(value: unknown): boolean | undefined {
  return yesOrNo.parse(scalarText(value) ?? '')?.value;
}

/** The form in the file; undefined when all is as usual. */
export function formatKeys({ isOff, changed }: KeySettings) {
  if (changed.size === 0) return isOff ? 'off' : undefined;
  return { ...(isOff ? { single: 'off' } : {}), ...Object.fromEntries(changed) };
}
