/**
 * Mails of the corpus, damaged at random, on the whole way from bytes to what is shown.
 *
 * 2,000 of them in `npm test`, 100,000 in `npm run check:full` (MAILDESK_TEST_FUZZ). A failure is printed with the seed and the shrunk
 * damage, which `fc.assert(…, { seed, path })` repeats.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toInstant } from '../../src/base/clock.ts';
import { formatTicketNumber } from '../../src/core/ticket/number.ts';
import { presentMailText } from '../../src/edges/http/presenters/mail-text.ts';
import { inspectHtml, renderFrame } from '../../src/services/render/html.ts';
import { contentDigest, decodeMail, toFacts } from '../../src/storage/codec.ts';
import { encodeMessage, originalOf } from '../../src/storage/message-file.ts';
import { effortOfAsync } from '../helpers/effort.ts';
import { damage, damages } from '../helpers/mutations.ts';

const runs = Number(process.env.MAILDESK_TEST_FUZZ ?? 2000);
const corpus = join(import.meta.dirname, '../corpus');
const mails = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.eml'))
  .sort()
  .map((name) => readFileSync(join(corpus, name)))
  .filter(({ length }) => length < 100_000);

async function readWhole(raw: Buffer): Promise<void> {
  const before = Buffer.from(raw);
  const { mail, contents } = await decodeMail(raw, 'envelope@sender.example');
  expect(contents).toHaveLength(mail.attachments.length);
  expect(mail.attachments.map(({ id }) => id)).toEqual(contents.map((_, id) => id));
  expect(contents.map(({ length }) => length)).toEqual(mail.attachments.map(({ size }) => size));
  expect(mail.text).not.toMatch(/\r|\0/);
  expect(mail.subject).not.toMatch(/\p{Cc}/u);
  presentMailText(mail.text);
  if (mail.html !== undefined) {
    inspectHtml(mail.html);
    const page = renderFrame({
      html: mail.html,
      language: undefined,
      showImages: false,
      ownImages: new Map(),
    });
    expect(page).not.toMatch(/<(?:script|iframe|object|embed|form|input|svg|math|link)\b/i);
  }
  // What is filed ends with exactly these bytes.
  const written = await encodeMessage(
    {
      draft: {
        kind: 'mail-in',
        actor: { kind: 'system', part: 'intake' },
        changes: [],
        fields: [],
      },
      content: { kind: 'received', raw, trace: ['Return-Path: <>'], facts: toFacts(mail) },
    },
    {
      number: formatTicketNumber('20261126', 1),
      time: toInstant(0),
      timeText: '1970-01-01T00:00:00.000Z',
      previous: [],
    },
  );
  expect(originalOf(written.bytes).equals(before)).toBe(true);
  expect(contentDigest(raw, mail)).toBe(contentDigest(before, mail));
}

it(
  `${runs} damaged mails are read, shown and kept`,
  async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    expect(mails.length).toBeGreaterThan(100);
    collect();
    const heapBefore = process.memoryUsage().heapUsed;
    let worst = 0;
    const nthMail = fc.nat(mails.length - 1);
    await fc.assert(
      fc.asyncProperty(
        nthMail,
        nthMail,
        fc.array(damages, { minLength: 1, maxLength: 5 }),
        async (one, two, how) => {
          const raw = damage(mails[one] ?? Buffer.alloc(0), how, mails[two] ?? Buffer.alloc(0));
          const effort = await effortOfAsync(() => readWhole(raw));
          worst = Math.max(worst, effort);
          expect(effort).toBeLessThan(1000);
        },
      ),
      {
        numRuns: runs,
        ...(process.env.MAILDESK_TEST_SEED === undefined
          ? {}
          : { seed: Number(process.env.MAILDESK_TEST_SEED) }),
      },
    );
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    expect((heapUsed - heapBefore) / 1e6).toBeLessThan(100);
    expect(rss / 1e6).toBeLessThan(2000);
  },
  30 * 60_000,
);
