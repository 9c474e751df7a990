import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import type { BulkAction } from '../../src/services/bulk-action.ts';
import type { Selection } from '../../src/services/bulk-plan.ts';
import { anna, ben, openTidyingDesk, type TidyingDesk } from './tidying-desk.ts';

let test: TidyingDesk;

beforeEach(async () => {
  test = await openTidyingDesk();
});
afterEach(() => test.close());

const close: BulkAction = {
  kind: 'change',
  changes: [{ kind: 'set', field: 'state', value: 'closed' }],
};

async function plan(selection: Selection, action: BulkAction = close, actor: Actor = anna) {
  const planned = await test.desk.bulk.plan({ selection, action, actor });
  if (!planned.ok) throw new Error(planned.refusal.code);
  return planned.value;
}

function chosen(...numbers: readonly TicketNumber[]): Selection {
  return { kind: 'tickets', numbers };
}

async function run(id: string) {
  const done = await test.desk.bulk.run(id);
  if (!done.ok) throw new Error(done.refusal.code);
  return done.value;
}

async function statesOf(numbers: readonly TicketNumber[]): Promise<readonly string[]> {
  return Promise.all(numbers.map(async (number) => (await test.ticketOf(number)).state));
}

async function batchesIn(number: TicketNumber): Promise<readonly (string | undefined)[]> {
  const folder = await test.desk.store.read(number);
  return (folder?.messages ?? []).flatMap(({ event }) => event.fields.get('batch') ?? []);
}

const fileOf = (id: string) => join(test.directory, 'index/batches', `${id}.jsonl`);

async function three(): Promise<readonly TicketNumber[]> {
  return [await test.open('a'), await test.open('b'), await test.open('c')];
}

