/** The same picture in many mails, and the small ones of signatures. */
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPictureSorter } from '../../../src/edges/http/presenters/pictures.ts';
import type { Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
});
afterAll(() => viewer.close());

/** A PNG of that size; `shade` makes it another one. */
function picture(width: number, height: number, shade: number): string {
  const chunk = (type: string, data: Buffer) =>
    Buffer.concat([long(data.length), Buffer.from(type, 'latin1'), data, long(0)]);
  const head = Buffer.concat([long(width), long(height), Buffer.from([8, 0, 0, 0, 0])]);
  const rows = deflateSync(Buffer.alloc((width + 1) * height, shade));
  const bytes = [chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))];
  const sign = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([sign, ...bytes]).toString('base64');
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const logo = picture(200, 80, 1);
const photo = picture(200, 80, 2);
const point = picture(1, 1, 0);
const sign = picture(24, 24, 3);

interface Sent {
  readonly id: string;
  readonly answers?: string;
  readonly html?: string;
  readonly pictures: readonly (readonly [name: string, data: string])[];
}

function mail({ id, answers, html, pictures }: Sent): string {
  return [
    'From: Kim <kim@customer.example>',
    'To: support@localhost',
    'Subject: Lamp',
    `Message-ID: <${id}@customer.example>`,
    ...(answers === undefined ? [] : [`In-Reply-To: <${answers}@customer.example>`]),
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary="r"',
    '',
    '--r',
    `Content-Type: text/${html === undefined ? 'plain' : 'html'}; charset=utf-8`,
    '',
    html ?? `Words of ${id}.`,
    ...pictures.flatMap(([name, data]) => [
      '--r',
      'Content-Type: image/png',
      `Content-ID: <${name}>`,
      `Content-Disposition: inline; filename="${name}.png"`,
      'Content-Transfer-Encoding: base64',
      '',
      data,
    ]),
    '--r--',
    '',
  ].join('\r\n');
}

/** Names of the pictures of each message: in view, and below each folding. */
function picturesOf(page: string): readonly (readonly string[])[] {
  return page
    .split('<article')
    .slice(1)
    .map((article) => [
      ...article.matchAll(
        /<summary>(?:<svg.*?<\/svg>)?([^<]*)<\/summary>|<img[^>]* alt="([^"]*)"/g,
      ),
    ])
    .map((hits) => hits.map(([, summary, alt]) => (summary ? `[${summary}]` : (alt ?? ''))));
}

it('a picture is shown where it stands first, and folded in the mails after it', async () => {
  const { ticket } = await viewer.test.receive(
    mail({
      id: 'a1',
      pictures: [
        ['logo', logo],
        ['photo', photo],
      ],
    }),
  );
  await viewer.test.receive(mail({ id: 'a2', answers: 'a1', pictures: [['logo', logo]] }));
  await viewer.test.receive(
    mail({
      id: 'a3',
      answers: 'a1',
      pictures: [
        ['other-name', logo],
        ['new', picture(60, 60, 9)],
      ],
    }),
  );
  const { text } = await anna.get(`/tickets/${ticket}`);
  expect(picturesOf(text)).toEqual([
    ['logo.png', 'photo.png'],
    ['[1 picture that was shown before]', 'logo.png'],
    ['new.png', '[1 picture that was shown before]', 'other-name.png'],
  ]);
  // The file stays one click away.
  expect(text.match(/attachments\/0"/g)?.length).toBe(3);
});

it('points that count readers and signs of signatures stand behind one folding', async () => {
  const pictures = [
    ['point', point],
    ['one', sign],
    ['two', sign],
    ['photo', photo],
  ] as const;
  const { ticket } = await viewer.test.receive(mail({ id: 'b1', pictures }));
  const { text } = await anna.get(`/tickets/${ticket}`);
  expect(picturesOf(text)).toEqual([
    ['photo.png', '[3 small pictures]', 'point.png', 'one.png', 'two.png'],
  ]);
});

it('what the frame shows counts as shown, and what it does not show is listed', async () => {
  const html = '<p>Look: <img src="cid:logo"> <b>here</b></p>';
  const { ticket } = await viewer.test.receive(
    mail({
      id: 'c1',
      html,
      pictures: [
        ['logo', logo],
        ['photo', photo],
      ],
    }),
  );
  await viewer.test.receive(mail({ id: 'c2', answers: 'c1', pictures: [['logo', logo]] }));
  const { text } = await anna.get(`/tickets/${ticket}`);
  expect(picturesOf(text)).toEqual([
    ['photo.png'],
    ['[1 picture that was shown before]', 'logo.png'],
  ]);
});

it('on paper, too, a picture stands once, also within one mail', () => {
  const sort = createPictureSorter();
  const image = (id: number) => ({ id, src: '', href: '', name: `${id}`, size: '' });
  const facts = (...digests: readonly string[]) =>
    new Map(digests.map((digest, id) => [id, { digest, isTiny: digest === 'point' }] as const));
  const names = ({ shown, again, small }: ReturnType<typeof sort>) =>
    [shown, again, small].map((images) => images.map(({ name }) => name).join(' '));
  expect(names(sort([image(0), image(1), image(2)], facts('a', 'a', 'point')))).toEqual([
    '0',
    '1',
    '2',
  ]);
  // The frame showed b.
  expect(names(sort([image(0)], facts('c', 'b')))).toEqual(['0', '', '']);
  expect(names(sort([image(0), image(1)], facts('b', 'd')))).toEqual(['1', '0', '']);
  expect(names(sort([image(0)], undefined))).toEqual(['0', '', '']);
});

it('the frame folds what is quoted, in the words of the reader, and opens it for a word that is looked for', async () => {
  const html =
    '<p>Yes, <b>it is</b>.</p><div class="gmail_quote"><div class="gmail_attr">On Mon, Ana wrote:</div><blockquote class="gmail_quote">Is the lamp on?</blockquote></div>';
  const receipt = await viewer.test.receive(mail({ id: 'e1', html, pictures: [] }));
  const path = `/tickets/${receipt.ticket}/messages/${encodeURIComponent(receipt.message)}/html`;
  const frame = await anna.get(path);
  expect(frame.text).toContain('<details class="fold"><summary lang="en">Quoted text</summary>');
  expect(frame.text).not.toMatch(/["\s]gmail_/);
  const found = await anna.get(`${path}?find=lamp`);
  expect(found.text).toContain(
    '<details class="fold" open><summary lang="en">Quoted text</summary>',
  );
});
