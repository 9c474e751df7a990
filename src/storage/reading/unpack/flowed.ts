/**
 * `format=flowed` (RFC 3676): soft line breaks joined to paragraphs.
 *
 * Promises: total and linear; no word is lost. Quotes keep their depth, `-- ` stays a line of its own. Soft breaks are not
 * believed where no program would have set them: behind lines far too long, or where the depth of the quote changes.
 */

/** Programs break at 72 to 78 columns; a word that alone is longer may reach further. */
const latestBreak = 120;

export function unflow(text: string, { delSp }: { readonly delSp: boolean }): string {
  const lines = text.split('\n').map(readLine);
  const out: string[] = [];
  let paragraph: string[] = [];
  for (const [at, { depth, content }] of lines.entries()) {
    const following = lines[at + 1];
    const isSoft = isSoftBreak(content) && following?.depth === depth && !isSignature(following);
    paragraph.push(isSoft && delSp ? content.slice(0, -1) : content);
    if (isSoft) continue;
    out.push(quoted(depth, paragraph.join('')));
    paragraph = [];
  }
  return out.join('\n');
}

interface Line {
  readonly depth: number;
  /** Without the marks of the quote and the stuffed blank. */
  readonly content: string;
}

function readLine(line: string): Line {
  const bare = line.replace(/\r$/, '');
  const depth = /^>*/.exec(bare)?.[0].length ?? 0;
  const rest = bare.slice(depth);
  return { depth, content: rest.startsWith(' ') ? rest.slice(1) : rest };
}

function isSignature({ content }: Line): boolean {
  return content === '-- ';
}

function isSoftBreak(content: string): boolean {
  if (!content.endsWith(' ') || content === '-- ') return false;
  return content.trimEnd().lastIndexOf(' ') <= latestBreak;
}

function quoted(depth: number, content: string): string {
  if (depth === 0) return content;
  return content === '' ? '>'.repeat(depth) : `${'>'.repeat(depth)} ${content}`;
}
