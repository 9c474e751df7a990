import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isModuleId, parseTextModule } from '../../src/config/text-modules.ts';

const file = 'answers/billing/refund.de.md';

function problems(text: string, name = file) {
  const read = parseTextModule(text, name);
  expect(read.module).toBeUndefined();
  return read.problems;
}

describe('parseTextModule', () => {
  it('reads front matter and text', () => {
    const text = `---
title: "Erstattung: so geht es"
keywords: [Geld zurück, Erstattung]
queues: Billing
kind: piece
state: closed
attachments: [form.pdf]
cursor: "^^"
---
Guten Tag {{customer.name | "zusammen"}},

^^
`;
    expect(parseTextModule(text, file)).toEqual({
      file,
      problems: [],
      module: {
        id: 'billing/refund',
        language: 'de',
        file,
        title: 'Erstattung: so geht es',
        keywords: ['Geld zurück', 'Erstattung'],
        shortcut: 'refund',
        queues: ['Billing'],
        kind: 'piece',
        state: 'closed',
        attachments: ['form.pdf'],
        cursor: '^^',
        text: 'Guten Tag {{customer.name | "zusammen"}},\n\n^^',
      },
    });
  });

  it('takes a title and a text for all that it needs', () => {
    const { module } = parseTextModule(
      '---\r\ntitle: Hello\r\n---\r\nGood day',
      'answers/hello.en.md',
    );
    expect(module).toMatchObject({
      id: 'hello',
      shortcut: 'hello',
      kind: 'answer',
      state: undefined,
      queues: [],
      cursor: '{{cursor}}',
      text: 'Good day',
    });
  });

  it('names what is wrong with its line', () => {
    expect(problems('Hello')).toEqual([
      { file, line: 1, reason: 'The file should begin with "title: …" between two lines of "---"' },
    ]);
    expect(problems('---\ntitel: A\n---\ntext')).toEqual([
      { file, line: 2, reason: 'Unknown key "titel" (did you mean "title"?)' },
      { file, line: 1, reason: 'The text module needs a "title"' },
    ]);
    expect(problems('---\ntitle: A\nstate: merged\n---\ntext')[0]?.line).toBe(3);
    expect(problems('---\ntitle: A\nattachments: ../secret\n---\ntext')[0]?.reason).toBe(
      '"attachments" names "../secret", but should name files beside this one',
    );
    expect(problems('---\ntitle: A\n---\n \n')[0]?.reason).toBe('The text module has no text');
  });

  it.each([
    'answers/refund.md',
    'answers/re fund.de.md',
    'answers/refund.xx-yy-zz-1.md',
    'answers/../refund.de.md',
  ])('refuses the name %s', (name) => {
    expect(problems('---\ntitle: A\n---\ntext', name)).toHaveLength(1);
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (head, text) => {
        const { module, problems: found } = parseTextModule(`---\n${head}\n---\n${text}`, file);
        expect(module === undefined).toBe(found.length > 0);
      }),
    );
  });
});

describe('isModuleId', () => {
  it('knows folders and names of every script', () => {
    expect(['a', 'billing/refund', '払い戻し/方法', 'a_b-c'].every(isModuleId)).toBe(true);
    expect(['', '/', 'a/', 'a//b', '.a', 'a.b', '-a', 'a/../b'].some(isModuleId)).toBe(false);
  });
});
