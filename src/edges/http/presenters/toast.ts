/** What a page says once after something was done, in words, with the way back where there is one. */
import type { Locale } from '../../../services/render/locale.ts';
import type { Markup } from '../../../services/render/markup.ts';
import type { ToastKey } from '../visit.ts';
import type { EventLine } from './change-words.ts';

/** Said once the desk has what was typed in the answer box. */
const saysSent: ReadonlySet<ToastKey> = new Set<ToastKey>([
  'toast.answer-sent',
  'toast.answer-kept',
  'toast.note-filed',
]);

export interface ToastView {
  readonly text: string;
  /** What happened, instead of the text. */
  readonly sentences: readonly Markup[];
  /** Something was sent or filed that the form need not keep any more. */
  readonly isSent: boolean;
  readonly undo: ToastUndo | undefined;
  readonly details: string | undefined;
}

interface ToastUndo {
  readonly action: string;
  /** Empty where the action names all. */
  readonly event: string;
}

const mostSentences = 2;

export function presentToast(toast: ToastKey, locale: Locale): ToastView {
  return {
    text: locale.text(toast),
    sentences: [],
    isSent: saysSent.has(toast),
    undo: undefined,
    details: undefined,
  };
}

export function presentEventToast(
  toast: ToastKey,
  lines: readonly EventLine[],
  undo: ToastUndo,
  locale: Locale,
): ToastView {
  const sentences = lines.slice(0, mostSentences).map(({ sentence }) => sentence);
  return { ...presentToast(toast, locale), sentences, undo };
}

export function presentBatchToast(batch: string, count: number, locale: Locale): ToastView {
  const page = `/bulk/${encodeURIComponent(batch)}`;
  return {
    ...presentToast('toast.bulk', locale),
    text: locale.text('toast.bulk', { count }),
    undo: count === 0 ? undefined : { action: `${page}/undo`, event: '' },
    details: page,
  };
}
