/**
 * A draft as a mail, which any mail program can open, and back.
 *
 * Promises: text, subject and files come back as they were given; recipients that are no addresses yet are left out of the
 * mail, and stand in the block as they were typed.
 * Leaves to others: the block (core/ticket/draft.ts), the file (storage/draft-files.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { type Address, domainOf, isAddress } from '../../core/message/address.ts';
import { toAddresses } from '../../core/message/address-list.ts';
import { toMessageId } from '../../core/message/message-id.ts';
import type { DraftFacts, DraftId } from '../../core/ticket/draft.ts';
import { composeMail } from '../../storage/codec.ts';
import { decodeMessage } from '../../storage/message-file.ts';

export interface DraftFile {
  /** Names it within the draft, and in the text as `![name](cid:KEY)`. */
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface DraftContent {
  readonly subject: string;
  readonly text: string;
  readonly files: readonly DraftFile[];
}

export interface DraftMailRequest {
  readonly facts: Pick<DraftFacts, 'to' | 'cc' | 'revision'> & { readonly id: DraftId };
  readonly content: DraftContent;
  readonly from: Address;
  readonly now: Instant;
  readonly timeZone: string;
}

export function composeDraft(request: DraftMailRequest): Promise<Buffer> {
  const { facts, content, from, now, timeZone } = request;
  const known = (typed: string) => toAddresses(typed).filter(({ address }) => isAddress(address));
  return composeMail({
    from,
    to: known(facts.to),
    cc: known(facts.cc),
    subject: content.subject,
    date: now,
    timeZone,
    messageId: toMessageId(`draft.${facts.id}.${facts.revision}@${domainOf(from.address)}`),
    // A reader of several parts ends a text with a line break where it has none.
    text: `${content.text}\n`,
    attachments: content.files.map(({ key, ...file }) => ({
      ...file,
      contentId: key,
      isApart: true,
    })),
  });
}

/** What a draft's file holds. A file that some mail program put in has a key by its place. */
export async function readDraftContent(bytes: Buffer): Promise<DraftContent> {
  const { mail, contents } = await decodeMessage(bytes);
  return {
    subject: mail.subject,
    text: mail.text.replace(/\n$/, ''),
    files: mail.attachments.map(({ id, name, type, contentId }) => ({
      key: contentId ?? `file-${id}`,
      name,
      type,
      bytes: contents[id] ?? Buffer.alloc(0),
    })),
  };
}
