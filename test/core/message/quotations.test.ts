/** What others wrote in a mail, told apart from its writer's words, for the shapes of many programs and languages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { divideText, type PartKind } from '../../../src/core/message/quotes/divide.ts';

const folder = join(import.meta.dirname, 'quotations');
const letters: Readonly<Record<string, PartKind>> = {
  o: 'own',
  q: 'quotation',
  f: 'forwarded',
  s: 'signature',
};

interface Shape {
  readonly name: string;
  readonly isForward: boolean;
  /** Kind and text of each line. */
  readonly lines: readonly (readonly [kind: string, text: string])[];
}

/** `%% name` begins a shape, `%% name (sent on)` one of a mail that was sent on. */
function readShapes(file: string): readonly Shape[] {
  const [, ...pieces] = readFileSync(join(folder, file), 'utf8').split(/^%% /m);
  return pieces.map((piece) => {
    const [title = '', ...lines] = piece.replace(/\n$/, '').split('\n');
    return {
      name: title.replace(' (sent on)', ''),
      isForward: title.endsWith(' (sent on)'),
      lines: lines.map((line) => [line.slice(0, 1), line.slice(2)]),
    };
  });
}

/** The letter of each line that says something; blank ones may belong to either side. */
function divide(text: string, isForward: boolean): readonly string[] {
  return divideText(text, { isForward }).flatMap(({ kind, text }) =>
    text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => `${kind}: ${line}`),
  );
}

const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe.each(files)('%s', (file) => {
  it.each(readShapes(file).map((shape) => [shape.name, shape] as const))('%s', (_, shape) => {
    const expected = shape.lines
      .filter(([, text]) => text.trim() !== '')
      .map(([letter, text]) => `${letters[letter] ?? letter}: ${text}`);
    const text = shape.lines.map(([, text]) => text);
    expect(divide(text.join('\n'), shape.isForward)).toEqual(expected);
    expect(divide(`${text.join('\r\n')}\r\n`, shape.isForward)).toEqual(expected);
  });
});

it('there are many of them', () => {
  expect(files.flatMap(readShapes).length).toBeGreaterThan(180);
});
