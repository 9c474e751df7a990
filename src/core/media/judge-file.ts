/**
 * What is to be said of a file before somebody opens it: that it is something else than it is called, that it can do harm, that
 * nobody could look inside.
 *
 * Promises: pure and total; without its bytes the name alone is judged. What is usual is not remarked.
 * Leaves to others: the words (edges), viruses (verdicts).
 */
import {
  type FileFamily,
  familyOfEnding,
  familyOfType,
  fileEnding,
  harmfulFamilies,
  type SniffedFile,
} from './endings.ts';

export type FileRemark =
  /** By its name or its announced type it is something else. */
  | { readonly kind: 'disguised'; readonly claim: string; readonly is: FileFamily }
  /** It does something by itself when it is opened. */
  | { readonly kind: 'harmful'; readonly is: FileFamily }
  /** The ending that counts is not the one that meets the eye. */
  | { readonly kind: 'ending'; readonly ending: string }
  | { readonly kind: 'encrypted' };

export interface JudgedFile {
  readonly name: string;
  /** As announced. */
  readonly type: string;
  readonly size: number;
}

export function judgeFile(
  { name, type, size }: JudgedFile,
  seen: SniffedFile | undefined,
): readonly FileRemark[] {
  const ending = fileEnding(name);
  const claimed = familyOfEnding(ending);
  const family = familyIn(claimed, seen);
  const remarks: FileRemark[] = [];
  if (size > 0 && seen !== undefined && !fits(claimed ?? familyOfType(type), seen, ending))
    remarks.push({
      kind: 'disguised',
      claim: claimed === undefined ? type : `.${ending}`,
      is: seen.family,
    });
  if (family !== undefined && harmfulFamilies.has(family)) {
    if (!remarks.some((each) => each.kind === 'disguised' && each.is === family))
      remarks.push({ kind: 'harmful', is: family });
    if (hidesEnding(name, ending)) remarks.push({ kind: 'ending', ending: `.${ending}` });
  }
  if (seen?.isEncrypted === true) remarks.push({ kind: 'encrypted' });
  return remarks;
}

export function isHarmful(remarks: readonly FileRemark[]): boolean {
  return remarks.some(
    (each) =>
      (each.kind === 'harmful' || each.kind === 'disguised') && harmfulFamilies.has(each.is),
  );
}

/** What it is to the system that opens it: an ending chooses the program, and that takes what it can read. */
function familyIn(
  claimed: FileFamily | undefined,
  seen: SniffedFile | undefined,
): FileFamily | undefined {
  if (seen === undefined) return claimed;
  const isRead = claimed === 'text' && textual.has(seen.family);
  if (isRead) return 'text';
  if (harmfulFamilies.has(seen.family)) return seen.family;
  const mayBeMore = seen.family === 'text' || seen.family === 'data' || seen.family === 'document';
  return claimed !== undefined && harmfulFamilies.has(claimed) && mayBeMore ? claimed : seen.family;
}

/** Shown as they stand by whatever opens a text. */
const textual: ReadonlySet<FileFamily> = new Set([
  'text',
  'page',
  'script',
  'shortcut',
  'mail',
  'calendar',
  'card',
]);

/** Of these every form is known, so what is none of them is no such file. */
const wellKnown: ReadonlySet<FileFamily> = new Set(['picture', 'pdf']);

const companions: Readonly<Partial<Record<FileFamily, readonly FileFamily[]>>> = {
  text: [...textual],
  script: ['text', 'page'],
  shortcut: ['text'],
  page: ['text', 'mail', 'archive'],
  mail: ['text', 'page'],
  calendar: ['text'],
  card: ['text'],
  macros: ['document'],
  document: ['macros', 'text', 'archive'],
  // Many kinds are zip files under another name.
  archive: ['document'],
  sound: ['video'],
  video: ['sound'],
  program: ['text', 'archive', 'document', 'disk'],
  disk: ['archive'],
};

/** Never with macros: these have an ending of their own for it. */
const withoutMacros = /^(?:doc|xls|ppt|dot|xlt|pot|pps)x$/;

function fits(claimed: FileFamily | undefined, seen: SniffedFile, ending: string): boolean {
  if (claimed === undefined || claimed === seen.family) return true;
  if (seen.family === 'data') return !wellKnown.has(claimed);
  if (seen.family === 'macros' && withoutMacros.test(ending)) return false;
  return companions[claimed]?.includes(seen.family) ?? false;
}

/** Another known ending before the real one, or a gap, or signs that turn the name round. */
function hidesEnding(name: string, ending: string): boolean {
  if (ending === '') return false;
  const before = name.slice(0, name.toLowerCase().lastIndexOf(`.${ending}`));
  const inner = familyOfEnding(fileEnding(before));
  return (
    (inner !== undefined && !harmfulFamilies.has(inner)) ||
    /[\s\p{Z}\u2800\u3164]{3,}/u.test(name) ||
    /[\u202A-\u202E\u2066-\u2069]/.test(name) ||
    name.length > 120
  );
}

/** What a browser shows or plays, and runs nothing of: the type to give it, told by the bytes. */
export function shownType(
  seen: SniffedFile,
  announced: Pick<JudgedFile, 'type'>,
): string | undefined {
  if (!shownTypes.has(seen.type)) return undefined;
  // A recording of a telephone may stand in the box of a film.
  return seen.type === 'video/mp4' && announced.type.startsWith('audio/') ? 'audio/mp4' : seen.type;
}

const shownTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'application/pdf',
  'audio/mpeg',
  'audio/wav',
  'audio/ogg',
  'audio/mp4',
  'audio/flac',
  'audio/aac',
  'video/mp4',
  'video/webm',
  'video/quicktime',
]);

/** Whether a browser may show it as plain text, whatever it says of itself. */
export function isReadable({ family, type }: SniffedFile, name: string): boolean {
  const claimed = familyOfEnding(fileEnding(name));
  if (family === 'text')
    return claimed === undefined || !harmfulFamilies.has(claimed) || claimed === 'script';
  return family === 'script' || (claimed === 'text' && textual.has(family)) || type === 'text/xml';
}
