/**
 * What was searched for, marked in clean HTML.
 *
 * Promises: pure; takes HTML as sanitising leaves it (signs escaped, tags closed) and adds nothing but `mark` around words; tags,
 * attributes and character references stay whole. The first mark is `#hit` where no other is the first.
 */
import { findMarks, type WantedRun } from '../../core/search/passages.ts';

const mostLength = 500_000;

export function markHtml(
  html: string,
  runs: readonly WantedRun[],
  { isFirst: begins }: { readonly isFirst: boolean },
): string {
  if (runs.length === 0 || html.length > mostLength) return html;
  let isFirst = begins;
  const mark = (text: string) => {
    const id = isFirst ? ' id="hit"' : '';
    isFirst = false;
    return `<mark${id}>${text}</mark>`;
  };
  return html
    .split(/(<[^>]*>)/)
    .map((part) => (part.startsWith('<') || part === '' ? part : markText(part, runs, mark)))
    .join('');
}

/** References are blanks while words are looked for, of the same length, so that places stay. */
function markText(
  text: string,
  runs: readonly WantedRun[],
  mark: (text: string) => string,
): string {
  const plain = text.replace(/&[#\w]{1,32};/g, (reference) => ' '.repeat(reference.length));
  let marked = '';
  let from = 0;
  for (const { start, end } of findMarks(plain, runs)) {
    marked += text.slice(from, start) + mark(text.slice(start, end));
    from = end;
  }
  return marked + text.slice(from);
}
