import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { second, systemClock } from '../../../../src/base/clock.ts';
import { createAttachmentReader } from '../../../../src/services/index/attachments/attachment-reader.ts';
import { createAttachmentTexts } from '../../../../src/services/index/attachments/attachment-texts.ts';
import type { AttachmentKind } from '../../../../src/services/index/attachments/kinds.ts';
import { nodeFiles } from '../../../../src/storage/files.ts';
import { createFakeClock } from '../../../helpers/clock.ts';
import { makeDocx, makePdf } from '../../../helpers/documents.ts';
import { fakeNumber } from '../../../helpers/fake-tickets.ts';
import { makeTemporaryDirectory } from '../../../helpers/temp.ts';

const docx = makeDocx('<w:p><w:t>words within</w:t></w:p>');
const file = { name: 'x.docx', type: 'application/octet-stream', bytes: docx };

it('reads each attachment once, keeps its text, and drops what no ticket has any more', async () => {
  const index = await makeTemporaryDirectory();
  const read: AttachmentKind[] = [];
  const reader = {
    async read(kind: AttachmentKind) {
      read.push(kind);
      return { text: 'words within' };
    },
    async close() {},
  };
  const open = () => createAttachmentTexts({ files: nodeFiles, reader }, index);
  const kept = async () => (await readdir(join(index, 'attachments-1')).catch(() => [])).sort();

  const first = open();
  const { texts, digests } = await first.read([file, file], 1000);
  expect(texts).toEqual(['words within', 'words within']);
  expect(read).toEqual(['office']);
  expect(await kept()).toEqual([...new Set(digests)]);

  const second = open();
  expect((await second.read([file], 5)).texts).toEqual(['words']);
  expect(read).toHaveLength(1);
  await second.use(fakeNumber(1), new Set(digests));
  await second.use(fakeNumber(2), new Set(digests));
  await second.prune();
  await second.use(fakeNumber(1), new Set());
  expect(await kept()).toHaveLength(1);
  await second.use(fakeNumber(2), new Set());
  expect(await kept()).toEqual([]);

  const third = open();
  await third.read([file], 1000);
  const [name = ''] = await kept();
  await writeFile(join(index, 'attachments-1', name), '12\nwords wit');
  expect((await third.read([file], 1000)).texts).toEqual(['words within']);
  expect(read).toHaveLength(3);
  await third.prune();
  expect(await kept()).toEqual([]);
});

it('reads in a thread, and leaves PDFs and archives to it', async () => {
  const reader = createAttachmentReader(systemClock);
  expect((await reader.read('office', docx)).text).toContain('words within');
  expect((await reader.read('pdf', makePdf(['page words']))).text).toContain('page words');
  expect((await reader.read('pdf', Buffer.from('%PDF-1.4'))).unread).toBeDefined();
  await reader.close();
});

it('gives up what takes too long or takes the thread with it, and reads the next', async () => {
  const clock = createFakeClock();
  const lives: { closed: boolean; crash: (cause: unknown) => void }[] = [];
  let isStuck = true;
  const reader = createAttachmentReader(clock, ({ onAnswer, onCrash }) => {
    const life = { closed: false, crash: onCrash };
    lives.push(life);
    return {
      post: ({ id }) => {
        if (!isStuck) onAnswer({ id, text: 'read' });
      },
      close: async () => {
        life.closed = true;
      },
    };
  });
  const slow = reader.read('pdf', docx);
  await clock.advance(20 * second);
  expect(await slow).toMatchObject({ text: '', unread: 'Reading it took too long' });
  expect(lives[0]?.closed).toBe(true);

  const fatal = reader.read('pdf', docx);
  await new Promise(setImmediate);
  lives[1]?.crash(new Error('out of memory'));
  expect(await fatal).toMatchObject({ text: '', unread: 'out of memory' });

  isStuck = false;
  expect(await reader.read('pdf', docx)).toEqual({ text: 'read' });
  expect(lives).toHaveLength(3);
  await clock.advance(31 * second);
  expect(lives[2]?.closed).toBe(true);
  await reader.close();
  expect(await reader.read('pdf', Buffer.alloc(26 * 1024 * 1024))).toMatchObject({
    unread: 'It is too large',
  });
  expect(clock.pending()).toBe(0);
});
