/**
 * The rules of STYLE section 1 as a function over sources.
 *
 * Owns: ranks, circles, sub-folders, owners of libraries and of the outside world. Promises: pure; every
 * breach is named with its file and the rule. Leaves to others: reading the sources from disk.
 */
import { posix } from 'node:path';
import { findImports, type Import, toBareCode } from './source-text.ts';

/** Source texts by their path below `src/`. */
export type Sources = ReadonlyMap<string, string>;

export interface Breach {
  readonly file: string;
  readonly rule: 'rank' | 'circle' | 'sub-folder' | 'owner' | 'purity' | 'unresolved' | 'drawer';
  readonly detail: string;
}

export function findBreaches(sources: Sources): readonly Breach[] {
  const files = [...sources.keys()].sort();
  const imports = new Map(files.map((file) => [file, findImports(sources.get(file) ?? '')]));
  const single = files.flatMap((file) => [
    ...checkPlace(file),
    ...(imports.get(file) ?? []).flatMap((each) => checkImport(file, each, sources)),
    ...checkGlobals(file, sources.get(file) ?? ''),
  ]);
  return [...single, ...findCircles(files, imports)];
}

const ranks: Readonly<Record<string, number>> = {
  base: 0,
  core: 1,
  config: 2,
  storage: 2,
  services: 3,
  edges: 4,
  // The demo drives a whole desk and stands beside the composition root.
  demo: 5,
  '': 5,
};

/** Files that may use something; a name that ends in a slash or a star means everything below. */
type Owners = readonly string[];

const nowhere: Owners = [];

const packageOwners: Readonly<Record<string, Owners>> = {
  libmime: ['storage/codec*', 'storage/reading/media-type.ts'],
  'html-to-text': ['storage/reading/html-text.ts'],
  nodemailer: ['services/outbound/transport.ts', 'storage/codec*', 'storage/reading/addresses.ts'],
  'smtp-server': ['edges/smtp/listener.ts'],
  chokidar: ['services/watch/watcher.ts'],
  lunr: ['core/search/snowball.ts', 'services/answers/ranking-segment.ts'],
  eld: ['services/intake/language.ts'],
  nunjucks: ['services/render/'],
  i18next: ['services/render/'],
  'sanitize-html': ['services/render/'],
  'markdown-it': ['services/render/light-html.ts'],
  koa: ['edges/http/'],
  '@koa/router': ['edges/http/'],
  pino: ['base/log.ts'],
  yaml: ['config/', 'demo/'],
  commander: ['edges/cli/'],
  re2js: ['core/rules/pattern.ts'],
  mailauth: ['services/intake/authentication-checks.ts'],
  imapflow: ['services/intake/imap-connection.ts'],
  otpauth: ['services/accounts/totp.ts'],
  uqr: ['services/accounts/totp.ts'],
  'openid-client': ['services/accounts/openid.ts'],
  uplot: ['services/render/chart-library.ts'],
  utif2: ['services/page-pictures/jpeg-in-tiff.ts'],
  'ical.js': ['config/calendar-ics.ts', 'storage/icalendar*'],
  'lunr-languages': ['core/search/snowball.ts'],
  unpdf: ['services/index/attachments/pdf-text.ts', 'services/page-pictures/pdf-pages.ts'],
  fflate: ['services/carry/zip-stream.ts', 'services/index/attachments/zip-text.ts'],
  'libphonenumber-js': ['core/phone/phone-number.ts'],
  'iconv-lite': ['storage/reading/'],
};

/** Modules of Node that reach the outside world. Types of them are free above `core/`. */
const moduleOwners: Readonly<Record<string, Owners>> = {
  fs: ['storage/files.ts', 'main.ts'],
  net: [
    'edges/',
    'services/outbound/transport.ts',
    'services/intake/scanners/exchange.ts',
    'services/doctor/network.ts',
  ],
  tls: ['edges/', 'services/outbound/transport.ts'],
  http: ['edges/http/', 'services/intake/scanners/rspamd.ts'],
  https: ['edges/http/'],
  http2: ['edges/http/'],
  dns: ['services/outbound/transport.ts', 'services/intake/dns.ts'],
  dgram: nowhere,
  child_process: ['base/command.ts'],
  cluster: nowhere,
  worker_threads: ['base/service-thread.ts'],
  os: ['main.ts'],
  process: ['main.ts'],
  readline: ['main.ts'],
  timers: ['base/clock.ts'],
  async_hooks: ['services/ways.ts'],
};

const pureModules: readonly string[] = ['node:crypto', 'node:buffer'];

interface GlobalRule {
  readonly name: string;
  readonly use: RegExp;
  readonly owners: Owners;
}

