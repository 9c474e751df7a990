/**
 * What is to be known of a mail's files and of who wrote it, as keys that stand there only where there is something to say.
 *
 * Promises: pure. Leaves to others: the words in which people read it (edges).
 */
import type { SniffedFile } from '../../core/media/endings.ts';
import { type FileRemark, judgeFile } from '../../core/media/judge-file.ts';
import type { Address } from '../../core/message/address.ts';
import type { Attachment, Mail, MailFacts } from '../../core/message/mail.ts';
import { remarkSender, type SenderRemark } from '../../core/message/sender-remarks.ts';
import { readAddressList } from '../../storage/reading/addresses.ts';

export interface FileRemarksJson {
  /** Media type by the bytes, where that is another than the announced one. */
  readonly sniffed?: string;
  readonly warnings?: readonly FileWarning[];
}

export const fileWarnings = ['disguised', 'harmful', 'hidden-ending', 'encrypted'] as const;
export type FileWarning = (typeof fileWarnings)[number];

const warningOf: Readonly<Record<FileRemark['kind'], FileWarning>> = {
  disguised: 'disguised',
  harmful: 'harmful',
  ending: 'hidden-ending',
  encrypted: 'encrypted',
};

export function fileRemarks(
  attachment: Attachment,
  seen: SniffedFile | undefined,
): FileRemarksJson {
  const warnings = judgeFile(attachment, seen).map(({ kind }) => warningOf[kind]);
  const isTold = seen === undefined || seen.family === 'data' || seen.family === 'text';
  return {
    ...(isTold || seen.type === attachment.type ? {} : { sniffed: seen.type }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

export interface SenderRemarksJson {
  /** The mail names no author; `from` is the sender of its envelope. */
  readonly fromEnvelope?: true;
  /** Further authors. */
  readonly alsoFrom?: readonly Address[];
  /** Who handed it in, where that is not the author. */
  readonly sender?: Address;
  /** Where answers go, where that is not to the author. */
  readonly replyTo?: readonly Address[];
  readonly senderWarnings?: readonly SenderWarning[];
}

export const senderWarnings = ['name-address', 'name-signs', 'answers-elsewhere'] as const;
export type SenderWarning = (typeof senderWarnings)[number];

export function senderRemarks(mail: MailFacts | Mail): SenderRemarksJson {
  const field = 'fields' in mail ? mail.fields.get('sender')?.[0] : undefined;
  const remarks = remarkSender(mail, { sender: readAddressList(field ?? '')[0] });
  const warnings = remarks.flatMap(warningsOf);
  return {
    ...Object.assign({}, ...remarks.map(keysOf)),
    ...(warnings.length === 0 ? {} : { senderWarnings: warnings }),
  };
}

function keysOf(remark: SenderRemark): SenderRemarksJson {
  switch (remark.kind) {
    case 'envelope':
      return { fromEnvelope: true };
    case 'several':
      return { alsoFrom: remark.people.map(copy) };
    case 'sent-by': {
      const [sender] = remark.people;
      return sender === undefined ? {} : { sender: copy(sender) };
    }
    case 'answers':
      return { replyTo: remark.people.map(copy) };
    case 'name':
      return {};
  }
}

function warningsOf(remark: SenderRemark): readonly SenderWarning[] {
  if (remark.kind === 'answers') return remark.isElsewhere ? ['answers-elsewhere'] : [];
  // What belongs to the desk is known to its pages alone.
  if (remark.kind !== 'name' || remark.doubt === 'own') return [];
  return remark.doubt === 'address' ? ['name-address'] : ['name-signs'];
}

function copy({ name, address }: Address): Address {
  return { name, address };
}
