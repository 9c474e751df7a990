/**
 * The shapes of the API's bodies as JSON Schema (the 2020-12 dialect that OpenAPI 3.1 uses).
 *
 * Promises: the objects of answers list every key as required, because every key is always there; the
 * objects of requests allow no others.
 */
import { answerWords, appointmentStatuses } from '../../../core/appointment/appointment.ts';
import { bounceActions } from '../../../core/delivery/bounce.ts';
import { targetKinds } from '../../../core/escalation/targets.ts';
import { choosableStates, priorities, ticketStates } from '../../../core/ticket/states.ts';
import { auditEvents } from '../../../services/audit/entry.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const flag: Schema = { type: 'boolean' };
const ifUnchangedSince: Schema = {
  type: 'string',
  format: 'date-time',
  description: 'The `updated` of the ticket as you read it; what others did later makes a 409',
};
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

const appointmentTime: Schema = {
  type: 'string',
  examples: ['2026-11-27T09:00:00Z', '2026-11-27 10:00', '2026-11-27'],
};

const recipients: Schema = {
  description: 'One address or a list of them',
  anyOf: [ref('Recipient'), list(ref('Recipient'))],
};

const appointmentKeys: Readonly<Record<string, Schema>> = {
  summary: text,
  start: appointmentTime,
  end: { ...appointmentTime, description: 'One hour later, or the same day, when absent' },
  zone: { ...text, description: 'Time zone such as Europe/Berlin; that of the desk when absent' },
  place: text,
  text,
  people: recipients,
  agents: list(text),
};

