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

const fields = {
  to: 'kim@customer.example',
  cc: '',
  subject: 'Re: Lamp',
  text: 'My words',
  state: 'open',
  message: '',
};

/** The value of a hidden field. */
const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

let mails = 0;

async function openForm() {
  const { ticket, message } = await viewer.test.receive(plainMail({ Subject: `Lamp ${++mails}` }));
  const page = await visitor.get(`/tickets/${ticket}/answer`);
  const seen = hidden(page.text, 'seen');
  return {
    ticket,
    path: `/tickets/${ticket}/answer`,
    typed: { ...fields, message, seen, revision: '0', draft: '' },
  };
}

it('without a script a draft is kept by its button, and is there again', async () => {
  const { path, typed, ticket } = await openForm();
  const kept = await visitor.post(path, { ...typed, do: 'keep' });
  expect(kept.location).toMatch(new RegExp(`^${path}\\?draft=[a-z0-9]{20}$`));
  const again = await visitor.get(path);
  expect(again.text).toContain('My words</textarea>');
  expect(hidden(again.text, 'revision')).toBe('1');
  expect(textOf(again.text)).toContain('Draft kept');
  const page = await visitor.get(`/tickets/${ticket}`);
  expect(textOf(page.text)).toContain('is not sent yet. My words');
  const gone = await visitor.post(path, {
    ...typed,
    draft: hidden(again.text, 'draft'),
    do: 'discard',
  });
  expect(gone.location).toBe(`/tickets/${ticket}`);
  expect(textOf((await visitor.get(gone.location)).text)).toContain('The draft is thrown away.');
});

it('a script keeps it and is told its number; an older window is refused', async () => {
  const { path, typed, ticket } = await openForm();
  const keep = async (more: Record<string, string>) => {
    const answer = await visitor.post(`/tickets/${ticket}/draft`, {
      ...typed,
      writing: 'answer',
      ...more,
    });
    return [answer.status, JSON.parse(answer.text)] as const;
  };
  const [status, first] = await keep({});
  expect([status, first.revision]).toEqual([200, 1]);
  expect(first.says).toMatch(/^Draft kept \d\d:\d\d$/);
  expect(await keep({ draft: first.draft, revision: '1' })).toMatchObject([200, { revision: 2 }]);
  expect(await keep({ draft: first.draft, revision: '1' })).toMatchObject([
    409,
    { code: 'draft-changed' },
  ]);
  expect(await keep({ draft: first.draft, revision: '1', over: 'yes' })).toMatchObject([
    200,
    { revision: 3 },
  ]);
  const refused = await visitor.post(path, {
    ...typed,
    draft: first.draft,
    revision: '2',
    do: 'keep',
    text: 'Older',
  });
  expect(refused.status).toBe(409);
  expect(textOf(refused.text)).toContain('This draft was changed in another window.');
  // One more click is over it.
  expect(hidden(refused.text, 'revision')).toBe('3');
});

it('a file goes into the draft, is handed to its writer alone, and nothing of it runs', async () => {
  const { path, typed, ticket } = await openForm();
  const page = await visitor.get(path);
  const body = new FormData();
  for (const [name, value] of Object.entries({
    ...typed,
    csrf: hidden(page.text, 'csrf'),
    writing: 'answer',
  }))
    body.append(name, value);
  body.append('files', new File(['<svg onload="alert(1)"/>'], 'x.svg', { type: 'image/svg+xml' }));
  body.append('files', new File([Buffer.from([137, 80])], 'y.png', { type: 'image/png' }));
  const answer = await visitor.fetch(`/tickets/${ticket}/draft/files`, { method: 'POST', body });
  const said = JSON.parse(await answer.text());
  expect(said.added).toMatchObject([
    { name: 'x.svg', isImage: false },
    { name: 'y.png', isImage: true },
  ]);
  const served = (key: string) =>
    visitor.fetch(`/tickets/${ticket}/draft/${said.draft}/files/${encodeURIComponent(key)}`);
  const svg = await served(said.added[0].key);
  expect(svg.headers.get('content-type')).toBe('application/octet-stream');
  expect(svg.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(svg.headers.get('content-security-policy')).toContain('sandbox');
  const png = await served(said.added[1].key);
  expect([png.status, png.headers.get('content-type')]).toEqual([200, 'image/png']);
  await viewer.test.desk.accounts.createLoginToken('ben');
  const stranger = viewer.visitor();
  expect((await stranger.get(`/tickets/${ticket}/draft/${said.draft}/files/x`)).location).toContain(
    '/login',
  );
  const text = `See ![y](cid:${said.added[1].key})`;
  const removed = await visitor.post(path, {
    ...typed,
    draft: said.draft,
    revision: '1',
    text,
    do: `remove:${said.added[1].key}`,
  });
  const after = await visitor.get(removed.location);
  expect(after.text).toContain('See </textarea>');
  expect(after.text).not.toContain('y.png');
});

it('an answer for later is shown, gets another time, and comes back', async () => {
  const { path, typed, ticket } = await openForm();
  const wrong = await visitor.post(path, { ...typed, do: 'later', at: '2001-01-01T09:00' });
  expect([wrong.status, textOf(wrong.text).includes('is no time ahead')]).toEqual([422, true]);
  const sent = await visitor.post(path, { ...typed, do: 'later:+60' });
  expect(sent.location).toBe(`/tickets/${ticket}`);
  const page = await visitor.get(sent.location);
  expect(textOf(page.text)).toMatch(/Your answer goes out (today|tomorrow), \d\d:\d\d\. My words/);
  const id = hidden(page.text, 'draft');
  await visitor.post(`/tickets/${ticket}/draft/later`, { draft: id, later: '+2880' });
  expect(textOf((await visitor.get(sent.location)).text)).toMatch(
    /Your answer goes out \w+ \d+ \w+, \d\d:\d\d/,
  );
  const back = await visitor.post(`/tickets/${ticket}/draft/recall`, { draft: id });
  expect(back.location).toBe(`${path}?draft=${id}`);
  expect((await visitor.get(back.location)).text).toContain('My words</textarea>');
  const again = await visitor.post(`/tickets/${ticket}/draft/recall`, { draft: 'a'.repeat(20) });
  expect(again.status).toBe(409);
});

it('a note is refused to be lost: who did something meanwhile is named above an answer, one more click sends', async () => {
  const { path, typed, ticket } = await openForm();
  await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'note', text: 'Careful' },
    { kind: 'agent', login: 'ben' },
  );
  const refused = await visitor.post(path, { ...typed, do: 'send' });
  expect(refused.status).toBe(409);
  expect(textOf(refused.text)).toMatch(
    /The ticket changed since you opened it\. .* added a note\. Careful/,
  );
  const seen = hidden(refused.text, 'seen');
  const sent = await visitor.post(path, { ...typed, seen, do: 'send' });
  expect(sent.location).toBe(`/tickets/${ticket}`);
});

it('a text that speaks of an attachment asks once', async () => {
  const { path, typed, ticket } = await openForm();
  const text = 'The plan is attached.';
  const asked = await visitor.post(path, { ...typed, text, do: 'send' });
  expect(textOf(asked.text)).toContain('The text speaks of an attachment, and there is none.');
  const sent = await visitor.post(path, {
    ...typed,
    text,
    accepts: hidden(asked.text, 'accepts'),
    do: 'send',
  });
  expect(sent.location).toBe(`/tickets/${ticket}`);
});
