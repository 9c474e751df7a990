/**
 * Scanned pages of a PDF as points: what fax gateways and scanners write, one or few pictures that cover the page.
 *
 * Owns: unpdf here. Promises: nothing of the file is run or fetched; a page whose pictures do not cover it is not scanned, and is left
 * to a viewer of PDFs.
 * Leaves to others: time and memory as a whole (page-pictures.ts).
 */
import type { PDFDocumentProxy, PDFPageProxy } from 'unpdf/pdfjs';
import { type Raster, resize, turn } from '../../core/fax/raster.ts';

export interface PdfPage {
  /** In points of a 72nd of an inch, upright. */
  readonly width: number;
  readonly height: number;
  /** Points of its picture across that width; undefined when pictures do not cover the page. */
  readonly dots: number | undefined;
}

export interface PdfFile {
  readonly count: number;
  /** From 0. */
  describe(at: number): Promise<PdfPage>;
  picture(at: number): Promise<Raster | undefined>;
  close(): Promise<void>;
}

/** Share of a page that its pictures cover when it is a scan. */
const leastCovered = 0.7;
const mostPictures = 200;
const mostDots = 3600;

/** Undefined when it cannot be read, or asks for a password. */
export async function openPdf(bytes: Uint8Array, mostPoints: number): Promise<PdfFile | undefined> {
  // A heavy library that most desks need seldom.
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf');
  let pdf: PDFDocumentProxy;
  try {
    pdf = await getDocumentProxy(Uint8Array.from(bytes), {
      verbosity: 0,
      maxImageSize: mostPoints,
      disableFontFace: true,
      isEvalSupported: false,
    });
  } catch {
    // Broken or locked: there is nothing that could be shown here.
    return undefined;
  }
  const { OPS } = await getResolvedPDFJS();

  async function look(at: number) {
    const page = await pdf.getPage(at + 1);
    const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
    const [width, height] = [right - left, top - bottom];
    const placed = await findPictures(page, OPS);
    const pictures = placed.filter((picture) => isSeen(picture, { left, bottom, width, height }));
    const covered = pictures.reduce((sum, { across, down }) => sum + Math.abs(across * down), 0);
    const isScan = width > 0 && height > 0 && covered >= leastCovered * width * height;
    const finest = Math.max(
      0,
      ...pictures.map(({ picture, across }) => picture.width / Math.abs(across)),
    );
    const dots = isScan ? Math.min(mostDots, Math.round(finest * width)) : undefined;
    return { page, left, bottom, width, height, pictures, dots };
  }

  return {
    count: pdf.numPages,
    async describe(at) {
      const { page, width, height, dots } = await look(at);
      const isSideways = page.rotate % 180 !== 0;
      return isSideways
        ? { width: height, height: width, dots: dots && Math.round((dots * height) / width) }
        : { width, height, dots };
    },
    async picture(at) {
      const { page, left, bottom, width, height, pictures, dots } = await look(at);
      const tall = dots === undefined ? 0 : Math.max(1, Math.round((dots * height) / width));
      if (dots === undefined || dots < 1 || dots * tall > mostPoints) return undefined;
      const sheet = blankSheet(dots, tall, pictures);
      const scale = dots / width;
      for (const { picture, x, y, across, down } of pictures)
        lay(sheet, picture, {
          x: Math.round((Math.min(x, x + across) - left) * scale),
          y: Math.round((height - (Math.max(y, y + down) - bottom)) * scale),
          width: Math.max(1, Math.round(Math.abs(across) * scale)),
          height: Math.max(1, Math.round(Math.abs(down) * scale)),
          isMirrored: across < 0,
          // Pictures stand on their feet when the matrix says so.
          isUpsideDown: down < 0,
        });
      return turn(sheet, page.rotate / 90);
    },
    async close() {
      await pdf.loadingTask.destroy();
    },
  };
}

