import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findDroppedType, isNamedOtherwise } from '../../../src/core/drop/file-type.ts';
import { readSeconds, readVoicemail } from '../../../src/core/drop/sidecar.ts';
import { readTranscript, transcriptEndings } from '../../../src/core/drop/transcript.ts';

const bytes = (text: string) => Buffer.from(text);

it('readTranscript gives the words of subtitles without times and marks', () => {
  const vtt =
    'WEBVTT\r\n\r\nNOTE made by a machine\r\n\r\n1\r\n00:00.000 --> 00:02.000 align:start\r\n<v Kim>Hello &amp; good <i>morning</i>\r\n\r\n00:02.000 --> 00:03.000\r\nThe lamp is dark.\r\n';
  expect(readTranscript(bytes(vtt), 'vtt')).toBe('Kim: Hello & good morning\nThe lamp is dark.');
  const srt =
    '1\n00:00:00,000 --> 00:00:02,000\nGuten Tag\nSchmidt\n\n2\n00:00:02,000 --> 00:00:03,000\nDanke\n';
  expect(readTranscript(bytes(srt), 'srt')).toBe('Guten Tag\nSchmidt\nDanke');
});

it('readTranscript gives the lines of recognised text', () => {
  const hocr =
    "<html><head><title>x</title></head><body><div class='ocr_page'><p class='ocr_par'><span class='ocr_line' title='bbox 1 2'><span class='ocrx_word'>Order</span> <span class='ocrx_word'>4711</span></span><span class='ocr_line'>two&nbsp;lamps</span></p></div></body></html>";
  expect(readTranscript(bytes(hocr), 'hocr')).toBe('Order 4711\ntwo lamps');
});

it('readTranscript takes the letters of any program', () => {
  expect(readTranscript(Buffer.from('\uFEFFGr\u00fc\u00dfe', 'utf8'), 'txt')).toBe('Grüße');
  expect(readTranscript(Buffer.from('Gr\u00fc\u00dfe', 'latin1'), 'txt')).toBe('Grüße');
  expect(readTranscript(Buffer.from('\uFEFFGrüße', 'utf16le'), 'txt')).toBe('Grüße');
});

it('readTranscript takes any bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 500 }),
      fc.constantFrom(...transcriptEndings),
      (any, ending) => {
        expect(typeof readTranscript(any, ending)).toBe('string');
      },
    ),
  );
});

it('readVoicemail reads what Asterisk writes beside a message, and nothing else', () => {
  const text =
    ';\n; Message Information file\n;\n[message]\norigmailbox=200\ncontext=macro-vm\ncallerid="Kim" <+49301234567>\norigtime=1795444215\nduration=12\n';
  expect(readVoicemail(text)).toEqual({
    from: '+49301234567',
    to: '200',
    at: 1_795_444_215_000,
    duration: 12,
    direction: 'in',
  });
  expect(readVoicemail('Please leave a [message] here')).toBeUndefined();
});

it.each([
  ['73', 73],
  ['73.4s', 73],
  ['1:13', 73],
  ['1:01:13', 3673],
  ['soon', undefined],
])('readSeconds reads "%s"', (text, expected) => {
  expect(readSeconds(text)).toBe(expected);
});

it.each([
  ['GIF89a…', 'image/gif'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['\x1b%-12345X@PJL\n%PDF-1.4', 'application/pdf'],
  ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav'],
  ['OggS\0', 'audio/ogg'],
  ['\0\0\0\x20ftypM4A ', 'audio/mp4'],
  ['#!AMR\n<', 'audio/amr'],
  ['#!AMR-WB\n<', 'audio/amr-wb'],
  ['ID3\x04', 'audio/mpeg'],
  ['\xff\xfb\x90\x00', 'audio/mpeg'],
  // AAC and text are neither.
  ['\xff\xf1\x50\x80', undefined],
  ['MZ', undefined],
  ['', undefined],
])('findDroppedType knows a file by its bytes (%#)', (head, expected) => {
  expect(findDroppedType(Buffer.from(head, 'latin1'))?.type).toBe(expected);
});

it('a name that promises another kind of file is told from one that promises nothing', () => {
  const wav = findDroppedType(Buffer.from('RIFF\0\0\0\0WAVE'));
  if (wav === undefined) throw new Error('A wave is known');
  expect(
    ['a.wav', 'a.WAVE', 'a', 'a.mp3', 'a.pdf'].map((name) => isNamedOtherwise(name, wav)),
  ).toEqual([false, false, false, true, true]);
});
