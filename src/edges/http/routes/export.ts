/**
 * Handing out: `/tickets/NUMBER/export`, and `/export?q=` for a search.
 *
 * Promises: only what the agent may read; made while it is sent, and no further when the browser goes away. Each ticket
 * stands in the log of what was read.
 */
import { Readable } from 'node:stream';
import type Router from '@koa/router';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { askedBy } from '../../../core/search/personal.ts';
import { parseQuery } from '../../../core/search/query.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { searchedStates } from '../../../core/ticket/ticket-rules.ts';
import { askerOf } from '../../../services/asker.ts';
import {
  type ExportForm,
  fileKinds,
  numbersOf,
  parseForm,
} from '../../../services/carry/exporting.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentExport } from '../presenters/export.ts';
import { listHref } from '../presenters/frame.ts';
import { subjectOf } from '../presenters/list.ts';
import type { Visit } from '../visit.ts';
import { contentDisposition } from './disposition.ts';
import { goTo, textOf } from './login.ts';
import { readTicket } from './ticket.ts';

export interface ExportDeps
  extends Pick<
    ViewerDeps,
    | 'reader'
    | 'index'
    | 'sight'
    | 'accounts'
    | 'config'
    | 'snoozes'
    | 'clock'
    | 'exporting'
    | 'audit'
  > {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addExportRoutes(router: Router, deps: ExportDeps): void {
  const { reader, index, sight, accounts, config, snoozes, clock, exporting, audit } = deps;
  const { visitor, pages } = deps;

  router.get(
    '/tickets/:number/export',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const { number, ticket } = folder;
      const page = `/tickets/${number}`;
      const hasBrowser = (await exporting.paper.findBrowser()) !== undefined;
      await show(ctx, visit, {
        back: { href: page, text: number },
        action: `${page}/export/file`,
        query: undefined,
        about: subjectOf(ticket.subject, visit.locale),
        hasBrowser,
        filesHref: folder.messages.some(({ event }) => event.mail.attachments.length > 0)
          ? `${page}/attachments.zip`
          : undefined,
      });
    }),
  );

  router.get(
    '/tickets/:number/export/file',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const form = formOf(ctx);
      if (form !== 'pdf')
        return sendMails(ctx, visit, { form, numbers: [folder.number], name: folder.number });
      const gone = new AbortController();
      ctx.res.once('close', () => gone.abort());
      const request = {
        notes: isAsked(ctx, 'notes'),
        language: visit.locale.code,
        timeZone: visit.timeZone,
        signal: gone.signal,
      };
      const pieces = exporting.paper.print(folder, request);
      // Whether it can be made is known with its first piece.
      const first = await pieces.next();
      note(ctx, visit, folder.number);
      send(ctx, form, folder.number, andRest(first, pieces));
    }),
  );

  router.get(
    '/export',
    visitor.member(async (ctx, visit) => {
      const query = textOf(ctx.query.q);
      const numbers = await numbersFor(query, visit);
      await show(ctx, visit, {
        back: { href: listHref(query), text: query },
        action: '/export/file',
        query,
        about: visit.locale.text('export.of-search', { count: numbers.length }),
        hasBrowser: false,
      });
    }),
  );

  router.get(
    '/export/file',
    visitor.member(async (ctx, visit) => {
      const form = formOf(ctx);
      const numbers = await numbersFor(textOf(ctx.query.q), visit);
      if (form === 'pdf') throw new PageRefusal('no-page');
      await sendMails(ctx, visit, { form, numbers, name: 'tickets' });
    }),
  );

  async function show(
    ctx: PageContext,
    visit: Visit,
    request: Omit<Parameters<typeof presentExport>[0], 'isTooLarge'>,
  ): Promise<void> {
    const isTooLarge = textOf(ctx.query.problem) === 'too-large';
    await pages.show(ctx, visit, {
      template: 'export',
      title: `${visit.locale.text('export.link')} · ${request.back.text}`,
      view: { export: presentExport({ ...request, isTooLarge }, visit.locale) },
    });
  }

  async function numbersFor(text: string, visit: Visit): Promise<readonly TicketNumber[]> {
    const query = parseQuery(text, searchedStates(ticketRulesOf(config.current())));
    if (!query.ok) throw new PageRefusal('no-page');
    const asker = askerOf(visit.agent.login, {
      agents: accounts.list(),
      config: config.current(),
      now: clock.now(),
      snoozes,
    });
    const asked = { query: askedBy(query.value, asker), reader: sight.readerOf(visit.agent) };
    const numbers = await numbersOf(index, asked);
    if (numbers === undefined) throw new PageRefusal('too-large');
    return numbers;
  }

  async function sendMails(
    ctx: PageContext,
    visit: Visit,
    asked: {
      readonly form: 'mbox' | 'eml';
      readonly numbers: readonly TicketNumber[];
      readonly name: string;
    },
  ): Promise<void> {
    const { form, numbers, name } = asked;
    const request = {
      numbers,
      choice: { form, notes: isAsked(ctx, 'notes'), whole: isAsked(ctx, 'whole') },
      timeZone: visit.timeZone,
      onTicket: (number: TicketNumber) => note(ctx, visit, number),
    };
    const { isTooLarge } = await exporting.mails.measure(request);
    const page = ctx.path.replace(/\/file$/, '');
    if (isTooLarge)
      return goTo(ctx, `${page}?q=${encodeURIComponent(textOf(ctx.query.q))}&problem=too-large`);
    send(ctx, form, name, exporting.mails.stream(request));
  }

  function note(ctx: PageContext, { agent }: Visit, ticket: TicketNumber): void {
    const { login } = agent;
    const how = { way: 'viewer', what: 'export', address: ctx.ip };
    audit.note({ event: 'read', agent: login, ticket, ...how });
  }
}

/** Koa ends the stream, and so the work, with the connection. */
function send(
  ctx: PageContext,
  form: ExportForm,
  name: string,
  pieces: AsyncIterable<Buffer>,
): void {
  const { ending, type } = fileKinds[form];
  ctx.set('Content-Disposition', contentDisposition('attachment', `${name}${ending}`));
  ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
  ctx.set('Content-Type', type);
  ctx.body = Readable.from(pieces, { objectMode: false });
}

async function* andRest(
  first: IteratorResult<Buffer, void>,
  rest: AsyncGenerator<Buffer, void, void>,
): AsyncGenerator<Buffer, void, void> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

function formOf(ctx: PageContext): ExportForm {
  const form = parseForm(textOf(ctx.query.format));
  if (form === undefined) throw new PageRefusal('no-page');
  return form;
}

function isAsked(ctx: PageContext, name: 'notes' | 'whole'): boolean {
  return textOf(ctx.query[name]) === '1';
}
