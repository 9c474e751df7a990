import type { MailFacts } from '../../src/core/message/mail.ts';

export const emptyFacts: MailFacts = {
  from: undefined,
  replyTo: [],
  to: [],
  cc: [],
  subject: '',
  date: undefined,
  messageId: undefined,
  inReplyTo: [],
  references: [],
  snippet: '',
  attachments: [],
  hasHtml: false,
  problems: [],
};
