/**
 * The words of a transcript or of recognised text, out of the files that programs write beside a recording or a fax.
 *
 * Promises: pure and total; in time proportional to the length. The file itself is kept where it holds more than its words.
 */
import { endingOf } from './file-type.ts';

/** Endings of files that hold words, in the order in which they are believed. */
export const transcriptEndings = ['txt', 'vtt', 'srt', 'hocr'] as const;

export type TranscriptEnding = (typeof transcriptEndings)[number];

/** Longer transcripts are cut; the file is attached whole. */
export const mostTranscript = 1_000_000;

export function transcriptEndingOf(name: string): TranscriptEnding | undefined {
  const ending = endingOf(name);
  return transcriptEndings.find((each) => each === ending);
}

/** Empty when nothing is said. */
export function readTranscript(bytes: Uint8Array, ending: TranscriptEnding): string {
  const text = decode(bytes).slice(0, mostTranscript).replace(/\r\n?/g, '\n');
  switch (ending) {
    case 'txt':
      return tidy(text);
    case 'vtt':
    case 'srt':
      return tidy(wordsOfCues(text));
    case 'hocr':
      return tidy(wordsOfHocr(text));
  }
}

/** UTF-8, or UTF-16 by its mark; what is neither is taken letter by letter (Latin 1). */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: older programs write the letters of Western Europe.
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** WebVTT and SubRip: blocks of lines, a time in one of them, words below it. */
function wordsOfCues(text: string): string {
  const blocks = text.split(/\n{2,}/);
  const said = blocks.flatMap((block) => {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    return at < 0
      ? []
      : [
          lines
            .slice(at + 1)
            .map(withoutMarkup)
            .join('\n'),
        ];
  });
  return said.join('\n');
}

/** `<v Anna>Hello</v>` says who speaks; other marks say nothing. */
function withoutMarkup(line: string): string {
  return decodeEntities(
    line.replace(/<v(?:\.[^\s>]{0,50})?\s+([^>]{1,100})>/g, '$1: ').replace(/<[^<>]{0,200}>/g, ''),
  );
}

/** hOCR is HTML: a line of the page is a line of the text. */
function wordsOfHocr(text: string): string {
  const body = text
    .replace(/<head[\s>][\s\S]{0,100000}?<\/head>/i, ' ')
    .replace(/\s+/g, ' ')
    .replace(/<[^<>]{0,2000}\bocr_(?:line|textfloat|header|caption)\b[^<>]{0,2000}>/g, '\n')
    .replace(/<[^<>]{0,2000}\bocr_(?:par|carea|page)\b[^<>]{0,2000}>/g, '\n\n')
    .replace(/<[^<>]{0,2000}>/g, '');
  return decodeEntities(body)
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  amp: '&',
};

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi,
    (whole, number, hex, name) => {
      const code = number === undefined ? Number.parseInt(hex ?? '', 16) : Number(number);
      if (Number.isInteger(code) && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      return entities[String(name).toLowerCase()] ?? whole;
    },
  );
}

function tidy(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replaceAll('\0', '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
