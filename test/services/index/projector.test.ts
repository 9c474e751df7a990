import { describe, expect, it } from 'vitest';
import { projectTicket } from '../../../src/services/index/projector.ts';
import { fakeDigest, fakeFolder, fakeNumber, fakeTime } from '../../helpers/fake-tickets.ts';

const number = fakeNumber(1);

describe('projectTicket', () => {
  it('says of a ticket what lists and rules need', () => {
    const folder = fakeFolder(
      number,
      [
        {
          name: 'a',
          from: 'Kim Berg <kim@customer.example>',
          subject: 'Re: Lamp',
          text: 'It is dark.',
          changes: [
            'queue=Support',
            '+participant=kim@customer.example',
            '+tag=vip',
            'language=de',
          ],
          messageId: 'one@customer.example',
          references: ['root@customer.example'],
          inReplyTo: ['root@customer.example', 'other@customer.example'],
          fields: { content: fakeDigest('lamp') },
          attachments: [{ type: 'image/png', inline: true }],
        },
        { name: 'b', at: 1000, kind: 'update', changes: ['owner=anna', 'state=closed'] },
      ],
      { newModified: fakeTime(0), curModified: fakeTime(5) },
    );
    expect(projectTicket(folder)).toEqual({
      number,
      subject: 'Lamp',
      state: 'closed',
      queue: 'Support',
      priority: 'normal',
      owner: 'anna',
      language: 'de',
      customer: { name: 'Kim Berg', address: 'kim@customer.example' },
      participants: ['kim@customer.example'],
      writers: ['kim berg kim@customer.example'],
      tags: ['vip'],
      created: fakeTime(0),
      updated: fakeTime(1000),
      closedAt: fakeTime(1000),
      mergedInto: undefined,
      snippet: 'It is dark.',
      marks: [],
      messageCount: 1,
      delivery: undefined,
      confirmationDue: false,
      messages: [
        {
          name: 'a',
          messageId: 'one@customer.example',
          references: ['root@customer.example', 'other@customer.example'],
          content: fakeDigest('lamp'),
        },
        { name: 'b', messageId: undefined, references: [], content: undefined },
      ],
      stamp: { newModified: fakeTime(0), curModified: fakeTime(5) },
      links: [],
      merged: [],
      alsoQueues: [],
      foreign: [],
      moves: [],
      stateName: undefined,
      pendingUntil: undefined,
      fields: {},
      contacts: [{ sign: 'mail-in', count: 1, at: fakeTime(0) }],
      standing: {
        mentions: [],
        advice: [],
        watchers: [],
        lastWord: 'theirs',
        pendingUntil: undefined,
        isEscalated: false,
      },
      course: [
        { kind: 'theirs', at: fakeTime(0) },
        { kind: 'set', at: fakeTime(0), field: 'queue', value: 'Support' },
        { kind: 'set', at: fakeTime(1000), field: 'owner', value: 'anna' },
        { kind: 'set', at: fakeTime(1000), field: 'state', value: 'closed' },
      ],
    });
  });

  it('takes its snippet from the newest message of a person', () => {
    const mail = { name: 'a', text: 'from Kim' };
    const note = {
      name: 'b',
      at: 1,
      kind: 'note',
      text: 'a thought',
      actor: { kind: 'agent', login: 'anna' },
    } as const;
    const confirmation = {
      name: 'c',
      at: 2,
      kind: 'mail-out',
      text: 'We have your mail',
      actor: { kind: 'system', part: 'confirmation' },
    } as const;
    const draft = {
      name: 'd',
      at: 3,
      kind: 'draft',
      text: 'unfinished',
      actor: note.actor,
    } as const;
    expect(projectTicket(fakeFolder(number, [mail, confirmation])).snippet).toBe('from Kim');
    expect(projectTicket(fakeFolder(number, [mail, note, confirmation, draft])).snippet).toBe(
      'a thought',
    );
    expect(projectTicket(fakeFolder(number, [confirmation])).snippet).toBe('We have your mail');
  });

  it('marks attachments, faxes, calls and recordings', () => {
    const marksOf = (...sketches: Parameters<typeof fakeFolder>[1]) =>
      projectTicket(fakeFolder(number, sketches)).marks;
    expect(marksOf({ name: 'a', attachments: [{ type: 'application/pdf' }] })).toEqual([
      'attachment',
    ]);
    expect(marksOf({ name: 'a', kind: 'fax-in' }, { name: 'b', kind: 'call-in' })).toEqual([
      'fax',
      'call',
    ]);
    expect(marksOf({ name: 'a', attachments: [{ type: 'audio/mpeg' }] })).toEqual([
      'attachment',
      'recording',
    ]);
    expect(marksOf({ name: 'a', kind: 'update' })).toEqual([]);
  });

  it('tells the worst delivery of its answers', () => {
    const deliveryOf = (...outcomes: readonly string[]) =>
      projectTicket(
        fakeFolder(number, [
          ...outcomes.map((_, at) => ({ name: `m${at}`, at, kind: 'mail-out' }) as const),
          ...outcomes.map(
            (outcome, at) =>
              ({
                name: `d${at}`,
                at: 100 + at,
                kind: 'delivery',
                fields: { delivery: `${outcome}; message=m${at}` },
              }) as const,
          ),
        ]),
      ).delivery;
    expect(deliveryOf('sent', 'deferred', 'failed')).toBe('failed');
    expect(deliveryOf('sent', 'deferred')).toBe('deferred');
    expect(deliveryOf('sent', '')).toBe('waiting');
    expect(deliveryOf('sent')).toBeUndefined();
  });

  it('knows that the customer waits for a confirmation', () => {
    const due = { name: 'a', changes: ['confirmation=due'] };
    expect(projectTicket(fakeFolder(number, [due])).confirmationDue).toBe(true);
    const sent = { name: 'b', at: 1, kind: 'mail-out', changes: ['confirmation=sent'] } as const;
    expect(projectTicket(fakeFolder(number, [due, sent])).confirmationDue).toBe(false);
  });

  it('keeps the root and the newest ids of a long thread', () => {
    const references = Array.from({ length: 300 }, (_, at) => `m${at}@customer.example`);
    const [key] = projectTicket(fakeFolder(number, [{ name: 'a', references }])).messages;
    expect(key?.references).toHaveLength(50);
    expect(key?.references[0]).toBe('m0@customer.example');
    expect(key?.references.at(-1)).toBe('m299@customer.example');
  });
});
