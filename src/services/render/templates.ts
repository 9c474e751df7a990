/**
 * Pages out of templates, texts and view models.
 *
 * Owns: nunjucks and the folders `templates/` and `locales/`. Promises: everything is read and compiled once,
 * at the start; autoescape is on; a template that fails names itself.
 * Leaves to others: view models (edges/http/presenters), languages (locale.ts), HTML of mails (html.ts).
 */
import { join } from 'node:path';
import nunjucks, { type Environment } from 'nunjucks';
import { Fault } from '../../base/fault.ts';
import { keySigns } from '../../core/keys/agent-keys.ts';
import { type FileOps, nodeFiles } from '../../storage/files.ts';
import { type Assets, createAssets } from './assets.ts';
import { type Attribute, createAttributions } from './attributions.ts';
import { readChartLibrary } from './chart-library.ts';
import { type FrameRequest, type HtmlFindings, inspectHtml, renderFrame } from './html.ts';
import {
  type Catalogue,
  createLocales,
  type Links,
  type Locale,
  type Locales,
  type TextValues,
} from './locale.ts';
import { escapeHtml, type Markup } from './markup.ts';

export interface Renderer {
  readonly locales: Locales;
  readonly assets: Assets;
  /** The page `templates/pages/NAME.njk`. */
  page(name: string, locale: Locale, view: object): string;
  /** The document shown in the frame of an HTML mail. */
  mailFrame(request: FrameRequest): string;
  /** The line above a quotation. */
  readonly attribute: Attribute;
  /** What a mail's HTML refers to, without cleaning it. */
  inspectHtml(html: string, locations?: ReadonlySet<string>): HtmlFindings;
}

export interface RendererOptions {
  readonly templatesDirectory: string;
  readonly localesDirectory: string;
  readonly files?: FileOps;
  /** A name that a template prints and that is not there fails; for tests. */
  readonly strict?: boolean;
}

export async function createRenderer(options: RendererOptions): Promise<Renderer> {
  const { templatesDirectory, localesDirectory, files = nodeFiles, strict = false } = options;
  const locales =
    files === nodeFiles
      ? await readLocales(localesDirectory)
      : createLocales(await readCatalogues(files, localesDirectory));
  const assets = createAssets(
    new Map([
      ...(await readFiles(files, join(templatesDirectory, 'static'), /\.(css|js|svg|png)$/)),
      ...(await readChartLibrary(files)),
    ]),
  );
  const pages = await readFiles(files, join(templatesDirectory, 'pages'), /\.njk$/);
  const parts = await readFiles(files, join(templatesDirectory, 'parts'), /\.njk$/);
  const sources = new Map([...prefixed('pages/', pages), ...prefixed('parts/', parts)]);
  const environment = createEnvironment(sources, assets, strict);

  return {
    locales,
    assets,
    page: (name, locale, view) =>
      environment.getTemplate(`pages/${name}.njk`).render({ ...view, ...textFunctions(locale) }),
    mailFrame: renderFrame,
    inspectHtml,
    attribute: createAttributions(
      parseCatalogue(await files.readFile(join(localesDirectory, 'attributions.json'))),
    ),
  };
}

function createEnvironment(
  sources: ReadonlyMap<string, string>,
  assets: Assets,
  strict: boolean,
): Environment {
  const loader = {
    getSource(name: string) {
      const src = sources.get(name);
      if (src === undefined)
        throw new Fault('not-found', { retry: 'never', detail: `There is no template "${name}"` });
      return { src, path: name, noCache: false };
    },
  };
  const environment = new nunjucks.Environment(loader, {
    autoescape: true,
    throwOnUndefined: strict,
    trimBlocks: true,
    lstripBlocks: true,
  });
  const signs = assets.address('signs.svg');
  environment.addGlobal('asset', (name: string) => assets.address(name));
  environment.addGlobal('sign', (name: string, kind = '') => toSafe(drawSign(signs, name, kind)));
  environment.addFilter('markup', (markup: Markup) => toSafe(markup.html));
  environment.addFilter('kbd', (key: string) => toSafe(drawKey(key)));
  for (const name of sources.keys()) environment.getTemplate(name, true);
  return environment;
}

/** `t` gives a text, `m` a sentence with markup. */
function textFunctions(locale: Locale) {
  return {
    locale,
    t: (key: string, values?: TextValues) => locale.text(key, values),
    m: (key: string, values?: TextValues, links?: Links) =>
      toSafe(locale.markup(key, values, links).html),
  };
}

/** A sign of the sprite; `kind` `turn` mirrors it in languages written from right to left. */
function drawSign(signs: string, name: string, kind: string): string {
  return `<svg class="i${kind === '' ? '' : ` ${kind}`}" aria-hidden="true"><use href="${escapeHtml(signs)}#${name}"/></svg>`;
}

/** Nothing where there is no key. */
function drawKey(key: string): string {
  return keySigns(key)
    .map((stroke) => `<kbd>${escapeHtml(stroke)}</kbd>`)
    .join(' ');
}

function toSafe(html: string) {
  return new nunjucks.runtime.SafeString(html);
}

/** By their folder: the program's own files stay as they are while it runs, and every desk that is opened asks. */
const known = new Map<string, Promise<Locales>>();

/** The texts alone, for what is written without a page. */
export function readLocales(directory: string): Promise<Locales> {
  const before = known.get(directory);
  if (before !== undefined) return before;
  const reading = readCatalogues(nodeFiles, directory).then(createLocales);
  known.set(directory, reading);
  reading.catch(() => known.delete(directory));
  return reading;
}

async function readCatalogues(
  files: FileOps,
  directory: string,
): Promise<ReadonlyMap<string, Catalogue>> {
  const catalogues = new Map<string, Catalogue>();
  for (const code of (await files.list(directory)) ?? []) {
    if (!/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(code)) continue;
    catalogues.set(
      code,
      parseCatalogue(await files.readFile(join(directory, code, 'viewer.json'))),
    );
  }
  return catalogues;
}

function parseCatalogue(bytes: Buffer): Catalogue {
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return Object.fromEntries(
    entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

async function readFiles(
  files: FileOps,
  directory: string,
  wanted: RegExp,
): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of (await files.list(directory)) ?? []) {
    if (wanted.test(name)) found.set(name, await files.readFile(join(directory, name)));
  }
  return found;
}

function prefixed(
  prefix: string,
  files: ReadonlyMap<string, Buffer>,
): readonly (readonly [string, string])[] {
  return [...files].map(([name, bytes]) => [prefix + name, bytes.toString('utf8')]);
}
