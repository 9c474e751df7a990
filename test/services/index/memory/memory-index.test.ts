import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { minute, second, systemClock } from '../../../../src/base/clock.ts';
import { toMessageId } from '../../../../src/core/message/message-id.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import { folderOf, type TicketNumber } from '../../../../src/core/ticket/number.ts';
import type {
  IndexChange,
  ListRequest,
  TicketIndex,
} from '../../../../src/services/index/index.ts';
import {
  createMemoryIndex,
  type MemoryIndexOptions,
} from '../../../../src/services/index/memory/memory-index.ts';
import { createTextService } from '../../../../src/services/index/memory/text-service.ts';
import { type FileOps, nodeFiles } from '../../../../src/storage/files.ts';
import type { TicketReader, TicketWriter } from '../../../../src/storage/ticket-store.ts';
import { createFakeClock } from '../../../helpers/clock.ts';
import { openStore } from '../../../helpers/desk-parts.ts';
import {
  createFakeTickets,
  type EventSketch,
  fakeFile,
  fakeFolder,
  fakeNumber,
} from '../../../helpers/fake-tickets.ts';
import { createTestLog, type TestLog } from '../../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../../helpers/temp.ts';

let root: string;
let log: TestLog;
let open: TicketIndex[];

beforeEach(async () => {
  root = await makeTemporaryDirectory();
  log = createTestLog();
  open = [];
  return async () => {
    for (const index of open) await index.close();
  };
});

interface Opening {
  readonly reader: TicketReader;
  readonly files?: FileOps;
  readonly clock?: typeof systemClock;
  readonly text?: MemoryIndexOptions['text'];
}

function openIndex({
  reader,
  files = nodeFiles,
  clock = systemClock,
  text = 'here',
}: Opening): TicketIndex {
  const index = createMemoryIndex(
    { reader, files, clock, log },
    { tickets: join(root, 'tickets'), index: join(root, 'index'), infoSeparator: ':', text },
  );
  open.push(index);
  return index;
}

