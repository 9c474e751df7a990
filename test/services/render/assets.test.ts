/** Scripts are many files here and name each other; what browsers get may be kept for ever. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAssets } from '../../../src/services/render/assets.ts';
import { createRenderer } from '../../../src/services/render/templates.ts';

const build = (files: Readonly<Record<string, string>>) =>
  createAssets(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));

it('a script imports others under addresses that change with their content', () => {
  const files = {
    'main.js': "import { all } from './dom.js';\nimport './keys.js';\nall();\n",
    'keys.js': "import {\nall,\n} from './dom.js';\n",
    'dom.js': 'export const all = 1;\n',
  };
  const assets = build(files);
  const keys = assets.find('keys.js')?.bytes.toString() ?? '';
  expect(keys).toBe(`import {\nall,\n} from '${assets.address('dom.js')}';\n`);
  expect(assets.find('main.js')?.bytes.toString()).toBe(
    `import { all } from '${assets.address('dom.js')}';\nimport '${assets.address('keys.js')}';\nall();\n`,
  );
  const changed = build({ ...files, 'dom.js': 'export const all = 2;\n' });
  expect(changed.address('main.js')).not.toBe(assets.address('main.js'));
  expect(changed.address('keys.js')).not.toBe(assets.address('keys.js'));
});

it('a script goes out without the comments that have their lines to themselves', () => {
  const assets = build({
    'main.js':
      "/**\n * What it is.\n */\nconst at = 'http://x'; // why\n  // Reasons.\nconst all = 'a /* b */';\n/*! Licence */\n",
  });
  expect(assets.find('main.js')?.bytes.toString()).toBe(
    "const at = 'http://x'; // why\nconst all = 'a /* b */';\n/*! Licence */\n",
  );
});

it('a script that imports what is not there, or itself in a circle, stops the start', () => {
  expect(() => build({ 'main.js': "import './gone.js';\n" })).toThrow(
    'Script main.js imports gone.js, which is not there',
  );
  expect(() => build({ 'a.js': "import './b.js';\n", 'b.js': "import './a.js';\n" })).toThrow(
    'Scripts import each other: a.js, b.js',
  );
});

it('all scripts weigh at most 60 kB and all style 30 kB, compressed (Brotli), charts included', async () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const templatesDirectory = join(root, 'templates');
  const localesDirectory = join(root, 'locales');
  const { assets } = await createRenderer({ templatesDirectory, localesDirectory });
  const names = [...readdirSync(join(templatesDirectory, 'static')), 'uplot.js', 'uplot.css'];
  const weigh = (ending: string) =>
    names
      .filter((name) => name.endsWith(ending))
      .reduce((sum, name) => sum + (assets.find(name)?.compressed('br').length ?? Number.NaN), 0);
  expect(weigh('.js')).toBeLessThanOrEqual(60_000);
  expect(weigh('.css')).toBeLessThanOrEqual(30_000);
  expect(weigh('.css')).toBeGreaterThan(10_000);
});

it('scripts and style sheets go out without comments and indentation, licences stay', () => {
  const assets = build({
    'main.js':
      '/**\n * What it is.\n */\nexport function go() {\n  // Why.\n  return "// kept";\n}\n',
    'other.js': '/*! by somebody */\nlet a = 1; // here\n',
    'page.css': '/* tokens */\na {\n  color: red; /* late */\n}\n',
    'icon.svg': '<svg>\n  <!-- kept -->\n</svg>',
  });
  const textOf = (name: string) => assets.find(name)?.bytes.toString();
  expect(textOf('main.js')).toBe('export function go() {\nreturn "// kept";\n}\n');
  expect(textOf('other.js')).toBe('/*! by somebody */\nlet a = 1; // here\n');
  expect(textOf('page.css')).toBe('a {\ncolor: red; /* late */\n}\n');
  expect(textOf('icon.svg')).toBe('<svg>\n  <!-- kept -->\n</svg>');
});
