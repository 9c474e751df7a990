/**
 * What the ending of a name, or a media type, says that a file is.
 *
 * Owns: the table of endings. Promises: pure and total; an ending that is not in the table claims nothing.
 */

/** What a file is to whoever opens it. */
export type FileFamily =
  | 'program'
  | 'script'
  | 'shortcut'
  | 'disk'
  | 'page'
  | 'macros'
  | 'document'
  | 'pdf'
  | 'archive'
  | 'picture'
  | 'sound'
  | 'video'
  | 'mail'
  | 'calendar'
  | 'card'
  | 'text'
  | 'data';

export const unknownType = 'application/octet-stream';

/** What a file is by its bytes. */
export interface SniffedFile {
  readonly family: FileFamily;
  /** Media type; `application/octet-stream` where the bytes tell none. */
  readonly type: string;
  /** Nobody can look inside without its password. */
  readonly isEncrypted?: true;
}

/** What does something by itself when it is opened. */
export const harmfulFamilies: ReadonlySet<FileFamily> = new Set([
  'program',
  'script',
  'shortcut',
  'disk',
  'page',
  'macros',
]);

const endings: readonly (readonly [family: FileFamily, list: string])[] = [
  [
    'program',
    'exe scr com pif cpl msi msp mst msix appx dll sys ocx efi jar apk xapk ipa app deb rpm dmg pkg gadget chm xll ' +
      'appimage elf run',
  ],
  [
    'script',
    'js jse mjs vbs vbe wsf wsh wsc ps1 psm1 psd1 bat cmd hta sct reg inf scf sh bash zsh command py pyw pl rb php ' +
      'application jnlp',
  ],
  ['shortcut', 'lnk url website desktop webloc library-ms search-ms settingcontent-ms'],
  ['disk', 'iso img vhd vhdx vmdk udf'],
  ['page', 'html htm xhtml xht shtml svg svgz mht mhtml'],
  ['macros', 'docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam sldm'],
  [
    'document',
    'doc dot docx dotx xls xlt xlsx xltx ppt pot pps pptx potx ppsx odt ott ods ots odp otp odg rtf vsd vsdx pages numbers epub',
  ],
  ['pdf', 'pdf'],
  ['archive', 'zip 7z rar gz tgz bz2 tbz2 xz txz tar cab zst lz arj ace'],
  ['picture', 'jpg jpeg jpe jfif png gif webp tif tiff bmp ico heic heif avif'],
  ['sound', 'mp3 wav ogg oga opus m4a flac aac amr awb wma aif aiff'],
  ['video', 'mp4 m4v webm mov mkv avi mpg mpeg wmv 3gp ogv flv'],
  ['mail', 'eml msg'],
  ['calendar', 'ics ical vcs'],
  ['card', 'vcf'],
  [
    'text',
    'txt text csv tsv log md markdown json yaml yml xml ini conf cfg diff patch sql c h cpp java ts css tex srt',
  ],
];

const familyByEnding: ReadonlyMap<string, FileFamily> = new Map(
  endings.flatMap(([family, list]) => list.split(' ').map((ending) => [ending, family] as const)),
);

/** `exe` of `call.EXE`; empty where there is none, or where it is no word. */
export function fileEnding(name: string): string {
  const [, ending = ''] =
    /\.([\p{L}\p{N}][\p{L}\p{N}_-]{0,19})[.\s]*$/u.exec(name.slice(-300)) ?? [];
  return ending.toLowerCase();
}

export function familyOfEnding(ending: string): FileFamily | undefined {
  return familyByEnding.get(ending);
}

const familyByType: readonly (readonly [type: RegExp, family: FileFamily])[] = [
  [/^image\/svg/, 'page'],
  [/^image\/(?:png|jpe?g|pjpeg|gif|webp|tiff|bmp|x-ms-bmp|heic|heif|avif)$/, 'picture'],
  [/^application\/(?:x-)?pdf$/, 'pdf'],
  [/^application\/(?:zip|x-zip-compressed|x-7z-compressed|vnd\.rar|gzip|x-tar)$/, 'archive'],
  [/^application\/(?:msword|rtf|vnd\.ms-(?:excel|powerpoint)|vnd\.o.*)$/, 'document'],
  [/^audio\/(?:mpeg|mp3|wav|x-wav|ogg|mp4|x-m4a|flac|aac)$/, 'sound'],
  [/^video\/(?:mp4|webm|quicktime)$/, 'video'],
  [/^text\/(?:html|xhtml)/, 'page'],
  [/^text\/plain$/, 'text'],
];

/** Of types that many programs give rightly; others claim nothing. */
export function familyOfType(type: string): FileFamily | undefined {
  return familyByType.find(([known]) => known.test(type))?.[1];
}

const usualEndings: readonly (readonly [type: string, ending: string])[] = [
  ['application/pdf', '.pdf'],
  ['application/zip', '.zip'],
  ['application/rtf', '.rtf'],
  ['application/msword', '.doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', '.pptx'],
  ['application/vnd.oasis.opendocument.text', '.odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', '.ods'],
  ['application/json', '.json'],
  ['application/xml', '.xml'],
  ['application/ics', '.ics'],
  ['application/pgp-signature', '.asc'],
  ['application/pgp-encrypted', '.asc'],
  ['application/pkcs7-signature', '.p7s'],
  ['application/x-pkcs7-signature', '.p7s'],
  ['application/pkcs7-mime', '.p7m'],
  ['application/ms-tnef', '.dat'],
  ['text/plain', '.txt'],
  ['text/html', '.html'],
  ['text/csv', '.csv'],
  ['text/calendar', '.ics'],
  ['text/vcard', '.vcf'],
  ['text/x-vcard', '.vcf'],
  ['text/xml', '.xml'],
  ['message/rfc822', '.eml'],
  ['message/global', '.eml'],
  ['message/delivery-status', '.txt'],
  ['image/jpeg', '.jpg'],
  ['image/jpg', '.jpg'],
  ['image/png', '.png'],
  ['image/gif', '.gif'],
  ['image/webp', '.webp'],
  ['image/tiff', '.tif'],
  ['image/bmp', '.bmp'],
  ['image/heic', '.heic'],
  ['image/avif', '.avif'],
  ['image/svg+xml', '.svg'],
  ['audio/mpeg', '.mp3'],
  ['audio/mp3', '.mp3'],
  ['audio/wav', '.wav'],
  ['audio/x-wav', '.wav'],
  ['audio/ogg', '.ogg'],
  ['audio/mp4', '.m4a'],
  ['audio/x-m4a', '.m4a'],
  ['audio/flac', '.flac'],
  ['audio/amr', '.amr'],
  ['video/mp4', '.mp4'],
  ['video/webm', '.webm'],
  ['video/quicktime', '.mov'],
];

const endingByType: ReadonlyMap<string, string> = new Map(usualEndings);

/** With its dot; empty where the type tells none. */
export function usualEnding(type: string): string {
  return endingByType.get(type.toLowerCase()) ?? '';
}
