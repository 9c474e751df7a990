/**
 * The files that pages load: style sheet, script, signs.
 *
 * Promises: an address with the right version never changes its content, so it may be kept for ever.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly bytes: Buffer;
  readonly compressed: Buffer;
  readonly type: string;
  /** Changes with the content. */
  readonly version: string;
}

export interface Assets {
  find(name: string): Asset | undefined;
  /** Address of the asset with its version. */
  address(name: string): string;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** `files` by name below `/static/`. */
export function createAssets(files: ReadonlyMap<string, Buffer>): Assets {
  const assets = new Map([...files].map(([name, bytes]) => [name, toAsset(name, bytes)]));
  return {
    find: (name) => assets.get(name),
    address: (name) => `/static/${name}?v=${assets.get(name)?.version ?? '0'}`,
  };
}

function toAsset(name: string, bytes: Buffer): Asset {
  return {
    bytes,
    compressed: gzipSync(bytes),
    type: types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    version: createHash('sha256').update(bytes).digest('hex').slice(0, 12),
  };
}
