/** The structure of `src/`: ranks, circles, owners (STYLE section 1), and proof that a breach is seen. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted here as plain texts.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findBreaches } from './helpers/architecture-rules.ts';
import { findImports, toBareCode } from './helpers/source-text.ts';

const root = fileURLToPath(new URL('../src/', import.meta.url));

function readSources(): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    files.map((file) => [relative(root, file).split(sep).join('/'), readFileSync(file, 'utf8')]),
  );
}

/** What the rules say about these few sources, as `file: rule`. */
function judge(sources: Readonly<Record<string, string>>): readonly string[] {
  return findBreaches(new Map(Object.entries(sources))).map(({ file, rule }) => `${file}: ${rule}`);
}

describe('the sources', () => {
  const sources = readSources();

  it('keep ranks, owners and purity', () => {
    const breaches = findBreaches(sources);
    expect(breaches.map(({ file, rule, detail }) => `${file}: ${rule}: ${detail}`)).toEqual([]);
  });

  it('are really read, with their imports', () => {
    expect(sources.size).toBeGreaterThan(40);
    const imports = [...sources.values()].flatMap(findImports);
    expect(imports.length).toBeGreaterThan(200);
    for (const library of ['libmime', 'pino', 'node:fs/promises']) {
      expect(imports.map(({ specifier }) => specifier)).toContain(library);
    }
  });
});

describe('the architecture rules', () => {
  const clock = 'export const now = 1;';

  it('let a file import from lower ranks and from its own folder', () => {
    expect(
      judge({
        'base/clock.ts': clock,
        'core/ticket/fold.ts': "import { now } from '../../base/clock.ts';",
        'core/ticket/decide.ts': "import { fold } from './fold.ts';",
        'storage/files.ts': "import * as fs from 'node:fs/promises';",
        'services/tickets.ts': "import { x } from '../storage/files.ts';",
        'services/intake/intake.ts': "import { y } from '../tickets.ts';",
        'services/render/html.ts': "import sanitize from 'sanitize-html';",
        'edges/cli/cli.ts':
          "import { Command } from 'commander';\nimport { h } from '../../services/render/html.ts';",
        'app.ts': "import { z } from './edges/cli/cli.ts';",
        'main.ts': "import { a } from './app.ts';\nprocess.exitCode = 0;",
      }),
    ).toEqual([]);
  });

  it.each([
    ['base knows core', 'base/clock.ts', 'core/x.ts', '../core/x.ts'],
    ['core knows storage', 'core/ticket/fold.ts', 'storage/x.ts', '../../storage/x.ts'],
    ['config knows storage', 'config/load.ts', 'storage/x.ts', '../storage/x.ts'],
    ['storage knows config', 'storage/maildir.ts', 'config/x.ts', '../config/x.ts'],
    ['storage knows services', 'storage/maildir.ts', 'services/x.ts', '../services/x.ts'],
    [
      'services know edges',
      'services/intake/intake.ts',
      'edges/smtp/x.ts',
      '../../edges/smtp/x.ts',
    ],
    ['edges know the root', 'edges/cli/cli.ts', 'app.ts', '../../app.ts'],
  ])('see when %s', (_, file, target, specifier) => {
    expect(judge({ [file]: `import { x } from '${specifier}';`, [target]: '' })).toEqual([
      `${file}: rank`,
    ]);
    expect(judge({ [file]: `import type { X } from '${specifier}';`, [target]: '' })).toEqual([
      `${file}: rank`,
    ]);
  });

  it.each([
    ["import { x } from '../index/index.ts';", true],
    ["import { type X } from '../index/index.ts';", true],
    ["import '../index/index.ts';", true],
    ["export { x } from '../index/index.ts';", true],
    ["export * from '../index/index.ts';", true],
    ["const x = await import('../index/index.ts');", true],
    ["import type { X } from '../index/index.ts';", false],
    ["import type * as x from '../index/index.ts';", false],
    ["export type { X } from '../index/index.ts';", false],
  ])('judge one sub-folder knowing another: %s', (line, isBreach) => {
    const file = 'services/intake/intake.ts';
    expect(judge({ [file]: line, 'services/index/index.ts': '' })).toEqual(
      isBreach ? [`${file}: sub-folder`] : [],
    );
  });

  it('see a circle, also of types, and name its files', () => {
    const breaches = findBreaches(
      new Map([
        ['core/a.ts', "import type { B } from './b.ts';"],
        ['core/b.ts', "import type { C } from './c/c.ts';"],
        ['core/c/c.ts', "import type { A } from '../a.ts';"],
        ['core/d.ts', "import type { A } from './a.ts';"],
      ]),
    );
    expect(breaches).toEqual([
      {
        file: 'core/a.ts',
        rule: 'circle',
        detail: 'core/a.ts → core/b.ts → core/c/c.ts → core/a.ts',
      },
    ]);
  });

  it.each([
    ['libmime', 'services/letters.ts', 'storage/codec/words.ts'],
    ['html-to-text', 'services/render/html.ts', 'storage/reading/html-text.ts'],
    ['smtp-server', 'edges/smtp/session.ts', 'edges/smtp/listener.ts'],
    ['nodemailer', 'services/outbound/sender.ts', 'services/outbound/transport.ts'],
    ['nodemailer/lib/mail-composer', 'services/letters.ts', 'storage/codec.ts'],
    ['chokidar', 'services/watch/sweep.ts', 'services/watch/watcher.ts'],
    ['lunr', 'services/index/memory/catalogue.ts', 'core/search/snowball.ts'],
    ['nunjucks', 'edges/http/server.ts', 'services/render/templates.ts'],
    ['i18next', 'edges/http/server.ts', 'services/render/locale.ts'],
    ['sanitize-html', 'storage/codec.ts', 'services/render/html.ts'],
    ['koa', 'services/render/html.ts', 'edges/http/server.ts'],
    ['@koa/router', 'app.ts', 'edges/http/routes/list.ts'],
    ['pino', 'main.ts', 'base/log.ts'],
    ['yaml', 'storage/codec.ts', 'config/yaml.ts'],
    ['commander', 'main.ts', 'edges/cli/commands/list.ts'],
    ['node:fs', 'services/render/assets.ts', 'storage/files.ts'],
    ['node:fs/promises', 'config/load.ts', 'main.ts'],
    ['node:net', 'storage/files.ts', 'edges/smtp/listener.ts'],
    ['node:timers/promises', 'services/outbound/sender.ts', 'base/clock.ts'],
  ])('give %s one owner', (library, stranger, owner) => {
    const line = `import x from '${library}';`;
    expect(judge({ [stranger]: line })).toEqual([`${stranger}: owner`]);
    expect(judge({ [owner]: line })).toEqual([]);
  });

  it('see a library that nobody owns, however it is loaded', () => {
    expect(judge({ 'storage/codec.ts': "import x from 'left-pad';" })).toEqual([
      'storage/codec.ts: owner',
    ]);
    expect(judge({ 'storage/codec.ts': "const x = require('left-pad');" })).toEqual([
      'storage/codec.ts: owner',
    ]);
  });

  it.each(['node:fs', 'node:fs/promises', 'node:net', 'node:http', 'node:os', 'node:path'])(
    'keep %s out of core, even its types',
    (module) => {
      const line = `import type { X } from '${module}';`;
      expect(judge({ 'core/ticket/fold.ts': line })).toEqual(['core/ticket/fold.ts: purity']);
    },
  );

  it('let core hash, but not draw lots', () => {
    const file = 'core/message/message-id.ts';
    expect(judge({ [file]: "import { createHmac } from 'node:crypto';" })).toEqual([]);
    expect(judge({ [file]: "import { createHmac, randomBytes } from 'node:crypto';" })).toEqual([
      `${file}: purity`,
    ]);
    expect(judge({ 'services/x.ts': "import { randomUUID } from 'node:crypto';" })).toEqual([
      'services/x.ts: owner',
    ]);
  });

  it.each([
    'const zone = process.env.TZ;',
    'const { env } = process;',
    "const zone = process['env'];",
    'const it = globalThis.process;',
    "console.log('here');",
    'const now = Date.now();',
    'const now = new Date();',
    'const made = `${new Date()}`;',
    'const part = { at: [Date] };',
    'const dice = Math.random();',
    'setTimeout(run, 5);',
    'const stop = setInterval(() => { run(); }, 5);',
    'await new Promise(setImmediate);',
    'const signal = AbortSignal.timeout(5);',
    'const start = performance.now();',
  ])('see the outside world in: %s', (line) => {
    expect(judge({ 'services/tickets.ts': line }).length).toBeGreaterThan(0);
  });

  it.each([
    'async function process(mail: Mail) { return process(mail); }',
    'return { process };',
    'await intake.process(mail);',
    'interface Times { readonly Date: string; setTimeout: number }',
    'const fields = { Date: formatMailDate(now) };',
    'const line = "new Date()"; const other = `Date.now() ${line} Math.random()`;',
    'const pattern = /process.env[/"]Date.now()/u; // Date.now()',
    '/* setTimeout(run) */ const format = new Intl.DateTimeFormat();',
    "log.info('process.console', { event: 'Date' });",
    'const half = total / 2; const rest = Datetime / 3;',
  ])('see nothing wrong in: %s', (line) => {
    expect(judge({ 'services/tickets.ts': line })).toEqual([]);
  });

  it('see a file without a place, a drawer, and an import that leads nowhere', () => {
    expect(judge({ 'misc/stuff.ts': '', 'core/utils.ts': "import './gone.ts';" })).toEqual([
      'core/utils.ts: drawer',
      'core/utils.ts: unresolved',
      'misc/stuff.ts: rank',
    ]);
  });
});

