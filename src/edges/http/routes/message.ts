/**
 * Parts of one message: its HTML for the frame, its attachments, its original.
 *
 * Promises: nothing of a mail runs. Each answer has a policy of its own that forbids scripts and loading, and
 * attachments are handed out for saving unless their bytes are of a kind that a browser only shows or plays.
 */
import type Router from '@koa/router';
import { createLimit } from '../../../base/serial.ts';
import { type SeenType, sniffType } from '../../../core/media/sniff.ts';
import { isMailType, type PartPath, parsePartPath } from '../../../core/message/attached.ts';
import type { Attachment, Mail } from '../../../core/message/mail.ts';
import {
  type MessageName,
  parseMessageName,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { type AttachedMails, type FoundFile, keyOf } from '../../../services/attached-mails.ts';
import type { AttachmentShelf } from '../attachment-shelf.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { isShownImage } from '../presenters/attachments.ts';
import { runsOf } from '../presenters/hits.ts';
import { isInfected } from '../presenters/verdicts.ts';
import { sendRanges } from '../ranges.ts';
import { contentDisposition } from './disposition.ts';
import { textOf } from './login.ts';

export interface MessageDeps extends Pick<ViewerDeps, 'reader' | 'renderer'> {
  readonly visitor: Visitor;
  readonly shelf: AttachmentShelf;
  /** What lies in attached mails. */
  readonly attached: AttachedMails;
}

// Links must open outside the frame; everything else stays forbidden.
const frameSandbox = 'sandbox allow-popups allow-popups-to-escape-sandbox';
const filePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; frame-ancestors 'self'; sandbox";
// The PDF viewers of browsers do not work in a sandbox; they run nothing of the page, and the type is certain.
const pdfPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'";

function framePolicy(showImages: boolean): string {
  const images = showImages ? "'self' data: https: http:" : "'self' data:";
  return `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'; frame-ancestors 'self'; ${frameSandbox}`;
}

const mostOwnImages = 50;
const mostOwnBytes = 20_000_000;

export function addMessageRoutes(
  router: Router,
  { reader, renderer, visitor, shelf, attached }: MessageDeps,
): void {
  router.get(
    '/tickets/:number/messages/:name/html',
    visitor.member(async (ctx) => {
      const { number, name } = messageOf(ctx);
      const folder = await reader.read(number);
      const event = folder?.messages.find((message) => message.event.name === name)?.event;
      const at = ctx.query.mail === undefined ? [] : parsePartPath(textOf(ctx.query.mail));
      if (event === undefined || at === undefined || isInfected(event))
        throw new PageRefusal('unknown-message');
      const mail = await attached.readMail(number, event, at);
      if (mail?.html === undefined) throw new PageRefusal('unknown-message');
      const showImages = ctx.query.images === '1';
      const ownImages = await readOwnImages(
        (id) => attached.readFile(number, event, [...at, id]),
        mail,
        renderer.inspectHtml(mail.html).contentIds,
      );
      ctx.set('Content-Security-Policy', framePolicy(showImages));
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = renderer.mailFrame({
        html: mail.html,
        language: folder?.ticket.language,
        showImages,
        ownImages,
        hits: runsOf(textOf(ctx.query.find)),
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
      const seen = isInfected(event) ? undefined : sniffType(bytes);
      const isShown = ctx.query.inline !== undefined && seen !== undefined && isHarmless(seen);
      ctx.set('Content-Security-Policy', isShown && seen === pdf ? pdfPolicy : filePolicy);
      ctx.set(
        'Content-Disposition',
        contentDisposition(
          isShown ? 'inline' : 'attachment',
          fileNameOf(attachment) || `${number}-${attachment.id + 1}`,
        ),
      );
      // A written message never changes.
      ctx.set('Cache-Control', 'private, max-age=86400, immutable');
      const type = seen !== undefined && isHarmless(seen) ? seen : unknownType;
      sendRanges(ctx, { bytes, type, tag: `"${keyOf(event, path)}"` });
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
    wanted: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const limit = createLimit(2);
    const images = mail.attachments
      .filter(
        (attachment) =>
          isShownImage(attachment) &&
          attachment.contentId !== undefined &&
          wanted.includes(attachment.contentId),
      )
      .slice(0, mostOwnImages);
    let room = mostOwnBytes;
    const fitting = images.filter(({ size }) => {
      room -= size;
      return room >= 0;
    });
    const found = await Promise.all(
      fitting.map(({ id, type, contentId }) =>
        limit.run(async () => {
          const bytes = (await read(id))?.bytes;
          return bytes === undefined
            ? []
            : [[contentId ?? '', `data:${type};base64,${bytes.toString('base64')}`] as const];
        }),
      ),
    );
    return new Map(found.flat());
  }
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

const pdf: SeenType = 'application/pdf';

/** What a browser shows or plays, and runs nothing of. */
function isHarmless(seen: SeenType): boolean {
  return seen !== 'image/tiff' && seen !== 'audio/amr';
}

const unknownType = 'application/octet-stream';
