/** The record of the desk's key in the DNS: there, missing, of another key, not to be had. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DnsFailure, isAbsence } from '../../../src/services/intake/dns.ts';
import { findDkimRecords } from '../../../src/services/outbound/dkim-record.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { makeEd25519Key } from '../../helpers/signed-mail.ts';

const key = makeEd25519Key();
const answers: Readonly<Record<string, string[][] | string>> = {
  'k._domainkey.right.example': [['v=spf1 -all'], [key.record.slice(0, 20), key.record.slice(20)]],
  'k._domainkey.other.example': [[makeEd25519Key().record]],
  'k._domainkey.missing.example': 'ENOTFOUND',
  'k._domainkey.silent.example': 'ETIMEOUT',
};

const deps = {
  files: nodeFiles,
  isAbsence,
  lookup: async (name: string) => {
    const answer = answers[name] ?? 'ENODATA';
    if (typeof answer === 'string') throw new DnsFailure(answer, answer);
    return answer;
  },
};

test('each domain that signs is looked up', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dkim-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const dkimKeyFile = join(directory, 'key.pem');
  await writeFile(dkimKeyFile, key.privateKey);
  const desk = {
    dkimKeyFile,
    dkimSelector: 'k',
    dkimDomain: undefined,
    addresses: ['right', 'other', 'missing', 'silent', 'right'].map((at) => `a@${at}.example`),
  };
  const found = await findDkimRecords(deps, desk);
  expect(found.map(({ name, state }) => [name, state])).toEqual([
    ['k._domainkey.right.example', 'right'],
    ['k._domainkey.other.example', 'other'],
    ['k._domainkey.missing.example', 'missing'],
    ['k._domainkey.silent.example', 'unknown'],
  ]);
  expect(new Set(found.map(({ record }) => record))).toEqual(new Set([key.record]));
  const one = await findDkimRecords(deps, { ...desk, dkimDomain: 'right.example' });
  expect(one.map(({ state }) => state)).toEqual(['right']);
  expect(await findDkimRecords(deps, { ...desk, dkimKeyFile: undefined })).toEqual([]);
});