describe('findImports', () => {
  it('reads every form and passes over comments and texts', () => {
    const source = `
      // import { no } from 'comment';
      /* import { no } from 'block'; */
      import plain from 'plain';
      import type { T } from 'only-type';
      import { type U, value } from 'mixed';
      import both, { more } from 'both';
      import * as all from 'star';
      import 'effect';
      import {
        long, // with a comment, from 'nowhere'
      } from 'lines';
      export { a } from 're-export';
      export type { B } from 're-type';
      const late = await import('late');
      const text = "import { no } from 'text'";
      const template = \`import { no } from 'template' \${await import('inside')}\`;
      import type from 'type';
    `;
    expect(findImports(source).map((each) => [each.specifier, each.isTypeOnly])).toEqual([
      ['plain', false],
      ['only-type', true],
      ['mixed', false],
      ['both', false],
      ['star', false],
      ['effect', false],
      ['lines', false],
      ['re-export', false],
      ['re-type', true],
      ['type', false],
      ['late', false],
      ['inside', false],
    ]);
  });

  it('keeps code and drops what only looks like it', () => {
    const source = "a = b / c; // d\ne = /['\"`]/.test('f'); g = `h${`i${j}`}k`;";
    expect(toBareCode(source).replace(/\s+/g, ' ')).toBe(
      'a = b / c; e = "".test(""); g = ""(""(j)"")"";',
    );
  });
});
