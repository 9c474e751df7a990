/**
 * Request bodies: bounded bytes, and JSON objects read key by key.
 *
 * Promises: never holds more than the limit in memory; every key that is not known is refused with the
 * nearest known one.
 */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type { Config } from '../../../config/config.ts';
import { type Address, parseAddress } from '../../../core/message/address.ts';
import type { OutgoingFile } from '../../../core/ticket/decide.ts';
import { nearestWord } from '../../../services/present/refusals.ts';
import { typeOfName } from '../../../storage/codec.ts';
import { ApiRefusal } from './problems.ts';

export interface BodyReader {
  /** Fails when the key is absent. */
  text(key: string): string;
  /** Undefined when the key is absent. */
  optionalText(key: string): string | undefined;
  /** Like `optionalText`; `null` reads as the empty text, which clears a field. */
  clearableText(key: string): string | undefined;
  texts(key: string): readonly string[];
  /** The pairs of an object; a number reads as its text, `null` as the empty one. */
  pairs(key: string): readonly (readonly [name: string, value: string])[];
  /** False when the key is absent. */
  flag(key: string): boolean;
  /** One address or a list; each a text `Name <name@example.org>` or `{name, address}`. */
  addresses(key: string): readonly Address[] | undefined;
  numbers(key: string): readonly number[];
  /** Whether the key holds exactly this word. */
  isText(key: string, word: string): boolean;
  /** Each `{name, content}`, the content in base 64, perhaps with `type` and `contentId`. */
  files(key: string): readonly OutgoingFile[];
}

export const mostJsonBytes = 1024 * 1024;

/** Of a body that carries files: what fits into a mail, in base 64, and the rest. */
export function mostBytes({ desk }: Config): number {
  return Math.ceil(desk.maxMessageBytes * 1.4) + mostJsonBytes;
}

/** The body as a JSON object with no other keys than the known ones. */
export async function readJson(
  ctx: Context,
  known: readonly string[],
  most = mostJsonBytes,
): Promise<BodyReader> {
  requireType(ctx, ['application/json']);
  const bytes = await readBytes(ctx, most);
  const value = parseObject(bytes);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw unknownKey(key, known);
  }
  return createBodyReader(value);
}

export function unknownKey(key: string, known: readonly string[]): ApiRefusal {
  const nearest = nearestWord(key, known);
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  return new ApiRefusal({
    code: 'unknown-key',
    detail: `Unknown key "${key}"; expected only ${known.join(', ')}${hint}`,
  });
}

/** Refuses a body of another media type, or an encoded one. `undefined` stands for none given. */
export function requireType(ctx: Context, accepted: readonly (string | undefined)[]): void {
  const given = ctx.get('Content-Type').split(';')[0]?.trim().toLowerCase() || undefined;
  const named = accepted.filter((type) => type !== undefined).join(' or ');
  if (!accepted.includes(given)) {
    throw new ApiRefusal({
      code: 'unsupported-media-type',
      detail: `The body has the media type "${given ?? 'none'}"; expected ${named}`,
    });
  }
  const encoding = ctx.get('Content-Encoding').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    throw new ApiRefusal({
      code: 'unsupported-media-type',
      detail: `The body is encoded as "${encoding}"; expected no content encoding`,
    });
  }
}

/** All bytes of the body. Beyond the limit the connection is closed after the answer. */
export async function readBytes(ctx: Context, most: number): Promise<Buffer> {
  const announced = Number(ctx.get('Content-Length') || 0);
  const bytes = announced > most ? undefined : await collect(ctx.req, most);
  if (bytes !== undefined) return bytes;
  // What still comes is read and dropped, so that the peer gets to see the answer.
  ctx.req.resume();
  throw new ApiRefusal({
    code: 'body-too-large',
    detail: `The body has more than ${most} bytes; expected at most that`,
    headers: { Connection: 'close' },
  });
}

