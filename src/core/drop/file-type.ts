/**
 * What a file put into `drop/` is, by its first bytes.
 *
 * Promises: pure and total. The bytes decide; a name that says something else is told as a problem, never believed.
 * Leaves to others: showing it (edges/http), what comes of the rest of the file.
 */

export interface DroppedType {
  readonly what: 'fax' | 'recording';
  /** Media type. */
  readonly type: string;
  /** Endings of names that say the same, the usual one first. */
  readonly endings: readonly string[];
}

/** As much of a file's beginning as must be looked at. */
export const headBytes = 1024;

interface Sign {
  readonly is: DroppedType;
  holds(head: Uint8Array): boolean;
}

const fax = (type: string, ...endings: readonly string[]): DroppedType => ({
  what: 'fax',
  type,
  endings,
});
const sound = (type: string, ...endings: readonly string[]): DroppedType => ({
  what: 'recording',
  type,
  endings,
});

const signs: readonly Sign[] = [
  {
    is: fax('image/gif', 'gif'),
    holds: (head) => begins(head, 'GIF87a') || begins(head, 'GIF89a'),
  },
  { is: fax('image/png', 'png'), holds: (head) => begins(head, '\x89PNG\r\n\x1a\n') },
  {
    is: fax('image/tiff', 'tif', 'tiff', 'fax'),
    holds: (head) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => begins(head, mark)),
  },
  // Printers' job lines may stand before it (ISO 32000-1, annex H.3.4.1).
  { is: fax('application/pdf', 'pdf'), holds: (head) => textOf(head).includes('%PDF-') },
  {
    is: sound('audio/wav', 'wav', 'wave'),
    holds: (head) => /^RI(?:FF|FX)$/.test(textOf(head, 0, 4)) && textOf(head, 8, 12) === 'WAVE',
  },
  {
    is: sound('audio/ogg', 'ogg', 'oga', 'opus', 'spx'),
    holds: (head) => begins(head, 'OggS'),
  },
  {
    is: sound('audio/mp4', 'm4a', 'mp4', 'm4b', 'aac'),
    holds: (head) => textOf(head, 4, 8) === 'ftyp',
  },
  { is: sound('audio/amr', 'amr'), holds: (head) => begins(head, '#!AMR\n') },
  { is: sound('audio/amr-wb', 'awb', 'amr'), holds: (head) => begins(head, '#!AMR-WB\n') },
  {
    is: sound('audio/mpeg', 'mp3', 'mpga', 'mp2'),
    holds: (head) => begins(head, 'ID3') || isMpegFrame(head),
  },
];

/** Undefined for what is neither a fax nor a recording. */
export function findDroppedType(head: Uint8Array): DroppedType | undefined {
  return signs.find(({ holds }) => holds(head))?.is;
}

/** Whether the name's ending promises something else than the file is; a name without one promises nothing. */
export function isNamedOtherwise(name: string, { endings }: DroppedType): boolean {
  const ending = endingOf(name);
  return ending !== '' && !endings.includes(ending);
}

/** `mp3` of `call.MP3`; empty where there is none, or where it is no word. */
export function endingOf(name: string): string {
  return /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Eleven bits of one, then a version, a layer, a rate and a frequency that exist (ISO 11172-3, 2.4.2.3). */
function isMpegFrame([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  const isSync = first === 0xff && (second & 0xe0) === 0xe0;
  const version = (second >> 3) & 3;
  const layer = (second >> 1) & 3;
  return isSync && version !== 1 && layer !== 0 && third >> 4 !== 15 && ((third >> 2) & 3) !== 3;
}

function begins(head: Uint8Array, mark: string): boolean {
  return textOf(head, 0, mark.length) === mark;
}

function textOf(head: Uint8Array, from = 0, to = headBytes): string {
  return String.fromCharCode(...head.subarray(from, Math.min(to, headBytes)));
}
