/** The page on which a ticket, or a search, is handed out. Promises: pure; what cannot be made here is not offered. */
import { exportForms } from '../../../services/carry/exporting.ts';
import type { Locale } from '../../../services/render/locale.ts';

export interface ExportPageRequest {
  /** Where it was asked for, and what that is called. */
  readonly back: { readonly href: string; readonly text: string };
  readonly action: string;
  /** Undefined for a single ticket. */
  readonly query: string | undefined;
  readonly about: string;
  readonly hasBrowser: boolean;
  readonly isTooLarge: boolean;
  /** All files of the ticket; absent where it has none. */
  readonly filesHref?: string | undefined;
}

export function presentExport(request: ExportPageRequest, locale: Locale) {
  const { back, action, query, about, hasBrowser, isTooLarge } = request;
  const keys = { mbox: 'export.mbox', eml: 'export.eml', pdf: 'export.pdf' } as const;
  const isSingle = query === undefined;
  return {
    back,
    action,
    query,
    about,
    filesHref: request.filesHref,
    forms: exportForms
      .filter((form) => form !== 'pdf' || (isSingle && hasBrowser))
      .map((form) => ({ value: form, text: locale.text(keys[form]), isChosen: form === 'mbox' })),
    noBrowser:
      isSingle && !hasBrowser
        ? locale.text('export.no-browser', { setting: 'pdfBrowser' })
        : undefined,
    problem: isTooLarge ? locale.text('export.too-large') : undefined,
  };
}
