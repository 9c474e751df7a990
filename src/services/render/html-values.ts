/**
 * Which declarations of a mail's style may stay: one road for style sheets and for `style` attributes.
 *
 * Promises: pure; what comes out is made of names, numbers, colours and quoted family names alone, so nothing of it can end a
 * declaration, a rule or the sheet, name a resource that was not asked for, or take a place outside the flow of the text.
 */
import { adaptGround, adaptText, type Palette } from './html-colours.ts';

export interface StyleUse {
  readonly palette: Palette;
  /** Colours are written for a light and a dark page. */
  readonly isAdapted: boolean;
  /** The address under which a picture of the mail may be loaded; undefined when it may not. */
  picture(address: string): string | undefined;
}

/** Undefined when the declaration goes. */
export function cleanDeclaration(
  name: string,
  value: string,
  use: StyleUse,
): readonly [string, string] | undefined {
  const property = name.toLowerCase();
  const rule = rules[property];
  const text = value
    .replace(/\/\*.{0,1000}?\*\//gs, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (rule === undefined || text === '') return undefined;
  const cleaned = rule(text, use);
  return cleaned === undefined ? undefined : [property, cleaned];
}

type Rule = (value: string, use: StyleUse) => string | undefined;

const longest = 400;
const families = /"[\p{L}\p{N} .,+_-]{0,60}"|'[\p{L}\p{N} .,+_-]{0,60}'/gu;
const call =
  /\b(?:rgba?|hsla?|calc|min|max|clamp|(?:repeating-)?(?:linear|radial)-gradient)\([\w\s#%.,+*/-]*\)/gi;

/** Names, numbers, colours, known functions. */
function isPlain(value: string): boolean {
  if (value.length > longest) return false;
  let rest = value.replace(families, '0');
  for (let depth = 0; depth < 4 && rest.includes('('); depth += 1) rest = rest.replace(call, '0');
  return /^[\p{L}\p{N}\s#%.,+/_-]*$/u.test(rest);
}

const plain: Rule = (value) => (isPlain(value) ? value : undefined);

/** Without what would pull an element over another. */
const outward: Rule = (value) =>
  isPlain(value) && !/(?:^|\s)-|\(/.test(value) ? value : undefined;

/** What shines through has no contrast that could be known. */
const veil: Rule = (value, { palette }) => {
  if (!/^(?:\d|\.\d|\d\.\d{0,6}|\.\d{1,6}|\d{1,3}%)$/.test(value)) return undefined;
  if (!/^(?:0|0%|1|1\.0*|100%)$/.test(value)) palette.ground('veil');
  return value;
};

const indent: Rule = (value) => {
  const size = /^-?(\d+(?:\.\d+)?)(?:px|pt|em|rem|cm|in|%)?$/.exec(value)?.[1];
  return size !== undefined && Number(size) <= 200 ? value : undefined;
};

function oneOf(words: string): Rule {
  const known = words.split(' ');
  return (value) => (known.includes(value.toLowerCase()) ? value : undefined);
}

const ink: Rule = (value, { palette, isAdapted }) => {
  if (!isPlain(value) || value.includes('gradient')) return undefined;
  palette.text(value);
  return isAdapted ? adaptText(value) : value;
};

const ground: Rule = (value, { palette, isAdapted }) => {
  if (!isPlain(value)) return undefined;
  palette.ground(value);
  return isAdapted ? adaptGround(value) : value;
};

const address = /url\(\s*(?:"([^"]{0,100000})"|'([^']{0,100000})'|([^"'()\s]{0,100000}))\s*\)/gi;

/** A ground that may hold a picture: the picture stays where it may be shown, the colour in any case. */
const pictured: Rule = (value, use) => {
  if (!/url/i.test(value)) return ground(value, use);
  const shown: string[] = [];
  const rest = value.replace(address, (_, double?: string, single?: string, bare?: string) => {
    const found = use.picture(double ?? single ?? bare ?? '');
    if (found !== undefined) shown.push(`url("${toCssText(found)}")`);
    return ' ';
  });
  const others = rest.replace(/\s+/g, ' ').trim();
  if (!isPlain(others)) return undefined;
  // What lies under the text is not known.
  if (shown.length > 0) use.palette.ground('url');
  if (shown.length === 0 && others === '') return undefined;
  return shown.length === 0 ? ground(others, use) : [...shown.slice(0, 1), others].join(' ').trim();
};

/** An address is percent-encoded where it could end the text. */
function toCssText(text: string): string {
  return text.replace(/["'\\()<>\s]/g, (sign) => encodeURIComponent(sign).replace(/^[^%]$/, hex));
}

function hex(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function each(names: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]));
}

function sides(name: string): string {
  return ['', '-top', '-right', '-bottom', '-left'].map((side) => name + side).join(' ');
}

const rules: Readonly<Record<string, Rule>> = {
  color: ink,
  '-webkit-text-fill-color': ink,
  'background-color': ground,
  background: pictured,
  'background-image': pictured,
  ...each(sides('border'), plain),
  ...each(sides('padding'), plain),
  ...each(sides('margin'), outward),
  'text-indent': indent,
  opacity: veil,
  float: oneOf('left right none inline-start inline-end'),
  clear: oneOf('left right both none inline-start inline-end'),
  overflow: oneOf('visible hidden auto'),
  visibility: oneOf('visible hidden collapse'),
  'table-layout': oneOf('auto fixed'),
  'box-sizing': oneOf('border-box content-box'),
  display: oneOf(
    'none block inline inline-block list-item table inline-table table-row table-cell table-row-group table-header-group table-footer-group table-caption table-column table-column-group flex inline-flex flow-root initial',
  ),
  ...each(
    'border-collapse border-radius border-spacing border-style border-width border-color caption-side direction font font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style list-style-type max-height max-width min-height min-width text-align text-decoration text-transform unicode-bidi vertical-align white-space width word-break word-spacing word-wrap overflow-wrap background-position background-repeat background-size object-fit',
    plain,
  ),
  ...each(
    'border-top-color border-right-color border-bottom-color border-left-color border-top-width border-right-width border-bottom-width border-left-width border-top-style border-right-style border-bottom-style border-left-style',
    plain,
  ),
};
