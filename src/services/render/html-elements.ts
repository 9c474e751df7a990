/**
 * One element of a mail after another: which attributes it keeps, what it is shown as, and what it would load.
 *
 * Promises: addresses, names and style come out cleaned; pictures only where they may be shown. Leaves to others: which elements and
 * attributes stay at all (sanitize-html in html-clean.ts).
 */
import { toOwnName } from './html-allowed.ts';
import { adaptGround, adaptText, type Palette } from './html-colours.ts';
import type { CssCleaner } from './html-css.ts';
import { cleanLink } from './html-links.ts';
import { isInvisible, type Pictures } from './html-remote.ts';

export type Attributes = Readonly<Record<string, string>>;

export interface ElementCleaner {
  clean(tagName: string, attribs: Attributes): { tagName: string; attribs: Record<string, string> };
  /** Counts what is never shown. */
  note(tag: string, attributes: Attributes): void;
  body(): Attributes;
}

export interface ElementUse {
  readonly pictures: Pictures;
  readonly css: CssCleaner;
  readonly palette: Palette;
  readonly isAdapted: boolean;
}

export function createElementCleaner(use: ElementUse): ElementCleaner {
  const { pictures, palette } = use;
  let body: Record<string, string> = {};
  /** What the `source` before an image offers. */
  let offered: string | undefined;

  function clean(tag: string, given: Attributes) {
    if (tag === 'source') offered ??= firstOf(given.srcset);
    if (tag === 'body') {
      body = { ...cleanBody(given, use), ...body };
      return { tagName: tag, attribs: {} };
    }
    const tagName = shownAs(tag, given);
    const attribs = cleanCommon(tagName, given, use);
    if (tagName === 'a' && given.href !== undefined) Object.assign(attribs, cleanLink(given.href));
    if (tagName === 'img') {
      Object.assign(attribs, imageOf(given, offered, pictures));
      offered = undefined;
    }
    return { tagName, attribs };
  }

  return {
    clean,
    note(tag, attributes) {
      const address = neverShown(tag, attributes);
      if (address !== undefined) pictures.other(address);
      if (tag === 'font' || tag === 'hr') noteColour(attributes.color, palette.text);
      if (tag !== 'body') noteColour(attributes.bgcolor, palette.ground);
    },
    body: () => body,
  };
}

function noteColour(value: string | undefined, note: (value: string) => void): void {
  if (value !== undefined) note(value);
}

/** A film is shown as its picture, a button with a picture as the picture. */
function shownAs(tag: string, { type, src, poster }: Attributes): string {
  if (tag === 'image' && src !== undefined) return 'img';
  if (tag === 'video' && poster !== undefined) return 'img';
  return tag === 'input' && type?.toLowerCase() === 'image' ? 'img' : tag;
}

/** The address of something that no mail may load. */
function neverShown(tag: string, given: Attributes): string | undefined {
  switch (tag) {
    case 'link':
    case 'use':
    case 'feimage':
      return given.href ?? given['xlink:href'];
    case 'image':
      return given.src === undefined ? (given.href ?? given['xlink:href']) : undefined;
    case 'script':
    case 'iframe':
    case 'frame':
    case 'embed':
    case 'video':
    case 'audio':
    case 'track':
    case 'source':
    case 'bgsound':
      return given.src;
    case 'object':
      return given.data;
    default:
      return undefined;
  }
}

function cleanCommon(tag: string, given: Attributes, use: ElementUse): Record<string, string> {
  const kept: Record<string, string> = {};
  const style: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'style') style.push(use.css.attribute(value));
    else if (name === 'hidden') style.push('display:none');
    else if (name === 'background')
      style.push(use.css.attribute(`background-image:url("${value.replace(/"/g, '%22')}")`));
    else if (name === 'class') addTo(kept, name, ownNames(value));
    else if (name === 'id' || (name === 'name' && tag === 'a')) addTo(kept, name, toOwnName(value));
    else if (use.isAdapted && name === 'bgcolor')
      style.push(`background-color:${adaptGround(value)}`);
    else if (use.isAdapted && name === 'color') style.push(`color:${adaptText(value)}`);
    else if (!isOwnDoing(tag, name)) kept[name] = value;
  }
  const text = style.filter((part) => part !== '').join(';');
  if (text !== '') kept.style = text;
  return kept;
}

/** What is worked out from the mail, and never taken from it. */
function isOwnDoing(tag: string, name: string): boolean {
  if (name.startsWith('data-')) return name !== 'data-other' && name !== 'data-fold';
  if (tag === 'a') return ['href', 'target', 'rel', 'title'].includes(name);
  return tag === 'img' && name === 'src';
}

function addTo(kept: Record<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined && value !== '') kept[name] = value;
}

function ownNames(value: string): string {
  return value
    .slice(0, 2000)
    .split(/\s+/)
    .flatMap((name) => toOwnName(name) ?? [])
    .join(' ');
}

/** What a body says of the whole page; its links keep the colour of the frame. */
function cleanBody(given: Attributes, use: ElementUse): Record<string, string> {
  const { text, bgcolor, background, style = '', dir, lang } = given;
  const whole = [
    text === undefined ? '' : `color:${asCss(text)}`,
    bgcolor === undefined ? '' : `background-color:${asCss(bgcolor)}`,
    background === undefined ? '' : `background-image:url("${background.replace(/"/g, '%22')}")`,
    style,
  ].filter((part) => part !== '');
  const kept: Record<string, string> = {};
  addTo(kept, 'style', use.css.attribute(whole.join(';')));
  addTo(kept, 'class', ownNames(given.class ?? ''));
  addTo(kept, 'id', given.id === undefined ? undefined : toOwnName(given.id));
  addTo(kept, 'dir', /^(?:ltr|rtl|auto)$/i.test(dir ?? '') ? dir : undefined);
  addTo(kept, 'lang', /^[\w-]{1,35}$/.test(lang ?? '') ? lang : undefined);
  return kept;
}

/** Old attributes name colours without their sign. */
function asCss(colour: string): string {
  return /^(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(colour.trim()) ? `#${colour.trim()}` : colour;
}

function imageOf(
  given: Attributes,
  offered: string | undefined,
  pictures: Pictures,
): Record<string, string> {
  const candidates = [
    given.poster,
    given.src,
    given['data-src'],
    given['data-original'],
    given['data-lazy-src'],
    firstOf(given.srcset),
    firstOf(given['data-srcset']),
    offered,
  ].filter((address) => address !== undefined);
  const usable = candidates.filter((address) => pictures.isUsable(address));
  // A placeholder inside the mail stands for what a script would fetch.
  const isPlaceholder = /^\s*data:/i.test(usable[0] ?? '');
  const best = (isPlaceholder ? usable.find(pictures.isRemote) : undefined) ?? usable[0];
  const source = best === undefined ? undefined : pictures.take(best, isInvisible(given));
  return source === undefined ? { 'data-blocked': '' } : { src: source };
}

function firstOf(srcset: string | undefined): string | undefined {
  return srcset
    ?.slice(0, 100_000)
    .trim()
    .split(/\s+|,\s/)[0];
}
