/** What an agent is told of, as it stands in his file. */
import { describe, expect, test } from 'vitest';
import { editAgentFile, parseAgentFile } from '../../src/config/agents.ts';
import { defaultPreferences } from '../../src/core/notify/reasons.ts';

const read = (notify: string) =>
  parseAgentFile('anna', `email: anna@desk.example\nnotify: ${notify}\n`);

describe('the key "notify"', () => {
  test('leaves as it is for everybody what it does not name', () => {
    expect(read('{ mail: [mentioned] }').agent?.notify).toEqual({
      ...defaultPreferences,
      mail: new Set(['mentioned']),
    });
    expect(read('{}').agent?.notify).toEqual(defaultPreferences);
  });

  test('can switch everything off, and name queues', () => {
    expect(
      read('{ page: [], mail: [], queues: [Billing, "Billing::Refunds"] }').agent?.notify,
    ).toEqual({ page: new Set(), mail: new Set(), queues: ['Billing', 'Billing::Refunds'] });
  });

  test.each(['yes', '[]', '{ mail: [everything] }', '{ post: [new] }', '{ queues: [[a]] }'])(
    '%s is a problem',
    (notify) => {
      const { agent, problems } = read(notify);
      expect(agent).toBeUndefined();
      expect(problems.map(({ reason }) => reason)).toEqual([
        expect.stringContaining('The agent\'s "notify" should be a table with "page" and "mail"'),
      ]);
    },
  );

  test('is written so that it reads back, and the rest of the file stays', () => {
    const notify = { page: new Set(['new'] as const), mail: new Set<never>(), queues: ['Support'] };
    const text = '# our Anna\nemail: anna@desk.example\nphone: 17\n';
    const edited = editAgentFile(text, { kind: 'notify', notify });
    expect(edited).toContain('# our Anna');
    expect(edited).toContain('phone: 17');
    expect(parseAgentFile('anna', edited).agent?.notify).toEqual(notify);
  });
});
