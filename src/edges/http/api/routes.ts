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
  | 'listAudit';

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
  { id: 'listAudit', method: 'get', path: '/api/v1/audit', access: 'token' },
  { id: 'readDescription', method: 'get', path: '/api/v1/openapi.json', access: 'public' },
  { id: 'readHealth', method: 'get', path: '/healthz', access: 'public' },
  { id: 'readMetrics', method: 'get', path: '/metrics', access: 'public' },
];
