import fc from 'fast-check';
import { expect, it } from 'vitest';
import { insertPiece } from '../../../src/core/answers/insertion.ts';
import { modulesStillIn, readModuleIds, unfilledIn } from '../../../src/core/answers/made-with.ts';

const refund = {
  id: 'billing/refund',
  text: 'Hello {{customer.name}},\n\nthe money is on its way to you.\nIt takes {{days | "three"}} days.',
};
const short = { id: 'ok', text: 'Fine.' };
const nest = { id: 'whole', text: '{{> billing/refund}}' };
const modules = [refund, short, nest];

it('a module counts while one of its lines is left, whatever was changed around it', () => {
  const text = 'Dear Kim,\n\nthe money is on its  way to you. Really.\n\nAnna';
  expect(modulesStillIn(text, ['billing/refund'], modules)).toEqual(['billing/refund']);
  expect(modulesStillIn('Dear Kim, no money.', ['billing/refund'], modules)).toEqual([]);
});

it('a short module counts by its longest line, one of other modules by itself, and none that is unknown', () => {
  expect(modulesStillIn('Fine. Bye', ['ok', 'whole', 'gone', 'ok'], modules)).toEqual([
    'ok',
    'whole',
  ]);
});

it('what is quoted does not count', () => {
  const text = 'By hand.\n\n> the money is on its way to you.\n> {{customer.name}}';
  expect(modulesStillIn(text, ['billing/refund'], modules)).toEqual([]);
  expect(unfilledIn(text)).toEqual([]);
});

it('placeholders in the text are found, each once', () => {
  expect(unfilledIn('{{a.b}} and {{ c | "d" }} and {{a.b}} but not {{a {b} or {{\n}}')).toEqual([
    '{{a.b}}',
    '{{ c | "d" }}',
  ]);
});

it('ids are read in so far as they can be some, at most twenty', () => {
  expect(readModuleIds(['billing/refund  Überweisung', '../x ; \u0000', 'ok'])).toEqual([
    'billing/refund',
    'Überweisung',
    'ok',
  ]);
  expect(readModuleIds(Array.from({ length: 50 }, (_, at) => `m${at}`))).toHaveLength(20);
});

it('a piece goes above signature and quotation, and below what was typed', () => {
  const start = '\n\n-- \nAnna\n\nKim wrote:\n> Where is it?';
  const once = insertPiece(start, { text: 'On its way.', cursor: undefined });
  expect(once).toEqual({
    text: 'On its way.\n\n-- \nAnna\n\nKim wrote:\n> Where is it?',
    cursor: 11,
  });
  const twice = insertPiece(once.text, { text: 'Soon.', cursor: 0 });
  expect(twice.text).toBe('On its way.\n\nSoon.\n\n-- \nAnna\n\nKim wrote:\n> Where is it?');
  expect(twice.cursor).toBe(13);
});

it('without a signature it goes above the line that says who is quoted', () => {
  const { text } = insertPiece('\n\nAm Montag schrieb Kim:\n> Wo?', { text: 'Hier.', cursor: 5 });
  expect(text).toBe('Hier.\n\nAm Montag schrieb Kim:\n> Wo?');
});

it('nothing that stood there is lost, whatever it was', () => {
  const lines = fc.array(fc.constantFrom('', 'a', '> q', '-- ', 'x wrote:', ' b ', '>'));
  fc.assert(
    fc.property(lines, (parts) => {
      const { text } = insertPiece(parts.join('\n'), { text: 'PIECE', cursor: undefined });
      const words = (whole: string) => whole.split(/\s+/).filter((word) => word !== '');
      expect(words(text.replace('PIECE', ' '))).toEqual(words(parts.join('\n')));
    }),
  );
});
