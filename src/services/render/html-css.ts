/**
 * Style sheets and `style` attributes of mails, reduced to what is safe.
 *
 * Owns: postcss. Promises: total, in time bounded by `mostCss`; every rule that comes out is written anew from known pieces and held to
 * the mail's body. `@media` stays for widths; every other at-rule goes. A broken rule takes away no other.
 * Leaves to others: what a value may be (html-values.ts), what a selector may be (html-selectors.ts).
 */
import postcss, { type ChildNode, type Container } from 'postcss';
import { cleanSelectors } from './html-selectors.ts';
import { cleanDeclaration, type StyleUse } from './html-values.ts';

export interface SheetUse extends StyleUse {
  /** Something from elsewhere that is never loaded: a style sheet, a font. */
  other(address: string): void;
}

export interface CssCleaner {
  /** A whole style sheet. */
  sheet(css: string): string;
  /** The value of a `style` attribute; empty when nothing may stay. Nothing there is more important than what the desk says. */
  attribute(css: string): string;
}

/** Signs of style of one mail that are looked at; what comes after has no style. */
const mostCss = 600_000;
const mostRules = 4000;
const mostAttribute = 8000;

export function createCssCleaner(use: SheetUse): CssCleaner {
  const known = new Map<string, string>();
  let room = mostCss;
  let rules = mostRules;

  function declarations(nodes: readonly ChildNode[], isSheet: boolean): string {
    return nodes
      .flatMap((node) => {
        if (node.type !== 'decl') return [];
        const kept = cleanDeclaration(node.prop, node.value, use);
        return kept === undefined
          ? []
          : [`${kept[0]}:${kept[1]}${isSheet && node.important === true ? '!important' : ''}`];
      })
      .join(';');
  }

  function sheetNode(node: ChildNode, isWithinMedia: boolean): string {
    if (node.type === 'rule') {
      rules -= 1;
      const selectors = rules < 0 ? undefined : cleanSelectors(node.selector);
      const body = selectors === undefined ? '' : declarations(node.nodes, true);
      return body === '' ? '' : `${selectors}{${body}}`;
    }
    if (node.type !== 'atrule') return '';
    const name = node.name.toLowerCase();
    if (name === 'import') use.other(firstAddress(node.params));
    if (name === 'font-face') for (const font of fontsOf(node)) use.other(font);
    if (name !== 'media' || isWithinMedia || node.nodes === undefined) return '';
    const media = cleanMedia(node.params);
    const inner =
      media === undefined ? '' : node.nodes.map((each) => sheetNode(each, true)).join('');
    return inner === '' ? '' : `@media ${media}{${inner}}`;
  }

  function take(css: string): boolean {
    room -= css.length;
    return room >= 0;
  }

  return {
    sheet(css) {
      if (!take(css)) return '';
      return parseSheet(css)
        .map((node) => sheetNode(node, false))
        .join('');
    },
    attribute(css) {
      const before = known.get(css);
      if (before !== undefined) return before;
      const cleaned =
        css.length > mostAttribute || !take(css) ? '' : declarations(parseDeclarations(css), false);
      known.set(css, cleaned);
      return cleaned;
    },
  };
}

/** Old sheets stand in a comment of HTML, for browsers that knew no style. */
function parseSheet(css: string): readonly ChildNode[] {
  const bare = css.replace(/<!--|-->|<!\[CDATA\[|\]\]>/g, ' ');
  return tryParse(bare) ?? splitBlocks(bare).flatMap((block) => tryParse(block) ?? []);
}

function parseDeclarations(css: string): readonly ChildNode[] {
  // Braces and at-rules have no place here.
  const bare = css.replace(/[{}@]/g, ';');
  return tryParse(bare) ?? bare.split(';').flatMap((part) => tryParse(part) ?? []);
}

function tryParse(css: string): readonly ChildNode[] | undefined {
  try {
    return postcss.parse(css, { map: false }).nodes;
  } catch {
    // Not CSS; whoever asks tries smaller pieces.
    return undefined;
  }
}

/** Cuts a sheet behind every block that closes at its outermost level. */
function splitBlocks(css: string): readonly string[] {
  const blocks: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: sign, index } of css.matchAll(/[{};]/g)) {
    if (sign === '{') depth += 1;
    else if (sign === '}') depth = Math.max(0, depth - 1);
    if (depth > 0 || sign === '{') continue;
    blocks.push(css.slice(from, index + 1));
    from = index + 1;
  }
  return blocks.slice(0, mostRules);
}

function firstAddress(text: string): string {
  return /(?:url\(\s*)?["']?([^"'()\s;]+)/i.exec(text)?.[1] ?? '';
}

function fontsOf(node: Container): readonly string[] {
  return (node.nodes ?? []).flatMap((each) =>
    each.type === 'decl' && each.prop.toLowerCase() === 'src'
      ? Array.from(
          each.value.matchAll(/url\(\s*["']?([^"'()\s]+)/gi),
          ([, url]) => url ?? '',
        ).slice(0, 1)
      : [],
  );
}

const width = String.raw`\(\s*(?:min|max)-width\s*:\s*\d{1,5}(?:\.\d{1,4})?(?:px|em|rem)\s*\)`;
const query = new RegExp(
  `^(?:(?:only )?(?:screen|all)|(?:(?:only )?(?:screen|all) and )?${width}(?: and ${width})?)$`,
);

/** Only what asks for widths; the width of the frame stands for that of the device. */
function cleanMedia(params: string): string | undefined {
  const queries = params
    .toLowerCase()
    .slice(0, 500)
    .split(',')
    .map((each) => each.replaceAll('-device-width', '-width').replace(/\s+/g, ' ').trim());
  const kept = queries.filter((each) => query.test(each.replaceAll(')and', ') and')));
  return kept.length === 0 ? undefined : kept.join(',');
}
