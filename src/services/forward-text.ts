/** The text of a message that is forwarded by command or API, where nobody has written it into a form. */
import { formatMailDate } from '../base/clock.ts';
import { englishForwarded, forwardedText } from '../core/answers/forwarded.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';

export interface ForwardTextRequest {
  readonly message: string;
  /** Above it; may be empty. */
  readonly text: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** Only the text where there is no such message: then the command is refused anyway. */
export async function withForwardedText(
  reader: Pick<TicketReader, 'readMail'>,
  folder: TicketFolder,
  { message, text, timeZone }: ForwardTextRequest,
): Promise<string> {
  const event = folder.messages.find(({ event: { name } }) => name === message)?.event;
  const mail = event === undefined ? undefined : await reader.readMail(folder.number, event.name);
  if (event === undefined || mail === undefined) return text;
  const date = formatMailDate(mail.date ?? event.time, timeZone);
  const forwarded = forwardedText({ ...mail, date }, englishForwarded);
  return text.trim() === '' ? forwarded : `${text.trimEnd()}\n\n${forwarded}`;
}
