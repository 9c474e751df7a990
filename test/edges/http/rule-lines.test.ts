import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeEach(async () => {
  viewer = await startViewer();
});

afterEach(() => viewer.close());

it('conversation and history say which rule did what, once, in the language of the reader', async () => {
  await writeFile(
    join(viewer.test.directory, 'config/rules/x.yaml'),
    `
rules:
  - {name: "<b>bills</b>", then: {queue: Billing, priority: high, tags: [paper], owner: anna}}
  - {name: silent, then: {auto-reply: no}}
  - {name: idle, then: {stop: yes}}
`,
  );
  await viewer.test.desk.rules.load();
  expect(viewer.test.desk.rules.problems()).toEqual([]);
  const { ticket } = await viewer.test.receive(plainMail());
  const visitor = await viewer.member();

  for (const path of [`/tickets/${ticket}`, `/tickets/${ticket}/history`]) {
    const page = await visitor.get(path);
    const words = textOf(page.text).replaceAll(/\s+/g, ' ');
    for (const sentence of [
      'Rule “ <b>bills</b> ” put it into Billing',
      'Rule “ <b>bills</b> ” set the priority to “High”',
      'Rule “ <b>bills</b> ” added the tag paper',
      'Rule “ <b>bills</b> ” gave it to Anna Adler',
      'Rule “ silent ” says that nobody is answered automatically',
      'Rule “ idle ” applied and changed nothing in the end',
    ])
      expect(words).toContain(sentence);
    expect(words).not.toContain('The priority is now');
    expect(words).not.toContain(' Put into ');
    expect(page.text).not.toContain('<b>bills');
  }

  await visitor.post('/language', { language: 'de', back: '/' });
  expect(textOf((await visitor.get(`/tickets/${ticket}/history`)).text)).toContain(
    'hat es in Billing gelegt',
  );
});
