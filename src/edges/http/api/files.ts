/** Files of a message or a ticket in one zip, through the API. Promises: made while it is sent. */
import { Readable } from 'node:stream';
import type { FilesRequest } from '../../../services/carry/attachment-zip.ts';
import { contentDisposition } from '../routes/disposition.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, messageOf, numberOf } from './calls.ts';
import { ApiRefusal, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type FilesOperation = Extract<AgentOperation, 'readMessageFiles' | 'readTicketFiles'>;

export function createFilesReading({
  reader,
  exporting,
  config,
}: Pick<ApiDeps, 'reader' | 'exporting' | 'config'>): Record<FilesOperation, AgentRoute> {
  async function send(ctx: ApiContext, { message }: Pick<FilesRequest, 'message'>): Promise<void> {
    const number = numberOf(ctx);
    const folder = await reader.read(number);
    if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
    if (message !== undefined && !folder.messages.some(({ event }) => event.name === message))
      throw refusalOf({ code: 'unknown-message', message });
    const { timeZone } = config.current().desk;
    const leftOut = (name: string) => `Left out, because a virus was found: ${name}`;
    const request: FilesRequest = { folder, message, timeZone, leftOut };
    const size = exporting.files.measure(request);
    if (size === undefined || size.isTooLarge)
      throw new ApiRefusal({
        code: 'no-such-resource',
        detail: size === undefined ? 'There are no attachments' : 'More than a zip can hold',
      });
    ctx.set({
      'Content-Disposition': contentDisposition('attachment', `${number}.zip`),
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

  return {
    readMessageFiles: (ctx) => send(ctx, { message: messageOf(ctx) }),
    readTicketFiles: (ctx) => send(ctx, {}),
  };
}
