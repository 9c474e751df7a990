/**
 * The main road of a desk where files are as on Windows and macOS: upper and lower case are one, `:` and other signs cannot be in
 * a name, the separator is `;`. A name that cannot be fails the test.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { createFoldingFiles, type FoldingFiles } from '../helpers/folding-files.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor } from '../helpers/visitor.ts';

let desk: TestApp | undefined;
afterEach(() => desk?.stop());

const by = { kind: 'agent', login: 'admin' } as const;

async function start(directory: string, files: FoldingFiles): Promise<TestApp> {
  desk = await startTestApp({ directory, files, settings: { infoSeparator: ';', views: 'all' } });
  return desk;
}

async function send(app: TestApp, id: string, more: Record<string, string> = {}) {
  const reply = await app.send(
    plainMail({ Subject: `Lamp ${id}`, 'Message-ID': `<${id}@customer.example>`, ...more }),
  );
  await app.settled();
  const number = / ([0-9]{14})\b/.exec(reply)?.[1] ?? '';
  if (!isTicketNumber(number)) throw new Error(`No ticket: ${reply}`);
  return number;
}

async function run(
  app: TestApp,
  number: TicketNumber,
  ...commands: Parameters<typeof app.desk.tickets.run>[1][]
): Promise<void> {
  for (const command of commands) {
    const done = await app.desk.tickets.run(number, command, by);
    expect(done.ok, JSON.stringify(done)).toBe(true);
  }
  await app.settled();
}

/** Every path below the directory. */
const paths = (directory: string) => readdir(directory, { recursive: true });

describe('a desk on a disk of Windows or macOS', () => {
  it('takes mail, answers it, merges, closes and reopens, and starts again with all of it', async () => {
    const directory = await makeTemporaryDirectory();
    const files = createFoldingFiles(directory);
    const app = await start(directory, files);
    const lamp = await send(app, 'a');
    const chair = await send(app, 'b');
    const agent = createVisitor(app.url);
    await agent.get(app.started.firstLogin?.path ?? '');
    await agent.post(app.started.firstLogin?.path ?? '', {});
    await agent.open(`/tickets/${lamp}`);
    const draft = await app.desk.drafts.save(lamp, {
      login: 'admin',
      id: undefined,
      revision: undefined,
      fields: {
        writing: 'note',
        message: undefined,
        state: '',
        to: '',
        cc: '',
        seen: [],
        subject: '',
        text: 'half',
      },
      add: [{ name: 'NUL: a/b?.txt', type: 'text/plain', bytes: Buffer.from('x') }],
    });
    expect(draft.ok).toBe(true);
    const to = [{ name: 'Kim', address: 'kim@customer.example' }];
    await run(
      app,
      lamp,
      { kind: 'reply', to, cc: [], text: 'Screw in a bulb.' },
      { kind: 'note', text: 'Bulbs are in room seven.' },
      { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Billing' }] },
    );
    await run(app, chair, { kind: 'merge', into: lamp });
    await run(app, lamp, {
      kind: 'update',
      changes: [{ kind: 'set', field: 'state', value: 'closed' }],
    });
    await send(app, 'c', { 'In-Reply-To': '<a@customer.example>' });
    await app.app.sweep();
    const before = await app.desk.store.read(lamp);
    expect(before?.messages.find(({ event }) => event.kind === 'mail-in')?.flags).toBe('RS');
    expect((await readdir(join(app.desk.folderPath(lamp), 'cur'))).join()).toMatch(/;2,RS/);
    expect(before?.ticket).toMatchObject({ state: 'open', queue: 'Billing' });
    const linked = (await paths(join(directory, 'views'))).filter((path) => path.includes(lamp));
    expect(linked).toContain(`queue/Billing/open/${lamp}`);

    expect(files.refused).toEqual([]);
    const all = (await paths(directory)).filter((path) => !path.startsWith('views/'));
    const keys = all.map((path) => path.toLowerCase());
    expect(new Set(keys).size).toBe(all.length);
    // Windows gives a path 260 characters, of which the desk's directory has the first fifty.
    expect(all.filter((path) => path.length > 200)).toEqual([]);

    await app.halt();
    const again = await start(directory, createFoldingFiles(directory));
    await again.settled();
    const after = await again.desk.store.read(lamp);
    expect(after?.ticket).toEqual(before?.ticket);
    expect(after?.messages.map(({ flags }) => flags)).toEqual(
      before?.messages.map(({ flags }) => flags),
    );
    expect(after?.drafts).toHaveLength(1);
  });
});
