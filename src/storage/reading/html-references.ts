/** What the HTML of a mail refers to within the mail: `cid:` (RFC 2392) and addresses that parts give themselves (RFC 2557). */

export interface HtmlReferences {
  /** Content-IDs, as written and with their escapes resolved. */
  readonly ids: ReadonlySet<string>;
  /** How the HTML spells the address of a part; undefined where it does not. */
  spelling(location: string, bases: readonly string[]): string | undefined;
}

const mostReferences = 10_000;

export function htmlReferences(html: string): HtmlReferences {
  const ids = new Set<string>();
  for (const [, id = ''] of html.matchAll(/\bcid:([^"'\s>)]{1,500})/gi)) {
    if (ids.size >= mostReferences) break;
    ids.add(id).add(resolved(id.replaceAll('&amp;', '&')));
  }
  let sources: ReadonlySet<string> | undefined;
  return {
    ids,
    spelling(location, bases) {
      if (html === '') return undefined;
      sources ??= sourcesOf(html);
      if (sources.has(location)) return location;
      const whole = absolute(location, bases);
      for (const source of sources)
        if (whole !== undefined && absolute(source, bases) === whole) return source;
      return undefined;
    },
  };
}

function sourcesOf(html: string): ReadonlySet<string> {
  const found = new Set<string>();
  const pattern =
    /\b(?:src|background|href)\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s>"']{1,2000}))/gi;
  for (const [, double, single, bare] of html.matchAll(pattern)) {
    const source = (double ?? single ?? bare ?? '').trim().replaceAll('&amp;', '&');
    if (source !== '' && !/^(?:cid|data|mailto|javascript):/i.test(source)) found.add(source);
    if (found.size >= mostSources) break;
  }
  return found;
}

const mostSources = 500;

function absolute(address: string, bases: readonly string[]): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return parsed(address, undefined);
  for (const base of bases) {
    const whole = parsed(address, base);
    if (whole !== undefined) return whole;
  }
  // Without any base two relative addresses still mean the same place.
  return parsed(address, 'thismessage:/');
}

function parsed(address: string, base: string | undefined): string | undefined {
  return URL.canParse(address, base) ? new URL(address, base).href : undefined;
}

function resolved(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
