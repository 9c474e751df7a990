/**
 * What a zip or an OLE file holds, told by the names inside: documents, documents with macros, programs.
 *
 * Promises: pure, total and bounded: nothing is unpacked, and of a directory no more than its first names are read.
 */
import type { SniffedFile } from './endings.ts';
import { beginsAt, latin } from './latin.ts';

const mostNames = 5000;
/** A comment of at most 65,535 bytes may follow the end of the directory (APPNOTE 4.3.16). */
const mostEnd = 65_557;

interface ZipNames {
  readonly names: readonly string[];
  readonly isEncrypted: boolean;
}

export function sniffZip(bytes: Uint8Array): SniffedFile | undefined {
  const isZip = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08PK'].some((mark) => beginsAt(bytes, mark));
  if (!isZip) return undefined;
  const { names, isEncrypted } = readZipNames(bytes);
  const found = kindOfNames(names, bytes);
  return isEncrypted ? { ...found, isEncrypted: true } : found;
}

const office = 'application/vnd.openxmlformats-officedocument';
const officeKinds: readonly (readonly [folder: string, type: string])[] = [
  ['word/', `${office}.wordprocessingml.document`],
  ['xl/', `${office}.spreadsheetml.sheet`],
  ['ppt/', `${office}.presentationml.presentation`],
];

function kindOfNames(names: readonly string[], bytes: Uint8Array): SniffedFile {
  const has = (one: RegExp) => names.some((name) => one.test(name));
  if (has(/^AndroidManifest\.xml$/)) return program('application/vnd.android.package-archive');
  if (has(/^AppxManifest\.xml$/i)) return program('application/appx');
  if (has(/^Payload\/[^/]{1,200}\.app\//)) return program('application/octet-stream');
  if (has(/^\[Content_Types\]\.xml$/)) {
    const type = officeKinds.find(([folder]) => has(new RegExp(`^${folder}`, 'i')))?.[1];
    const hasMacros = has(/(?:^|\/)vbaProject\.bin$/i) || has(/^xl\/macrosheets\//i);
    if (hasMacros) return { family: 'macros', type: type ?? zipType };
    if (type !== undefined) return { family: 'document', type };
  }
  // OpenDocument and EPUB name their type in an entry of its own, unpacked, before all others.
  const named = /^mimetype(application\/[a-z0-9.+-]{1,80})/.exec(latin(bytes, 30, 150))?.[1];
  if (named !== undefined)
    return { family: has(/^Basic\/.{1,200}\.xml$/) ? 'macros' : 'document', type: named };
  if (has(/^META-INF\/MANIFEST\.MF$/i)) return program('application/java-archive');
  return { family: 'archive', type: zipType };
}

const zipType = 'application/zip';

const program = (type: string): SniffedFile => ({ family: 'program', type });

/** From the directory at the end; from the entries themselves where it is missing or broken. */
function readZipNames(bytes: Uint8Array): ZipNames {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(bytes);
  const names: string[] = [];
  let isEncrypted = false;
  if (end !== undefined) {
    let at = view.getUint32(end + 16, true);
    while (
      names.length < mostNames &&
      at + 46 <= bytes.length &&
      beginsAt(bytes, 'PK\x01\x02', at)
    ) {
      const length = view.getUint16(at + 28, true);
      isEncrypted ||= (view.getUint16(at + 8, true) & 1) === 1;
      names.push(latin(bytes, at + 46, at + 46 + Math.min(length, 500)));
      at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  }
  if (names.length > 0) return { names, isEncrypted };
  let at = 0;
  while (names.length < mostNames && at + 30 <= bytes.length && beginsAt(bytes, 'PK\x03\x04', at)) {
    const length = view.getUint16(at + 26, true);
    const flags = view.getUint16(at + 6, true);
    isEncrypted ||= (flags & 1) === 1;
    names.push(latin(bytes, at + 30, at + 30 + Math.min(length, 500)));
    // Its length follows it, so the next one is nowhere to be found.
    if ((flags & 8) === 8) break;
    at += 30 + length + view.getUint16(at + 28, true) + view.getUint32(at + 18, true);
  }
  return { names, isEncrypted };
}

function findEnd(bytes: Uint8Array): number | undefined {
  const least = Math.max(0, bytes.length - mostEnd);
  for (let at = bytes.length - 22; at >= least; at -= 1)
    if (bytes[at] === 0x50 && beginsAt(bytes, 'PK\x05\x06', at)) return at;
  return undefined;
}

/** Class of a package of Windows Installer, {000C1084-0000-0000-C000-000000000046}. */
const installer = '\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46';

const oleKinds: readonly (readonly [name: string, type: string])[] = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['Book', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
];

/** Compound files (MS-CFB): names of the directory stand in it as UTF-16, 128 bytes an entry. */
export function sniffOle(bytes: Uint8Array): SniffedFile | undefined {
  if (!beginsAt(bytes, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') || bytes.length < 512) return undefined;
  const { names, root } = readOleNames(bytes);
  if (root === installer) return program('application/x-msi');
  if (names.has('EncryptedPackage'))
    return { family: 'document', type: 'application/encrypted', isEncrypted: true };
  if (names.has('__properties_version1.0'))
    return { family: 'mail', type: 'application/vnd.ms-outlook' };
  const type = oleKinds.find(([name]) => names.has(name))?.[1] ?? 'application/x-ole-storage';
  const hasMacros = names.has('_VBA_PROJECT') || names.has('VBA') || names.has('_VBA_PROJECT_CUR');
  return { family: hasMacros ? 'macros' : 'document', type };
}

const mostSectors = 256;

function readOleNames(bytes: Uint8Array): {
  readonly names: ReadonlySet<string>;
  readonly root: string;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = new Set<string>();
  const sectorSize = view.getUint16(30, true) === 12 ? 4096 : 512;
  const tables = Array.from({ length: 109 }, (_, index) => view.getUint32(76 + index * 4, true));
  const placeOf = (sector: number) => (sector + 1) * sectorSize;
  let root = '';
  let sector = view.getUint32(48, true);
  for (let count = 0; count < mostSectors; count += 1) {
    const start = placeOf(sector);
    if (start + sectorSize > bytes.length) break;
    for (let at = start; at < start + sectorSize; at += 128) {
      const length = Math.min(64, view.getUint16(at + 64, true));
      if (bytes[at + 66] === 5) root = latin(bytes, at + 80, at + 96);
      names.add(latin(bytes, at, at + Math.max(0, length - 2)).replaceAll('\0', ''));
    }
    // The table of sectors says which one follows.
    const perTable = sectorSize / 4;
    const table = tables[Math.floor(sector / perTable)];
    const place = table === undefined ? -1 : placeOf(table) + (sector % perTable) * 4;
    if (place < 0 || place + 4 > bytes.length) break;
    sector = view.getUint32(place, true);
  }
  return { names, root };
}
