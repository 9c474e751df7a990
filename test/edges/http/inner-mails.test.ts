import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInnerMails } from '../../../src/edges/http/inner-mails.ts';
import { createAttachedMails } from '../../../src/services/attached-mails.ts';
import { inspectHtml } from '../../../src/services/render/html.ts';
import {
  dot,
  filePart,
  innermost,
  mailPart,
  mixed,
  textPart,
  threeLevels,
} from '../../helpers/nested-mail.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
  reading = await viewer.member();
});
afterAll(() => viewer.close());

let count = 0;

async function receive(raw: string) {
  count += 1;
  const receipt = await viewer.test.receive(raw.replace('Message-ID: <', `Message-ID: <${count}.`));
  const page = `/tickets/${receipt.ticket}`;
  return { ...receipt, page, path: `${page}/messages/${encodeURIComponent(receipt.message)}` };
}

let reading: Visitor;

async function get(path: string): Promise<string> {
  return (await reading.get(path)).text;
}

it('attached mails unfold in the conversation, each with its head, text and files', async () => {
  const { page, path } = await receive(threeLevels());
  const html = await get(page);
  expect(html.match(/<details class="inner-mail"/g)).toHaveLength(2);
  const summaries = [...html.matchAll(/<summary>(?:(?!<\/summary>)[\s\S])*<\/summary>/g)].map(
    ([summary]) => textOf(summary).trim().replace(/\s+/g, ' '),
  );
  expect(summaries).toContainEqual(
    expect.stringMatching(/^Fwd: a lamp Ann Partner ann@partner\.example to support@localhost /),
  );
  expect(summaries).toContainEqual(expect.stringMatching(/^The lamp itself Kim Berg kim@cust/));
  const text = textOf(html);
  expect(text).toContain('See the attached mail.');
  expect(text).toContain('Can you help?');
  expect(text).toMatch(/Quoted text, \d lines/);
  expect(html).toContain(`href="${path}/attachments/1.0" download`);
  expect(html).toContain(`<img src="${path}/attachments/1.2?inline"`);
  expect(html).toMatch(/<iframe class="html tall-\d" src="[^"]+\/html\?mail=1\.1"/);
  // The mail is no file beside itself; a file beside it is.
  expect(html.match(new RegExp(`href="${path}/attachments/1"`, 'g'))).toHaveLength(1);
  expect(html).toContain(`href="${path}/attachments/0" download`);
  expect(text).toContain('1 image from elsewhere is not loaded');
});

it('the frame of an attached mail is as closed as any, and shows its own pictures', async () => {
  const { path } = await receive(threeLevels());
  const visitor = reading;
  const frame = await visitor.get(`${path}/html?mail=1.1`);
  expect(frame.status).toBe(200);
  const policy = frame.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/sandbox(?!.*allow-(?:scripts|same-origin|forms))/);
  expect(frame.text).not.toMatch(/canary'|<form|<input|onerror|javascript:|remote\.example/);
  expect(frame.text).toContain(`data:image/png;base64,${dot.toString('base64')}`);
  expect(frame.text).toContain('<h1>It is dark</h1>');
  for (const place of ['1.7', '1', '0', '1.1.1.1.1.1.1', 'x', ''])
    expect((await visitor.get(`${path}/html?mail=${place}`)).status).toBe(404);
});

