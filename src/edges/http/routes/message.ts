/**
 * Parts of one message: its HTML for the frame, its attachments, its original.
 *
 * Promises: nothing of a mail runs. Each answer has a policy of its own that forbids scripts and loading, and
 * attachments are handed out for saving unless their bytes are of a kind that a browser only shows or plays.
 */
import type Router from '@koa/router';
import { createLimit } from '../../../base/serial.ts';
import { type SeenType, sniffType } from '../../../core/media/sniff.ts';
import type { Mail } from '../../../core/message/mail.ts';
import { type MessageName, parseMessageName } from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { type AttachmentShelf, attachmentKey } from '../attachment-shelf.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { isShownImage } from '../presenters/attachments.ts';
import { foldOf } from '../presenters/folding.ts';
import { runsOf } from '../presenters/hits.ts';
import { isInfected } from '../presenters/verdicts.ts';
import { sendRanges } from '../ranges.ts';
import { contentDisposition } from './disposition.ts';
import { textOf } from './login.ts';

export interface MessageDeps extends Pick<ViewerDeps, 'reader' | 'renderer'> {
  readonly visitor: Visitor;
  readonly shelf: AttachmentShelf;
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
  { reader, renderer, visitor, shelf }: MessageDeps,
): void {
  router.get(
    '/tickets/:number/messages/:name/html',
    visitor.member(async (ctx, visit) => {
      const { number, name } = messageOf(ctx);
      const [mail, folder] = await Promise.all([
        reader.readMail(number, name),
        reader.read(number),
      ]);
      const event = folder?.messages.find((message) => message.event.name === name)?.event;
      const isClosed = event === undefined || isInfected(event);
      if (mail?.html === undefined || isClosed) throw new PageRefusal('unknown-message');
      const showImages = ctx.query.images === '1';
      const ownImages = await readOwnImages(
        number,
        name,
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
      ctx.set('Content-Type', 'message/rfc822');
      ctx.body = bytes;
    }),
  );

  router.get(
    '/tickets/:number/messages/:name/attachments/:id',
    visitor.member(async (ctx) => {
      const { number, name } = messageOf(ctx);
      const id = /^[0-9]{1,6}$/.test(ctx.params.id ?? '') ? Number(ctx.params.id) : -1;
      const folder = await reader.read(number);
      const event = folder?.messages.find((message) => message.event.name === name)?.event;
      const attachment = event?.mail.attachments.find((candidate) => candidate.id === id);
      const bytes =
        event === undefined || attachment === undefined
          ? undefined
          : await shelf.read(number, event, attachment);
      if (event === undefined || attachment === undefined || bytes === undefined)
        throw new PageRefusal('unknown-message');
      const seen = isInfected(event) ? undefined : sniffType(bytes);
      const isShown = ctx.query.inline !== undefined && seen !== undefined && isHarmless(seen);
      ctx.set('Content-Security-Policy', isShown && seen === pdf ? pdfPolicy : filePolicy);
      ctx.set(
        'Content-Disposition',
        contentDisposition(
          isShown ? 'inline' : 'attachment',
          attachment.name || `${number}-${id + 1}`,
        ),
      );
      // A written message never changes.
      ctx.set('Cache-Control', 'private, max-age=86400, immutable');
      const type = seen !== undefined && isHarmless(seen) ? seen : unknownType;
      sendRanges(ctx, { bytes, type, tag: `"${attachmentKey(event, attachment)}"` });
    }),
  );

  /**
   * The mail's own images as `data:` addresses: the frame is sandboxed, so a browser would ask for them
   * without the session cookie, and be refused.
   */
  async function readOwnImages(
    number: TicketNumber,
    name: MessageName,
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
          const bytes = await reader.readAttachment(number, name, id);
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

const pdf: SeenType = 'application/pdf';

/** What a browser shows or plays, and runs nothing of. */
function isHarmless(seen: SeenType): boolean {
  return seen !== 'image/tiff' && seen !== 'audio/amr';
}

const unknownType = 'application/octet-stream';
