import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPalette } from '../../../src/services/render/html-colours.ts';
import { createCssCleaner } from '../../../src/services/render/html-css.ts';
import { effortOf } from '../../helpers/effort.ts';

function cleaner(isShown = false) {
  const asked: string[] = [];
  const others: string[] = [];
  const css = createCssCleaner({
    palette: createPalette(),
    isAdapted: false,
    picture(address) {
      asked.push(address);
      return isShown ? address : undefined;
    },
    other: (address) => others.push(address),
  });
  return { css, asked, others };
}

const sheet = (css: string) => cleaner().css.sheet(css);
const attribute = (css: string) => cleaner().css.attribute(css);

describe('a style sheet of a mail', () => {
  it.each([
    ['p{color:red}', '.mail p{color:red}'],
    ['body{margin:0}', '.mail{margin:0}'],
    ['html body .wrap{width:600px!important}', '.mail .m-wrap{width:600px!important}'],
    ['.a .b > td, #c{padding:0 4px}', '.mail .m-a .m-b>td,.mail #m-c{padding:0 4px}'],
    ['*[class="wide"]{width:100%}', '.mail :not(data).m-wide{width:100%}'],
    ['*{margin:0}', '.mail :not(data){margin:0}'],
    ['a:hover{text-decoration:underline}', '.mail a:hover{text-decoration:underline}'],
    [
      '@media only screen and (max-device-width: 480px){.x{display:block!important}}',
      '@media only screen and (max-width: 480px){.mail .m-x{display:block!important}}',
    ],
    ['<!-- p{color:red} -->', '.mail p{color:red}'],
    // What is broken takes away no other rule.
    ['p{color:red} } q{color:blue} {{ b{color:green}', '.mail p{color:red}.mail q{color:blue}'],
  ])('%s stays as %s', (css, kept) => {
    expect(sheet(css)).toBe(kept);
  });

  it.each([
    '@import "https://x.example/s.css";',
    '@font-face{font-family:x;src:url(https://x.example/f)}',
    '@keyframes k{from{left:0}}',
    '@supports (color:red){p{color:red}}',
    '@media (prefers-color-scheme:dark){p{color:red}}',
    '@media print{p{color:red}}',
    'p{position:fixed;top:0;z-index:9}',
    'p{content:"You are safe"}',
    'p{--x:url(//x.example)}',
    'p{background:var(--x)}',
    'p{behavior:url(x.htc);-moz-binding:url(x#y)}',
    'p{width:expression(alert(1))}',
    'p{color:r\\65 d}',
    'p{background:u\\72l(//x.example)}',
    'p::before{color:red}',
    'a[href^="https"]{color:red}',
    'p:has(b){color:red}',
    'data{color:red}',
    'data.host{display:none}',
    'p{margin-top:-40px;transform:scale(9);filter:blur(1px)}',
    'p{margin:calc(0px - 400px)}',
    'p{mso-line-height-rule:exactly}',
    'div p body{color:red}',
  ])('%s goes', (css) => {
    expect(sheet(css)).toBe('');
  });

  it('asks for its pictures, and shows them when they may be', () => {
    const css = 'td{background:#fff url("https://x.example/a b.png") no-repeat}';
    const held = cleaner();
    expect(held.css.sheet(css)).toBe('.mail td{background:#fff no-repeat}');
    expect(held.asked).toEqual(['https://x.example/a b.png']);
    expect(cleaner(true).css.sheet(css)).toBe(
      '.mail td{background:url("https://x.example/a%20b.png") #fff no-repeat}',
    );
  });

  it('names what it would load and never may', () => {
    const { css, others } = cleaner();
    css.sheet('@import url(//a.example/s.css);@font-face{font-family:x;src:url(//b.example/f)}');
    expect(others).toEqual(['//a.example/s.css', '//b.example/f']);
  });
});

describe('a style attribute', () => {
  it.each([
    ['color : red ; ; position:absolute', 'color:red'],
    ['font:bold 14px/20px "Segoe UI", sans-serif', 'font:bold 14px/20px "Segoe UI", sans-serif'],
    ['font-family:"微软雅黑"', 'font-family:"微软雅黑"'],
    ['width:calc(100% - 20px)', 'width:calc(100% - 20px)'],
    ['text-indent:-18.0pt;text-indent:-9999px', 'text-indent:-18.0pt'],
    ['color:red}body{display:none', 'color:red;display:none'],
    ['color red; padding:4px', 'padding:4px'],
    ['overflow:hidden !important', 'overflow:hidden'],
    [
      'background:linear-gradient(90deg, rgb(1,2,3), #fff)',
      'background:linear-gradient(90deg, rgb(1,2,3), #fff)',
    ],
    ['display:none;mso-hide:all', 'display:none'],
    ['padding:4px /* ; color:red', 'color:red'],
  ])('%s becomes %s', (css, kept) => {
    expect(attribute(css)).toBe(kept);
  });
});

it('whatever is written, nothing comes out that loads, ends a rule, or leaves the flow', () => {
  const piece = fc.constantFrom(
    'p',
    '{',
    '}',
    ';',
    ':',
    '/*',
    '*/',
    '@media screen',
    '@import',
    'url(',
    ')',
    '"',
    "'",
    '\\',
    'color',
    'red',
    'position',
    'fixed',
    'background',
    '//x.example',
    '</style>',
    '<script>',
    '<!--',
    '-->',
    'expression(',
    '!important',
    '\n',
    '\0',
    'é',
    '.a',
    '#b',
    '[',
    ']',
    ',',
    '>',
    'calc(',
    '--x',
    'var(--x)',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const clean = sheet(text) + attribute(text);
      expect(clean).not.toMatch(/[<\\@]|url\(|position|expression|var\(|--x|\/\*/);
    }),
  );
});

it.each([
  ['rules', 'p{color:red}'.repeat(80_000)],
  ['open braces', 'p{'.repeat(200_000)],
  ['open brackets', 'p{color:('.repeat(60_000)],
  ['selectors', `${'a,'.repeat(250_000)}b{color:red}`],
  ['open comments', '/*'.repeat(250_000)],
  ['quotes', '"'.repeat(400_000)],
  ['at-rules', '@media screen{'.repeat(40_000)],
  ['semicolons', ';'.repeat(500_000)],
  ['too much', 'p{color:red}'.repeat(500_000)],
])('a storm of %s costs bounded time', (_, css) => {
  expect(effortOf(() => sheet(css))).toBeLessThan(3000);
});
