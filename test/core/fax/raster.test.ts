import { expect, it } from 'vitest';
import { fitSize, type Raster, resize, setUpright, turn } from '../../../src/core/fax/raster.ts';

const letters: Raster = {
  width: 3,
  height: 2,
  channels: 1,
  values: Uint8Array.from([1, 2, 3, 4, 5, 6]),
};
const rows = ({ width, values }: Raster) =>
  Array.from({ length: values.length / width }, (_, y) =>
    [...values.subarray(y * width, (y + 1) * width)].join(''),
  );

it.each([
  [1, ['123', '456']],
  [2, ['321', '654']],
  [3, ['654', '321']],
  [4, ['456', '123']],
  [5, ['14', '25', '36']],
  [6, ['41', '52', '63']],
  [7, ['63', '52', '41']],
  [8, ['36', '25', '14']],
])('setUpright undoes orientation %i of TIFF', (orientation, upright) => {
  expect(rows(setUpright(letters, orientation))).toEqual(upright);
});

it('turn turns clockwise by quarters', () => {
  expect([0, 1, 2, 3, 4].map((quarters) => rows(turn(letters, quarters)))).toEqual([
    ['123', '456'],
    ['41', '52', '63'],
    ['654', '321'],
    ['36', '25', '14'],
    ['123', '456'],
  ]);
});

it('fitSize gives a coarse fax page the proportions of its paper', () => {
  expect(fitSize({ width: 1728, height: 1143 }, [204, 98], 4000)).toEqual({
    width: 1728,
    height: 2379,
  });
  expect(fitSize({ width: 1728, height: 1143 }, [204, 98], 320)).toEqual({
    width: 232,
    height: 320,
  });
  // Nonsense in the tags is no proportion.
  expect(fitSize({ width: 100, height: 100 }, [1, 600], 400)).toEqual({ width: 100, height: 100 });
});

it('resize makes each point the mean of what it covers', () => {
  const source: Raster = {
    width: 4,
    height: 2,
    channels: 1,
    values: Uint8Array.from([0, 0, 255, 255, 0, 255, 255, 255]),
  };
  expect(rows(resize(source, { width: 2, height: 1 }))).toEqual(['64255']);
  expect(resize(source, { width: 4, height: 4 }).values.subarray(0, 8)).toEqual(
    Uint8Array.from([0, 0, 255, 255, 0, 0, 255, 255]),
  );
});
