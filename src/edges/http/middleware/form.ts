/**
 * Reads the fields of a form.
 *
 * Promises: at most 1 MB is kept in memory; only `application/x-www-form-urlencoded` is read.
 */
import type { Context } from 'koa';
import { Fault } from '../../../base/fault.ts';

export interface Form {
  /** Empty when there is no such field. */
  get(name: string): string;
  has(name: string): boolean;
  /** Every value of the field, in order. */
  all(name: string): readonly string[];
}

const mostBytes = 1_048_576;

export async function readForm(ctx: Context): Promise<Form> {
  const fields = new URLSearchParams(
    ctx.is('application/x-www-form-urlencoded') ? await readBody(ctx) : '',
  );
  return {
    get: (name) => fields.get(name) ?? '',
    has: (name) => fields.has(name),
    all: (name) => fields.getAll(name),
  };
}

async function readBody(ctx: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req) {
    const bytes: unknown = chunk;
    if (!Buffer.isBuffer(bytes)) continue;
    size += bytes.length;
    if (size > mostBytes)
      throw new Fault('too-large', {
        retry: 'never',
        detail: `Form is larger than ${mostBytes} bytes`,
      });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
