import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../src/base/clock.ts';
import { noVerdicts } from '../../src/core/message/verdicts.ts';
import {
  formatTroubleFile,
  parseTroubleFile,
  type TroubleNote,
} from '../../src/storage/trouble-file.ts';
import { holds } from '../helpers/laws.ts';

const note: TroubleNote = {
  kind: 'virus',
  reason: 'Eicar',
  since: toInstant(1_795_000_000_123),
  envelope: {
    via: 'smtp',
    sender: 'kim@x.example',
    recipients: ['support@desk.example', 'sales@desk.example'],
    client: 'mail.x.example ([192.0.2.1])',
  },
  verdicts: { ...noVerdicts, virus: { found: true, name: 'Eicar', by: 'clamd' } },
};
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 500 }).map((given) => Buffer.from(given)),
  fc
    .array(
      fc.constantFrom(
        'Ticket-Trouble: virus',
        'Ticket-Raw: bytes=3',
        '\n',
        '\r\n',
        ' x',
        'Subject: a',
      ),
    )
    .map((parts) => Buffer.from(parts.join(''))),
);

describe('a file in trouble', () => {
  it('gives back note and mail, whatever the mail begins with', () => {
    holds(bytes, (raw) => {
      const file = parseTroubleFile(formatTroubleFile(note, raw));
      expect(file.note).toEqual(note);
      expect(file.mail.equals(raw)).toBe(true);
    });
  });

  it('tells an empty reverse-path from none', () => {
    for (const sender of ['', undefined]) {
      const given = { ...note, envelope: { ...note.envelope, sender } };
      const raw = Buffer.from('Subject: a\n\nb\n');
      expect(parseTroubleFile(formatTroubleFile(given, raw)).note).toEqual(given);
    }
  });

  it('of a mail that was to go out keeps its block behind ours', () => {
    const raw = Buffer.from(
      'Ticket-Event: mail-out\nTicket-Raw: bytes=1\nSubject: Answer\n\nYes.\n',
    );
    const { note: read, subject } = parseTroubleFile(
      formatTroubleFile({ ...note, kind: 'outgoing', reason: 'no recipient' }, raw),
    );
    expect(read).toMatchObject({ kind: 'outgoing', reason: 'no recipient', verdicts: noVerdicts });
    expect(subject).toBe('Answer');
  });

  it('is read from any bytes', () => {
    holds(bytes, (raw) => {
      const { note: read, mail } = parseTroubleFile(raw);
      if (read === undefined) expect(mail.equals(raw)).toBe(true);
    });
  });
});
