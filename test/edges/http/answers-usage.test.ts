import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let visitor: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  visitor = await viewer.member();
}, 90_000);
afterAll(() => viewer.close());

it('shows what is used, what is not, and what is answered by hand again and again', {
  timeout: 90_000,
}, async () => {
  const { desk, directory } = viewer.test;
  await mkdir(join(directory, 'config/answers'), { recursive: true });
  await writeFile(
    join(directory, 'config/answers/hours.en.md'),
    '---\ntitle: Opening hours\n---\nWe open at nine.\n',
  );
  await desk.answers.load();
  for (const at of [1, 2, 3]) {
    const { ticket } = await viewer.test.receive(
      plainMail(
        { Subject: `Parking ${at}`, 'Message-ID': `<parking${at}@x.example>` },
        'Where can I park my car near your shop?',
      ),
    );
    const answered = await desk.tickets.run(
      ticket,
      {
        kind: 'reply',
        to: [{ name: 'Kim Berg', address: 'kim@customer.example' }],
        cc: [],
        text: 'Please park behind the house.',
      },
      { kind: 'agent', login: 'anna' },
    );
    expect(answered.ok).toBe(true);
  }
  await desk.suggestions.settled();
  const page = await visitor.get('/answers/usage');
  expect([page.status, viewer.lines.filter(({ level }) => level === 'error')]).toEqual([200, []]);
  const text = textOf(page.text);
  expect(text).toContain('3 similar answers written by hand: make it a module?');
  expect(text).toContain('3 answers were sent, 0 of them with a module: 0 %');
  expect(text).toContain('Opening hours Never used');
  expect(page.text).toContain('/answers/new?title=Parking');
  expect((await visitor.get('/answers/usage?days=90')).status).toBe(200);
});
