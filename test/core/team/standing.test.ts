import { expect, it } from 'vitest';
import { standingOf } from '../../../src/core/team/standing.ts';
import { type EventSketch, fakeFolder, fakeNumber } from '../../helpers/fake-tickets.ts';

function standing(sketches: readonly EventSketch[]) {
  const folder = fakeFolder(fakeNumber(1), sketches);
  return standingOf(
    folder.ticket,
    folder.messages.map(({ event }) => event),
  );
}

function lastWord(...kinds: readonly Partial<EventSketch>[]) {
  return standing(kinds.map((sketch, at) => ({ name: `m${at}`, at, ...sketch }))).lastWord;
}

const anna = { kind: 'agent', login: 'anna' } as const;
const system = { kind: 'system', part: 'confirmation' } as const;

it('the last word is that of a person', () => {
  expect([
    lastWord({ kind: 'update' }),
    lastWord({ kind: 'mail-in' }),
    lastWord({ kind: 'mail-in' }, { kind: 'mail-out', actor: anna }),
    lastWord({ kind: 'mail-in' }, { kind: 'mail-out', actor: system }),
    lastWord({ kind: 'mail-in' }, { kind: 'note', actor: anna }, { kind: 'update' }),
    lastWord({ kind: 'mail-out', actor: anna }, { kind: 'call-in', actor: anna }),
    lastWord({ kind: 'mail-in' }, { kind: 'call-out', actor: anna }),
  ]).toEqual([undefined, 'theirs', 'ours', 'theirs', 'theirs', 'theirs', 'ours']);
});

it('programs and spam have no word, people who write over a list have', () => {
  const after = (fields: Readonly<Record<string, string>>) =>
    lastWord({ kind: 'mail-out', actor: anna }, { kind: 'mail-in', fields });
  expect([
    after({ automatic: 'auto-replied; reason=Auto-Submitted' }),
    after({ automatic: 'bounce; reason=Content-Type' }),
    after({ automatic: 'list; reason=List-Id' }),
    after({ spam: 'yes; score=12; by=rspamd' }),
    after({ spam: 'no; score=0; by=rspamd' }),
  ]).toEqual(['ours', 'ours', 'theirs', 'ours', 'theirs']);
});

it('says who is named, and until when it rests', () => {
  expect(
    standing([
      {
        name: 'a',
        changes: ['+mention=ben', '+advice=lena', '+watcher=kim', 'level=2'],
      },
      { name: 'b', at: 1, changes: ['-mention=ben', 'pending-until=2026-11-25T08:00:00Z'] },
    ]),
  ).toEqual({
    mentions: [],
    advice: ['lena'],
    watchers: ['kim'],
    lastWord: 'theirs',
    pendingUntil: Date.UTC(2026, 10, 25, 8),
    isEscalated: true,
  });
});
