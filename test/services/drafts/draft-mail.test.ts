import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { parseDraftId } from '../../../src/core/ticket/draft.ts';
import {
  composeDraft,
  type DraftContent,
  readDraftContent,
} from '../../../src/services/drafts/draft-mail.ts';

const id = parseDraftId('abcdefghijklmnopqrst');

async function thereAndBack(content: DraftContent): Promise<DraftContent> {
  if (id === undefined) throw new Error('That names a draft');
  const bytes = await composeDraft({
    facts: { id, to: 'kim@customer.example, ma', cc: '', revision: 1 },
    content,
    from: { name: 'Anna', address: 'anna@desk.example' },
    now: toInstant(0),
    timeZone: 'UTC',
  });
  return readDraftContent(bytes);
}

/** What a text field gives: no carriage return, no sign that mails cannot hold. */
const typed = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        ' ',
        '\t',
        '>',
        '-- ',
        'From ',
        '.',
        '=',
        '=20',
        'ä',
        '漢',
        '😀',
        'سلام',
      ),
      fc.string({ maxLength: 20 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').replace(/[\r\0]/g, ''));

const file = fc.record({
  key: fc.constantFrom('abcdef@draft'),
  name: fc.constantFrom('a.txt', 'Schirm 1.png', '請求書.pdf', 'm.eml'),
  type: fc.constantFrom('text/plain', 'image/png', 'application/pdf', 'text/html'),
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

it('text, subject and files come back as they were typed', async () => {
  await fc.assert(
    fc.asyncProperty(typed, fc.array(file, { maxLength: 1 }), async (text, files) => {
      // Blanks alone beside files are no text.
      fc.pre(text.trim() !== '' || files.length === 0);
      const content = { subject: 'Re: [#1] Größe', text, files };
      expect(await thereAndBack(content)).toEqual(content);
    }),
    { numRuns: 150 },
  );
});
