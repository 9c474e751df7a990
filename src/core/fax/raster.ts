/**
 * Pictures as numbers: from the points of a scanner or a fax machine to those of a screen.
 *
 * Promises: pure; each point of the result is the mean of the points that it covers, so thin lines of a small picture stay as grey.
 */

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** 0 is black. */
  readonly values: Uint8Array;
}

/** Proportions beyond which the dots an inch are taken for a mistake. */
const mostStretch = 4;

/** The size on a screen, whose dots are square, of points that may not be; no side longer than `longest`. */
export function fitSize(
  { width, height }: Pick<Raster, 'width' | 'height'>,
  resolution: readonly [across: number, down: number] | undefined,
  longest: number,
): { readonly width: number; readonly height: number } {
  const stretch = resolution === undefined ? 1 : resolution[0] / resolution[1];
  const tall = height * (stretch > 1 / mostStretch && stretch < mostStretch ? stretch : 1);
  const scale = Math.min(1, longest / Math.max(width, tall));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(tall * scale)),
  };
}

export function resize(
  source: Raster,
  { width, height }: Pick<Raster, 'width' | 'height'>,
): Raster {
  const narrow = width === source.width ? source : resizeRows(source, width);
  return height === narrow.height ? narrow : resizeColumns(narrow, height);
}

interface Share {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Which points of the old row make each of the new one, and how much of each. */
function sharesOf(from: number, to: number): readonly Share[] {
  const step = from / to;
  return Array.from({ length: to }, (_, at) => {
    const [start, end] = [at * step, Math.min(from, (at + 1) * step)];
    const first = Math.min(Math.floor(start), from - 1);
    const last = Math.max(first, Math.min(Math.ceil(end), from) - 1);
    const weights: number[] = [];
    for (let place = first; place <= last; place += 1)
      weights.push(Math.max(0, Math.min(end, place + 1) - Math.max(start, place)) / (end - start));
    return { first, weights };
  });
}

function resizeRows(source: Raster, width: number): Raster {
  const { channels, height, values: old } = source;
  const values = new Uint8Array(width * height * channels);
  const shares = sharesOf(source.width, width);
  for (let y = 0; y < height; y += 1) {
    const row = y * source.width * channels;
    for (const [x, { first, weights }] of shares.entries())
      for (let channel = 0; channel < channels; channel += 1) {
        let sum = 0.5;
        let place = row + first * channels + channel;
        for (const weight of weights) {
          sum += weight * (old[place] ?? 0);
          place += channels;
        }
        values[(y * width + x) * channels + channel] = sum;
      }
  }
  return { width, height, channels, values };
}

function resizeColumns(source: Raster, height: number): Raster {
  const { channels, width, values: old } = source;
  const stride = width * channels;
  const values = new Uint8Array(stride * height);
  for (const [y, { first, weights }] of sharesOf(source.height, height).entries()) {
    const to = y * stride;
    if (weights.length === 1) {
      values.set(old.subarray(first * stride, (first + 1) * stride), to);
      continue;
    }
    for (let x = 0; x < stride; x += 1) {
      let sum = 0.5;
      let place = first * stride + x;
      for (const weight of weights) {
        sum += weight * (old[place] ?? 0);
        place += stride;
      }
      values[to + x] = sum;
    }
  }
  return { width, height, channels, values };
}

/** Upright, from a TIFF's Orientation (1 to 8). */
export function setUpright(source: Raster, orientation: number): Raster {
  if (orientation < 2 || orientation > 8) return source;
  const isSideways = orientation >= 5;
  const flipsAcross = [2, 3, 6, 7].includes(orientation);
  const flipsDown = [3, 4, 7, 8].includes(orientation);
  return remap(source, isSideways, (x, y, width, height) =>
    isSideways
      ? [flipsDown ? source.width - 1 - y : y, flipsAcross ? source.height - 1 - x : x]
      : [flipsAcross ? width - 1 - x : x, flipsDown ? height - 1 - y : y],
  );
}

/** Clockwise by quarters. */
export function turn(source: Raster, quarters: number): Raster {
  return setUpright(source, [1, 6, 3, 8][((quarters % 4) + 4) % 4] ?? 1);
}

function remap(
  source: Raster,
  isSideways: boolean,
  placeOf: (x: number, y: number, width: number, height: number) => readonly [number, number],
): Raster {
  const { channels, values: old } = source;
  const [width, height] = isSideways
    ? [source.height, source.width]
    : [source.width, source.height];
  const values = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [fromX, fromY] = placeOf(x, y, width, height);
      for (let channel = 0; channel < channels; channel += 1)
        values[(y * width + x) * channels + channel] =
          old[(fromY * source.width + fromX) * channels + channel] ?? 255;
    }
  return { width, height, channels, values };
}
