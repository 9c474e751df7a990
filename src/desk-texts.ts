/** The texts that the desk answers with by itself: its own files, then those that the program brings. */
import { join } from 'node:path';
import { createAutoReplies } from './config/auto-replies.ts';
import type { Config } from './config/config.ts';
import { autoReplyTexts } from './config/queues.ts';
import { fillPlaceholders } from './core/answers/placeholders.ts';
import type { TextRequest } from './services/auto-replies.ts';
import { textNameOf } from './services/intake/auto-answers.ts';
import type { FileOps } from './storage/files.ts';

export interface DeskTexts {
  /** Of the desk. */
  readonly directory: string;
  /** Of the installation. */
  readonly program: string;
  readonly config: { current(): Config };
  readonly files: FileOps;
}

/** The first of the named texts that there is in any language, filled. */
export type ReadText = (
  names: readonly string[],
  language: string | undefined,
  values: Readonly<Record<string, string>>,
) => Promise<{ readonly subject: string; readonly text: string }>;

export function createTexts({ directory, program, config, files }: DeskTexts): ReadText {
  const replies = createAutoReplies({
    files,
    folders: [
      join(directory, 'config/auto-replies'),
      join(program, 'templates/desk/config/auto-replies'),
      // Texts that a new desk need not begin with; its own of the same name come first.
      join(program, 'templates/auto-replies'),
    ],
    deskLanguage: () => config.current().desk.language,
  });
  return async (names, language, values) => {
    const all = { ...values, 'desk.name': config.current().desk.name };
    // The program brings these texts in English, so they are there unless the installation is broken.
    let found = { subject: '{{ticket.subject}}', text: '{{ticket.number}}' };
    for (const name of names) {
      const read = await replies.readAutoReply(name, language);
      if (read === undefined) continue;
      found = read;
      break;
    }
    const { subject, text } = found;
    return { subject: fillPlaceholders(subject, all).text, text: fillPlaceholders(text, all).text };
  };
}

export function autoReplyText(texts: DeskTexts) {
  const read = createTexts(texts);
  return ({ kind, queue, language, values }: TextRequest) => {
    const own = textNameOf(texts.config.current(), queue, kind) ?? autoReplyTexts[kind];
    return read([own, autoReplyTexts[kind]], language, values);
  };
}
