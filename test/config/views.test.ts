import { expect, it } from 'vitest';
import { parseViewFile } from '../../src/config/views.ts';

const facts = { states: ['new', 'open'], sorts: ['updated', '-updated'], queues: ['Support'] };
const parse = (text: string, scope: 'own' | 'shared' = 'shared') =>
  parseViewFile(text, { file: 'views/x.yaml', id: 'x', scope, facts });

it('reads a view', () => {
  const text =
    'name: Angry\nquery: tag:vip is:open\nsort: -updated\nicon: flag\norder: 10\nroles: [support]\nqueues: Support\n';
  expect(parse(text)).toEqual({
    problems: [],
    view: {
      id: 'x',
      scope: 'shared',
      name: 'Angry',
      query: 'tag:vip is:open',
      sort: '-updated',
      icon: 'flag',
      order: 10,
      roles: ['support'],
      queues: ['Support'],
    },
  });
});

it.each([
  ['query: a', 'The view needs a "name" of at most 100 characters'],
  ['name: a', 'The view needs a "query" such as tag:vip is:open'],
  [
    'name: a\nquery: tgg:vip',
    '"query" is not understood: unknown search field "tgg:"; did you mean "tag:"?',
  ],
  ['name: a\nquery: a\nsort: size', '"sort" should be one of updated, -updated'],
  ['name: a\nquery: a\norder: first', '"order" should be a whole number such as 10'],
  ['name: a\nquery: a\nqueues: [Suport]', 'Unknown queue "Suport" (did you mean "Support"?)'],
  ['name: a\nquery: a\ncolour: red', 'Unknown view setting "colour"'],
  ['- a', 'The file should be a table of "key: value" lines'],
])('%j gives no view, and says why', (text, reason) => {
  const { view, problems } = parse(text);
  expect(view).toBeUndefined();
  expect(problems[0]?.reason).toContain(reason);
});

it('has no restrictions in the file of one person', () => {
  expect(parse('name: a\nquery: a\nroles: [x]', 'own').problems[0]?.reason).toContain(
    'Unknown view setting "roles"',
  );
});
