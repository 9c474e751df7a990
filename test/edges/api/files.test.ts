/** Files of mails through the API: warnings beside them, one by one and in parts, and all in one zip. */
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketJson } from '../../../src/services/present/ticket-json.ts';
import { fileSamples } from '../../helpers/file-samples.ts';
import { bearer, bodyOf, startTestApi, type TestApi } from './server.ts';

let api: TestApi;
let folder: string;
let message: string;

const file = (name: string, type: string, bytes: Buffer) => [
  '--cut',
  `Content-Type: ${type}; name="${name}"`,
  `Content-Disposition: attachment; filename="${name}"`,
  'Content-Transfer-Encoding: base64',
  '',
  bytes.toString('base64'),
];

beforeAll(async () => {
  api = await startTestApi();
  const opened = await api.desk.open(
    [
      'From: "support@desk" <x@evil.example>',
      'Sender: robot@sender.example',
      'Reply-To: Bo <bo@elsewhere.example>',
      'To: support@localhost',
      'Subject: Files',
      'Message-ID: <files@evil.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=cut',
      '',
      ...file('holiday.jpg', 'image/jpeg', fileSamples.exe),
      ...file('a.txt', 'text/plain', Buffer.from('0123456789')),
      ...file('photo.png', 'image/png', fileSamples.png),
      '--cut--',
      '',
    ].join('\r\n'),
  );
  folder = `/api/v1/tickets/${opened.ticket}`;
  message = `${folder}/messages/${opened.message}`;
});
afterAll(() => api.close());

it('a message names what is odd of its files and its writer, and nothing else', async () => {
  const ticket = await bodyOf<TicketJson>(await api.get(folder));
  expect(ticket.messages[0]).toMatchObject({
    from: { name: 'support@desk', address: 'x@evil.example' },
    sender: { name: '', address: 'robot@sender.example' },
    replyTo: [{ name: 'Bo', address: 'bo@elsewhere.example' }],
    senderWarnings: ['name-address', 'answers-elsewhere'],
  });
  expect(ticket.messages[0]?.attachments).toEqual([
    {
      id: 0,
      name: 'holiday.jpg',
      type: 'image/jpeg',
      size: fileSamples.exe.length,
      inline: false,
      sniffed: 'application/vnd.microsoft.portable-executable',
      warnings: ['disguised'],
    },
    { id: 1, name: 'a.txt', type: 'text/plain', size: 10, inline: false },
    {
      id: 2,
      name: 'photo.png',
      type: 'image/png',
      size: fileSamples.png.length,
      inline: false,
    },
  ]);
});

it('an attachment comes in parts, with a tag', async () => {
  const whole = await api.get(`${message}/attachments/1`);
  const tag = whole.headers.get('etag') ?? '';
  expect([await whole.text(), whole.headers.get('accept-ranges')]).toEqual(['0123456789', 'bytes']);
  const ask = async (headers: Record<string, string>) => {
    const answer = await api.get(`${message}/attachments/1`, { ...bearer, ...headers });
    return [answer.status, await answer.text()];
  };
  expect(await ask({ Range: 'bytes=2-4' })).toEqual([206, '234']);
  expect(await ask({ Range: 'bytes=2-4', 'If-Range': tag })).toEqual([206, '234']);
  expect(await ask({ Range: 'bytes=2-4', 'If-Range': '"other"' })).toEqual([200, '0123456789']);
  expect(await ask({ Range: 'bytes=20-' })).toEqual([416, '']);
});

it('all files come in one zip, of a message and of a ticket', async () => {
  for (const path of [message, folder]) {
    const zip = await api.get(`${path}/attachments.zip`);
    expect(zip.headers.get('content-type')).toBe('application/zip');
    const names = Object.keys(unzipSync(new Uint8Array(await zip.arrayBuffer())));
    expect(names.map((name) => name.split('/').at(-1))).toEqual([
      'holiday.jpg',
      'a.txt',
      'photo.png',
    ]);
  }
  const bare = await api.desk.open('From: kim@a.example\r\nSubject: Bare\r\n\r\nNothing');
  const missing = await api.get(`/api/v1/tickets/${bare.ticket}/attachments.zip`);
  expect([missing.status, missing.headers.get('content-type')]).toEqual([
    404,
    'application/problem+json',
  ]);
});
