/**
 * The text layer of a PDF.
 *
 * Owns: unpdf (PDF.js without a browser); loaded with the first PDF. Promises: bounded pages and characters, no script of the document runs.
 * Leaves to others: memory and time (the thread that this runs in).
 */
import { attachmentLimits } from './kinds.ts';

export async function readPdfText(bytes: Uint8Array): Promise<string> {
  const { getDocumentProxy } = await import('unpdf');
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    maxImageSize: 0,
    verbosity: 0,
  });
  try {
    const pages: string[] = [];
    let length = 0;
    const last = Math.min(document.numPages, attachmentLimits.pages);
    for (let number = 1; number <= last && length < attachmentLimits.characters; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const text = items
        .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
        .join('');
      pages.push(text);
      length += text.length;
      page.cleanup();
    }
    return joinLines(pages.join('\n'));
  } finally {
    await document.destroy();
  }
}

/** Words that a line end parts are whole again. */
function joinLines(text: string): string {
  return text.replace(/(\p{L})-\n(?=\p{Ll})/gu, '$1');
}
