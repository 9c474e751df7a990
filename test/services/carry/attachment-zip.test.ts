import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { createFilesZip } from '../../../src/services/carry/attachment-zip.ts';
import { openTestDesk, plainMail } from '../../helpers/test-desk.ts';

const leftOut = (name: string) => `left out: ${name}`;

async function unzip(pieces: AsyncIterable<Buffer>): Promise<Record<string, string>> {
  const parts: Buffer[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Object.fromEntries(
    Object.entries(unzipSync(Buffer.concat(parts))).map(([name, bytes]) => [
      name,
      Buffer.from(bytes).toString('latin1'),
    ]),
  );
}

const withFiles = (id: string, names: readonly string[], head = '') =>
  [
    `From: Kim <kim@customer.example>${head}`,
    'To: support@localhost',
    'Subject: Files',
    `Message-ID: <${id}@customer.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=cut',
    '',
    ...names.flatMap((name) => [
      '--cut',
      `Content-Type: text/plain; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      `bytes of ${name}`,
    ]),
    '--cut--',
    '',
  ].join('\r\n');

it('reads one mail after another, and no more once nobody reads on', async () => {
  const test = await openTestDesk({ settings: { confirmations: 'false' } });
  const first = await test.receive(withFiles('a', ['a.txt', 'A.TXT', '../a.txt', 'left-out.txt']));
  await test.receive(withFiles('b', ['b.txt'], `\r\nIn-Reply-To: <a@customer.example>`));
  await test.receive(plainMail({ 'In-Reply-To': '<a@customer.example>' }));
  const folder = await test.desk.reader.read(first.ticket);
  if (folder === undefined) throw new Error('No ticket came about');
  const read: string[] = [];
  const zip = createFilesZip({
    reader: {
      async readDecoded(number, name) {
        read.push(name);
        return test.desk.reader.readDecoded(number, name);
      },
    },
  });
  const request = { folder, timeZone: 'UTC', leftOut };
  const entries = await unzip(zip.stream(request));
  const [one = '', two = ''] = [...new Set(Object.keys(entries).map((name) => name.split('/')[0]))];
  expect(one).toMatch(/_in_Files$/);
  expect(two).not.toBe(one);
  expect(entries).toEqual({
    [`${one}/a.txt`]: 'bytes of a.txt',
    [`${one}/A (2).TXT`]: 'bytes of A.TXT',
    [`${one}/a (3).txt`]: 'bytes of ../a.txt',
    [`${one}/left-out (2).txt`]: 'bytes of left-out.txt',
    [`${two}/b.txt`]: 'bytes of b.txt',
  });
  expect(read).toHaveLength(2);

  read.length = 0;
  for await (const _ of zip.stream(request)) break;
  expect(read).toHaveLength(1);
  expect(Object.keys(await unzip(zip.stream({ ...request, message: first.message })))).toEqual([
    'a.txt',
    'A (2).TXT',
    'a (3).txt',
    'left-out (2).txt',
  ]);
});

it('leaves out what carries a virus, and says so', async () => {
  const test = await openTestDesk({ settings: { confirmations: 'false' } });
  const { ticket } = await test.receive(withFiles('c', ['bad.txt', 'worse.txt']));
  const folder = await test.desk.reader.read(ticket);
  if (folder === undefined) throw new Error('No ticket came about');
  const zip = createFilesZip({ reader: { readDecoded: async () => undefined } });
  const messages = folder.messages.map((message) => ({
    ...message,
    event: { ...message.event, fields: new Map([['virus', ['found; name="Eicar"']]]) },
  }));
  const infected = { ...folder, messages };
  expect(await unzip(zip.stream({ folder: infected, timeZone: 'UTC', leftOut }))).toEqual({
    'left-out.txt': 'left out: bad.txt\nleft out: worse.txt\n',
  });
});

it('knows what a zip can hold before it begins', async () => {
  const test = await openTestDesk({ settings: { confirmations: 'false' } });
  const { ticket } = await test.receive(withFiles('d', ['d.txt']));
  const folder = await test.desk.reader.read(ticket);
  if (folder === undefined) throw new Error('No ticket came about');
  const zip = createFilesZip(test.desk);
  const request = { folder, timeZone: 'UTC', leftOut };
  expect(zip.measure(request)).toEqual({ isTooLarge: false });
  const huge = folder.messages.map((message) => ({
    ...message,
    event: {
      ...message.event,
      time: toInstant(0),
      mail: {
        ...message.event.mail,
        attachments: [{ id: 0, name: 'x', type: 'a/b', size: 5e9, inline: false }],
      },
    },
  }));
  expect(zip.measure({ ...request, folder: { ...folder, messages: huge } })).toEqual({
    isTooLarge: true,
  });
  expect(zip.measure({ ...request, folder: { ...folder, messages: [] } })).toBe(undefined);
});
