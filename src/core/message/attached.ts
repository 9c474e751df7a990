/**
 * Mails inside mails: which attachments are mails, and where something lies within them.
 *
 * Promises: pure and total; no path leads deeper than `deepestMail`.
 * Leaves to others: reading them (services/attached-mails.ts).
 */
import type { Attachment, Mail } from './mail.ts';

/** Ids of attachments from the outside in: `3.1` is attachment 1 of the mail that is attachment 3. */
export type PartPath = readonly number[];

/** Mails in mails in mails; what lies deeper is a file. */
export const deepestMail = 5;

const pathForm = new RegExp(`^\\d{1,6}(?:\\.\\d{1,6}){0,${deepestMail}}$`);

/** Undefined for what is no path, or leads too deep. */
export function parsePartPath(text: string): PartPath | undefined {
  return pathForm.test(text) ? text.split('.').map(Number) : undefined;
}

export function formatPartPath(path: PartPath): string {
  return path.join('.');
}

const headerTypes: ReadonlySet<string> = new Set([
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
]);

/** The header of a mail alone, as reports give it back (RFC 6522 section 4, RFC 6533 section 4). */
export function isHeaderFile({ type }: Pick<Attachment, 'type'>): boolean {
  return headerTypes.has(type);
}

/** By its type; whether it is one, its bytes say (`looksLikeMail`). */
export function isMailType({ type }: Pick<Attachment, 'type'>): boolean {
  return type === 'message/rfc822' || type === 'message/global' || headerTypes.has(type);
}

export function isMailFile(attachment: Pick<Attachment, 'type' | 'name'>): boolean {
  if (isMailType(attachment)) return true;
  const { type, name } = attachment;
  const saysNothing = /^(?:application\/(?:octet-stream|eml|x-eml)|text\/plain|message\/.*)$/;
  return /\.eml$/i.test(name) && saysNothing.test(type);
}

const mailFields: readonly string[] = ['from', 'to', 'subject', 'date', 'message-id', 'received'];

/** Any bytes read as a mail; what its type calls one has a field of one, what is only named so has its author or two more. */
export function looksLikeMail(
  { fields }: Pick<Mail, 'fields'>,
  attachment: Pick<Attachment, 'type'>,
): boolean {
  const found = mailFields.filter((name) => fields.has(name));
  return fields.has('from') || found.length > (isMailType(attachment) ? 0 : 1);
}

/** Forms in which programs report to programs; people read what is made of them. */
const machineTypes: ReadonlySet<string> = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
  'message/feedback-report',
]);

export function isMachinePart({ type }: Pick<Attachment, 'type'>): boolean {
  return machineTypes.has(type);
}
