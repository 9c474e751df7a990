/** The route by which something is taken out of a message for good. */
import type { RedactTarget } from '../../../services/redact/redact.ts';
import { type BodyReader, readJson } from './body.ts';
import { type AgentRoute, type ApiDeps, messageOf, numberOf } from './calls.ts';
import { ApiRefusal, refusalOf } from './problems.ts';

const keys = ['attachment', 'text', 'all', 'reason', 'copies', 'dryRun'];

export function createRedacting({
  redact,
}: Pick<ApiDeps, 'redact'>): Record<'redactMessage', AgentRoute> {
  return {
    async redactMessage(ctx, { login }) {
      const body = await readJson(ctx, keys);
      const request = {
        ticket: numberOf(ctx),
        message: messageOf(ctx),
        target: readTarget(body),
        copies: body.flag('copies'),
      };
      const actor = { kind: 'agent', login } as const;
      const isDry = body.flag('dryRun');
      const done = isDry
        ? await redact.foresee(request, actor)
        : await redact.run(request, { reason: body.text('reason'), actor });
      if (!done.ok) throw refusalOf(done.refusal);
      ctx.body = { done: !isDry, items: done.value };
    },
  };
}

function readTarget(body: BodyReader): RedactTarget {
  const passage = body.optionalText('text');
  const id = body.optionalText('attachment');
  if (body.flag('all')) return { kind: 'all' };
  if (passage !== undefined) return { kind: 'text', passage };
  if (id !== undefined && /^[0-9]{1,6}$/.test(id)) return { kind: 'attachment', id: Number(id) };
  throw new ApiRefusal({
    code: 'bad-value',
    detail: 'Nothing says what is to go; expected "attachment", "text" or "all"',
  });
}
