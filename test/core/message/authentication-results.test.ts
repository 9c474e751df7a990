/** Authentication-Results fields as servers write them, and as liars write them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findTrustedResults,
  type HeaderField,
  parseAuthenticationResults,
  toSenderVerdict,
} from '../../../src/core/message/authentication-results.ts';
import { effortOf } from '../../helpers/effort.ts';
import { anyText, total } from '../../helpers/laws.ts';

function resultsOf(value: string) {
  return parseAuthenticationResults(value)?.results.map(({ method, result, properties }) => [
    method,
    result,
    Object.fromEntries(properties),
  ]);
}

describe('parseAuthenticationResults', () => {
  it('reads what Google writes', () => {
    const parsed = parseAuthenticationResults(
      'mx.google.com; dkim=pass header.i=@customer.example header.s=s1 header.b="a/bc+d=="; spf=pass (google.com: domain of kim@customer.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=kim@customer.example; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=customer.example',
    );
    expect(parsed?.authservId).toBe('mx.google.com');
    expect(toSenderVerdict(parsed ?? { authservId: '', results: [] }, 'customer.example')).toEqual({
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      arc: 'none',
      dkimDomain: 'customer.example',
      dmarcPolicy: 'reject',
      by: 'mx.google.com',
    });
  });

  it('reads versions, nested comments, names that stand apart, quoted values and local parts', () => {
    const text = `"Mx.Example" (an (inner; "comment") \\) here) 1 ; spf/1 = Fail (no) reason = "not; yours" smtp . mailfrom = "kim berg"@customer.example
      policy.xyz=1;DKIM=none`;
    expect(resultsOf(text)).toEqual([
      ['spf', 'fail', { 'smtp.mailfrom': 'kim berg@customer.example', 'policy.xyz': '1' }],
      ['dkim', 'none', {}],
    ]);
    const parsed = parseAuthenticationResults(text);
    expect([parsed?.authservId, parsed?.results[0]?.reason]).toEqual(['mx.example', 'not; yours']);
  });

  it('has no results where the field says "none"', () => {
    expect(resultsOf('mx.example; none')).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no name of a server', 'spf=pass smtp.mailfrom=kim@customer.example; dkim=none'],
    ['a version nobody knows', 'mx.example 2; spf=pass'],
    ['two names', 'mx.example mx.other.example; spf=pass'],
    ['a comment alone', '(mx.example; spf=pass'],
  ])('is no field with %s', (_what, text) => {
    expect(parseAuthenticationResults(text)).toBeUndefined();
  });

  it('gives something for any text', () => {
    const pieces = fc.array(
      fc.oneof(anyText, fc.constantFrom(';', '=', '(', ')', '"', '\\', ' ', 'dkim', 'pass', '.')),
      { maxLength: 60 },
    );
    total(
      parseAuthenticationResults,
      pieces.map((parts) => parts.join('')),
    );
  });

  it.each(['(', ')', '"', '\\', ';', '=', 'a=b;', ' ', 'x. ', 'x =', '(\\'])(
    'takes no longer than the length of %j repeated asks for',
    (piece) => {
      const text = `mx.example; ${piece.repeat(200_000)}`;
      expect(effortOf(() => parseAuthenticationResults(text))).toBeLessThan(3000);
    },
  );
});

const own = 'Authentication-Results: mx.example; dmarc=fail header.from=customer.example';
const lie = 'Authentication-Results: mx.example; dmarc=pass header.from=customer.example';

function header(...lines: string[]): readonly HeaderField[] {
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1) };
  });
}

function believed(...lines: string[]): string | undefined {
  const found = findTrustedResults(header(...lines), ['mx.example']);
  return found?.results.map(({ method, result }) => `${method}=${result}`).join(' ');
}

describe('findTrustedResults', () => {
  const inner = 'Received: from mx.example by store.example with LMTP; Mon, 23 Nov 2026';
  const border = 'Received: from x.customer.example (x [192.0.2.1]) by mx.example (Postfix); Mon';
  const outer = 'Received: from there by x.customer.example; Mon';

  it('believes our server above its Received field, as RFC 8601 wants it', () => {
    expect(believed(own, border, outer)).toBe('dmarc=fail');
  });

  it('believes it right below, as milters write it', () => {
    expect(believed(border, own, outer)).toBe('dmarc=fail');
  });

  it('believes it behind further servers of ours', () => {
    expect(believed(inner, own, border, outer)).toBe('dmarc=fail');
    expect(believed(inner, inner, border, own, outer)).toBe('dmarc=fail');
  });

  it('takes several fields of one server together, and the upper one for each method', () => {
    const spf = 'Authentication-Results: mx.example; spf=pass smtp.mailfrom=kim@customer.example';
    expect(believed(own, spf, border)).toBe('dmarc=fail spf=pass');
  });

  it('does not believe a field that came with the mail', () => {
    expect(believed(border, outer, lie)).toBeUndefined();
    expect(believed(inner, border, outer, lie)).toBeUndefined();
    expect(believed(border, own, outer, border, lie)).toBe('dmarc=fail');
  });

  it('does not take the name by which the client called itself for a server', () => {
    const forged = 'Received: from by (by [192.0.2.1]) by mx.example; Mon';
    expect(believed(forged, outer, lie)).toBeUndefined();
  });

  it('does not believe a server that is not ours', () => {
    const other = 'Authentication-Results: mx.example.evil.example; dmarc=pass';
    expect(believed(other, border)).toBeUndefined();
    expect(findTrustedResults(header(own, border), [])).toBeUndefined();
  });
});

describe('toSenderVerdict', () => {
  function verdict(value: string) {
    const parsed = parseAuthenticationResults(`mx.example; ${value}`);
    return toSenderVerdict(parsed ?? { authservId: '', results: [] }, 'customer.example');
  }

  it('chooses the signature of the author, and the SPF of the envelope', () => {
    expect(
      verdict(
        'dkim=fail header.d=a.example; dkim=pass header.d=list.example; dkim=pass header.d=customer.example; spf=none smtp.helo=x; spf=softfail smtp.mailfrom=kim@customer.example',
      ),
    ).toMatchObject({ spf: 'softfail', dkim: 'pass', dkimDomain: 'customer.example' });
  });

  it('passes over what was found of another author', () => {
    expect(verdict('dmarc=pass header.from=evil.example').dmarc).toBe('none');
    expect(verdict('dmarc=pass header.from=mail.customer.example').dmarc).toBe('pass');
  });

  it('reads older and unknown words', () => {
    expect(verdict('spf=hardfail; dkim=maybe; dmarc=bestguesspass')).toMatchObject({
      spf: 'fail',
      dkim: 'none',
      dmarc: 'none',
    });
  });

  it.each([
    ['dmarc=fail (p=quarantine dis=none)', 'quarantine'],
    ['dmarc=fail policy.dmarc=reject', 'reject'],
    ['dmarc=fail (policy=none, sp=reject)', undefined],
  ])('reads the policy of %s', (value, policy) => {
    expect(verdict(value).dmarcPolicy).toBe(policy);
  });
});
