import { expect, it } from 'vitest';
import {
  formatPreparedKey,
  parsePreparedKey,
} from '../../../src/services/answers/prepared-texts.ts';

it.each([
  'module:billing/refund',
  'module:billing/refund:pt-BR',
  'earlier:20261123004266:1764000000.M1P2Q3.host,S=100',
])('the name %s comes back as it was', (text) => {
  const key = parsePreparedKey(text);
  expect(key === undefined ? undefined : formatPreparedKey(key)).toBe(text);
});

it.each(['', 'module:', 'module:a b', 'earlier:1:x', 'earlier:20261123004267:x', 'other:x'])(
  '"%s" names no prepared text',
  (text) => expect(parsePreparedKey(text)).toBeUndefined(),
);
