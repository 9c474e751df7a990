import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { parseTextModule } from '../../../src/config/text-modules.ts';
import { isOfferedIn, type TextModule } from '../../../src/core/answers/text-module.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import type { ToldTicket } from '../../../src/services/answers/answer-memory.ts';
import { createRanking, type RankingRequest } from '../../../src/services/answers/ranking.ts';
import {
  evaluate,
  evaluateTaught,
  readMails,
  readModuleFiles,
} from '../../bench/answers/evaluate.mjs';

const modules = readModuleFiles().flatMap(
  ({ file, text }) => parseTextModule(text, file).module ?? [],
);

const numberAt = (at: number) => formatTicketNumber('20260101', at);

const nobody = numberAt(999_999);

function told(
  at: number,
  mail: string,
  answer: Partial<ToldTicket['answers'][number]> & { queue?: string } = {},
): ToldTicket {
  const message = parseMessageName(`m${at}`);
  if (message === undefined) throw new Error('The test needs a name');
  const { queue = 'Support', ...rest } = answer;
  const number = numberAt(at);
  return {
    ticket: { number, queue, language: 'en' },
    answers: [
      {
        ticket: number,
        message,
        at: toInstant(at),
        subject: '',
        mail,
        text: `Answer ${at}`,
        modules: [],
        ...rest,
      },
    ],
  };
}

function asked(text: string, more: Partial<RankingRequest> = {}): RankingRequest {
  return {
    ticket: nobody,
    subject: '',
    text,
    language: 'en',
    queue: 'Support',
    queues: ['Support'],
    most: 3,
    ...more,
  };
}

function module(id: string, language: string, more: Partial<TextModule> = {}): TextModule {
  const parsed = parseTextModule(
    '---\ntitle: Title\n---\nText',
    `answers/${id}.${language}.md`,
  ).module;
  if (parsed === undefined) throw new Error('The test needs a module');
  return { ...parsed, ...more };
}

