/** Every route of the API, once: the router is made from this table, and its description is checked against it. */

export type AgentOperation =
  | 'listTickets'
  | 'readTicket'
  | 'readRawMessage'
  | 'readAttachment'
  | 'replyToTicket'
  | 'noteOnTicket'
  | 'updateTicket'
  | 'deliverMail'
  | 'openTicket'
  | 'forwardMessage'
  | 'resendMessage'
  | 'noteCall'
  | 'removeTicket'
  | 'restoreTicket'
  | 'mergeTicket'
  | 'unmergeTicket'
  | 'splitTicket'
  | 'moveMessage'
  | 'undoChange'
  | 'markSpam'
  | 'markNotSpam'
  | 'changeMany'
  | 'undoMany'
  | 'handOverTicket'
  | 'askAdvice'
  | 'endAdvice'
  | 'escalateTicket'
  | 'bringBackTicket'
  | 'readCustomer'
  | 'changeCustomer'
  | 'listAudit'
  | 'listEscalations'
  | 'readFigures'
  | 'listAppointments'
  | 'makeAppointment'
  | 'changeAppointment'
  | 'cancelAppointment'
  | 'listAnswers'
  | 'readAnswer'
  | 'fillAnswer'
  | 'readAgent'
  | 'listQueues'
  | 'listAgents'
  | 'listNotifications'
  | 'readNotifications'
  | 'snoozeTicket'
  | 'wakeTicket'
  | 'listDrafts'
  | 'saveDraft'
  | 'scheduleDraft'
  | 'discardDraft'
  | 'listOutbox'
  | 'listTrouble'
  | 'readTroubleMail'
  | 'releaseTrouble'
  | 'listHooks'
  | 'exportTicket'
  | 'redactMessage'
  | 'readMessageFiles'
  | 'readTicketFiles';

export type PublicOperation = 'readDescription' | 'readHealth' | 'readMetrics';

export type Operation = AgentOperation | PublicOperation;

interface RoutePlace {
  readonly method: 'get' | 'post';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
}

export type ApiRoute =
  | (RoutePlace & { readonly access: 'token'; readonly id: AgentOperation })
  | (RoutePlace & { readonly access: 'public'; readonly id: PublicOperation });

const ticket = '/api/v1/tickets/{number}';
const message = `${ticket}/messages/{id}`;
const appointments = `${ticket}/appointments`;

