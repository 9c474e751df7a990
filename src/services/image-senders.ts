/**
 * Whose images from elsewhere each agent always wants to see: `agents/LOGIN/images`, one line a fact, only ever appended.
 *
 *     show ADDRESS
 *     hide ADDRESS
 *
 * Promises: the last line of an address counts; a damaged line is no line; the file may be lost: then images are held back again.
 * Leaves to others: whether a mail is really from the address (core/message/sender-sign.ts).
 */
import { dirname, join } from 'node:path';
import { isFault } from '../base/fault.ts';
import { createKeyedSerial } from '../base/serial.ts';
import { ensureDirectory, type FileOps } from '../storage/files.ts';

export interface ImageSenders {
  /** Addresses in small letters, the one remembered last at the end. */
  list(login: string): Promise<readonly string[]>;
  /** Remembers the address; nothing for what is no address. */
  show(login: string, address: string): Promise<void>;
  hide(login: string, address: string): Promise<void>;
}

export interface ImageSendersDeps {
  readonly files: FileOps;
  /** The `agents` directory. */
  readonly directory: string;
}

/** Addresses remembered for one agent; the oldest are forgotten first. */
const mostKept = 1000;

export function createImageSenders({ files, directory }: ImageSendersDeps): ImageSenders {
  const known = new Map<string, { readonly size: number; readonly addresses: readonly string[] }>();
  const serial = createKeyedSerial();
  const pathOf = (login: string) =>
    join(directory, encodeURIComponent(login).replaceAll('.', '%2E'), 'images');

  /** Another process may have appended: the size tells. */
  async function load(login: string): Promise<readonly string[]> {
    const size = (await files.stat(pathOf(login)))?.size ?? 0;
    const before = known.get(login);
    if (before?.size === size) return before.addresses;
    const text = size === 0 ? '' : await readText(files, pathOf(login));
    const addresses = parse(text);
    known.set(login, { size: Buffer.byteLength(text), addresses });
    return addresses;
  }

  async function append(login: string, word: 'show' | 'hide', given: string): Promise<void> {
    const address = toImageSender(given);
    if (address === undefined) return;
    const isShown = (await load(login)).includes(address);
    if (isShown === (word === 'show')) return;
    await ensureDirectory(files, dirname(pathOf(login)), directory);
    await files.append(pathOf(login), `${word} ${address}\n`);
  }

  return {
    list: (login) => serial.run(login, () => load(login)),
    show: (login, address) => serial.run(login, () => append(login, 'show', address)),
    hide: (login, address) => serial.run(login, () => append(login, 'hide', address)),
  };
}

/** Two spellings of one mailbox are one; undefined for what is no address. */
export function toImageSender(address: string): string | undefined {
  const text = address.trim().toLowerCase();
  return text.length <= 320 && /^[^\s\p{Cc}]+@[^\s\p{Cc}]+$/u.test(text) ? text : undefined;
}

function parse(text: string): readonly string[] {
  const shown = new Set<string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [word = '', ...rest] = line.split(' ');
    const address = toImageSender(rest.join(' '));
    if (address === undefined) continue;
    shown.delete(address);
    if (word === 'show') shown.add(address);
  }
  return [...shown].slice(-mostKept);
}

async function readText(files: FileOps, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8');
  } catch (error) {
    if (isFault(error, 'not-found')) return '';
    throw error;
  }
}
