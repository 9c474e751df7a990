import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClamdReply } from '../../../../src/services/intake/scanners/clamd.ts';
import { parseRspamdReport } from '../../../../src/services/intake/scanners/rspamd.ts';
import { parseSpamdReply, toSpamReport } from '../../../../src/services/intake/scanners/spamd.ts';
import { holds, total } from '../../../helpers/laws.ts';

const anyBytes = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
const pieces = (words: readonly string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })), { maxLength: 20 })
    .map((parts) => Buffer.from(parts.join('')));

describe('replies of scanners', () => {
  const spamdWords = ['SPAMD/1.1 ', '0 ', 'EX_OK', '\r\n', 'Spam: True ; 5 / 5', ':', ','];

  it('spamd: any bytes are a reply, and a verdict is bounded', () => {
    holds(fc.oneof(anyBytes, pieces(spamdWords)), (bytes) => {
      const reply = parseSpamdReply(bytes);
      if (reply.kind !== 'ok') return;
      const report = toSpamReport(reply);
      if (report === undefined) return;
      expect(Number.isFinite(report.score)).toBe(true);
      expect(report.tests.length).toBeLessThanOrEqual(20);
    });
  });

  it('spamd: what it writes is read', () => {
    const verdict = fc.record({
      isSpam: fc.boolean(),
      score: fc.integer({ min: -10_000, max: 10_000 }).map((tenths) => tenths / 10),
      tests: fc.uniqueArray(fc.stringMatching(/^[A-Z0-9_]{1,20}$/), { maxLength: 20 }),
    });
    holds(verdict, ({ isSpam, score, tests }) => {
      const text = `SPAMD/1.1 0 EX_OK\r\nSpam: ${isSpam ? 'True' : 'False'} ; ${score.toFixed(1)} / 5.0\r\n\r\n${tests.join(',')}`;
      const reply = parseSpamdReply(Buffer.from(text));
      expect(reply.kind === 'ok' && toSpamReport(reply)).toEqual({
        isSpam,
        score: score + 0,
        tests,
      });
    });
  });

  it('clamd: any bytes are a reply in one printable line', () => {
    holds(fc.oneof(anyBytes, pieces(['stream: ', 'OK', ' FOUND', '\0', '\n'])), (bytes) => {
      const reply = parseClamdReply(bytes);
      const said = reply.kind === 'clean' ? '' : reply.kind === 'found' ? reply.name : reply.text;
      expect(said).toMatch(/^[\x20-\x7e]{0,200}$/);
    });
  });

  it('clamd: nothing but its own words is clean', () => {
    expect(parseClamdReply(Buffer.from('stream: OK\0')).kind).toBe('clean');
    expect(parseClamdReply(Buffer.from('stream: OK FOUND\0')).kind).toBe('found');
    expect(parseClamdReply(Buffer.from('OK\0')).kind).toBe('broken');
  });

  it('rspamd: any bytes and any JSON are a verdict or none', () => {
    total(parseRspamdReport, anyBytes);
    total(
      parseRspamdReport,
      fc.json().map((text) => Buffer.from(text)),
    );
    const deep = Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(parseRspamdReport(deep)).toBeUndefined();
  });

  it('rspamd: greylisting is no spam', () => {
    const actions = [
      'no action',
      'greylist',
      'soft reject',
      'add header',
      'rewrite subject',
      'reject',
    ];
    const isSpam = actions.map(
      (action) => parseRspamdReport(Buffer.from(JSON.stringify({ action, score: 4 })))?.isSpam,
    );
    expect(isSpam).toEqual([false, false, false, true, true, true]);
  });
});
