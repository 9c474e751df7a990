/** Files of a mail: how each kind is handed out, what is said of it, and all of them in one zip. */
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSamples } from '../../helpers/file-samples.ts';
import { type Visitor as Browser, textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Browser;
let ticket: string;
let message: string;

const rows = [
  ['photo.jpg', 'image/jpeg', fileSamples.jpg],
  ['holiday.jpg', 'image/jpeg', fileSamples.exe],
  ['invoice.pdf', 'application/pdf', fileSamples.latePdf],
  ['bill.pdf', 'application/pdf', fileSamples.html],
  ['drawing.svg', 'image/svg+xml', fileSamples.svg],
  ['page.html', 'text/html', fileSamples.html],
  ['notes.txt', 'text/plain', fileSamples.txt],
  ['table.csv', 'application/octet-stream', Buffer.from('a;b\n1;2\n')],
  ['film.mp4', 'video/mp4', fileSamples.mp4],
  ['photo.heic', 'image/heic', fileSamples.heic],
  ['secret.zip', 'application/zip', fileSamples.lockedZip],
  ['letter.docm', 'application/vnd.ms-word', fileSamples.docm],
  ['notes.txt', 'text/plain', Buffer.from('The second notes')],
  ['../../a/invoice.pdf      .exe', 'application/octet-stream', fileSamples.exe],
  ['polyglot.gif', 'image/gif', fileSamples.polyglot],
  ['scan', 'image/png', fileSamples.png],
] as const;

const part = ([name, type, bytes]: (typeof rows)[number]) => [
  '--cut',
  `Content-Type: ${type}`,
  `Content-Disposition: attachment; filename="${name}"`,
  'Content-Transfer-Encoding: base64',
  '',
  bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
];

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
  const raw = [
    'From: "support@desk" <x@evil.example>',
    'Sender: Robot <robot@sender.example>',
    'Reply-To: Bo Holm <bo@elsewhere.example>',
    'To: support@localhost',
    'Subject: Many files',
    'Message-ID: <files@customer.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="cut"',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    'See the files.',
    ...rows.flatMap(part),
    '--cut--',
    '',
  ].join('\r\n');
  const receipt = await viewer.test.receive(raw);
  ticket = `/tickets/${receipt.ticket}`;
  message = `${ticket}/messages/${encodeURIComponent(receipt.message)}`;
});
afterAll(() => viewer.close());

const idOf = (name: string) => rows.findIndex(([each]) => each === name);

