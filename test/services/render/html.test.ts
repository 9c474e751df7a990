import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectHtml, renderFrame } from '../../../src/services/render/html.ts';
import {
  allowedAttributes,
  allowedTags,
  everywhere,
} from '../../../src/services/render/html-allowed.ts';
import { cleanMail } from '../../../src/services/render/html-clean.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
import { readAttacks } from '../../helpers/attacks.ts';
import { dressedMails } from '../../helpers/dressed-mails.ts';
import { effortOf } from '../../helpers/effort.ts';
import { hugeHtml, WITNESS } from '../../helpers/hostile.ts';

const corpus = join(import.meta.dirname, '..', '..', 'corpus', 'html');

function render(
  html: string,
  showImages = false,
  ownImages: ReadonlyMap<string, string> = new Map(),
): string {
  const page = renderFrame({ html, language: 'en', showImages, ownImages });
  return /<body[^>]*>\n([\s\S]*)\n<\/body>/.exec(page)?.[1] ?? '';
}

/** What would run, load or lead somewhere else than a link. */
const dangerous =
  /<(?:script|style|iframe|frame|object|embed|form|input|button|textarea|select|svg|math|base|meta|link|video|audio|source)\b|\son\w+\s*=|javascript:|vbscript:|url\(|expression\(|@import|srcdoc|srcset/i;

describe.each(readdirSync(corpus).filter((name) => name.endsWith('.eml')))('%s', (name) => {
  it('is shown without anything that runs or loads', async () => {
    const { mail } = await decodeMail(readFileSync(join(corpus, name)));
    if (mail.html === undefined) return;
    const shown = render(mail.html);
    expect(shown).not.toMatch(dangerous);
    expect(shown).not.toMatch(/\ssrc\s*=\s*["']?\s*(?!data:image\/)/i);
    expect(shown).not.toMatch(/position\s*:|z-index/i);
  });
});

it('any text at all becomes something harmless', () => {
  const piece = fc.constantFrom(
    '<script>',
    '</script>',
    '<img src=x onerror=',
    '"',
    "'",
    '>',
    '<svg><style>',
    '<a href="java\nscript:x">',
    '<!--',
    '-->',
    '<math><mtext><table><mglyph><style>',
    '<div style="background:u\\rl(//x)">',
    '<![CDATA[',
    '&lt;script&gt;',
    '<p>',
    '\0',
    'text',
    '<base href=//x>',
    '<iframe srcdoc="',
    '<template>',
    '<noscript><p title="</noscript><img src=x onerror=1>">',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      // What stands between tags or in quotes is text; only tags and addresses can do harm.
      const tags = render(pieces.join('')).match(/<[^>]*>/g) ?? [];
      const bare = tags.map((tag) => tag.replace(/(\s(?!href|src|style)[\w-]+)="[^"]*"/g, '$1'));
      expect(bare.join('')).not.toMatch(dangerous);
    }),
  );
});

it('remote images are held back, counted, and shown when asked for', () => {
  const html =
    '<p><img src="https://a.example/x.png" alt="Chart"><IMG width=1 src=//b.example/p.gif><img src="cid:own"></p>';
  expect(inspectHtml(html).remoteImages).toBe(2);
  expect(render(html)).toBe(
    '<p><img alt="Chart" data-blocked /><img width="1" data-blocked /><img data-blocked /></p>',
  );
  const shown = render(html, true);
  expect(shown).toContain('src="https://a.example/x.png"');
  expect(shown).toContain('src="https://b.example/p.gif"');
});

it('the own images of the mail are shown at once', () => {
  const own = new Map([['logo@shop', 'data:image/png;base64,AA==']]);
  expect(inspectHtml('<img src="cid:logo%40shop">').contentIds).toEqual(['logo@shop']);
  expect(render('<img src="CID:logo%40shop" alt="Logo">', false, own)).toBe(
    '<img alt="Logo" src="data:image/png;base64,AA==" />',
  );
});

it('forms of writing stay, what names a resource goes', () => {
  expect(
    render(
      '<p style="color:#0b646d;text-align:center;position:fixed;background:url(https://x.example/p)">Hi</p>',
    ),
  ).toBe('<p style="color:#0b646d;text-align:center">Hi</p>');
  expect(
    render(
      '<table bgcolor="#eee"><tr><td colspan=2 background="https://x.example/p.png">a</td></tr></table>',
    ),
  ).toBe('<table bgcolor="#eee"><tr><td colspan="2">a</td></tr></table>');
});

it('links open elsewhere and tell nothing about us', () => {
  expect(render('<a href="https://shop.example/" target="_top" rel="opener">x</a>')).toBe(
    '<a href="https://shop.example/" target="_blank" rel="noopener noreferrer nofollow" title="https://shop.example/">x</a>',
  );
  expect(render('<a href="data:text/html,x">x</a>')).not.toContain('data:');
});

it.each([
  ['<div>Hello<br>you</div>', false],
  [
    '<div dir="ltr">Thanks</div><blockquote class="gmail_quote"><b>older</b><img src="x"></blockquote>',
    false,
  ],
  ['<p>This is <b>urgent</b></p>', true],
  ['<table><tr><td>1</td></tr></table>', true],
  ['<p>See</p><img src="cid:x">', true],
])('%s says more than its text: %s', (html, isFormatted) => {
  expect(inspectHtml(html).isFormatted).toBe(isFormatted);
});

it.each([
  ['depth', '<blockquote>'.repeat(100_000)],
  ['unclosed tags', '<img '.repeat(200_000)],
  ['open quotes', '<a style="'.repeat(50_000)],
  ['content ids', 'cid:'.repeat(300_000)],
  ['less-than signs', '<'.repeat(500_000)],
  ['closed depth', `${'<div>'.repeat(50_000)}${WITNESS}${'</div>'.repeat(50_000)}`],
])('a storm of %s costs bounded time', (_, html) => {
  const effort = effortOf(() => {
    inspectHtml(html);
    render(html);
  });
  expect(effort).toBeLessThan(4000);
});

it('a huge mail keeps its text', () => {
  const raw = hugeHtml().toString();
  expect(render(raw.slice(raw.indexOf('\r\n\r\n')))).toContain(WITNESS);
  expect(render(`${'<b>'.repeat(100_000)}${WITNESS}`)).toContain(WITNESS);
});

function clean(html: string, showRemote = false) {
  return cleanMail({ html, isAdapted: false, showRemote, own: new Map() });
}

const nasty = fc.constantFrom(
  ...readAttacks('html').map(({ text }) => text),
  '<svg>',
  '</svg>',
  '<math>',
  '<mtext>',
  '<mglyph>',
  '<malignmark>',
  '<style>',
  '</style>',
  '<!--',
  '-->',
  '<table>',
  '<tr>',
  '<td>',
  '</table>',
  '<select>',
  '<option>',
  '<template>',
  '<noscript>',
  '</noscript>',
  '<title>',
  '<textarea>',
  '<xmp>',
  '<plaintext>',
  '<p>',
  '<a href="https://x.example">',
  '</a>',
  '<b>',
  '<i>',
  '</p>',
  '<br/>',
  '</br>',
  '<img src=x',
  '"',
  "'",
  '>',
  '=',
  '\0',
  '&lt;',
  '&#60;',
  '<p title="',
  '<![CDATA[',
  ']]>',
  '<form>',
  '<foreignObject>',
  '<desc>',
  '<body class="',
  '<font color=',
  'text',
);

function expectListAlone(html: string): void {
  for (const [, end, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)) {
    expect(allowedTags).toContain(name);
    const names = Array.from(
      rest.matchAll(/\s([^\s="/]+)(?:="[^"]*")?/g),
      ([, each]) => each ?? '',
    );
    for (const each of names)
      expect([...everywhere, ...(allowedAttributes[name] ?? [])]).toContain(each);
    expect(
      rest
        .replace(/\s[^\s="]+(?:="[^"]*")?/g, '')
        .replace('/', '')
        .trim(),
    ).toBe('');
    if (end !== '') expect(rest).toBe('');
  }
}

const elementsOf = (html: string) => new Set(html.match(/<[a-z0-9]+/g) ?? []);

it('what comes out is made of the list alone, and so it stays however often it is cleaned', () => {
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 8 }), (pieces) => {
      const once = clean(pieces.join('')).html;
      expectListAlone(once);
      // A paragraph that held an element of another namespace may end sooner; nothing new comes out of it.
      const twice = clean(once).html;
      expectListAlone(twice);
      expect(elementsOf(twice)).toEqual(elementsOf(once));
      expect(clean(twice).html).toBe(twice);
    }),
    { numRuns: 300 },
  );
});

describe('what would be loaded from elsewhere is counted', () => {
  it.each([
    [
      '<img src="https://a.example/1"><IMG SRC=//a.example/2><img src="&#104;ttp://a.example/3">',
      3,
      0,
      0,
    ],
    [
      '<img src=" h\nttps://a.example/1 "><img src="\\\\a.example\\2"><img src="HTTPS:a.example/3">',
      3,
      0,
      0,
    ],
    ['<img src="https://a.example/1"><img src="https://a.example/1">', 1, 0, 0],
    ['<img srcset="https://a.example/1 1x, https://a.example/2 2x">', 1, 0, 0],
    [
      '<picture><source srcset="https://a.example/1"><img src="https://a.example/2"></picture>',
      1,
      0,
      0,
    ],
    ['<picture><source srcset="https://a.example/1"><img alt=x></picture>', 1, 0, 0],
    ['<img data-src="https://a.example/1" src="data:image/gif;base64,AAAA">', 1, 0, 0],
    [
      '<body background="https://a.example/1"><table background="//a.example/2"><td background=x.png>',
      2,
      0,
      0,
    ],
    ['<p style="background:url(https://a.example/1)">', 1, 0, 0],
    ['<style>td{background-image:url("//a.example/1")}</style>', 1, 0, 0],
    ['<video poster="https://a.example/1" src="https://a.example/2"></video>', 1, 0, 1],
    ['<input type=IMAGE src="https://a.example/1">', 1, 0, 0],
    [
      '<link rel=stylesheet href="https://a.example/1"><style>@import "//a.example/2"</style>',
      0,
      0,
      2,
    ],
    ['<svg><image href="https://a.example/1"/><use xlink:href="//a.example/2#x"/></svg>', 0, 0, 2],
    [
      '<audio src="//a.example/1"></audio><iframe src="//a.example/2"></iframe><object data="//a.example/3"></object>',
      0,
      0,
      3,
    ],
    [
      '<img src="https://a.example/1" width=1 height=1><img src="https://a.example/2" style="display:none">',
      2,
      2,
      0,
    ],
    ['<img src="https://a.example/1" width=600 height=1>', 1, 0, 0],
    [
      '<img src="cid:a"><img src="data:image/png;base64,AA=="><img src="x.png"><img src="ftp://a.example/1">',
      0,
      0,
      0,
    ],
    [
      '<!-- <img src="https://a.example/1"> --><script>"<img src=https://a.example/2>"</script>',
      0,
      0,
      0,
    ],
  ])('%s: %i images, %i counters, %i others', (html, images, counters, others) => {
    expect(inspectHtml(html).remote).toEqual({ images, counters, others });
    expect(render(html)).not.toContain('a.example');
  });

  it('an image by Content-Location is the own of the mail', () => {
    const html = '<img src="https://a.example/logo.png">';
    const found = inspectHtml(html, new Set(['https://a.example/logo.png']));
    expect(found.remoteImages).toBe(0);
    expect(found.locations).toEqual(['https://a.example/logo.png']);
    const own = new Map([['https://a.example/logo.png', 'data:image/png;base64,AA==']]);
    expect(render(html, false, own)).toBe('<img src="data:image/png;base64,AA==" />');
  });
});

describe('a link', () => {
  it.each([
    ['https://x.example/ä?b=1&c=2', 'https://x.example/%C3%A4?b=1&amp;c=2'],
    [' HTTPS://X.example', 'https://x.example/'],
    ['//x.example/a', 'https://x.example/a'],
    ['www.x.example', 'http://www.x.example/'],
    ['https:\\x.example', 'https://x.example/'],
    ['mailto:kim@x.example?subject=a', 'mailto:kim@x.example?subject=a'],
    ['tel:+49301234', 'tel:+49301234'],
    ['#part', '#m-part'],
  ])('to %s leads to %s', (href, address) => {
    expect(render(`<a href="${href}">x</a>`)).toContain(`<a href="${address}"`);
  });

  it.each([
    '/logout',
    'tickets',
    '?images=1',
    '../account',
    'javascript:x',
    'java\tscript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc',
    'blob:x',
    'https://',
    '',
  ])('to %s leads nowhere', (href) => {
    expect(render(`<a href="${href}">x</a>`)).toBe('<a>x</a>');
  });

  it.each([
    ['<a href="https://evil.example/">https://bank.example</a>', 'evil.example'],
    ['<a href="https://evil.example/"><b>bank</b>.example/login</a>', 'evil.example'],
    ['<a href="https://bank.example@evil.example/">press</a>', 'evil.example'],
    ['<a href="https://аррӏе.example/">press</a>', 'xn--80ak6aa92e.example'],
  ])('%s has its host beside it', (html, host) => {
    expect(render(html)).toMatch(
      new RegExp(`</a><data class="host" title="https://[^"]*">⚠ ${host}</data>$`),
    );
  });

  it('that says where it leads has none', () => {
    expect(render('<a href="https://shop.example/a">www.shop.example</a>')).not.toContain('<data');
  });
});

describe('names and style of a mail', () => {
  it('keep their classes and ids under names of their own', () => {
    expect(clean('<p class="a mail held" id="h">x</p>').html).toBe(
      '<p class="m-a m-mail m-held" id="m-h">x</p>',
    );
  });

  it('come from its body too', () => {
    const page = renderFrame({
      html: '<style>.a{color:red}</style><body bgcolor=EEEEEE class=a>x',
      language: undefined,
      showImages: false,
      ownImages: new Map(),
    });
    expect(page).toContain('<body dir="auto" style="background-color:#EEEEEE" class="mail m-a">');
    expect(page).toContain('.mail .m-a{color:red}</style>');
  });

  it('of a sheet for Office alone do not count', () => {
    expect(clean('<!--[if mso]><style>p{color:red}</style><![endif]--><p>x</p>').css).toBe('');
  });

  it('leave the first word to the desk', () => {
    const { css } = clean('<style>data,.host,*{display:none!important}</style>');
    expect(css).toBe('.mail .m-host,.mail :not(data){display:none!important}');
  });
});

it.each(Object.entries(dressedMails))(
  '%s is dark where every colour is known',
  (_, { html, inTheDark }) => {
    expect(clean(html).isAdaptable).toBe(inTheDark === 'dark');
  },
);

it('a short mail needs no second scroll bar, and a hidden line no room', () => {
  const height = (html: string) => inspectHtml(html).heights[0];
  expect(height('<p>Hello</p>')).toBeLessThan(60);
  expect(height('<p>Hello<br>you</p>')).toBeGreaterThan(height('<p>Hello</p>'));
  expect(height(`<p>${'word '.repeat(400)}</p>`)).toBeGreaterThan(400);
  expect(height('<div style="display:none"><img height=400 width=9></div>')).toBe(0);
  expect(height('<img src="cid:x" width=1200 height=400>')).toBeLessThan(300);
  const [wide, narrow] = inspectHtml(`<p>${'word '.repeat(400)}</p>`).heights;
  expect(narrow).toBeGreaterThan(wide * 1.5);
});
