import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor, Change } from '../../src/core/ticket/event.ts';
import { formatTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

const root: Actor = { kind: 'user', account: 'root' };

let test: TestDesk;
let one: TicketNumber;
let two: TicketNumber;

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  [one, two] = [await open('1'), await open('2')];
});

afterEach(() => test.close());

async function open(id: string): Promise<TicketNumber> {
  const mail = plainMail({ 'Message-ID': `<${id}@customer.example>`, Subject: id });
  return (await test.receive(mail)).ticket;
}

function link(
  number: TicketNumber,
  kind: Change['kind'] & ('add' | 'remove'),
  value: string,
  actor = root,
) {
  const changes = [{ kind, set: 'link', value } as const];
  return test.desk.tickets.run(number, { kind: 'update', changes }, actor);
}

async function linksOf(number: TicketNumber): Promise<readonly string[]> {
  return [...((await test.desk.store.read(number))?.ticket.links ?? [])];
}

describe('a link', () => {
  it.each([
    ['related', 'related'],
    ['duplicate', 'duplicate'],
    ['parent', 'child'],
    ['child', 'parent'],
  ])('%s is %s on the other side, and goes from both', async (kind, side) => {
    expect(await link(one, 'add', `${kind}:${two}`)).toMatchObject({ ok: true });
    expect([await linksOf(one), await linksOf(two)]).toEqual([
      [`${kind}:${two}`],
      [`${side}:${one}`],
    ]);
    await link(two, 'remove', `${side}:${one}`);
    expect([await linksOf(one), await linksOf(two)]).toEqual([[], []]);
  });

  it('that a crash left one-sided is completed by asking again', async () => {
    const value = `related:${two}`;
    await test.desk.store.append(one, {
      draft: {
        kind: 'update',
        actor: root,
        changes: [{ kind: 'add', set: 'link', value }],
        fields: [],
      },
      content: { kind: 'composed', bytes: Buffer.from('Subject: x\n\nx\n') },
    });
    expect(await link(one, 'add', value)).toMatchObject({ refusal: { code: 'nothing-to-change' } });
    expect(await linksOf(two)).toEqual([`related:${one}`]);
  });

  it('to itself or to no ticket is refused, and nothing is written', async () => {
    expect(await link(one, 'add', `related:${one}`)).toMatchObject({
      refusal: { code: 'same-ticket' },
    });
    const missing = formatTicketNumber('20200101', 7);
    expect(await link(one, 'add', `parent:${missing}`)).toMatchObject({
      refusal: { code: 'unknown-ticket' },
    });
    expect(await linksOf(one)).toEqual([]);
  });

  it('needs rights in both queues', async () => {
    await test.desk.accounts.add({
      login: 'anna',
      name: 'Anna',
      email: 'anna@desk.example',
      roles: ['billing'],
    });
    const anna: Actor = { kind: 'agent', login: 'anna' };
    const { rename, writeFile } = await import('node:fs/promises');
    const path = `${test.directory}/config/queues/billing.yaml`;
    await writeFile(`${path}.new`, 'name: Billing\nrights: { billing: [see] }\n');
    await rename(`${path}.new`, path);
    await test.desk.config.reload();
    const moved = [{ kind: 'set', field: 'queue', value: 'Billing' } as const];
    await test.desk.tickets.run(two, { kind: 'update', changes: moved }, root);
    expect(await link(one, 'add', `related:${two}`, anna)).toMatchObject({
      refusal: { code: 'not-allowed', right: 'note', queue: 'Billing' },
    });
    expect(await linksOf(one)).toEqual([]);
  });
});
