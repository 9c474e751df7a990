/**
 * Where a prepared text goes in an answer that somebody is writing, when no cursor says so.
 *
 * Promises: pure; nothing that stands there is changed: the text goes below what was typed, above signature and quotation, with
 * one empty line on either side.
 */

export interface Insertion {
  readonly text: string;
  /** Where the cursor stands afterwards. */
  readonly cursor: number;
}

/** `cursor` counts within the piece; its end when undefined. */
export function insertPiece(
  text: string,
  piece: { readonly text: string; readonly cursor: number | undefined },
): Insertion {
  const at = endOfOwn(text);
  const before = text.slice(0, at).trimEnd();
  const after = text
    .slice(at)
    .replace(/^\s*\n/, '')
    .trimEnd();
  const above = before === '' ? '' : `${before}\n\n`;
  const below = after === '' ? '' : `\n\n${after}`;
  return {
    text: `${above}${piece.text}${below}`,
    cursor: above.length + (piece.cursor ?? piece.text.length),
  };
}

/** Before the signature, or the line above the quotation, whichever comes first. */
function endOfOwn(text: string): number {
  const lines = text.split('\n');
  const signature = lines.findIndex((line) => /^-- ?$/.test(line));
  const quoted = lines.findIndex((line) => line.startsWith('>'));
  const quotation = quoted < 0 ? -1 : beginOfQuotation(lines, quoted);
  const ends = [signature, quotation].filter((line) => line >= 0);
  if (ends.length === 0) return text.length;
  return lines.slice(0, Math.min(...ends)).join('\n').length;
}

/** With the line that says who wrote it. */
function beginOfQuotation(lines: readonly string[], quoted: number): number {
  const before = lines[quoted - 1]?.trim() ?? '';
  return before.endsWith(':') || before.endsWith('：') ? quoted - 1 : quoted;
}
