/** The first bytes of files of many kinds, as small as they can be and still be known. */
import { strToU8, zipSync } from 'fflate';

const latin = (text: string) => Buffer.from(text, 'latin1');
const at = (place: number, text: string) =>
  Buffer.concat([Buffer.alloc(place), latin(text), Buffer.alloc(600)]);

function zip(names: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(names).map(([name, text]) => [name, strToU8(text)] as const);
  return Buffer.from(zipSync(Object.fromEntries(entries), { level: 0 }));
}

/** As a program writes it that locks each entry. */
function lockedZip(): Buffer {
  const bytes = zip({ 'secret.txt': 'words' });
  bytes.writeUInt16LE(1, 6);
  bytes.writeUInt16LE(1, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 8);
  return bytes;
}

/** A compound file of one directory sector with these names. */
export function oleFile(names: readonly string[], root = ''): Buffer {
  const bytes = Buffer.alloc(512 * 4);
  latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1').copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(1, 48);
  bytes.fill(0xff, 76, 512);
  bytes.writeUInt32LE(0, 76);
  bytes.fill(0xff, 512, 1024);
  bytes.writeInt32LE(-2, 512 + 4);
  ['Root Entry', ...names].forEach((name, index) => {
    const place = 1024 + index * 128;
    bytes.write(name, place, 'utf16le');
    bytes.writeUInt16LE(name.length * 2 + 2, place + 64);
    bytes[place + 66] = index === 0 ? 5 : 2;
    if (index === 0) latin(root).copy(bytes, place + 80);
  });
  return bytes;
}

const office = (folder: string, more: Readonly<Record<string, string>> = {}) =>
  zip({ '[Content_Types].xml': '<Types/>', [`${folder}/document.xml`]: '<x/>', ...more });

/** A program of Windows, as far as its headers. */
export const exe = Buffer.concat([
  latin('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0'),
  Buffer.alloc(44),
  latin('\x40\0\0\0PE\0\0\x4c\x01'),
  Buffer.alloc(200),
]);

export const fileSamples = {
  png: latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'),
  jpg: latin('\xff\xd8\xff\xe0\0\x10JFIF\0'),
  gif: latin('GIF89a\x01\0\x01\0'),
  webp: latin('RIFF\x10\0\0\0WEBPVP8 '),
  tif: latin('II*\0\x08\0\0\0'),
  bmp: Buffer.concat([latin('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'), Buffer.alloc(60)]),
  ico: latin('\0\0\x01\0\x01\0\x10\x10'),
  heic: latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
  avif: latin('\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf'),
  pdf: latin('%PDF-1.7\n%%EOF'),
  latePdf: latin(`\x1b%-12345X@PJL JOB\r\n${'@PJL SET X\r\n'.repeat(5)}%PDF-1.4\n`),
  lockedPdf: latin('%PDF-1.7\ntrailer << /Root 1 0 R /Encrypt 5 0 R >>\n%%EOF'),
  mp3: latin('ID3\x04\0'),
  mpeg: latin('\xff\xfb\x90\x64'),
  aac: latin('\xff\xf1\x50\x80'),
  wav: latin('RIFF\x10\0\0\0WAVEfmt '),
  ogg: latin('OggS\0\x02'),
  m4a: latin('\0\0\0\x20ftypM4A \0\0\0\0'),
  amr: latin('#!AMR\n\x04'),
  mp4: latin('\0\0\0\x18ftypisom\0\0\0\0isommp42'),
  mov: latin('\0\0\0\x14ftypqt  \0\0\0\0qt  '),
  webm: latin('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm'),
  mkv: latin('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska'),
  avi: latin('RIFF\x10\0\0\0AVI LIST'),
  exe,
  elf: latin('\x7fELF\x02\x01\x01\0'),
  macho: latin('\xcf\xfa\xed\xfe\x07\0\0\x01'),
  lnk: latin('\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46'),
  url: latin('[InternetShortcut]\r\nURL=https://evil.example/\r\n'),
  iso: at(0x8001, 'CD001'),
  dmg: Buffer.concat([Buffer.alloc(700), latin('koly'), Buffer.alloc(508)]),
  sh: latin('#!/bin/sh\nrm -rf ~\n'),
  bat: latin('@echo off\r\ndel *.*\r\n'),
  html: latin('<!DOCTYPE html><title>Pay</title>'),
  lateHtml: latin('\xef\xbb\xbf\r\n <!-- <p> --> <script>alert(1)</script>'),
  wideHtml: Buffer.from('\uFEFF<html><body>', 'utf16le'),
  svg: latin('<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
  xml: latin('<?xml version="1.0"?><Invoice/>'),
  mht: latin(
    'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n',
  ),
  eml: latin('Received: from a\r\n by b\r\nFrom: kim@a.example\r\n\r\nHello'),
  ics: latin('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'),
  vcf: latin('BEGIN:VCARD\r\nVERSION:3.0\r\n'),
  txt: latin('Words at the caf\xe9 at noon.\n'),
  rtf: latin('{\\rtf1\\ansi Words}'),
  zip: zip({ 'a.txt': 'words' }),
  lockedZip: lockedZip(),
  docx: office('word'),
  docm: office('word', { 'word/vbaProject.bin': 'x' }),
  xlsx: office('xl'),
  pptx: office('ppt'),
  odt: zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>' }),
  jar: zip({ 'META-INF/MANIFEST.MF': 'x', 'A.class': 'x' }),
  apk: zip({ 'AndroidManifest.xml': 'x', 'META-INF/MANIFEST.MF': 'x', 'classes.dex': 'x' }),
  doc: oleFile(['WordDocument', '1Table']),
  docMacros: oleFile(['WordDocument', 'Macros', '_VBA_PROJECT']),
  xls: oleFile(['Workbook']),
  msg: oleFile(['__properties_version1.0']),
  msi: oleFile(['x'], '\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46'),
  lockedDocx: oleFile(['EncryptionInfo', 'EncryptedPackage']),
  sevenZip: latin('7z\xbc\xaf\x27\x1c\0\x04'),
  rar: latin('Rar!\x1a\x07\x01\0\x33\x92\xb5\xe5\x0a\x01\x05\x06'),
  lockedRar: latin('Rar!\x1a\x07\x01\0\x33\x92\xb5\xe5\x04\x00'),
  gz: latin('\x1f\x8b\x08\0'),
  bz2: latin('BZh91AY&SY'),
  xz: latin('\xfd7zXZ\0\0'),
  tar: at(257, 'ustar'),
  polyglot: latin('GIF89a/*\0\0*/=1;alert(1)'),
  noise: latin('\x01\x02\x03\x04\x05\x06'),
  empty: Buffer.alloc(0),
} as const;
