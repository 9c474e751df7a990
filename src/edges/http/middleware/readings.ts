/**
 * Notes which agent opened what of a ticket in the viewer.
 *
 * Promises: only what was really shown counts; a page costs nothing for it. The HTML of a mail and the like are parts
 * of the ticket's page and do not count beside it.
 */
import type { Context, Middleware } from 'koa';
import type { Audit } from '../../../services/audit/audit.ts';
import type { Visitor } from './visitor.ts';

export interface ReadingsDeps {
  readonly audit: Pick<Audit, 'note'>;
  readonly visitor: Pick<Visitor, 'sessionOf'>;
}

interface Reading {
  readonly ticket?: string;
  readonly what: string;
  readonly detail?: string;
}

export function noteReadings({ audit, visitor }: ReadingsDeps): Middleware {
  return async (ctx, next) => {
    await next();
    if (ctx.method !== 'GET' || !isBegun(ctx)) return;
    const reading = readingOf(ctx.path);
    const session = visitor.sessionOf(ctx);
    if (reading === undefined || session === undefined) return;
    const { login } = session.agent;
    audit.note({ event: 'read', agent: login, way: 'viewer', address: ctx.ip, ...reading });
  };
}

/** A recording is asked for in parts; whoever asks for its beginning hears it. */
function isBegun({ status, response }: Context): boolean {
  return status === 200 || (status === 206 && /^bytes 0-/.test(response.get('Content-Range')));
}

export function readingOf(path: string): Reading | undefined {
  const entry = /^\/trouble\/([^/]{1,300})\/raw$/.exec(path)?.[1];
  if (entry !== undefined) return { what: 'trouble', detail: safeDecode(entry) };
  const [, ticket, rest = ''] = /^\/tickets\/(\d{8,30})(?:\/(.*))?$/.exec(path) ?? [];
  if (ticket === undefined) return undefined;
  const [first = '', name = '', part = '', id = ''] = rest.split('/');
  if (first === '') return { ticket, what: 'ticket' };
  if (askedBeside.has(first)) return undefined;
  if (first === 'attachments.zip') return { ticket, what: 'attachment' };
  if (first !== 'messages') return { ticket, what: first.slice(0, 40) };
  if (part === 'raw') return { ticket, what: 'raw', detail: safeDecode(name) };
  // The small pages of a fax stand in the ticket's page, and its large ones in this.
  if (part === 'pages' && id === '')
    return { ticket, what: 'attachment', detail: safeDecode(name) };
  if (part === 'attachments.zip') return { ticket, what: 'attachment', detail: safeDecode(name) };
  if (part === 'attachments')
    return { ticket, what: 'attachment', detail: `${safeDecode(name)} ${id}` };
  return undefined;
}

/** What the answer box asks while its page is open. */
const askedBeside: ReadonlySet<string> = new Set([
  'offers',
  'modules',
  'prepared',
  // What it hands out is noted by itself.
  'export',
]);

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an address of ours, so nothing was shown under it; kept as it came.
    return text;
  }
}
