/**
 * Names of writers that are made to be taken for somebody else's.
 *
 * Promises: pure and total, in time proportional to the name. A name is doubted for what it holds, never for its language: a name
 * in one alphabet is nobody's imitation unless it reads like one of the desk's own.
 * Leaves to others: which names are the desk's own (edges/http/own-names.ts), how a doubt is shown.
 */
/**
 * `address`: it holds an address that is not the writer's. `own`: it reads like a name or an address of this desk. `signs`: letters
 * of several alphabets in one word, or signs that cannot be seen.
 */
export type NameDoubt = 'address' | 'own' | 'signs';

export interface NamedAddress {
  readonly name: string;
  readonly address: string;
}

export interface OwnNames {
  /** Whether the address is one of the desk or of those who work at it. */
  isOwn(address: string): boolean;
  /** Skeletons of its addresses, and of the names of those who work at it. */
  readonly people: ReadonlySet<string>;
  /** Of the desk and its queues: words like "Support", which many a mailbox elsewhere is called rightly. */
  readonly places: ReadonlySet<string>;
}

const looked = 500;

/** Most names: lists ask for many of them. */
const plain = /^[ -?A-~]*$/;
const ascii = /^[ -~]*$/;

export function doubtName({ name, address }: NamedAddress, own?: OwnNames): NameDoubt | undefined {
  if (own === undefined && plain.test(name) && ascii.test(address)) return undefined;
  const shown = name.slice(0, looked).trim();
  if (holdsTricks(domainPart(address))) return 'signs';
  if (shown === '') return undefined;
  const isOwn = own?.isOwn(address) === true;
  if (!isOwn && own !== undefined && readsLikeOwn(shown, address, own)) return 'own';
  if (holdsOtherAddress(shown, address)) return 'address';
  return holdsTricks(shown) ? 'signs' : undefined;
}

function domainPart(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).slice(0, looked);
}

const anAddress = /[^\s<>()[\]"'“”„,;:@]{1,64}@[^\s<>()[\]"'“”„,;:@]{1,253}/g;

/** Another one of the same domain is a colleague's, or an older one; the real one stands beside it anyway. */
function holdsOtherAddress(name: string, address: string): boolean {
  const found = name.normalize('NFKC').match(anAddress) ?? [];
  const domain = domainPart(address).toLowerCase();
  return found.some((each) => domainPart(each).replace(/\.+$/, '').toLowerCase() !== domain);
}

function readsLikeOwn(name: string, address: string, { people, places }: OwnNames): boolean {
  const mailbox = skeletonOf(address.slice(0, Math.max(0, address.lastIndexOf('@'))));
  const parts = [name, ...(name.normalize('NFKC').match(anAddress) ?? [])];
  return parts.map(skeletonOf).some((skeleton) => {
    if (skeleton.length < 3) return false;
    return people.has(skeleton) || (places.has(skeleton) && skeleton !== mailbox);
  });
}

/** Alphabets of which many letters look the same. */
const alikeScripts: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];

/** No part of any language: blanks without width and fillers. Turns of direction are taken out before anybody sees them. */
const unseen =
  /[\u00AD\u115F\u1160\u180E\u200B\u2060-\u2064\u206A-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|[A-Za-z][\u200C\u200D][A-Za-z]/u;
/** Letters of mathematics and of old telephone sets, which programs write nobody's name in. */
const disguised = /[\u{1D400}-\u{1D7FF}\u24B6-\u24E9]/u;

function holdsTricks(text: string): boolean {
  if (unseen.test(text) || disguised.test(text)) return true;
  return text
    .split(/[^\p{L}\p{M}]+/u)
    .some((word) => alikeScripts.filter((script) => script.test(word)).length > 1);
}

/** Letter by letter what a letter of another alphabet is read as (after UTS 39, the common ones). */
const readAs: ReadonlyMap<string, string> = new Map([
  ['а', 'a'],
  ['α', 'a'],
  ['в', 'b'],
  ['β', 'b'],
  ['с', 'c'],
  ['ϲ', 'c'],
  ['ԁ', 'd'],
  ['е', 'e'],
  ['ε', 'e'],
  ['һ', 'h'],
  ['н', 'h'],
  ['і', 'i'],
  ['ι', 'i'],
  ['ı', 'i'],
  ['ј', 'j'],
  ['к', 'k'],
  ['κ', 'k'],
  ['ӏ', 'l'],
  ['м', 'm'],
  ['μ', 'm'],
  ['п', 'n'],
  ['η', 'n'],
  ['о', 'o'],
  ['ο', 'o'],
  ['σ', 'o'],
  ['օ', 'o'],
  ['р', 'p'],
  ['ρ', 'p'],
  ['ԛ', 'q'],
  ['г', 'r'],
  ['ѕ', 's'],
  ['т', 't'],
  ['τ', 't'],
  ['υ', 'u'],
  ['ս', 'u'],
  ['ν', 'v'],
  ['ѵ', 'v'],
  ['ԝ', 'w'],
  ['ω', 'w'],
  ['х', 'x'],
  ['χ', 'x'],
  ['у', 'y'],
  ['γ', 'y'],
  ['ᴢ', 'z'],
  ['0', 'o'],
  ['1', 'l'],
  ['|', 'l'],
  ['$', 's'],
  ['ß', 'ss'],
  ['ø', 'o'],
  ['ł', 'l'],
]);

/** What a text comes to for an eye that passes over it: without capitals, accents, blanks, and look-alikes. */
export function skeletonOf(text: string): string {
  const plain = text.slice(0, looked).normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  return [...plain]
    .map((sign) => readAs.get(sign) ?? sign)
    .join('')
    .replace(/[^\p{L}\p{N}@]/gu, '')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/i/g, 'l');
}
