/**
 * Text modules: prepared pieces of an answer, and whole standard answers, each in as many languages as it has files.
 *
 * Promises: pure; a module's variant for a customer is that of their language, else of its main language, else none: who offers one
 * in another language says so.
 * Leaves to others: the form of the files (config/text-modules.ts), reading them (services/answers/answer-book.ts).
 */
import { isWithinQueue } from '../ticket/queue-name.ts';
import type { TicketState } from '../ticket/states.ts';

/** A module in one language: one file. */
export interface TextModule {
  /** Folders and name below `config/answers/`, without language and ending: `billing/refund`. */
  readonly id: string;
  /** Language tag. */
  readonly language: string;
  /** Path below `config/`: `answers/billing/refund.de.md`. */
  readonly file: string;
  readonly title: string;
  readonly keywords: readonly string[];
  /** What is typed behind `::`; the name of the file where the file says nothing else. */
  readonly shortcut: string;
  /** Where it is offered, with the queues nested in these; empty for everywhere. */
  readonly queues: readonly string[];
  /** A piece of an answer, or a whole one, which may be sent as it is. */
  readonly kind: 'piece' | 'answer';
  /** Of the ticket after a whole answer was sent; undefined when it stays with what the form says. */
  readonly state: TicketState | undefined;
  /** Files beside it, by their names there. */
  readonly attachments: readonly string[];
  /** Where the cursor stands after inserting; the first of these in the text. */
  readonly cursor: string;
  /** Markdown with placeholders and `{{> other/module}}`; as it stands in the file. */
  readonly text: string;
}

export const defaultCursor = '{{cursor}}';

/** The variant for the language: exactly, its main language (`pt` for `pt-BR`), or another of that main language. */
export function variantIn<T extends Pick<TextModule, 'language'>>(
  variants: readonly T[],
  language: string,
): T | undefined {
  const wanted = language.toLowerCase();
  const main = mainLanguage(wanted);
  return (
    variants.find((variant) => variant.language.toLowerCase() === wanted) ??
    variants.find((variant) => variant.language.toLowerCase() === main) ??
    variants.find((variant) => mainLanguage(variant.language.toLowerCase()) === main)
  );
}

/** Whether it is offered in the queue. */
export function isOfferedIn({ queues }: Pick<TextModule, 'queues'>, queue: string): boolean {
  return queues.length === 0 || queues.some((each) => isWithinQueue(queue, each));
}

export interface ModuleFile {
  readonly name: string;
  /** Below `config/`. */
  readonly path: string;
}

/** The files that the module names, which lie beside it. */
export function filesOf({
  file,
  attachments,
}: Pick<TextModule, 'file' | 'attachments'>): readonly ModuleFile[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return attachments.map((name) => ({ name, path: `${folder}${name}` }));
}

function mainLanguage(tag: string): string {
  return tag.split('-')[0] ?? tag;
}
