/** What is new since the last look, as a sentence and as a line, over the real viewer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let visitor: Visitor;
let count = 0;

beforeAll(async () => {
  viewer = await startViewer();
  visitor = await viewer.member();
});
afterAll(() => viewer.close());

async function open(): Promise<TicketNumber> {
  count += 1;
  return (await viewer.test.receive(plainMail({ 'Message-ID': `<since${count}@x.example>` })))
    .ticket;
}

async function set(number: TicketNumber, login: string, field: string, value: string) {
  const changes: readonly Change[] = [{ kind: 'set', field, value }];
  await viewer.test.desk.tickets.run(number, { kind: 'update', changes }, { kind: 'agent', login });
}

async function newsOf(number: TicketNumber, headers: Readonly<Record<string, string>> = {}) {
  const { text } = await visitor.get(`/tickets/${number}`, headers);
  const sentence = /id="lately">([\s\S]*?)<\/p>/.exec(text)?.[1];
  return {
    sentence:
      sentence === undefined
        ? undefined
        : textOf(sentence)
            .trim()
            .replace(/\d\d:\d\d/, 'T'),
    hasLine: text.includes('id="since"'),
  };
}

const none = { sentence: undefined, hasLine: false };

it('nothing is new at the first look, nor at once after it', async () => {
  const number = await open();
  expect(await newsOf(number)).toEqual(none);
  expect(await newsOf(number)).toEqual(none);
});

it('what others did is told, with the mails first, and what one did oneself is not', async () => {
  const number = await open();
  await newsOf(number);
  await set(number, 'anna', 'priority', 'low');
  expect(await newsOf(number)).toEqual(none);
  await set(number, 'ben', 'owner', 'ben');
  await set(number, 'ben', 'priority', 'high');
  await set(number, 'ben', 'state', 'closed');
  await viewer.test.receive(
    plainMail({
      'Message-ID': `<more${number}@x.example>`,
      'In-Reply-To': `<since${count}@x.example>`,
    }),
  );
  expect(await newsOf(number)).toEqual({
    sentence:
      'Since T: one mail came, Ben Kaya took it, Ben Kaya set the priority to “High” and Ben Kaya closed it.',
    hasLine: true,
  });
  expect(await newsOf(number)).toEqual(none);
});

it('a tab in the background leaves it for whoever looks, and one that is watched has no line', async () => {
  const number = await open();
  await newsOf(number);
  await set(number, 'ben', 'queue', 'Billing');
  const hidden = await newsOf(number, { 'X-Refresh': 'hidden' });
  expect(hidden).toEqual({ sentence: 'Since T: Ben Kaya put it into Billing.', hasLine: true });
  expect(await newsOf(number)).toEqual(hidden);
  await set(number, 'ben', 'queue', 'Support');
  expect(await newsOf(number, { 'X-Refresh': 'visible' })).toEqual(none);
  expect(await newsOf(number)).toEqual(none);
});
