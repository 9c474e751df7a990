/**
 * What browsers install the viewer by (W3C Web Application Manifest).
 *
 * Promises: pure; every icon and every way of it is there.
 */
import type { Locale } from '../../../services/render/locale.ts';

/** The desk's own ground, as `--desk` of the style sheet has it. */
export const groundColours = { light: '#eff2f1', dark: '#0e1312' } as const;

/** The name of the program is the same in every language. */
const program = 'Maildesk';

export function presentManifest(locale: Locale, address: (asset: string) => string) {
  const png = (name: string, size: number, purpose: 'any' | 'maskable') => ({
    src: address(name),
    type: 'image/png',
    sizes: `${size}x${size}`,
    purpose,
  });
  const way = (name: string, url: string) => ({
    name,
    url,
    icons: [png('icon-192.png', 192, 'any')],
  });
  return {
    id: '/',
    name: locale.text('app.name'),
    short_name: program,
    description: locale.text('app.description'),
    lang: locale.code,
    dir: locale.direction,
    start_url: '/',
    scope: '/',
    display: 'standalone',
    theme_color: groundColours.light,
    background_color: groundColours.light,
    categories: ['business', 'productivity'],
    icons: [
      { src: address('icon.svg'), type: 'image/svg+xml', sizes: 'any', purpose: 'any' },
      png('icon-192.png', 192, 'any'),
      png('icon-512.png', 512, 'any'),
      png('icon-maskable-512.png', 512, 'maskable'),
    ],
    shortcuts: [
      way(locale.text('compose.new'), '/new'),
      way(locale.text('notify.title'), '/notifications'),
    ],
  };
}
