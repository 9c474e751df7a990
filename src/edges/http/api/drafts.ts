/**
 * The routes of drafts: answers and notes that the agent is writing, or that wait for their time.
 *
 * Promises: an agent reads and changes his own alone; what was saved elsewhere meanwhile is not overwritten unseen.
 */
import { formatInstant, parseInstant } from '../../../base/clock.ts';
import { randomText } from '../../../base/random.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import { type DraftId, parseDraftId, type SendTime } from '../../../core/ticket/draft.ts';
import { parseMessageName } from '../../../core/ticket/event.ts';
import { headsOf } from '../../../core/ticket/news.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { listDrafts, type OpenDraft } from '../../../services/drafts/drafts.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { type BodyReader, mostBytes, readJson } from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type DraftOperation = Extract<
  AgentOperation,
  'listDrafts' | 'saveDraft' | 'scheduleDraft' | 'discardDraft'
>;

const keys = [
  'id',
  'revision',
  'writing',
  'message',
  'to',
  'cc',
  'subject',
  'text',
  'state',
  'attachments',
  'removeFiles',
];

export function createDraftRoutes(
  deps: Pick<ApiDeps, 'drafts' | 'reader' | 'config' | 'clock' | 'random'>,
): Record<DraftOperation, AgentRoute> {
  const { drafts, reader, config, clock, random } = deps;

  async function folderOf(ctx: ApiContext): Promise<TicketFolder> {
    const number = numberOf(ctx);
    const folder = await reader.read(number);
    if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
    return folder;
  }

  return {
    async listDrafts(ctx, { login }) {
      const folder = await folderOf(ctx);
      const own = listDrafts(folder).filter(({ draft }) => draft.login === login);
      const opened = await Promise.all(
        own.map(({ draft }) => drafts.open(folder, login, draft.id)),
      );
      ctx.body = { drafts: opened.flatMap((each) => (each === undefined ? [] : toJson(each))) };
    },

    async saveDraft(ctx, { login }) {
      const body = await readJson(ctx, keys, mostBytes(config.current()));
      const folder = await folderOf(ctx);
      const given = body.optionalText('id');
      const [revision] = body.numbers('revision');
      const saved = await drafts.save(folder.number, {
        login,
        id: given === undefined ? parseDraftId(randomText(random, 20)) : toId(given),
        revision,
        fields: {
          writing: readWriting(body),
          message: parseMessageName(body.optionalText('message') ?? ''),
          state: body.optionalText('state') ?? '',
          to: body.optionalText('to') ?? '',
          cc: body.optionalText('cc') ?? '',
          subject: body.optionalText('subject') ?? '',
          text: body.optionalText('text') ?? '',
          seen: headsOf(folder.messages.map(({ event }) => event)),
        },
        add: body.files('attachments').map(({ name, type, bytes }) => ({
          name,
          type,
          bytes: Buffer.from(bytes),
        })),
        remove: body.texts('removeFiles'),
      });
      if (!saved.ok) throw refusalOf(saved.refusal);
      ctx.status = given === undefined ? 201 : 200;
      ctx.body = toJson(saved.value);
    },

    async scheduleDraft(ctx, agent) {
      const body = await readJson(ctx, ['at']);
      const done = await drafts.schedule(
        numberOf(ctx),
        agent.login,
        idOf(ctx),
        readTime(body, clock.now()),
      );
      if (!done.ok) throw refusalOf(done.refusal);
      const folder = await folderOf(ctx);
      const draft = await drafts.open(folder, agent.login, done.value.id);
      if (draft === undefined) throw refusalOf({ code: 'unknown-draft' });
      ctx.body = toJson(draft);
    },

    async discardDraft(ctx, agent: Agent) {
      await readJson(ctx, []);
      const done = await drafts.discard(numberOf(ctx), agent.login, idOf(ctx));
      if (!done.ok) throw refusalOf(done.refusal);
      ctx.body = { discarded: ctx.params.draft };
    },
  };
}

function readWriting(body: BodyReader): 'answer' | 'note' {
  const value = body.optionalText('writing') ?? 'answer';
  if (value === 'answer' || value === 'note') return value;
  throw refusalOf({ code: 'bad-value', field: 'writing', value, expected: 'answer or note' });
}

/** `now` sends it, an instant sends it then, `null` lets it wait to be written on. */
function readTime(body: BodyReader, now: SendTime['at']): SendTime | undefined {
  const value = body.clearableText('at') ?? '';
  if (value === '') return undefined;
  if (value === 'now') return { at: now, way: 'send' };
  const at = parseInstant(value);
  if (at === undefined || at <= now) throw refusalOf({ code: 'bad-time', value });
  return { at, way: 'later' };
}

function idOf(ctx: ApiContext): DraftId {
  return toId(ctx.params.draft ?? '');
}

function toId(text: string): DraftId {
  const id = parseDraftId(text);
  if (id === undefined) throw refusalOf(unknownDraft);
  return id;
}

const unknownDraft: Refusal = { code: 'unknown-draft' };

function toJson({ draft, subject, text, files }: OpenDraft) {
  return {
    id: draft.id,
    revision: draft.revision,
    writing: draft.writing,
    message: draft.message ?? null,
    to: draft.to,
    cc: draft.cc,
    subject,
    text,
    state: draft.state,
    files: files.map(({ key, name, type, bytes }) => ({ key, name, type, size: bytes.length })),
    sendAt: draft.send === undefined ? null : formatInstant(draft.send.at),
    returned: draft.returned ?? null,
    saved: formatInstant(draft.time),
  };
}