describe('createRanking', () => {
  it('offers the right module among the first three for most mails of the evaluation', {
    timeout: 180_000,
  }, () => {
    const untaught = evaluate(createRanking, modules).get('all');
    const taught = evaluateTaught(createRanking, modules, readMails('earlier.jsonl')).get('all');
    expect(untaught?.mails).toBeGreaterThanOrEqual(300);
    expect(untaught?.firstThree).toBeGreaterThan(0.82);
    expect(untaught?.first).toBeGreaterThan(0.67);
    expect(taught?.firstThree).toBeGreaterThan(0.94);
    expect(taught?.first).toBeGreaterThan(0.8);
  });

  it('finds the Spanish variant by keywords that were written in German, and what it has in no language last', () => {
    const ranking = createRanking({ mostAnswers: 10 });
    ranking.setModules([
      module('hardware/router', 'de', {
        title: 'Modem einrichten',
        keywords: ['Fritzbox', 'Router'],
      }),
      module('hardware/router', 'es', { title: 'Instalación', text: 'Siga las instrucciones.' }),
      module('hardware/printer', 'de', {
        title: 'Drucker',
        keywords: ['Fritzbox', 'Router', 'Toner'],
      }),
      module('other/hours', 'es', { title: 'Horario', text: 'Abrimos a las nueve.' }),
    ]);
    const found = ranking.rank(
      asked('Hola, mi router Fritzbox no se enciende', { language: 'es' }),
    );
    expect(
      found.map((each) => each.kind === 'module' && [each.file, each.isOtherLanguage]),
    ).toEqual([
      ['answers/hardware/router.es.md', false],
      ['answers/hardware/printer.de.md', true],
    ]);
    expect(found[0]?.words).toEqual(['Fritzbox', 'router']);
  });

  it('learns from what mails in that language were answered with', () => {
    const ranking = createRanking({ mostAnswers: 10 });
    ranking.setModules([module('a/one', 'en'), module('a/two', 'en')]);
    expect(ranking.rank(asked('The gizmo squeaks'))).toEqual([]);
    ranking.setAnswers([told(1, 'My gizmo squeaks loudly', { modules: ['a/two'] })]);
    expect(ranking.rank(asked('The gizmo squeaks'))[0]).toMatchObject({
      file: 'answers/a/two.en.md',
    });
  });

  it('finds words of scripts that write without blanks', () => {
    const ranking = createRanking({ mostAnswers: 10 });
    ranking.setModules([
      module('a/password', 'ja', {
        title: 'パスワードを忘れた場合',
        text: 'ログイン画面で再設定してください。',
      }),
      module('a/parcel', 'ja', {
        title: '荷物の追跡',
        text: '発送メールのリンクをご利用ください。',
      }),
    ]);
    const [first] = ranking.rank(asked('パスワードが分からなくなりました', { language: 'ja' }));
    expect(first).toMatchObject({ file: 'answers/a/password.ja.md' });
  });

  it('offers no earlier answer of another queue, of a queue that is not seen, or of the ticket itself', () => {
    const ranking = createRanking({ mostAnswers: 10 });
    ranking.setAnswers([
      told(1, 'The lamp flickers in the kitchen'),
      told(2, 'The lamp flickers', { queue: 'Sales' }),
    ]);
    const texts = (more: Partial<RankingRequest>) =>
      ranking
        .rank(asked('A lamp flickers', more))
        .map((each) => each.kind === 'earlier' && each.answer.text);
    expect(texts({ queues: ['Support', 'Sales'] })).toEqual(['Answer 1']);
    expect(texts({ queues: ['Sales'] })).toEqual([]);
    expect(texts({ queue: 'Support::Second', queues: ['Support'] })).toEqual(['Answer 1']);
    expect(texts({ ticket: numberAt(1) })).toEqual([]);
  });

  it('forgets the oldest answers above its bound, and those of tickets that are gone', () => {
    const ranking = createRanking({ mostAnswers: 3 });
    for (let at = 1; at <= 5; at += 1) ranking.setAnswers([told(at, `lamp flickers number${at}`)]);
    expect(ranking.size()).toBe(3);
    ranking.setAnswers([{ ticket: told(5, '').ticket, answers: [] }]);
    expect(ranking.size()).toBe(2);
    const found = ranking
      .rank(asked('lamp flickers'))
      .map((each) => each.kind === 'earlier' && each.answer.text);
    expect([...found].sort()).toEqual(['Answer 3', 'Answer 4']);
  });

  it('offers the same after any order of changes as when it is told at once', {
    timeout: 60_000,
  }, () => {
    const words = fc.array(
      fc.constantFrom('lamp', 'kettle', 'broken', 'flickers', 'money', 'late'),
      { minLength: 1, maxLength: 5 },
    );
    const change = fc.record({ at: fc.integer({ min: 1, max: 8 }), words, isGone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), words, (changes, question) => {
        const live = createRanking({ mostAnswers: 100 });
        const last = new Map<number, ToldTicket>();
        for (const { at, words: said, isGone } of changes) {
          const ticket = told(at, said.join(' '));
          const now = isGone ? { ...ticket, answers: [] } : ticket;
          live.setAnswers([now]);
          last.set(at, now);
        }
        const rebuilt = createRanking({ mostAnswers: 100 });
        rebuilt.setAnswers([...last.values()]);
        const offered = (ranking: typeof live) =>
          ranking
            .rank(asked(question.join(' ')))
            .map((each) => each.kind === 'earlier' && each.answer.message);
        expect(offered(live)).toEqual(offered(rebuilt));
      }),
      { numRuns: 60 },
    );
  });

  it('never offers a module that the queue does not allow, and answers any text', {
    timeout: 120_000,
  }, () => {
    const ranking = createRanking({ mostAnswers: 10 });
    const queued = modules.slice(0, 60).map((each, at) => ({
      ...each,
      queues: at % 3 === 0 ? ['Sales'] : at % 3 === 1 ? ['Support'] : [],
    }));
    ranking.setModules(queued);
    ranking.setAnswers([told(1, 'refund refund', { modules: ['billing/refund-status'] })]);
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('refund money', 'Rechnung', 'пароль', 'constructor __proto__ 123'),
    );
    fc.assert(
      fc.property(
        text,
        fc.option(fc.constantFrom('de', 'ru', 'xx', 'pt-BR', '')),
        (said, language) => {
          const found = ranking.rank(
            asked(said, {
              subject: said,
              language: language ?? undefined,
              queue: 'Support::Second',
            }),
          );
          for (const each of found) {
            const offered =
              each.kind === 'module' ? queued.find(({ file }) => file === each.file) : undefined;
            expect(offered === undefined || isOfferedIn(offered, 'Support::Second')).toBe(true);
          }
          expect(found.length).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('groups what is answered by hand again and again', () => {
    const ranking = createRanking({ mostAnswers: 100 });
    ranking.setAnswers([
      ...[1, 2, 3, 4].map((at) => told(at, `Where can I park my car near the shop? number${at}`)),
      ...[5, 6, 7].map((at) =>
        told(at, 'Do you sell gift wrapping paper?', { modules: ['shop/paper'] }),
      ),
      told(8, 'Something else entirely was asked once'),
      told(9, 'Where can I park my car?', { queue: 'Hidden' }),
    ]);
    const topics = ranking.topics({ from: toInstant(0), to: toInstant(100), queues: ['Support'] });
    expect(
      topics.map(({ count, example, tickets }) => [count, example.text, tickets.length]),
    ).toEqual([[4, 'Answer 4', 4]]);
  });
});
