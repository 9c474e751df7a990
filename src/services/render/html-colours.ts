/**
 * Colours of a mail, and whether they can be read on a dark page.
 *
 * A mail is written for white paper. In a dark desk it is shown dark only where every colour of it is known and everything stands on
 * paper of its own: then its text is lightened until it is readable (WCAG 2.2, 1.4.3), and its paper darkened. Every other stays paper.
 * Promises: pure; total on any text.
 */

export type Rgb = readonly [red: number, green: number, blue: number];

/** The pages a mail may stand on. */
export const lightPage: Rgb = [255, 255, 255];
export const darkPage: Rgb = [22, 28, 27];
/** What was a pale ground on white paper. */
export const darkGround: Rgb = [34, 42, 40];
const readable = 4.5;

export interface Palette {
  /** Notes a colour of text. */
  text(value: string): void;
  /** Notes a ground, of whatever form. */
  ground(value: string): void;
  /** The mail can be shown dark. */
  isAdaptable(): boolean;
}

export function createPalette(): Palette {
  let isKnown = true;
  return {
    text(value) {
      if (!keepsItself(value) && parseColour(value) === undefined) isKnown = false;
    },
    ground(value) {
      if (!isPaper(value)) isKnown = false;
    },
    isAdaptable: () => isKnown,
  };
}

/** Words that follow the page. */
const following = /^(?:inherit|initial|unset|revert|currentcolor|transparent|windowtext|none|0)$/i;

function keepsItself(value: string): boolean {
  return following.test(value.trim());
}

/** A ground that is white or nearly so, and of no colour. */
function isPaper(value: string): boolean {
  const colour = parseColour(value);
  if (colour === undefined) return /^(?:window|white none)$/i.test(value) || keepsItself(value);
  return luminance(colour) >= 0.8 && Math.max(...colour) - Math.min(...colour) <= 24;
}

/** The same colour of text for a light and a dark page. */
export function adaptText(value: string): string {
  const colour = keepsItself(value) ? undefined : parseColour(value);
  if (colour === undefined) return value;
  return `light-dark(${formatColour(colour)},${formatColour(lighten(colour))})`;
}

/** The same ground for a light and a dark page. */
export function adaptGround(value: string): string {
  const colour = keepsItself(value) ? undefined : parseColour(value);
  if (colour === undefined) return 'transparent';
  const dark = luminance(colour) >= 0.985 ? 'transparent' : formatColour(darkGround);
  return `light-dark(${formatColour(colour)},${dark})`;
}

/** Ink turns to light ink, grey stays as far from it as it was; a colour moves towards white until it can be read on the dark ground. */
export function lighten(given: Rgb): Rgb {
  const [least, most] = [Math.min(...given), Math.max(...given)];
  const isInk = most - least <= 30 && most < 140;
  const grey = Math.round(232 - (least + most) * 0.35);
  const colour: Rgb = isInk ? [grey, grey, grey] : given;
  for (let step = 0; step < 20; step += 1) {
    const part = step / 20;
    const [red, green, blue] = colour;
    const mixed: Rgb = [mix(red, part), mix(green, part), mix(blue, part)];
    if (contrast(mixed, darkGround) >= readable) return mixed;
  }
  return [255, 255, 255];
}

function mix(from: number, part: number): number {
  return Math.round(from + (255 - from) * part);
}

export function contrast(one: Rgb, other: Rgb): number {
  const [bright, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** WCAG 2.2, relative luminance. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function formatColour(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** As it looks on white paper; undefined when it is none that we know. */
export function parseColour(value: string): Rgb | undefined {
  const text = value.trim().toLowerCase();
  const named = names[text];
  const hex = named ?? /^#?([0-9a-f]{6}|[0-9a-f]{3})$/.exec(text)?.[1];
  if (hex !== undefined) return fromHex(hex);
  const call = /^(rgb|hsl)a?\(([^()]{1,60})\)$/.exec(text);
  if (call === null) return undefined;
  const [a, b, c, alpha] = (call[2] ?? '').split(/[\s,/]+/).filter((part) => part !== '');
  const solid =
    call[1] === 'rgb'
      ? triple(toChannel(a), toChannel(b), toChannel(c))
      : fromHsl(toNumber(a), toNumber(b), toNumber(c));
  const share = alpha === undefined ? 1 : toNumber(alpha) / (alpha.endsWith('%') ? 100 : 1);
  return solid === undefined || !(share >= 0 && share <= 1) ? undefined : onPaper(solid, share);
}

function onPaper([red, green, blue]: Rgb, share: number): Rgb {
  return [mix(red, 1 - share), mix(green, 1 - share), mix(blue, 1 - share)];
}

function fromHex(hex: string): Rgb | undefined {
  const long = hex.length === 3 ? hex.replace(/./g, (digit) => digit + digit) : hex;
  const channel = (at: number) => Number.parseInt(long.slice(at, at + 2), 16);
  return triple(channel(0), channel(2), channel(4));
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb | undefined {
  const [s, l] = [saturation / 100, lightness / 100];
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return triple(channel(0), channel(8), channel(4));
}

function triple(red: number, green: number, blue: number): Rgb | undefined {
  return [red, green, blue].every((channel) => channel >= 0 && channel <= 255)
    ? [red, green, blue]
    : undefined;
}

function toChannel(text: string | undefined): number {
  const number = toNumber(text);
  return Math.round(text?.endsWith('%') === true ? number * 2.55 : number);
}

function toNumber(text: string | undefined): number {
  const digits = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:%|deg)?$/.exec(text ?? '')?.[0];
  return digits === undefined ? Number.NaN : Number.parseFloat(digits);
}

const names: Readonly<Record<string, string>> = {
  black: '000000',
  silver: 'c0c0c0',
  gray: '808080',
  grey: '808080',
  white: 'ffffff',
  maroon: '800000',
  red: 'ff0000',
  purple: '800080',
  fuchsia: 'ff00ff',
  magenta: 'ff00ff',
  green: '008000',
  lime: '00ff00',
  olive: '808000',
  yellow: 'ffff00',
  navy: '000080',
  blue: '0000ff',
  teal: '008080',
  aqua: '00ffff',
  cyan: '00ffff',
  orange: 'ffa500',
  brown: 'a52a2a',
  crimson: 'dc143c',
  darkblue: '00008b',
  darkgray: 'a9a9a9',
  darkgrey: 'a9a9a9',
  darkgreen: '006400',
  darkred: '8b0000',
  dimgray: '696969',
  dimgrey: '696969',
  firebrick: 'b22222',
  gold: 'ffd700',
  indigo: '4b0082',
  lightgray: 'd3d3d3',
  lightgrey: 'd3d3d3',
  midnightblue: '191970',
  pink: 'ffc0cb',
  royalblue: '4169e1',
  slategray: '708090',
  steelblue: '4682b4',
  tomato: 'ff6347',
  violet: 'ee82ee',
  whitesmoke: 'f5f5f5',
};
