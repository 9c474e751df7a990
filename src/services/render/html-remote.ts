/**
 * What a mail would fetch from elsewhere: counted, held back, and named where it is asked for.
 *
 * Promises: pure but for what it counts; an address counts once, however often it is used. What a browser would load by an odd spelling
 * (`//host`, `\\host`, line breaks within, entities) counts as well. A picture counts readers when nobody could see it.
 */

export interface RemoteCount {
  /** Pictures that would be loaded. */
  readonly images: number;
  /** Of these the ones that nobody sees: they only tell who reads. */
  readonly counters: number;
  /** Style sheets, fonts, films and frames: never loaded. */
  readonly others: number;
}

export interface Pictures {
  /** Under which address the picture is shown; undefined when it is held back or unknown. */
  take(address: string, isCounter?: boolean): string | undefined;
  /** Whether the address is one that a picture may have at all. */
  isUsable(address: string): boolean;
  isRemote(address: string): boolean;
  /** Something else from elsewhere. */
  other(address: string): void;
  /** Content-IDs that were asked for. */
  contentIds(): readonly string[];
  /** What else was asked for: it may be a Content-Location. */
  locations(): readonly string[];
  count(): RemoteCount;
}

export interface OwnPictures {
  readonly showRemote: boolean;
  /** `data:` addresses of the mail's own images, by Content-ID and by Content-Location. */
  readonly own: ReadonlyMap<string, string>;
  /** Content-Locations of the mail's own parts, where their bytes are not at hand. */
  readonly locations?: ReadonlySet<string>;
}

const mostNames = 200;

export function createPictures({ showRemote, own, locations }: OwnPictures): Pictures {
  const seen = new Map<string, boolean>();
  const others = new Set<string>();
  const ids = new Set<string>();
  const places = new Set<string>();

  return {
    take(given, isCounter = false) {
      const address = trimAddress(given);
      const id = contentIdOf(address);
      if (id !== undefined) {
        if (ids.size < mostNames) ids.add(id);
        return own.get(id);
      }
      const part = own.get(address);
      if (part !== undefined || locations?.has(address) === true) {
        if (places.size < mostNames) places.add(address);
        return part;
      }
      if (isInline(address)) return address;
      const remote = toRemote(address);
      if (remote === undefined) return undefined;
      seen.set(remote, (seen.get(remote) ?? true) && isCounter);
      return showRemote ? remote : undefined;
    },
    isUsable(given) {
      const address = trimAddress(given);
      return (
        contentIdOf(address) !== undefined ||
        own.has(address) ||
        locations?.has(address) === true ||
        isInline(address) ||
        toRemote(address) !== undefined
      );
    },
    isRemote: (given) => toRemote(trimAddress(given)) !== undefined,
    other(given) {
      const remote = toRemote(trimAddress(given));
      if (remote !== undefined) others.add(remote);
    },
    contentIds: () => [...ids],
    locations: () => [...places],
    count: () => ({
      images: seen.size,
      counters: [...seen.values()].filter((isCounter) => isCounter).length,
      others: others.size,
    }),
  };
}

/** As browsers do it: no controls around, no line breaks and tabs within. */
export function trimAddress(text: string): string {
  return text.replace(/^[\0- ]+|[\0- ]+$|[\t\n\r]/g, '');
}

function isInline(address: string): boolean {
  return /^data:image\/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]*$/i.test(address);
}

/** The whole address, without a password; undefined for everything that is not of the web. */
export function toRemote(address: string): string | undefined {
  const whole = /^[\\/]{2}/.test(address) ? `https:${address}` : address;
  if (!/^https?:/i.test(whole)) return undefined;
  const url = parseUrl(whole);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return undefined;
  url.username = '';
  url.password = '';
  return url.href;
}

export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // Not an address that a browser would follow.
    return undefined;
  }
}

function contentIdOf(address: string): string | undefined {
  const id = /^cid:(.{1,500})$/i.exec(address)?.[1];
  return id === undefined ? undefined : decodeId(id);
}

/** RFC 2392: the Content-ID in a `cid:` address is percent-encoded. */
function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded after all.
    return text;
  }
}

/** Whether nobody could see the picture. */
export function isInvisible(attributes: Readonly<Record<string, string>>): boolean {
  const style = attributes.style?.slice(0, 2000) ?? '';
  if (attributes.hidden !== undefined) return true;
  if (/(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]))/i.test(style))
    return true;
  const sizes = [
    sizeOf(attributes.width, /(?:^|[;\s])width\s*:\s*([\d.]+)(?:px)?/i.exec(style)?.[1]),
    sizeOf(attributes.height, /(?:^|[;\s])height\s*:\s*([\d.]+)(?:px)?/i.exec(style)?.[1]),
  ].filter((size) => size !== undefined);
  return sizes.length > 0 && sizes.every((size) => size <= 2);
}

function sizeOf(attribute: string | undefined, style: string | undefined): number | undefined {
  const digits = /^\s*\d+(?:\.\d+)?(?!\s*%)/.exec(style ?? attribute ?? '')?.[0];
  return digits === undefined ? undefined : Number(digits);
}
