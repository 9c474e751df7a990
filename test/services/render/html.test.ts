import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectHtml, renderFrame } from '../../../src/services/render/html.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
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
