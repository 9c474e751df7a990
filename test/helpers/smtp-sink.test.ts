/** The sink speaks real SMTP to a real client, and does as it is told. */
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts';

let sink: SmtpSink;
beforeEach(async () => {
  sink = await startSmtpSink();
});
afterEach(() => sink.close());

async function send(to: readonly string[], subject = 'Hello', timeoutMs = 5000) {
  const client = nodemailer.createTransport({
    host: '127.0.0.1',
    port: sink.port,
    ignoreTLS: true,
    socketTimeout: timeoutMs,
  });
  try {
    return await client.sendMail({
      from: 'anna@desk.example',
      to: [...to],
      subject,
      text: 'Grüße',
    });
  } finally {
    client.close();
  }
}

it('keeps envelope, bytes and decoded mail, and tells who waits', async () => {
  const waiting = sink.waitFor(2);
  await send(['kim@customer.example'], 'Größe');
  await send(['lee@customer.example', 'max@customer.example']);
  const [first, second] = await waiting;
  expect(first?.envelope).toEqual({ from: 'anna@desk.example', to: ['kim@customer.example'] });
  expect(first?.subject).toBe('Größe');
  expect(first?.headers.get('subject')).toMatch(/^=\?UTF-8\?/i);
  expect(first?.headers.get('x-none')).toBeUndefined();
  expect(first?.text.trim()).toBe('Grüße');
  expect(first?.raw.toString('latin1')).toContain('\r\nSubject: ');
  expect(second?.envelope.to).toEqual(['lee@customer.example', 'max@customer.example']);
  expect(await sink.waitFor(1)).toEqual([first]);
});

it('refuses one recipient, then accepts it again', async () => {
  const stop = sink.answer({ at: 'recipient', answer: 451, recipient: 'kim@customer.example' });
  await expect(send(['kim@customer.example'])).rejects.toMatchObject({ responseCode: 451 });
  const { rejected } = await send(['kim@customer.example', 'lee@customer.example']);
  expect(rejected).toEqual(['kim@customer.example']);
  stop();
  await send(['kim@customer.example']);
  expect(sink.mails.map(({ envelope }) => envelope.to)).toEqual([
    ['lee@customer.example'],
    ['kim@customer.example'],
  ]);
});

it('refuses the data so often as it was told', async () => {
  sink.answer({ at: 'data', answer: 550, recipient: /@customer\.example$/, times: 1 });
  await expect(send(['kim@customer.example'])).rejects.toMatchObject({ responseCode: 550 });
  await send(['kim@customer.example']);
  expect(sink.mails).toHaveLength(1);
});

it('hangs up', async () => {
  sink.answer({ at: 'sender', answer: 'disconnect', times: 1 });
  await expect(send(['kim@customer.example'])).rejects.toThrow();
  expect(sink.connections()).toBe(1);
});

it('falls silent until the client gives up', async () => {
  sink.answer({ at: 'data', answer: 'hang' });
  await expect(send(['kim@customer.example'], 'Hello', 50)).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  });
  expect(sink.mails).toEqual([]);
});

it('tells who waits for a mail that it closes, and can come back on its port', async () => {
  const waiting = sink.waitFor(1);
  const { port } = sink;
  await Promise.all([expect(waiting).rejects.toThrow('0 of 1 mails'), sink.close()]);
  sink = await startSmtpSink({ port });
  await send(['kim@customer.example']);
  expect(sink.mails).toHaveLength(1);
});