const settableState: Schema = {
  ...text,
  description: `One of ${choosableStates.join(', ')}, or the key of a state of the desk's own`,
};
const texts = (description: string): Schema => ({
  type: 'object',
  additionalProperties: text,
  description,
});
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
  Event: answer({
    id: text,
    time,
    actor: text,
    kind: text,
    via: { ...orNull(text), description: 'By which way: viewer, api, cli, mail, smtp, hand …' },
    changes: list(ref('Change')),
  }),
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
    due: {
      ...answer({ firstResponse: orNull(time), update: orNull(time), solution: orNull(time) }),
      description: 'When what is owed is due; null while nothing is owed, or its clock is paused',
    },
    messages: list(ref('Message')),
    events: list(ref('Event')),
    stateName: { ...orNull(text), description: "Key of a state of the desk's own" },
    responsible: orNull(text),
    pendingUntil: { ...orNull(time), description: 'When a wait ends' },
    lockUntil: orNull(time),
    closeReason: orNull(text),
    watchers: list(text),
    links: { ...list(text), description: '`KIND:NUMBER`' },
    fields: texts('Custom fields by name'),
    sla: { ...orNull(text), description: 'The service level that the ticket names' },
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
    stateName: orNull(text),
    pendingUntil: orNull(time),
  }),
  TicketPage: answer({
    tickets: list(ref('TicketSummary')),
    next: { ...orNull(text), description: 'The `after` of the next page; null on the last one' },
    total: whole,
    complete: { ...flag, description: 'False while search has not seen all that is listed' },
    archive: {
      ...answer({ searched: whole, months: whole }),
      description:
        'Months of the archive that may hold what is asked for, and how many were searched',
    },
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
      all: { ...flag, description: 'To everybody whom the answered mail names' },
      attachments: list(ref('File')),
      sendAt: {
        ...text,
        description: 'When it goes out, as an ISO 8601 time ahead; at once when absent',
      },
      ifUnchangedSince,
      module: {
        ...text,
        description:
          'Id of a text module, such as `billing/refund`, that is filled in with its files and state; `text` goes below it and may be absent then',
      },
    },
    [],
  ),
  Note: request({ text, attachments: list(ref('File')), ifUnchangedSince }, ['text']),
  File: request(
    {
      name: text,
      type: { ...text, description: 'Media type; by the name when absent' },
      content: { ...text, contentEncoding: 'base64' },
      contentId: { ...text, description: 'Of an image that the text shows as `![name](cid:ID)`' },
    },
    ['name', 'content'],
  ),
  Forward: request(
    {
      to: recipients,
      cc: recipients,
      subject: text,
      text: { ...text, description: 'Stands above the forwarded message' },
      message: { ...text, description: 'The `id` of the message' },
      attach: {
        description: 'Ids of its attachments, or `original` for the whole mail as an attachment',
        anyOf: [list(whole), { type: 'string', enum: ['original'] }],
      },
      attachments: list(ref('File')),
      state: settableState,
    },
    ['to', 'message'],
  ),
  Resend: request({ to: recipients, message: text }, ['to', 'message']),
  Call: request(
    {
      direction: { type: 'string', enum: ['in', 'out'] },
      text,
      phone: text,
      attachments: list(ref('File')),
      state: settableState,
    },
    ['direction', 'text'],
  ),
  NewTicket: request(
    {
      via: { type: 'string', enum: ['mail', 'phone'] },
      queue: { ...text, description: 'That of the desk when absent' },
      subject: text,
      text,
      to: { ...recipients, description: 'Of a ticket by mail; the first is the customer' },
      cc: recipients,
      customer: { ...ref('Recipient'), description: 'Who called, or whose ticket it is' },
      phone: { ...text, description: 'The number of a caller' },
      direction: { type: 'string', enum: ['in', 'out'] },
      attachments: list(ref('File')),
      state: settableState,
      priority: { type: 'string', enum: priorities },
      owner: text,
    },
    ['via', 'subject', 'text'],
  ),
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
      responsible: clearable('A login; null for nobody'),
      pendingUntil: clearable('A time to come; without a state it is a reminder'),
      closeReason: clearable('Together with a state that ends the ticket'),
      lock: clearable('A login; null unlocks'),
      sla: clearable('Name of a service level; null for the one that applies by itself'),
      fields: {
        type: 'object',
        additionalProperties: orNull(text),
        description: 'Custom fields by name; null clears',
      },
      addLinks: { ...list(text), description: '`KIND:NUMBER`: related, parent, child, duplicate' },
      removeLinks: list(text),
      addWatchers: list(text),
      removeWatchers: list(text),
      addParticipants: list(text),
      removeParticipants: list(text),
    },
    [],
  ),
  Merge: request({ into: { ...text, description: 'A ticket number' } }, ['into']),
  Nothing: request({}, []),
  Split: request(
    {
      message: { ...text, description: 'The `id` of the message' },
      subject: { ...text, description: 'Of the new ticket; that of the message when absent' },
      queue: { ...text, description: 'Of the new ticket; that of the old one when absent' },
    },
    ['message'],
  ),
  Move: request(
    {
      message: { ...text, description: 'The `id` of the message' },
      into: { ...text, description: 'A ticket number' },
    },
    ['message', 'into'],
  ),
  Undo: request({ event: { ...text, description: 'The `id` of an event' } }, []),
  Regrouped: answer({
    ticket: { ...text, description: 'The ticket in which one goes on' },
    changed: list(text),
  }),
  Bulk: request(
    {
      tickets: list(text),
      q: { ...text, description: 'A search, instead of `tickets`' },
      action: { type: 'string', enum: ['merge', 'spam', 'not-spam', 'watch'] },
      state: settableState,
      queue: text,
      owner: clearable('A login; null for nobody'),
      priority: { type: 'string', enum: priorities },
      addTags: list(text),
      removeTags: list(text),
      reason: { ...text, description: 'Kept as a note in each ticket' },
      dryRun: { ...flag, description: 'Nothing is changed; the answer says what would be' },
    },
    [],
  ),
  BulkReport: answer({
    batch: { ...orNull(text), description: 'What an undo names; null for what was only asked' },
    state: { type: 'string', enum: ['planned', 'ended', 'stopped'] },
    changed: list(text),
    skipped: list(answer({ ticket: text, code: text, detail: text })),
  }),
  Appointments: answer({ appointments: list(ref('Appointment')) }),
  Appointment: answer({
    uid: text,
    sequence: whole,
    status: { type: 'string', enum: appointmentStatuses },
    origin: { type: 'string', enum: ['ours', 'theirs'] },
    summary: text,
    start: { ...text, description: 'An instant, or a day of whole days' },
    end: { ...text, description: 'An instant, or the last day' },
    allDay: flag,
    zone: text,
    place: text,
    text,
    people: list(
      answer({
        name: text,
        address: text,
        answer: orNull({ type: 'string', enum: answerWords }),
        comment: text,
        message: orNull(text),
      }),
    ),
    agents: list(text),
    message: text,
  }),
  MakeAppointment: request(appointmentKeys, ['summary', 'start']),
  ChangeAppointment: request(appointmentKeys, []),
  CancelAppointment: request({ text }, []),
  HandOver: request(
    {
      owner: { ...text, description: 'A login; this or `queue`' },
      queue: { ...text, description: 'Its team; then nobody owns the ticket' },
      text: { ...text, description: 'The reason' },
    },
    ['text'],
  ),
  AskAdvice: request({ agent: { ...text, description: 'A login' }, text }, ['agent', 'text']),
  EndAdvice: request({ agent: { ...text, description: 'A login; oneself when absent' }, text }, []),
  Reason: request({ text }, ['text']),
  Customer: answer({
    address: text,
    addresses: list(text),
    name: orNull(text),
    language: orNull(text),
    timeZone: orNull(text),
    company: orNull(text),
    notes: text,
    standing: orNull(
      answer({
        kind: { type: 'string', enum: ['blocked', 'muted'] },
        by: text,
        since: orNull(text),
        agent: orNull(text),
      }),
    ),
    domain: orNull(text),
    tickets: list(ref('TicketSummary')),
    domainTickets: list(ref('TicketSummary')),
  }),
  Answer: answer({
    id: text,
    language: text,
    title: text,
    keywords: list(text),
    shortcut: text,
    queues: { ...list(text), description: 'Empty for every queue' },
    kind: { type: 'string', enum: ['piece', 'answer'] },
    state: { ...orNull(text), description: 'Of the ticket after it was sent' },
    attachments: list(text),
    text: { ...text, description: 'With placeholders' },
  }),
  AnswerPage: answer({ answers: list(ref('Answer')) }),
  FilledAnswer: answer({
    id: text,
    language: text,
    ticket: text,
    salutation: text,
    text,
    signature: text,
    cursor: { ...orNull({ type: 'integer' }), description: 'Where writing goes on' },
    missing: { ...list(text), description: 'Names without value and fallback' },
    modules: { ...list(text), description: 'What went into it, itself first' },
    attachments: list(text),
    state: orNull(text),
  }),
  CustomerChange: request(
    {
      name: clearable('The name of the person'),
      language: clearable('A language tag'),
      timeZone: clearable('An IANA name such as Europe/Berlin'),
      company: clearable('The name of the company'),
      notes: clearable('Notes, never sent'),
      join: list(text),
      unjoin: list(text),
      muted: { type: 'string', enum: ['yes', 'no'] },
      blocked: { type: 'string', enum: ['yes', 'no'] },
    },
    [],
  ),
  Receipt: answer({ ticket: text, message: text }),
  Waiting: answer({ ticket: text, draft: text, sendAt: text }),
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
  Escalations: answer({
    at: time,
    figures: answer({
      late: whole,
      dueWithinHour: { ...whole, description: 'Late ones left out' },
      unowned: whole,
      open: whole,
      firstAnswerMinutes: {
        ...orNull(whole),
        description: 'Working time within which half of the first answers of today were given',
      },
      answeredToday: whole,
    }),
    tickets: list(ref('EscalatingTicket')),
    total: { ...whole, description: 'Of tickets that have something due' },
  }),
  EscalatingTicket: answer({
    number: text,
    subject: text,
    queue: text,
    priority: { type: 'string', enum: priorities },
    owner: orNull(text),
    customer: orNull(ref('Address')),
    clock: { type: 'string', enum: targetKinds, description: 'The one that is due first' },
    started: time,
    due: time,
    level: whole,
    steps: list(
      answer({
        time,
        clock: { type: 'string', enum: targetKinds },
        percent: whole,
        message: text,
        did: { ...list(text), description: 'Such as `level=2` or `tell=ben`' },
      }),
    ),
    next: orNull(
      answer({
        at: time,
        clock: { type: 'string', enum: targetKinds },
        percent: whole,
        actions: list(text),
      }),
    ),
  }),
  FiguresSpread: answer({ median: orNull(whole), ninth: orNull(whole) }),
  FiguresTimes: answer({
    count: whole,
    wall: ref('FiguresSpread'),
    working: ref('FiguresSpread'),
  }),
  Figures: answer({
    period: answer({ from: text, to: text, by: text, timeZone: text }),
    queue: orNull(text),
    team: orNull(text),
    agent: orNull(text),
    language: orNull(text),
    now: answer({
      open: whole,
      unowned: whole,
      openedToday: whole,
      closedToday: whole,
      unanswered: whole,
      late: whole,
      unansweredSince: orNull(text),
    }),
    sum: answer({
      opened: whole,
      reopened: whole,
      arrived: whole,
      closed: whole,
      left: whole,
      theirs: whole,
      ours: whole,
      withModules: whole,
      openBefore: whole,
      openAfter: whole,
      shareWithModules: orNull({ type: 'number' }),
    }),
    firstResponse: ref('FiguresTimes'),
    solution: ref('FiguresTimes'),
    tables: {
      type: 'object',
      description: 'The tables of the overview by name, each a list of rows',
      additionalProperties: { type: 'array', items: { type: 'object' } },
    },
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