async function ask(name: string, init: RequestInit = {}) {
  const response = await anna.fetch(`${message}/attachments/${idOf(name)}?inline`, init);
  const header = (field: string) => response.headers.get(field);
  return { response, header, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('a file that is to be looked at', () => {
  it.each([
    ['photo.jpg', 'inline', 'image/jpeg'],
    ['holiday.jpg', 'attachment', 'application/octet-stream'],
    ['invoice.pdf', 'inline', 'application/pdf'],
    ['bill.pdf', 'attachment', 'application/octet-stream'],
    ['drawing.svg', 'attachment', 'application/octet-stream'],
    ['page.html', 'attachment', 'application/octet-stream'],
    ['notes.txt', 'inline', 'text/plain; charset=utf-8'],
    ['table.csv', 'inline', 'text/plain; charset=utf-8'],
    ['film.mp4', 'inline', 'video/mp4'],
    ['photo.heic', 'attachment', 'application/octet-stream'],
    ['secret.zip', 'attachment', 'application/octet-stream'],
    ['polyglot.gif', 'inline', 'image/gif'],
  ])('%s is sent as %s, %s', async (name, disposition, type) => {
    const { header } = await ask(name);
    expect(header('content-disposition')).toBe(
      `${disposition}; filename="${name}"; filename*=UTF-8''${name}`,
    );
    expect(header('content-type')).toBe(type);
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('cross-origin-resource-policy')).toBe('same-origin');
    const policy = header('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script');
    expect(policy.includes('sandbox')).toBe(name !== 'invoice.pdf');
  });

  it('is text in UTF-8 whatever it was, with its tag and its parts', async () => {
    const whole = await ask('notes.txt');
    expect(whole.bytes.toString()).toBe('Words at the café at noon.\n');
    const tag = whole.header('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]{24}-6-text"$/);
    const begin = await ask('notes.txt', { headers: { Range: 'bytes=0-4', 'If-Range': tag } });
    expect([begin.response.status, begin.bytes.toString()]).toEqual([206, 'Words']);
    const other = await ask('notes.txt', { headers: { Range: 'bytes=0-4', 'If-Range': '"x"' } });
    expect(other.response.status).toBe(200);
    const same = await ask('notes.txt', { headers: { 'If-None-Match': tag } });
    expect([same.response.status, same.bytes.length]).toEqual([304, 0]);
    const head = await ask('film.mp4', { method: 'HEAD', headers: { Range: 'bytes=0-4' } });
    expect([head.response.status, head.header('content-length')]).toEqual([
      200,
      String(fileSamples.mp4.length),
    ]);
  });
});

it('the page says of each file what it is, and of the writer who he is', async () => {
  const { text } = await anna.get(ticket);
  const shown = textOf(text);
  for (const said of [
    'holiday.jpg: Called .jpg, but it is something else: a program',
    'bill.pdf: Called .pdf, but it is something else: a web page',
    'drawing.svg: Can do harm when opened: a web page',
    'secret.zip: Locked with a password',
    'letter.docm: Can do harm when opened: a document with macros',
    'invoice.pdf .exe: Its name really ends in .exe',
    'x@evil.example (support@desk)',
    'The name shows another address. The real one is x@evil.example',
    'Handed in by Robot <robot@sender.example>',
    'Answers go elsewhere: Bo Holm <bo@elsewhere.example>',
  ])
    expect(shown).toContain(said);
  expect(shown).not.toContain('invoice.pdf: Called');
  expect(text).toMatch(/<video controls[^>]*src="[^"]*\/attachments\/8\?inline"/);
  // A picture without ending and one that a program calls by no name are pictures; what only says so is none.
  expect(text).toContain(`<img src="${message}/attachments/${idOf('scan')}?inline"`);
  expect(text).not.toContain(`<img src="${message}/attachments/1?inline"`);
  expect(text).toContain(`href="${message}/attachments.zip"`);
});

describe('a zip of all files', () => {
  it('holds them under clean names, each once', async () => {
    const response = await anna.fetch(`${message}/attachments.zip`);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="\d+\.zip"/);
    const entries = unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(Object.keys(entries)).toEqual([
      ...rows.slice(0, 12).map(([name]) => name),
      'notes (2).txt',
      'invoice.pdf .exe',
      'polyglot.gif',
      'scan',
    ]);
    expect(Buffer.from(entries['photo.jpg'] ?? [])).toEqual(fileSamples.jpg);
    expect(Buffer.from(entries['notes (2).txt'] ?? []).toString()).toBe('The second notes');
  });

  it('of a ticket has a folder for each message', async () => {
    const response = await anna.fetch(`${ticket}/attachments.zip`);
    const entries = unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(Object.keys(entries)[0]).toMatch(/^[0-9-]+_[0-9]{4}_in_Many-files\/photo\.jpg$/);
    expect(Object.keys(entries)).toHaveLength(rows.length);
  });

  it('is refused where there is none, and to those who are not logged in', async () => {
    const { ticket: plain, message: bare } = await viewer.test.receive(
      'From: kim@a.example\r\nTo: support@localhost\r\nSubject: Bare\r\n\r\nNothing',
    );
    const folder = `/tickets/${plain}`;
    expect((await anna.get(`${folder}/attachments.zip`)).status).toBe(404);
    expect((await anna.get(`${folder}/messages/${bare}/attachments.zip`)).status).toBe(404);
    expect((await viewer.visitor().get(`${ticket}/attachments.zip`)).status).toBe(303);
  });
});
