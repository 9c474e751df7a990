/**
 * Parts of one message: its HTML for the frame, its attachments, its original.
 *
 * Promises: nothing of a mail runs. Each answer has a policy of its own that forbids scripts and loading, and
 * attachments are handed out for saving unless their bytes are of a kind that a browser only shows or plays.
 */
import type Router from '@koa/router';
import { createLimit } from '../../../base/serial.ts';
import { usualEnding } from '../../../core/media/endings.ts';
import { isMailType, type PartPath, parsePartPath } from '../../../core/message/attached.ts';
import type { Attachment, Mail } from '../../../core/message/mail.ts';
import {
  type MessageName,
  parseMessageName,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { type AttachedMails, type FoundFile, keyOf } from '../../../services/attached-mails.ts';
import type { HtmlFindings } from '../../../services/render/html.ts';
import type { AttachmentShelf } from '../attachment-shelf.ts';
import { locationsOf } from '../bodies.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { isShownImage } from '../presenters/attachments.ts';
import { foldOf } from '../presenters/folding.ts';
import { imageTrustOf, showsAlways } from '../presenters/held-images.ts';
import { runsOf } from '../presenters/hits.ts';
import { isInfected } from '../presenters/verdicts.ts';
import { filePolicy, sendAttachment } from '../send-attachment.ts';
import { contentDisposition } from './disposition.ts';
import { setFrameHeaders } from './frame-headers.ts';
import { textOf } from './login.ts';

export interface MessageDeps extends Pick<ViewerDeps, 'reader' | 'renderer' | 'imageSenders'> {
  readonly visitor: Visitor;
  readonly shelf: AttachmentShelf;
  /** What lies in attached mails. */
  readonly attached: AttachedMails;
}

const mostOwnImages = 50;
const mostOwnBytes = 20_000_000;

export function addMessageRoutes(
  router: Router,
  { reader, renderer, imageSenders, visitor, shelf, attached }: MessageDeps,
): void {
  router.get(
    '/tickets/:number/messages/:name/html',
    visitor.member(async (ctx, visit) => {
      const { number, name } = messageOf(ctx);
      const folder = await reader.read(number);
      const event = folder?.messages.find((message) => message.event.name === name)?.event;
      const at = ctx.query.mail === undefined ? [] : parsePartPath(textOf(ctx.query.mail));
      if (event === undefined || at === undefined || isInfected(event))
        throw new PageRefusal('unknown-message');
      const mail = await attached.readMail(number, event, at);
      if (mail?.html === undefined) throw new PageRefusal('unknown-message');
      const remembered = await imageSenders.list(visit.agent.login);
      const isTrusted = at.length === 0 && showsAlways(imageTrustOf(event, remembered));
      const showImages = ctx.query.images === '1' || isTrusted;
      const ownImages = await readOwnImages(
        (id) => attached.readFile(number, event, [...at, id]),
        mail,
        renderer.inspectHtml(mail.html, locationsOf(mail)),
      );
      setFrameHeaders(ctx, showImages);
      ctx.body = renderer.mailFrame({
        html: mail.html,
        language: folder?.ticket.language,
        showImages,
        ownImages,
        theme: visit.look.theme,
        hits: runsOf(textOf(ctx.query.find)),
        fold: foldOf(mail, visit.locale),
      });
    }),
  );

  router.get(
    '/tickets/:number/messages/:name/raw',
    visitor.member(async (ctx) => {
      const { number, name } = messageOf(ctx);
      const bytes = await reader.readOriginal(number, name);
      if (bytes === undefined) throw new PageRefusal('unknown-message');
      ctx.set('Content-Security-Policy', filePolicy);
      ctx.set('Content-Disposition', contentDisposition('attachment', `${number}.eml`));
      ctx.set('Cross-Origin-Resource-Policy', 'same-origin');
      ctx.set('Content-Type', 'message/rfc822');
      ctx.body = bytes;
    }),
  );

  router.get(
    '/tickets/:number/messages/:name/attachments/:id',
    visitor.member(async (ctx) => {
      const { number, name } = messageOf(ctx);
      const path = parsePartPath(ctx.params.id ?? '');
      const folder = await reader.read(number);
      const event = folder?.messages.find((message) => message.event.name === name)?.event;
      const found =
        event === undefined || path === undefined ? undefined : await readFile(number, event, path);
      if (event === undefined || path === undefined || found === undefined)
        throw new PageRefusal('unknown-message');
      const { attachment, bytes } = found;
      sendAttachment(ctx, {
        bytes,
        name:
          fileNameOf(attachment) || `${number}-${attachment.id + 1}${usualEnding(attachment.type)}`,
        type: attachment.type,
        tag: keyOf(event, path),
        isInline: ctx.query.inline !== undefined,
        isClosed: isInfected(event),
      });
    }),
  );

  /** Files of the message itself are kept for those who ask for them piece by piece. */
  async function readFile(
    number: TicketNumber,
    event: TicketEvent,
    path: PartPath,
  ): Promise<FoundFile | undefined> {
    if (path.length > 1) return attached.readFile(number, event, path);
    const attachment = event.mail.attachments.find(({ id }) => id === path[0]);
    const bytes = attachment && (await shelf.read(number, event, attachment));
    return attachment && bytes && { attachment, bytes };
  }

  /**
   * The mail's own images as `data:` addresses: the frame is sandboxed, so a browser would ask for them
   * without the session cookie, and be refused.
   */
  async function readOwnImages(
    read: (id: number) => Promise<FoundFile | undefined>,
    mail: Mail,
    wanted: Pick<HtmlFindings, 'contentIds' | 'locations'>,
  ): Promise<ReadonlyMap<string, string>> {
    const limit = createLimit(2);
    const images = mail.attachments
      .filter((attachment) => isShownImage(attachment) && keysOf(attachment, wanted).length > 0)
      .slice(0, mostOwnImages);
    let room = mostOwnBytes;
    const fitting = images.filter(({ size }) => {
      room -= size;
      return room >= 0;
    });
    const found = await Promise.all(
      fitting.map((attachment) =>
        limit.run(async () => {
          const bytes = (await read(attachment.id))?.bytes;
          if (bytes === undefined) return [];
          const address = `data:${attachment.type};base64,${bytes.toString('base64')}`;
          return keysOf(attachment, wanted).map((key) => [key, address] as const);
        }),
      ),
    );
    return new Map(found.flat());
  }
}

/** The names by which the HTML asks for it. */
function keysOf(
  { contentId, location }: Attachment,
  { contentIds, locations }: Pick<HtmlFindings, 'contentIds' | 'locations'>,
): readonly string[] {
  const byId = contentId !== undefined && contentIds.includes(contentId) ? [contentId] : [];
  return location !== undefined && locations.includes(location) ? [...byId, location] : byId;
}

export function messageOf(ctx: PageContext): {
  readonly number: TicketNumber;
  readonly name: MessageName;
} {
  const number = parseTicketNumber(ctx.params.number ?? '');
  const name = parseMessageName(ctx.params.name ?? '');
  if (number === undefined || name === undefined) throw new PageRefusal('unknown-message');
  return { number, name };
}

/** Mail programs open what ends as mails do. */
function fileNameOf({ name, type }: Attachment): string {
  return name !== '' && isMailType({ type }) && !/\.eml$/i.test(name) ? `${name}.eml` : name;
}
