/** What descriptions of operations are made of: parameters, bodies and answers of OpenAPI 3.1. */

export type Json = Readonly<Record<string, unknown>>;

export interface Described {
  readonly summary: string;
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Json;
}

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

export function json(description: string, schema: string): Json {
  return { description, content: { 'application/json': { schema: ref(schema) } } };
}

export function problem(description: string): Json {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } };
}

export function jsonBody(schema: string): Json {
  return { required: true, content: { 'application/json': { schema: ref(schema) } } };
}

export function pathParameter(name: string, description: string): Json {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

export function queryParameter(name: string, description: string, schema: Json): Json {
  return { name, in: 'query', required: false, description, schema };
}

export const numberParameter = pathParameter('number', 'The ticket number');
export const messageParameter = pathParameter('id', 'The `id` of a message');
export const addressParameter = pathParameter('address', 'An address of the customer');
export const answerParameter = pathParameter(
  'id',
  'Folder and name of the answer, the stroke between them as `%2F`: `billing%2Frefund`',
);
export const unknownTicket = problem('There is no such ticket');
export const unknownMessage = problem('There is no such ticket or message');
export const badBody = {
  400: problem('The body is not a JSON object'),
  413: problem('The body is larger than 1 MB and what a mail may carry'),
  415: problem('The body is not JSON'),
  422: problem('A key or value is not accepted'),
};
export const receipt = {
  200: json('Written durably', 'Receipt'),
  404: unknownTicket,
  409: problem('The ticket was merged into another, or changed'),
  ...badBody,
};
export const notAllowed = problem(
  'The right to move is missing in the queue of one of the tickets',
);
export const regrouped = {
  200: json('Written durably', 'Regrouped'),
  403: notAllowed,
  404: unknownMessage,
  409: problem('The state of the tickets speaks against it'),
  ...badBody,
};
export const marked = {
  200: json('Written durably', 'Receipt'),
  403: notAllowed,
  404: unknownTicket,
  409: problem('There is no queue for spam, or the ticket was merged'),
  422: problem('The ticket is there already'),
};
export const bulkAnswer = {
  200: json('What was changed, and what was not and why', 'BulkReport'),
  409: problem('There is nothing to take back'),
  ...badBody,
};
export const file = (description: string, type: string): Json => ({
  description,
  content: { [type]: { schema: { type: 'string', format: 'binary' } } },
});
