/**
 * The description of the API (OpenAPI 3.1), served at `/api/v1/openapi.json`.
 *
 * Promises: every route is described and every description has a route: the table of operations does not
 * compile otherwise. Leaves to others: the shapes of answers in words (openapi-schemas.ts).
 */
import { mostListed, sortNames } from '../../../services/present/list-request.ts';
import { schemas } from './openapi-schemas.ts';
import { apiRoutes, type Operation } from './routes.ts';
import { scopeOf, scopeWords } from './scopes.ts';

type Json = Readonly<Record<string, unknown>>;

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

interface Described {
  readonly summary: string;
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Json;
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

function json(description: string, schema: string): Json {
  return { description, content: { 'application/json': { schema: ref(schema) } } };
}

function problem(description: string): Json {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } };
}

function jsonBody(schema: string): Json {
  return { required: true, content: { 'application/json': { schema: ref(schema) } } };
}

function pathParameter(name: string, description: string): Json {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

function queryParameter(name: string, description: string, schema: Json): Json {
  return { name, in: 'query', required: false, description, schema };
}

const numberParameter = pathParameter('number', 'The ticket number');
const messageParameter = pathParameter('id', 'The `id` of a message');
const unknownTicket = problem('There is no such ticket');
const unknownMessage = problem('There is no such ticket or message');
const badBody = {
  400: problem('The body is not a JSON object'),
  413: problem('The body is larger than 1 MB'),
  415: problem('The body is not JSON'),
  422: problem('A key or value is not accepted'),
};
const receipt = {
  200: json('Written durably', 'Receipt'),
  404: unknownTicket,
  409: problem('The ticket was merged into another'),
  ...badBody,
};
const file = (description: string, type: string): Json => ({
  description,
  content: { [type]: { schema: { type: 'string', format: 'binary' } } },
});

const operations: Readonly<Record<Operation, Described>> = {
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
    ],
    responses: {
      200: json('A page of tickets', 'TicketPage'),
      422: problem('A parameter is not accepted'),
    },
  },
  readTicket: {
    summary: 'A ticket with its messages and its history',
    parameters: [numberParameter],
    responses: { 200: json('The ticket', 'Ticket'), 404: unknownTicket },
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
      pathParameter('attachment', 'The `id` of an attachment'),
    ],
    responses: { 200: file('The attachment, with its own media type', '*/*'), 404: unknownMessage },
  },
  replyToTicket: {
    summary: 'Send an answer; it goes to the customer when no recipient is named',
    parameters: [numberParameter],
    requestBody: jsonBody('Reply'),
    responses: receipt,
  },
  noteOnTicket: {
    summary: 'Add an internal note, which is never sent',
    parameters: [numberParameter],
    requestBody: jsonBody('Note'),
    responses: receipt,
  },
  updateTicket: {
    summary: 'Change fields and tags of a ticket',
    parameters: [numberParameter],
    requestBody: jsonBody('Update'),
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
