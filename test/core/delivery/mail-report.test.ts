import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatMailReport,
  parseMailReport,
  readMailReport,
} from '../../../src/core/delivery/mail-report.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { bouncePartsOf, decodeMail } from '../../../src/storage/codec.ts';

async function read(name: string) {
  const path = join(import.meta.dirname, '../../corpus/bounces', `${name}.eml`);
  return readMailReport(bouncePartsOf(await decodeMail(await readFile(path))));
}

describe('readMailReport', () => {
  it.each([
    ['read-receipt', 'receipt', 'displayed'],
    ['receipt-deleted', 'receipt', 'deleted'],
    ['abuse-report', 'complaint', 'abuse'],
    ['complaint-fraud', 'complaint', 'fraud'],
  ])('reads %s: %s, %s', async (name, kind, what) => {
    expect(await read(name)).toEqual({
      kind,
      what,
      recipient: 'gone@partner.example',
      originals: ['out.4266@desk.example'],
    });
  });

  it('is undefined for reports on mail that did not arrive', async () => {
    expect(await read('rfc3464-failed')).toBeUndefined();
    expect(await read('qmail-like')).toBeUndefined();
  });

  it('is total', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('Disposition: a/b; displayed', 'Feedback-Type: abuse', '\n', 'Disposition:'),
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('\n'));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 4 }), (body, parts) => {
        const report = { subject: '', text: body, parts, failedRecipients: undefined };
        const found = readMailReport(report);
        expect(found === undefined || found.what !== '').toBe(true);
      }),
    );
  });
});

it('what is formatted reads back the same', () => {
  const field = {
    kind: 'receipt',
    what: 'displayed',
    message: parseMessageName('1.M2P3Q4.host'),
    recipient: 'kim@example.org',
    original: 'out.1@desk.example',
  } as const;
  expect(parseMailReport(formatMailReport(field))).toEqual(field);
  expect(parseMailReport('rumour; what=heard')).toBeUndefined();
});
