/**
 * Tickets on their way out, as those who hand them out know it: as mails, or on paper.
 *
 * Owns: how a choice is written, which files it makes, and how many tickets of a search go at once.
 * Leaves to others: making them (mail-export.ts, pdf-printer.ts and desk-export.ts), who may have them (edges).
 */
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { ListRequest, TicketIndex } from '../index/index.ts';
import type { FilesZip } from './attachment-zip.ts';
import type { MailExport } from './mail-export.ts';

export interface Exporting {
  readonly mails: MailExport;
  readonly paper: Paper;
  readonly files: FilesZip;
}

export interface Paper {
  /** The program that makes it; undefined where there is none. */
  findBrowser(): Promise<string | undefined>;
  /** In pieces. */
  print(folder: TicketFolder, request: PaperRequest): AsyncGenerator<Buffer, void, void>;
}

export interface PaperRequest {
  /** With notes, and with what was done; otherwise mails alone. */
  readonly notes: boolean;
  /** The desk's when absent. */
  readonly language?: string;
  readonly timeZone?: string;
  readonly signal?: AbortSignal;
}

export const exportForms = ['mbox', 'eml', 'pdf'] as const;

export type ExportForm = (typeof exportForms)[number];

interface FileKind {
  readonly ending: string;
  readonly type: string;
}

export const fileKinds: Readonly<Record<ExportForm, FileKind>> = {
  mbox: { ending: '.mbox', type: 'application/mbox' },
  eml: { ending: '.zip', type: 'application/zip' },
  pdf: { ending: '.pdf', type: 'application/pdf' },
};

export function parseForm(text: string): ExportForm | undefined {
  return exportForms.find((form) => form === text);
}

export const mostExported = 100_000;
const pageSize = 500;

/** The tickets of a search, the oldest first; undefined when there are more than may go at once. */
export async function numbersOf(
  index: Pick<TicketIndex, 'list'>,
  request: Pick<ListRequest, 'query' | 'reader'>,
): Promise<readonly TicketNumber[] | undefined> {
  const numbers: TicketNumber[] = [];
  let after: string | undefined;
  do {
    const page = await index.list({
      ...request,
      sort: 'number',
      descending: false,
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    if (!page.ok || page.value.total > mostExported) return undefined;
    numbers.push(...page.value.records.map(({ number }) => number));
    after = page.value.next;
  } while (after !== undefined);
  return numbers;
}
