/**
 * The frame's own style: the page that a mail stands on.
 *
 * A mail that can be adapted follows the theme of the desk; every other is paper, in any theme. Print is paper always.
 */
export type FrameTheme = 'system' | 'light' | 'dark' | 'contrast';

export function frameStyle(isAdaptable: boolean, theme: FrameTheme): string {
  return schemeOf(isAdaptable, theme) + page + parts + added;
}

function schemeOf(isAdaptable: boolean, theme: FrameTheme): string {
  if (!isAdaptable || theme === 'light') return ':root{color-scheme:light}';
  const scheme = theme === 'dark' ? 'dark' : 'light dark';
  return `:root{color-scheme:${scheme}}@media print{:root{color-scheme:light}}`;
}

const page =
  'html{background:light-dark(#fff,#161c1b)}' +
  'body{margin:0;padding:.75rem;background:light-dark(#fff,#161c1b);color:light-dark(#16201e,#e8edeb);font:.9375rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}';

const parts =
  'img{max-width:100%;height:auto}img[src]{background:light-dark(transparent,#f4f6f5)}' +
  'table{max-width:100%;font-size:inherit}pre{white-space:pre-wrap}' +
  'blockquote{margin:.5rem 0;padding-inline-start:.8em;border-inline-start:2px solid light-dark(#e0e5e3,#3a4543);color:light-dark(#44504d,#b9c3c0)}' +
  'a{color:light-dark(#0b646d,#68c6cc)}mark{background:light-dark(#ffdc66,#6b5600);color:inherit}' +
  'img[data-blocked]{display:inline-block;min-width:1rem;min-height:1rem;border:1px dashed light-dark(#7b8783,#75817e);border-radius:3px;color:light-dark(#5b6764,#97a3a0);font-size:.8125rem}' +
  'img[data-blocked][width="1"],img[data-blocked][width="0"],img[data-blocked][height="1"],img[data-blocked][height="0"]{display:none}';

/** What the desk says in the mail: nothing of the mail may hide it. What is important in a layer is so before all that is in none. */
const added =
  '@layer desk{data.host{display:inline-block!important;max-width:100%!important;overflow-wrap:anywhere!important;visibility:visible!important;float:none!important;margin-inline-start:.35em!important;padding:.1em .4em!important;border-radius:3px!important;background:light-dark(#fce9e6,#3b1a17)!important;color:light-dark(#8c1a12,#ffb3a8)!important;font:600 .8125rem/1.4 system-ui,sans-serif!important;letter-spacing:normal!important;text-indent:0!important;text-transform:none!important;text-decoration:none!important;white-space:normal!important;unicode-bidi:isolate!important;direction:ltr!important}' +
  'body :has(data.host){overflow:visible!important;max-height:none!important;opacity:1!important;visibility:visible!important}}';
