/**
 * `/metrics`: the figures of the desk for Prometheus.
 *
 * Owns: the figures that are taken at the moment of reading. Leaves to others: what is counted as it
 * happens (services/metrics.ts).
 */
import type { Middleware } from 'koa';
import { errorText } from '../../../base/fault.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { Metrics } from '../../../services/metrics.ts';
import type { ApiDeps, PublicRoute } from './calls.ts';

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly uptimeSeconds: number;
}

type MetricsDeps = Pick<ApiDeps, 'index' | 'outbox' | 'metrics' | 'log'>;

export function createMetricsReport(
  deps: MetricsDeps,
  processFigures: () => ProcessFigures,
): PublicRoute {
  const { index, outbox, metrics, log } = deps;
  const counts = createTicketCounts(index);
  const tickets = metrics.gauge('maildesk_tickets', 'Tickets, by queue and state');
  const waiting = metrics.gauge('maildesk_outbox_waiting', 'Mails waiting to be sent');
  const ready = metrics.gauge('maildesk_index_ready', '1 when every ticket was seen, else 0');
  const resident = metrics.gauge(
    'maildesk_process_resident_memory_bytes',
    'Resident memory of the process',
  );
  const heap = metrics.gauge(
    'maildesk_process_heap_used_bytes',
    'Used memory of the JavaScript heap',
  );
  const uptime = metrics.gauge('maildesk_process_uptime_seconds', 'Time since the process started');

  async function takeOutbox(): Promise<void> {
    waiting.clear();
    try {
      waiting.set(await outbox.count());
    } catch (error) {
      // The other figures matter most when storage fails, so they are given all the same.
      log.warn('api.outbox-unreadable', { reason: errorText(error) });
    }
  }

  async function takeTickets(): Promise<void> {
    ready.set(index.isReady() ? 1 : 0);
    tickets.clear();
    for (const { queue, state, count } of await counts.current())
      tickets.set(count, { queue, state });
  }

  return async (ctx) => {
    await Promise.all([takeOutbox(), takeTickets()]);
    const figures = processFigures();
    resident.set(figures.residentBytes);
    heap.set(figures.heapUsedBytes);
    uptime.set(figures.uptimeSeconds);
    ctx.body = metrics.format();
    ctx.set('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
  };
}

interface TicketCount {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

/**
 * How many tickets each queue has in each state. The index is walked once, at the first question after it
 * is ready; from then on its changes keep the counts, so that a reading costs nothing on a large desk.
 */
function createTicketCounts(index: MetricsDeps['index']): {
  current(): Promise<readonly TicketCount[]>;
} {
  const places = new Map<TicketNumber, string>();
  const counts = new Map<
    string,
    { readonly queue: string; readonly state: string; count: number }
  >();
  let _isWatching = false;
  let walk: Promise<void> | undefined;

  function watch(): true {
    index.onChange(({ number, record }) => move(number, record));
    return true;
  }

  function move(number: TicketNumber, record: TicketRecord | undefined): void {
    const before = counts.get(places.get(number) ?? '');
    if (before !== undefined) before.count -= 1;
    places.delete(number);
    if (record === undefined) return;
    const { queue, state } = record;
    const place = `${state} ${queue}`;
    const count = counts.get(place) ?? { queue, state, count: 0 };
    count.count += 1;
    counts.set(place, count);
    places.set(number, place);
  }

  async function walkIndex(): Promise<void> {
    for await (const slice of index.records())
      for (const record of slice) move(record.number, record);
  }

  return {
    async current() {
      if (!index.isReady()) return [];
      _isWatching ||= watch();
      walk ??= walkIndex().catch((error: unknown) => {
        walk = undefined;
        throw error;
      });
      await walk;
      return [...counts.values()];
    },
  };
}

/** Middleware for the whole server: requests by method and status. */
export function countRequests(metrics: Metrics): Middleware {
  const requests = metrics.counter(
    'maildesk_http_requests_total',
    'Requests answered, by method and status',
  );
  return async (ctx, next) => {
    const count = () =>
      requests.add({ method: knownMethod(ctx.method), status: String(ctx.status) });
    ctx.res.once('finish', count);
    await next();
  };
}

/** A peer may invent methods; each would become a figure of its own. */
function knownMethod(method: string): string {
  return /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : 'other';
}
