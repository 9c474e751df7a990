/** What shows faxes and scans: the pictures of their pages, and where they are made. */
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { createPagePictures, type PagePictures } from './services/page-pictures/page-pictures.ts';
import { startPagesHere, startPageWorker } from './services/page-pictures/page-port.ts';

export interface DeskMediaGround {
  readonly text: 'worker' | 'here' | 'none';
  readonly clock: Clock;
  readonly log: Log;
}

export function createDeskPictures({ text, clock, log }: DeskMediaGround): PagePictures {
  const start = text === 'worker' ? startPageWorker() : startPagesHere();
  return createPagePictures({ start, clock, log });
}
