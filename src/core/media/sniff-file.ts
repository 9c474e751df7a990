/**
 * What a file is by its bytes: the kinds that matter to somebody who is about to open it.
 *
 * Promises: pure and total; looks at the beginning, the end and a few named places, never at everything, so a large file costs
 * what a small one does. Bytes decide; names and announced types are not asked.
 * Leaves to others: comparing with the name (judge-file.ts), what is in a zip or an OLE file (sniff-container.ts), texts (sniff-text.ts).
 */
import { type FileFamily, type SniffedFile, unknownType } from './endings.ts';
import { beginsAt, latin } from './latin.ts';
import { sniffOle, sniffZip } from './sniff-container.ts';
import { sniffText } from './sniff-text.ts';

type Mark = readonly [bytes: string, family: FileFamily, type: string, at?: number];

const program = 'application/x-executable';

const marks: readonly Mark[] = [
  ['\x89PNG\r\n\x1a\n', 'picture', 'image/png'],
  ['\xff\xd8\xff', 'picture', 'image/jpeg'],
  ['GIF87a', 'picture', 'image/gif'],
  ['GIF89a', 'picture', 'image/gif'],
  ['II*\0', 'picture', 'image/tiff'],
  ['MM\0*', 'picture', 'image/tiff'],
  ['II+\0', 'picture', 'image/tiff'],
  ['MM\0+', 'picture', 'image/tiff'],
  ['\0\0\x01\0', 'picture', 'image/x-icon'],
  ['8BPS', 'picture', 'image/vnd.adobe.photoshop'],
  ['\xff\x0a', 'picture', 'image/jxl'],
  ['%PDF-', 'pdf', 'application/pdf'],
  ['ID3', 'sound', 'audio/mpeg'],
  ['OggS', 'sound', 'audio/ogg'],
  ['fLaC', 'sound', 'audio/flac'],
  ['#!AMR', 'sound', 'audio/amr'],
  ['MThd', 'sound', 'audio/midi'],
  ['FLV\x01', 'video', 'video/x-flv'],
  ['\0\0\x01\xba', 'video', 'video/mpeg'],
  ['\0\0\x01\xb3', 'video', 'video/mpeg'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'video', 'video/x-ms-asf'],
  ['\x7fELF', 'program', program],
  ['\xfe\xed\xfa\xce', 'program', program],
  ['\xfe\xed\xfa\xcf', 'program', program],
  ['\xce\xfa\xed\xfe', 'program', program],
  ['\xcf\xfa\xed\xfe', 'program', program],
  // Programs for several processors (Mach-O), and classes of Java.
  ['\xca\xfe\xba\xbe', 'program', program],
  ['dex\n', 'program', program],
  ['\0asm', 'program', 'application/wasm'],
  ['ITSF\x03', 'program', 'application/vnd.ms-htmlhelp'],
  ['xar!', 'program', 'application/x-xar'],
  ['!<arch>\ndebian', 'program', 'application/vnd.debian.binary-package'],
  ['\xed\xab\xee\xdb', 'program', 'application/x-rpm'],
  // Shell Link (MS-SHLLINK section 2.1): size of its header, then its class.
  ['\x4c\0\0\0\x01\x14\x02\0', 'shortcut', 'application/x-ms-shortcut'],
  ['vhdxfile', 'disk', 'application/x-vhdx'],
  ['conectix', 'disk', 'application/x-vhd'],
  ['KDMV', 'disk', 'application/x-vmdk'],
  ['QFI\xfb', 'disk', 'application/x-qemu-disk'],
  // ISO 9660 (ECMA-119 section 8.1) and UDF (ECMA-167).
  ['CD001', 'disk', 'application/x-iso9660-image', 0x8001],
  ['BEA01', 'disk', 'application/x-iso9660-image', 0x8001],
  ['{\\rtf', 'document', 'application/rtf'],
  ['7z\xbc\xaf\x27\x1c', 'archive', 'application/x-7z-compressed'],
  ['Rar!\x1a\x07', 'archive', 'application/vnd.rar'],
  ['\x1f\x8b\x08', 'archive', 'application/gzip'],
  ['BZh', 'archive', 'application/x-bzip2'],
  ['\xfd7zXZ\0', 'archive', 'application/x-xz'],
  ['\x28\xb5\x2f\xfd', 'archive', 'application/zstd'],
  ['MSCF', 'archive', 'application/vnd.ms-cab-compressed'],
  ['ustar', 'archive', 'application/x-tar', 257],
];

/** As far as a PDF may begin behind other bytes (ISO 32000-1, annex H.3.4.1). */
const pdfBegin = 1024;

export function sniffFile(bytes: Uint8Array): SniffedFile {
  const mark = marks.find(([begin, , , at = 0]) => beginsAt(bytes, begin, at));
  if (mark !== undefined) return withLocks(bytes, { family: mark[1], type: mark[2] });
  const found =
    sniffMatroska(bytes) ??
    sniffBoxes(bytes) ??
    sniffRiff(bytes) ??
    sniffDosProgram(bytes) ??
    sniffZip(bytes) ??
    sniffOle(bytes) ??
    sniffMpeg(bytes) ??
    sniffBitmap(bytes) ??
    sniffDisk(bytes);
  if (found !== undefined) return found;
  const text = sniffText(bytes);
  // What begins as a page is one for a browser that guesses, whatever follows.
  if (text !== undefined && text.family !== 'text') return text;
  if (latin(bytes, 0, pdfBegin + 5).includes('%PDF-'))
    return withLocks(bytes, { family: 'pdf', type: 'application/pdf' });
  return text ?? { family: 'data', type: unknownType };
}

