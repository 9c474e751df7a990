/**
 * Names of files that came with a mail, as a file may be called anywhere: on a disk, in a zip, in a header.
 *
 * Promises: pure and total; what is given back leads nowhere else, opens no device, holds no sign that cannot be seen or that
 * turns what follows, shows its real ending, and has at most 255 bytes. Cleaning twice changes nothing.
 * Leaves to others: what the file is (sniff-file.ts), whether its name lies (judge-file.ts).
 */
import { usualEnding } from './endings.ts';

export interface NamedFile {
  /** As sent, decoded. */
  readonly name: string;
  /** Media type, which gives a file without name its ending. */
  readonly type?: string;
}

/** What ext4, XFS, APFS and NTFS take. */
const mostBytes = 255;
const longestEnding = 16;

/** Windows opens devices under these names, with any ending. */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/** A name with the folders of the sender's own disk before it; elsewhere a slash is a sign like others. */
const path = /^(?:[a-z]:|~)?[/\\]|^\.{1,2}[/\\]|[/\\]\.{2}[/\\]|\\/i;

export function cleanFileName({ name, type = '' }: NamedFile): string {
  const long = name.slice(0, 4000);
  const last = path.test(long) ? (long.split(/[/\\]/).findLast((part) => part !== '') ?? '') : long;
  const plain = visible(last.normalize('NFC')).replace(/[/\\:*?"<>|]/g, '_');
  const bare = trimmed(plain);
  if (/^_*$/.test(bare)) return `file${usualEnding(type)}`;
  return trimmed(shorten(devices.test(bare) ? `_${bare}` : bare));
}

/** Without signs that cannot be seen, and fillers that look like blanks; what parts words is one blank. */
function visible(text: string): string {
  return text
    .replace(/[\p{Cf}\p{Co}\p{Cs}\u115F\u1160\u3164\uFFA0\u2800]/gu, '')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/\p{Cc}/gu, '');
}

/** Dots in front hide a file, Windows drops dots and blanks at the end, and several blanks push an ending out of sight. */
function trimmed(text: string): string {
  return text.replace(/ {2,}/g, ' ').replace(/^[. ]+|[. ]+$/g, '');
}

/** Keeps the ending, by which a system chooses the program. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name;
  const ending = endingPart(name);
  const room = mostBytes - Buffer.byteLength(ending);
  return cutBytes(name.slice(0, name.length - ending.length), room) + ending;
}

function endingPart(name: string): string {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot) : '';
  return Buffer.byteLength(ending) <= longestEnding ? ending : '';
}

function cutBytes(text: string, room: number): string {
  let short = '';
  let bytes = 0;
  for (const sign of text) {
    bytes += Buffer.byteLength(sign);
    if (bytes > room) return short;
    short += sign;
  }
  return short;
}

/** Gives clean names of one folder, one after another: of equal ones the later get a number. */
export function createFileNames(): (file: NamedFile) => string {
  const taken = new Set<string>();
  return (file) => {
    const clean = cleanFileName(file);
    const ending = endingPart(clean);
    const stem = clean.slice(0, clean.length - ending.length);
    for (let count = 1; ; count += 1) {
      const mark = count === 1 ? '' : ` (${count})`;
      const room = mostBytes - Buffer.byteLength(mark + ending);
      const name = `${cutBytes(stem, room)}${mark}${ending}`;
      // Where capitals and accents make no difference, they must make none here.
      const key = name.normalize('NFKD').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}

const mostShown = 80;

/** As a page shows it: what was sent, with its ending always in sight. */
export function shownFileName(name: string): string {
  const plain = visible(name.slice(0, 4000)).trim();
  const signs = [...plain];
  return signs.length <= mostShown
    ? plain
    : `${signs.slice(0, 50).join('').trimEnd()}…${signs.slice(-25).join('').trimStart()}`;
}