/** The members of Node's `process` tell it from a function or a field of that name. */
const globalRules: readonly GlobalRule[] = [
  {
    name: 'process',
    use: /(?<![.\w$])process\s*(?:\?\.|\.|\[)|=\s*process\b(?!\s*\()|\bglobalThis\s*(?:\.|\[\s*"")\s*process\b/,
    owners: ['main.ts'],
  },
  { name: 'console', use: /(?<![.\w$])console\s*(?:\?\.|\.|\[)/, owners: nowhere },
  { name: 'Date', use: /(?<![.\w$])Date\b(?!\s*:)/, owners: ['base/clock.ts'] },
  { name: 'Math.random', use: /\bMath\s*\.\s*random\b/, owners: nowhere },
  {
    name: 'timers',
    use: /(?<![.\w$])(?:globalThis\s*\.\s*)?(?:setTimeout|setInterval|setImmediate)\b(?!\s*:)|\bAbortSignal\s*\.\s*timeout\b/,
    owners: ['base/clock.ts'],
  },
  { name: 'performance', use: /(?<![.\w$])performance\s*\./, owners: ['base/clock.ts'] },
  { name: 'globalThis', use: /\bglobalThis\b/, owners: nowhere },
];

const randomNames =
  /\b(?:randomBytes|randomUUID|randomInt|randomFill|randomFillSync|getRandomValues)\b/;

function checkPlace(file: string): readonly Breach[] {
  const found: Breach[] = [];
  if (ranks[topOf(file)] === undefined) {
    found.push({ file, rule: 'rank', detail: `the folder "${topOf(file)}" has no rank` });
  }
  if (/^(?:utils?|helpers?|types|constants|common|misc)\.ts$/.test(posix.basename(file))) {
    found.push({ file, rule: 'drawer', detail: 'a file is named after what it holds' });
  }
  return found;
}

function checkImport(file: string, used: Import, sources: Sources): readonly Breach[] {
  const { specifier } = used;
  if (specifier.startsWith('.')) return checkOwnImport(file, used, sources);
  if (specifier.startsWith('node:')) return checkNodeImport(file, used);
  return checkPackageImport(file, specifier);
}

function checkOwnImport(file: string, used: Import, sources: Sources): readonly Breach[] {
  const target = resolveImport(file, used.specifier);
  if (!sources.has(target)) {
    return [{ file, rule: 'unresolved', detail: `"${used.specifier}" is no source file` }];
  }
  const from = rankOf(file);
  const to = rankOf(target);
  if (to > from || (to === from && topOf(file) !== topOf(target) && from !== ranks[''])) {
    return [{ file, rule: 'rank', detail: `rank ${from} imports ${target} of rank ${to}` }];
  }
  const [folder, other] = [subFolderOf(file), subFolderOf(target)];
  const areNeighbours = folder !== undefined && other !== undefined && folder !== other;
  if (areNeighbours && topOf(file) === topOf(target) && !used.isTypeOnly) {
    return [{ file, rule: 'sub-folder', detail: `${target} is known by "import type" alone` }];
  }
  return [];
}

function checkNodeImport(
  file: string,
  { specifier, isTypeOnly, clause }: Import,
): readonly Breach[] {
  const module = specifier.slice('node:'.length).split('/')[0] ?? '';
  if (topOf(file) === 'core') {
    if (pureModules.includes(specifier) && !randomNames.test(clause)) return [];
    return [{ file, rule: 'purity', detail: `core/ must not import "${specifier}"` }];
  }
  const owners = randomNames.test(clause) ? ['base/random.ts'] : moduleOwners[module];
  if (isTypeOnly || owners === undefined || isOwner(file, owners)) return [];
  return [{ file, rule: 'owner', detail: describeOwners(specifier, owners) }];
}

function checkPackageImport(file: string, specifier: string): readonly Breach[] {
  const segments = specifier.split('/');
  const name = specifier.startsWith('@') ? segments.slice(0, 2).join('/') : (segments[0] ?? '');
  const owners = packageOwners[name] ?? nowhere;
  if (isOwner(file, owners)) return [];
  return [{ file, rule: 'owner', detail: describeOwners(name, owners) }];
}

function checkGlobals(file: string, source: string): readonly Breach[] {
  const code = toBareCode(source);
  return globalRules
    .filter(({ use, owners }) => !isOwner(file, owners) && use.test(code))
    .map(({ name, owners }) => ({ file, rule: 'purity', detail: describeOwners(name, owners) }));
}

/** Every circle once, named by the files on it in order. */
function findCircles(
  files: readonly string[],
  imports: ReadonlyMap<string, readonly Import[]>,
): readonly Breach[] {
  const done = new Set<string>();
  const breaches: Breach[] = [];

  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      const detail = [...path.slice(start), file].join(' → ');
      breaches.push({ file, rule: 'circle', detail });
      return;
    }
    if (done.has(file)) return;
    for (const { specifier } of imports.get(file) ?? []) {
      const target = resolveImport(file, specifier);
      if (specifier.startsWith('.') && imports.has(target)) visit(target, [...path, file]);
    }
    done.add(file);
  };

  for (const file of files) visit(file, []);
  return breaches;
}

/** The first folder of the path; empty for a file directly in `src/`. */
function topOf(file: string): string {
  const slash = file.indexOf('/');
  return slash < 0 ? '' : file.slice(0, slash);
}

function rankOf(file: string): number {
  return ranks[topOf(file)] ?? -1;
}

/** Of services and edges: `services/intake`. */
function subFolderOf(file: string): string | undefined {
  const [top = '', folder = '', ...more] = file.split('/');
  return (top === 'services' || top === 'edges') && more.length > 0
    ? `${top}/${folder}`
    : undefined;
}

function resolveImport(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

function isOwner(file: string, owners: Owners): boolean {
  return owners.some((owner) => {
    if (owner.endsWith('*')) return file.startsWith(owner.slice(0, -1));
    return owner.endsWith('/') ? file.startsWith(owner) : file === owner;
  });
}

function describeOwners(what: string, owners: Owners): string {
  return owners.length === 0
    ? `${what} has no owner and is used nowhere`
    : `${what} belongs to ${owners.join(' and ')}`;
}
