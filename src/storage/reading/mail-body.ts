/**
 * The words and the files of a mail, out of its parts.
 *
 * Promises: total and bounded. Every text is shown once: where a part is there in several forms, its best text and its best
 * HTML; texts side by side follow each other. Files keep the order in which they stand in the mail, and what was unpacked
 * out of some of them comes behind. Nothing is fetched, verified or decrypted.
 * Leaves to others: where parts stand (part-tree.ts), its header (mail-header.ts).
 */
import type { Attachment, Protection } from '../../core/message/mail.ts';
import type { TextHints } from './charset.ts';
import { findFirstNamed, kindOfLeaf } from './leaf-kind.ts';
import { limits } from './limits.ts';
import { typeOfName } from './media-type.ts';
import { bodyOf, contentOf } from './part-content.ts';
import { type Part, type PartTree, readPartTree } from './part-tree.ts';
import { isBinary, lastResort, readPartWords, withLineFeeds } from './part-words.ts';
import { createProblemList, type ProblemList } from './problem-list.ts';
import { protectionOfParts, protectionOfText } from './protection.ts';
import { bestForms, joinPieces, type Piece } from './text-pieces.ts';
import { endsWithinBase64 } from './transfer.ts';
import { kindOfCms, openSigned } from './unpack/smime.ts';
import { unpackTnef } from './unpack/tnef.ts';
import { takeUuencoded } from './unpack/uuencode.ts';

/** A file of the mail before it has its place and name. */
export interface FoundFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly part?: Part;
  readonly contentId?: string;
  readonly from?: NonNullable<Attachment['from']>;
}

export interface MailBody {
  readonly text: string;
  readonly html: string | undefined;
  /** Those of the mail itself, then those that were unpacked. */
  readonly files: readonly FoundFile[];
  readonly protection: Protection | undefined;
  /** Of winmail.dat, for a mail that has none. */
  readonly subject: string | undefined;
}

interface Gathering {
  readonly own: FoundFile[];
  readonly unpacked: FoundFile[];
  readonly problems: ProblemList;
  readonly hints: TextHints;
  readonly containers: number;
  firstNamed: Part | undefined;
  room: number;
  protection: Protection | undefined;
  packed: { text?: string; html?: string; subject?: string } | undefined;
}

function beginGathering(
  parts: readonly Part[],
  hints: TextHints,
  problems: ProblemList,
): Gathering {
  return {
    own: [],
    unpacked: [],
    problems,
    hints,
    containers: 0,
    firstNamed: findFirstNamed(parts),
    room: limits.unpackedBytes,
    protection: protectionOfParts(parts),
    packed: undefined,
  };
}

export function readBody(tree: PartTree, hints: TextHints, problems: ProblemList): MailBody {
  const state = beginGathering(tree.all, hints, problems);
  noteTree(tree, problems);
  const pieces = gather(tree.root, state);
  const { text, html } = joinPieces(withPacked(pieces, state.packed));
  const files = [...state.own, ...state.unpacked].slice(0, limits.attachments);
  const words = text.trim() === '' ? lastResort(tree, files.length > 0, hints) : text;
  return {
    text: shorten(words, limits.textCharacters, problems),
    html: html === undefined ? undefined : shorten(html, limits.htmlCharacters, problems),
    files,
    protection: state.protection ?? protectionOfText(words),
    subject: state.packed?.subject,
  };
}

/** What one part alone gives that is packed into it: texts that are not its own, and files. */
export function openContainer(part: Part): {
  readonly texts: readonly string[];
  readonly files: readonly Buffer[];
} {
  const state = beginGathering([part], {}, createProblemList());
  const pieces = gatherLeaf(part, state);
  const said = part.type.startsWith('text/') ? [] : [...pieces, state.packed ?? {}];
  return {
    texts: said.flatMap(({ text, html }) => [text ?? '', html ?? '']),
    files: state.unpacked.map(({ bytes }) => bytes),
  };
}

function noteTree(tree: PartTree, problems: ProblemList): void {
  if (tree.hasTooMany)
    problems.add('too-many-parts', `Only the first ${tree.all.length} parts of the mail are read`);
  if (tree.isBroken)
    problems.add('boundary-broken', 'The borders between the parts of the mail are damaged');
  if (tree.isCut) problems.add('truncated', 'The mail ends before its last part does');
  if (tree.all.some(({ isTooDeep }) => isTooDeep))
    problems.add('too-deep', 'Parts lie too deep within each other; the innermost are one file');
}

function gather(part: Part, state: Gathering): readonly Piece[] {
  if (part.parts.length === 0) return gatherLeaf(part, state);
  if (part.type === 'multipart/alternative')
    return bestForms(part.parts.map((each) => gather(each, state)));
  return part.parts.flatMap((each) => gather(each, state));
}

function gatherLeaf(part: Part, state: Gathering): readonly Piece[] {
  switch (kindOfLeaf(part, state.firstNamed)) {
    case 'words':
      return wordsOf(part, state);
    case 'file':
      state.own.push(fileOf(part, state));
      return [];
    case 'tnef':
      openTnef(part, state);
      return [];
    case 'cms':
      return openCms(part, state);
  }
}

