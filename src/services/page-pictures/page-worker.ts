/** The thread in which pages of faxes are made into pictures: what runs first in it, as main.ts does in the process. */
import { serveThread } from '../../base/service-thread.ts';
import type { PageAnswer, PageLimits, PageRequest } from './page-protocol.ts';
import { createPageService } from './page-service.ts';

serveThread<PageRequest, PageAnswer, PageLimits>(createPageService);
