/** Pages of faxes and scans: all of a message on one page, and each as a picture, large and small. */
import type Router from '@koa/router';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { PictureSize } from '../../../services/page-pictures/page-pictures.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { MessagePages } from '../message-pages.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentPagesViewer, readViewerChoice } from '../presenters/message-pages.ts';
import type { Visit } from '../visit.ts';
import { messageOf } from './message.ts';

export interface FaxPageDeps extends Pick<ViewerDeps, 'reader' | 'pictures'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly messagePages: MessagePages;
}

const picturePolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

export function addFaxPageRoutes(
  router: Router,
  { reader, pictures, visitor, pages, messagePages }: FaxPageDeps,
): void {
  router.get(
    '/tickets/:number/messages/:name/pages',
    visitor.member(async (ctx, visit) => {
      const { number, event } = await find(ctx);
      const files = await messagePages.find(number, event);
      if (files.length === 0) throw new PageRefusal('unknown-message');
      const viewer = presentPagesViewer(
        { number, event, files, choice: readViewerChoice(ctx.query) },
        visit,
      );
      await pages.show(ctx, visit, {
        template: 'fax-pages',
        title: visit.locale.text('media.title', { number }),
        view: { viewer },
      });
    }),
  );

  router.get(
    '/tickets/:number/messages/:name/pages/:id/:page',
    visitor.member((ctx, visit) => showPicture(ctx, visit, 'page')),
  );
  router.get(
    '/tickets/:number/messages/:name/thumbs/:id/:page',
    visitor.member((ctx, visit) => showPicture(ctx, visit, 'thumb')),
  );

  async function find(ctx: PageContext): Promise<{ number: TicketNumber; event: TicketEvent }> {
    const { number, name } = messageOf(ctx);
    const folder = await reader.read(number);
    const event = folder?.messages.find((message) => message.event.name === name)?.event;
    if (event === undefined) throw new PageRefusal('unknown-message');
    return { number, event };
  }

  async function showPicture(ctx: PageContext, visit: Visit, size: PictureSize): Promise<void> {
    const { number, event } = await find(ctx);
    const [id, page] = [numberOf(ctx.params.id), numberOf(ctx.params.page)];
    const file = messagePages.fileOf(number, event, id);
    if (file === undefined || page < 1) throw new PageRefusal('unknown-message');
    ctx.set('Content-Security-Policy', picturePolicy);
    ctx.set('ETag', `"${file.key}-${size}-${page}"`);
    ctx.set('Cache-Control', 'private, max-age=86400');
    const png = await pictures.picture(file, page - 1, size);
    if (png !== undefined) {
      ctx.type = 'image/png';
      ctx.body = png;
      return;
    }
    // A picture that says what is so, in the place where the page would be.
    ctx.status = 422;
    ctx.set('Cache-Control', 'no-store');
    ctx.remove('ETag');
    ctx.type = 'image/svg+xml';
    ctx.body = sayBroken(visit.locale, size);
  }
}

function numberOf(text: string | undefined): number {
  return /^[0-9]{1,6}$/.test(text ?? '') ? Number(text) : -1;
}

/** Paper with one sentence on it; the small one has room for a sign alone. */
function sayBroken({ text, code, direction }: Locale, size: PictureSize): string {
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 1180" width="840" height="1180" lang="${code}" direction="${direction}"><path fill="#fff" d="M0 0h840v1180H0z"/>`;
  if (size === 'thumb')
    return `${sheet}<path d="M420 400 620 760H220zM420 520v110M420 690v4" fill="none" stroke="#8a1c1c" stroke-width="28" stroke-linejoin="round" stroke-linecap="round"/></svg>`;
  const sentences = [text('media.broken'), text('media.broken-hint')];
  const lines = sentences.map(
    (line, at) =>
      `<text x="420" y="${560 + at * 44}" font-family="sans-serif" font-size="28" fill="#222" text-anchor="middle">${escapeXml(line)}</text>`,
  );
  return `${sheet}${lines.join('')}</svg>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