it('files of attached mails are handed out as all files are, the mails themselves as .eml', async () => {
  const { path } = await receive(threeLevels());
  const visitor = reading;
  const invoice = await visitor.fetch(`${path}/attachments/1.0`);
  expect(invoice.headers.get('content-disposition')).toMatch(
    /^attachment; filename="invoice\.pdf"/,
  );
  expect(invoice.headers.get('x-content-type-options')).toBe('nosniff');
  const picture = await visitor.fetch(`${path}/attachments/1.2?inline`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(dot);
  const mail = await visitor.fetch(`${path}/attachments/1.1`);
  expect(mail.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"]+\.eml"/);
  expect((await mail.text()).trimEnd()).toBe(innermost().trimEnd());
  for (const place of ['1.9', '9.1', '0.0', '1.0.0', '1.1.1.1.1.1.1'])
    expect((await visitor.get(`${path}/attachments/${place}`)).status).toBe(404);
});

it('each has a page of its own, with the same ways to see it', async () => {
  const { page, path } = await receive(threeLevels());
  const own = await get(`${path}/mails/1.1`);
  expect(own).toContain('<h1 dir="auto">The lamp itself</h1>');
  expect(own).toContain(`src="${path}/html?mail=1.1"`);
  expect(own).toContain(`href="${page}#m-`);
  expect(await get(`${path}/mails/1.1?images=1`)).toContain('mail=1.1&amp;images=1');
  expect(textOf(await get(`${path}/mails/1.1?view=text`))).toContain('It is dark');
  const visitor = reading;
  for (const place of ['0', '1.0', '8', 'x'])
    expect((await visitor.get(`${path}/mails/${place}`)).status).toBe(404);
  for (const part of ['/mails/1', '/html?mail=1.1', '/attachments/1.0'])
    expect((await viewer.visitor().get(path + part)).status).toBe(303);
});

it('one with a long text is one click away, and whole there', async () => {
  const long = 'A line of many words.\r\n'.repeat(3000);
  const inner = mixed({ From: 'Kim <kim@customer.example>', Subject: 'Long' }, [
    textPart(`${long}The very end.`),
  ]);
  const { page, path } = await receive(
    mixed({ From: 'Lou <lou@customer.example>', Subject: 'See' }, [
      textPart('Here'),
      mailPart(inner),
    ]),
  );
  const html = await get(page);
  expect(html).toContain(`<a href="${path}/mails/0">`);
  expect(html).not.toContain('The very end.');
  expect(await get(`${path}/mails/0`)).toContain('The very end.');
});

it('beyond a stated depth an attached mail is a file', async () => {
  let raw = mixed({ From: 'Kim <kim@customer.example>', Subject: 'Level 8' }, [textPart('Deep')]);
  for (let level = 7; level >= 0; level -= 1)
    raw = mixed({ From: 'Kim <kim@customer.example>', Subject: `Level ${level}` }, [
      textPart(`Text ${level}`),
      mailPart(raw),
    ]);
  const { page, path } = await receive(raw);
  const html = await get(page);
  expect(html.match(/<details class="inner-mail"/g)).toHaveLength(5);
  expect(textOf(html)).toContain('Text 5');
  expect(textOf(html)).not.toContain('Text 6');
  expect(html).toContain(`href="${path}/attachments/0.0.0.0.0.0" download`);
});

it('a digest shows its mails one below the other', async () => {
  const raw = [
    'From: Digest <digest@club.example>',
    'To: support@localhost',
    'Subject: Two mails',
    'Message-ID: <digest@club.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: text/plain',
    '',
    'Today',
    ...['One', 'Two'].flatMap((name) => [
      '--o',
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment',
      '',
      `From: ${name} <${name.toLowerCase()}@club.example>`,
      `Subject: Mail ${name}`,
      '',
      `Words of ${name}`,
    ]),
    '--o--',
    '',
  ].join('\r\n');
  const html = await get((await receive(raw)).page);
  expect(html.match(/<details class="inner-mail"/g)).toHaveLength(2);
  expect(textOf(html)).toMatch(/Mail One[\s\S]*Words of One[\s\S]*Mail Two[\s\S]*Words of Two/);
});

it('its writer can be answered instead, or become the customer', async () => {
  const { ticket, message, page } = await receive(threeLevels());
  const visitor = reading;
  const html = (await visitor.get(page)).text;
  const answer = `${page}/answer?to=${encodeURIComponent(message)}&writer=ann%40partner.example`;
  expect(html).toContain(`href="${answer.replaceAll('&', '&amp;')}"`);
  expect((await visitor.get(answer)).text).toMatch(/name="to"[^>]*value="ann@partner\.example"/);
  await visitor.get(page);
  await visitor.post(`${page}/update`, { customer: 'Kim Berg <kim@customer.example>' });
  const folder = await viewer.test.desk.reader.read(ticket);
  expect(folder?.ticket.customer).toEqual({ name: 'Kim Berg', address: 'kim@customer.example' });
  // Whoever is the customer is not offered as one.
  expect(await get(page)).not.toContain('value="Kim Berg &lt;kim@customer.example&gt;"');
});

it('stands on paper whole, with its pictures', async () => {
  const { page, path } = await receive(threeLevels());
  const paper = await get(`${page}/print`);
  const text = textOf(paper);
  expect(text).toMatch(
    /See the attached mail\.[\s\S]*Fwd: a lamp[\s\S]*From: Ann Partner <ann@partner\.example>[\s\S]*Can you help\?[\s\S]*invoice\.pdf[\s\S]*The lamp itself[\s\S]*It is dark/i,
  );
  expect(paper).toContain(`src="${path}/attachments/1.2?inline"`);
});

it('a report with the header of our mail alone says that it is no more', async () => {
  const raw = [
    'From: Somebody <some@customer.example>',
    'To: support@localhost',
    'Subject: The header',
    'Message-ID: <header@customer.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: text/rfc822-headers',
    'Content-Disposition: attachment',
    '',
    'From: Kim <kim@customer.example>',
    'Subject: Only a head',
    'X-Secret: words',
    '',
    '--o--',
    '',
  ].join('\r\n');
  const text = textOf(await get((await receive(raw)).page));
  expect(text).toContain('Only a head');
  expect(text).toContain('Only the header of this mail came with it.');
  expect(text).not.toContain('X-Secret');
});

it('many attached mails are opened up to a bound, the others are one click away', async () => {
  const mail = (at: number) =>
    mixed({ From: 'Kim <kim@customer.example>', Subject: `Number ${at}` }, [
      textPart(`Words ${at}`),
    ]);
  const raw = mixed({ From: 'Lou <lou@customer.example>', Subject: 'Many' }, [
    textPart('Here'),
    ...Array.from({ length: 60 }, (_, at) => mailPart(mail(at))),
    filePart('a.bin', Buffer.from('x')),
  ]);
  const { page, path } = await receive(raw);
  const html = await get(page);
  expect(html.match(/<details class="inner-mail"/g)).toHaveLength(40);
  expect(html.match(/<p class="inner-mail shut"/g)).toHaveLength(20);
  expect(await get(`${path}/mails/59`)).toContain('Words 59');
});

it('of a message with a virus nothing is opened', async () => {
  const { ticket, message, path } = await receive(threeLevels());
  const { reader } = viewer.test.desk;
  const folder = await reader.read(ticket);
  const event = folder?.messages.find((each) => each.event.name === message)?.event;
  if (event === undefined) throw new Error(`There is no message ${path}`);
  const infected = {
    ...event,
    fields: new Map([...event.fields, ['virus', ['found; name=Eicar']]]),
  };
  const mails = createInnerMails({
    attached: createAttachedMails({ reader }),
    renderer: { inspectHtml },
  });
  expect((await mails.findAll(ticket, [event])).size).toBe(1);
  expect((await mails.findAll(ticket, [infected])).size).toBe(0);
  expect(await mails.find(ticket, event, [1])).toBeDefined();
  expect(await mails.find(ticket, infected, [1])).toBeUndefined();
});
