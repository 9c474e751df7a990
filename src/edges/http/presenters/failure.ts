/**
 * The page of a refusal or a failure.
 *
 * Promises: pure; it says what is so, what to do, and offers it. Whether something is there that a reader may not see is not told.
 * Leaves to others: which status a code has (`errors.ts`), the cause (the log).
 */
import type { Locale } from '../../../services/render/locale.ts';
import { type HttpCode, httpAnswers } from '../errors.ts';

export interface FailureRequest {
  readonly code: HttpCode;
  readonly logId: string | undefined;
  /** What was asked for, when asking once more does no harm. */
  readonly again: string | undefined;
  readonly locale: Locale;
}

export interface FailureView {
  readonly heading: string;
  readonly sentence: string;
  readonly advice: string | undefined;
  readonly sign: string;
  /** A search may find what is not at the address. */
  readonly canSearch: boolean;
  readonly again: string | undefined;
  readonly logId: string | undefined;
}

/** What to do, where the sentence of a code does not say it. */
const advices: Partial<Record<HttpCode, string>> = {
  'no-page': 'failure.look',
  'not-found': 'failure.look',
  'unknown-ticket': 'failure.look',
  'unknown-message': 'failure.gone',
  'unknown-entry': 'failure.gone',
  'unknown-draft': 'failure.gone',
  'unknown-batch': 'failure.gone',
  'unknown-appointment': 'failure.gone',
  'unknown-module': 'failure.gone',
  'admin-only': 'failure.ask',
  'not-allowed': 'failure.ask',
  'cross-site': 'failure.inside',
  'method-not-allowed': 'failure.inside',
};

export function presentFailure({ code, logId, again, locale }: FailureRequest): FailureView {
  const { status, key } = httpAnswers[code];
  const advice = advices[code];
  return {
    heading: locale.text(titleKey(status)),
    // Its usual sentence names a queue and a right, which a page without a ticket does not know.
    sentence: locale.text(code === 'not-allowed' ? 'failure.not-allowed' : key),
    advice: advice === undefined ? undefined : locale.text(advice),
    sign: status === 404 ? 'search' : status === 403 ? 'lock' : 'tri',
    canSearch: advice === 'failure.look',
    again: status >= 500 ? again : undefined,
    logId,
  };
}

function titleKey(status: number): string {
  if (status === 404) return 'error.title.missing';
  return status >= 500 ? 'error.title.failed' : 'error.title.refused';
}