/** What says that it is text and is none, is a file. */
function wordsOf(part: Part, state: Gathering): readonly Piece[] {
  if (!isBinary(part, contentOf(part, bodyOf(part).subarray(0, 4000))))
    return [readPart(part, state)];
  const file = fileOf(part, state);
  state.own.push({ ...file, type: 'application/octet-stream' });
  return [];
}

function fileOf(part: Part, { problems }: Gathering): FoundFile {
  const { fileName, type } = part;
  // Within the mail a group that is not whole is noise; at its end something is missing.
  if (
    part.encoding === 'base64' &&
    part.bodyEnd === part.source.length &&
    endsWithinBase64(bodyOf(part))
  )
    problems.add('truncated', 'A file ends within its encoding');
  const named =
    type === 'application/octet-stream' && fileName !== '' ? typeOfName(fileName) : type;
  return {
    name: fileName,
    type: part.isTooDeep ? 'message/rfc822' : named,
    bytes: contentOf(part),
    part,
  };
}

function readPart(part: Part, state: Gathering): Piece {
  const piece = readPartWords(part, state);
  return piece.text === undefined || part.type === 'message/delivery-status'
    ? piece
    : { ...piece, text: takeFiles(piece.text, state) };
}

function takeFiles(text: string, state: Gathering): string {
  const { text: rest, files } = takeUuencoded(text);
  for (const { name, bytes } of files)
    addUnpacked({ name, type: typeOfName(name), bytes, from: 'uuencode' }, state);
  return rest;
}

/** False where no room is left. */
function addUnpacked(file: FoundFile, state: Gathering): boolean {
  if (file.bytes.length > state.room) {
    state.problems.add('decoded-too-large', 'More is packed into the mail than is unpacked');
    return false;
  }
  state.room -= file.bytes.length;
  state.unpacked.push(file);
  return true;
}

function openTnef(part: Part, state: Gathering): void {
  const file = fileOf(part, state);
  const { files, isBroken, text, html, subject } = unpackTnef(file.bytes);
  if (isBroken)
    state.problems.add('container-broken', `The file ${file.name || 'winmail.dat'} is damaged`);
  // Outlook often leaves the type out.
  const isVague = (type: string) => type === 'application/octet-stream';
  const isWhole = files.every((each) => {
    const type = isVague(each.type) ? typeOfName(each.name) : each.type;
    return addUnpacked({ ...each, type, from: 'tnef' }, state);
  });
  if (isBroken || files.length === 0 || !isWhole) state.own.push(file);
  state.packed ??= {
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function openCms(part: Part, state: Gathering): readonly Piece[] {
  const file = fileOf(part, state);
  state.own.push(file);
  const kind = kindOfCms(file.bytes);
  const said = part.parameters.get('smime-type')?.toLowerCase() ?? '';
  if (kind === 'encrypted' || (kind === undefined && /enveloped/.test(said)))
    state.protection = { kind: 'encrypted', by: 'smime' };
  const opened = state.containers < limits.containers ? openSigned(file.bytes) : undefined;
  if (kind === 'signed' && (opened !== undefined || said === 'signed-data'))
    state.protection ??= { kind: 'signed', by: 'smime' };
  if (opened === undefined) return [];
  if (opened.isBroken)
    state.problems.add('container-broken', 'The signed content of the mail is damaged');
  if (opened.content.length > state.room) {
    state.problems.add('decoded-too-large', 'More is packed into the mail than is unpacked');
    return [];
  }
  state.room -= opened.content.length;
  return gatherInside(opened.content, state);
}

/** The files of a signed content are unpacked ones of the mail. */
function gatherInside(content: Buffer, state: Gathering): readonly Piece[] {
  const tree = readPartTree(content);
  const own: FoundFile[] = [];
  const inside: Gathering = {
    ...state,
    own,
    containers: state.containers + 1,
    firstNamed: findFirstNamed(tree.all),
    protection: protectionOfParts(tree.all),
  };
  noteTree(tree, state.problems);
  const pieces = gather(tree.root, inside);
  state.unpacked.push(...own.map(({ part: _, ...file }) => ({ ...file, from: 'smime' as const })));
  state.room = inside.room;
  state.packed ??= inside.packed;
  if (inside.protection?.kind === 'encrypted') state.protection = inside.protection;
  else state.protection ??= inside.protection;
  return pieces;
}

/** The body that winmail.dat holds, where the mail itself has no other. */
function withPacked(pieces: readonly Piece[], packed: Gathering['packed']): readonly Piece[] {
  if (packed?.text === undefined && packed?.html === undefined) return pieces;
  const said = pieces.filter(({ text, html }) => `${text ?? ''}${html ?? ''}`.trim() !== '');
  if (said.length === 0)
    return [
      {
        ...(packed.text === undefined ? {} : { text: withLineFeeds(packed.text) }),
        ...(packed.html === undefined ? {} : { html: packed.html }),
      },
    ];
  const [only] = said;
  return said.length === 1 && only?.html === undefined && packed.html !== undefined
    ? [{ ...only, html: packed.html }]
    : pieces;
}

function shorten(text: string, most: number, problems: ProblemList): string {
  if (text.length <= most) return text;
  problems.add('text-shortened', `The text has ${text.length} characters, ${most} are shown`);
  return text.slice(0, most);
}
