/** Who sent it: SPF, DKIM, DMARC and ARC with a DNS made of records in memory. */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import { parseIpNetwork } from '../../../src/core/message/ip-network.ts';
import type { SenderVerdict } from '../../../src/core/message/verdicts.ts';
import {
  type AuthenticatorOptions,
  createAuthenticator,
  type MailToAuthenticate,
} from '../../../src/services/intake/authentication.ts';
import { DnsFailure, type DnsLookup } from '../../../src/services/intake/dns.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { effortOfAsync } from '../../helpers/effort.ts';
import { makeEd25519Key, makeRsaKey, sealedBy, signedBy } from '../../helpers/signed-mail.ts';

const key = makeRsaKey();
const other = makeRsaKey();
const modern = makeEd25519Key();
const short = makeRsaKey(768);

const zone: Readonly<Record<string, string>> = {
  'customer.example TXT': 'v=spf1 ip4:192.0.2.0/28 -all',
  'soft.example TXT': 'v=spf1 ip4:192.0.2.0/28 ~all',
  'broken.example TXT': 'v=spf1 ip4:nonsense -all',
  'mx.customer.example TXT': 'v=spf1 ip4:192.0.2.1 -all',
  's1._domainkey.customer.example TXT': key.record,
  's2._domainkey.customer.example TXT': modern.record,
  'short._domainkey.customer.example TXT': short.record,
  's1._domainkey.mail.customer.example TXT': key.record,
  's1._domainkey.list.example TXT': other.record,
  'arc._domainkey.list.example TXT': other.record,
  '_dmarc.customer.example TXT': 'v=DMARC1; p=reject',
  '_dmarc.strict.example TXT': 'v=DMARC1; p=quarantine; adkim=s; aspf=s',
  's1._domainkey.sub.strict.example TXT': key.record,
  's1._domainkey.strict.example TXT': key.record,
};

function lookupIn(records: Readonly<Record<string, string>>): DnsLookup {
  return async (name, type) => {
    const text = records[`${name.toLowerCase()} ${type}`];
    if (text === undefined) throw new DnsFailure('ENOTFOUND', `No ${type} of ${name}`);
    return type === 'TXT' ? [[text]] : [text];
  };
}

const origin = { ip: '192.0.2.1', helo: 'mx.customer.example' };
const stranger = { ip: '203.0.113.9', helo: 'mx.evil.example' };

interface Question extends Partial<MailToAuthenticate> {
  readonly author?: string;
  readonly options?: Partial<AuthenticatorOptions>;
  readonly lookup?: DnsLookup;
  readonly clock?: FakeClock;
}

async function examine(mail: string | Buffer, question: Question = {}) {
  const { author = 'kim@customer.example', options = {}, lookup = lookupIn(zone) } = question;
  const { clock = createFakeClock(), origin: from = origin, ...changes } = question;
  const authenticator = createAuthenticator({ lookup, clock, log: silentLog }, () => ({
    checkSenders: true,
    hostName: 'desk.example',
    authenticationTimeoutMs: 10_000,
    trustedRelays: ['198.51.100.0/24'].flatMap((text) => parseIpNetwork(text) ?? []),
    authservIds: ['mx.desk.example'],
    ...options,
  }));
  return authenticator.examine(
    {
      raw: Buffer.from(mail),
      via: changes.via ?? 'smtp',
      sender: 'sender' in changes ? changes.sender : 'kim@customer.example',
      ...(changes.via === undefined ? { origin: from } : {}),
    },
    author,
  );
}

async function verdictOn(mail: string | Buffer, question?: Question): Promise<SenderVerdict> {
  const { sender } = await examine(mail, question);
  if (sender === undefined) throw new Error('There is no verdict');
  return sender;
}

function mailFrom(from = 'Kim Berg <kim@customer.example>', text = 'The lamp is dark.'): string {
  return `From: ${from}\r\nTo: support@desk.example\r\nSubject: Lamp\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@customer.example>\r\n\r\n${text}\r\n`;
}

