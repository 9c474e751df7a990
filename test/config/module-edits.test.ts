import { describe, expect, it } from 'vitest';
import { editModuleText, type ModuleFields, renameNested } from '../../src/config/module-edits.ts';
import { parseTextModule } from '../../src/config/text-modules.ts';

const file = 'answers/billing/refund.en.md';
const place = { name: 'refund', file };

function fields(more: Partial<ModuleFields> = {}): ModuleFields {
  return {
    title: 'Refund',
    keywords: [],
    shortcut: 'refund',
    queues: [],
    kind: 'answer',
    state: undefined,
    attachments: [],
    text: 'We pay back.',
    ...more,
  };
}

describe('editModuleText', () => {
  it('a new file holds what is no default', () => {
    expect(editModuleText(undefined, fields(), place)).toBe(
      '---\ntitle: Refund\n---\nWe pay back.\n',
    );
    const all = fields({
      title: 'Refund: how',
      keywords: ['refund', 'money back'],
      shortcut: 'rf',
      queues: ['Billing::Refunds'],
      kind: 'piece',
      state: 'pending-customer',
      attachments: ['form.pdf'],
    });
    const text = editModuleText(undefined, all, place);
    expect(text).toBe(
      '---\ntitle: "Refund: how"\nkeywords: [refund, money back]\nshortcut: rf\nqueues: [Billing::Refunds]\nkind: piece\nstate: pending-customer\nattachments: [form.pdf]\n---\nWe pay back.\n',
    );
    expect(parseTextModule(text, file).module).toMatchObject(all);
  });

  it('comments, order and what did not change stay as they are', () => {
    const before =
      "---\n# written by Anna\nkeywords:\n  - refund # the usual word\n  - money back\ntitle: 'Refund'\ncursor: '%%'\n---\n\nWe pay back.\n";
    const same = fields({ keywords: ['refund', 'money back'] });
    expect(editModuleText(before, same, place)).toBe(before.replace('---\n\nWe', '---\nWe'));
    const changed = editModuleText(before, { ...same, title: 'Refunds' }, place);
    expect(changed).toContain('# written by Anna\nkeywords:\n  - refund # the usual word');
    expect(changed).toContain('title: Refunds\n');
    expect(changed).toContain("cursor: '%%'");
  });

  it('what becomes the default is taken out, and a list keeps its form', () => {
    const before = '---\ntitle: Refund\nkind: piece\nkeywords:\n  - refund\n---\nWe pay back.\n';
    expect(editModuleText(before, fields({ keywords: ['back', 'money'] }), place)).toBe(
      '---\ntitle: Refund\nkeywords:\n  - back\n  - money\n---\nWe pay back.\n',
    );
  });

  it('keeps the line endings of the file', () => {
    const before = '---\r\ntitle: Refund\r\n---\r\nWe pay back.\r\n';
    expect(editModuleText(before, fields({ text: 'One\nTwo' }), place)).toBe(
      '---\r\ntitle: Refund\r\n---\r\nOne\r\nTwo\r\n',
    );
  });

  it('writes a broken file anew', () => {
    expect(editModuleText('---\ntitle: [\n---\nx', fields(), place)).toBe(
      '---\ntitle: Refund\n---\nWe pay back.\n',
    );
  });
});

it('renameNested changes that module alone', () => {
  expect(renameNested('{{> a/b}} {{>a/b }} {{> a/bc}} {{> x/a/b}} a/b', 'a/b', 'c')).toBe(
    '{{> c}} {{>c }} {{> a/bc}} {{> x/a/b}} a/b',
  );
});
