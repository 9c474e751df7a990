/** Mails in the exact shapes of the programs that people write with: each is read as its YAML file says. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatInstant } from '../../src/base/clock.ts';
import { startOf } from '../../src/core/appointment/appointment.ts';
import { readBounce } from '../../src/core/delivery/bounce.ts';
import type { Address } from '../../src/core/message/address.ts';
import { classifyAutomatic } from '../../src/core/message/automatic.ts';
import {
  bouncePartsOf,
  calendarPartOf,
  type DecodedMail,
  decodeMail,
} from '../../src/storage/codec.ts';
import { readCalendar } from '../../src/storage/icalendar-reading.ts';
import {
  type ClientReading,
  clientNames,
  clientReading,
  type ExpectedAttachment,
  flat,
  type Person,
  readCorpusMail,
} from '../helpers/corpus.ts';

const names = clientNames('.eml');

describe('a mail of a real client is read as its file says', () => {
  it.each(names)('%s', async (name) => {
    const expected = clientReading(name);
    const decoded = await decodeMail(readCorpusMail(`clients/${name}.eml`));
    expect(readingOf(decoded, expected)).toEqual(claimsOf(expected));
    const text = flat(decoded.mail.text);
    for (const words of expected.textIncludes ?? []) expect(text).toContain(flat(words));
    for (const words of expected.textExcludes ?? []) expect(text).not.toContain(flat(words));
    expect(`${text} ${decoded.mail.html ?? ''} ${decoded.mail.subject}`).not.toContain('\uFFFD');
  });
});

describe('the corpus of clients', () => {
  it('has a reading beside each mail and a mail beside each reading', () => {
    expect(clientNames('.yaml')).toEqual(names);
    expect(names.length).toBeGreaterThanOrEqual(160);
  });

  it('holds mails of the programs that customers write with', () => {
    const clients = new Set(names.map((name) => clientReading(name).client));
    const wanted =
      'Outlook, Outlook Express, Exchange, Apple Mail, iPhone, Gmail, Thunderbird, K-9, Lotus Notes, GroupWise, T-Online, QQ, NetEase, Yahoo Japan, Becky!, The Bat!, Mutt, PHP, PHPMailer, Web form, WordPress, Ricoh, Canon, Kyocera, Xerox, Konica Minolta, SAP, Jira';
    expect(wanted.split(', ').filter((client) => !clients.has(client))).toEqual([]);
    expect(clients.size).toBeGreaterThanOrEqual(100);
  });
});

/** Everything of a mail that a reading claims, in the form in which it claims it. */
function readingOf({ mail, contents }: DecodedMail, expected: ClientReading) {
  const decoded = { mail, contents };
  return {
    subject: mail.subject,
    from: mail.from === undefined ? null : personOf(mail.from),
    alsoFrom: (mail.alsoFrom ?? []).map(personOf),
    to: mail.to.map(personOf),
    cc: mail.cc.map(personOf),
    replyTo: mail.replyTo.map(personOf),
    date: mail.date === undefined ? null : formatInstant(mail.date),
    text: expected.text === undefined ? undefined : tidy(mail.text),
    attachments: attachmentsOf(decoded, expected.attachments),
    problems: mail.problems.map(({ code }) => code),
    protection: mail.protection ?? null,
    automatic: classifyAutomatic(mail, mail.from?.address) !== undefined,
    calendar: expected.calendar && calendarOf(decoded),
    bounce: expected.bounce && bounceOf(decoded, expected.bounce.status !== undefined),
  };
}

function claimsOf(expected: ClientReading) {
  const { client: _, textIncludes: __, textExcludes: ___, ...claims } = expected;
  return {
    ...claims,
    alsoFrom: expected.alsoFrom ?? [],
    text: expected.text === undefined ? undefined : tidy(expected.text),
    attachments: expected.attachments,
    calendar: expected.calendar,
    bounce: expected.bounce,
  };
}

function personOf({ name, address }: Address): Person {
  return { name, address };
}

/** What stands behind a line, and before and behind the whole, is nothing that a reader sees. */
function tidy(text: string): string {
  return text.replace(/[ \t]+$/gm, '').trim();
}

/** With what the reading says of each attachment; whole where there are more or fewer than it names. */
function attachmentsOf(
  { mail, contents }: DecodedMail,
  claimed: readonly ExpectedAttachment[] | undefined,
) {
  if (claimed === undefined) return undefined;
  return mail.attachments.map(({ id, name, type, size, inline, from }, index) => {
    const bytes = contents[id] ?? Buffer.alloc(0);
    const whole = { name, type, size, sha256: digestOf(bytes), inline, from };
    const keys = Object.keys(claimed[index] ?? whole);
    return Object.fromEntries(Object.entries(whole).filter(([key]) => keys.includes(key)));
  });
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function calendarOf(decoded: DecodedMail) {
  const reading = readCalendar(calendarPartOf(decoded) ?? Buffer.alloc(0), 'Europe/Berlin');
  if (reading.kind !== 'message') return reading;
  const { method, summary, time } = reading.message;
  return { method, summary, start: time && formatInstant(startOf(time)) };
}

function bounceOf(decoded: DecodedMail, hasStatus: boolean) {
  const { recipients, originals } = readBounce(bouncePartsOf(decoded));
  const [first] = recipients;
  return {
    action: first?.action,
    recipient: first?.recipient,
    ...(hasStatus ? { status: first?.status } : {}),
    original: originals[0],
  };
}
