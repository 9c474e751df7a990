/** The headers of the frame that shows a mail's HTML: nothing of it runs, sends, frames or loads, whatever the cleaning missed. */
import type { PageContext } from '../deps.ts';

// Links must open outside the frame; everything else stays forbidden.
const sandbox = 'sandbox allow-popups allow-popups-to-escape-sandbox';

export function setFrameHeaders(ctx: PageContext, showImages: boolean): void {
  const images = showImages ? 'data: https: http:' : 'data:';
  ctx.set({
    'Content-Security-Policy': [
      "default-src 'none'",
      `img-src ${images}`,
      "style-src 'unsafe-inline'",
      "script-src 'none'",
      "object-src 'none'",
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'self'",
      sandbox,
    ].join('; '),
    // Whoever hosts an image does not learn where it is shown.
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-DNS-Prefetch-Control': 'off',
  });
  ctx.type = 'text/html; charset=utf-8';
}
