/**
 * The parts of a mail, and where they stand, byte by byte (RFC 2045, 2046). Reading and taking out see the same ones.
 *
 * Promises: any bytes give a tree, without copying and in one pass, or two where something is broken; positions are those
 * of the bytes that the part stands in. What is broken is put right as far as it can be told: a boundary that nobody named
 * or that never occurs, one written in other case or quotes, one that was never closed. What cannot is plain text. Nothing
 * lies outside of the parts but what stands before a first boundary and behind a last one.
 * Leaves to others: what the parts say, and which of them are text.
 */
import { invariant } from '../../base/fault.ts';
import {
  type BoundaryChoice,
  type BoundaryLine,
  beforeLineEnd,
  chooseBoundary,
  matchBoundary,
  nextHyphens,
  readLabels,
} from './boundary.ts';
import { readHeaderLines } from './header-lines.ts';
import { describePart, type PartDescription } from './part-description.ts';
import { decodeTransfer } from './transfer.ts';

export interface Part extends PartDescription {
  /** What the positions refer to: the mail, or decoded bytes of a multipart that was encoded against the rules. */
  readonly source: Buffer;
  /** First byte of the header of the part. */
  readonly start: number;
  readonly bodyStart: number;
  /** Behind the last byte of the body; the line end before a boundary is not in it. */
  readonly bodyEnd: number;
  readonly depth: number;
  readonly parent: Part | undefined;
  /** In order; none for a leaf. */
  readonly parts: readonly Part[];
  /** Holds parts that are deeper than is read: what is inside is one piece. */
  readonly isTooDeep: boolean;
  /** Where the last boundary ends, if it was closed. */
  readonly closedAt: number | undefined;
}

export interface PartTree {
  readonly root: Part;
  /** All parts, in the order in which they begin. */
  readonly all: readonly Part[];
  /** A boundary was missing, or had to be guessed. */
  readonly isBroken: boolean;
  /** The bytes end before the last boundary. */
  readonly isCut: boolean;
  readonly hasTooMany: boolean;
}

export interface TreeLimits {
  readonly parts: number;
  readonly depth: number;
  /** Attached mails hold parts too. */
  readonly intoMessages?: boolean;
}

export const readingLimits: TreeLimits = { parts: 1000, depth: 50 };

/** A mail is no parcel within a parcel; who encodes a multipart twice gets the inner one as a file. */
const mostDecodings = 3;

type Building = { -readonly [key in Exclude<keyof Part, 'parts' | 'parent'>]: Part[key] } & {
  parts: Building[];
  parent: Building | undefined;
};

interface Open {
  readonly part: Building;
  readonly boundary: Buffer;
}

interface Flags {
  isBroken: boolean;
  isCut: boolean;
  hasTooMany: boolean;
}

interface Ground {
  readonly source: Buffer;
  readonly limits: TreeLimits;
  readonly depth: number;
  readonly decodings: number;
  /** Parts that there are already. */
  readonly count: number;
}

export function readPartTree(source: Buffer, limits: TreeLimits = readingLimits): PartTree {
  const { root, flags } = grow({ source, limits, depth: 0, decodings: 0, count: 0 });
  return { root, all: inOrder(root), ...flags };
}

function inOrder(root: Part): readonly Part[] {
  const all: Part[] = [];
  const open: Part[] = [root];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    all.push(part);
    for (let at = part.parts.length - 1; at >= 0; at -= 1) {
      const inside = part.parts[at];
      if (inside !== undefined) open.push(inside);
    }
  }
  return all;
}

interface Grown {
  readonly root: Building;
  readonly all: Building[];
  readonly flags: Flags;
}

function grow(ground: Ground): Grown {
  const first = scan(ground, undefined);
  decodeParcels(first, ground);
  if (first.all.every(isSettled)) return first;
  const { source } = ground;
  const labels = readLabels(source, first.root.bodyStart, source.length);
  const again = scan(ground, (declared, from, isOpen) =>
    chooseBoundary(labels, declared, from, isOpen),
  );
  decodeParcels(again, ground);
  again.flags.isBroken ||= !again.all.every(isSettled);
  return again;
}

/** A multipart has parts, or was closed at once. */
function isSettled({ type, parts, isTooDeep, closedAt }: Part): boolean {
  return !type.startsWith('multipart/') || isTooDeep || parts.length > 0 || closedAt !== undefined;
}

/** A multipart that is encoded as a whole, against RFC 2045 section 6.4. */
function decodeParcels(grown: Grown, ground: Ground): void {
  if (ground.decodings >= mostDecodings) return;
  for (const part of grown.all.filter((each) => !isSettled(each))) {
    if (part.encoding === 'identity') continue;
    const header = part.source
      .toString('latin1', part.start, part.bodyStart)
      .replace(/^content-transfer-encoding[ \t]*:/gim, 'X-Transfer-Encoding:');
    const body = decodeTransfer(part.source.subarray(part.bodyStart, part.bodyEnd), part.encoding);
    const inner = grow({
      source: Buffer.concat([Buffer.from(header, 'latin1'), body]),
      limits: ground.limits,
      depth: part.depth,
      decodings: ground.decodings + 1,
      count: ground.count + grown.all.length,
    });
    part.parts = inner.root.parts;
    for (const each of part.parts) each.parent = part;
    grown.flags.isCut ||= inner.flags.isCut;
    grown.flags.hasTooMany ||= inner.flags.hasTooMany;
    grown.flags.isBroken = true;
  }
}

