/**
 * Files of a mail with their places and names, and which of them the HTML shows.
 *
 * Promises: pure and linear; ids are positions. Of a Content-Location that the HTML spells otherwise (against a base) the
 * HTML's spelling is given, so that whoever shows it need not resolve anything.
 */
import type { Attachment } from '../../core/message/mail.ts';
import { firstValue, readHeaderLines } from './header-lines.ts';
import { unfold } from './header-text.ts';
import { type HtmlReferences, htmlReferences } from './html-references.ts';
import type { FoundFile } from './mail-body.ts';
import { cleanName, readSubjectField } from './mail-header.ts';
import type { Part } from './part-tree.ts';
import { protectionNames } from './protection.ts';

const longestId = 500;
const longestLocation = 2000;
const longestName = 255;

export function toAttachments(
  files: readonly FoundFile[],
  html: string | undefined,
): readonly Attachment[] {
  const isAsked = files.some((file) => idOf(file) !== undefined || locationOf(file) !== undefined);
  const references = htmlReferences(isAsked ? (html ?? '') : '');
  return files.map((file, id) => toAttachment(file, id, references));
}

function toAttachment(file: FoundFile, id: number, references: HtmlReferences): Attachment {
  const contentId = idOf(file);
  const sent = locationOf(file);
  const shown = sent === undefined ? undefined : references.spelling(sent, basesOf(file.part));
  const location = shown ?? sent;
  return {
    id,
    name: nameOf(file, id),
    type: file.type,
    size: file.bytes.length,
    inline: (contentId !== undefined && references.ids.has(contentId)) || shown !== undefined,
    ...(contentId === undefined ? {} : { contentId }),
    ...(location === undefined ? {} : { location }),
    ...(file.from === undefined ? {} : { from: file.from }),
  };
}

function idOf({ part, contentId }: FoundFile): string | undefined {
  const id = contentId ?? (part && firstValue(part.fields, 'content-id'));
  if (id === undefined) return undefined;
  const bare = unfold(id).trim().replace(/^<|>$/g, '').trim();
  return bare.slice(0, longestId);
}

function locationOf({ part }: FoundFile): string | undefined {
  return part && fieldWithoutBlanks(part, 'content-location');
}

/** An address in a field may be folded anywhere (RFC 2557 section 4.4). */
function fieldWithoutBlanks(part: Part, name: string): string | undefined {
  const value = firstValue(part.fields, name)?.replace(/\s+/g, '').slice(0, longestLocation);
  return value === '' ? undefined : value;
}

/** What relative addresses of the part and of those around it may refer to, the nearest first. */
function basesOf(part: Part | undefined): readonly string[] {
  const bases: string[] = [];
  for (let each = part; each !== undefined; each = each.parent) {
    const own = fieldWithoutBlanks(each, 'content-base');
    if (own !== undefined) bases.push(own);
    const [text] = each.type === 'multipart/related' ? each.parts : [];
    const location = text && fieldWithoutBlanks(text, 'content-location');
    if (location !== undefined) bases.push(location);
    const place = each === part ? undefined : fieldWithoutBlanks(each, 'content-location');
    if (place !== undefined) bases.push(place);
  }
  return bases;
}

function nameOf({ name: given, type, bytes }: FoundFile, id: number): string {
  const name = cleanName(given, longestName);
  if (name !== '') return name;
  if (type === 'message/rfc822' || type === 'message/global') return nameOfMail(bytes, id);
  const known = protectionNames.get(type);
  if (known !== undefined) return known;
  return type.startsWith('text/') ? `text-${id + 1}.txt` : `attachment-${id + 1}`;
}

function nameOfMail(bytes: Buffer, id: number): string {
  const { fields } = readHeaderLines(bytes, {
    start: 0,
    end: Math.min(bytes.length, 64 * 1024),
    isMail: true,
    isBoundary: () => false,
  });
  const subject = cleanName(readSubjectField(firstValue(fields, 'subject') ?? ''), 100)
    .replace(/[/\\:*?"<>|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  return subject === '' ? `message-${id + 1}.eml` : `${subject}.eml`;
}
