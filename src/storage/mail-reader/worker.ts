/** The thread in which large mails are read: what runs first in it, as main.ts does in the process. */
import { serveThread } from '../../base/service-thread.ts';
import type { ReadAnswer, ReadRequest } from './protocol.ts';
import { createReadingService } from './service.ts';

serveThread<ReadRequest, ReadAnswer, undefined>(createReadingService);
