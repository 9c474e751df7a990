/**
 * Host names with letters of all scripts, out of their ASCII form.
 *
 * Owns: RFC 3492 (Punycode), reading only. Promises: pure; total; a label that cannot be read stays as it is.
 */

export function decodeHost(host: string): string {
  return host
    .split('.')
    .map((label) => (/^xn--/i.test(label) ? (decodeLabel(label.slice(4)) ?? label) : label))
    .join('.');
}

const base = 36;
const mostPoint = 0x10ffff;

function decodeLabel(text: string): string | undefined {
  if (text.length > 100) return undefined;
  const cut = text.lastIndexOf('-');
  const points = Array.from(cut > 0 ? text.slice(0, cut) : '', (sign) => sign.codePointAt(0) ?? 0);
  let [point, at, bias, from] = [128, 0, 72, cut > 0 ? cut + 1 : 0];
  while (from < text.length) {
    const before = at;
    let weight = 1;
    for (let k = base; ; k += base) {
      const digit = digitOf(text[from]);
      if (digit === undefined) return undefined;
      from += 1;
      at += digit * weight;
      const limit = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < limit) break;
      weight *= base - limit;
      if (weight > mostPoint * base) return undefined;
    }
    const count = points.length + 1;
    bias = adapt(at - before, count, before === 0);
    point += Math.floor(at / count);
    at %= count;
    if (point > mostPoint || (point >= 0xd800 && point <= 0xdfff)) return undefined;
    points.splice(at, 0, point);
    at += 1;
  }
  return points.length === 0 ? undefined : String.fromCodePoint(...points);
}

/** RFC 3492 section 6.1. */
function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += base) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

function digitOf(sign: string | undefined): number | undefined {
  const code = sign?.toLowerCase().codePointAt(0) ?? 0;
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : undefined;
}
