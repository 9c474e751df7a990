import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AttachedMails, createAttachedMails } from '../../src/services/attached-mails.ts';
import { decodeMail } from '../../src/storage/codec.ts';
import { filePart, mailPart, mixed, textPart, threeLevels } from '../helpers/nested-mail.ts';
import { openTestDesk, type TestDesk } from '../helpers/test-desk.ts';

let test: TestDesk;
let decoded = 0;
let attached: AttachedMails;

beforeAll(async () => {
  test = await openTestDesk();
});
beforeEach(() => {
  decoded = 0;
  attached = createAttachedMails({
    reader: test.desk.reader,
    decode: (bytes) => {
      decoded += 1;
      return decodeMail(bytes);
    },
  });
});
afterAll(() => test.close());

async function receive(raw: string) {
  const { ticket, message } = await test.receive(raw);
  const folder = await test.desk.reader.read(ticket);
  const event = folder?.messages.find((each) => each.event.name === message)?.event;
  if (event === undefined) throw new Error('The message is not in its ticket');
  return { ticket, event };
}

describe('attached mails', () => {
  it('are read in each other, each decoded once', async () => {
    const { ticket, event } = await receive(threeLevels());
    expect(event.mail.attachments.map(({ type }) => type)).toEqual([
      'text/plain',
      'message/rfc822',
    ]);
    const second = await attached.readMail(ticket, event, [1]);
    expect(second?.subject).toBe('Fwd: a lamp');
    expect(second?.text).toContain('Can you help?');
    const third = await attached.readMail(ticket, event, [1, 1]);
    expect(third).toMatchObject({
      subject: 'The lamp itself',
      from: { name: 'Kim Berg', address: 'kim@customer.example' },
    });
    const picture = await attached.readFile(ticket, event, [1, 1, 0]);
    expect(picture?.attachment).toMatchObject({ name: 'lamp.png', type: 'image/png' });
    expect(picture?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect((await attached.readFile(ticket, event, [1, 0]))?.bytes.toString()).toBe(
      '%PDF-1.4 not much',
    );
    await attached.readMail(ticket, event, [1, 1]);
    expect(decoded).toBe(2);
  });

  it('keep their bytes: saved, one is a whole mail again', async () => {
    const inner = mixed({ From: 'Kim <kim@customer.example>', Subject: 'Inner' }, [textPart('Hi')]);
    const raw = mixed({ From: 'Lou <lou@customer.example>', Subject: 'Outer' }, [
      textPart('See'),
      mailPart(inner),
    ]);
    const { ticket, event } = await receive(raw);
    const saved = await attached.readFile(ticket, event, [0]);
    expect(saved?.bytes.toString().trimEnd()).toBe(inner.trimEnd());
  });

  it('are not there where there are none', async () => {
    const { ticket, event } = await receive(threeLevels());
    for (const path of [[0], [7], [1, 9], [0, 0], [1, 0, 0]])
      expect(await attached.readMail(ticket, event, path)).toBeUndefined();
    expect(await attached.readFile(ticket, event, [])).toBeUndefined();
    expect((await attached.readMail(ticket, event, []))?.subject).toBe('For you');
  });

  it('are told from files by their type, or by their name and what they hold', async () => {
    const letter = mixed({ From: 'Kim <kim@customer.example>', Subject: 'A letter' }, [
      textPart('Hi'),
    ]);
    const { ticket, event } = await receive(
      mixed({ From: 'Lou <lou@customer.example>', Subject: 'Two' }, [
        textPart('See'),
        filePart('letter.eml', Buffer.from(letter)),
        filePart('shopping.eml', Buffer.from('milk\nbread\n')),
      ]),
    );
    expect((await attached.readMail(ticket, event, [0]))?.subject).toBe('A letter');
    expect(await attached.readMail(ticket, event, [1])).toBeUndefined();
  });

  it('that hold rubbish are shown as well as it goes', async () => {
    const { ticket, event } = await receive(
      mixed({ From: 'Lou <lou@customer.example>', Subject: 'Odd' }, [
        textPart('See'),
        mailPart('Subject: =?broken?=\r\n\u0000\u0001 nothing of a mail'),
        mailPart(''),
      ]),
    );
    expect((await attached.readMail(ticket, event, [0]))?.problems.length).toBeGreaterThan(0);
    expect(await attached.readMail(ticket, event, [1])).toBeUndefined();
  });
});
