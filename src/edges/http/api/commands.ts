/** The routes that change something: answers, notes, updates, mail handed in. */
import { parseInstant } from '../../../base/clock.ts';
import type { ReplyCommand, TicketCommand } from '../../../core/ticket/decide.ts';
import type { Change } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { replyWithModule } from '../../../services/answers/module-reply.ts';
import { toWaiting } from '../../../services/drafts/send-later.ts';
import type { IntakeOutcome } from '../../../services/intake/incoming.ts';
import { type AnswerRequest, findRecipients } from '../../../services/recipients.ts';
import {
  type BodyReader,
  mostBytes,
  readBytes,
  readJson,
  requireType,
  unknownKey,
} from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { fieldKeys, readFieldChanges } from './field-changes.ts';
import { ApiRefusal, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type CommandOperation = Extract<
  AgentOperation,
  | 'replyToTicket'
  | 'noteOnTicket'
  | 'updateTicket'
  | 'deliverMail'
  | 'removeTicket'
  | 'restoreTicket'
>;

const replyKeys = [
  'text',
  'to',
  'cc',
  'subject',
  'state',
  'inReplyTo',
  'all',
  'attachments',
  'sendAt',
  'ifUnchangedSince',
  'module',
];
const updateFields = ['state', 'queue', 'owner', 'priority', 'subject', 'language'];
const updateKeys = [...updateFields, 'addTags', 'removeTags', ...fieldKeys];
/** A client that names no media type, or only "bytes", means a mail here. */
const mailTypes = ['message/rfc822', 'message/global', 'application/octet-stream', undefined];

export function createTicketCommands(deps: ApiDeps): Record<CommandOperation, AgentRoute> {
  const { tickets, sendLater, prepared, reader, intake, config } = deps;

  async function run(ctx: ApiContext, agent: Agent, command: TicketCommand): Promise<void> {
    const result = await tickets.run(numberOf(ctx), command, { kind: 'agent', login: agent.login });
    if (!result.ok) throw refusalOf(result.refusal);
    ctx.body = { ticket: result.value.ticket, message: result.value.message };
  }

  /** At once, or kept until its time. */
  async function reply(
    ctx: ApiContext,
    agent: Agent,
    { command, at }: { command: ReplyCommand; at: string | undefined },
  ): Promise<void> {
    if (at === undefined) return run(ctx, agent, command);
    const number = numberOf(ctx);
    const result = await sendLater(number, { command, login: agent.login, at });
    if (!result.ok) throw refusalOf(result.refusal);
    ctx.status = 202;
    ctx.body = toWaiting(number, result.value);
  }

  /** The answer with a text module in it. */
  async function fill(
    ctx: ApiContext,
    agent: Agent,
    { own: command, module }: { own: ReplyCommand; module: string },
  ): Promise<ReplyCommand> {
    const number = numberOf(ctx);
    const folder = await reader.read(number);
    if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
    const made = await replyWithModule(prepared, { folder, agent, command, module });
    if (!made.ok) throw refusalOf(made.refusal);
    return made.value;
  }

  async function recipientsOf(number: TicketNumber, request: AnswerRequest) {
    const folder = await reader.read(number);
    if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
    return findRecipients({ reader, config: config.current() }, folder, request);
  }

  return {
    async replyToTicket(ctx, agent) {
      const body = await readJson(ctx, replyKeys, mostBytes(config.current()));
      const inReplyTo = body.optionalText('inReplyTo');
      const subject = body.optionalText('subject');
      const to = body.addresses('to');
      const toAll = body.flag('all');
      const found =
        to === undefined
          ? await recipientsOf(numberOf(ctx), { inReplyTo, toAll, self: agent.email })
          : { to, cc: [] };
      const module = body.optionalText('module');
      const own: ReplyCommand = {
        kind: 'reply',
        text: module === undefined ? body.text('text') : (body.optionalText('text') ?? ''),
        to: found.to,
        cc: body.addresses('cc') ?? found.cc,
        attachments: body.files('attachments'),
        changes: readSettings(body, ['state']),
        ...(subject === undefined ? {} : { subject }),
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
        ...readSeen(body),
      };
      const command = module === undefined ? own : await fill(ctx, agent, { own, module });
      await reply(ctx, agent, { command, at: body.optionalText('sendAt') });
    },

    async noteOnTicket(ctx, agent) {
      const body = await readJson(
        ctx,
        ['text', 'ifUnchangedSince', 'attachments'],
        mostBytes(config.current()),
      );
      const attachments = body.files('attachments');
      await run(ctx, agent, {
        kind: 'note',
        text: body.text('text'),
        attachments,
        ...readSeen(body),
      });
    },

    async updateTicket(ctx, agent) {
      const body = await readJson(ctx, updateKeys);
      const changes: readonly Change[] = [
        ...readSettings(body, updateFields),
        ...body.texts('addTags').map((value): Change => ({ kind: 'add', set: 'tag', value })),
        ...body.texts('removeTags').map((value): Change => ({ kind: 'remove', set: 'tag', value })),
        ...readFieldChanges(body),
      ];
      await run(ctx, agent, { kind: 'update', changes });
    },

    async removeTicket(ctx, agent) {
      await run(ctx, agent, { kind: 'remove' });
    },

    async restoreTicket(ctx, agent) {
      await run(ctx, agent, { kind: 'restore' });
    },

    async deliverMail(ctx, agent) {
      requireType(ctx, mailTypes);
      const { desk, queues } = config.current();
      const queue = readQueue(
        ctx,
        queues.map(({ name }) => name),
      );
      const outcome = await intake.process({
        raw: await readBytes(ctx, desk.maxMessageBytes),
        via: 'api',
        sender: undefined,
        recipients: [],
        client: `${agent.login} ([${ctx.ip}])`,
        ...(queue === undefined ? {} : { queue }),
      });
      if (outcome.outcome !== 'filed') throw notFiled(outcome);
      const { ticket, message } = outcome;
      ctx.status = 201;
      ctx.set('Location', `/api/v1/tickets/${ticket}`);
      ctx.body = { ticket, message };
    },
  };
}

/** The `updated` of the ticket as the program read it: what others did later makes a 409. */
function readSeen(body: BodyReader): Pick<ReplyCommand, 'seen'> {
  const value = body.optionalText('ifUnchangedSince');
  if (value === undefined) return {};
  const time = parseInstant(value);
  if (time === undefined) throw refusalOf({ code: 'bad-time', value });
  return { seen: { kind: 'time', time } };
}

function notFiled(outcome: Exclude<IntakeOutcome, { outcome: 'filed' }>): ApiRefusal {
  return outcome.outcome === 'quarantined'
    ? new ApiRefusal({
        code: 'mail-quarantined',
        detail: `The mail carries a virus and lies in quarantine as "${outcome.name}"; an admin may release it`,
      })
    : new ApiRefusal({ code: 'mail-refused', detail: `The mail is refused: ${outcome.reason}` });
}

export function readSettings(body: BodyReader, fields: readonly string[]): readonly Change[] {
  return fields.flatMap((field): readonly Change[] => {
    const value = body.clearableText(field);
    return value === undefined ? [] : [{ kind: 'set', field, value }];
  });
}

/** The queue as it is spelled in the configuration. */
function readQueue(ctx: ApiContext, known: readonly string[]): string | undefined {
  const parameters = new URLSearchParams(ctx.querystring);
  for (const key of parameters.keys()) {
    if (key !== 'queue') throw unknownKey(key, ['queue']);
  }
  const asked = parameters.get('queue');
  if (asked === null) return undefined;
  const queue = known.find((name) => name.toLowerCase() === asked.toLowerCase());
  if (queue === undefined) throw refusalOf({ code: 'unknown-queue', value: asked, known });
  return queue;
}
