/**
 * `/healthz`: whether this desk should be sent work.
 *
 * Promises: 503 while it starts and while its storage fails, 200 otherwise; a configuration that is broken
 * now degrades it, but the last good one is in force; so does a mail that nothing accounts for. Tells counts,
 * no names.
 */
import { errorText } from '../../../base/fault.ts';
import type { ApiDeps, PublicRoute } from './calls.ts';

type HealthDeps = Pick<ApiDeps, 'index' | 'outbox' | 'config' | 'ledger' | 'log'>;

export function createHealthReport({
  index,
  outbox,
  config,
  ledger,
  log,
}: HealthDeps): PublicRoute {
  async function countWaiting(): Promise<number | null> {
    try {
      return await outbox.count();
    } catch (error) {
      log.warn('api.outbox-unreadable', { reason: errorText(error) });
      return null;
    }
  }

  return async (ctx) => {
    const waiting = await countWaiting();
    const problems = config.problems().length;
    const isReady = index.isReady();
    const { unaccounted } = ledger.report();
    const isSound = waiting !== null && problems === 0 && unaccounted === 0;
    ctx.status = isReady && waiting !== null ? 200 : 503;
    ctx.body = {
      status: !isReady ? 'starting' : isSound ? 'ok' : 'degraded',
      index: { ready: isReady },
      outbox: { waiting },
      configuration: { problems },
      mails: { unaccounted },
    };
  };
}
