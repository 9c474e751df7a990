import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { planImport } from '../../../src/services/carry/import-plan.ts';
import type { ExportChoice } from '../../../src/services/carry/mail-export.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
let folder: string;

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  folder = await mkdtemp(join(tmpdir(), 'maildesk-out-'));
});

afterEach(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});

const mbox: ExportChoice = { form: 'mbox', notes: false, whole: false };

async function exported(
  numbers: readonly TicketNumber[],
  choice: Partial<ExportChoice> = {},
  from = test,
): Promise<Buffer> {
  const request = { numbers, choice: { ...mbox, ...choice }, timeZone: 'UTC' };
  const pieces: Buffer[] = [];
  for await (const piece of from.desk.exporting.mails.stream(request)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function allNumbers(of: TestDesk): Promise<readonly TicketNumber[]> {
  const numbers: TicketNumber[] = [];
  for await (const number of of.desk.store.numbers()) numbers.push(number);
  return numbers;
}

async function originals(of: TestDesk): Promise<readonly string[]> {
  const found: string[] = [];
  for (const number of await allNumbers(of))
    for (const { event } of (await of.desk.store.read(number))?.messages ?? [])
      if (event.kind === 'mail-in' || event.kind === 'mail-out')
        found.push(String(await of.desk.store.readOriginal(number, event.name)));
  return found.sort();
}

async function importFile(into: TestDesk, bytes: Buffer): Promise<void> {
  const path = join(folder, 'out.mbox');
  await writeFile(path, bytes);
  const now = into.desk.parts.clock.now();
  await into.desk.mailImport.run({
    kind: 'mbox',
    plan: await planImport({ files: nodeFiles, now }, 'mbox', [path]),
    choice: {
      state: 'closed',
      openDays: 0,
      queue: undefined,
      queueFromFolder: false,
      owner: undefined,
      tags: [],
      ownAddresses: [],
    },
    actor: { kind: 'user', account: 'root' },
    signal: new AbortController().signal,
  });
}

describe('a mailbox that was exported', { timeout: 60_000 }, () => {
  it('gives the same bytes when it is imported, whatever mails there were', async () => {
    const line = fc.constantFrom(
      'From me',
      '>From you',
      '',
      'text',
      'Content-Length: 7',
      '\u00e4 \u5b57',
    );
    const body = fc
      .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));
    const [bodies = []] = fc.sample(fc.array(body, { minLength: 16, maxLength: 16 }), {
      numRuns: 1,
      seed: 42,
    });
    for (const [at, text] of bodies.entries()) {
      const header = plainMail({ 'Message-ID': `<m${at}@x.example>`, Subject: `Mail ${at}` });
      const head = header.slice(0, header.indexOf('\r\n\r\n') + 4);
      await test.receive((at % 2 === 0 ? head : head.replaceAll('\r\n', '\n')) + text);
    }
    const other = await openTestDesk({ settings: { confirmations: 'false' } });
    try {
      await importFile(other, await exported(await allNumbers(test)));
      expect(await originals(other)).toEqual(await originals(test));
    } finally {
      await other.close();
    }
  });

  it('is there already where it comes from, answers of ours included', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<a@x.example>' }));
    await test.desk.tickets.run(
      ticket,
      { kind: 'reply', to: [{ name: '', address: 'kim@customer.example' }], cc: [], text: 'Yes' },
      { kind: 'user', account: 'root' },
    );
    const before = await originals(test);
    expect(before).toHaveLength(2);
    await importFile(test, await exported([ticket]));
    expect(await originals(test)).toEqual(before);
  });
});

describe('what goes along', () => {
  async function conversation(): Promise<TicketNumber> {
    const { ticket } = await test.receive(plainMail({ Subject: 'Größe / 見積もり: "A"?' }));
    const actor = { kind: 'user', account: 'root' } as const;
    await test.desk.tickets.run(ticket, { kind: 'note', text: 'Between us' }, actor);
    await test.desk.tickets.run(
      ticket,
      { kind: 'reply', to: [{ name: '', address: 'kim@customer.example' }], cc: [], text: 'Yes' },
      actor,
    );
    return ticket;
  }

  function entriesOf(zip: Buffer): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)]),
    );
  }

  const kindsIn = (zip: Buffer): readonly string[] =>
    JSON.parse(entriesOf(zip)['manifest.json'] ?? '').mails.map(
      ({ kind }: { kind: string }) => kind,
    );

  it('is mails alone unless notes are asked for', async () => {
    const number = await conversation();
    expect(kindsIn(await exported([number], { form: 'eml' }))).toEqual(['mail-in', 'mail-out']);
    expect(String(await exported([number]))).not.toContain('Between us');
    expect(kindsIn(await exported([number], { form: 'eml', notes: true }))).toEqual([
      'mail-in',
      'note',
      'mail-out',
    ]);
  });

  it('is the mail as it came, or the whole file', async () => {
    const number = await conversation();
    expect(String(await exported([number]))).not.toContain('Ticket-Event');
    const whole = String(await exported([number], { whole: true }));
    expect(whole).toContain('Ticket-Event: mail-in');
    expect(whole).toContain('Return-Path: <kim@customer.example>');
  });

  it('has names that say date, direction and subject, in folders of tickets', async () => {
    const number = await conversation();
    const one = Object.keys(entriesOf(await exported([number], { form: 'eml' })));
    expect(one[0]).toMatch(/^\d{4}-\d\d-\d\d_\d{4}_in_Größe-見積もり-A\.eml$/);
    const { ticket: other } = await test.receive(plainMail({ Subject: 'Second' }));
    const both = Object.keys(entriesOf(await exported([number, other], { form: 'eml' })));
    expect(both[0]).toMatch(new RegExp(`^${number}_Größe-見積もり-A/`));
    expect(both.at(-2)).toMatch(new RegExp(`^${other}_Second/`));
  });

  it('is no mail with a virus', async () => {
    const { ticket } = await test.receive(plainMail(), {
      released: {
        spam: undefined,
        virus: { found: true, name: 'Test', by: 'test' },
        sender: undefined,
        unchecked: [],
      },
    });
    expect(await exported([ticket])).toHaveLength(0);
  });

  it('is read no further when nobody wants it any more', async () => {
    const numbers: TicketNumber[] = [];
    for (let at = 0; at < 5; at += 1)
      numbers.push((await test.receive(plainMail({ Subject: `Mail ${at}` }))).ticket);
    const begun: TicketNumber[] = [];
    const stream = test.desk.exporting.mails.stream({
      numbers,
      choice: { ...mbox, form: 'eml' },
      timeZone: 'UTC',
      onTicket: (number) => begun.push(number),
    });
    await stream.next();
    await stream.return();
    expect(begun).toEqual(numbers.slice(0, 1));
  });
});
