/**
 * The HTML beside a plain text answer: what was typed with light formatting, as a browser shows it.
 *
 * Owns: markdown-it, and which of its signs mean something. Promises: total, in time bounded by the length; what comes
 * out holds no script and no address but http(s), mailto, tel and `cid:`. Only the agent's own words are formatted:
 * quoted lines, the signature and a forwarded message are shown as they are, because their writers meant no signs.
 * Every word of the text is in the HTML.
 * Leaves to others: the plain text, which goes out as it was typed (services/answer-body.ts).
 */
import MarkdownIt from 'markdown-it';
import { escapeHtml, type Markup } from './markup.ts';

const markdown = createMarkdown();

/** Beyond this a text is not looked at for signs. */
const longestFormatted = 200_000;

export function renderLight(text: string): string {
  const blocks = splitBlocks(text.replace(/\r\n?/g, '\n').split('\n'));
  return `${blocks.map(renderBlock).join('\n')}\n`;
}

/** The same for a page of ours, which has styles of its own and forbids those within elements. */
export function renderLightPart(text: string): Markup {
  // What was typed is escaped, so a quotation mark only stands in what is written here.
  const html = renderLight(text)
    .replace(/ style="[^"]*"/g, '')
    .replaceAll('<a href="', '<a target="_blank" rel="noopener noreferrer nofollow" href="');
  return { html };
}

/** Content-IDs of the pictures that the text shows, in order. */
export function findPictures(text: string): readonly string[] {
  return Array.from(text.matchAll(picture), ([, , id]) => id ?? '');
}

/** The text for people who read it without its pictures: `![shot](cid:…)` becomes `[shot]`. */
export function withoutPictures(text: string): string {
  return text.replace(picture, (_, name: string) => `[${name}]`);
}

const picture = /!\[([^\]\n]{0,200})\]\(cid:([^\s()<>]{1,200})\)/g;

type Block =
  | { readonly kind: 'own' | 'signature' | 'forwarded'; readonly lines: readonly string[] }
  | { readonly kind: 'quote'; readonly lines: readonly string[] };

/** RFC 3676 section 4.3: dash, dash, space; the space gets lost in some editors. */
const signatureMark = /^-- ?$/;
const forwardMark = /^-{5,20} \p{L}[^-\n]{1,60} -{5,20}$/u;

function splitBlocks(lines: readonly string[]): readonly Block[] {
  const blocks: { kind: Block['kind']; lines: string[] }[] = [];
  let kind: Block['kind'] = 'own';
  for (const line of lines) {
    const next = kindOf(line, kind);
    const last = blocks.at(-1);
    if (last === undefined || last.kind !== next) blocks.push({ kind: next, lines: [line] });
    else last.lines.push(line);
    kind = next;
  }
  return blocks.filter(({ lines: own }) => own.some((line) => line.trim() !== ''));
}

function kindOf(line: string, before: Block['kind']): Block['kind'] {
  if (before === 'forwarded' || forwardMark.test(line)) return 'forwarded';
  if (line.startsWith('>')) return 'quote';
  if (signatureMark.test(line)) return 'signature';
  // A signature ends with its paragraph where more follows, such as the line above a quotation.
  if (before === 'signature' && line.trim() !== '') return 'signature';
  return 'own';
}

function renderBlock({ kind, lines }: Block): string {
  switch (kind) {
    case 'own':
      return renderOwn(lines.join('\n'));
    case 'signature':
      return `<p style="color:#5b6764">${toLines(lines)}</p>`;
    case 'forwarded':
      return `<div>${toLines(lines)}</div>`;
    case 'quote':
      return renderQuote(lines);
  }
}

function renderOwn(text: string): string {
  return text.length > longestFormatted
    ? `<p>${toLines(text.split('\n'))}</p>`
    : markdown.render(text).trimEnd();
}

/** Deeper quotations are no longer nested. */
const deepest = 12;
const quoteStyle =
  'margin:0 0 0 .4em;padding:0 0 0 .8em;border-left:2px solid #b9c4c1;color:#44504d';

function renderQuote(lines: readonly string[]): string {
  let depth = 0;
  let html = '';
  for (const line of lines) {
    const marks = /^(?:> ?)+/.exec(line)?.[0] ?? '';
    const wanted = Math.min(deepest, marks.replaceAll(' ', '').length);
    const isSame = wanted === depth;
    html += isSame
      ? '<br>\n'
      : `${'</blockquote>'.repeat(Math.max(0, depth - wanted))}${`<blockquote type="cite" style="${quoteStyle}">`.repeat(Math.max(0, wanted - depth))}`;
    html += toLine(line.slice(marks.length));
    depth = wanted;
  }
  return html + '</blockquote>'.repeat(depth);
}

function toLines(lines: readonly string[]): string {
  return lines.map(toLine).join('<br>\n');
}

/** As it is, with its addresses as links and its spaces kept. */
function toLine(line: string): string {
  const found = line.length > 20_000 ? null : markdown.linkify.match(line);
  let html = '';
  let from = 0;
  for (const { index, lastIndex, url } of found ?? []) {
    const text = escapeHtml(line.slice(index, lastIndex));
    html += `${escapeHtml(line.slice(from, index))}${markdown.validateLink(url) ? `<a href="${escapeHtml(url)}">${text}</a>` : text}`;
    from = lastIndex;
  }
  return `${html}${escapeHtml(line.slice(from))}`
    .replace(/ {2}/g, ' &nbsp;')
    .replace(/^ /, '&nbsp;');
}

function createMarkdown() {
  const made = new MarkdownIt({ html: false, breaks: true, linkify: true, typographer: false });
  // What people type without meaning a sign: indented lines, underlined lines, `C:\_x`, `&copy;`, `[1]: …`, numbers in tables.
  made.disable([
    'code',
    'lheading',
    'reference',
    'escape',
    'entity',
    'table',
    'html_block',
    'html_inline',
  ]);
  // Words such as "readme.md" are no addresses.
  made.linkify.set({ fuzzyLink: false, fuzzyIP: false });
  made.validateLink = (url) => /^(?:https?:\/\/|mailto:|tel:|cid:)/i.test(url.trim());
  made.renderer.rules.link_open = (tokens, index) => {
    const href = String(tokens[index]?.attrGet('href') ?? '');
    return href === '' ? '<a>' : `<a href="${escapeHtml(href)}">`;
  };
  made.renderer.rules.image = (tokens, index) => {
    const token = tokens[index];
    const source = String(token?.attrGet('src') ?? '');
    const name = token?.content ?? '';
    // A picture from elsewhere would tell its owner who reads the mail.
    if (source === '') return escapeHtml(name);
    return source.startsWith('cid:')
      ? `<img src="${escapeHtml(source)}" alt="${escapeHtml(name)}" style="max-width:100%">`
      : `<a href="${escapeHtml(source)}">${escapeHtml(name === '' ? source : name)}</a>`;
  };
  return made;
}
