/** Answers and notes: the form, and what becomes of it. */
import type Router from '@koa/router';
import { type Address, parseAddress } from '../../../core/message/address.ts';
import type { Refusal, TicketCommand } from '../../../core/ticket/decide.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { findRecipients } from '../../../services/recipients.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import {
  type Draft,
  emptyNote,
  presentWrite,
  splitAddresses,
  startAnswer,
} from '../presenters/answer.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface WriteDeps
  extends Pick<ViewerDeps, 'tickets' | 'reader' | 'config' | 'renderer' | 'clock'> {
  readonly visitor: Visitor;
  readonly views: TicketViews;
}

type Kind = 'answer' | 'note';

export function addWriteRoutes(
  router: Router,
  page: TicketPage,
  { tickets, reader, config, renderer, clock, visitor, views }: WriteDeps,
): void {
  router.get(
    '/tickets/:number/answer',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const draft = await beginAnswer(folder, visit, {
        message: textOf(ctx.query.to),
        toAll: ctx.query.all !== undefined,
      });
      await show(ctx, visit, folder, { kind: 'answer', draft });
    }),
  );

  router.get(
    '/tickets/:number/note',
    visitor.member(async (ctx, visit) =>
      show(ctx, visit, await readTicket(ctx, reader), { kind: 'note', draft: emptyNote }),
    ),
  );

  router.post(
    '/tickets/:number/answer',
    visitor.memberForm((ctx, visit, form) => write(ctx, visit, form, 'answer')),
  );
  router.post(
    '/tickets/:number/note',
    visitor.memberForm((ctx, visit, form) => write(ctx, visit, form, 'note')),
  );

  async function beginAnswer(
    folder: TicketFolder,
    { agent }: Visit,
    wanted: { message: string; toAll: boolean },
  ): Promise<Draft> {
    const answered = findMessage(folder, wanted.message);
    const quoted = answered === undefined ? undefined : await views.readText(folder, answered);
    const current = config.current();
    const { locales } = renderer;
    const customerLocale =
      locales.find(folder.ticket.language ?? '') ?? locales.choose('', current.desk.language);
    const recipients = await findRecipients({ reader, config: current }, folder, {
      inReplyTo: answered?.name,
      toAll: wanted.toAll,
      self: agent.email,
    });
    return startAnswer({
      folder,
      answered,
      quoted,
      recipients,
      agent,
      config: current,
      customerLocale,
      attribute: renderer.attribute,
    });
  }

  async function write(ctx: PageContext, visit: Visit, form: Form, kind: Kind): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const draft = readDraft(form);
    const command = kind === 'answer' ? toReply(draft) : toNote(draft);
    const outcome = await tickets.run(folder.number, command, {
      kind: 'agent',
      login: visit.agent.login,
    });
    if (!outcome.ok)
      return refuseDraft(ctx, visit, folder, { kind, draft, refusal: outcome.refusal });
    const isSent = config.current().desk.smarthost !== undefined;
    visitor.say(
      ctx,
      kind === 'note' ? 'toast.note-filed' : isSent ? 'toast.answer-sent' : 'toast.answer-kept',
    );
    goTo(ctx, `/tickets/${folder.number}`);
  }

  /** What was typed comes back, with the reason above it. */
  async function refuseDraft(
    ctx: PageContext,
    visit: Visit,
    folder: TicketFolder,
    { kind, draft, refusal }: { kind: Kind; draft: Draft; refusal: Refusal },
  ): Promise<void> {
    ctx.status = httpAnswers[refusal.code].status;
    await show(ctx, visit, folder, { kind, draft, refused: refusalText(refusal, visit.locale) });
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    folder: TicketFolder,
    { kind, draft, refused }: { kind: Kind; draft: Draft; refused?: string },
  ): Promise<void> {
    const write = presentWrite({ kind, folder, draft, refused, now: clock.now() }, visit.locale);
    await page.show(ctx, visit, folder, { write });
  }
}

/** The message that is answered: the named one, else the newest of a customer. */
function findMessage(folder: TicketFolder, name: string): TicketEvent | undefined {
  const events = folder.messages.map(({ event }) => event);
  return (
    events.find((event) => event.name === name) ?? events.findLast(({ kind }) => kind === 'mail-in')
  );
}

function readDraft(form: Form): Draft {
  return {
    to: form.get('to'),
    cc: form.get('cc'),
    subject: form.get('subject'),
    // Browsers send line breaks as CR LF.
    text: form.get('text').replace(/\r\n?/g, '\n'),
    state: form.get('state'),
    message: form.get('message'),
  };
}

function toReply(draft: Draft): TicketCommand {
  return {
    kind: 'reply',
    to: toAddresses(draft.to),
    cc: toAddresses(draft.cc),
    text: draft.text,
    ...(draft.subject.trim() === '' ? {} : { subject: draft.subject.trim() }),
    ...(draft.message === '' ? {} : { inReplyTo: draft.message }),
    changes: stateChange(draft),
  };
}

function toNote(draft: Draft): TicketCommand {
  return { kind: 'note', text: draft.text, changes: stateChange(draft) };
}

function stateChange({ state }: Draft): readonly Change[] {
  return state === '' ? [] : [{ kind: 'set', field: 'state', value: state }];
}

function toAddresses(text: string): readonly Address[] {
  return splitAddresses(text).map((part) => parseAddress(part) ?? { name: '', address: part });
}
