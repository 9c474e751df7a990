import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createImageSenders, toImageSender } from '../../src/services/image-senders.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

async function start() {
  const directory = await makeTemporaryDirectory();
  return { directory, senders: createImageSenders({ files: nodeFiles, directory }) };
}

it('what is remembered is there for another process, and can be forgotten', async () => {
  const { directory, senders } = await start();
  await senders.show('anna', 'Kim@Customer.example');
  await senders.show('anna', 'kim@customer.example ');
  await senders.show('anna', 'bo@shop.example');
  await senders.hide('anna', 'kim@customer.example');
  const other = createImageSenders({ files: nodeFiles, directory });
  expect(await other.list('anna')).toEqual(['bo@shop.example']);
  expect(await other.list('ben')).toEqual([]);
  expect(await readFile(join(directory, 'anna', 'images'), 'utf8')).toBe(
    'show kim@customer.example\nshow bo@shop.example\nhide kim@customer.example\n',
  );
});

it('damaged lines are none, and what others append counts at once', async () => {
  const { directory, senders } = await start();
  expect(await senders.list('anna')).toEqual([]);
  await mkdir(join(directory, 'anna'), { recursive: true });
  await appendFile(
    join(directory, 'anna', 'images'),
    '\0\nshow\nshow a b@c\nshow kim@customer.example\nshow broken',
  );
  expect(await senders.list('anna')).toEqual(['kim@customer.example']);
});

it.each(['', 'kim', 'a b@c.example', 'a@b\nshow x@y', `${'a'.repeat(400)}@b.example`])(
  '"%s" is no address',
  async (text) => {
    expect(toImageSender(text)).toBeUndefined();
    const { senders } = await start();
    await senders.show('anna', text);
    expect(await senders.list('anna')).toEqual([]);
  },
);
