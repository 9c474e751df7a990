/** Pages of mails that carry cards of people and appointments. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
});
afterAll(() => viewer.close());

async function receive(name: string, type: string, text: string) {
  const raw = [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    `Subject: ${name}`,
    `Message-ID: <${name}@customer.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="cut"',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    'See the file.',
    '--cut',
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--cut--',
    '',
  ];
  const { ticket } = await viewer.test.receive(raw.join('\r\n'));
  return `/tickets/${ticket}`;
}

it('a card of a person is shown, escaped, with ways that lead to forms of the desk', async () => {
  const card = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'FN:<script>alert(1)</script> Berg',
    'ORG:Lamp & Co',
    'TITLE:"><img src=x onerror=alert(1)>',
    'TEL;TYPE=WORK:+49 30 1234567',
    'TEL;TYPE=FAX:+49 30 1234568',
    'EMAIL:kim+lamp@customer.example',
    'URL:https://lamp.example/?a=1&b=2',
    'ADR:;;Main St 1;Town;;123;',
    'END:VCARD',
    'BEGIN:VCARD',
    'END:VCARD',
  ].join('\r\n');
  const page = await receive('kim.vcf', 'application/octet-stream', card);
  const { text } = await anna.get(page);
  expect(text).toContain('<h4><bdi>&lt;script&gt;alert(1)&lt;/script&gt; Berg</bdi></h4>');
  expect(text).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  expect(text).not.toContain('<script>alert');
  expect(text).not.toContain('<img src=x');
  expect(text).toContain('href="/new?via=mail&amp;to=kim%2Blamp%40customer.example"');
  expect(text).toContain(`href="${page}/call?phone=%2B49%2030%201234567"`);
  expect(text).not.toContain('phone=%2B49%2030%201234568');
  expect(text).toContain('href="https://lamp.example/?a=1&amp;b=2"');
  expect(text).toContain('Main St 1, 123 Town');
  // The file stands on the card, and in no other place.
  expect(text.match(/<bdi>kim\.vcf<\/bdi>/g)).toHaveLength(1);
  expect((await anna.get(`${page}/call?phone=%2B49%2030%201234567`)).text).toContain(
    'value="+49 30 1234567"',
  );
  expect((await anna.get('/new?via=mail&to=kim%2Blamp%40customer.example')).text).toContain(
    'value="kim+lamp@customer.example"',
  );
});

it('an appointment in a file names the zone of its hours, how it repeats, and what else is in it', async () => {
  const event = (uid: string) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTART;TZID=Tokyo Standard Time:20301206T170000',
    'DTEND;TZID=Tokyo Standard Time:20301206T180000',
    'RRULE:FREQ=WEEKLY;BYDAY=FR',
    'SUMMARY:Weekly look',
    'END:VEVENT',
  ];
  const calendar = ['BEGIN:VCALENDAR', ...event('a'), ...event('b'), 'END:VCALENDAR', ''];
  const page = await receive('plan.ics', 'application/octet-stream', calendar.join('\r\n'));
  const { text } = await anna.get(page);
  expect(text).toContain('Invites us');
  expect(text).toContain('17:00 – 18:00 in Asia/Tokyo');
  expect(text).toMatch(/<small class="quiet">[A-Z][A-Za-z/ ]+<\/small>/);
  expect(text).toContain('Every week');
  expect(text).toContain('and 1 more');
  expect(text).toContain('<bdi>plan.ics</bdi>');
});
