import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { splitQuery } from '../../../../src/core/search/match.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import { startTextHere, startTextWorker } from '../../../../src/services/index/memory/text-port.ts';
import type {
  StartTextService,
  TextChange,
} from '../../../../src/services/index/memory/text-protocol.ts';
import {
  createTextSearch,
  type TextSearch,
} from '../../../../src/services/index/memory/text-search.ts';
import { nodeFiles } from '../../../../src/storage/files.ts';
import { openStore, receivedMail } from '../../../helpers/desk-parts.ts';
import { createTestLog } from '../../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../../helpers/temp.ts';

const open: TextSearch[] = [];

afterEach(async () => {
  for (const text of open.splice(0)) await text.close();
});

function openText(start: StartTextService, tickets: readonly TextChange[]): TextSearch {
  const text = createTextSearch({
    start,
    clock: systemClock,
    log: createTestLog(),
    all: () => tickets,
  });
  open.push(text);
  return text;
}

async function search(text: TextSearch, words: string) {
  const query = parseQuery(words);
  const { numbers, isComplete } = await text.search(query.ok ? splitQuery(query.value).text : []);
  return { numbers: [...numbers.keys()].sort(), isComplete };
}

const mails = [
  'From: Kim Berg <kim@customer.example>\nSubject: =?utf-8?Q?Lampe_f=C3=BCr_K=C3=BCche?=\n\nSie ist dunkel geworden.\n',
  [
    'From: lee@shop.example',
    'Subject: Bill',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<p>Too <b>much</b> money</p>',
    '--b',
    'Content-Type: application/pdf; name="invoice-4711.pdf"',
    'Content-Disposition: attachment',
    '',
    'x',
    '--b--',
    '',
  ].join('\n'),
];

it.each(['worker', 'here'])('reads, finds and forgets tickets in the %s', async (place) => {
  const root = await makeTemporaryDirectory();
  const store = await openStore(root);
  const options = { tickets: join(root, 'tickets'), infoSeparator: ':' };
  const numbers: string[] = [];
  const tickets: TextChange[] = [];
  for (const mail of mails) {
    const { number } = await store.create('20261123', receivedMail(mail));
    numbers.push(number);
    tickets.push({ number, subject: 'the ticket' });
  }
  const [lamp] = tickets;
  if (lamp === undefined) throw new Error('No ticket was made');
  const [first, second] = numbers;
  const text = openText(
    place === 'worker'
      ? startTextWorker(options)
      : startTextHere({ files: nodeFiles, clock: systemClock }, options),
    tickets,
  );
  text.refill();
  await text.settled();

  expect(await search(text, 'küche dunkel')).toEqual({ numbers: [first], isComplete: true });
  expect(await search(text, '"too much money"')).toEqual({ numbers: [second], isComplete: true });
  expect(await search(text, 'invoice-4711.pdf')).toEqual({ numbers: [second], isComplete: true });
  expect(await search(text, 'kim@customer.example')).toEqual({
    numbers: [first],
    isComplete: true,
  });
  expect(await search(text, 'subject:ticket')).toEqual({
    numbers: [...numbers].sort(),
    isComplete: true,
  });

  const silent = { ...receivedMail('Subject: state\n\nAnna closed this ticket\n') };
  await store.append(lamp.number, { ...silent, draft: { ...silent.draft, kind: 'update' } });
  await store.append(lamp.number, receivedMail('Subject: Re\n\nhell again\n'));
  text.change(lamp.number, { subject: 'brighter' });
  await text.settled();
  expect((await search(text, 'subject:brighter dunkel hell')).numbers).toEqual([first]);
  expect((await search(text, 'anna')).numbers).toEqual([]);

  text.change(lamp.number, undefined);
  await text.settled();
  expect((await search(text, 'dunkel')).numbers).toEqual([]);
});
