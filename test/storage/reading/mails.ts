/** Small mails, written line by line. */
import { type DecodedMail, decodeMail } from '../../../src/storage/codec.ts';

/** Fields without which a mail has problems of its own. */
export const whole = [
  'From: Ann Archer <ann@customer.example>',
  'To: support@desk.example',
  'Subject: Lamp',
  'Date: Mon, 23 Nov 2026 10:15:30 +0100',
  'Message-ID: <lamp@customer.example>',
  'MIME-Version: 1.0',
];

export function toBytes(lines: readonly string[], lineEnd = '\r\n'): Buffer {
  return Buffer.from(lines.join(lineEnd), 'utf8');
}

/** A whole mail whose header goes on with these lines. */
export function read(...lines: readonly string[]): Promise<DecodedMail> {
  return decodeMail(toBytes([...whole, ...lines]));
}

export interface Seen {
  readonly text: string;
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

/** What a person would see of it. */
export function seen({ mail }: DecodedMail): Seen {
  return {
    text: mail.text.trim(),
    files: mail.attachments.map(({ name, type }) => `${name} ${type}`),
    problems: mail.problems.map(({ code }) => code),
  };
}
