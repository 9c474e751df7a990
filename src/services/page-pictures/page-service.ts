/**
 * What the thread of the page pictures does: says which pages a file has, and makes a picture of one.
 *
 * Promises: each request gets one answer, whatever the bytes are; one file is worked on at a time.
 */
import type { CreateService } from '../../base/service-thread.ts';
import { fitSize, type Raster, resize } from '../../core/fax/raster.ts';
import { readTiff, type TiffPage } from '../../core/fax/tiff.ts';
import type {
  PageAnswer,
  PageLimits,
  PageRequest,
  PagesFound,
  PageWanted,
  PictureFound,
} from './page-protocol.ts';
import { openPdf, type PdfPage } from './pdf-pages.ts';
import { encodePng } from './png.ts';
import { decodeTiffPage } from './tiff-pages.ts';

export function createPageService(limits: PageLimits): CreateService<PageRequest, PageAnswer> {
  return ({ answer }) => {
    let work: Promise<void> = Promise.resolve();
    return (request) => {
      work = work.then(async () => answer(await settle(request, limits)));
    };
  };
}

async function settle(request: PageRequest, limits: PageLimits): Promise<PageAnswer> {
  const { id } = request;
  try {
    const found =
      request.kind === 'describe'
        ? await describe(request, limits)
        : await draw(request, request.page, limits);
    return { id, ...found };
  } catch (error) {
    // Decoders are handed bytes from outside: whatever they throw means that there is nothing to show.
    return { id, kind: 'nothing', reason: String(error).slice(0, 200) };
  }
}

const nothing = (reason: string) => ({ kind: 'nothing', reason }) as const;

async function describe(
  { bytes, type }: PageRequest,
  limits: PageLimits,
): Promise<PagesFound | ReturnType<typeof nothing>> {
  if (type === 'pdf') return describePdf(bytes, limits);
  const pages = readTiff(bytes, limits);
  const [first] = pages;
  if (first === undefined) return nothing('no pages');
  return {
    kind: 'pages',
    pages: pages.map((page) => fitSize(page, page.resolution, limits.longest)),
    encoding: encodings[first.compression],
    resolution: first.resolution,
  };
}

const encodings: Readonly<Record<number, string>> = {
  2: 'G3',
  3: 'G3',
  4: 'G4',
  5: 'LZW',
  6: 'JPEG',
  7: 'JPEG',
};

async function describePdf(bytes: Uint8Array, limits: PageLimits) {
  const pdf = await openPdf(bytes, limits.points);
  if (pdf === undefined) return nothing('cannot be read');
  try {
    // The first pages say what the file is: looking at all of a book would take long.
    const count = Math.min(pdf.count, limits.pages);
    const first: PdfPage[] = [];
    for (let at = 0; at < Math.min(count, 3); at += 1) first.push(await pdf.describe(at));
    const [one] = first;
    if (one === undefined || first.some(({ dots }) => dots === undefined))
      return nothing('no scan');
    const pages = Array.from({ length: count }, (_, at) => sizeOf(first[at] ?? one, limits));
    return { kind: 'pages', pages, encoding: 'PDF', resolution: undefined } as const;
  } finally {
    await pdf.close();
  }
}

function sizeOf(
  { width, height, dots }: { width: number; height: number; dots: number | undefined },
  { longest }: PageLimits,
) {
  const wide = Math.max(1, dots ?? 1);
  return fitSize({ width: wide, height: Math.max(1, (wide * height) / width) }, undefined, longest);
}

async function draw(
  { bytes, type }: PageRequest,
  { at, longest: wanted }: PageWanted,
  limits: PageLimits,
): Promise<PictureFound | ReturnType<typeof nothing>> {
  const longest = Math.min(wanted, limits.longest);
  if (type === 'pdf') {
    const pdf = await openPdf(bytes, limits.points);
    try {
      const raster = at < (pdf?.count ?? 0) ? await pdf?.picture(at) : undefined;
      return raster === undefined ? nothing('no scan') : shrink(raster, undefined, longest);
    } finally {
      await pdf?.close();
    }
  }
  const page = readTiff(bytes, limits)[at];
  if (page === undefined) return nothing('no such page');
  const raster = decodeTiffPage(bytes, page, limits);
  return raster === undefined
    ? nothing(`compression ${page.compression}`)
    : shrink(raster, uprightResolution(page), longest);
}

/** A page that lies on its side has its dots the other way round. */
function uprightResolution({ resolution, orientation }: TiffPage): TiffPage['resolution'] {
  return resolution === undefined || orientation < 5 ? resolution : [resolution[1], resolution[0]];
}

function shrink(raster: Raster, resolution: TiffPage['resolution'], longest: number): PictureFound {
  const size = fitSize(raster, resolution, longest);
  const png = encodePng(resize(raster, size));
  return { kind: 'picture', png, ...size };
}