async function list(index: TicketIndex, text = '', more: Partial<ListRequest> = {}) {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(`${text} is no query`);
  const answer = await index.list({
    query: query.value,
    sort: 'number',
    descending: false,
    limit: 500,
    ...more,
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.value;
}

async function found(index: TicketIndex, text: string): Promise<readonly TicketNumber[]> {
  await index.settled();
  return (await list(index, text)).records.map(({ number }) => number);
}

const pathOf = (number: TicketNumber, ...rest: readonly string[]) =>
  join(root, 'tickets', ...folderOf(number), ...rest);

/** As another program would make a ticket. */
async function makeFolder(
  number: TicketNumber,
  ...sketches: readonly EventSketch[]
): Promise<void> {
  for (const part of ['tmp', 'new', 'cur']) await mkdir(pathOf(number, part), { recursive: true });
  for (const sketch of sketches) await putFile(number, sketch);
}

async function putFile(number: TicketNumber, sketch: EventSketch): Promise<void> {
  await writeFile(pathOf(number, 'new', sketch.name), fakeFile(sketch));
}

/** Gives a ticket's directories a past in which nothing is racy any more. */
async function age(number: TicketNumber): Promise<void> {
  const past = new Date(Date.now() - 60_000);
  for (const part of ['new', 'cur']) {
    // A young file of a name without a size may still be growing.
    for (const name of await readdir(pathOf(number, part)))
      await utimes(pathOf(number, part, name), past, past);
    await utimes(pathOf(number, part), past, past);
  }
}

const one = fakeNumber(1);
const two = fakeNumber(2);
const lamp: EventSketch = {
  name: '1.a',
  subject: 'Lamp',
  text: 'It is dark.',
  changes: ['queue=Support'],
  messageId: 'lamp@d',
};
const bill: EventSketch = {
  name: '1.b',
  subject: 'Bill',
  text: 'Too much.',
  changes: ['queue=Billing', 'state=open'],
};

describe('the index over real folders', () => {
  let store: TicketWriter;

  beforeEach(async () => {
    store = await openStore(root);
  });

  it('knows every ticket once it is ready', async () => {
    await makeFolder(one, lamp);
    await makeFolder(two, bill);
    const index = openIndex({ reader: store });
    await index.ready(minute);
    expect(index.isReady()).toBe(true);
    expect(await found(index, '')).toEqual([one, two]);
    expect(await found(index, 'queue:Billing')).toEqual([two]);
    expect(await found(index, 'dark')).toEqual([one]);
    expect(await index.counts()).toEqual([
      { queue: 'Billing', open: 1, fresh: 0 },
      { queue: 'Support', open: 1, fresh: 1 },
    ]);
    expect(await index.findMessage(toMessageId('lamp@d'))).toEqual([
      { ticket: one, name: '1.a', content: undefined },
    ]);
    expect((await list(index)).complete).toBe(true);
  });

  it('passes over folders that are no tickets', async () => {
    await makeFolder(one, lamp);
    await mkdir(join(root, 'tickets', '2026', '11', '24', two, 'new'), { recursive: true });
    await mkdir(join(root, 'tickets', '2026', '11', '23', '20261123000199', 'new'), {
      recursive: true,
    });
    await mkdir(join(root, 'tickets', '2026', '11', '23', 'notes'), { recursive: true });
    await writeFile(join(root, 'tickets', 'README'), 'hello');
    const index = openIndex({ reader: store });
    await index.ready(minute);
    expect(await found(index, '')).toEqual([one]);
  });

  it('shows at the sweep what others added, flagged, moved and removed', async () => {
    await makeFolder(one, lamp);
    await makeFolder(two, bill, { name: '2.c', at: 1, kind: 'note', text: 'a remark' });
    const index = openIndex({ reader: store });
    await index.ready(minute);
    const changes: IndexChange[] = [];
    index.onChange((change) => changes.push(change));

    await putFile(one, { name: '2.d', at: 1, kind: 'update', changes: ['state=closed'] });
    await rename(pathOf(two, 'new', '1.b'), pathOf(two, 'cur', '1.b:2,S'));
    expect(await index.sweep()).toMatchObject({ tickets: 2, changed: 2, gone: 0 });
    const told = changes.map(({ number, record }) => [number, record?.state, record?.flags]);
    expect(told.sort()).toEqual([
      [one, 'closed', undefined],
      [two, 'open', ['1.b:S']],
    ]);

    await rename(pathOf(two, 'new', '2.c'), pathOf(one, 'new', '2.c'));
    expect(await index.sweep()).toMatchObject({ changed: 2, gone: 0 });
    expect(await found(index, 'remark')).toEqual([one]);

    await rm(pathOf(two), { recursive: true });
    expect(await index.sweep()).toMatchObject({ tickets: 1, gone: 1 });
    expect(await found(index, '')).toEqual([one]);
    expect(await found(index, '"too much"')).toEqual([]);
    expect(changes.at(-1)).toEqual({ number: two, record: undefined, isNew: false });
    expect(await index.find(two)).toBeUndefined();
  });

  it('reads no folder again whose directories are as they were', async () => {
    await makeFolder(one, lamp);
    await makeFolder(two, bill);
    await age(one);
    const read: TicketNumber[] = [];
    const counting: TicketReader = {
      ...store,
      read: (number) => {
        read.push(number);
        return store.read(number);
      },
    };
    const index = openIndex({ reader: counting });
    await index.ready(minute);
    expect(read.splice(0).sort()).toEqual([one, two]);
    // The directories of the second changed just before they were read: a change may have hidden there.
    await index.sweep();
    expect(read.splice(0)).toEqual([two]);
    await age(two);
    await index.sweep();
    await index.sweep();
    expect(read).toEqual([two]);
  });

  it('starts from its snapshot, and finds what changed while it was away', async () => {
    await makeFolder(one, lamp);
    await makeFolder(two, bill);
    await Promise.all([age(one), age(two)]);
    const before = openIndex({ reader: store });
    await before.ready(minute);
    const records = (await list(before)).records;
    await before.close();
    expect(await readdir(join(root, 'index'))).toEqual(['catalogue.jsonl']);

    await putFile(two, { name: '2.e', at: 1, kind: 'note', text: 'changed while away' });
    const read: TicketNumber[] = [];
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow: TicketReader = {
      ...store,
      async *numbers() {
        await held;
        yield* store.numbers();
      },
      read: (number) => {
        read.push(number);
        return store.read(number);
      },
    };
    const after = openIndex({ reader: slow });
    const early = await list(after);
    expect(early.records).toEqual(records);
    expect(early.complete).toBe(false);
    expect(after.isReady()).toBe(false);
    goOn();
    await after.ready(minute);
    expect(read).toEqual([two]);
    expect(await found(after, '"while away"')).toEqual([two]);
  });

  it('takes the folder that a change just made, and looks at it again at the sweep', async () => {
    const index = openIndex({ reader: store });
    await index.ready(minute);
    const content = {
      kind: 'composed',
      bytes: Buffer.from('Subject: By hand\n\nfirst words\n'),
    } as const;
    const draft = {
      kind: 'note',
      actor: { kind: 'agent', login: 'anna' },
      changes: [],
      fields: [],
    } as const;
    const { number, ...folder } = await store.create('20261123', { draft, content });
    await index.apply(number, { number, ...folder });
    expect(await found(index, '"first words"')).toEqual([number]);
    await putFile(number, { name: '9.z', at: 1, text: 'added by hand' });
    await index.sweep();
    expect(await found(index, '"by hand" added')).toEqual([number]);
  });

  it('is never behind after changes came in the wrong order', async () => {
    await makeFolder(one, lamp);
    const index = openIndex({ reader: store });
    await index.ready(minute);
    const older = await store.read(one);
    await putFile(one, { name: '2.d', at: 1, kind: 'update', changes: ['state=closed'] });
    const newer = await store.read(one);
    await Promise.all([index.apply(one, newer), index.apply(one, older), index.apply(one)]);
    expect((await index.find(one))?.state).toBe('closed');
  });

  it('goes on when one ticket cannot be read, and tries it again', async () => {
    await makeFolder(one, lamp);
    await makeFolder(two, bill);
    let isBroken = true;
    const flaky: TicketReader = {
      ...store,
      read: async (number) => {
        if (isBroken && number === one) throw new Error('The disk is tired');
        return store.read(number);
      },
    };
    log.expectLog('index.ticket-unreadable');
    const index = openIndex({ reader: flaky });
    await index.ready(minute);
    expect(await found(index, '')).toEqual([two]);
    isBroken = false;
    await index.sweep();
    expect(await found(index, '')).toEqual([one, two]);
  });

  it('promises a second sweep to who asks while one runs', async () => {
    let goOn = () => {};
    let held = Promise.resolve();
    const slow: TicketReader = {
      ...store,
      async *numbers() {
        const numbers: TicketNumber[] = [];
        for await (const number of store.numbers()) numbers.push(number);
        await held;
        yield* numbers;
      },
    };
    const index = openIndex({ reader: slow });
    await index.ready(minute);
    held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const sweeps = [index.sweep(), index.sweep(), index.sweep()];
    await index.find(one);
    await makeFolder(one, lamp);
    goOn();
    const [, next, same] = await Promise.all(sweeps);
    expect(next?.tickets).toBe(1);
    expect(same).toBe(next);
  });

  it('survives a listener that fails', async () => {
    await makeFolder(one, lamp);
    log.expectLog('index.listener-failed');
    const index = openIndex({ reader: store });
    index.onChange(() => {
      throw new Error('No page is open');
    });
    await index.ready(minute);
    expect(await found(index, '')).toEqual([one]);
  });
});

describe('the index over any reader', () => {
  it('refuses to be ready before its first sweep is through', async () => {
    const clock = createFakeClock();
    const tickets = createFakeTickets();
    const stuck: TicketReader = {
      ...tickets,
      async *numbers() {
        await new Promise(() => {});
        yield one;
      },
    };
    const index = createMemoryIndex(
      { reader: stuck, files: nodeFiles, clock, log },
      { tickets: root, index: join(root, 'index'), infoSeparator: ':', text: 'here' },
    );
    const waiting = expect(index.ready(10 * second)).rejects.toMatchObject({
      code: 'not-ready',
      retry: 'later',
    });
    await clock.advance(10 * second);
    await waiting;
  });

  it('sweeps again a little later when the folders cannot be listed at first', async () => {
    const clock = createFakeClock();
    const tickets = createFakeTickets();
    tickets.append(one, lamp);
    let failures = 2;
    const flaky: TicketReader = {
      ...tickets,
      numbers() {
        if (failures > 0) {
          failures -= 1;
          throw new Error('The disk is away');
        }
        return tickets.numbers();
      },
    };
    log.expectLog('index.sweep-failed');
    const index = openIndex({ reader: flaky, clock });
    const ready = index.ready(minute);
    // Time goes on while the index waits, beside whom it makes wait; the disk takes none of it.
    let waitedFor = 0;
    while (!index.isReady()) {
      const failed = log.lines.filter(({ event }) => event === 'index.sweep-failed').length;
      await (failed > waitedFor ? clock.advance(5 * second) : new Promise(setImmediate));
      waitedFor = failed;
    }
    await ready;
    expect((await list(index)).total).toBe(1);
  });

  it('gives every record once, in slices', async () => {
    const tickets = createFakeTickets();
    for (let counter = 1; counter <= 1100; counter += 1)
      tickets.append(fakeNumber(counter), { name: `${counter}.a` });
    const index = openIndex({ reader: tickets });
    for await (const number of tickets.numbers()) await index.apply(number);
    const sizes: number[] = [];
    const numbers = new Set<string>();
    for await (const slice of index.records()) {
      sizes.push(slice.length);
      for (const { number } of slice) numbers.add(number);
    }
    expect(sizes).toEqual([500, 500, 100]);
    expect([...numbers].sort()).toEqual([...tickets.sketches.keys()].sort());
  });

  it('refuses a cursor that it did not make', async () => {
    const index = openIndex({ reader: createFakeTickets() });
    const query = { terms: [] };
    expect(
      await index.list({ query, sort: 'updated', descending: true, limit: 5, after: 'nonsense' }),
    ).toEqual({
      ok: false,
      refusal: { code: 'bad-cursor', cursor: 'nonsense' },
    });
  });

  it('says after any run of changes what an index says that is built anew', async () => {
    const change = fc.constantFrom(
      'state=closed',
      'state=open',
      'queue=Billing',
      'owner=anna',
      '+tag=vip',
      'priority=high',
    );
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('append' as const),
        ticket: fc.integer({ min: 1, max: 4 }),
        at: fc.integer({ min: 0, max: 9 }),
        text: fc.constantFrom('lamp dark', 'bill', 'dark bill lamp'),
        changes: fc.array(change, { maxLength: 2 }),
        isTold: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('remove' as const), ticket: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('drop' as const), ticket: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('sweep' as const) }),
    );
    const queries = [
      '',
      'is:open',
      'queue:Billing',
      'dark',
      '"dark bill"',
      '-lamp',
      'tag:vip bill',
      'owner:none',
    ];

    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const tickets = createFakeTickets();
        const text = textOf(tickets);
        const fakes = { reader: tickets, files: withoutDisk, clock: createFakeClock(), text };
        const live = openIndex(fakes);
        let count = 0;
        for (const each of steps) {
          if (each.kind === 'sweep') {
            await live.sweep();
            continue;
          }
          const number = fakeNumber(each.ticket);
          const events = tickets.sketches.get(number) ?? [];
          if (each.kind === 'append') {
            count += 1;
            const folder = tickets.append(number, { ...each, kind: 'mail-in', name: `m${count}` });
            await live.apply(number, each.isTold ? folder : undefined);
          } else if (each.kind === 'drop' && events.length > 1) {
            tickets.sketches.set(number, events.slice(1));
            await live.apply(number);
          } else {
            tickets.sketches.delete(number);
            await live.apply(number);
          }
        }
        const rebuilt = openIndex(fakes);
        for (const index of [live, rebuilt]) {
          await index.ready(minute);
          await index.settled();
        }
        for (const query of queries)
          expect(await list(live, query)).toEqual(await list(rebuilt, query));
        expect(await live.counts()).toEqual(await rebuilt.counts());
        await Promise.all([live.close(), rebuilt.close()]);
      }),
      { numRuns: 60 },
    );
  });
});

/** Snapshots go nowhere, and none is there. */
const withoutDisk: FileOps = {
  ...nodeFiles,
  readFile: async (path) => nodeFiles.readFile(join(path, 'nothing', 'here')),
  createFile: async () => {},
  rename: async () => {},
  makeDirectory: async () => {},
  syncDirectory: async () => {},
};

function textOf(
  tickets: ReturnType<typeof createFakeTickets>,
): NonNullable<MemoryIndexOptions['text']> {
  return ({ onAnswer, onCrash }) => {
    const take = createTextService({
      answer: onAnswer,
      crash: onCrash,
      source: {
        async read(number, { subject }) {
          const events = tickets.sketches.get(number);
          if (events === undefined) return undefined;
          const { messages } = fakeFolder(number, events);
          const body = messages.map(({ event }) => event.mail.snippet);
          return { number, passages: { number: [number], subject: [subject], people: [], body } };
        },
      },
    });
    return { post: take, close: async () => {} };
  };
}
