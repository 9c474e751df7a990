/**
 * Which attachments have a text, and the limits to reading it.
 *
 * Promises: pure; the name decides where the type says nothing.
 */

export type AttachmentKind = 'text' | 'html' | 'pdf' | 'office' | 'mail';

export const attachmentLimits = {
  /** Larger ones are not read. */
  bytes: 25 * 1024 * 1024,
  /** UTF-16 units of text that are kept of one attachment. */
  characters: 200_000,
  /** Pages of a PDF, slides and sheets. */
  pages: 300,
  /** Unpacked bytes of one part of an office document, and of all that are read. */
  partBytes: 32 * 1024 * 1024,
  /** Mails within mails. */
  depth: 2,
  /** Attachments of a mail within a mail. */
  parts: 20,
  /** Then the reading is given up. */
  milliseconds: 20_000,
  /** Heap of the thread that reads. */
  mostHeapMb: 384,
} as const;

const byEnding: Readonly<Record<string, AttachmentKind>> = {
  txt: 'text',
  csv: 'text',
  log: 'text',
  md: 'text',
  xml: 'html',
  json: 'text',
  yaml: 'text',
  yml: 'text',
  ics: 'text',
  vcf: 'text',
  htm: 'html',
  html: 'html',
  pdf: 'pdf',
  docx: 'office',
  docm: 'office',
  odt: 'office',
  xlsx: 'office',
  xlsm: 'office',
  ods: 'office',
  pptx: 'office',
  odp: 'office',
  eml: 'mail',
};

export function kindOf({
  type,
  name,
}: {
  readonly type: string;
  readonly name: string;
}): AttachmentKind | undefined {
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (type.startsWith('text/')) return 'text';
  if (type === 'application/pdf') return 'pdf';
  if (type === 'message/rfc822') return 'mail';
  if (/^application\/vnd\.(?:openxmlformats|oasis\.opendocument)/.test(type)) return 'office';
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined;
}
