/** The routes that read: lists, tickets, messages as they came, attachments. */

import { createHash } from 'node:crypto';
import { type PartPath, parsePartPath } from '../../../core/message/attached.ts';
import type { MessageName } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { findView, type SavedView } from '../../../core/views/view.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { createAttachedMails, type FoundFile } from '../../../services/attached-mails.ts';
import { subjectOf } from '../../../services/escalation/due-book.ts';
import { createPastReader } from '../../../services/past.ts';
import {
  mostListed,
  parseLimit,
  parseSort,
  sortNames,
} from '../../../services/present/list-request.ts';
import { momentForms, parseMoment } from '../../../services/present/moment.ts';
import { expectOneOf } from '../../../services/present/refusals.ts';
import { readTicketJson, toTicketSummary } from '../../../services/present/ticket-json.ts';
import type { TicketReader } from '../../../storage/ticket-store.ts';
import { sendRanges } from '../ranges.ts';
import { contentDisposition } from '../routes/disposition.ts';
import { plainType } from '../send-attachment.ts';
import { unknownKey } from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, messageOf, numberOf } from './calls.ts';
import { ApiRefusal, queryRefusalOf, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type ReadingOperation = Extract<
  AgentOperation,
  'listTickets' | 'readTicket' | 'readRawMessage' | 'readAttachment'
>;

/** Whether an answer waits until the whole archive was searched. */
export const archiveModes: readonly string[] = ['wait', 'later'];

export function createTicketReading({
  reader,
  index,
  sight,
  config,
  due,
  searching,
  savedViews,
}: Pick<
  ApiDeps,
  'reader' | 'index' | 'sight' | 'config' | 'due' | 'searching' | 'savedViews'
>): Record<ReadingOperation, AgentRoute> {
  const attached = createAttachedMails({ reader });

  function readerAt(text: string): TicketReader {
    const moment = parseMoment(text, config.current().desk.timeZone);
    if (moment === undefined) throw badParameter('at', text, `expected ${momentForms}`);
    return createPastReader(reader, moment);
  }

  /** A file of a mail that is attached to the message. */
  async function findInner(
    number: TicketNumber,
    name: MessageName,
    path: PartPath,
  ): Promise<FoundFile | undefined> {
    const folder = await reader.read(number);
    const event = folder?.messages.find((message) => message.event.name === name)?.event;
    if (event === undefined) throw refusalOf({ code: 'unknown-message', message: name });
    return attached.readFile(number, event, path);
  }

  async function viewOf(wanted: string, agent: Agent): Promise<SavedView> {
    const views = await savedViews.list(agent);
    const view = findView(views, wanted);
    if (view !== undefined) return view;
    const known = views.map(({ name }) => name);
    throw badParameter('view', wanted, expectOneOf(wanted, known));
  }

  return {
    async listTickets(ctx, agent) {
      const {
        q = '',
        view: wanted,
        sort: given,
        limit = '50',
        after,
        archive = 'wait',
      } = readParameters(ctx, ['q', 'sort', 'limit', 'after', 'view', 'archive']);
      if (!archiveModes.includes(archive))
        throw badParameter('archive', archive, expectOneOf(archive, archiveModes));
      const view = wanted === undefined ? undefined : await viewOf(wanted, agent);
      const sort = given ?? view?.sort ?? '-updated';
      const query = await searching.read([view?.query ?? '', q], agent.login);
      if (!query.ok) throw queryRefusalOf(query.refusal);
      const order = parseSort(sort);
      if (order === undefined) throw badParameter('sort', sort, expectOneOf(sort, sortNames));
      const count = parseLimit(limit);
      if (count === undefined)
        throw badParameter('limit', limit, `expected a whole number from 1 to ${mostListed}`);
      const page = await index.list({
        query: query.value,
        ...order,
        limit: count,
        reader: sight.readerOf(agent),
        // A program asks once, so the months of the archive are waited for, unless it says otherwise.
        wholeArchive: archive === 'wait',
        ...(after === undefined ? {} : { after }),
      });
      if (!page.ok) throw queryRefusalOf(page.refusal);
      const { records, next, total, complete, archive: months } = page.value;
      ctx.body = {
        tickets: records.map(toTicketSummary),
        next: next ?? null,
        total,
        complete,
        archive: { searched: months?.searched ?? 0, months: months?.months ?? 0 },
      };
    },

    async readTicket(ctx) {
      const number = numberOf(ctx);
      const { at } = readParameters(ctx, ['at']);
      const ticket =
        at === undefined
          ? await readTicketJson(reader, number, (folder) => due.of(subjectOf(folder)))
          : await readTicketJson(readerAt(at), number);
      if (ticket === undefined) throw refusalOf({ code: 'unknown-ticket', number });
      ctx.body = ticket;
    },

    async readRawMessage(ctx) {
      const name = messageOf(ctx);
      const bytes = await reader.readOriginal(numberOf(ctx), name);
      if (bytes === undefined) throw refusalOf({ code: 'unknown-message', message: name });
      sendFile(ctx, { bytes, type: 'message/rfc822', name: `${name}.eml`, tag: tagOf(bytes) });
    },

    async readAttachment(ctx) {
      const number = numberOf(ctx);
      const name = messageOf(ctx);
      const given = ctx.params.attachment ?? '';
      const path = parsePartPath(given);
      if (path !== undefined && path.length > 1) {
        const found = await findInner(number, name, path);
        if (found === undefined) throw noInner(given);
        const { attachment, bytes } = found;
        const type = plainType(bytes, attachment.type);
        return sendFile(ctx, { bytes, type, name: attachment.name, tag: tagOf(bytes) });
      }
      const decoded = await reader.readDecoded(number, name);
      if (decoded === undefined) throw refusalOf({ code: 'unknown-message', message: name });
      const { attachments } = decoded.mail;
      const attachment = attachments.find(({ id }) => String(id) === given);
      const bytes = attachment === undefined ? undefined : decoded.contents[attachment.id];
      if (attachment === undefined || bytes === undefined)
        throw noAttachment(given, attachments.length);
      const type = plainType(bytes, attachment.type);
      sendFile(ctx, { bytes, type, name: attachment.name, tag: tagOf(bytes) });
    },
  };
}

/** The query's parameters, each at most once; others than the known ones are refused. */
function readParameters<K extends string>(
  ctx: ApiContext,
  known: readonly K[],
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const [key, value] of new URLSearchParams(ctx.querystring)) {
    const name = known.find((candidate) => candidate === key);
    if (name === undefined) throw unknownKey(key, known);
    found[name] = value;
  }
  return found;
}

function badParameter(name: string, value: string, expectation: string): ApiRefusal {
  return new ApiRefusal({
    code: 'bad-value',
    detail: `Bad value "${value}" for ${name}; ${expectation}`,
  });
}

function noAttachment(given: string, count: number): ApiRefusal {
  const expected =
    count === 0 ? 'the message has none' : `expected a number from 0 to ${count - 1}`;
  return new ApiRefusal({
    code: 'no-such-resource',
    detail: `There is no attachment "${given}"; ${expected}`,
  });
}

function noInner(given: string): ApiRefusal {
  return new ApiRefusal({
    code: 'no-such-resource',
    detail: `There is no attachment "${given}"; expected ids from the outside in, "3.1" for attachment 1 of the mail that is attachment 3`,
  });
}

function tagOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

interface SentFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly name: string;
  /** Names these bytes for as long as they are the same; without quotes. */
  readonly tag: string;
}

/** Bytes from outside: a browser that is led here saves them and runs nothing. */
function sendFile(ctx: ApiContext, { bytes, type, name, tag }: SentFile): void {
  ctx.set({
    'Content-Disposition': contentDisposition('attachment', name, type),
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  sendRanges(ctx, { bytes, type, tag: `"${tag}"` });
}
