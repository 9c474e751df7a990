import { describe, expect, it } from 'vitest';
import { day, toInstant } from '../../../../src/base/clock.ts';
import { splitQuery } from '../../../../src/core/search/match.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import { rankByRelevance } from '../../../../src/services/index/memory/relevance.ts';
import { createTextIndex } from '../../../../src/services/index/memory/text-index.ts';
import type { TextField } from '../../../../src/services/index/memory/text-segment.ts';
import { projectTicket } from '../../../../src/services/index/projector.ts';
import { fakeFolder, fakeNumber } from '../../../helpers/fake-tickets.ts';

const now = toInstant(Date.UTC(2026, 10, 26));

interface Sketch {
  readonly passages: Readonly<Partial<Record<TextField, string>>>;
  /** Days. */
  readonly age?: number;
}

/** The sketches by their names, the best first. */
function rank(query: string, sketches: Readonly<Record<string, Sketch>>): readonly string[] {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query} is no query`);
  const names = Object.keys(sketches);
  const all = Object.values(sketches).map(({ passages, age = 0 }, at) => {
    const number = fakeNumber(at + 1);
    const record = projectTicket(fakeFolder(number, [{ name: `m${at}`, text: 'x' }]));
    const fields = Object.entries(passages).map(([field, text]) => [field, [text]] as const);
    return {
      document: { number, passages: Object.fromEntries(fields) },
      record: { ...record, updated: toInstant(now - age * day) },
    };
  });
  const index = createTextIndex();
  index.add(all.map(({ document }) => document));
  const scores = index
    .search(splitQuery(parsed.value).text)
    .map(({ number, score }) => [number, score] as const);
  const records = new Map(all.map(({ record }) => [record.number, record]));
  return rankByRelevance(new Map(scores), (number) => records.get(number), now).map(
    ({ number }) => names[all.findIndex(({ record }) => record.number === number)] ?? '',
  );
}

describe('the order by relevance', () => {
  it('puts a word as it is written before other forms, and these before pieces, however old', () => {
    const order = rank('Rechnung', {
      piece: { passages: { subject: 'die Stornorechnung ist der Anlass' } },
      form: { passages: { subject: 'die Rechnungen und der Rest' }, age: 10 },
      written: { passages: { attachment: 'die Rechnung ist der Anhang' }, age: 3000 },
    });
    expect(order).toEqual(['written', 'form', 'piece']);
  });

  it('puts subject before people, these before the body, and that before attachments', () => {
    const order = rank('berg', {
      attachment: { passages: { attachment: 'berg' } },
      body: { passages: { body: 'berg' } },
      people: { passages: { people: 'Kim Berg' } },
      subject: { passages: { subject: 'berg' } },
    });
    expect(order).toEqual(['subject', 'people', 'body', 'attachment']);
  });

  it('puts words that stand side by side before the same words apart', () => {
    const order = rank('falsche rechnung', {
      apart: { passages: { subject: 'rechnung falsche' } },
      together: { passages: { body: 'die falsche rechnung' }, age: 400 },
    });
    expect(order).toEqual(['together', 'apart']);
  });

  it('takes the newer of what fits alike, and no more than mildly so of what does not', () => {
    const order = rank('lamp', {
      old: { passages: { body: 'lamp' }, age: 700 },
      new: { passages: { body: 'lamp' }, age: 1 },
      newest: { passages: { body: 'lamp' } },
      oldSubject: { passages: { subject: 'lamp' }, age: 5000 },
    });
    expect(order).toEqual(['oldSubject', 'newest', 'new', 'old']);
  });
});
