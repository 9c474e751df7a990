/**
 * RTF as tokens.
 *
 * Promises: total, one pass, nothing held back; binary data is skipped and never made room for.
 */

export type RtfToken =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  /** A control word or sign, without its backslash. */
  | { readonly kind: 'word'; readonly word: string; readonly number: number | undefined }
  /** Characters of the code page that holds where it stands. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

export function* readRtfTokens(rtf: Buffer): Generator<RtfToken> {
  const source = rtf.toString('latin1');
  // A control word, a control sign, a brace, or bytes up to the next of them; line ends mean nothing.
  const pattern =
    /\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|((?:\\'[0-9a-fA-F]{2})+)|\\([\s\S])|([{}])|[\r\n\0]+|[^\\{}\r\n\0]+/g;
  for (let found = pattern.exec(source); found !== null; found = pattern.exec(source)) {
    const [whole, word, number, hex, sign, brace] = found;
    if (word !== undefined) {
      const given = number === undefined ? undefined : Number(number);
      if (word === 'bin') pattern.lastIndex += Math.max(0, Math.min(given ?? 0, source.length));
      else yield { kind: 'word', word, number: given };
    } else if (hex !== undefined)
      yield { kind: 'bytes', bytes: Buffer.from(hex.replaceAll("\\'", ''), 'hex') };
    else if (sign !== undefined) yield { kind: 'word', word: sign, number: undefined };
    else if (brace !== undefined) yield { kind: brace === '{' ? 'open' : 'close' };
    else if (!/^[\r\n\0]/.test(whole)) {
      yield { kind: 'bytes', bytes: rtf.subarray(found.index, pattern.lastIndex) };
    }
  }
}
