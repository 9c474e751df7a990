/**
 * The files that pages load: style sheet, script, signs, icons.
 *
 * Promises: an address with the right version never changes its content, so it may be kept for ever. Scripts and style sheets go out
 * without comments and indentation, a fifth of them; what they do stays the same.
 */
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Bug } from '../../base/fault.ts';

export interface Asset {
  readonly bytes: Buffer;
  compressed(coding: ContentCoding): Buffer;
  readonly type: string;
  /** Changes with the content. */
  readonly version: string;
}

/** Content codings (RFC 9110 section 8.4.1). */
export type ContentCoding = 'br' | 'gzip';

export interface Assets {
  find(name: string): Asset | undefined;
  /** Address of the asset with its version. */
  address(name: string): string;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** `files` by name below `/static/`. */
export function createAssets(files: ReadonlyMap<string, Buffer>): Assets {
  const assets = new Map<string, Asset>();
  const address = (name: string) => `/static/${name}?v=${assets.get(name)?.version ?? '0'}`;

  function add(name: string, importers: readonly string[]): void {
    const bytes = files.get(name);
    if (bytes === undefined || assets.has(name)) return;
    if (importers.includes(name))
      throw new Bug(`Scripts import each other: ${importers.join(', ')}`);
    assets.set(
      name,
      toAsset(
        name,
        name.endsWith('.js') ? withVersions(bytes, [...importers, name]) : slimmed(name, bytes),
      ),
    );
  }

  /** A script names others by their file names; what goes out names them with their versions. */
  function withVersions(script: Buffer, importers: readonly string[]): Buffer {
    const text = script
      .toString('utf8')
      .replace(moduleImport, (_, before: string, name: string) => {
        add(name, importers);
        if (!assets.has(name))
          throw new Bug(`Script ${importers.at(-1)} imports ${name}, which is not there`);
        return `${before}'${address(name)}'`;
      });
    return slimmed('.js', Buffer.from(text));
  }

  for (const name of files.keys()) add(name, []);
  return { find: (name) => assets.get(name), address };
}

/** `import './keys.js'` or `… from './dom.js'`, as the formatter of the sources writes it. */
const moduleImport = /^((?:import|export|\} from)\b[^'\n]*)'\.\/([\w-]+\.js)'/gm;

/** Without whole lines of comments, and blanks before a line; a licence (`/*!`) stays. No text of ours goes over several lines. */
function slimmed(name: string, bytes: Buffer): Buffer {
  if (!/\.(?:js|css)$/.test(name)) return bytes;
  const text = bytes
    .toString('utf8')
    .replace(/^[ \t]*\/\*(?!!)[\s\S]*?\*\/[ \t]*\n/gm, '')
    .replace(/^[ \t]*\/\/.*\n/gm, '')
    .replace(/^[ \t]+/gm, '');
  return Buffer.from(text);
}

function toAsset(name: string, bytes: Buffer): Asset {
  const small = new Map<ContentCoding, Buffer>();
  return {
    bytes,
    compressed(coding) {
      const known = small.get(coding) ?? compressors[coding](bytes);
      small.set(coding, known);
      return known;
    },
    type: types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    version: createHash('sha256').update(bytes).digest('hex').slice(0, 12),
  };
}

/** With all effort, for it is done once, when somebody asks first. */
const compressors: Readonly<Record<ContentCoding, (bytes: Buffer) => Buffer>> = {
  br: (bytes) => brotliCompressSync(bytes),
  gzip: (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
};
