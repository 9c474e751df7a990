import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BounceReport,
  bounceActions,
  formatBounce,
  parseBounce,
  readBounce,
} from '../../../src/core/delivery/bounce.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { bouncePartsOf, decodeMail } from '../../../src/storage/codec.ts';
import { effortOf } from '../../helpers/effort.ts';

async function read(name: string): Promise<BounceReport> {
  const path = join(import.meta.dirname, '../../corpus/bounces', `${name}.eml`);
  return readBounce(bouncePartsOf(await decodeMail(await readFile(path))));
}

const original = ['out.4266@desk.example'];
const gone = 'gone@partner.example';

describe('readBounce', () => {
  it.each([
    ['rfc3464-failed', 'failed', gone, '5.1.1', /^550 5\.1\.1 .* no such mailbox here$/, original],
    ['rfc3464-mailbox-full', 'failed', 'full@partner.example', '5.2.2', /over quota/, original],
    [
      'rfc3464-delayed',
      'delayed',
      'slow@partner.example',
      '4.4.1',
      /no answer from host/,
      original,
    ],
    ['rfc3464-delivered', 'delivered', gone, '2.0.0', undefined, original],
    ['rfc3464-relayed', 'relayed', gone, '2.0.0', undefined, original],
    ['rfc3464-sloppy', 'failed', 'GONE@partner.example', '5.1.1', undefined, original],
    ['rfc3464-no-fields', 'failed', gone, undefined, undefined, original],
    ['rfc3464-signed-address', 'failed', gone, '5.4.4', undefined, []],
    [
      'rfc6533-international',
      'failed',
      'jürgen@partner.example',
      '5.6.7',
      /^553 5\.6\.7 Postfach/,
      original,
    ],
    [
      'office-like',
      'failed',
      'frau.weg@corporate.example',
      '5.1.10',
      /recipient not found/,
      original,
    ],
    ['qmail-like', 'failed', gone, undefined, /550 unknown mailbox/, original],
    ['exim-like', 'failed', gone, undefined, /^550 no such person$/, original],
    ['plain-german', 'failed', 'weg@altsystem.example', undefined, /^Postfach gelöscht$/, original],
    ['delivery-status-truncated', 'failed', undefined, undefined, undefined, []],
  ])('reads %s: %s', async (name, action, recipient, status, reason, originals) => {
    const report = await read(name);
    const first = report.recipients[0];
    expect(first).toMatchObject({ action });
    expect(first?.recipient).toBe(recipient);
    expect(first?.status).toBe(status);
    if (reason === undefined) expect(first?.reason).toBeUndefined();
    else expect(first?.reason).toMatch(reason);
    expect(report.originals).toEqual(originals);
  });

  it('gives each recipient its own action, the failure first', async () => {
    const { recipients } = await read('rfc3464-several');
    expect(recipients.map(({ action, recipient }) => `${action} ${recipient}`)).toEqual([
      'failed gone@partner.example',
      'delayed slow@partner.example',
      'delivered fine@partner.example',
    ]);
  });

  it('reads both recipients that Exim names', async () => {
    const { recipients } = await read('exim-like');
    expect(recipients).toMatchObject([
      { recipient: gone, reason: '550 no such person' },
      { recipient: 'also.gone@partner.example', reason: '550 no such person either' },
    ]);
  });

  it('takes a warning in plain words for a delay', () => {
    const { recipients } = readBounce({
      subject: 'Warning: message 1abc delayed 24 hours',
      text: 'This message has not yet been delivered.\nYou do not need to resend it.',
      parts: [],
      failedRecipients: undefined,
    });
    expect(recipients[0]?.action).toBe('delayed');
  });

  it('is total and bounded, whatever the parts are', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        'Final-Recipient: rfc822;',
        'Action: failed',
        'Status: 5.1.1',
        'Message-ID: <a@b>',
        '<kim@example.org>:',
        '\n',
        '\n\n',
        '\t',
        '-----',
        '\\x{110000}',
      ),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('\n'));
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 4 }), (subject, body, parts) => {
        const report = readBounce({ subject, text: body, parts, failedRecipients: body });
        expect(report.recipients.length).toBeGreaterThan(0);
        expect(report.recipients.length).toBeLessThanOrEqual(50);
        for (const { action, reason } of report.recipients) {
          expect(bounceActions).toContain(action);
          expect((reason ?? '').length).toBeLessThanOrEqual(500);
        }
      }),
    );
  });

  it('needs little time for a large hostile text', () => {
    const hostile = [
      '<'.repeat(200_000),
      'Message-ID: '.repeat(20_000),
      'Final-Recipient: x\n '.repeat(20_000),
      '- '.repeat(100_000),
      ' \n'.repeat(100_000),
      `${'>'.repeat(100_000)}message-id:${' '.repeat(100_000)}`,
    ];
    const effort = effortOf(() => {
      for (const text of hostile)
        readBounce({ subject: text, text, parts: [text, text], failedRecipients: text });
    });
    expect(effort).toBeLessThan(6000);
  });
});

describe('Ticket-Bounce', () => {
  it('reads back what was formatted', () => {
    const bounce = {
      action: 'failed',
      message: parseMessageName('1.M2P3Q4.host,S=5'),
      recipient: 'kim@example.org',
      status: '5.1.1',
      reason: '550 5.1.1 no such user',
      original: 'a@b',
    } as const;
    expect(formatBounce(bounce)).toBe(
      'failed; message=1.M2P3Q4.host,S=5; recipient=kim@example.org; status=5.1.1; reason=550 5.1.1 no such user; original=a@b',
    );
    expect(parseBounce(formatBounce(bounce))).toEqual(bounce);
  });

  it('is undefined for a word nobody knows', () => {
    expect(parseBounce('exploded; message=1')).toBeUndefined();
    expect(parseBounce('')).toBeUndefined();
  });
});
