/** What a file says that it is, and how the desk shows it then (what it is by its bytes: sniff-file.ts). Promises: total. */

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
