import { afterEach, beforeEach, expect, it } from 'vitest';
import { wantedRuns } from '../../src/core/search/passages.ts';
import { parseQuery } from '../../src/core/search/query.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

let test: TestDesk;
beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
});
afterEach(() => test.close());

async function search(text: string): Promise<readonly string[]> {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(text);
  await test.desk.index.settled();
  const page = await test.desk.index.list({
    query: query.value,
    sort: 'number',
    descending: false,
    limit: 50,
  });
  if (!page.ok) throw new Error(page.refusal.code);
  const found = await test.desk.passages.find(query.value, page.value.records);
  expect(wantedRuns(query.value).length).toBeGreaterThan(0);
  return page.value.records.map(({ number }) => {
    const passage = found.get(number);
    const text = passage?.pieces.map((piece) => (piece.isHit ? `[${piece.text}]` : piece.text));
    return `${passage?.file === undefined ? '' : `${passage.file}: `}${text?.join('') ?? '-'}`;
  });
}

it('shows the best passage of all messages, and nothing where only a name was found', async () => {
  const far = Array.from({ length: 80 }, () => 'and so on').join(' ');
  const { ticket, message } = await test.receive(
    plainMail({ 'Message-ID': '<one@x.example>' }, `A lamp. ${far} The lamp went dark.`),
  );
  expect(message).toBeDefined();
  const again = await test.receive(
    plainMail({ 'In-Reply-To': '<one@x.example>', Subject: 'Re: Lamp' }, 'Thank you.'),
  );
  expect(again.ticket).toBe(ticket);
  expect(await search('lamp dark')).toEqual([
    expect.stringMatching(/The \[lamp\] went \[dark\]\.$/),
  ]);
  expect(await search('kim')).toEqual(['-']);
  expect(await search('thank OR dark')).toHaveLength(1);
});

it('names the file in which it was found', async () => {
  await test.receive(
    [
      'From: Kim <kim@customer.example>',
      'To: support@localhost',
      'Subject: See the list',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'As attached.',
      '--x',
      'Content-Type: text/csv; name="stock.csv"',
      'Content-Disposition: attachment; filename="stock.csv"',
      '',
      'bulb,12',
      'lantern,3',
      '--x--',
      '',
    ].join('\r\n'),
  );
  expect(await search('lantern')).toEqual(['stock.csv: bulb,12 [lantern],3']);
  expect(await search('stock')).toEqual([expect.stringContaining('stock.csv: [stock]')]);
});
