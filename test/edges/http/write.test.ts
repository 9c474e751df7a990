import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let visitor: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  visitor = await viewer.member();
});
afterAll(() => viewer.close());

const receive = (fields: Readonly<Record<string, string>> = {}, text?: string) =>
  viewer.test.receive(plainMail(fields, text));

/** What the form holds, as a browser would send it. */
function fieldsOf(html: string): Record<string, string> {
  const [form = ''] = /<form class="write[\s\S]*?<\/form>/.exec(html) ?? [];
  const decode = (text: string) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of form.matchAll(
    /<input[^>]* name="(\w+)" value="([^"]*)"/g,
  ))
    fields[name] = decode(value);
  fields.text = decode(/<textarea[^>]*>\n([\s\S]*?)<\/textarea>/.exec(form)?.[1] ?? '');
  fields.state = /<option value="([^"]*)" selected/.exec(form)?.[1] ?? '';
  return fields;
}

it('an answer begins with the writer, the subject and what is quoted', async () => {
  const { ticket, message } = await receive(
    { Subject: 'AW: Lamp', From: 'Kim Berg <kim@customer.example>' },
    'First line\n\n> older',
  );
  const fields = fieldsOf(
    (await visitor.get(`/tickets/${ticket}/answer?to=${encodeURIComponent(message)}`)).text,
  );
  expect(fields).toMatchObject({
    to: 'Kim Berg <kim@customer.example>',
    cc: '',
    subject: `Re: [#${ticket}] Lamp`,
    message,
    state: 'open',
  });
  expect(fields.text).toMatch(
    /^\n\nOn 23 November 2026 at 10:00, Kim Berg wrote:\n> First line\n>\n>> older$/,
  );
});

it('answering all takes along everybody but the desk', async () => {
  const { ticket, message } = await receive({
    To: 'Support <support@localhost>, Max <max@customer.example>',
    Cc: 'support+x@localhost, Eva <eva@customer.example>',
  });
  const fields = fieldsOf(
    (await visitor.get(`/tickets/${ticket}/answer?all=1&to=${encodeURIComponent(message)}`)).text,
  );
  expect(fields.cc).toBe('Max <max@customer.example>, Eva <eva@customer.example>');
});

it('a sent answer is filed, waits in the outbox and is shown in the ticket', async () => {
  const { ticket } = await receive({ Subject: 'Bulb' });
  const fields = fieldsOf((await visitor.get(`/tickets/${ticket}/answer`)).text);
  const sent = await visitor.post(`/tickets/${ticket}/answer`, {
    ...fields,
    to: '"Berg, Kim" <kim@customer.example>; second@customer.example',
    text: 'A new bulb helps.\r\nReally.',
    state: 'pending-customer',
  });
  expect([sent.status, sent.location]).toEqual([303, `/tickets/${ticket}`]);
  const page = await visitor.get(sent.location);
  expect(textOf(page.text)).toContain('Your answer waits in the outbox: no smarthost is set.');
  expect(page.text).toContain('A new bulb helps.\nReally.');
  const folder = await viewer.test.desk.store.read(ticket);
  expect(folder?.ticket).toMatchObject({ state: 'pending-customer', owner: 'anna' });
  expect(folder?.messages.at(-1)?.event.mail.to).toEqual([
    { name: 'Berg, Kim', address: 'kim@customer.example' },
    { name: '', address: 'second@customer.example' },
  ]);

  const outbox = textOf((await visitor.get('/outbox')).text);
  expect(outbox).toContain('Mails wait here until a smarthost is set.');
  expect(outbox).toContain(`Re: [#${ticket}] Bulb`);
  expect(outbox).toContain('kim@customer.example and second@customer.example');
});

it.each([
  [{ to: 'nonsense' }, 422, 'Not sent yet. “nonsense” is no mail address.'],
  [{ to: '' }, 422, 'Not sent yet. The answer has no recipient.'],
  [{ text: '  ' }, 422, 'Not sent yet. The text is empty.'],
  [{ state: 'sideways' }, 422, 'Not sent yet. There is no state “sideways”.'],
  [{ message: 'nothing-like-it' }, 404, 'Not sent yet. The ticket has no such message or file.'],
])('a refused answer comes back as it was typed: %j', async (wrong, status, reason) => {
  const { ticket } = await receive();
  const typed = {
    to: 'kim@customer.example',
    cc: 'eva@customer.example',
    subject: 'My own words',
    text: 'What I <typed>',
    state: 'open',
    message: '',
    ...wrong,
  };
  await visitor.get(`/tickets/${ticket}/answer`);
  const refused = await visitor.post(`/tickets/${ticket}/answer`, typed);
  expect(refused.status).toBe(status);
  expect(textOf(refused.text)).toContain(reason);
  const { state: _, ...kept } = typed;
  expect(fieldsOf(refused.text)).toMatchObject({ ...kept, text: typed.text });
  expect(refused.text).toMatch(/role="alert"/);
});

it('a note is filed for us alone', async () => {
  const { ticket } = await receive();
  await visitor.get(`/tickets/${ticket}/note`);
  const filed = await visitor.post(`/tickets/${ticket}/note`, {
    text: 'Careful with this one.',
    state: '',
  });
  expect(filed.location).toBe(`/tickets/${ticket}`);
  const page = textOf((await visitor.get(filed.location)).text);
  expect(page).toContain('Your note is filed.');
  expect(page).toContain('Careful with this one.');
  const folder = await viewer.test.desk.store.read(ticket);
  expect(folder?.messages.at(-1)?.event.kind).toBe('note');
  expect(folder?.ticket.state).toBe('new');
});
