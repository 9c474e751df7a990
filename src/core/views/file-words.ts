/**
 * Words of people and of mail as names of folders.
 *
 * Promises: pure and total; any text gives a name that every common file system takes and that leads nowhere else: no
 * separator, no `..`, no control, no sign or device name of Windows, at most 120 bytes. Two texts may get one name.
 */
import { createHash } from 'node:crypto';
import { isTicketNumber } from '../ticket/number.ts';

/** What stands for nothing. */
export const noWord = '_';

const mostBytes = 120;

/** Windows opens devices under these names, with any ending. */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
/** Mail programs take a folder of these names for a part of the Maildir above it. */
const maildirParts = /^(?:cur|new|tmp)$/i;

export function toFileWord(text: string): string {
  const plain = text
    .slice(0, 2000)
    // macOS stores one form of a letter and may be asked for the other.
    .normalize('NFC')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .trim();
  // Hidden from `ls`, and `..` leads upwards. Windows drops dots and blanks at the end.
  const visible = plain.replace(/^\.+/, '_').replace(/[. ]+$/, '_');
  if (visible === '') return noWord;
  if (maildirParts.test(visible)) return `${visible}_`;
  if (devices.test(visible) || isTicketNumber(visible)) return `_${visible}`;
  return shorten(visible);
}

function shorten(word: string): string {
  if (Buffer.byteLength(word) <= mostBytes) return word;
  const sum = createHash('sha256').update(word).digest('hex').slice(0, 8);
  let short = '';
  for (const letter of word) {
    if (Buffer.byteLength(short + letter) > mostBytes - 9) break;
    short += letter;
  }
  return `${short.trimEnd()}~${sum}`;
}

/** Whether file systems that do not tell upper from lower case would take the two for one. */
export function caseKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase();
}
