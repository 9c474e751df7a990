/** What the page says of who wrote a mail, in English, and against which names it compares. */
import { describe, expect, it } from 'vitest';
import { presentSenderRemarks } from '../../../src/edges/http/presenters/sender-remarks.ts';
import { emptyFacts } from '../../helpers/facts.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer } from './viewer.ts';

/** Keys stand for texts. */
const locale = {
  text: (key: string, values: Readonly<Record<string, unknown>> = {}) =>
    [key, ...Object.values(values)].join(' '),
  list: (texts: readonly string[]) => texts.join(' + '),
};
const kim = { name: 'Kim', address: 'kim@customer.example' };
const bo = { name: 'Bo', address: 'bo@elsewhere.example' };

describe('presentSenderRemarks', () => {
  it('says each thing in a line of its own, warnings marked', () => {
    const from = { name: 'boss@bank.example', address: 'x@evil.example' };
    const mail = {
      ...emptyFacts,
      from,
      alsoFrom: [kim],
      isFromEnvelope: true,
      replyTo: [bo],
    } as const;
    const lines = presentSenderRemarks({ kind: 'mail-in', mail }, { sender: bo }, { locale });
    expect(lines.map(({ text, isWarning }) => `${isWarning ? '! ' : ''}${text}`)).toEqual([
      '! person.name-address x@evil.example',
      'person.envelope',
      'person.several Kim <kim@customer.example>',
      'person.sent-by Bo <bo@elsewhere.example>',
      '! person.answers-elsewhere Bo <bo@elsewhere.example>',
    ]);
  });

  it('says nothing of what we wrote, and names at most five', () => {
    const mail = { ...emptyFacts, from: kim, replyTo: [bo] };
    expect(presentSenderRemarks({ kind: 'mail-out', mail }, undefined, { locale })).toEqual([]);
    const many = Array.from({ length: 40 }, (_, at) => ({ name: '', address: `${at}@b.example` }));
    const [line] = presentSenderRemarks(
      { kind: 'mail-in', mail: { ...mail, replyTo: many } },
      undefined,
      { locale },
    );
    expect(line?.text.split(' + ')).toHaveLength(5);
  });
});

it('names of agents and queues, and a subject of signs that nobody sees, are shown as what they are', async () => {
  const viewer = await startViewer();
  try {
    const receive = (from: string, subject: string) =>
      viewer.test.receive(
        `From: ${from}\r\nTo: support@localhost\r\nSubject: ${subject}\r\n\r\nHello`,
      );
    await receive('"Anna  Adler" <x@evil.example>', '=?utf-8?B?4oCL4oCL?=');
    await receive('Support <support@shop.example>', 'From another desk');
    const anna = await viewer.member();
    const list = textOf((await anna.get('/tickets?q=')).text);
    expect(list).toContain('x@evil.example (Anna Adler)');
    expect(list).toContain('The name looks like one of ours. The mail comes from x@evil.example');
    expect(list).toContain('(no subject)');
    expect(list).not.toContain('support@shop.example (');
  } finally {
    await viewer.close();
  }
});