function withLocks(bytes: Uint8Array, found: SniffedFile): SniffedFile {
  return isLocked(bytes, found) ? { ...found, isEncrypted: true } : found;
}

const mostTail = 4096;

function isLocked(bytes: Uint8Array, { family, type }: SniffedFile): boolean {
  // The trailer of a PDF names its lock (ISO 32000-1 section 7.6); one that is written anew stands at the end.
  if (family === 'pdf')
    return (
      latin(bytes, bytes.length - mostTail).includes('/Encrypt') ||
      latin(bytes, 0, mostTail).includes('/Encrypt')
    );
  if (type !== 'application/vnd.rar') return false;
  // RAR 5: the type of the first header after the mark is 4 where names are locked too; RAR 4: a flag of the main header.
  const [, , , , , , version = 0] = bytes;
  if (version === 1) return bytes[12] === 4;
  return ((bytes[10] ?? 0) & 0x80) !== 0 && bytes[9] === 0x73;
}

/** EBML (RFC 8794): its document type stands in the first bytes. */
function sniffMatroska(bytes: Uint8Array): SniffedFile | undefined {
  if (!beginsAt(bytes, '\x1a\x45\xdf\xa3')) return undefined;
  const isWebm = latin(bytes, 4, 64).includes('webm');
  return { family: 'video', type: isWebm ? 'video/webm' : 'video/x-matroska' };
}

/** Images of disks whose mark stands in their last block: Apple's, and Microsoft's of a fixed size. */
function sniffDisk(bytes: Uint8Array): SniffedFile | undefined {
  const isDisk = ['koly', 'conectix'].some((mark) => beginsAt(bytes, mark, bytes.length - 512));
  return isDisk ? { family: 'disk', type: 'application/x-disk-image' } : undefined;
}

/** ISO base media (ISO 14496-12 section 4.3): which of the many kinds is told by its brand. */
function sniffBoxes(bytes: Uint8Array): SniffedFile | undefined {
  if (!beginsAt(bytes, 'ftyp', 4)) {
    const isQuickTime = ['moov', 'mdat', 'wide'].some((box) => beginsAt(bytes, box, 4));
    return isQuickTime && bytes[0] === 0 ? { family: 'video', type: 'video/quicktime' } : undefined;
  }
  const size = Math.min(256, ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0));
  const [brand, ...others] = latin(bytes, 8, Math.max(12, size)).match(/.{4}/gs) ?? [''];
  const hasBrand = (one: RegExp) => [brand, ...others].some((each) => one.test(each ?? ''));
  if (/^avi[fs]/.test(brand ?? '') || (/^mi?f1/.test(brand ?? '') && hasBrand(/^avif/)))
    return { family: 'picture', type: 'image/avif' };
  if (/^(?:he(?:ic|ix|vc|vx|im|is)|mif1|msf1)/.test(brand ?? ''))
    return { family: 'picture', type: 'image/heic' };
  if (/^M4[ABP]/.test(brand ?? '')) return { family: 'sound', type: 'audio/mp4' };
  if (/^qt /.test(brand ?? '')) return { family: 'video', type: 'video/quicktime' };
  if (/^3g/.test(brand ?? '')) return { family: 'video', type: 'video/3gpp' };
  return { family: 'video', type: 'video/mp4' };
}

function sniffRiff(bytes: Uint8Array): SniffedFile | undefined {
  if (!beginsAt(bytes, 'RIFF')) return undefined;
  const kind = latin(bytes, 8, 12);
  if (kind === 'WEBP') return { family: 'picture', type: 'image/webp' };
  if (kind === 'WAVE') return { family: 'sound', type: 'audio/wav' };
  return kind === 'AVI ' ? { family: 'video', type: 'video/x-msvideo' } : undefined;
}

/** `MZ`, and where it points to a header of Windows, OS/2 or DOS; two letters alone may begin a text. */
function sniffDosProgram(bytes: Uint8Array): SniffedFile | undefined {
  if (!beginsAt(bytes, 'MZ')) return undefined;
  const isText = /^[\t\n\r\x20-\x7e]+$/.test(latin(bytes, 0, 64));
  return isText
    ? undefined
    : { family: 'program', type: 'application/vnd.microsoft.portable-executable' };
}

/** Eleven ones begin a frame of MPEG audio (ISO 11172-3 section 2.4.2.3); its layer, rate and pitch tell it from other bytes. */
function sniffMpeg([first = 0, second = 0, third = 0]: Uint8Array): SniffedFile | undefined {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0xf6) === 0xf0) return { family: 'sound', type: 'audio/aac' };
  const isFrame =
    (second & 0x18) !== 0x08 &&
    (second & 0x06) !== 0 &&
    third >> 4 !== 15 &&
    (third & 0x0c) !== 0x0c;
  return isFrame ? { family: 'sound', type: 'audio/mpeg' } : undefined;
}

/** `BM`, and a header of a size that exists (BITMAPCOREHEADER to BITMAPV5HEADER). */
function sniffBitmap(bytes: Uint8Array): SniffedFile | undefined {
  const size = bytes[14] ?? 0;
  const isBitmap = beginsAt(bytes, 'BM') && [12, 40, 52, 56, 64, 108, 124].includes(size);
  return isBitmap && bytes[15] === 0 ? { family: 'picture', type: 'image/bmp' } : undefined;
}