const plain = mailFrom();
const signed = await signedBy(plain, { domain: 'customer.example', key });

describe('a mail that comes straight from its sender', () => {
  it('passes everything when its server is the domain’s and its signature holds', async () => {
    expect(await verdictOn(signed)).toEqual({
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      arc: 'none',
      dkimDomain: 'customer.example',
      dmarcPolicy: 'reject',
      by: 'desk',
    });
  });

  it('passes by SPF alone, and by the signature alone', async () => {
    expect(await verdictOn(plain)).toMatchObject({ spf: 'pass', dkim: 'none', dmarc: 'pass' });
    expect(await verdictOn(signed, { origin: stranger })).toMatchObject({
      spf: 'fail',
      dkim: 'pass',
      dmarc: 'pass',
    });
  });

  it('fails DMARC when neither holds', async () => {
    const altered = signed.replace('is dark', 'is bright');
    expect(await verdictOn(altered, { origin: stranger })).toEqual({
      spf: 'fail',
      dkim: 'fail',
      dmarc: 'fail',
      arc: 'none',
      dkimDomain: undefined,
      dmarcPolicy: 'reject',
      by: 'desk',
    });
  });

  it('fails DMARC when both hold for another domain than the author’s', async () => {
    const forged = await signedBy(plain, { domain: 'list.example', key: other });
    const question = { sender: 'bounces@soft.example', origin };
    expect(await verdictOn(forged, question)).toMatchObject({
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'fail',
      dkimDomain: 'list.example',
    });
  });

  it.each([
    ['soft.example', stranger, 'softfail'],
    ['broken.example', stranger, 'permerror'],
    ['nothing.example', stranger, 'none'],
  ])('from %s is told by SPF as it is', async (domain, from, spf) => {
    const question = { sender: `kim@${domain}`, origin: from };
    expect(await verdictOn(plain, question)).toMatchObject({ spf });
  });

  it('is asked about by the name of its server when the reverse-path is empty', async () => {
    expect(await verdictOn(plain, { sender: '' })).toMatchObject({ spf: 'pass', dmarc: 'pass' });
    const nameless = { ip: '192.0.2.1', helo: '192.0.2.1' };
    expect(await verdictOn(plain, { sender: '', origin: nameless })).toMatchObject({ spf: 'none' });
  });

  it('is not believed on account of fields that came with it', async () => {
    const lie = `Authentication-Results: mx.desk.example; dmarc=pass header.from=customer.example\r\n${plain}`;
    expect(await verdictOn(lie, { origin: stranger })).toMatchObject({ dmarc: 'fail', by: 'desk' });
  });
});

describe('signatures', () => {
  it('by Ed25519 count', async () => {
    const mail = await signedBy(plain, { domain: 'customer.example', selector: 's2', key: modern });
    expect(await verdictOn(mail, { origin: stranger })).toMatchObject({ dkim: 'pass' });
  });

  it.each([
    ['whose key is too short', { selector: 'short', key: short }],
    ['that do not cover From', { key, headers: 'To:Subject' }],
    ['with SHA-1', { key, algorithm: 'rsa-sha1' }],
    ['over the first bytes of the body only', { key, mostBodyBytes: 5 }],
  ])('%s do not count', async (_what, choice) => {
    const mail = await signedBy(plain, { domain: 'customer.example', ...choice });
    expect(await verdictOn(mail, { origin: stranger })).toMatchObject({
      dkim: 'policy',
      dmarc: 'fail',
      dkimDomain: undefined,
    });
  });

  it('whose key nobody publishes do not count', async () => {
    const mail = await signedBy(plain, { domain: 'customer.example', selector: 'no', key });
    expect(await verdictOn(mail, { origin: stranger })).toMatchObject({ dkim: 'neutral' });
  });

  it('of a domain below align, unless the domain is strict', async () => {
    const below = await signedBy(plain, { domain: 'mail.customer.example', key });
    expect(await verdictOn(below, { origin: stranger })).toMatchObject({ dmarc: 'pass' });
    const strict = mailFrom('kim@strict.example');
    const [sub, same] = await Promise.all(
      ['sub.strict.example', 'strict.example'].map((domain) => signedBy(strict, { domain, key })),
    );
    const question = { author: 'kim@strict.example', origin: stranger };
    expect(await verdictOn(sub ?? '', question)).toMatchObject({ dkim: 'pass', dmarc: 'fail' });
    expect(await verdictOn(same ?? '', question)).toMatchObject({ dkim: 'pass', dmarc: 'pass' });
  });

  it('beyond the first ten are not looked at', async () => {
    const junk = signed.slice(0, signed.indexOf('From:')).replace('s=s1', 's=no');
    expect(await verdictOn(junk.repeat(9) + signed)).toMatchObject({ dkim: 'pass' });
    expect(await verdictOn(junk.repeat(10) + signed)).toMatchObject({ dkim: 'policy' });
  });
});

