/** What a queue says about quoting. */
import { expect, it } from 'vitest';
import { parseQueueFile } from '../../src/config/queues.ts';

it('a queue may quote otherwise than the desk', () => {
  const quotingOf = (text: string) => parseQueueFile(`name: Support\n${text}`, 'support.yaml');
  expect(quotingOf('quoting: trimmed').queue?.quoting).toBe('trimmed');
  expect(quotingOf('').queue).not.toHaveProperty('quoting');
  expect(quotingOf('quoting: some')).toMatchObject({
    problems: [{ line: 2, reason: expect.stringContaining('"quoting" should be') }],
  });
});
