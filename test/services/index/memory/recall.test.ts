import { describe, expect, it } from 'vitest';
import { languageOfTag } from '../../../../src/core/search/languages-in.ts';
import { splitQuery } from '../../../../src/core/search/match.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import { createTextIndex } from '../../../../src/services/index/memory/text-index.ts';
import { fakeNumber } from '../../../helpers/fake-tickets.ts';
import { recallTable } from './recall-table.ts';

const texts = recallTable.flatMap(({ language, texts: each }) =>
  Object.entries(each).map(([id, text]) => ({ id, text, language })),
);
const ids = new Map(texts.map(({ id }, at) => [fakeNumber(at + 1), id]));

function index(isTold: boolean) {
  const made = createTextIndex();
  made.add(
    texts.map(({ text, language }, at) => ({
      number: fakeNumber(at + 1),
      passages: { body: [text] },
      ...(isTold ? { languages: languageOfTag(language) } : {}),
    })),
  );
  return (query: string) => {
    const parsed = parseQuery(query);
    if (!parsed.ok) throw new Error(`${query} is no query`);
    return [...made.search(splitQuery(parsed.value).text)]
      .sort((one, other) => other.score - one.score)
      .map(({ number }) => ids.get(number) ?? '');
  };
}

const search = index(true);
const searchUntold = index(false);

describe.each(recallTable)('in $language', ({ queries, texts: own }) => {
  it.each(queries.map(([query, ...found]) => ({ query, found })))(
    '$query finds $found',
    ({ query, found }) => {
      const hits = search(query).filter((id) => id in own || found.includes(id));
      expect([...hits].sort()).toEqual([...found].sort());
    },
  );
});

it('finds little in other languages, and nothing that is not nearly the same word', () => {
  const strange = recallTable.flatMap(({ queries, texts: own }) =>
    queries.flatMap(([query, ...found]) =>
      search(query)
        .filter((id) => !(id in own) && !found.includes(id))
        .map((id) => `${query} ${id.slice(0, 2)}`),
    ),
  );
  expect([...new Set(strange)].sort()).toEqual(
    [
      ...['Konten pl', 'konto de', 'Nummer nl', 'entregas es', 'pedido pt', 'ПАРОЛЯ uk', 'حساب fa'],
      ...['factura fr', 'facturas fr', 'facture es', 'facture nl', 'factures es', 'facturen es'],
      ...['facturé es', 'facturé nl', 'fatura pt', 'fatura tr', 'faturam pt', '髮票 zs'],
    ].sort(),
  );
});

describe('the ranking of what is found', () => {
  it('puts what is written so before other forms, and these before longer words', () => {
    expect(search('invoices')).toEqual(['en1', 'en2']);
    expect(search('Rechnungen').slice(0, 1)).toEqual(['de1']);
    expect(search('factuur')[0]).toBe('nl1');
    expect(search('환불은').at(-1)).toBe('ko4');
  });
});

it('finds most of it where nobody said in which language the tickets are', () => {
  const rows = recallTable.flatMap(({ queries }) => queries);
  const missed = rows.filter(([query, ...found]) => {
    const hits = searchUntold(query);
    return !found.every((id) => hits.includes(id));
  });
  expect(missed.length / rows.length).toBeLessThan(0.05);
});