describe('a bulk action', () => {
  it('over a search says first what it will change, and what not and why', async () => {
    const numbers = await three();
    const [one, two, other] = numbers;
    if (one === undefined || two === undefined || other === undefined) throw new Error('Three');
    await test.set(one, 'state=closed');
    await test.set(two, 'queue=Billing');
    await test.desk.index.settled();
    const all = await plan({ kind: 'query', text: '' }, close, ben);
    expect(all.tickets).toEqual([other]);
    expect(all.skipped.map(({ number, reason }) => [number, reason.code])).toEqual([
      [one, 'nothing-to-change'],
      [two, 'not-allowed'],
    ]);
    expect(await statesOf(numbers)).toEqual(['closed', 'new', 'new']);
  });

  it('changes each ticket by the one road, with the id of the batch', async () => {
    const numbers = await three();
    const { id } = await plan(chosen(...numbers));
    expect((await test.desk.bulk.read(id))?.state).toBe('planned');
    const batch = await run(id);
    expect(batch).toMatchObject({ state: 'ended', done: numbers, refused: [] });
    expect(await statesOf(numbers)).toEqual(['closed', 'closed', 'closed']);
    for (const number of numbers) expect(await batchesIn(number)).toEqual([id]);
    expect(await run(id)).toMatchObject({ state: 'ended' });
    for (const number of numbers) expect(await batchesIn(number)).toEqual([id]);
  });

  it('is taken back as a whole, and that too; what was changed since stays and is named', async () => {
    const numbers = await three();
    const [, two] = numbers;
    if (two === undefined) throw new Error('Three');
    const { id } = await plan(chosen(...numbers));
    await run(id);
    await test.set(two, 'state=open', ben);
    const back = await test.desk.bulk.planUndo(id, anna);
    if (!back.ok) throw new Error(back.refusal.code);
    expect(back.value.skipped).toMatchObject([{ number: two, reason: { code: 'changed-since' } }]);
    await run(back.value.id);
    expect(await statesOf(numbers)).toEqual(['new', 'open', 'new']);
    const again = await test.desk.bulk.planUndo(back.value.id, anna);
    if (!again.ok) throw new Error(again.refusal.code);
    await run(again.value.id);
    expect(await statesOf(numbers)).toEqual(['closed', 'open', 'closed']);
    expect(await test.desk.bulk.planUndo(back.value.id, anna)).toMatchObject({
      refusal: { code: 'batch-undone' },
    });
  });

  it('with a reason keeps it as a note, but only where there is something to close', async () => {
    const numbers = await three();
    const [one, two] = numbers;
    if (one === undefined || two === undefined) throw new Error('Three');
    await test.set(one, 'state=closed');
    const { id, skipped } = await plan(chosen(one, two), { ...close, reason: 'Sale is over' });
    expect(skipped.map(({ number }) => number)).toEqual([one]);
    await run(id);
    const last = (await test.desk.store.read(two))?.messages.at(-1)?.event;
    expect([last?.kind, last?.mail.snippet, (await test.ticketOf(two)).state]).toEqual([
      'note',
      'Sale is over',
      'closed',
    ]);
  });

  it('merges all into the oldest, and parts them again', async () => {
    const numbers = await three();
    const [one, two, other] = numbers;
    if (one === undefined || two === undefined || other === undefined) throw new Error('Three');
    const planned = await plan(chosen(other, two, one), { kind: 'merge' });
    expect([planned.into, planned.tickets]).toEqual([one, [two, other]]);
    await run(planned.id);
    expect((await test.ticketOf(one)).merged).toEqual(new Set([two, other]));
    const back = await test.desk.bulk.planUndo(planned.id, anna);
    if (!back.ok) throw new Error(back.refusal.code);
    await run(back.value.id);
    expect(await statesOf(numbers)).toEqual(['new', 'new', 'new']);
  });

  it('marks spam, and takes it back', async () => {
    const numbers = await three();
    await run((await plan(chosen(...numbers), { kind: 'spam' })).id);
    expect((await test.desk.index.counts()).find(({ queue }) => queue === 'Junk')?.open).toBe(3);
    await run((await plan(chosen(...numbers), { kind: 'not-spam' })).id);
    for (const number of numbers) expect((await test.ticketOf(number)).queue).toBe('Support');
  });

  it('that was stopped says how far it came, is gone on with, and does nothing twice', async () => {
    const numbers = await three();
    const [one, two] = numbers;
    if (one === undefined || two === undefined) throw new Error('Three');
    const { id } = await plan(chosen(...numbers));
    // As a crash leaves it: two are done, the word of the second was lost on its way.
    for (const number of [one, two])
      await test.desk.tickets.run(
        number,
        { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
        anna,
        { batch: id },
      );
    await appendFile(fileOf(id), '{"kind":"started"}\n');
    await appendFile(fileOf(id), `${JSON.stringify({ kind: 'done', number: one })}\n{"kind":"do`);
    expect(await test.desk.bulk.read(id)).toMatchObject({
      started: true,
      ended: false,
      done: [one],
    });
    expect(await run(id)).toMatchObject({ state: 'ended', done: numbers });
    for (const number of numbers) expect(await batchesIn(number)).toEqual([id]);
  });

  it('is taken back also when its record is lost', async () => {
    const numbers = await three();
    const { id } = await plan(chosen(...numbers));
    await run(id);
    await rm(fileOf(id));
    const back = await test.desk.bulk.planUndo(id, anna);
    if (!back.ok) throw new Error(back.refusal.code);
    await run(back.value.id);
    expect(await statesOf(numbers)).toEqual(['new', 'new', 'new']);
  });

  it('asks again when the turn of a ticket comes', async () => {
    const [one, two] = await three();
    if (one === undefined || two === undefined) throw new Error('Three');
    const { id } = await plan(chosen(one, two));
    await test.set(one, 'state=closed', ben);
    expect(await run(id)).toMatchObject({
      done: [two],
      refused: [{ number: one, reason: { code: 'nothing-to-change' } }],
    });
  });
});

describe('refusals', () => {
  it.each([
    ['nothing-chosen', { kind: 'tickets', numbers: [] }],
    ['unknown-field', { kind: 'query', text: 'colour:red' }],
  ] as const)('%s', async (code, selection) => {
    expect(await test.desk.bulk.plan({ selection, action: close, actor: anna })).toMatchObject({
      ok: false,
      refusal: { code },
    });
  });

  it('unknown-batch', async () => {
    expect(await test.desk.bulk.run('nosuchbatch')).toMatchObject({
      refusal: { code: 'unknown-batch' },
    });
    expect(await test.desk.bulk.planUndo('../../etc', anna)).toMatchObject({
      refusal: { code: 'unknown-batch' },
    });
  });

  it('a record that is no record is none', async () => {
    const { id } = await plan(chosen(await test.open('a')));
    const text = await readFile(fileOf(id), 'utf8');
    await writeFile(fileOf(id), text.slice(0, 40));
    expect(await test.desk.bulk.read(id)).toBeUndefined();
  });

  it('tickets that the actor may not see are not spoken of', async () => {
    await writeFile(
      join(test.directory, 'config/queues/billing.yaml'),
      'name: Billing\nrights:\n  lead: [see]\n',
    );
    await test.desk.config.reload();
    const one = await test.open('a');
    const run = await test.desk.tickets.run(
      one,
      { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Billing' }] },
      { kind: 'user', account: 'root' },
    );
    expect(run.ok).toBe(true);
    const request = { selection: { kind: 'query', text: '' }, action: close, actor: ben } as const;
    expect(await test.desk.bulk.plan(request)).toMatchObject({
      refusal: { code: 'nothing-chosen' },
    });
  });
});
