/** The forms in which the programs and providers of the world report, each by a mail of the corpus. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBounce } from '../../../src/core/delivery/bounce.ts';
import { type BounceCause, causeOf } from '../../../src/core/delivery/bounce-cause.ts';
import {
  cleanReason,
  decodeEncapsulated,
  findFailures,
} from '../../../src/core/delivery/bounce-text.ts';
import { classifyAutomatic } from '../../../src/core/message/automatic.ts';
import { bouncePartsOf, type DecodedMail, decodeMail } from '../../../src/storage/codec.ts';
import { effortOf } from '../../helpers/effort.ts';

async function decode(name: string): Promise<DecodedMail & { readonly sender: string }> {
  const path = join(import.meta.dirname, '../../corpus/bounces', `${name}.eml`);
  const raw = await readFile(path);
  const sender = /^Return-Path: <(.*)>/m.exec(raw.toString('latin1'))?.[1] ?? '';
  return { ...(await decodeMail(raw)), sender };
}

const gone = 'gone@partner.example';
const ours = 'out.4266@desk.example';

type Row = readonly [
  name: string,
  action: 'failed' | 'delayed',
  recipient: string,
  reason: RegExp,
  cause: BounceCause,
  original: string | undefined,
];

const forms: readonly Row[] = [
  ['exchange-2003', 'failed', gone, /^550 5\.1\.1 account unknown$/, 'no-mailbox', undefined],
  ['exchange-2010', 'failed', gone, /^550 5\.1\.1 RESOLVER.*not found$/, 'no-mailbox', ours],
  ['exchange-365-one-part', 'failed', gone, /^550 5\.1\.10 RESOLVER/, 'no-mailbox', ours],
  [
    'exchange-german',
    'failed',
    'strenger.empfang@firma.example',
    /^550 5\.7\.133 /,
    'refused',
    ours,
  ],
  ['exchange-directory-address', 'failed', gone, /^550 5\.1\.1 RESOLVER/, 'no-mailbox', ours],
  [
    'exchange-french',
    'failed',
    'partie@societe.example',
    /^554 5\.2\.2 mail/,
    'mailbox-full',
    ours,
  ],
  ['gmail-report', 'failed', gone, /^550 5\.1\.1 There is no .*gsmtp$/, 'no-mailbox', ours],
  ['gmail-plain', 'failed', gone, /552 5\.2\.2 The mailbox .*over quota/, 'mailbox-full', ours],
  ['yahoo-like', 'failed', gone, /^554: delivery error/, 'no-mailbox', ours],
  ['outlook-com', 'failed', gone, /^550 Requested action not taken/, 'no-mailbox', ours],
  ['qmail-remote-said', 'failed', gone, /554 5\.7\.1 Message rejected/, 'spam', ours],
  ['exim-warning', 'delayed', 'slow@partner.example', /timed out$/, 'unreachable', undefined],
  ['exim-addresses-below', 'failed', gone, /550 5\.1\.1 .*User unknown/, 'no-mailbox', ours],
  ['postfix-plain', 'failed', gone, /said: 554 5\.7\.1 .* blocked using/, 'spam', ours],
  ['sendmail-transcript', 'failed', gone, /^550 5\.1\.1 .*User unknown$/, 'no-mailbox', ours],
  [
    'sendmail-deferred',
    'delayed',
    'slow@partner.example',
    /^Deferred: Con/,
    'unreachable',
    undefined,
  ],
  ['domino', 'failed', gone, /not listed in Domino Directory$/, 'no-mailbox', undefined],
  ['groupwise', 'failed', gone, /^550 user not found$/, 'no-mailbox', ours],
  ['courier', 'failed', gone, /^550 5\.1\.1 No such mailbox here\.$/, 'no-mailbox', ours],
  ['mdaemon', 'failed', gone, /^550 5\.1\.1 Recipient unknown$/, 'no-mailbox', undefined],
  ['kerio', 'failed', gone, /^550 5\.2\.1 The account is disabled$/, 'no-mailbox', undefined],
  ['imail', 'failed', gone, /^unknown user/, 'no-mailbox', ours],
  ['gateway-refuses-spam', 'failed', gone, /blocked by Barracuda/, 'spam', ours],
  ['mail-ru-like', 'failed', 'ushel@pochta.example', /^user not found$/, 'no-mailbox', ours],
  [
    'yandex-like',
    'failed',
    'polon@ya.example',
    /552 5\.2\.2 Mailbox size/,
    'mailbox-full',
    undefined,
  ],
  ['qq-like', 'failed', '10001@qq.example', /550 Mailbox not found/, 'no-mailbox', undefined],
  ['netease-like', 'failed', 'man@netease.example', /^552 User mailbox/, 'mailbox-full', undefined],
  ['docomo-like', 'failed', 'inai@docomo.example', /^550 Unknown user/, 'no-mailbox', undefined],
  ['ezweb-like', 'failed', 'ippai@ez.example', /over quota\.$/, 'mailbox-full', undefined],
  ['t-online-like', 'failed', gone, /^unknown user$/, 'no-mailbox', ours],
  ['gmx-like', 'failed', gone, /552 5\.3\.4 Message size/, 'too-large', ours],
  ['ses', 'failed', 'gone@nowhere.example', /^550 5\.4\.4 Invalid/, 'domain-unknown', ours],
  ['sendgrid-like', 'delayed', gone, /^421 Too many connections/, 'later', ours],
  ['aol-like', 'failed', gone, /^554 5\.7\.9 Message not accepted/, 'refused', ours],
  ['zimbra-too-large', 'failed', gone, /^message size 31457280 exceeds/, 'too-large', ours],
];

describe('a report', () => {
  it.each(forms)('%s is read: %s, %s', async (name, action, recipient, reason, cause, original) => {
    const decoded = await decode(name);
    const { recipients, originals } = readBounce(bouncePartsOf(decoded));
    const [first] = recipients;
    expect(first).toMatchObject({ action, recipient });
    expect(first?.reason).toMatch(reason);
    expect(first && causeOf(first)).toBe(cause);
    expect(originals[0]).toBe(original);
    expect(classifyAutomatic(decoded.mail, decoded.sender)?.kind).toBe('bounce');
  });

  it('gives each of several addresses in plain words its own reason', async () => {
    const { recipients } = readBounce(bouncePartsOf(await decode('exim-addresses-below')));
    expect(recipients.map(({ recipient, reason }) => [recipient, reason?.slice(-18)])).toEqual([
      [gone, 'ual mailbox table'.padStart(18, 't')],
      ['far@nowhere.example', 'Unrouteable address'.slice(-18)],
    ]);
    expect(recipients.map(causeOf)).toEqual(['no-mailbox', 'domain-unknown']);
  });

  it.each(['receipt-deleted', 'read-receipt', 'abuse-report', 'complaint-fraud', 'challenge'])(
    '%s is none on a mail that did not arrive',
    async (name) => {
      const { mail, sender } = await decode(name);
      const kind = classifyAutomatic(mail, sender)?.kind;
      expect(kind).toBeDefined();
      expect(kind).not.toBe('bounce');
    },
  );
});

describe('findFailures', () => {
  it('takes the one whom the returned mail was written to where nobody is named', () => {
    const report = { told: 'It did not work.', named: [] };
    expect(findFailures({ ...report, sentTo: [gone] })).toEqual([
      { address: gone, reason: undefined },
    ]);
    expect(findFailures({ ...report, sentTo: [gone, 'other@partner.example'] })).toEqual([]);
  });

  it('does not take the reporting program for a recipient', () => {
    const told =
      'Not delivered.\nmailer-daemon@mx.example\n\nAsk postmaster@mx.example, if you cannot.';
    expect(findFailures({ told, sentTo: [], named: [] })).toEqual([]);
  });

  it('needs time in proportion to the length', () => {
    const told = `${'a'.repeat(60)}@b.example: ${'x@y.z '.repeat(200)}\n`.repeat(400);
    const request = { told, sentTo: [], named: [] };
    expect(effortOf(() => findFailures(request))).toBeLessThan(2000);
  });
});

describe('decodeEncapsulated', () => {
  it.each([
    ['IMCEASMTP-kim+40example+2Eorg@ex.example', 'kim@example.org'],
    ['IMCEAINVALID-kim+40example+2Eorg@ex.example', 'kim@example.org'],
    ['IMCEAEX-_O=ORG_OU=SITE_CN=RECIPIENTS_CN=KIM@ex.example', 'KIM@ex.example'],
    ['kim@example.org', 'kim@example.org'],
  ])('%s is for %s', (coded, plain) => {
    expect(decodeEncapsulated(coded)).toBe(plain);
  });
});

it('cleanReason keeps what was said and is bounded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const reason = cleanReason(text);
      expect(reason === undefined || (reason !== '' && reason.length <= 500)).toBe(true);
      expect(reason ?? '').not.toMatch(/[\r\n]/);
    }),
  );
});
