/** The operations about the desk, about what is the agent's own, and about drafts, as OpenAPI 3.1 describes them. */
import {
  badBody,
  type Described,
  json,
  jsonBody,
  numberParameter,
  pathParameter,
  problem,
  unknownTicket,
} from './openapi-words.ts';
import type { AgentOperation } from './routes.ts';

type DeskOperation = Extract<
  AgentOperation,
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
>;

const draftParameter = pathParameter('draft', 'The `id` of the draft');
const entryParameter = pathParameter('entry', 'The `name` of the mail');
const unknownDraft = problem('There is no such ticket, or no such draft of the agent');
const unknownEntry = problem('There is no such mail');

export const deskOperations: Readonly<Record<DeskOperation, Described>> = {
  readAgent: {
    summary: 'Whose token it is',
    responses: { 200: json('The agent', 'Self') },
  },
  listQueues: {
    summary: 'The queues that the agent sees, with what is open and what he may do there',
    responses: { 200: json('The queues', 'QueueList') },
  },
  listAgents: {
    summary: 'Everybody who can be given work',
    responses: { 200: json('The agents', 'AgentList') },
  },
  listNotifications: {
    summary: 'What the agent was told in the page, the newest first',
    responses: { 200: json('At most a hundred', 'NotificationList') },
  },
  readNotifications: {
    summary: 'Takes all that the agent was told as read',
    responses: { 200: json('Done', 'ReadUpTo'), ...badBody },
  },
  snoozeTicket: {
    summary:
      'Puts the ticket aside for the agent alone, until a time or until something happens in it',
    parameters: [numberParameter],
    requestBody: jsonBody('SnoozeRequest'),
    responses: { 200: json('Done', 'Snoozed'), 404: unknownTicket, ...badBody },
  },
  wakeTicket: {
    summary: 'Brings back a ticket that was put aside',
    parameters: [numberParameter],
    responses: { 200: json('Done', 'Snoozed'), 404: unknownTicket, ...badBody },
  },
  listDrafts: {
    summary: "The agent's own drafts in the ticket, those that wait for their time among them",
    parameters: [numberParameter],
    responses: { 200: json('The drafts', 'DraftList'), 404: unknownTicket },
  },
  saveDraft: {
    summary:
      'Keeps an answer or a note that is being written; with an `id`, the next version of that draft',
    parameters: [numberParameter],
    requestBody: jsonBody('DraftRequest'),
    responses: {
      200: json('Kept', 'Draft'),
      201: json('A new draft', 'Draft'),
      404: unknownDraft,
      409: problem('It was saved elsewhere after this `revision`'),
      ...badBody,
    },
  },
  scheduleDraft: {
    summary: 'Sends the draft `now`, at a time, or (`null`) calls it back',
    parameters: [numberParameter, draftParameter],
    requestBody: jsonBody('ScheduleRequest'),
    responses: {
      200: json('Done', 'Draft'),
      404: unknownDraft,
      409: problem('It was sent already'),
      ...badBody,
    },
  },
  discardDraft: {
    summary: 'Throws the draft away',
    parameters: [numberParameter, draftParameter],
    responses: { 200: json('Done', 'Discarded'), 404: unknownDraft, ...badBody },
  },
  listOutbox: {
    summary: 'Mails that wait to be sent, the oldest first, of tickets that the agent sees',
    responses: { 200: json('At most five hundred', 'OutboxList') },
  },
  listTrouble: {
    summary: 'Mails that need a human, the oldest first',
    responses: { 200: json('The mails', 'TroubleList') },
  },
  readTroubleMail: {
    summary: 'The mail as it came. Admins only',
    parameters: [entryParameter],
    responses: {
      200: {
        description: 'RFC 5322, byte for byte',
        content: { 'message/rfc822': { schema: { type: 'string', format: 'binary' } } },
      },
      404: unknownEntry,
    },
  },
  releaseTrouble: {
    summary: 'Files the mail in a ticket. Admins only',
    parameters: [entryParameter],
    responses: { 200: json('What became of it', 'Released'), 404: unknownEntry, ...badBody },
  },
  listHooks: {
    summary: 'Webhooks and programs, with what they have still to be told. Admins only',
    responses: { 200: json('The hooks', 'HookList') },
  },
};
