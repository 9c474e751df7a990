/**
 * What a file is by its first bytes (WHATWG MIME Sniffing, and the specifications of each kind).
 *
 * Promises: total; what is named is something that a browser only shows or plays, or that the desk turns into pictures.
 */

export type SeenType =
  | 'image/png'
  | 'image/jpeg'
  | 'image/gif'
  | 'image/webp'
  | 'image/tiff'
  | 'application/pdf'
  | 'audio/mpeg'
  | 'audio/wav'
  | 'audio/ogg'
  | 'audio/mp4'
  | 'audio/flac'
  | 'audio/aac'
  | 'audio/amr';

const beginnings: readonly (readonly [begin: string, type: SeenType, then?: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['RIFF', 'image/webp', 'WEBP'],
  ['RIFF', 'audio/wav', 'WAVE'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['%PDF-', 'application/pdf'],
  ['ID3', 'audio/mpeg'],
  ['OggS', 'audio/ogg'],
  ['fLaC', 'audio/flac'],
  ['#!AMR', 'audio/amr'],
];

export function sniffType(bytes: Uint8Array): SeenType | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  for (const [begin, type, then] of beginnings)
    if (head.startsWith(begin) && (then === undefined || head.slice(8, 12) === then)) return type;
  if (head.slice(4, 8) === 'ftyp') return 'audio/mp4';
  const [first = 0, second = 0, third = 0] = bytes;
  // Eleven ones begin a frame of MPEG audio (ISO 11172-3 section 2.4.2.3); its layer, rate and pitch tell it from other bytes.
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0xf6) === 0xf0) return 'audio/aac';
  const isFrame =
    (second & 0x18) !== 0x08 &&
    (second & 0x06) !== 0 &&
    third >> 4 !== 15 &&
    (third & 0x0c) !== 0x0c;
  return isFrame ? 'audio/mpeg' : undefined;
}

export type MediaKind = 'picture' | 'tiff' | 'pdf' | 'sound' | 'amr';

const kindsOfTypes: readonly (readonly [type: RegExp, kind: MediaKind])[] = [
  [/^image\/(?:png|jpeg|gif|webp)$/, 'picture'],
  [/^image\/(?:tiff?|x-tiff|g3fax|tiff-fx)$/, 'tiff'],
  [/^application\/(?:pdf|x-pdf)$/, 'pdf'],
  [/^audio\/(?:amr|amr-wb|3gpp|x-amr)$/, 'amr'],
  [/^(?:audio\/|application\/ogg$|video\/ogg$)/, 'sound'],
];

const kindsOfEndings: readonly (readonly [ending: RegExp, kind: MediaKind])[] = [
  [/\.(?:png|jpe?g|gif|webp)$/i, 'picture'],
  [/\.tiff?$/i, 'tiff'],
  [/\.pdf$/i, 'pdf'],
  [/\.(?:amr|awb|3gp)$/i, 'amr'],
  [/\.(?:mp3|wav|ogg|oga|opus|m4a|flac)$/i, 'sound'],
];

/** What a file says that it is, before anybody looked into it; its name counts where its type says nothing. */
export function mediaKind({ type, name }: { readonly type: string; readonly name: string }) {
  const isVague = /^(?:application\/(?:octet-stream|x-download|download)|binary\/.*|)$/.test(type);
  const known = isVague
    ? kindsOfEndings.find(([ending]) => ending.test(name))
    : kindsOfTypes.find(([known]) => known.test(type));
  return known?.[1];
}
