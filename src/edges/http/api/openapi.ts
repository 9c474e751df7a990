/**
 * The description of the API (OpenAPI 3.1), served at `/api/v1/openapi.json`.
 *
 * Promises: every route is described and every description has a route: the table of operations does not
 * compile otherwise. Leaves to others: the shapes of answers in words (openapi-schemas.ts).
 */

import { presets, steps } from '../../../core/figures/period.ts';
import { exportForms } from '../../../services/carry/exporting.ts';
import { usualPreset } from '../../../services/present/figures-request.ts';
import { mostListed, sortNames } from '../../../services/present/list-request.ts';
import { deskOperations } from './openapi-desk.ts';
import { schemas } from './openapi-schemas.ts';
import {
  addressParameter,
  answerParameter,
  badBody,
  bulkAnswer,
  type Described,
  file,
  type Json,
  json,
  jsonBody,
  marked,
  messageParameter,
  notAllowed,
  numberParameter,
  pathParameter,
  problem,
  queryParameter,
  receipt,
  regrouped,
  unknownMessage,
} from './openapi-words.ts';
import { apiRoutes, type Operation } from './routes.ts';
import { scopeOf, scopeWords } from './scopes.ts';

export function openApiDescription(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Maildesk',
      version,
      description:
        'Tickets as JSON. Every ticket is a folder of e-mail messages; what is written here becomes one more message in it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: describePaths(),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: `A token made on the account page or by \`maildesk agent token LOGIN\`. The scopes of a token: ${scopeList}. A token made without scopes may do all that its agent may.`,
        },
      },
      schemas,
    },
  };
}

const scopeList = Object.entries(scopeWords)
  .map(([scope, words]) => `\`${scope}\` (${words})`)
  .join(', ');

function describePaths(): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of apiRoutes) {
    const { id, method, path, access } = route;
    const described = operations[id];
    const item = paths[path] ?? {};
    item[method] = {
      operationId: id,
      ...described,
      security: route.access === 'public' ? [] : [{ token: [scopeOf[route.id]] }],
      responses: {
        ...described.responses,
        ...(access === 'public'
          ? {}
          : {
              401: problem('No valid token'),
              403: problem('The token lacks the scope, or its agent the right'),
            }),
      },
    };
    paths[path] = item;
  }
  return paths;
}

