/** What is said between the page pictures and the thread that makes them. */
import type { ServicePort, StartService } from '../../base/service-thread.ts';

interface PageFile {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly type: 'tiff' | 'pdf';
}

export type PageRequest =
  | (PageFile & { readonly kind: 'describe' })
  | (PageFile & { readonly kind: 'picture'; readonly page: PageWanted });

export interface PageWanted {
  /** From 0. */
  readonly at: number;
  /** Points of the longer side at most. */
  readonly longest: number;
}

export interface PageSize {
  /** On a screen, whose points are square. */
  readonly width: number;
  readonly height: number;
}

export interface PagesFound {
  readonly kind: 'pages';
  readonly pages: readonly PageSize[];
  /** `G3`, `G4`, `JPEG`, ...; undefined where the name says nothing to people. */
  readonly encoding: string | undefined;
  /** Dots an inch of the first page. */
  readonly resolution: readonly [across: number, down: number] | undefined;
}

export interface PictureFound extends PageSize {
  readonly kind: 'picture';
  readonly png: Uint8Array;
}

export type PageAnswer = { readonly id: number } & (
  | PagesFound
  | PictureFound
  | { readonly kind: 'nothing'; readonly reason: string }
);

export interface PageLimits {
  readonly pages: number;
  /** Values of one tag of a TIFF. */
  readonly values: number;
  /** Points of a page in the file. */
  readonly points: number;
  readonly jpegPoints: number;
  /** Points of the longer side of the largest picture. */
  readonly longest: number;
}

export type PagePort = ServicePort<PageRequest>;
export type StartPages = StartService<PageRequest, PageAnswer>;
