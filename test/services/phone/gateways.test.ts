/** Mails of fax servers and telephone systems, and answers by fax. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketEvent } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk({
    settings: { country: 'DE', faxGateway: '{number}@fax.example.org' },
  });
  const config = join(test.directory, 'config');
  await mkdir(join(config, 'gateways'), { recursive: true });
  await mkdir(join(config, 'customers'), { recursive: true });
  await writeFile(
    join(config, 'gateways/office.yaml'),
    'from: [fax@pbx.example, "@voice.example"]\nclients: [192.0.2.0/24]\n',
  );
  await writeFile(
    join(config, 'customers/kim.yaml'),
    'name: Kim Berg\naddresses: [kim@customer.example]\nphone: 030 1234567\n',
  );
  await test.desk.config.reload();
  await test.desk.customers.load();
  await test.desk.index.ready(10_000);
});

afterEach(() => test.close());

async function lastOf(number: TicketNumber): Promise<TicketEvent> {
  const event = (await test.desk.reader.read(number))?.messages.at(-1)?.event;
  if (event === undefined) throw new Error('It has a message');
  return event;
}

const fax = plainMail({
  From: 'Fax server <fax@pbx.example>',
  Subject: 'Neues Fax von +49 30 1234567',
  'Message-ID': '<1@pbx.example>',
  'Auto-Submitted': 'auto-generated',
});
const inside = { sender: 'fax@pbx.example', origin: { ip: '192.0.2.7', helo: 'pbx.example' } };
const outside = { ...inside, origin: { ip: '203.0.113.9', helo: 'pbx.example' } };

describe('a mail of a gateway', () => {
  it('is a fax of the caller, and the gateway is not answered', async () => {
    const { ticket } = await test.receive(fax, inside);
    const folder = await test.desk.reader.read(ticket);
    const event = await lastOf(ticket);
    expect(event.kind).toBe('fax-in');
    expect(event.fields.get('phone')).toEqual(['+49301234567']);
    expect(event.fields.get('gateway')).toEqual(['office; shape=sipgate']);
    expect(event.actor).toEqual({ kind: 'customer', address: 'kim@customer.example' });
    expect(folder?.ticket.customer).toEqual({ name: 'Kim Berg', address: 'kim@customer.example' });
    expect([...(folder?.ticket.participants ?? [])]).toEqual(['kim@customer.example']);
    expect(event.fields.get('auto-reply')?.[0]).toContain('none');
    // What came is kept to the byte.
    const original = await test.desk.reader.readOriginal(ticket, event.name);
    expect(original?.toString()).toBe(fax);
  });

  it('is an ordinary mail of its sender when it does not prove to be from there', async () => {
    const { ticket } = await test.receive(fax, outside);
    const folder = await test.desk.reader.read(ticket);
    const event = await lastOf(ticket);
    expect(event.kind).toBe('mail-in');
    expect(event.fields.has('phone')).toBe(false);
    expect(folder?.ticket.customer?.address).toBe('fax@pbx.example');
    expect(event.fields.get('auto-reply')?.[0]).toContain('none');
  });

  it('of somebody who is no gateway is an ordinary mail, and answered like any', async () => {
    const { ticket } = await test.receive(
      plainMail({ Subject: 'Voicemail from +49 30 1234567', From: 'eve@stranger.example' }),
      { ...inside, sender: 'eve@stranger.example' },
    );
    const event = await lastOf(ticket);
    expect(event.kind).toBe('mail-in');
    expect(event.fields.has('phone')).toBe(false);
    await test.desk.autoReplies.settled();
    expect((await lastOf(ticket)).fields.get('auto-reply')?.[0]).toContain('sent');
  });

  it('does not lead into the ticket of a number that the caller gives himself', async () => {
    const { ticket } = await test.receive(plainMail());
    const other = await test.receive(
      plainMail({
        From: '"[#1]" <pbx@voice.example>',
        Subject: `Voicemail from +49 30 7654321 [#${ticket}]`,
      }),
      { ...inside, sender: 'pbx@voice.example' },
    );
    expect(other.ticket).not.toBe(ticket);
    expect((await test.desk.reader.read(other.ticket))?.ticket.customer).toEqual({
      name: '+49 30 7654321',
      address: 'tel:+49307654321',
    });
    expect((await lastOf(other.ticket)).kind).toBe('recording');
  });
});

describe('an answer by fax', () => {
  it('goes to the gateway under the number, and is a fax of the ticket', async () => {
    const { ticket } = await test.receive(fax.replaceAll('1234567', '7654321'), inside);
    const command = {
      kind: 'reply',
      to: [{ name: '', address: '49307654321@fax.example.org' }],
      cc: [],
      text: 'Please screw in a new bulb.',
    } as const;
    const answer = await test.desk.tickets.run(ticket, command, { kind: 'system', part: 'test' });
    expect(answer.ok).toBe(true);
    const event = await lastOf(ticket);
    expect(event.kind).toBe('fax-out');
    expect(event.fields.get('phone')).toEqual(['+49307654321']);
    expect(event.fields.get('recipient')).toEqual(['49307654321@fax.example.org']);
    const folder = await test.desk.reader.read(ticket);
    expect([...(folder?.ticket.participants ?? [])]).toEqual(['tel:+49307654321']);
    expect(folder?.ticket.deliveries.get(event.name)?.state).toBe('waiting');
    expect((await test.desk.outboxSpool.list()).map(({ name }) => name)).toEqual([event.name]);
    const mail = await test.desk.reader.readMail(ticket, event.name);
    expect(mail?.text.trim()).toBe('Please screw in a new bulb.');
    expect(mail?.html).toBeUndefined();
    // What the gateway says of it belongs to the ticket, and is no new fax.
    const report = await test.receive(
      plainMail({
        From: 'fax@pbx.example',
        Subject: 'Fax to +49 30 7654321',
        'In-Reply-To': `<${event.mail.messageId}>`,
      }),
      inside,
    );
    expect(report.ticket).toBe(ticket);
    expect((await lastOf(ticket)).kind).toBe('mail-in');
  });

  it('goes as a file where the gateway prints files alone', async () => {
    const { ticket } = await test.receive(fax, inside);
    await writeFile(
      join(test.directory, 'config/desk.yaml'),
      'address: support@localhost\nfaxText: file\ncountry: DE\n',
    );
    await test.desk.config.reload();
    await test.desk.tickets.run(
      ticket,
      {
        kind: 'reply',
        to: [{ name: 'Kim', address: '49301234567@fax.example.org' }],
        cc: [],
        text: 'Please.',
      },
      { kind: 'system', part: 'test' },
    );
    const event = await lastOf(ticket);
    const mail = await test.desk.reader.readMail(ticket, event.name);
    expect(mail?.text.trim()).toBe('');
    expect(mail?.attachments.map(({ name }) => name)).toEqual(['fax.txt']);
  });
});

it('a call that is noted with a number alone is that of whoever has it', async () => {
  const note = (phone: string) =>
    test.desk.tickets.openNew(
      { via: 'phone', queue: 'Support', subject: 'Lamp', text: 'She called.', phone },
      { kind: 'system', part: 'test' },
    );
  const known = await note('030 / 1234567');
  expect(known.ok && known.value.folder.ticket.customer).toEqual({
    name: 'Kim Berg',
    address: 'kim@customer.example',
  });
  const unknown = await note('030 / 7654321');
  expect(unknown.ok && unknown.value.folder.ticket.customer?.address).toBe('tel:+49307654321');
});
