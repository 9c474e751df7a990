import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sniffFile } from '../../../src/core/media/sniff-file.ts';
import { effortOf } from '../../helpers/effort.ts';
import { fileSamples } from '../../helpers/file-samples.ts';

const expected: Readonly<Record<keyof typeof fileSamples, string>> = {
  png: 'picture image/png',
  jpg: 'picture image/jpeg',
  gif: 'picture image/gif',
  webp: 'picture image/webp',
  tif: 'picture image/tiff',
  bmp: 'picture image/bmp',
  ico: 'picture image/x-icon',
  heic: 'picture image/heic',
  avif: 'picture image/avif',
  pdf: 'pdf application/pdf',
  latePdf: 'pdf application/pdf',
  lockedPdf: 'pdf application/pdf locked',
  mp3: 'sound audio/mpeg',
  mpeg: 'sound audio/mpeg',
  aac: 'sound audio/aac',
  wav: 'sound audio/wav',
  ogg: 'sound audio/ogg',
  m4a: 'sound audio/mp4',
  amr: 'sound audio/amr',
  mp4: 'video video/mp4',
  mov: 'video video/quicktime',
  webm: 'video video/webm',
  mkv: 'video video/x-matroska',
  avi: 'video video/x-msvideo',
  exe: 'program application/vnd.microsoft.portable-executable',
  elf: 'program application/x-executable',
  macho: 'program application/x-executable',
  lnk: 'shortcut application/x-ms-shortcut',
  url: 'shortcut text/x-shortcut',
  iso: 'disk application/x-iso9660-image',
  dmg: 'disk application/x-disk-image',
  sh: 'script text/x-script',
  bat: 'script text/x-script',
  html: 'page text/html',
  lateHtml: 'page text/html',
  wideHtml: 'page text/html',
  svg: 'page image/svg+xml',
  xml: 'text text/xml',
  mht: 'page multipart/related',
  eml: 'mail message/rfc822',
  ics: 'calendar text/calendar',
  vcf: 'card text/vcard',
  txt: 'text text/plain',
  rtf: 'document application/rtf',
  zip: 'archive application/zip',
  lockedZip: 'archive application/zip locked',
  docx: 'document application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  docm: 'macros application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'document application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'document application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'document application/vnd.oasis.opendocument.text',
  jar: 'program application/java-archive',
  apk: 'program application/vnd.android.package-archive',
  doc: 'document application/msword',
  docMacros: 'macros application/msword',
  xls: 'document application/vnd.ms-excel',
  msg: 'mail application/vnd.ms-outlook',
  msi: 'program application/x-msi',
  lockedDocx: 'document application/encrypted locked',
  sevenZip: 'archive application/x-7z-compressed',
  rar: 'archive application/vnd.rar',
  lockedRar: 'archive application/vnd.rar locked',
  gz: 'archive application/gzip',
  bz2: 'archive application/x-bzip2',
  xz: 'archive application/x-xz',
  tar: 'archive application/x-tar',
  polyglot: 'picture image/gif',
  noise: 'data application/octet-stream',
  empty: 'text text/plain',
};

it.each(Object.entries(fileSamples))('sniffFile knows %s', (name, bytes) => {
  const { family, type, isEncrypted } = sniffFile(bytes);
  const told = [family, type, ...(isEncrypted === true ? ['locked'] : [])].join(' ');
  expect({ [name]: told }).toEqual({ [name]: new Map(Object.entries(expected)).get(name) });
});

it('sniffFile takes any bytes, and those of every kind cut off or with one changed', () => {
  const samples = Object.values(fileSamples);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(sniffFile(bytes).type).toMatch(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/);
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(255), (sample, place, value) => {
      const bytes = Buffer.from(sample);
      if (bytes.length > 0) bytes[place % bytes.length] = value;
      sniffFile(bytes);
      sniffFile(bytes.subarray(0, place % (bytes.length + 1)));
    }),
  );
});

it('sniffFile is not kept busy by texts that begin like many things', () => {
  const pieces = ['<!---->', '<!--', '<?xml ?>', 'A:\r\n ', 'a:\n', '<!DOCTYPE svg ', 'PK\x03\x04'];
  const samples = pieces.map((piece) => Buffer.from(piece.repeat(40_000)));
  expect(effortOf(() => samples.map(sniffFile))).toBeLessThan(1000);
});
