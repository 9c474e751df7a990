/**
 * DKIM signatures on outgoing mail (RFC 6376, RFC 8463).
 *
 * Promises: the mail itself stays as it is, a DKIM-Signature field comes before it. Signed is what a reader sees and
 * what answers are found by, each such field once more than it is there, so that none can be added. A key that cannot
 * be read now holds the mail back; it does not go out unsigned. Key and settings are read anew for each mail.
 * Leaves to others: whether the key is right (config/dkim-key.ts), sending.
 */
import { createHash, type KeyObject, sign } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { type Clock, second } from '../../base/clock.ts';
import { errorText, Fault } from '../../base/fault.ts';
import { parseDkimKey } from '../../config/dkim-key.ts';
import { domainOf } from '../../core/message/address.ts';
import type { FileOps } from '../../storage/files.ts';
import { type PlacedField, readHeader } from '../../storage/mail-header.ts';

/** Takes and gives a mail with CRLF line ends. */
export type SignMail = (mail: Buffer) => Promise<Buffer>;

export interface DkimSettings {
  readonly dkimKeyFile: string | undefined;
  readonly dkimSelector: string | undefined;
  readonly dkimDomain: string | undefined;
}

export interface DkimDeps {
  readonly files: Pick<FileOps, 'readFile'>;
  readonly clock: Clock;
}

export function createDkimSigner(
  { files, clock }: DkimDeps,
  settings: () => DkimSettings,
): SignMail {
  async function readKey(path: string): Promise<KeyObject> {
    let reason: string;
    try {
      const key = parseDkimKey((await files.readFile(path)).toString('latin1'));
      if (key.ok) return key.value;
      reason = `it ${key.refusal}`;
    } catch (error) {
      reason = errorText(error);
    }
    const detail = `Cannot sign with the key in "${path}": ${reason}`;
    throw new Fault('smtp-unreachable', { retry: 'later', detail });
  }

  return async (mail) => {
    const { dkimKeyFile, dkimSelector, dkimDomain } = settings();
    if (dkimKeyFile === undefined || dkimSelector === undefined) return mail;
    const key = await readKey(dkimKeyFile);
    const domain = domainToASCII(dkimDomain ?? authorDomain(mail));
    if (domain === '') return mail;
    const time = Math.floor(clock.now() / second);
    return signMail(mail, { key, domain, selector: dkimSelector, time });
  };
}

function authorDomain(mail: Buffer): string {
  const { fields } = readHeader(mail);
  // A mail that is sent on keeps its author, for whom we may not sign.
  const from =
    (
      fields.find(({ name }) => name === 'resent-from') ??
      fields.find(({ name }) => name === 'from')
    )?.value ?? '';
  const bytes = /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from;
  const address = Buffer.from(bytes, 'latin1').toString('utf8');
  return address.includes('@') ? domainOf(address.trim()) : '';
}

export interface Signature {
  readonly key: KeyObject;
  /** In ASCII. */
  readonly domain: string;
  readonly selector: string;
  /** Seconds since 1970. */
  readonly time: number;
}

const oversigned = [
  'from',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'auto-submitted',
];

/** With relaxed canonical forms, for mail servers fold lines and change spaces. */
export function signMail(mail: Buffer, { key, domain, selector, time }: Signature): Buffer {
  const { fields } = readHeader(mail);
  const signed = oversigned.flatMap((name) => chooseFields(fields, name));
  const body = relaxBody(mail.toString('latin1', bodyStart(mail)));
  const hash = createHash('sha256').update(Buffer.from(body, 'latin1')).digest('base64');
  const kind = key.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa';
  const tags = [
    `v=1; a=${kind}-sha256; c=relaxed/relaxed; d=${domain}`,
    `s=${selector}; t=${time}`,
    `h=${foldNames(signed.map(({ name }) => name))}`,
    `bh=${hash}`,
    'b=',
  ].join(';\r\n\t');
  const lines = [
    ...signed.flatMap(({ name, value }) => (value === undefined ? [] : [relax(name, value)])),
    relax('dkim-signature', tags),
  ].join('\r\n');
  const text = Buffer.from(lines, 'latin1');
  const bytes =
    kind === 'rsa'
      ? sign('sha256', text, key)
      : sign(null, createHash('sha256').update(text).digest(), key);
  const folded = bytes.toString('base64').replace(/.{72}(?=.)/g, '$&\r\n\t');
  return Buffer.concat([Buffer.from(`DKIM-Signature: ${tags}${folded}\r\n`, 'latin1'), mail]);
}

interface SignedField {
  readonly name: string;
  /** Undefined for the one that is not there. */
  readonly value: string | undefined;
}

/** From the bottom up (RFC 6376 section 5.4.2), and one more. */
function chooseFields(fields: readonly PlacedField[], name: string): readonly SignedField[] {
  const found = fields.filter((field) => field.name === name).toReversed();
  return [...found.map(({ value }) => ({ name, value })), { name, value: undefined }];
}

/** RFC 6376 section 3.4.2, without the line end. */
function relax(name: string, value: string): string {
  const unfolded = value.replace(/\r\n/g, '').replace(/[ \t]+/g, ' ');
  return `${name}:${unfolded.trim()}`;
}

/** RFC 6376 section 3.4.4. */
function relaxBody(body: string): string {
  const relaxed = body.replace(/[ \t]+/g, ' ').replaceAll(' \r\n', '\r\n');
  const text = relaxed.endsWith(' ') ? relaxed.slice(0, -1) : relaxed;
  let end = text.length;
  while (text.endsWith('\r\n', end)) end -= 2;
  return end === 0 ? '' : `${text.slice(0, end)}\r\n`;
}

function bodyStart(mail: Buffer): number {
  if (mail.subarray(0, 2).toString('latin1') === '\r\n') return 2;
  const end = mail.indexOf('\r\n\r\n');
  return end < 0 ? mail.length : end + 4;
}

/** A few names a line. */
function foldNames(names: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += 5) lines.push(names.slice(at, at + 5).join(':'));
  return lines.join(':\r\n\t ');
}
