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

export function autoReplyText({ directory, program, config, files }: DeskTexts) {
  const replies = createAutoReplies({
    files,
    folders: [
      join(directory, 'config/auto-replies'),
      join(program, 'templates/desk/config/auto-replies'),
    ],
    deskLanguage: () => config.current().desk.language,
  });
  return async ({ kind, queue, language, values }: TextRequest) => {
    const all = { ...values, 'desk.name': config.current().desk.name };
    const own = textNameOf(config.current(), queue, kind) ?? autoReplyTexts[kind];
    const found =
      (await replies.readAutoReply(own, language)) ??
      (await replies.readAutoReply(autoReplyTexts[kind], language));
    // The program brings these texts in English, so they are there unless the installation is broken.
    const { subject, text } = found ?? { subject: '{{ticket.subject}}', text: '{{ticket.number}}' };
    return { subject: fillPlaceholders(subject, all).text, text: fillPlaceholders(text, all).text };
  };
}
