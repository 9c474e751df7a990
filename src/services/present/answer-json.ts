/** Text modules as JSON, for the API and the command line. Promises: keys are there always; `null` for what is not there. */
import { type TextModule, variantIn } from '../../core/answers/text-module.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { Filling, Writer } from '../answers/fill.ts';

export interface AnswerJson {
  readonly id: string;
  readonly language: string;
  readonly title: string;
  readonly keywords: readonly string[];
  readonly shortcut: string;
  readonly queues: readonly string[];
  readonly kind: 'piece' | 'answer';
  readonly state: string | null;
  readonly attachments: readonly string[];
  readonly text: string;
}

export function toAnswerJson(module: TextModule): AnswerJson {
  const { id, language, title, keywords, shortcut, queues, kind, state, attachments, text } =
    module;
  return {
    id,
    language,
    title,
    keywords,
    shortcut,
    queues,
    kind,
    state: state ?? null,
    attachments,
    text,
  };
}

export interface FilledAnswerJson {
  readonly id: string;
  readonly language: string;
  readonly ticket: string;
  readonly salutation: string;
  readonly text: string;
  readonly signature: string;
  readonly cursor: number | null;
  readonly missing: readonly string[];
  readonly modules: readonly string[];
  readonly attachments: readonly string[];
  readonly state: string | null;
}

export interface FilledAnswerRequest {
  /** All languages of it. */
  readonly variants: readonly TextModule[];
  /** Whose languages are asked for, the most wanted first. */
  readonly languages: readonly (string | undefined)[];
  readonly folder: TicketFolder;
  readonly agent: Writer;
}

/** In the first of the languages that it has, else in any; undefined when it has none. */
export function fillAnswerJson(
  filling: Pick<Filling, 'fill' | 'frame'>,
  { variants, languages, folder, agent }: FilledAnswerRequest,
): FilledAnswerJson | undefined {
  const module = languages
    .map((each) => (each === undefined ? undefined : variantIn(variants, each)))
    .find((found) => found !== undefined);
  const chosen = module ?? variants[0];
  if (chosen === undefined) return undefined;
  const filled = filling.fill(chosen, { agent, folder });
  return {
    id: chosen.id,
    language: chosen.language,
    ticket: folder.number,
    ...filling.frame({ agent, folder }),
    text: filled.text,
    cursor: filled.cursor ?? null,
    missing: filled.missing,
    modules: filled.modules,
    attachments: filled.attachments.map(({ name }) => name),
    state: filled.state ?? null,
  };
}
