/**
 * The first words of a mail, for lists.
 *
 * Promises: total, one line, at most 200 characters; what the writer quoted does not count unless there is nothing else.
 */

const most = 200;

export function toSnippet(text: string): string {
  const lines = text.slice(0, 20_000).split('\n');
  const own = lines.filter((line) => !/^\s*>/.test(line) && !isAttribution(line));
  const words = oneLine(own.join(' '));
  return shorten(words === '' ? oneLine(lines.join(' ')) : words);
}

/** "On 3 May Anna wrote:" in any language ends with a colon and holds a digit or an address. */
function isAttribution(line: string): boolean {
  return /[:：]\s*$/.test(line) && /\d{1,2}.*\d{2}|<[^\s>]+@/.test(line);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

function shorten(text: string): string {
  const characters = [...text.slice(0, most * 2)];
  return characters.length <= most
    ? characters.join('')
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}
