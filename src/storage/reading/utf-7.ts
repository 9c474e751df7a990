/**
 * UTF-7 (RFC 2152) and its form for the names of folders (RFC 3501 section 5.1.3), which some write under the same label.
 *
 * Promises: pure and total, in time proportional to the bytes. A plus sign that begins no UTF-16 stays what it is: "1+1".
 */

/** `charset`: `utf-7` or `utf-7-imap`. */
export function decodeUtf7(bytes: Buffer, charset: string): string {
  // Bytes beyond ASCII have no meaning here.
  const text = bytes.toString('latin1').replace(/[\x80-\xff]/g, '\uFFFD');
  const isOfFolders = charset === 'utf-7-imap' || (!shifted.test(text) && shiftedFolder.test(text));
  return isOfFolders
    ? text.replace(/&([A-Za-z0-9+,]*)-/g, (whole, run: string) =>
        run === '' ? '&' : (ofRun(run.replaceAll(',', '/')) ?? whole),
      )
    : text.replace(/\+([A-Za-z0-9+/]*)(-?)/g, (whole, run: string, end: string) => {
        if (run === '') return end === '' ? whole : '+';
        return ofRun(run) ?? whole;
      });
}

const shifted = /\+[A-Za-z0-9/+]{3}/;
const shiftedFolder = /&[A-Za-z0-9,+]{3,}-/;

/** UTF-16 in base64 without padding; undefined for what is none. */
function ofRun(run: string): string | undefined {
  const bytes = Buffer.from(run, 'base64');
  const rest = (run.length * 6) % 16;
  const isPadded = rest < 6 && (Buffer.from(`${run}AAA`, 'base64')[bytes.length] ?? 0) === 0;
  if (bytes.length < 2 || !isPadded) return undefined;
  const units = bytes.subarray(0, bytes.length & ~1).swap16();
  return units.toString('utf16le').replace(/\p{Surrogate}/gu, '\uFFFD');
}
