/** Where pictures of pages are made: in a thread of its own, whose memory is bounded, or in this one. */
import { startHere, startInThread } from '../../base/service-thread.ts';
import type { PageLimits, StartPages } from './page-protocol.ts';
import { createPageService } from './page-service.ts';

export const usualPageLimits: PageLimits = {
  pages: 500,
  values: 100_000,
  points: 60_000_000,
  jpegPoints: 25_000_000,
  longest: 3600,
};

const mostHeapMb = 512;

export function startPageWorker(limits: PageLimits = usualPageLimits): StartPages {
  return startInThread({
    name: 'page pictures',
    module: './page-worker',
    here: import.meta.url,
    options: limits,
    mostHeapMb,
  });
}

/** For tools that live shortly, and for tests. */
export function startPagesHere(limits: PageLimits = usualPageLimits): StartPages {
  return startHere(createPageService(limits));
}