describe('a mail with several authors', () => {
  it.each([
    ['in one field', 'From: kim@customer.example, evil@evil.example'],
    ['in two fields', 'From: kim@customer.example\r\nFrom: evil@evil.example'],
    ['in two fields, the other way round', 'From: evil@evil.example\r\nFrom: kim@customer.example'],
  ])('%s is as false as the worst of them', async (_what, fields) => {
    const mail = plain.replace(/^From:.*/, fields);
    const question = { author: 'evil@evil.example', origin: stranger };
    expect(await verdictOn(mail, question)).toMatchObject({ dmarc: 'fail' });
  });

  it('is asked about by the address that the desk shows', async () => {
    const hidden = plain.replace(/^From:.*/, 'From: nobody');
    expect(await verdictOn(hidden, { origin: stranger })).toMatchObject({ dmarc: 'fail' });
  });

  it('of many domains is nobody’s', async () => {
    const many = Array.from({ length: 9 }, (_, at) => `kim@d${at}.example`).join(', ');
    expect(await verdictOn(mailFrom(many))).toMatchObject({
      dmarc: 'fail',
      dmarcPolicy: undefined,
    });
  });
});

describe('a sealed mail', () => {
  it('passes ARC, and fails when it was changed behind the seal', async () => {
    const passed = await sealedBy(plain, {
      domain: 'list.example',
      key: other,
      found: 'dmarc=pass header.from=customer.example',
    });
    expect(await verdictOn(passed, { origin: stranger })).toMatchObject({ arc: 'pass' });
    const altered = passed.replace('is dark', 'is bright');
    expect(await verdictOn(altered, { origin: stranger })).toMatchObject({ arc: 'fail' });
  });
});

describe('a mail from a server of ours', () => {
  const relay = { ip: '198.51.100.7', helo: 'mx.desk.example' };
  const told =
    'Authentication-Results: mx.desk.example; spf=fail smtp.mailfrom=kim@customer.example; dmarc=fail (p=reject) header.from=customer.example\r\n';
  const trace = 'Received: from x (x [203.0.113.9]) by mx.desk.example; Mon, 23 Nov 2026\r\n';

  it('is as that server says', async () => {
    expect(await verdictOn(told + trace + signed, { origin: relay })).toEqual({
      spf: 'fail',
      dkim: 'none',
      dmarc: 'fail',
      arc: 'none',
      dkimDomain: undefined,
      dmarcPolicy: 'reject',
      by: 'mx.desk.example',
    });
  });

  it.each(['lmtp', 'pipe', 'inbox'])('is so by %s as well', async (via) => {
    expect(await verdictOn(told + trace + plain, { via })).toMatchObject({
      dmarc: 'fail',
      by: 'mx.desk.example',
    });
  });

  it('without its word is checked from the bytes; where it came from is not guessed', async () => {
    expect(await verdictOn(trace + signed, { origin: relay })).toMatchObject({
      spf: 'none',
      dkim: 'pass',
      dmarc: 'pass',
      by: 'desk',
    });
    expect(await verdictOn(trace + plain, { origin: relay })).toMatchObject({
      spf: 'none',
      dkim: 'none',
      dmarc: 'none',
      dmarcPolicy: 'reject',
    });
  });

  it('that tells of SPF alone is completed by what the bytes say', async () => {
    const spf = (result: string) =>
      `Authentication-Results: mx.desk.example; spf=${result} smtp.mailfrom=kim@customer.example\r\n`;
    expect(await verdictOn(spf('pass') + trace + plain, { origin: relay })).toMatchObject({
      spf: 'pass',
      dmarc: 'pass',
      by: 'mx.desk.example',
    });
    expect(await verdictOn(spf('fail') + trace + plain, { origin: relay })).toMatchObject({
      spf: 'fail',
      dmarc: 'fail',
    });
  });
});

