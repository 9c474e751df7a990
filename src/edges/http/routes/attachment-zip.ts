/**
 * All files of a message, or of a ticket, in one zip.
 *
 * Promises: made while it is sent, and no further when the browser goes away. Leaves to others: what is in it
 * (services/carry/attachment-zip.ts), the log of what was read (middleware/readings.ts).
 */
import { Readable } from 'node:stream';
import type Router from '@koa/router';
import type { FilesRequest } from '../../../services/carry/attachment-zip.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Visit } from '../visit.ts';
import { contentDisposition } from './disposition.ts';
import { messageOf } from './message.ts';
import { readTicket } from './ticket.ts';

export interface AttachmentZipDeps extends Pick<ViewerDeps, 'reader' | 'exporting'> {
  readonly visitor: Visitor;
}

export function addAttachmentZipRoutes(
  router: Router,
  { reader, exporting, visitor }: AttachmentZipDeps,
): void {
  router.get(
    '/tickets/:number/attachments.zip',
    visitor.member(async (ctx, visit) => send(ctx, visit, {})),
  );
  router.get(
    '/tickets/:number/messages/:name/attachments.zip',
    visitor.member(async (ctx, visit) => send(ctx, visit, { message: messageOf(ctx).name })),
  );

  async function send(
    ctx: PageContext,
    { locale, timeZone }: Visit,
    { message }: Pick<FilesRequest, 'message'>,
  ): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const leftOut = (name: string) => locale.text('file.left-out', { name });
    const request: FilesRequest = { folder, message, timeZone, leftOut };
    const size = exporting.files.measure(request);
    if (size === undefined) throw new PageRefusal('unknown-message');
    if (size.isTooLarge) throw new PageRefusal('too-large');
    ctx.set({
      'Content-Disposition': contentDisposition('attachment', `${folder.number}.zip`),
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Content-Type': 'application/zip',
    });
    if (ctx.method === 'HEAD') {
      ctx.status = 200;
      return;
    }
    ctx.body = Readable.from(exporting.files.stream(request), { objectMode: false });
  }
}
