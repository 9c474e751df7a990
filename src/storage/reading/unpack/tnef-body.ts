/** The words of a TNEF message, from wherever it has them. Promises: total and bounded. */
import { decodeCodePage } from './code-pages.ts';
import { bytesIn, numberIn, type Properties, textIn, toText8 } from './mapi-properties.ts';
import { readRtf } from './rtf.ts';
import { decompressRtf } from './rtf-compression.ts';
import { property } from './tnef-property.ts';
import { attribute } from './tnef-stream.ts';

const mostRtfBytes = 16 * 1024 * 1024;

export interface BodyText {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly subject: string | undefined;
}

/** `attributes`: those of the message, by their ids. */
export function readBody(
  attributes: ReadonlyMap<number, Buffer>,
  properties: Properties,
  page: number | undefined,
): { readonly said: BodyText; readonly isBroken: boolean } {
  const rtf = bytesIn(properties, property.rtf);
  const plain = rtf === undefined ? undefined : decompressRtf(rtf, mostRtfBytes);
  const wrapped = plain === undefined ? undefined : readRtf(plain.rtf);
  const legacy = (id: number) => {
    const given = attributes.get(id);
    return given === undefined ? undefined : filled(toText8(given, page));
  };
  const text =
    filled(textIn(properties, property.body, page)) ??
    legacy(attribute.body) ??
    (wrapped === undefined || wrapped.kind === 'html' ? undefined : filled(wrapped.text));
  const subject = filled(textIn(properties, property.subject, page)) ?? legacy(attribute.subject);
  return {
    said: {
      text: text?.replace(/\r\n?/g, '\n'),
      html: htmlIn(properties, page) ?? (wrapped?.kind === 'html' ? wrapped.text : undefined),
      // Outlook puts an invisible sign of how long the prefix is before it.
      subject: subject?.replace(/^\u0001./, '').trim(),
    },
    isBroken:
      rtf !== undefined && (plain === undefined || plain.isBroken || wrapped?.isCut !== false),
  };
}

export function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

function htmlIn(properties: Properties, page: number | undefined): string | undefined {
  const bytes = bytesIn(properties, property.html);
  if (bytes === undefined) return filled(textIn(properties, property.html, page));
  return filled(decodeCodePage(bytes, numberIn(properties, property.internetPage) ?? page));
}
