import { expect, it } from 'vitest';
import { findTerm } from '../../../../src/services/index/memory/text-find.ts';
import { createTextSegmentBuilder } from '../../../../src/services/index/memory/text-segment.ts';
import { fakeNumber } from '../../../helpers/fake-tickets.ts';

/** Words that share beginnings and endings in every way. */
const words = [
  '00 01155 022 023a 071 09c7 0ae30 0da 0e 121 13 168c 16bd 16d 194d3 203 21 22 231ea ',
  '23c2e 24ce 25187 256d0 269c 26a26 27 288 2aabf 2c07 2e0 2e9 2f41d 2f6af 309 30ae 3255 ',
  '33 35 36a0 37b8 382 39 3c 3dc57 3e54 3fca 41eb7 42 4314a 44 463 465 47a2 47b8 4802 48c ',
  '491b 4a0 4d 4f 50306 52a 53d 54ff 55 561bc 57 5890 5bf 5c2 5dbf 5ec 600 6072d 615be 62 ',
  '63 670a0 671 67bd 67ca 67cc 6b38 6bb 6cb8 6d497 70 71e05 721a4 74c86 776a 78 799ee ',
  '79af6 7a69 7b 7d 7f 7f1 7f9 80b 80eb0 8473 86c6 877d 87d 88ac 88f 8afc 8b2 8c823 8cd5c ',
  '8d 903d8 929 92c 92df5 949 94f5 95 96 98 99ea9 9a7 9c 9e 9fe3a a1 a358 a496 a516 a55 ',
  'a974 abc1e acfe8 adcb af1 af53 af6 b169 b5b b5f b6 b75 b7f2 b88fc b9 ba2 bb15 bb473 ',
  'bc2 bdd bf c1e c2a93 c3ec c4c0 c4fda c562c c7 c8 c9314 ca ca13f ',
]
  .join('')
  .trim()
  .split(' ');

it('a segment finds each of its words, and no other, among many with digits', () => {
  const builder = createTextSegmentBuilder();
  const none: readonly string[] = [];
  for (const [at, word] of words.entries()) {
    builder.add({
      number: fakeNumber(at + 1),
      passages: { number: none, subject: none, people: none, body: [word] },
    });
  }
  const segment = builder.build();
  const find = (word: string, isPrefix: boolean) =>
    [...findTerm(segment, { words: [word], isPrefix, field: undefined, negated: false })].flatMap(
      (score, position) => (score > 0 ? [position] : []),
    );
  for (const [at, word] of words.entries()) {
    expect(find(word, false)).toEqual([at]);
    const beginning = word.slice(0, 1);
    const expected = words.flatMap((other, place) => (other.startsWith(beginning) ? [place] : []));
    expect(find(beginning, true).sort((one, other) => one - other)).toEqual(expected);
  }
});