const operations: Readonly<Record<Operation, Described>> = {
  ...deskOperations,
  listTickets: {
    summary: 'Tickets that match a query, page by page',
    parameters: [
      queryParameter('q', 'Words, "phrases", -not, field:value', { type: 'string', default: '' }),
      queryParameter('sort', 'A minus in front means descending', {
        type: 'string',
        enum: sortNames,
        default: '-updated',
      }),
      queryParameter('limit', 'Tickets on a page', {
        type: 'integer',
        minimum: 1,
        maximum: mostListed,
        default: 50,
      }),
      queryParameter('after', 'The `next` of the page before', { type: 'string' }),
      queryParameter('view', 'Name of a saved view; `q` then searches within it', {
        type: 'string',
      }),
      queryParameter('archive', 'Whether to wait until the whole archive was searched', {
        type: 'string',
        enum: ['wait', 'later'],
        default: 'wait',
      }),
    ],
    responses: {
      200: json('A page of tickets', 'TicketPage'),
      422: problem('A parameter is not accepted'),
    },
  },
  readTicket: {
    summary: 'A ticket with its messages and its history',
    parameters: [
      numberParameter,
      queryParameter('at', 'As it was then; without a zone in that of the desk', {
        type: 'string',
        examples: ['2026-11-23T10:15:30Z', '2026-11-23 11:15', '2026-11-23'],
      }),
    ],
    responses: {
      200: json('The ticket', 'Ticket'),
      404: problem('There is no such ticket, or there was none then'),
      422: problem('The time cannot be read'),
    },
  },
  readRawMessage: {
    summary: 'A message byte for byte as it was received, or as it was written',
    parameters: [numberParameter, messageParameter],
    responses: { 200: file('The message', 'message/rfc822'), 404: unknownMessage },
  },
  readAttachment: {
    summary: 'The decoded bytes of an attachment',
    parameters: [
      numberParameter,
      messageParameter,
      pathParameter(
        'attachment',
        'The `id` of an attachment; `3.1` is attachment 1 of the mail that is attachment 3',
      ),
    ],
    responses: {
      200: file(
        'The attachment, with its own media type; a page or a script is application/octet-stream. Ranges are served',
        '*/*',
      ),
      404: unknownMessage,
    },
  },
  readMessageFiles: {
    summary: 'All attachments of a message in one zip; none of a message with a virus',
    parameters: [numberParameter, messageParameter],
    responses: { 200: file('The zip', 'application/zip'), 404: unknownMessage },
  },
  readTicketFiles: {
    summary: 'All attachments of a ticket in one zip, a folder for each message',
    parameters: [numberParameter],
    responses: { 200: file('The zip', 'application/zip'), 404: unknownMessage },
  },
  replyToTicket: {
    summary: 'Send an answer; it goes to the customer when no recipient is named',
    parameters: [numberParameter],
    requestBody: jsonBody('Reply'),
    responses: { ...receipt, 202: json('Kept until its time', 'Waiting') },
  },
  noteOnTicket: {
    summary: 'Add an internal note, which is never sent',
    parameters: [numberParameter],
    requestBody: jsonBody('Note'),
    responses: receipt,
  },
  updateTicket: {
    summary: 'Change fields, tags, links and people of a ticket',
    parameters: [numberParameter],
    requestBody: jsonBody('Update'),
    responses: receipt,
  },
  removeTicket: {
    summary: 'Take a ticket out of every list; nothing of it is lost',
    parameters: [numberParameter],
    responses: receipt,
  },
  restoreTicket: {
    summary: 'Bring a removed ticket back as it was',
    parameters: [numberParameter],
    responses: receipt,
  },
  deliverMail: {
    summary: 'Hand in a mail; it opens a ticket or joins the one it follows up',
    parameters: [queryParameter('queue', 'Queue of a new ticket', { type: 'string' })],
    requestBody: {
      required: true,
      description: 'The mail as it is, headers first (RFC 5322)',
      content: { 'message/rfc822': { schema: { type: 'string', format: 'binary' } } },
    },
    responses: {
      201: json('Filed durably', 'Receipt'),
      413: problem('The mail is larger than the desk accepts'),
      415: problem('The body is not a mail'),
      422: problem('The queue is not known, or the mail carries a virus and lies in quarantine'),
      503: problem('The mail could not be filed now; try again later'),
    },
  },
  openTicket: {
    summary: 'Open a ticket by a mail to a customer, or by a call of theirs',
    requestBody: jsonBody('NewTicket'),
    responses: { 201: json('Written durably', 'Receipt'), ...badBody },
  },
  forwardMessage: {
    summary: 'Send a message on to somebody else; the forwarded text is put below yours',
    parameters: [numberParameter],
    requestBody: jsonBody('Forward'),
    responses: receipt,
  },
  resendMessage: {
    summary: 'Send a mail on exactly as it is (RFC 5322 section 3.6.6)',
    parameters: [numberParameter],
    requestBody: jsonBody('Resend'),
    responses: receipt,
  },
  noteCall: {
    summary: 'Note a telephone call',
    parameters: [numberParameter],
    requestBody: jsonBody('Call'),
    responses: receipt,
  },
  mergeTicket: {
    summary: 'Merge the ticket into another one; the answer names the one that remains',
    parameters: [numberParameter],
    requestBody: jsonBody('Merge'),
    responses: regrouped,
  },
  unmergeTicket: {
    summary: 'Take the merge of the ticket back',
    parameters: [numberParameter],
    requestBody: jsonBody('Nothing'),
    responses: regrouped,
  },
  splitTicket: {
    summary: 'Give a message a ticket of its own',
    parameters: [numberParameter],
    requestBody: jsonBody('Split'),
    responses: regrouped,
  },
  redactMessage: {
    summary: 'Take an attachment, a passage or everything out of the message, for good',
    parameters: [numberParameter, messageParameter],
    requestBody: jsonBody('Redact'),
    responses: {
      200: json('Taken out, or with `dryRun` what would be', 'Redacted'),
      403: notAllowed,
      404: unknownMessage,
      409: problem('The ticket is on hold, or the mail is going out'),
      ...badBody,
    },
  },
  moveMessage: {
    summary: 'Move a message to another ticket',
    parameters: [numberParameter],
    requestBody: jsonBody('Move'),
    responses: regrouped,
  },
  undoChange: {
    summary: 'Take one change back; your own last one when none is named',
    parameters: [numberParameter],
    requestBody: jsonBody('Undo'),
    responses: regrouped,
  },
  markSpam: {
    summary: 'Move the ticket to the queue for spam, which teaches the filter',
    parameters: [numberParameter],
    responses: marked,
  },
  markNotSpam: {
    summary: 'Move the ticket back to where it was before it was spam',
    parameters: [numberParameter],
    responses: marked,
  },
  changeMany: {
    summary: 'One action on many tickets, or with `dryRun` what it would do',
    requestBody: jsonBody('Bulk'),
    responses: bulkAnswer,
  },
  undoMany: {
    summary: 'Take a bulk action back',
    parameters: [pathParameter('batch', 'The `batch` of the answer')],
    requestBody: jsonBody('Nothing'),
    responses: { ...bulkAnswer, 404: problem('There is no such bulk action') },
  },
  listAppointments: {
    summary: 'The appointments of the ticket with what those who were invited answered',
    parameters: [numberParameter],
    responses: {
      200: json('The appointments, by their beginning', 'Appointments'),
      404: problem('There is no such ticket'),
    },
  },
  makeAppointment: {
    summary: 'Make an appointment; people outside are invited by mail',
    parameters: [numberParameter],
    requestBody: jsonBody('MakeAppointment'),
    responses: { 201: json('Written durably', 'Receipt'), ...badBody },
  },
  changeAppointment: {
    summary: 'Change an appointment; what is not said stays, and all hear of it',
    parameters: [numberParameter, pathParameter('uid', 'The `uid` of the appointment')],
    requestBody: jsonBody('ChangeAppointment'),
    responses: receipt,
  },
  cancelAppointment: {
    summary: 'Call an appointment off',
    parameters: [numberParameter, pathParameter('uid', 'The `uid` of the appointment')],
    requestBody: jsonBody('CancelAppointment'),
    responses: receipt,
  },
  handOverTicket: {
    summary: 'Give the ticket to an agent or to the team of a queue, with the reason in a note',
    parameters: [numberParameter],
    requestBody: jsonBody('HandOver'),
    responses: receipt,
  },
  askAdvice: {
    summary: 'Ask a colleague, who may then read the ticket and write notes in it',
    parameters: [numberParameter],
    requestBody: jsonBody('AskAdvice'),
    responses: receipt,
  },
  endAdvice: {
    summary: 'Say that the advice is given, or the mention seen; for another agent: take it back',
    parameters: [numberParameter],
    requestBody: jsonBody('EndAdvice'),
    responses: receipt,
  },
  escalateTicket: {
    summary: 'Take the ticket to the second level, with the reason in a note',
    parameters: [numberParameter],
    requestBody: jsonBody('Reason'),
    responses: receipt,
  },
  bringBackTicket: {
    summary: 'Bring the ticket back from the second level to its queue and owner, with the reason',
    parameters: [numberParameter],
    requestBody: jsonBody('Reason'),
    responses: receipt,
  },
  readCustomer: {
    summary: 'What is known of a customer, with the tickets of the person and of the domain',
    parameters: [addressParameter],
    responses: { 200: json('The customer', 'Customer'), 404: problem('That is no address') },
  },
  changeCustomer: {
    summary: 'Say something of a customer; join addresses, mute or block',
    parameters: [addressParameter],
    requestBody: jsonBody('CustomerChange'),
    responses: {
      200: json('The customer as it is now', 'Customer'),
      403: problem('It needs a right that the agent does not have'),
      404: problem('That is no address'),
      ...badBody,
    },
  },
  listAudit: {
    summary: 'Who logged in, or who read what; for admins',
    parameters: [
      queryParameter('kind', 'Which of the two logs', {
        type: 'string',
        enum: ['logins', 'reads'],
        default: 'logins',
      }),
      queryParameter('agent', 'A login', { type: 'string' }),
      queryParameter('ticket', 'A ticket number', { type: 'string' }),
      queryParameter('since', 'The oldest that is wanted', { type: 'string', format: 'date-time' }),
      queryParameter('limit', 'Entries, the newest first', {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        default: 100,
      }),
    ],
    responses: {
      200: json('The newest entries', 'AuditPage'),
      422: problem('A parameter is not accepted'),
    },
  },
  listEscalations: {
    summary: 'What is late and what falls due next, the most urgent first',
    parameters: [
      queryParameter('limit', 'At most so many tickets', {
        type: 'integer',
        minimum: 1,
        maximum: mostListed,
        default: 50,
      }),
    ],
    responses: {
      200: json('As of now', 'Escalations'),
      422: problem('A parameter is not accepted'),
    },
  },
  readFigures: {
    summary: 'Figures of the queues that the agent sees, over a time',
    parameters: [
      queryParameter('queue', 'Of this queue and those within it', { type: 'string' }),
      queryParameter('team', 'Of the agents with this role', { type: 'string' }),
      queryParameter('agent', 'Of this agent', { type: 'string' }),
      queryParameter('language', 'Of tickets in this language; "none" where nobody knows', {
        type: 'string',
      }),
      queryParameter('period', 'A time that ends today, or the last month', {
        type: 'string',
        enum: [...presets],
        default: usualPreset,
      }),
      queryParameter('from', 'The first day', { type: 'string', format: 'date' }),
      queryParameter('to', 'The last day', { type: 'string', format: 'date' }),
      queryParameter('by', 'How long a part of the time is', {
        type: 'string',
        enum: [...steps],
      }),
    ],
    responses: {
      200: json('The figures; durations in seconds, shares of 1', 'Figures'),
      422: problem('A parameter is not accepted'),
    },
  },
  listAnswers: {
    summary: 'Standard answers and pieces of answers, with the words in whatever language',
    parameters: [
      queryParameter('q', 'Words', { type: 'string' }),
      queryParameter('queue', 'Where they are offered', { type: 'string' }),
      queryParameter('language', 'In which they are there', { type: 'string' }),
    ],
    responses: { 200: json('The answers, by id and language', 'AnswerPage') },
  },
  readAnswer: {
    summary: 'A standard answer in every language it has',
    parameters: [answerParameter],
    responses: { 200: json('The answer', 'AnswerPage'), 404: problem('There is no such answer') },
  },
  fillAnswer: {
    summary: 'A standard answer filled in for the ticket; nothing is sent',
    parameters: [
      numberParameter,
      answerParameter,
      queryParameter('language', 'That of the ticket when absent', { type: 'string' }),
    ],
    responses: {
      200: json('What the customer would get', 'FilledAnswer'),
      404: problem('There is no such ticket or answer'),
    },
  },
  exportTicket: {
    summary:
      'The mails of a ticket as one mailbox, as a zip of single mails, or the ticket as a PDF file',
    parameters: [
      numberParameter,
      queryParameter('format', 'eml is a zip of single mails', {
        type: 'string',
        enum: [...exportForms],
        default: 'mbox',
      }),
      queryParameter('notes', 'With notes, calls and what was done', {
        type: 'boolean',
        default: false,
      }),
      queryParameter('whole', 'Whole files with their blocks; not for PDF', {
        type: 'boolean',
        default: false,
      }),
    ],
    responses: { 200: file('The file', '*/*'), 422: problem('A parameter is not accepted') },
  },
  readDescription: {
    summary: 'This description',
    responses: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
    },
  },
  readHealth: {
    summary: 'Whether the desk should be sent work',
    responses: {
      200: json('Serving', 'Health'),
      503: json('Starting, or its storage fails', 'Health'),
    },
  },
  readMetrics: {
    summary: 'Figures in the text format of Prometheus',
    responses: {
      200: { description: 'Figures', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  },
};
