/**
 * Texts of the messages that are shown, decoded once.
 *
 * Promises: what is kept is keyed by the digest of the message's file, so it is never out of date.
 * Leaves to others: how they look (presenters/message.ts).
 */
import { createRecent } from '../../base/recent.ts';
import { createLimit } from '../../base/serial.ts';
import { sniffFile } from '../../core/media/sniff-file.ts';
import type { Address } from '../../core/message/address.ts';
import { classifyAutomatic } from '../../core/message/automatic.ts';
import { firstField, type Mail } from '../../core/message/mail.ts';
import { isSentOn } from '../../core/message/quotes/forward.ts';
import { type Digest, firstBlockField, type TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { HtmlFindings } from '../../services/render/html.ts';
import type { Renderer } from '../../services/render/templates.ts';
import type { DecodedMail } from '../../storage/codec.ts';
import { readAddressList } from '../../storage/reading/addresses.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import { type PicturesOfMail, readPictures } from './picture-facts.ts';
import type { SeenFiles } from './presenters/attachments.ts';
import { type MailText, presentMailText } from './presenters/mail-text.ts';

export interface Body {
  readonly text: MailText;
  /** The text as it came, for quoting. */
  readonly plain: string;
  /** Undefined when the mail has no HTML. */
  readonly html: HtmlFindings | undefined;
  /** The mail is HTML and nothing else, so its text is only made from it. */
  readonly isOnlyHtml: boolean;
  /** What its attachments are by their bytes. */
  readonly seen?: SeenFiles;
  /** Of the field Sender, and of the list that it came by. */
  readonly sender?: Address | undefined;
  readonly list?: string | undefined;
  readonly pictures: PicturesOfMail;
}

export interface Bodies {
  /** Of each event whose mail is there, in any order. */
  read(number: TicketNumber, events: readonly TicketEvent[]): Promise<ReadonlyMap<string, Body>>;
}

const kept = 1000;
/** Longer texts are decoded anew, so that memory stays bounded. */
const longestKept = 50_000;
const atATime = 8;

export function createBodies({
  reader,
  renderer,
}: {
  readonly reader: TicketReader;
  readonly renderer: Renderer;
}): Bodies {
  const known = createRecent<Digest, Body>(kept);
  const limit = createLimit(atATime);

  async function readOne(number: TicketNumber, event: TicketEvent): Promise<Body | undefined> {
    const before = known.get(event.digest);
    if (before !== undefined) return before;
    const decoded = await limit.run(() => reader.readDecoded(number, event.name));
    if (decoded === undefined) return undefined;
    const isReport = firstBlockField(event, 'automatic')?.startsWith('bounce') === true;
    const body = toBody(decoded, renderer, isReport);
    if (decoded.mail.text.length < longestKept) known.set(event.digest, body);
    return body;
  }

  return {
    async read(number, events) {
      const bodies = await Promise.all(
        events.map(async (event) => [event.name, await readOne(number, event)] as const),
      );
      return new Map(bodies.flatMap(([name, body]) => (body === undefined ? [] : [[name, body]])));
    },
  };
}

/** By the mail alone, for those that came without an envelope. */
function isReportMail(mail: Mail): boolean {
  const returnPath = firstField(mail, 'return-path')?.replace(/^<|>$/g, '').trim();
  return classifyAutomatic(mail, returnPath)?.kind === 'bounce';
}

export function toBody(
  decoded: DecodedMail,
  renderer: Pick<Renderer, 'inspectHtml'>,
  isReport = false,
): Body {
  const { mail, contents } = decoded;
  return {
    text: presentMailText(mail.text, {
      isForward: isSentOn(mail),
      isReport: isReport || isReportMail(mail),
    }),
    plain: mail.text,
    html: mail.html === undefined ? undefined : renderer.inspectHtml(mail.html, locationsOf(mail)),
    seen: new Map(
      mail.attachments.flatMap(({ id }) => {
        const bytes = contents[id];
        return bytes === undefined ? [] : [[id, sniffFile(bytes)] as const];
      }),
    ),
    sender: readAddressList(firstField(mail, 'sender') ?? '')[0],
    list: /<mailto:([^>?]{3,320})/i.exec(firstField(mail, 'list-post') ?? '')?.[1],
    isOnlyHtml: /^\s*text\/html\b/i.test(firstField(mail, 'content-type') ?? ''),
    pictures: readPictures(decoded),
  };
}

/** Content-Locations of the mail's own parts. */
export function locationsOf({ attachments }: Mail): ReadonlySet<string> {
  return new Set(attachments.flatMap(({ location }) => location ?? []));
}
