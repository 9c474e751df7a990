/** Bytes read as text of one sign a byte, to be compared with what stands in specifications. Promises: total; any place is allowed. */

export function latin(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = '';
  const [first, end] = [Math.max(0, from), Math.min(to, bytes.length)];
  // In pieces: a function takes only so many arguments.
  for (let at = first; at < end; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4096)));
  return text;
}

export function beginsAt(bytes: Uint8Array, mark: string, at = 0): boolean {
  for (let index = 0; index < mark.length; index += 1)
    if (bytes[at + index] !== mark.charCodeAt(index)) return false;
  return true;
}
