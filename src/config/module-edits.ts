/**
 * What people write into the file of a text module.
 *
 * Promises: pure. Comments, order and keys that did not change stay as they are, so that a change is a small difference; a value that
 * is the default is not written. What comes out is read back by text-modules.ts, which says what is wrong with it.
 */
import { Document, isMap, isSeq, parseDocument } from 'yaml';
import type { TextModule } from '../core/answers/text-module.ts';
import { moduleKeys, parseTextModule, splitFrontMatter } from './text-modules.ts';

export type ModuleFields = Pick<
  TextModule,
  'title' | 'keywords' | 'shortcut' | 'queues' | 'kind' | 'state' | 'attachments' | 'text'
>;

type HeadKey = Exclude<keyof ModuleFields, 'text'>;

/** Lines stay as long as they are, a list stands in one line with its words close together. */
const layout = { lineWidth: 0, flowCollectionPadding: false } as const;

/**
 * The text of the file after the change; `before` is undefined for a new one. `name` is the last part of the id, which stands for
 * the shortcut where the file says none.
 */
export function editModuleText(
  before: string | undefined,
  fields: ModuleFields,
  { name, file }: { readonly name: string; readonly file: string },
): string {
  const parts = before === undefined ? undefined : splitFrontMatter(before);
  const document = readHead(parts?.head);
  const written = { ...fields, title: fields.title.trim() };
  const old = before === undefined ? undefined : parseTextModule(before, file).module;
  for (const key of moduleKeys) {
    if (key === 'cursor') continue;
    if (old !== undefined && isSame(old[key], written[key])) continue;
    setKey(document, key, isDefault(key, written, name) ? undefined : written[key]);
  }
  const text = `---\n${document.toString(layout)}---\n${tidyText(fields.text)}\n`;
  return before?.includes('\r\n') === true ? text.replaceAll('\n', '\r\n') : text;
}

/** The same file with other names of modules nested in it. */
export function renameNested(text: string, from: string, to: string): string {
  const escaped = from.replace(/[/-]/g, (sign) => `\\${sign}`);
  return text.replace(new RegExp(`(\\{\\{>[ \\t]*)${escaped}([ \\t]*\\}\\})`, 'g'), `$1${to}$2`);
}

function readHead(head: string | undefined): Document {
  // The line of dashes stays with the caller.
  const document = head === undefined ? undefined : parseDocument(head.replace(/^---\n?/, ''));
  if (document !== undefined && document.errors.length === 0 && isMap(document.contents))
    return document;
  return new Document({});
}

function setKey(document: Document, key: HeadKey, value: unknown): void {
  if (value === undefined) {
    document.delete(key);
    return;
  }
  const node = document.createNode(value, Array.isArray(value) ? { flow: true } : {});
  const before = document.get(key, true);
  if (isSeq(before) && isSeq(node)) node.flow = before.flow ?? false;
  document.set(key, node);
}

function isDefault(key: HeadKey, fields: ModuleFields, name: string): boolean {
  switch (key) {
    case 'title':
      return false;
    case 'kind':
      return fields.kind === 'answer';
    case 'shortcut':
      return fields.shortcut === '' || fields.shortcut === name;
    case 'state':
      return fields.state === undefined;
    case 'keywords':
    case 'queues':
    case 'attachments':
      return fields[key].length === 0;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function tidyText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}
