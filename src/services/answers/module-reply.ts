/**
 * Answers that a program makes with a text module: filled, with its files, and the state that it says.
 *
 * Promises: nothing goes out with a place that nobody filled in. Leaves to others: who may answer (tickets.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { unfilledIn } from '../../core/answers/made-with.ts';
import type { ModuleRefusal } from '../../core/answers/offered-modules.ts';
import type { ReplyCommand } from '../../core/ticket/decide.ts';
import type { PreparedRequest, PreparedText, PreparedTexts } from './prepared-texts.ts';

export interface ModuleReplyRequest extends Pick<PreparedRequest, 'folder' | 'agent'> {
  readonly command: ReplyCommand;
  /** Id of the module: `billing/refund`. */
  readonly module: string;
}

/** The module's text stands first, what the program says itself below it. */
export async function replyWithModule(
  prepared: PreparedTexts,
  { folder, agent, command, module }: ModuleReplyRequest,
): Promise<Result<ReplyCommand, ModuleRefusal>> {
  const found = await prepared.read({
    folder,
    agent,
    key: { kind: 'module', id: module },
    mayRead: async () => false,
  });
  if (found === undefined) return refuse({ code: 'module-not-offered', value: module });
  const unfilled = unfilledIn(found.text);
  if (unfilled.length > 0)
    return refuse({ code: 'unfilled-module', value: module, names: unfilled.join(', ') });
  return ok({
    ...command,
    text: [found.text, command.text].filter((text) => text.trim() !== '').join('\n\n'),
    modules: found.modules,
    attachments: [...(await found.files()), ...(command.attachments ?? [])],
    changes: [...(command.changes ?? []), ...stateOf(found, command)],
  });
}

function stateOf({ state }: PreparedText, { changes = [] }: ReplyCommand) {
  const isSaid = changes.some((change) => change.kind === 'set' && change.field === 'state');
  return state === undefined || isSaid
    ? []
    : [{ kind: 'set', field: 'state', value: state } as const];
}