export const apiRoutes: readonly ApiRoute[] = [
  { id: 'listTickets', method: 'get', path: '/api/v1/tickets', access: 'token' },
  { id: 'readTicket', method: 'get', path: ticket, access: 'token' },
  { id: 'readRawMessage', method: 'get', path: `${message}/raw`, access: 'token' },
  {
    id: 'readAttachment',
    method: 'get',
    path: `${message}/attachments/{attachment}`,
    access: 'token',
  },
  { id: 'replyToTicket', method: 'post', path: `${ticket}/reply`, access: 'token' },
  { id: 'noteOnTicket', method: 'post', path: `${ticket}/note`, access: 'token' },
  { id: 'updateTicket', method: 'post', path: `${ticket}/update`, access: 'token' },
  { id: 'deliverMail', method: 'post', path: '/api/v1/mail', access: 'token' },
  { id: 'openTicket', method: 'post', path: '/api/v1/tickets', access: 'token' },
  { id: 'forwardMessage', method: 'post', path: `${ticket}/forward`, access: 'token' },
  { id: 'resendMessage', method: 'post', path: `${ticket}/resend`, access: 'token' },
  { id: 'noteCall', method: 'post', path: `${ticket}/call`, access: 'token' },
  { id: 'removeTicket', method: 'post', path: `${ticket}/remove`, access: 'token' },
  { id: 'restoreTicket', method: 'post', path: `${ticket}/restore`, access: 'token' },
  { id: 'mergeTicket', method: 'post', path: `${ticket}/merge`, access: 'token' },
  { id: 'unmergeTicket', method: 'post', path: `${ticket}/unmerge`, access: 'token' },
  { id: 'splitTicket', method: 'post', path: `${ticket}/split`, access: 'token' },
  { id: 'moveMessage', method: 'post', path: `${ticket}/move`, access: 'token' },
  { id: 'undoChange', method: 'post', path: `${ticket}/undo`, access: 'token' },
  { id: 'markSpam', method: 'post', path: `${ticket}/spam`, access: 'token' },
  { id: 'markNotSpam', method: 'post', path: `${ticket}/not-spam`, access: 'token' },
  { id: 'changeMany', method: 'post', path: '/api/v1/bulk', access: 'token' },
  { id: 'undoMany', method: 'post', path: '/api/v1/bulk/{batch}/undo', access: 'token' },
  { id: 'handOverTicket', method: 'post', path: `${ticket}/hand-over`, access: 'token' },
  { id: 'askAdvice', method: 'post', path: `${ticket}/advice`, access: 'token' },
  { id: 'endAdvice', method: 'post', path: `${ticket}/advice-done`, access: 'token' },
  { id: 'escalateTicket', method: 'post', path: `${ticket}/escalate`, access: 'token' },
  { id: 'bringBackTicket', method: 'post', path: `${ticket}/bring-back`, access: 'token' },
  { id: 'readCustomer', method: 'get', path: '/api/v1/customers/{address}', access: 'token' },
  { id: 'changeCustomer', method: 'post', path: '/api/v1/customers/{address}', access: 'token' },
  { id: 'listAppointments', method: 'get', path: appointments, access: 'token' },
  { id: 'makeAppointment', method: 'post', path: appointments, access: 'token' },
  { id: 'changeAppointment', method: 'post', path: `${appointments}/{uid}`, access: 'token' },
  {
    id: 'cancelAppointment',
    method: 'post',
    path: `${appointments}/{uid}/cancel`,
    access: 'token',
  },
  { id: 'listAudit', method: 'get', path: '/api/v1/audit', access: 'token' },
  { id: 'listEscalations', method: 'get', path: '/api/v1/escalations', access: 'token' },
  { id: 'readFigures', method: 'get', path: '/api/v1/figures', access: 'token' },
  { id: 'listAnswers', method: 'get', path: '/api/v1/answers', access: 'token' },
  { id: 'readAnswer', method: 'get', path: '/api/v1/answers/{id}', access: 'token' },
  { id: 'fillAnswer', method: 'get', path: `${ticket}/answers/{id}`, access: 'token' },
  { id: 'readAgent', method: 'get', path: '/api/v1/me', access: 'token' },
  { id: 'listQueues', method: 'get', path: '/api/v1/queues', access: 'token' },
  { id: 'listAgents', method: 'get', path: '/api/v1/agents', access: 'token' },
  { id: 'listNotifications', method: 'get', path: '/api/v1/notifications', access: 'token' },
  { id: 'readNotifications', method: 'post', path: '/api/v1/notifications/read', access: 'token' },
  { id: 'snoozeTicket', method: 'post', path: `${ticket}/snooze`, access: 'token' },
  { id: 'wakeTicket', method: 'post', path: `${ticket}/wake`, access: 'token' },
  { id: 'listDrafts', method: 'get', path: `${ticket}/drafts`, access: 'token' },
  { id: 'saveDraft', method: 'post', path: `${ticket}/drafts`, access: 'token' },
  {
    id: 'scheduleDraft',
    method: 'post',
    path: `${ticket}/drafts/{draft}/schedule`,
    access: 'token',
  },
  { id: 'discardDraft', method: 'post', path: `${ticket}/drafts/{draft}/discard`, access: 'token' },
  { id: 'listOutbox', method: 'get', path: '/api/v1/outbox', access: 'token' },
  { id: 'listTrouble', method: 'get', path: '/api/v1/trouble', access: 'token' },
  { id: 'readTroubleMail', method: 'get', path: '/api/v1/trouble/{entry}/raw', access: 'token' },
  {
    id: 'releaseTrouble',
    method: 'post',
    path: '/api/v1/trouble/{entry}/release',
    access: 'token',
  },
  { id: 'listHooks', method: 'get', path: '/api/v1/hooks', access: 'token' },
  { id: 'exportTicket', method: 'get', path: `${ticket}/export`, access: 'token' },
  { id: 'readDescription', method: 'get', path: '/api/v1/openapi.json', access: 'public' },
  { id: 'readHealth', method: 'get', path: '/healthz', access: 'public' },
  { id: 'readMetrics', method: 'get', path: '/metrics', access: 'public' },
  { id: 'redactMessage', method: 'post', path: `${message}/redact`, access: 'token' },
  { id: 'readMessageFiles', method: 'get', path: `${message}/attachments.zip`, access: 'token' },
  { id: 'readTicketFiles', method: 'get', path: `${ticket}/attachments.zip`, access: 'token' },
];