function collect(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else finish(() => resolve(undefined));
    };
    const onEnd = () => finish(() => resolve(Buffer.concat(chunks, size)));
    const onError = (error: Error) => finish(() => reject(error));
    const onClose = () =>
      finish(() => reject(new ApiRefusal({ code: 'bad-json', detail: 'The body ended early' })));
    const finish = (settle: () => void) => {
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      settle();
    };
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(bytes: Buffer): JsonObject {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own sentence quotes the body; ours says what was expected.
    throw new ApiRefusal({
      code: 'bad-json',
      detail: 'The body is not valid JSON; expected a JSON object',
    });
  }
  if (isObject(value)) return value;
  throw new ApiRefusal({
    code: 'bad-json',
    detail: `The body is ${kindOf(value)}; expected a JSON object`,
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function createBodyReader(value: JsonObject): BodyReader {
  // Only own keys: `{}` has no "constructor".
  const at = (key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);

  function optionalText(key: string): string | undefined {
    const found = at(key);
    if (found === undefined || typeof found === 'string') return found;
    throw badKey(key, found, 'a text');
  }

  return {
    optionalText,
    text(key) {
      const found = optionalText(key);
      if (found !== undefined) return found;
      throw new ApiRefusal({
        code: 'missing-value',
        detail: `The key "${key}" is missing; expected a text`,
      });
    },
    clearableText: (key) => (at(key) === null ? '' : optionalText(key)),
    texts(key) {
      const found = at(key);
      if (found === undefined) return [];
      const list: readonly unknown[] = Array.isArray(found) ? found : [found];
      return list.map((entry) => {
        if (typeof entry === 'string') return entry;
        throw badKey(key, entry, 'a list of texts');
      });
    },
    pairs(key) {
      const found = at(key);
      if (found === undefined) return [];
      if (!isObject(found)) throw badKey(key, found, 'an object of texts');
      return Object.entries(found).map(([name, entry]) => {
        if (entry === null) return [name, ''] as const;
        if (typeof entry === 'string') return [name, entry] as const;
        if (typeof entry === 'number' || typeof entry === 'boolean')
          return [name, String(entry)] as const;
        throw badKey(key, entry, 'an object of texts');
      });
    },
    flag(key) {
      const found = at(key);
      if (found === undefined || typeof found === 'boolean') return found === true;
      throw badKey(key, found, 'true or false');
    },
    addresses(key) {
      const found = at(key);
      if (found === undefined) return undefined;
      const list: readonly unknown[] = Array.isArray(found) ? found : [found];
      return list.map((entry) => readAddress(key, entry));
    },
    isText: (key, word) => at(key) === word,
    numbers: (key) =>
      listOf(at(key)).map((entry) => {
        if (typeof entry === 'number' && Number.isInteger(entry)) return entry;
        throw badKey(key, entry, 'a list of whole numbers');
      }),
    files: (key) => listOf(at(key)).map((entry) => readFile(key, entry)),
  };
}

function listOf(found: unknown): readonly unknown[] {
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

const fileKeys = ['name', 'type', 'content', 'contentId'];

function readFile(key: string, entry: unknown): OutgoingFile {
  if (!isObject(entry)) throw badKey(key, entry, 'files such as {"name", "content"}');
  for (const each of Object.keys(entry))
    if (!fileKeys.includes(each)) throw unknownKey(each, fileKeys);
  const { name, type, content, contentId } = entry;
  if (typeof name !== 'string') throw badKey(key, name, 'a "name" in each file');
  // Both alphabets, with or without padding and line breaks.
  if (typeof content !== 'string' || !/^[A-Za-z0-9+/_\s-]*=?=?\s*$/.test(content))
    throw badKey(key, content, 'a "content" in base 64 in each file');
  return {
    name,
    type: typeof type === 'string' && type !== '' ? type : typeOfName(name),
    bytes: Buffer.from(content, 'base64'),
    ...(typeof contentId === 'string' ? { contentId } : {}),
  };
}

function readAddress(key: string, entry: unknown): Address {
  if (typeof entry === 'string') {
    const address = parseAddress(entry);
    if (address !== undefined) return address;
    throw new ApiRefusal({
      code: 'bad-recipient',
      detail: `Bad recipient "${entry}" in "${key}"; expected an address such as name@example.org`,
    });
  }
  if (isObject(entry) && typeof entry.address === 'string') {
    const name = entry.name;
    if (name === undefined || typeof name === 'string')
      return { name: name ?? '', address: entry.address };
  }
  throw badKey(key, entry, 'addresses such as "Name <name@example.org>" or {"name", "address"}');
}

function badKey(key: string, found: unknown, expected: string): ApiRefusal {
  return new ApiRefusal({
    code: 'bad-value',
    detail: `The key "${key}" holds ${kindOf(found)}; expected ${expected}`,
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
