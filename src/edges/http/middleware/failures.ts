/**
 * Turns whatever a page throws into a page that says so.
 *
 * Promises: the reader learns a general sentence and, when we failed, the id under which the log has the cause.
 */
import type { Context, Middleware } from 'koa';
import { Bug, Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { type Random, randomText } from '../../../base/random.ts';
import { type HttpCode, httpAnswers, PageRefusal } from '../errors.ts';
import { hasGone } from '../gone.ts';

export interface Failure {
  readonly code: HttpCode;
  /** Undefined when there is nothing in the log. */
  readonly logId: string | undefined;
}

export interface FailuresDeps {
  readonly log: Log;
  readonly random: Random;
  readonly show: (ctx: Context, failure: Failure) => void;
}

export function catchFailures({ log, random, show }: FailuresDeps): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false)
        throw new PageRefusal('no-page');
    } catch (error) {
      // The answer has begun: all that is left is to end it.
      if (ctx.headerSent) throw error;
      // A page that is closed may take its last form with it.
      if (hasGone(error)) {
        log.info('http.client-gone', { method: ctx.method });
        ctx.status = 400;
        return;
      }
      const code = codeOf(error);
      const isOurs = httpAnswers[code].status >= 500;
      const logId = isOurs ? randomText(random, 8) : undefined;
      if (isOurs)
        log.error('http.failed', { id: logId, method: ctx.method, code, cause: describe(error) });
      ctx.remove('Content-Disposition');
      ctx.status = httpAnswers[code].status;
      show(ctx, { code, logId });
    }
  };
}

function codeOf(error: unknown): HttpCode {
  if (error instanceof PageRefusal || error instanceof Fault) return error.code;
  // The router and Koa refuse what the client did wrong with a status.
  const status =
    error instanceof Error && !(error instanceof Bug) && 'status' in error
      ? error.status
      : undefined;
  if (status === 405 || status === 501) return 'method-not-allowed';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'no-page' : 'bug';
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
