/** The routes by which mails are sent on, calls noted, and tickets opened by an agent. */
import type { Result } from '../../../base/result.ts';
import type { NewTicket, Refusal } from '../../../core/ticket/decide.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { withForwardedText } from '../../../services/forward-text.ts';
import type { Receipt } from '../../../services/tickets.ts';
import { type BodyReader, mostBytes, readJson } from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { readSettings } from './commands.ts';
import { ApiRefusal, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type ComposeOperation = Extract<
  AgentOperation,
  'openTicket' | 'forwardMessage' | 'resendMessage' | 'noteCall'
>;

const forwardKeys = ['to', 'cc', 'subject', 'text', 'message', 'attach', 'attachments', 'state'];
const callKeys = ['direction', 'text', 'phone', 'attachments', 'state'];
const newFields = ['state', 'priority', 'owner'];
const newKeys = [
  'via',
  'queue',
  'subject',
  'text',
  'to',
  'cc',
  'customer',
  'phone',
  'direction',
  'attachments',
  ...newFields,
];

export function createComposing(deps: ApiDeps): Record<ComposeOperation, AgentRoute> {
  const { tickets, reader, config } = deps;
  const actorOf = ({ login }: Agent) => ({ kind: 'agent', login }) as const;
  const read = (ctx: ApiContext, keys: readonly string[]) =>
    readJson(ctx, keys, mostBytes(config.current()));

  return {
    async openTicket(ctx, agent) {
      const body = await read(ctx, newKeys);
      const request = readNewTicket(body, config.current().desk.defaultQueue);
      answer(ctx, await tickets.openNew(request, actorOf(agent)));
      ctx.status = 201;
    },

    async forwardMessage(ctx, agent) {
      const body = await read(ctx, forwardKeys);
      const number = numberOf(ctx);
      const folder = await reader.read(number);
      if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
      const message = body.text('message');
      const subject = body.optionalText('subject');
      const text = body.optionalText('text') ?? '';
      const { timeZone } = config.current().desk;
      const outcome = await tickets.run(
        number,
        {
          kind: 'forward',
          to: body.addresses('to') ?? [],
          cc: body.addresses('cc') ?? [],
          ...(subject === undefined ? {} : { subject }),
          text: await withForwardedText(reader, folder, { message, text, timeZone }),
          message,
          attach: body.isText('attach', 'original') ? 'original' : body.numbers('attach'),
          attachments: body.files('attachments'),
          changes: readSettings(body, ['state']),
        },
        actorOf(agent),
      );
      answer(ctx, outcome);
    },

    async resendMessage(ctx, agent) {
      const body = await read(ctx, ['to', 'message']);
      const to = body.addresses('to') ?? [];
      const command = { kind: 'resend', to, message: body.text('message') } as const;
      answer(ctx, await tickets.run(numberOf(ctx), command, actorOf(agent)));
    },

    async noteCall(ctx, agent) {
      const body = await read(ctx, callKeys);
      const phone = body.optionalText('phone');
      const outcome = await tickets.run(
        numberOf(ctx),
        {
          kind: 'call',
          direction: readDirection(body) ?? 'in',
          text: body.text('text'),
          ...(phone === undefined ? {} : { phone }),
          attachments: body.files('attachments'),
          changes: readSettings(body, ['state']),
        },
        actorOf(agent),
      );
      answer(ctx, outcome);
    },
  };
}

function answer(ctx: ApiContext, outcome: Result<Receipt, Refusal>): void {
  if (!outcome.ok) throw refusalOf(outcome.refusal);
  const { ticket, message } = outcome.value;
  ctx.set('Location', `/api/v1/tickets/${ticket}`);
  ctx.body = { ticket, message };
}

function readNewTicket(body: BodyReader, defaultQueue: string): NewTicket {
  const [customer] = body.addresses('customer') ?? [];
  const phone = body.optionalText('phone');
  const direction = readDirection(body);
  const base = {
    queue: body.optionalText('queue') ?? defaultQueue,
    subject: body.text('subject'),
    text: body.text('text'),
    attachments: body.files('attachments'),
    changes: readSettings(body, newFields),
    ...(customer === undefined ? {} : { customer }),
  };
  if (body.isText('via', 'mail'))
    return { ...base, via: 'mail', to: body.addresses('to') ?? [], cc: body.addresses('cc') ?? [] };
  if (!body.isText('via', 'phone')) throw badWord('via', body.text('via'), '"mail" or "phone"');
  return {
    ...base,
    via: 'phone',
    ...(phone === undefined ? {} : { phone }),
    ...(direction === undefined ? {} : { direction }),
  };
}

function readDirection(body: BodyReader): 'in' | 'out' | undefined {
  const given = body.optionalText('direction');
  if (given === undefined || given === 'in' || given === 'out') return given;
  throw badWord('direction', given, '"in" or "out"');
}

function badWord(key: string, given: string, expected: string): ApiRefusal {
  return new ApiRefusal({
    code: 'bad-value',
    detail: `The key "${key}" holds "${given}"; expected ${expected}`,
  });
}
