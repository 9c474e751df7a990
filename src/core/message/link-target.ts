/**
 * Whether a link leads where its text says.
 *
 * Promises: pure; total. What passes through another host on the way (a redirect) is not judged.
 */
import { decodeHost } from './host-name.ts';

/** The host to be shown beside the link; undefined when the link says it itself, or says nothing of a host. */
export function judgeLink(href: string, text: string, isOdd = false): string | undefined {
  const host = hostOf(href);
  if (host === undefined) return undefined;
  if (isOdd || isDeceptive(host)) return host;
  const said = hostInText(text);
  return said === undefined || isSameHost(said, host) ? undefined : host;
}

function hostOf(href: string): string | undefined {
  return /^https?:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:@]+)/i.exec(href)?.[1]?.toLowerCase();
}

/** The host that a text names, when it looks like an address and nothing else. */
export function hostInText(text: string): string | undefined {
  const bare = text.replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '').trim();
  const found =
    /^[\s<("'«„“»]*(https?:\/\/)?(?:[^\s/?#@]{1,100}@)?((?:[\p{L}\p{N}\p{M}_-]{1,63}\.){1,10}(?:\p{L}{2,24}|xn--[a-z0-9-]{1,59}))(?=[/?#:\s>)"'»“.,;!…]|$)/iu.exec(
      bare,
    );
  const host = found?.[2]?.toLowerCase();
  // "Invoice.pdf" and "readme.md" are names of files, "Dr.med" is none of either.
  if (host === undefined || bare.includes('@')) return undefined;
  const isSure = found?.[1] !== undefined || host.startsWith('www.') || /[/?#]/.test(bare);
  return isSure || commonEnds.test(host) ? host : undefined;
}

const commonEnds =
  /\.(?:com|net|org|info|biz|edu|gov|mil|int|eu|example|app|dev|io|co|me|tv|shop|online|store|site|xyz|club|top|bank|ac|at|au|be|br|ca|ch|cl|cn|cz|de|dk|ee|es|fi|fr|gr|hk|hu|id|ie|il|in|ir|is|it|jp|kr|lt|lu|lv|mx|my|nl|no|nz|pl|pt|ro|ru|se|sg|si|sk|th|tr|tw|ua|uk|us|vn|za)$/;

function isSameHost(said: string, host: string): boolean {
  const [one, other] = [toPlain(said), toPlain(host)];
  return (
    one === other || other.endsWith(`.${one}`) || (one.endsWith(`.${other}`) && other.includes('.'))
  );
}

function toPlain(host: string): string {
  return decodeHost(host)
    .normalize('NFC')
    .replace(/^www\d?\./, '')
    .replace(/\.$/, '');
}

/** Letters of another script that look as Latin ones do. */
const lookAlike = /^[авекмнорстухѕіјԁԛԝһӏҽɑоαονρυι\d-]+$/u;

/** A name of letters of several scripts, or of letters that are taken for Latin ones. */
export function isDeceptive(host: string): boolean {
  if (!host.includes('xn--')) return false;
  return decodeHost(host)
    .split('.')
    .some((label) => label.startsWith('xn--') || isMixed(label) || isLookAlike(label));
}

function isLookAlike(label: string): boolean {
  return /[^\d-]/.test(label) && /[^\x20-\x7e]/.test(label) && lookAlike.test(label);
}

const scripts: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  [
    'East',
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
  ],
];

/** Latin beside East Asian letters is usual. */
function isMixed(label: string): boolean {
  const found = scripts.filter(([, sign]) => sign.test(label)).map(([name]) => name);
  return (
    found.filter((name) => name !== 'East').length > 1 ||
    (found.length > 1 && !found.includes('Latin'))
  );
}
