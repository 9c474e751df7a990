/** A conversation with the cards of people that came with its messages. */
import type { FoundContacts } from '../contact-files.ts';
import { type ContactRequest, presentContacts } from './contact-cards.ts';
import type { FlowItem } from './ticket.ts';

/** The messages of a conversation with their cards; the files stand on these and in no other place. */
export function withContacts(
  flow: readonly FlowItem[],
  contacts: ReadonlyMap<string, readonly FoundContacts[]>,
  request: ContactRequest,
): readonly FlowItem[] {
  if (contacts.size === 0) return flow;
  return flow.map((item) => {
    if (item.kind !== 'message') return item;
    const { message } = item;
    const found = contacts.get(message.name) ?? [];
    if (found.length === 0) return item;
    const page = `/tickets/${request.folder.number}/messages/${encodeURIComponent(message.name)}`;
    const views = found.flatMap((each) =>
      presentContacts(each, `${page}/attachments/${each.attachment.id}`, request),
    );
    const shown = new Set(views.map(({ file }) => file.href));
    const files = message.files.filter(({ href }) => !shown.has(href));
    return { ...item, message: { ...message, files, contacts: views } };
  });
}
