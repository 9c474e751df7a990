import { describe, expect, it } from 'vitest';
import { isForged, judgeSender } from '../../../src/core/message/sender-sign.ts';
import type { SenderVerdict } from '../../../src/core/message/verdicts.ts';

const nothing: SenderVerdict = {
  spf: 'none',
  dkim: 'none',
  dmarc: 'none',
  arc: 'none',
  dkimDomain: undefined,
  dmarcPolicy: undefined,
  by: 'desk',
};

function judge(parts: Partial<SenderVerdict>): string {
  return judgeSender({ ...nothing, ...parts }, 'mail.customer.example');
}

describe('judgeSender', () => {
  it.each<[string, Partial<SenderVerdict>, string]>([
    ['DMARC passes', { dmarc: 'pass' }, 'confirmed'],
    ['DMARC fails', { dmarc: 'fail', dkim: 'pass', dkimDomain: 'customer.example' }, 'forged'],
    [
      'the domain signs, without DMARC',
      { dkim: 'pass', dkimDomain: 'customer.example' },
      'confirmed',
    ],
    ['another domain signs', { dkim: 'pass', dkimDomain: 'list.example' }, 'unconfirmed'],
    ['only the envelope is right', { spf: 'pass' }, 'unconfirmed'],
    ['nothing is there', {}, 'unconfirmed'],
    ['the DNS was silent', { spf: 'temperror', dmarc: 'temperror' }, 'unchecked'],
  ])('when %s', (_what, verdict, sign) => {
    expect(judge(verdict)).toBe(sign);
  });
});

describe('isForged', () => {
  it('needs the word of DMARC, whatever it asks to be done', () => {
    expect(isForged(undefined)).toBe(false);
    expect(isForged({ dmarc: 'temperror' })).toBe(false);
    expect(isForged({ dmarc: 'fail' })).toBe(true);
  });
});
