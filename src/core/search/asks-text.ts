/** Whether a query looks for words in the texts of tickets, and not only at what is known of them. Pure, total. */

const inQuotes = '["\u201c\u201d\u201e][^"\u201c\u201d\u201e]*(?:["\u201c\u201d\u201e]|$)';
const aboutRecords = new RegExp(
  `(?<![^\\s(])-?(?!subject:)(?:x-[a-z0-9-]+|[a-z][a-z-]*):(?!//)(?:${inQuotes}|\\S+)`,
  'giu',
);
const unwanted = new RegExp(`(?<![^\\s(])-(?:${inQuotes}|\\S+)`, 'gu');

export function asksText(query: string): boolean {
  const words = query
    .replace(aboutRecords, ' ')
    .replace(unwanted, ' ')
    .replace(/\b(?:AND|OR|NOT)\b/g, ' ');
  return /[\p{L}\p{N}]/u.test(words);
}
