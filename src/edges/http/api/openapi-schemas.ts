/**
 * The shapes of the API's bodies as JSON Schema (the 2020-12 dialect that OpenAPI 3.1 uses).
 *
 * Promises: the objects of answers list every key as required, because every key is always there; the
 * objects of requests allow no others.
 */
import { bounceActions } from '../../../core/delivery/bounce.ts';
import { choosableStates, priorities, ticketStates } from '../../../core/ticket/states.ts';
import { auditEvents } from '../../../services/audit/entry.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const flag: Schema = { type: 'boolean' };
const time: Schema = { type: 'string', format: 'date-time' };
const absent: Schema = { type: 'null' };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: Schema): Schema => ({ type: 'array', items });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, absent] });

/** An object of an answer. */
function answer(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** An object of a request. */
function request(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

const recipients: Schema = {
  description: 'One address or a list of them',
  anyOf: [ref('Recipient'), list(ref('Recipient'))],
};

const settableState: Schema = { type: 'string', enum: choosableStates };
const clearable = (description: string): Schema => ({ ...orNull(text), description });

export const schemas: Readonly<Record<string, Schema>> = {
  Address: answer({ name: text, address: text }),
  Recipient: {
    description: 'A text such as `Name <name@example.org>`, or an object',
    anyOf: [text, request({ name: text, address: text }, ['address'])],
  },
  Attachment: answer({ id: whole, name: text, type: text, size: whole, inline: flag }),
  Bounce: {
    ...answer({
      action: { type: 'string', enum: bounceActions },
      recipient: orNull(text),
      reason: orNull(text),
      originalMessageId: orNull(text),
    }),
    description: 'On a report about mail of ours: the worst that it says',
  },
  MailProblem: answer({ code: text, detail: text }),
  Message: answer({
    id: text,
    kind: text,
    direction: { type: 'string', enum: ['in', 'out', 'internal'] },
    from: orNull(ref('Address')),
    to: list(ref('Address')),
    cc: list(ref('Address')),
    subject: text,
    date: time,
    text,
    html: orNull(text),
    attachments: list(ref('Attachment')),
    verdicts: answer({
      spam: orNull(answer({ flag, score: { type: 'number' }, by: text })),
      virus: orNull(answer({ found: flag, name: orNull(text) })),
      sender: orNull(answer({ spf: text, dkim: text, dmarc: text })),
    }),
    automatic: { ...flag, description: 'Whether no person wrote it for us' },
    bounce: orNull(ref('Bounce')),
    followUp: orNull(answer({ rule: text })),
    problems: list(ref('MailProblem')),
  }),
  Change: answer({
    kind: { type: 'string', enum: ['set', 'add', 'remove'] },
    field: text,
    value: text,
  }),
  Event: answer({ time, actor: text, kind: text, changes: list(ref('Change')) }),
  Ticket: answer({
    number: text,
    subject: text,
    queue: text,
    state: { type: 'string', enum: ticketStates },
    priority: { type: 'string', enum: priorities },
    owner: orNull(text),
    lock: orNull(text),
    language: orNull(text),
    customer: orNull(ref('Address')),
    participants: list(text),
    tags: list(text),
    created: time,
    updated: time,
    due: answer({ firstResponse: absent, update: absent, solution: absent }),
    messages: list(ref('Message')),
    events: list(ref('Event')),
  }),
  TicketSummary: answer({
    number: text,
    subject: text,
    queue: text,
    state: { type: 'string', enum: ticketStates },
    priority: { type: 'string', enum: priorities },
    owner: orNull(text),
    language: orNull(text),
    customer: orNull(ref('Address')),
    tags: list(text),
    created: time,
    updated: time,
    messageCount: whole,
    snippet: text,
    marks: list(text),
    delivery: orNull(text),
  }),
  TicketPage: answer({
    tickets: list(ref('TicketSummary')),
    next: { ...orNull(text), description: 'The `after` of the next page; null on the last one' },
    total: whole,
    complete: { ...flag, description: 'False while search has not seen all that is listed' },
  }),
  Reply: request(
    {
      text,
      to: recipients,
      cc: recipients,
      subject: text,
      state: settableState,
      inReplyTo: {
        ...text,
        description: 'The `id` of the answered message; the newest of the customer when absent',
      },
    },
    ['text'],
  ),
  Note: request({ text }, ['text']),
  Update: request(
    {
      state: settableState,
      queue: text,
      owner: clearable('A login; null for nobody'),
      priority: { type: 'string', enum: priorities },
      subject: text,
      language: clearable('A language tag; null when not known'),
      addTags: list(text),
      removeTags: list(text),
    },
    [],
  ),
  Receipt: answer({ ticket: text, message: text }),
  AuditEntry: answer({
    time,
    event: { type: 'string', enum: auditEvents },
    agent: orNull(text),
    by: orNull(text),
    way: orNull(text),
    detail: orNull(text),
    ticket: orNull(text),
    what: orNull(text),
    address: orNull(text),
    browser: orNull(text),
  }),
  AuditPage: answer({
    entries: list(ref('AuditEntry')),
    complete: { ...flag, description: 'False when there may be more' },
  }),
  Health: answer({
    status: { type: 'string', enum: ['ok', 'starting', 'degraded'] },
    index: answer({ ready: flag }),
    outbox: answer({ waiting: orNull(whole) }),
    configuration: answer({ problems: whole }),
    mails: answer({ unaccounted: whole }),
  }),
  Problem: {
    type: 'object',
    description: 'RFC 9457',
    properties: { type: text, title: text, status: whole, code: text, detail: text, logId: text },
    required: ['type', 'title', 'status', 'code', 'detail'],
  },
};