interface Placed {
  readonly picture: Raster;
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

interface View {
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

function isSeen({ x, y, across, down }: Placed, { left, bottom, width, height }: View): boolean {
  return (
    Math.max(x, x + across) > left &&
    Math.min(x, x + across) < left + width &&
    Math.max(y, y + down) > bottom &&
    Math.min(y, y + down) < bottom + height
  );
}

type Matrix = readonly [number, number, number, number, number, number];

/** Follows the matrix only as far as pictures need it: stretched and moved, never aslant. */
async function findPictures(
  page: PDFPageProxy,
  ops: Readonly<Record<string, number>>,
): Promise<readonly Placed[]> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const found: Placed[] = [];
  const kept: Matrix[] = [];
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [at, operator] of fnArray.entries()) {
    const args: unknown = argsArray[at];
    if (operator === ops.save) kept.push(matrix);
    else if (operator === ops.restore) matrix = kept.pop() ?? matrix;
    else if (operator === ops.transform) matrix = multiply(matrix, numbersOf(args));
    if (kept.length > 100 || found.length >= mostPictures) break;
    const isMask = operator === ops.paintImageMaskXObject;
    const isPicture =
      isMask || operator === ops.paintImageXObject || operator === ops.paintInlineImageXObject;
    const [across, b, c, down, x, y] = matrix;
    if (!isPicture || b !== 0 || c !== 0 || across === 0 || down === 0) continue;
    const picture = toRaster(await findPicture(page, args), isMask);
    if (picture !== undefined) found.push({ picture, x, y, across, down });
  }
  return found;
}

function numbersOf(args: unknown): Matrix {
  const values = Array.isArray(args) ? args.map(Number) : [];
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = values;
  return [a, b, c, d, e, f];
}

function multiply([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [
    a * g + c * h,
    b * g + d * h,
    a * i + c * j,
    b * i + d * j,
    a * k + c * l + e,
    b * k + d * l + f,
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function findPicture(page: PDFPageProxy, args: unknown): Promise<unknown> {
  const first: unknown = Array.isArray(args) ? args[0] : undefined;
  const name = isObject(first) ? first.data : first;
  if (typeof name !== 'string') return first;
  const objects = name.startsWith('g_') ? page.commonObjs : page.objs;
  const picture: unknown = await new Promise((resolve) => objects.get(name, resolve));
  return isObject(first) && isObject(picture) ? { ...first, ...picture } : picture;
}

/** Of what pdf.js made: kinds 1 (a bit a point), 2 (RGB) and 3 (RGBA); in a mask, nought is ink. */
function toRaster(picture: unknown, isMask: boolean): Raster | undefined {
  if (!isObject(picture)) return undefined;
  const { width, height, data, kind } = picture;
  if (typeof width !== 'number' || typeof height !== 'number') return undefined;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) return undefined;
  const isBits = isMask || kind === 1;
  const size = isBits ? Math.ceil(width / 8) * height : width * height * (kind === 2 ? 3 : 4);
  if (width < 1 || height < 1 || data.length < size) return undefined;
  if (isBits) return fromBits(data, width, height);
  if (kind === 2) return { width, height, channels: 3, values: Uint8Array.from(data) };
  const values = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1)
    for (let colour = 0; colour < 3; colour += 1)
      values[at * 3 + colour] = data[at * 4 + colour] ?? 255;
  return { width, height, channels: 3, values };
}

function fromBits(data: Uint8Array | Uint8ClampedArray, width: number, height: number): Raster {
  const values = new Uint8Array(width * height);
  const stride = Math.ceil(width / 8);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      values[y * width + x] = (data[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7)) ? 255 : 0;
  return { width, height, channels: 1, values };
}

function blankSheet(width: number, height: number, pictures: readonly Placed[]): Raster {
  const channels = pictures.some(({ picture }) => picture.channels === 3) ? 3 : 1;
  return { width, height, channels, values: new Uint8Array(width * height * channels).fill(255) };
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isMirrored: boolean;
  readonly isUpsideDown: boolean;
}

function lay(sheet: Raster, picture: Raster, spot: Spot): void {
  // What hangs far over the edge of the page is not worth a larger picture.
  const width = Math.min(spot.width, sheet.width * 2);
  const height = Math.min(spot.height, sheet.height * 2);
  const piece = resize(picture, { width, height });
  for (let row = 0; row < height; row += 1) {
    const y = spot.y + row;
    if (y < 0 || y >= sheet.height) continue;
    const from = spot.isUpsideDown ? height - 1 - row : row;
    for (let column = 0; column < width; column += 1) {
      const x = spot.x + column;
      if (x < 0 || x >= sheet.width) continue;
      const source = from * width + (spot.isMirrored ? width - 1 - column : column);
      const to = (y * sheet.width + x) * sheet.channels;
      for (let colour = 0; colour < sheet.channels; colour += 1)
        sheet.values[to + colour] =
          piece.values[source * piece.channels + (piece.channels === 3 ? colour : 0)] ?? 255;
    }
  }
}
