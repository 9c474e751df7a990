/**
 * `verify` finds every change of every byte: a thousand of them, one at a time, in any file of any ticket, also the newest
 * one, in the block as in the mail. MAILDESK_TEST_SEED repeats a run.
 */
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTicketNumber, type TicketNumber } from '../../../src/core/ticket/number.ts';
import type { Finding } from '../../../src/services/verify/finding.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';
import { fillDesk } from './filled-desk.ts';

const changes = 1000;

interface Written {
  readonly ticket: TicketNumber;
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
}

it(`every one of ${changes} random changes is found, and the right file named`, async () => {
  const test = await openTestDesk();
  try {
    await fillDesk(test);
    const written = await readAll(test);
    expect(written.length).toBeGreaterThan(25);
    const seed = Number(process.env.MAILDESK_TEST_SEED ?? 20_261_126);
    const random = seeded(seed);
    for (let round = 0; round < changes; round += 1) {
      const file = written[Math.floor(random() * written.length)];
      if (file === undefined) throw new Error('No file');
      const { bytes, what } = change(file.bytes, random);
      const { atime, mtime } = await stat(file.path);
      await writeFile(file.path, bytes);
      // Whoever changes a byte in secret leaves no time behind.
      await utimes(file.path, atime, mtime);
      const findings = (await test.desk.verify.one(file.ticket)) ?? [];
      const told = `seed ${seed}, round ${round}: ${what} in ${file.path}`;
      const named = findings.flatMap((finding) =>
        finding.kind === 'changed' ? [finding.name] : [],
      );
      expect(named, told).toEqual([file.name]);
      expect(wrong(findings).every(speaksOf(file.name)), told).toBe(true);
      await writeFile(file.path, file.bytes);
    }
    expect(await all(test)).toEqual([]);
  } finally {
    await test.close();
  }
}, 60_000);

it('the first and the last byte, and each byte of the seal, are as safe as the others', async () => {
  const test = await openTestDesk();
  try {
    const { ticket } = await test.receive(plainMail());
    const [file] = await readAll(test);
    if (file === undefined) throw new Error('No file');
    const places = [...Array(90).keys(), file.bytes.length - 1];
    for (const at of places) {
      const [before, after] = [file.bytes.subarray(0, at), file.bytes.subarray(at + 1)];
      const byte = file.bytes[at] ?? 0;
      const variants = [
        Buffer.concat([before, after]),
        ...[byte ^ 0x20, byte ^ 1, 0x0a, 0x0d, 0x20].flatMap((other) => [
          Buffer.concat([before, Buffer.from([other]), file.bytes.subarray(at)]),
          ...(other === byte ? [] : [Buffer.concat([before, Buffer.from([other]), after])]),
        ]),
        Buffer.concat([file.bytes.subarray(0, at + 1), Buffer.from('\n')]),
      ];
      for (const bytes of variants) {
        if (bytes.equals(file.bytes)) continue;
        await writeFile(file.path, bytes);
        const findings = (await test.desk.verify.one(ticket)) ?? [];
        const told = `byte ${at}: ${JSON.stringify(bytes.toString('latin1').slice(0, 110))}`;
        expect(wrong(findings).length, told).toBeGreaterThan(0);
        expect(wrong(findings).every(speaksOf(file.name)), told).toBe(true);
      }
    }
  } finally {
    await test.close();
  }
}, 30_000);

function wrong(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ level }) => level === 'wrong');
}

function speaksOf(name: string): (finding: Finding) => boolean {
  return (finding) => 'name' in finding && finding.name === name;
}

async function all(test: TestDesk): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of test.desk.verify.all(() => {})) found.push(finding);
  return found;
}

function change(
  bytes: Buffer,
  random: () => number,
): { readonly bytes: Buffer; readonly what: string } {
  const at = Math.floor(random() * bytes.length);
  const byte = Math.floor(random() * 256);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
  switch (Math.floor(random() * 3)) {
    case 0: {
      const other = byte === bytes[at] ? byte ^ 0xff : byte;
      return {
        bytes: Buffer.concat([before, Buffer.from([other]), after]),
        what: `byte ${at} = ${other}`,
      };
    }
    case 1:
      return { bytes: Buffer.concat([before, after]), what: `byte ${at} removed` };
    default: {
      const rest = bytes.subarray(at);
      return {
        bytes: Buffer.concat([before, Buffer.from([byte]), rest]),
        what: `${byte} put before byte ${at}`,
      };
    }
  }
}

async function readAll({ directory }: TestDesk): Promise<readonly Written[]> {
  const root = join(directory, 'tickets');
  const found: Written[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/[/\\](new|cur)$/.test(entry.parentPath)) continue;
    const path = join(entry.parentPath, entry.name);
    const ticket = parseTicketNumber(entry.parentPath.split(/[/\\]/).at(-2) ?? '');
    const name = entry.name.replace(/:2,[A-Z]*$/, '');
    const bytes = await readFile(path);
    if (ticket !== undefined && !bytes.toString('latin1').includes('Ticket-Event: draft'))
      found.push({ ticket, name, path, bytes });
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
