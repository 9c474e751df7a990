/** Uuencodes as programs of the nineties did; `nought` stands for six bits that are none. */
export function uuencode(name: string, bytes: Buffer, nought: '`' | ' ' = '`'): string {
  const sign = (value: number) => (value === 0 ? nought : String.fromCharCode(value + 32));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const part = bytes.subarray(at, at + 45);
    const padded = Buffer.concat([part, Buffer.alloc((3 - (part.length % 3)) % 3)]);
    let line = sign(part.length);
    for (let from = 0; from < padded.length; from += 3) {
      const word = padded.readUIntBE(from, 3);
      line += [18, 12, 6, 0].map((shift) => sign((word >> shift) & 63)).join('');
    }
    lines.push(line);
  }
  return `begin 644 ${name}\n${lines.map((line) => `${line}\n`).join('')}${nought}\nend\n`;
}
