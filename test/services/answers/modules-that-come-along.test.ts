/** The text modules of a new desk and of the demo desk, as they stand in the templates. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { parseQueueFile } from '../../../src/config/queues.ts';
import { createAnswerBook } from '../../../src/services/answers/answer-book.ts';
import { fillModule } from '../../../src/services/answers/fill.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { createRecordingLog } from '../../helpers/log.ts';
import { openTestDesk } from '../../helpers/test-desk.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

async function open(directory: string) {
  const log = createRecordingLog();
  const book = createAnswerBook({ files: nodeFiles, directory: join(templates, directory), log });
  await book.load();
  return book;
}

describe.each(['desk', 'demo/desk'])('the modules of %s', (directory) => {
  it('are right, and nothing stays unfilled for a customer without a name', async () => {
    const book = await open(directory);
    expect(book.problems()).toEqual([]);
    const test = await openTestDesk();
    const config = test.desk.config.current();
    await test.close();
    const missing = book.modules().flatMap((module) => {
      const filled = fillModule(module, {
        ticket: { queue: 'Support', customer: undefined, language: module.language },
        agent: { name: 'Anna Adler', email: 'anna@desk.example' },
        config,
        now: toInstant(1_790_000_000_000),
        modules: book.modules(),
      });
      return filled.missing
        .filter((name) => name !== 'ticket.number')
        .map((name) => `${module.file}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
});

it('the demo has many topics in many languages, nested pieces, an attachment and cursors', async () => {
  const modules = (await open('demo/desk')).modules();
  const ids = new Set(modules.map(({ id }) => id));
  expect(ids.size).toBeGreaterThanOrEqual(20);
  for (const id of ids)
    expect(modules.filter((each) => each.id === id).length).toBeGreaterThanOrEqual(4);
  expect(modules.filter(({ language }) => language === 'ar').length).toBeGreaterThan(8);
  expect(modules.some(({ attachments }) => attachments.length > 0)).toBe(true);
  expect(modules.some(({ text }) => text.includes('{{> '))).toBe(true);
  expect(modules.some(({ text, cursor }) => text.includes(cursor))).toBe(true);
});

it('the queues of the demo name texts that are there', async () => {
  const book = await open('demo/desk');
  const folder = join(templates, 'demo/desk/config/queues');
  for (const name of (await nodeFiles.list(folder)) ?? []) {
    const text = (await nodeFiles.readFile(join(folder, name))).toString('utf8');
    const { queue, problems } = parseQueueFile(text, `queues/${name}`);
    expect(problems).toEqual([]);
    const letters = book.letters().filter((each) => each.name === queue?.signatureFile);
    expect([name, letters.length]).toEqual([name, 5]);
  }
});
