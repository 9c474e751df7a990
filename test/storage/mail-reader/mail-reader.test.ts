import { afterEach, describe, expect, it } from 'vitest';
import { minute, second, systemClock } from '../../../src/base/clock.ts';
import { startHere } from '../../../src/base/service-thread.ts';
import { toMessageId } from '../../../src/core/message/message-id.ts';
import { composeMail, decodeMail } from '../../../src/storage/codec.ts';
import { createMailReader, type MailReader } from '../../../src/storage/mail-reader/mail-reader.ts';
import type { ReadAnswer, ReadRequest } from '../../../src/storage/mail-reader/protocol.ts';
import { createReadingService } from '../../../src/storage/mail-reader/service.ts';
import { createFakeClock } from '../../helpers/clock.ts';

const readers: MailReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

function keep(reader: MailReader): MailReader {
  readers.push(reader);
  return reader;
}

/** With files that are packed as base64, and one that is a piece of the mail as it stands. */
function mailWith(bytes: number): Promise<Buffer> {
  return composeMail({
    from: { name: 'Kim Berg', address: 'kim@customer.example' },
    to: [{ name: '', address: 'support@desk.example' }],
    subject: 'Große Datei',
    date: systemClock.now(),
    messageId: toMessageId('large@customer.example'),
    text: 'The scan of the lamp.\n',
    attachments: [
      { name: 'scan.bin', type: 'application/octet-stream', bytes: Buffer.alloc(bytes, 7) },
      { name: 'note.txt', type: 'text/plain', bytes: Buffer.from('a note\n') },
    ],
  });
}

describe('a large mail', () => {
  it('is read in the thread as it would be here', async () => {
    const raw = await mailWith(3_000_000);
    const reader = keep(
      createMailReader({ clock: systemClock }, { large: 100_000, mostMs: minute }),
    );
    const [there, here] = [
      await reader.decode(raw, 'a@b.example'),
      await decodeMail(raw, 'a@b.example'),
    ];
    expect(there.mail).toEqual(here.mail);
    expect(there.contents.map((each) => each.equals(here.contents[0] ?? each))).toContain(true);
    expect(there.contents.map(({ length }) => length)).toEqual(
      here.contents.map(({ length }) => length),
    );
  });

  it('leaves this thread free while it is read', async () => {
    const raw = await mailWith(36_000_000);
    expect(raw.length).toBeGreaterThan(48_000_000);
    const reader = keep(createMailReader({ clock: systemClock }));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const { mail, contents } = await reader.decode(raw);
    clearInterval(timer);
    expect(mail.subject).toBe('Große Datei');
    expect(contents[0]?.length).toBe(36_000_000);
    // Whoever reads it in one go lets no timer through.
    expect(turns).toBeGreaterThan(10);
  }, 60_000);

  it('whose thread ends over it is read at its head, and says so', async () => {
    const raw = await mailWith(200_000);
    const reader = keep(
      createMailReader(
        {
          clock: createFakeClock(),
          start: startHere<ReadRequest, ReadAnswer>(
            ({ crash }) =>
              () =>
                crash(new Error('memory')),
          ),
        },
        { large: 100_000, mostMs: second },
      ),
    );
    const { mail, contents } = await reader.decode(raw);
    expect(mail.subject).toBe('Große Datei');
    expect(mail.text).toContain('The scan of the lamp.');
    expect(mail.problems.map(({ code }) => code)).toContain('unreadable');
    expect({ attachments: mail.attachments, contents }).toEqual({ attachments: [], contents: [] });
  });

  it('is not read any more when the desk closes, so that its sender comes again', async () => {
    const reader = keep(
      createMailReader(
        { clock: createFakeClock(), start: startHere(createReadingService()) },
        { large: 1, mostMs: second },
      ),
    );
    await reader.close();
    await expect(reader.decode(Buffer.from('Subject: x\n\nx\n'))).rejects.toMatchObject({
      code: 'not-ready',
    });
  });
});

it('a small mail is read here, without any thread', async () => {
  const reader = keep(
    createMailReader({
      clock: createFakeClock(),
      start: () => {
        throw new Error('A thread was started');
      },
    }),
  );
  expect((await reader.decode(Buffer.from('Subject: small\n\nx\n'))).mail.subject).toBe('small');
});
