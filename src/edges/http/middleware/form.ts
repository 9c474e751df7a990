/**
 * Reads the fields and files of a form.
 *
 * Promises: at most 1 MB of fields is kept in memory, 64 MB where files come along; only
 * `application/x-www-form-urlencoded` and `multipart/form-data` are read.
 */
import type { Context } from 'koa';
import { Fault } from '../../../base/fault.ts';
import { type FormFile, formLimits, readBoundary, readMultipart } from './multipart.ts';

export interface Form {
  /** Empty when there is no such field. */
  get(name: string): string;
  has(name: string): boolean;
  /** Every value of the field, such as those of tick boxes. */
  all(name: string): readonly string[];
  /** The files chosen in that field. */
  files(name: string): readonly FormFile[];
}

const mostBytes = 1_048_576;

export async function readForm(ctx: Context): Promise<Form> {
  const boundary = readBoundary(ctx.get('Content-Type'));
  if (boundary !== undefined) return readForms(ctx, boundary);
  const fields = new URLSearchParams(
    ctx.is('application/x-www-form-urlencoded') ? await readBody(ctx) : '',
  );
  return toForm(fields, []);
}

async function readForms(ctx: Context, boundary: string): Promise<Form> {
  const read = await readMultipart(ctx.req, boundary);
  if (!read.ok) {
    // What still comes is dropped, so that the browser gets to see the answer.
    ctx.req.resume();
    ctx.set('Connection', 'close');
    throw tooLarge(formLimits.mostBytes);
  }
  return toForm(
    new URLSearchParams(read.value.fields.map(([name, value]): [string, string] => [name, value])),
    read.value.files,
  );
}

function toForm(fields: URLSearchParams, files: readonly FormFile[]): Form {
  return {
    get: (name) => fields.get(name) ?? '',
    has: (name) => fields.has(name),
    all: (name) => fields.getAll(name),
    files: (name) => files.filter(({ field }) => field === name),
  };
}

async function readBody(ctx: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req) {
    const bytes: unknown = chunk;
    if (!Buffer.isBuffer(bytes)) continue;
    size += bytes.length;
    if (size > mostBytes) throw tooLarge(mostBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(most: number): Fault {
  return new Fault('too-large', {
    retry: 'never',
    detail: `Form is larger than ${most} bytes`,
  });
}
