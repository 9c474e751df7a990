/**
 * Selectors of a mail's style sheets, held to the mail's own text.
 *
 * Promises: pure; what comes out is made of known signs, begins at the mail's body, and never means what the desk adds to it.
 */
import { allowedTags, toOwnName } from './html-allowed.ts';

/** The class of the frame's body; no class of a mail can be it. */
export const bodyClass = 'mail';

const longest = 300;
const mostInList = 60;

/** Undefined when nothing of the list may stay. */
export function cleanSelectors(list: string): string | undefined {
  const kept = list
    .split(',')
    .slice(0, mostInList)
    .flatMap((selector) => cleanSelector(selector.trim()) ?? []);
  return kept.length === 0 ? undefined : kept.join(',');
}

const piece =
  /\s*([>+~])\s*|(\s+)|(\*|[a-z][a-z0-9]*)|\.([\w-]+)|#([\w-]+)|\[\s*(?:class|id)\s*[~*^]?=\s*["']?\s*([\w-]+)\s*["']?\s*\]|:(hover|link|first-child|last-child|first-of-type|last-of-type)(?![\w(-])/iy;

function cleanSelector(selector: string): string | undefined {
  if (selector === '' || selector.length > longest) return undefined;
  // The page is the body.
  const bare = selector.replace(/^html\s*>?\s+(?=body\b)/i, '');
  let text = '';
  let at = 0;
  while (at < bare.length) {
    piece.lastIndex = at;
    const found = piece.exec(bare);
    const next = found === null ? undefined : clean(found, text === '');
    if (next === undefined) return undefined;
    text += next;
    at = piece.lastIndex;
  }
  // A combinator with nothing after it would take in what follows.
  if (/[>+~\s]$/.test(text) || /^[>+~]/.test(text)) return undefined;
  return text.startsWith(`.${bodyClass}`) ? text : `.${bodyClass} ${text}`;
}

function clean(found: RegExpExecArray, isFirst: boolean): string | undefined {
  const [whole, combinator, space, type, className, id, attribute, state] = found;
  if (combinator !== undefined) return combinator;
  if (space !== undefined) return ' ';
  if (type !== undefined) return cleanType(type.toLowerCase(), isFirst);
  if (state !== undefined) return `:${state.toLowerCase()}`;
  const name = toOwnName(className ?? id ?? attribute ?? '');
  if (name === undefined) return undefined;
  if (attribute !== undefined)
    return whole.slice(1).trimStart().startsWith('i') ? `#${name}` : `.${name}`;
  return (id === undefined ? '.' : '#') + name;
}

function cleanType(type: string, isFirst: boolean): string | undefined {
  if (type === 'body' || type === 'html') return isFirst ? `.${bodyClass}` : undefined;
  if (type === '*') return ':not(data)';
  return allowedTags.includes(type) ? type : undefined;
}
