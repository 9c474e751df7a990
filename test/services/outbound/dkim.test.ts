/** Our own signatures, read by mailauth. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatDkimRecord, isDkimRecordOf, parseDkimKey } from '../../../src/config/dkim-key.ts';
import { createDkimSigner, signMail } from '../../../src/services/outbound/dkim.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { makeEd25519Key, makeRsaKey } from '../../helpers/signed-mail.ts';

const rsa = createPrivateKey(makeRsaKey().privateKey);
const ed25519 = createPrivateKey(makeEd25519Key().privateKey);
const clock = createFakeClock();

/** What mailauth says of the mail's signatures, with the record of the key in the DNS. */
async function read(mail: Buffer, key: KeyObject): Promise<readonly string[]> {
  const asked: string[] = [];
  const { results } = await dkimVerify(mail, {
    resolver: async (name) => {
      asked.push(name);
      return [[formatDkimRecord(key)]];
    },
  });
  return [...results.map(({ status }) => status.result), ...asked];
}

function sign(mail: string, key: KeyObject): Buffer {
  const time = Math.floor(clock.now() / 1000);
  return signMail(Buffer.from(mail, 'latin1'), {
    key,
    domain: 'desk.example',
    selector: 'k',
    time,
  });
}

const mail =
  'From: Support <support@desk.example>\r\nTo:  kim@customer.example,\r\n\tben@customer.example\r\nSubject: Re:   Lamp \r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@desk.example>\r\nX-Other: 1\r\n\r\nIt  works\t again. \r\n\r\n.\r\n\r\n\r\n';

describe('signMail', () => {
  test.each([
    ['RSA', rsa],
    ['Ed25519', ed25519],
  ])('signs with %s so that another program finds it right', async (_what, key) => {
    const signed = sign(mail, key);
    expect(await read(signed, key)).toEqual(['pass', 'k._domainkey.desk.example']);
    expect(signed.toString('latin1').endsWith(mail)).toBe(true);
    for (const line of signed.toString('latin1').split('\r\n'))
      expect(line.length).toBeLessThan(80);
  });

  test('holds when lines are folded anew and spaces change', async () => {
    const changed = sign(mail, rsa)
      .toString('latin1')
      .replace('To:  kim@customer.example,\r\n\t', 'TO: kim@customer.example, ')
      .replace('It  works\t again. \r\n', 'It works again.\r\n');
    expect(await read(Buffer.from(changed), rsa)).toContain('pass');
  });

  test.each([
    ['a second From', 'From: evil@evil.example\r\n'],
    ['a Cc', 'Cc: evil@evil.example\r\n'],
    ['a Reply-To', 'Reply-To: evil@evil.example\r\n'],
    ['a Subject', 'Subject: Pay here\r\n'],
  ])('breaks when somebody adds %s', async (_what, field) => {
    const changed = Buffer.concat([Buffer.from(field), sign(mail, rsa)]);
    expect(await read(changed, rsa)).toContain('fail');
    const below = Buffer.from(
      sign(mail, rsa).toString('latin1').replace('X-Other', `${field}X-Other`),
    );
    expect(await read(below, rsa)).toContain('fail');
  });

  test('holds for any body', async () => {
    const piece = fc.constantFrom(' ', '\t', '\r\n', 'a', '.', '\xe4', '\0', ' \r\n');
    const body = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        // On the wire each line has an end.
        const signed = sign(`From: a@desk.example\r\n\r\n${text}\r\n`, ed25519);
        expect((await read(signed, ed25519))[0]).toBe('pass');
      }),
    );
  });
});

describe('the signer', () => {
  async function fileOf(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'dkim-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, 'key.pem');
    await writeFile(path, text);
    return path;
  }

  const none = { dkimKeyFile: undefined, dkimSelector: undefined, dkimDomain: undefined };
  let settings: Parameters<typeof createDkimSigner>[1] = () => none;
  const signer = createDkimSigner({ files: nodeFiles, clock }, () => settings());
  const domainOf = (signed: Buffer) => /\bd=([^;]*);/.exec(signed.toString('latin1'))?.[1];

  test('leaves mail alone without a key', async () => {
    settings = () => none;
    expect((await signer(Buffer.from(mail))).toString()).toBe(mail);
  });

  test('signs for the domain of the author, or the one that is set, from the next mail on', async () => {
    const dkimKeyFile = await fileOf(makeRsaKey().privateKey);
    settings = () => ({ dkimKeyFile, dkimSelector: 'k', dkimDomain: undefined });
    expect(domainOf(await signer(Buffer.from(mail)))).toBe('desk.example');
    const wide = Buffer.from(mail.replaceAll('desk.example', 'Müller.example'));
    expect(domainOf(await signer(wide))).toBe('xn--mller-kva.example');
    settings = () => ({ dkimKeyFile, dkimSelector: 'k', dkimDomain: 'other.example' });
    expect(domainOf(await signer(Buffer.from(mail)))).toBe('other.example');
  });

  test('holds the mail back while the key cannot be read', async () => {
    const dkimKeyFile = await fileOf('no key');
    settings = () => ({ dkimKeyFile, dkimSelector: 'k', dkimDomain: undefined });
    await expect(signer(Buffer.from(mail))).rejects.toMatchObject({
      code: 'smtp-unreachable',
      retry: 'later',
      message: expect.stringContaining(dkimKeyFile),
    });
    settings = () => ({ dkimKeyFile: '/nowhere', dkimSelector: 'k', dkimDomain: undefined });
    await expect(signer(Buffer.from(mail))).rejects.toMatchObject({ code: 'smtp-unreachable' });
  });
});

describe('the record', () => {
  test.each([rsa, ed25519])('is known again, however it is written', (key) => {
    const record = formatDkimRecord(key);
    expect(isDkimRecordOf(record, key)).toBe(true);
    expect(isDkimRecordOf(record.replace('p=', 'p = ').replace(/=*$/, ' ; t=s'), key)).toBe(true);
    expect(isDkimRecordOf(formatDkimRecord(key === rsa ? ed25519 : rsa), key)).toBe(false);
    expect(isDkimRecordOf('v=DKIM1; p=', key)).toBe(false);
  });

  test('keys of other kinds are not taken', () => {
    expect(parseDkimKey('').ok).toBe(false);
  });
});
