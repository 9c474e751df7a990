/**
 * Finds the style sheets that stand in a mail.
 *
 * Promises: linear; a sheet within a comment (Office's conditional ones) or for paper alone is none. What is found is text from
 * outside: it is believed nothing (html-css.ts).
 */
const begin = /<!--|<style\b([^>]{0,2000})>/gi;
const mostSheets = 50;

export function findSheets(html: string): readonly string[] {
  const sheets: string[] = [];
  const close = /<\/style\b/gi;
  begin.lastIndex = 0;
  while (sheets.length < mostSheets) {
    const found = begin.exec(html);
    if (found === null) break;
    const from = begin.lastIndex;
    close.lastIndex = from;
    const end =
      found[0] === '<!--'
        ? html.indexOf('-->', from - 2)
        : (close.exec(html)?.index ?? html.length);
    if (end < 0) break;
    const media = /\bmedia\s*=\s*["']?([^"'>]*)/i.exec(found[1] ?? '')?.[1]?.trim() ?? '';
    if (found[0] !== '<!--') sheets.push(withMedia(html.slice(from, end), media));
    begin.lastIndex = Math.max(end, from);
  }
  return sheets;
}

function withMedia(css: string, media: string): string {
  return media === '' || /^(?:all|screen)$/i.test(media) ? css : `@media ${media}{${css}}`;
}