describe('a DNS that does not answer', () => {
  const silent: DnsLookup = () => new Promise(() => {});

  it('gives temperror when the time is over', async () => {
    const clock = createFakeClock();
    const verdict = verdictOn(signed, { lookup: silent, clock });
    for (let turn = 0; turn < 200; turn += 1) await new Promise((done) => setImmediate(done));
    await clock.advance(10_000);
    expect(await verdict).toEqual({
      spf: 'temperror',
      dkim: 'temperror',
      dmarc: 'temperror',
      arc: 'none',
      dkimDomain: undefined,
      dmarcPolicy: undefined,
      by: 'desk',
    });
  });

  it('or answers that it fails gives temperror, not a fail', async () => {
    const lookup: DnsLookup = async (name, type) => {
      if (name.startsWith('_dmarc')) return lookupIn(zone)(name, type);
      throw new DnsFailure('ESERVFAIL', 'The server failed');
    };
    const sealed = await sealedBy(signed, { domain: 'list.example', key: other, found: 'none' });
    expect(await verdictOn(sealed, { lookup, origin: stranger })).toMatchObject({
      spf: 'temperror',
      dkim: 'temperror',
      dmarc: 'temperror',
      arc: 'temperror',
      dmarcPolicy: 'reject',
    });
  });
});

describe('odd mails', () => {
  it.each([
    ['nothing', ''],
    ['no header', '\r\nThe lamp is dark.\r\n'],
    ['no body', 'From: kim@customer.example'],
    ['an unreadable signature', `DKIM-Signature: ;;;=\r\nDKIM-Signature: a=b\r\n${plain}`],
    ['an unreadable seal', `ARC-Seal: i=1; a=\r\nARC-Message-Signature: i=2\r\n${plain}`],
    ['bytes', Buffer.from([0, 255, 10, 13, 10, 58, 0, 200])],
    ['a header without an end', 'X: y\r\n'.repeat(100_000)],
  ])('%s get a verdict', async (_what, mail) => {
    expect((await verdictOn(mail, { author: '' })).by).toBe('desk');
  });

  const fold = (text: string) => text.replace(/.{900}/g, '$&\r\n ');
  const names = fold(`v=1; a=rsa-sha256; d=x.example; s=s; bh=x; b=y; h=${'x:'.repeat(50_000)}`);
  it.each([
    ['many signatures', 'DKIM-Signature: l=1; h=from:from\r\n'.repeat(5000) + plain],
    ['one long line', `${signed}${'x '.repeat(10_000_000)}`],
    ['line feeds alone', `${signed}${'\n'.repeat(5_000_000)}x`],
    ['many names and fields', `DKIM-Signature: ${names}\r\n${'A: b\r\n'.repeat(20_000)}${plain}`],
    ['many authors', mailFrom(fold('kim@x.example, '.repeat(10_000)))],
  ])('with %s do not keep the check for long', async (_what, mail) => {
    expect(await effortOfAsync(() => verdictOn(mail))).toBeLessThan(6000);
  });
});

describe('the setting', () => {
  it('switches the check off', async () => {
    expect(await examine(signed, { options: { checkSenders: false } })).toEqual({});
  });
});
