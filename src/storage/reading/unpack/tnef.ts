/**
 * `winmail.dat`: what Outlook packs into one file, body and attachments (MS-OXTNEF).
 *
 * Promises: total and bounded in memory, time and depth. Of a broken file what is readable is given, and that it is broken. Mails that
 * were attached come as mails, a meeting comes as a calendar file.
 * Leaves to others: cleaning names and HTML; where the files are listed.
 */
import {
  bytesIn,
  numberIn,
  type Properties,
  readProperties,
  readRows,
  textIn,
  timeIn,
  toText8,
} from './mapi-properties.ts';
import { filled, readBody } from './tnef-body.ts';
import { formatInnerMail } from './tnef-mail.ts';
import { formatMeeting, readMeeting } from './tnef-meeting.ts';
import type { TnefFile, TnefMessage, TnefPerson } from './tnef-message.ts';
import { property } from './tnef-property.ts';
import { attribute, readTnefStream, type TnefAttribute } from './tnef-stream.ts';

export interface Unpacked {
  readonly text?: string;
  readonly html?: string;
  readonly subject?: string;
  readonly files: readonly TnefFile[];
  readonly isBroken: boolean;
}

const mostFiles = 500;
const mostRecipients = 500;
/** Mails within mails; what is packed deeper stays packed. */
const deepest = 3;

export function unpackTnef(bytes: Buffer): Unpacked {
  const message = readMessage(bytes, 0);
  if (message === undefined) return { files: [], isBroken: true };
  const { text, html, subject, files, isBroken } = message;
  return {
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(subject === undefined ? {} : { subject }),
    files,
    isBroken,
  };
}

function readMessage(bytes: Buffer, depth: number): TnefMessage | undefined {
  const stream = readTnefStream(bytes);
  if (stream === undefined) return undefined;
  const { message, attachments } = sortAttributes(stream.attributes);
  const given = message.get(attribute.messageProperties);
  const properties = readProperties(given ?? noProperties);
  const page = codePageOf(message, properties);
  const body = readBody(message, properties, page);
  const files = attachments.slice(0, mostFiles).map((each) => readFile(each, { page, depth }));
  const found: TnefMessage = {
    ...body.said,
    ...readPeople(message, properties, page),
    date: timeIn(properties, property.submitted) ?? timeIn(properties, property.delivered),
    meeting: readMeeting(classOf(message, properties, page), properties, page),
    files: files.flatMap(({ file }) => file ?? []),
    isBroken:
      stream.isBroken ||
      properties.isBroken ||
      body.isBroken ||
      attachments.length > mostFiles ||
      files.some((file) => file.isBroken),
  };
  if (found.meeting === undefined) return found;
  return { ...found, files: [formatMeeting(found.meeting, found), ...found.files] };
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
    const target = attachmentIds.has(id) ? attachments.at(-1) : message;
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

/** Of strings without one of their own. */
function codePageOf(message: Attributes, properties: Properties): number | undefined {
  const given = message.get(attribute.codePage);
  const page = given === undefined || given.length < 4 ? 0 : given.readUInt32LE(0);
  return page || numberIn(properties, property.messagePage) || undefined;
}

function classOf(message: Attributes, properties: Properties, page: number | undefined): string {
  const legacy = message.get(attribute.messageClass);
  const given = textIn(properties, property.messageClass, page);
  return given ?? (legacy === undefined ? '' : toText8(legacy, page));
}

function readPeople(
  message: Attributes,
  properties: Properties,
  page: number | undefined,
): Pick<TnefMessage, 'from' | 'to' | 'cc'> {
  const said = (id: number) => filled(textIn(properties, id, page));
  const name = said(property.representingName) ?? said(property.senderName);
  const address = [
    property.representingSmtp,
    property.senderSmtp,
    property.representingAddress,
    property.senderAddress,
  ]
    .map(said)
    .find((each) => each?.includes('@'));
  const rows = readRows(message.get(attribute.recipients) ?? noProperties, mostRecipients);
  const ofKind = (kind: number) => rows.filter((row) => kindOf(row) === kind).map(toPerson(page));
  const named = (id: number) => namesIn(said(id)).map((each) => ({ name: each, address: '' }));
  const [to, cc] = [ofKind(1), ofKind(2)];
  return {
    from:
      name === undefined && address === undefined
        ? undefined
        : { name: name ?? '', address: address ?? '' },
    to: to.length > 0 ? to : named(property.displayTo),
    cc: cc.length > 0 ? cc : named(property.displayCc),
  };
}

function kindOf(row: Properties): number {
  return (numberIn(row, property.recipientKind) ?? 0) & 0xf;
}

function toPerson(page: number | undefined): (row: Properties) => TnefPerson {
  return (row) => {
    const said = (id: number) => filled(textIn(row, id, page));
    const addresses = [said(property.smtpAddress), said(property.address)];
    return {
      name: said(property.displayName) ?? '',
      address: addresses.find((each) => each?.includes('@')) ?? '',
    };
  };
}

function namesIn(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, mostRecipients);
}

interface FileReading {
  readonly file: TnefFile | undefined;
  readonly isBroken: boolean;
}

interface Place {
  readonly page: number | undefined;
  readonly depth: number;
}

function readFile(attributes: Attributes, { page, depth }: Place): FileReading {
  const properties = readProperties(attributes.get(attribute.attachProperties) ?? noProperties);
  const said = (id: number) => filled(textIn(properties, id, page));
  const legacy = attributes.get(attribute.attachTitle);
  const name =
    said(property.attachLongName) ??
    said(property.attachName) ??
    (legacy === undefined ? undefined : filled(toText8(legacy, page))) ??
    said(property.displayName) ??
    '';
  const given = attributes.get(attribute.attachContent);
  const own = bytesIn(properties, property.attachContent);
  const bytes = given === undefined || given.length === 0 ? (own ?? given) : given;
  // A link to a file elsewhere, or one that was left out, has no bytes and no fault.
  if (bytes === undefined) return { file: undefined, isBroken: properties.isBroken };
  const opened = bytes === own ? openObject(bytes, name, depth) : undefined;
  if (opened !== undefined) return opened;
  const contentId = said(property.attachContentId)?.replace(/^<|>$/g, '');
  const file = {
    name,
    type: (said(property.attachType) ?? 'application/octet-stream').toLowerCase(),
    bytes,
    ...(contentId === undefined ? {} : { contentId }),
  };
  return { file, isBroken: properties.isBroken };
}

const messageInterface = '0703020000000000c000000000000046';
const storageInterface = '0b00000000000000c000000000000046';

/** What begins with the mark of an interface: a message, or a document of another program that was put into the text. */
function openObject(bytes: Buffer, name: string, depth: number): FileReading | undefined {
  const mark = bytes.toString('hex', 0, 16);
  const content = bytes.subarray(16);
  if (mark === storageInterface) {
    const file = { name, type: 'application/x-ole-storage', bytes: content };
    return { file, isBroken: false };
  }
  if (mark !== messageInterface) return undefined;
  const inner = depth < deepest ? readMessage(content, depth + 1) : undefined;
  if (inner === undefined) {
    const file = { name: name || 'message.tnef', type: 'application/ms-tnef', bytes: content };
    return { file, isBroken: depth < deepest };
  }
  const title = filled(inner.subject) ?? filled(name);
  return {
    file: {
      name: title === undefined ? '' : `${title.slice(0, 150)}.eml`,
      type: 'message/rfc822',
      bytes: formatInnerMail(inner),
    },
    isBroken: inner.isBroken,
  };
}