type Choose = (
  declared: string | undefined,
  from: number,
  isOpen: (label: string) => boolean,
) => BoundaryChoice | undefined;

function scan(ground: Ground, choose: Choose | undefined): Grown {
  const { source, limits } = ground;
  const flags: Flags = { isBroken: false, isCut: false, hasTooMany: false };
  const all: Building[] = [];
  /** Multiparts whose boundary is waited for, and every part that has not ended, outermost first. */
  const open: Open[] = [];
  const live: Building[] = [];
  let closed: Open | undefined;
  let anyEnd = choose !== undefined;

  function begin(start: number, parent: Building | undefined): void {
    let next: { start: number; parent: Building | undefined } | undefined = { start, parent };
    while (next !== undefined) {
      const part = readPart(next.start, next.parent);
      next = enter(part) ? { start: part.bodyStart, parent: part } : undefined;
    }
  }

  function readPart(start: number, parent: Building | undefined): Building {
    const header = readHeaderLines(source, {
      start,
      end: source.length,
      isMail: parent === undefined || isMessage(parent.type),
      isBoundary: (at) => open.some(({ boundary }) => matchBoundary(source, at, boundary)),
    });
    anyEnd ||= header.hasBareCr;
    const part: Building = {
      ...describePart(header.fields, parent?.type),
      source,
      start,
      bodyStart: header.bodyStart,
      bodyEnd: source.length,
      depth: parent === undefined ? ground.depth : parent.depth + 1,
      parent,
      parts: [],
      isTooDeep: false,
      closedAt: undefined,
    };
    parent?.parts.push(part);
    all.push(part);
    live.push(part);
    return part;
  }

  /** Whether a mail begins within the part. */
  function enter(part: Building): boolean {
    const holdsMail =
      limits.intoMessages === true && isMessage(part.type) && part.encoding === 'identity';
    const holdsParts = part.type.startsWith('multipart/');
    if (!holdsMail && !holdsParts) return false;
    if (part.depth >= limits.depth) {
      part.isTooDeep = true;
      return false;
    }
    if (holdsMail) return all.length + ground.count < limits.parts;
    const declared = part.parameters.get('boundary')?.trimEnd();
    const isOpen = (label: string) =>
      open.some(({ boundary }) => boundary.toString('latin1') === label);
    const choice = choose?.(declared, part.bodyStart, isOpen) ?? {
      boundary: declared ?? '',
      isGuessed: false,
    };
    if (choice.isGuessed) flags.isBroken = true;
    if (choice.boundary !== '' || choice.isGuessed)
      open.push({ part, boundary: Buffer.from(choice.boundary, 'latin1') });
    return false;
  }

  /** Ends all that stands within the multipart. */
  function endWithin(part: Building, end: number): void {
    while (live.length > 0 && live.at(-1) !== part) {
      const ended = live.pop();
      if (ended !== undefined) ended.bodyEnd = Math.max(ended.bodyStart, end);
    }
  }

  function meet(level: number, at: number, { isClosing, next }: BoundaryLine): number | undefined {
    const entry = open[level];
    if (entry === undefined) return undefined;
    endWithin(entry.part, beforeLineEnd(source, at, next));
    if (open.slice(level + 1).some(({ part }) => part.parts.length > 0)) flags.isBroken = true;
    open.length = level + 1;
    closed = undefined;
    if (isClosing) {
      entry.part.closedAt = next;
      closed = open.pop();
      return next;
    }
    if (all.length + ground.count >= limits.parts) {
      flags.hasTooMany = true;
      return undefined;
    }
    begin(next, entry.part);
    return all.at(-1)?.bodyStart ?? next;
  }

  begin(0, undefined);
  let from: number | undefined = all.at(-1)?.bodyStart;
  while (from !== undefined && open.length + (closed === undefined ? 0 : 1) > 0) {
    const at = nextHyphens(source, from, source.length, anyEnd);
    if (at < 0) break;
    const level = open.findLastIndex(({ boundary }) => matchBoundary(source, at, boundary));
    const entry = level < 0 ? closed : open[level];
    const line = entry === undefined ? undefined : matchBoundary(source, at, entry.boundary);
    if (entry === undefined || line === undefined || (level < 0 && line.isClosing)) {
      from = at + 2;
    } else if (level >= 0) {
      from = meet(level, at, line);
    } else {
      // Parts go on behind what was said to be the last boundary.
      flags.isBroken = true;
      entry.part.closedAt = undefined;
      open.push(entry);
      from = meet(open.length - 1, at, line);
    }
  }
  flags.isCut = !flags.hasTooMany && open.some(({ part }) => part.parts.length > 0);
  const [root] = all;
  invariant(root !== undefined, 'A mail has a root');
  return { root, all, flags };
}

function isMessage(type: string): boolean {
  return type === 'message/rfc822' || type === 'message/global';
}
