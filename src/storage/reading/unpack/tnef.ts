/**
 * `winmail.dat`: what Outlook packs into one file, body and attachments (MS-OXTNEF).
 *
 * Promises: total and bounded in memory and time. Of a broken file what is readable is given, and that it is broken.
 * Leaves to others: cleaning names and HTML; where the files are listed.
 */
import { decodeCodePage } from './code-pages.ts';
import {
  bytesIn,
  numberIn,
  type Properties,
  readProperties,
  textIn,
  toText8,
} from './mapi-properties.ts';
import { readRtf } from './rtf.ts';
import { decompressRtf } from './rtf-compression.ts';
import { property } from './tnef-property.ts';
import { attribute, readTnefStream, type TnefAttribute } from './tnef-stream.ts';

export interface TnefFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly contentId?: string;
}

export interface Unpacked {
  readonly text?: string;
  readonly html?: string;
  readonly subject?: string;
  readonly files: readonly TnefFile[];
  readonly isBroken: boolean;
}

const mostFiles = 500;
const mostRtfBytes = 16 * 1024 * 1024;

export function unpackTnef(bytes: Buffer): Unpacked {
  const stream = readTnefStream(bytes);
  if (stream === undefined) return { files: [], isBroken: true };
  const { message, attachments } = sortAttributes(stream.attributes);
  const page = codePageOf(message);
  const properties = readProperties(message.get(attribute.messageProperties) ?? noProperties);
  const body = readBody(message, properties, page);
  const files = attachments.slice(0, mostFiles).map((each) => readFile(each, page));
  return {
    ...body.said,
    files: files.flatMap(({ file }) => file ?? []),
    isBroken:
      stream.isBroken ||
      properties.isBroken ||
      body.isBroken ||
      attachments.length > mostFiles ||
      files.some((file) => file.isBroken),
  };
}

const noProperties = Buffer.alloc(4);

type Attributes = ReadonlyMap<number, Buffer>;

/** Those of the message, and those of each attachment. */
function sortAttributes(attributes: readonly TnefAttribute[]): {
  readonly message: Attributes;
  readonly attachments: readonly Attributes[];
} {
  const message = new Map<number, Buffer>();
  const attachments: Map<number, Buffer>[] = [];
  for (const { id, bytes } of attributes) {
    if (id === attribute.attachBegins) attachments.push(new Map());
    const isOfAttachment = attachmentIds.has(id);
    const target = isOfAttachment ? attachments.at(-1) : message;
    if (target !== undefined && !target.has(id)) target.set(id, bytes);
  }
  return { message, attachments };
}

const attachmentIds: ReadonlySet<number> = new Set([
  attribute.attachBegins,
  attribute.attachTitle,
  attribute.attachContent,
  attribute.attachTransportName,
  attribute.attachProperties,
]);

function codePageOf(message: Attributes): number | undefined {
  const given = message.get(attribute.codePage);
  return given === undefined || given.length < 4 ? undefined : given.readUInt32LE(0) || undefined;
}

function readBody(
  message: Attributes,
  properties: Properties,
  page: number | undefined,
): {
  readonly said: Pick<Unpacked, 'text' | 'html' | 'subject'>;
  readonly isBroken: boolean;
} {
  const rtf = bytesIn(properties, property.rtf);
  const plain = rtf === undefined ? undefined : decompressRtf(rtf, mostRtfBytes);
  const wrapped = plain === undefined ? undefined : readRtf(plain.rtf);
  const html = htmlIn(properties, page) ?? (wrapped?.kind === 'html' ? wrapped.text : undefined);
  const legacy = (id: number) => {
    const given = message.get(id);
    return given === undefined ? undefined : toText8(given, page);
  };
  const text =
    filled(textIn(properties, property.body, page)) ??
    filled(legacy(attribute.body)) ??
    (wrapped === undefined || wrapped.kind === 'html' ? undefined : filled(wrapped.text));
  const subject =
    filled(textIn(properties, property.subject, page)) ?? filled(legacy(attribute.subject));
  return {
    said: {
      ...(text === undefined ? {} : { text: text.replace(/\r\n?/g, '\n') }),
      ...(html === undefined ? {} : { html }),
      ...(subject === undefined ? {} : { subject: subject.trim() }),
    },
    isBroken: rtf !== undefined && (plain === undefined || plain.isBroken || wrapped === undefined),
  };
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

function htmlIn(properties: Properties, page: number | undefined): string | undefined {
  const bytes = bytesIn(properties, property.html);
  const text =
    bytes === undefined
      ? textIn(properties, property.html, page)
      : decodeCodePage(bytes, numberIn(properties, property.internetPage));
  return filled(text);
}

function readFile(
  attributes: Attributes,
  page: number | undefined,
): { readonly file: TnefFile | undefined; readonly isBroken: boolean } {
  const given = attributes.get(attribute.attachProperties);
  const properties = readProperties(given ?? noProperties);
  const bytes =
    attributes.get(attribute.attachContent) ?? bytesIn(properties, property.attachContent);
  const said = (id: number) => filled(textIn(properties, id, page));
  const legacy = attributes.get(attribute.attachTitle);
  const name =
    said(property.attachLongName) ??
    said(property.attachName) ??
    said(property.displayName) ??
    (legacy === undefined ? undefined : filled(toText8(legacy, page))) ??
    '';
  if (bytes === undefined) return { file: undefined, isBroken: true };
  const contentId = said(property.attachContentId)?.replace(/^<|>$/g, '');
  return {
    file: {
      name,
      type: (said(property.attachType) ?? 'application/octet-stream').toLowerCase(),
      bytes,
      ...(contentId === undefined ? {} : { contentId }),
    },
    isBroken: properties.isBroken,
  };
}
