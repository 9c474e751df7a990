/** Light formatting of answers: what is meant as a sign, and what is not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findPictures,
  renderLight,
  withoutPictures,
} from '../../../src/services/render/light-html.ts';

describe('renderLight', () => {
  it.each([
    ['emphasis', 'a **b** *c* `d`', '<p>a <strong>b</strong> <em>c</em> <code>d</code></p>'],
    ['line breaks', 'a\nb\n\nc', '<p>a<br>\nb</p>\n<p>c</p>'],
    ['lists', '- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
    [
      'addresses',
      'see http://a.example/x_y_z',
      '<p>see <a href="http://a.example/x_y_z">http://a.example/x_y_z</a></p>',
    ],
    ['links', '[here](https://a.example)', '<p><a href="https://a.example">here</a></p>'],
    [
      'pictures',
      '![shot](cid:s1@x)',
      '<p><img src="cid:s1@x" alt="shot" style="max-width:100%"></p>',
    ],
    [
      'pictures from elsewhere',
      '![x](http://a.example/p.png)',
      '<p><a href="http://a.example/p.png">x</a></p>',
    ],
    [
      'markup as words',
      '<b>a</b> &copy; <script>x</script>',
      '<p>&lt;b&gt;a&lt;/b&gt; &amp;copy; &lt;script&gt;x&lt;/script&gt;</p>',
    ],
    ['bad addresses as words', '[a](javascript:alert(1))', '<p>[a](javascript:alert(1))</p>'],
    [
      'paths as they are',
      'C:\\_temp\\_x and a_b_c, 2 * 3 * 4',
      '<p>C:\\_temp\\_x and a_b_c, 2 * 3 * 4</p>',
    ],
    ['file names as words', 'readme.md', '<p>readme.md</p>'],
    ['indented lines as words', 'a\n\n    b', '<p>a</p>\n<p>b</p>'],
    ['underlined lines as words', 'Title\n---', '<p>Title</p>\n<hr>'],
    [
      'references as words',
      '[1]: http://a.example',
      '<p>[1]: <a href="http://a.example">http://a.example</a></p>',
    ],
  ])('knows %s', (_, text, html) => {
    expect(renderLight(text).trim()).toBe(html);
  });

  it('nests quotations, and leaves their signs alone', () => {
    const html = renderLight('Sure.\n\nKim wrote:\n> a *b*\n> > c\n>\n> 1. d').replace(
      / style="[^"]*"/g,
      '',
    );
    expect(html).toBe(
      '<p>Sure.</p>\n<p>Kim wrote:</p>\n<blockquote type="cite">a *b*<blockquote type="cite">c</blockquote><br>\n1. d</blockquote>\n',
    );
  });

  it('shows the signature apart, as it is, up to the end of its paragraph', () => {
    const html = renderLight('Hello\n-- \nAnna *Adler*\nSupport\n\nKim wrote:\n> a').replace(
      / style="[^"]*"/g,
      '',
    );
    expect(html).toBe(
      '<p>Hello</p>\n<p>-- <br>\nAnna *Adler*<br>\nSupport</p>\n<p>Kim wrote:</p>\n<blockquote type="cite">a</blockquote>\n',
    );
  });

  it('leaves a forwarded message as it is', () => {
    const html = renderLight(
      '**See** below\n\n---------- Forwarded message ----------\nFrom: Kim <kim@a.example>\n\n# x\n> y',
    );
    expect(html).toContain('<p><strong>See</strong> below</p>');
    expect(html).toContain(
      'From: Kim &lt;<a href="mailto:kim@a.example">kim@a.example</a>&gt;<br>',
    );
    expect(html).toContain('# x<br>\n&gt; y</div>');
  });

  it('loses no word, and lets no tag through', () => {
    const piece = fc.constantFrom(
      'word ',
      '> ',
      '\n',
      '\n\n',
      '-- \n',
      '*',
      '**',
      '_',
      '`',
      '[',
      '](',
      ')',
      '![',
      '<b>',
      '&lt;',
      '    ',
      '- ',
      '1. ',
      '#',
      '|',
      'cid:',
      'javascript:',
      'http://a.example/',
      '"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const html = renderLight(text);
        expect(html.match(/word/g)?.length ?? 0).toBeGreaterThanOrEqual(
          text.match(/word/g)?.length ?? 0,
        );
        expect(html).not.toMatch(
          /<(?!\/?(?:p|br|strong|em|s|code|pre|ul|ol|li|a|img|blockquote|hr|h[1-6]|div)\b)/,
        );
        expect(html).not.toMatch(/(?:href|src)="(?!https?:|mailto:|tel:|cid:)/);
      }),
    );
  });

  it('takes no more than a moment for what is made to be slow', () => {
    for (const text of [
      '*'.repeat(50_000),
      '['.repeat(50_000),
      '> '.repeat(50_000),
      '`a'.repeat(30_000),
      '![](cid:'.repeat(10_000),
    ])
      expect(renderLight(text).length).toBeGreaterThan(0);
  });
});

describe('pictures in a text', () => {
  it('are found, and named for those who do not see them', () => {
    const text = 'Look: ![shot 1](cid:a@b) and ![](cid:c) and ![x](http://y)';
    expect(findPictures(text)).toEqual(['a@b', 'c']);
    expect(withoutPictures(text)).toBe('Look: [shot 1] and [] and ![x](http://y)');
  });
});
