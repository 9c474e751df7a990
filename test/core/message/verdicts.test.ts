/** Verdicts on their way into the Ticket block and back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatVerdicts, readVerdicts, type Verdicts } from '../../../src/core/message/verdicts.ts';

/** Fields as a reader of the file sees them. */
function toFields(verdicts: Verdicts): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of formatVerdicts(verdicts)) {
    const key = name.toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), value]);
  }
  return fields;
}

describe('verdicts', () => {
  it('read back as they were written', () => {
    const verdicts: Verdicts = {
      spam: { flag: true, score: 17.25, by: 'spamd', tests: ['GTUBE', 'NO_RELAYS'] },
      virus: { found: true, name: 'Eicar-Test', by: 'clamd' },
      sender: {
        spf: 'pass',
        dkim: 'fail',
        dmarc: 'pass',
        arc: 'none',
        dkimDomain: 'example.org',
        dmarcPolicy: 'reject',
        by: 'desk',
      },
      unchecked: [{ what: 'virus', by: 'clamd', reason: 'no answer within 10 s' }],
    };
    expect(readVerdicts(toFields(verdicts))).toEqual(verdicts);
  });

  it('are absent when nothing was asked', () => {
    expect(readVerdicts(new Map())).toEqual({
      spam: undefined,
      virus: undefined,
      sender: undefined,
      unchecked: [],
    });
  });

  it('read from any text without a failure', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const fields = new Map(
          ['spam', 'virus', 'authentication', 'unchecked'].map((name) => [name, [text]]),
        );
        expect(readVerdicts(fields).unchecked.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
