/**
 * Characters of CNS 11643, planes 1 and 2, by their places in Big5: both sets have the same characters in nearly the same order.
 *
 * Promises: pure and total. Leaves to others: the encodings that use the planes (iso-2022.ts), Big5 to text.
 */

/** Where a run of characters begins in the plane, and where it begins in Big5; it ends where the next one begins. */
const runs: Readonly<Record<1 | 2, readonly (readonly [cns: number, big5: number])[]>> = {
  1: toRuns(
    '2121=a140 2257=a1f7 2258=a1f6 2259=a1f8 234f= 2421=a2af 2571= 4221=a3c0 4242= 4421=a440 5323=ad40 5753=acfe ' +
      '5754=afd0 6b50=be52 6b51=bbc8 6f5c=be53 7535=c2cb 7536=c1ab 7737=c2cc 782d=c456 782e=c361 7864=c3ba ' +
      '7865=c3b9 7866=c3bb 7962=c457 7d4c=',
  ),
  2: toRuns(
    '2121=c940 212b=c94b 214c=c9be 214d=c96c 217d=c9bf 224d=caf7 224e=c9ed 2439=caf8 387e=d77b 3f6a=d77a ' +
      '3f6b=dba7 4176=ddfc 4177= 4424=ddfd 554b=ebf1 554c=e8a3 5722=ecde 5723=e976 5a28=f0cb 5a29=eb5b ' +
      '5b3f=ebf2 5c6a=ecdf 5d74=f056 5d75=edaa 6039=eeec 6243=f057 6337=f0cc 642f=eeeb 6430=f163 6438=f16c ' +
      '6573=f269 664d=f4b5 664e=f2c3 6761=f16b 6762=f375 6934=f268 6935=f466 6962=f4b6 6a4b=f663 6a4c=f4fd ' +
      '6c52=f664 7166=f9c4 7167=f977 7234=f9c5 7235=f9c7 7240=f9c6 7241=f9d2 7245=',
  ),
};

/** Undefined for a place that holds no character. */
export function big5OfCns(plane: 1 | 2, first: number, second: number): number | undefined {
  const code = first * 256 + second;
  const run = runs[plane].findLast(([cns]) => cns <= code);
  if (run === undefined || run[1] === 0) return undefined;
  return atBig5(big5Place(run[1]) + cnsPlace(code) - cnsPlace(run[0]));
}

function cnsPlace(code: number): number {
  return (code >> 8) * 94 + (code & 0xff);
}

function big5Place(code: number): number {
  const trail = code & 0xff;
  return (code >> 8) * 157 + (trail < 0x7f ? trail - 0x40 : trail - 0x62);
}

function atBig5(place: number): number {
  const trail = place % 157;
  return Math.floor(place / 157) * 256 + (trail < 0x3f ? trail + 0x40 : trail + 0x62);
}

function toRuns(text: string): readonly (readonly [number, number])[] {
  return text.split(' ').map((pair): [number, number] => {
    const [cns = '', big5 = ''] = pair.split('=');
    return [Number.parseInt(cns, 16), big5 === '' ? 0 : Number.parseInt(big5, 16)];
  });
}
