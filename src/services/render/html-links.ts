/**
 * Links of a mail: where they lead, and where they say that they lead.
 *
 * Promises: pure; only addresses of the web, of mail and of telephones are followed, never one of the desk itself. Every link says its whole
 * address when pointed at; where its text names another host, or the host is written to be taken for another, the real one stands beside it.
 */
import { judgeLink } from '../../core/message/link-target.ts';
import { toOwnName } from './html-allowed.ts';
import { parseUrl, toRemote, trimAddress } from './html-remote.ts';
import { escapeHtml } from './markup.ts';

/** Attributes of the link; none when it leads nowhere. */
export function cleanLink(href: string): Readonly<Record<string, string>> {
  const given = trimAddress(href);
  if (given.startsWith('#')) {
    const name = toOwnName(given.slice(1));
    return name === undefined ? {} : { href: `#${name}`, target: '_self' };
  }
  const address = toTarget(given);
  if (address === undefined) return {};
  return {
    href: address,
    target: '_blank',
    rel: 'noopener noreferrer nofollow',
    title: address.replace(/^mailto:/, ''),
    ...(hidesHost(given) ? { 'data-other': '' } : {}),
  };
}

const mostAddress = 8000;

function toTarget(given: string): string | undefined {
  if (given.length > mostAddress) return undefined;
  const whole = /^www\.[^\s/]/i.test(given) ? `http://${given}` : given;
  const remote = toRemote(whole);
  if (remote !== undefined) return remote;
  const url = /^(?:mailto|tel):/i.test(whole) ? parseUrl(whole) : undefined;
  return url?.href;
}

/** `https://bank.example@other.example/`: what stands before the sign is no host. */
function hidesHost(given: string): boolean {
  const url = parseUrl(/^[\\/]{2}/.test(given) ? `https:${given}` : given);
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username !== '';
}

const link = /^<a href="(https?:[^"]*)"([^>]*)>$/;
const longestText = 2000;

/** Takes HTML as cleaning leaves it; adds the real host behind links that say another. */
export function markLinks(html: string): string {
  if (!html.includes('<a href="http')) return html;
  let open: { href: string; isOdd: boolean; text: string } | undefined;
  return html
    .split(/(<[^>]*>)/)
    .map((part) => {
      const found = link.exec(part);
      if (found !== null) {
        const [, href = '', rest = ''] = found;
        open = { href: decode(href), isOdd: rest.includes(' data-other'), text: '' };
        return part.replace(' data-other', '');
      }
      if (open === undefined) return part;
      if (part === '</a>') {
        const { href, isOdd, text } = open;
        open = undefined;
        const host = judgeLink(href, text, isOdd);
        return host === undefined
          ? part
          : `${part}<data class="host" title="${escapeHtml(href)}">⚠ ${escapeHtml(host)}</data>`;
      }
      if (!part.startsWith('<') && open.text.length < longestText) open.text += decode(part);
      return part;
    })
    .join('');
}

/** The signs that cleaning escapes. */
function decode(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
