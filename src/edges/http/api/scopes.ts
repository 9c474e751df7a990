/** Which scope of a token each operation needs; a new operation does not compile without its row. */
import { type TokenScope, tokenScopes } from '../../../config/agent-tokens.ts';
import type { ApiAccess } from '../../../services/accounts/accounts.ts';
import { ApiRefusal } from './problems.ts';
import type { AgentOperation } from './routes.ts';

export const scopeOf: Readonly<Record<AgentOperation, TokenScope>> = {
  listTickets: 'read',
  readTicket: 'read',
  readRawMessage: 'read',
  readAttachment: 'read',
  replyToTicket: 'reply',
  noteOnTicket: 'note',
  updateTicket: 'update',
  deliverMail: 'mail',
  openTicket: 'reply',
  forwardMessage: 'reply',
  resendMessage: 'reply',
  noteCall: 'note',
  removeTicket: 'update',
  restoreTicket: 'update',
  mergeTicket: 'update',
  unmergeTicket: 'update',
  splitTicket: 'update',
  moveMessage: 'update',
  undoChange: 'update',
  markSpam: 'update',
  markNotSpam: 'update',
  changeMany: 'update',
  undoMany: 'update',
  handOverTicket: 'update',
  askAdvice: 'note',
  endAdvice: 'note',
  escalateTicket: 'update',
  bringBackTicket: 'update',
  readCustomer: 'read',
  changeCustomer: 'update',
  listAudit: 'admin',
  listEscalations: 'read',
  readFigures: 'read',
  listAppointments: 'read',
  makeAppointment: 'reply',
  changeAppointment: 'reply',
  cancelAppointment: 'reply',
  listAnswers: 'read',
  readAnswer: 'read',
  fillAnswer: 'read',
  readAgent: 'read',
  listQueues: 'read',
  listAgents: 'read',
  listNotifications: 'read',
  readNotifications: 'update',
  snoozeTicket: 'update',
  wakeTicket: 'update',
  listDrafts: 'read',
  saveDraft: 'reply',
  scheduleDraft: 'reply',
  discardDraft: 'reply',
  listOutbox: 'read',
  listTrouble: 'read',
  readTroubleMail: 'admin',
  releaseTrouble: 'admin',
  listHooks: 'admin',
  exportTicket: 'read',
  redactMessage: 'update',
  readMessageFiles: 'read',
  readTicketFiles: 'read',
};

export const scopeWords: Readonly<Record<TokenScope, string>> = {
  read: 'lists, tickets, messages, attachments',
  note: 'internal notes, calls, questions to colleagues',
  reply: 'mails to customers, new tickets',
  update: 'whatever else changes tickets and customers',
  mail: 'handing in mails',
  admin: 'what admins alone may see, such as the log of log-ins',
};

/** RFC 6750 section 3.1. */
export function requireScope({ scopes }: ApiAccess, operation: AgentOperation): void {
  const needed = scopeOf[operation];
  if (scopes === undefined || scopes.includes(needed)) return;
  const has =
    scopes.length === 0 ? 'none' : tokenScopes.filter((each) => scopes.includes(each)).join(', ');
  throw new ApiRefusal({
    code: 'insufficient-scope',
    detail: `This needs a token with the scope "${needed}"; the scopes of this one: ${has}`,
    headers: {
      'WWW-Authenticate': `Bearer realm="maildesk", error="insufficient_scope", scope="${needed}"`,
    },
  });
}
