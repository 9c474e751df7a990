/**
 * Bytes to a mail.
 *
 * Promises: total: any bytes give a mail that can be shown, in bounded time; what was wrong stands in its problems. The
 * bytes of attachments are those of the mail, without transfer encoding. Nothing waits: it can run in a thread.
 * Leaves to others: composing (storage/codec.ts), what a mail means (core).
 */

import { errorText } from '../../base/fault.ts';
import type { Mail } from '../../core/message/mail.ts';
import { toAttachments } from './attachments.ts';
import { hintsOfMail } from './charset-hints.ts';
import { readBody } from './mail-body.ts';
import { fromEnvelope, readMailHeader } from './mail-header.ts';
import { readPartTree } from './part-tree.ts';
import { createProblemList, type ProblemList } from './problem-list.ts';

export interface DecodedMail {
  readonly mail: Mail;
  /** Decoded bytes by attachment id. */
  readonly contents: readonly Buffer[];
}

/** `returnPath`: the envelope's sender, shown when the mail names no author. */
export async function decodeMail(raw: Buffer, returnPath?: string): Promise<DecodedMail> {
  const problems = createProblemList();
  if (raw.length === 0) problems.add('empty', 'The mail has no bytes');
  try {
    return readMail(raw, returnPath, problems);
  } catch (error) {
    problems.add('unreadable', `The mail could not be read: ${errorText(error)}`);
    return { mail: unreadableMail(raw, returnPath, problems), contents: [] };
  }
}

function readMail(raw: Buffer, returnPath: string | undefined, problems: ProblemList): DecodedMail {
  const tree = readPartTree(raw);
  const { root } = tree;
  const hints = hintsOfMail(raw, root.bodyStart, root.parameters.get('charset'));
  const headerBytes = root.bodyStart - root.start;
  const source = { fields: root.fields, headerBytes, returnPath, hints };
  const { fields, ...header } = readMailHeader(source, problems);
  const { text, html, files, protection, subject } = readBody(tree, hints, problems);
  const mail: Mail = {
    ...header,
    subject: header.subject === '' ? (subject ?? '') : header.subject,
    fields,
    text,
    html,
    ...(protection === undefined ? {} : { protection }),
    attachments: toAttachments(files, html),
    problems: problems.all(),
  };
  return { mail, contents: files.map(({ bytes }) => bytes) };
}

function unreadableMail(raw: Buffer, returnPath: string | undefined, problems: ProblemList): Mail {
  return {
    from: fromEnvelope(returnPath),
    replyTo: [],
    to: [],
    cc: [],
    subject: '',
    date: undefined,
    messageId: undefined,
    inReplyTo: [],
    references: [],
    fields: new Map(),
    text: raw.toString('utf8', 0, 200_000).replaceAll('\0', '\uFFFD'),
    html: undefined,
    attachments: [],
    problems: problems.all(),
  };
}
