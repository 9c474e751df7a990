/** Signs and cards for what is packed in mails, as the templates see them. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { invariant } from '../../../src/base/fault.ts';
import type { Attachment, MailFacts } from '../../../src/core/message/mail.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { isBehindSign, presentProtection } from '../../../src/edges/http/presenters/protection.ts';
import { repeatsText } from '../../../src/edges/http/presenters/recurrence-words.ts';
import { readLocales } from '../../../src/services/render/templates.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const locales = await readLocales(join(import.meta.dirname, '../../../locales'));
const english = locales.choose('en', 'en');
const german = locales.choose('de', 'en');

const number = parseTicketNumber('20261123004266');
const name = parseMessageName('1.a.b');
invariant(number !== undefined && name !== undefined, 'Both are well formed');
const page = `/tickets/${number}/messages/1.a.b/attachments/`;

const file = (id: number, type: string, fileName: string): Attachment => ({
  id,
  type,
  name: fileName,
  size: 800,
  inline: false,
});

const signed: MailFacts = {
  ...emptyFacts,
  protection: { kind: 'signed', by: 'pgp' },
  attachments: [
    file(0, 'application/pdf', 'a.pdf'),
    file(1, 'application/pgp-signature', 'signature.asc'),
    file(2, 'application/pgp-signature', 'of-inner.asc'),
  ],
};

describe('presentProtection', () => {
  it('says nothing of ordinary mails', () => {
    expect(presentProtection({ name, mail: emptyFacts }, number, english)).toEqual([]);
  });

  it('says that a mail is signed, and has the signature behind it', () => {
    expect(presentProtection({ name, mail: signed }, number, english)).toEqual([
      {
        sign: 'seal',
        tone: 'quiet',
        text: 'Signed (PGP), not checked',
        file: { href: `${page}1`, name: 'signature.asc' },
      },
    ]);
    expect(signed.attachments.map((each) => isBehindSign(signed, each))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('says that a mail is encrypted, and hides none of its files', () => {
    const mail: MailFacts = {
      ...signed,
      protection: { kind: 'encrypted', by: 'smime' },
    };
    expect(presentProtection({ name, mail }, number, german)).toEqual([
      { sign: 'lock', tone: 'soon', text: 'Verschlüsselt (S/MIME): hier nicht lesbar' },
    ]);
    expect(mail.attachments.some((each) => isBehindSign(mail, each))).toBe(false);
  });

  it('knows a signature by its name where a gateway called it any file', () => {
    const mail: MailFacts = {
      ...emptyFacts,
      protection: { kind: 'signed', by: 'smime' },
      attachments: [file(0, 'application/octet-stream', 'smime.p7s')],
    };
    expect(presentProtection({ name, mail }, number, english)).toMatchObject([
      { text: 'Signed (S/MIME), not checked', file: { href: `${page}0` } },
    ]);
  });
});

describe('repeatsText', () => {
  it.each([
    ['FREQ=WEEKLY', 'Every week', 'Jede Woche'],
    [
      'FREQ=WEEKLY INTERVAL=2 BYDAY=MO,WE UNTIL=20270301T100000Z',
      'Every 2 weeks · Monday and Wednesday · until Monday, 1 March 2027',
      'Alle 2 Wochen · Montag und Mittwoch · bis Montag, 1. März 2027',
    ],
    ['FREQ=DAILY COUNT=5', 'Every day · 5 times', 'Jeden Tag · 5 Mal'],
    [
      'FREQ=MONTHLY BYDAY=2MO',
      'Repeats by a rule of its own',
      'Wiederholt sich nach eigener Regel',
    ],
  ])('of %s', (rule, en, de) => {
    const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, '');
    expect([plain(repeatsText(rule, english)), plain(repeatsText(rule, german))]).toEqual([en, de]);
  });
});
