/** Sending a message on, noting a call, opening a ticket: the forms, and what becomes of them. */
import type Router from '@koa/router';
import { toAddresses } from '../../../core/message/address-list.ts';
import type {
  NewTicket,
  OutgoingFile,
  Refusal,
  TicketCommand,
} from '../../../core/ticket/decide.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { typeOfName } from '../../../storage/codec.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import {
  type ComposeRequest,
  presentCall,
  presentForward,
  presentNew,
  presentResend,
  type Refused,
  type Typed,
} from '../presenters/compose.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { ToastKey, Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface ComposeDeps
  extends Pick<ViewerDeps, 'tickets' | 'reader' | 'config' | 'accounts' | 'filling'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
}

interface Shown {
  readonly typed?: Typed | undefined;
  readonly refused?: Refused | undefined;
  /** Name of the message that is sent on. */
  readonly message?: string;
}

type Show = (ctx: PageContext, visit: Visit, folder: TicketFolder, shown: Shown) => Promise<void>;
type ToCommand = (form: Form) => TicketCommand;

export function addComposeRoutes(router: Router, page: TicketPage, deps: ComposeDeps): void {
  const { tickets, reader, config, visitor, views } = deps;

  const showForward: Show = async (ctx, visit, folder, shown) => {
    const event = findMessage(folder, shown.message);
    const text = (await views.readText(folder, event)) ?? '';
    const form = presentForward(toRequest(folder, shown), { event, text }, views.words(visit));
    await page.show(ctx, visit, folder, { compose: form });
  };
  const showResend: Show = (ctx, visit, folder, shown) => {
    const event = findMessage(folder, shown.message);
    const form = presentResend(toRequest(folder, shown), event, views.words(visit));
    return page.show(ctx, visit, folder, { compose: form });
  };
  const showCall: Show = (ctx, visit, folder, shown) => {
    const may = (right: Right) => mayOn(visit, folder, right);
    const phone = textOf(ctx.query.phone).slice(0, 100);
    const form = presentCall({ ...toRequest(folder, shown), phone }, may, views.words(visit));
    return page.show(ctx, visit, folder, { compose: form });
  };

  route('forward', { right: 'answer', show: showForward, toCommand: toForward });
  route('resend', { right: 'answer', show: showResend, toCommand: toResend });
  route('call', { right: 'note', show: showCall, toCommand: toCall });
  addNewRoutes(router, deps);

  function route(
    name: 'forward' | 'resend' | 'call',
    { right, show, toCommand }: { right: Right; show: Show; toCommand: ToCommand },
  ): void {
    router.get(
      `/tickets/:number/${name}`,
      visitor.member(async (ctx, visit) => {
        const folder = await readTicket(ctx, reader);
        if (!mayOn(visit, folder, right)) throw new PageRefusal('not-allowed');
        await show(ctx, visit, folder, { message: textOf(ctx.query.message) });
      }),
    );
    router.post(
      `/tickets/:number/${name}`,
      visitor.memberForm(async (ctx, visit, form) => {
        const folder = await readTicket(ctx, reader);
        const { login } = visit.agent;
        const outcome = await tickets.run(folder.number, toCommand(form), { kind: 'agent', login });
        if (!outcome.ok) {
          ctx.status = httpAnswers[outcome.refusal.code].status;
          const shown = {
            ...refusedWith(form, outcome.refusal, visit),
            message: form.get('message'),
          };
          return show(ctx, visit, folder, shown);
        }
        visitor.say(ctx, toastOf(name));
        goTo(ctx, `/tickets/${folder.number}`);
      }),
    );
  }

  function toastOf(name: 'forward' | 'resend' | 'call'): ToastKey {
    if (name === 'call') return 'toast.compose-call';
    const isSent = config.current().desk.smarthost !== undefined;
    return isSent ? 'toast.compose-sent' : 'toast.compose-kept';
  }
}

function addNewRoutes(
  router: Router,
  { tickets, config, accounts, filling, visitor, pages }: ComposeDeps,
): void {
  router.get(
    '/new',
    visitor.member((ctx, visit) => show(ctx, visit, viaOf(textOf(ctx.query.via), visit), {})),
  );

  router.post(
    '/new',
    visitor.memberForm(async (ctx, visit, form) => {
      const via = form.get('via') === 'phone' ? 'phone' : 'mail';
      const request = via === 'phone' ? toNewByPhone(form) : toNewByMail(form);
      const { login } = visit.agent;
      const outcome = await tickets.openNew(request, { kind: 'agent', login });
      if (!outcome.ok) {
        ctx.status = httpAnswers[outcome.refusal.code].status;
        return show(ctx, visit, via, refusedWith(form, outcome.refusal, visit));
      }
      visitor.say(ctx, 'toast.compose-opened');
      goTo(ctx, `/tickets/${outcome.value.ticket}`);
    }),
  );

  /** By mail, where the agent may write to customers. */
  function viaOf(asked: string, visit: Visit): 'mail' | 'phone' {
    if (asked === 'phone' || asked === 'mail') return asked;
    return queuesFor(visit, 'answer').length > 0 ? 'mail' : 'phone';
  }

  function queuesFor(visit: Visit, right: Right): readonly string[] {
    return config
      .current()
      .queues.map(({ name }) => name)
      .filter((name) => visit.may(right, name));
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    via: 'mail' | 'phone',
    { typed, refused }: Shown,
  ): Promise<void> {
    const queues = queuesFor(visit, via === 'mail' ? 'answer' : 'note');
    if (queues.length === 0) throw new PageRefusal('not-allowed');
    const compose = presentNew(
      {
        via,
        agent: visit.agent,
        signatureIn: (queue) =>
          filling.frame({
            agent: visit.agent,
            ticket: { queue, customer: undefined, language: undefined },
          }).signature,
        queues,
        agents: accounts.list(),
        mayOwn: queuesFor(visit, 'own').length > 0,
        mayClose: queuesFor(visit, 'close').length > 0,
        to: textOf(ctx.query.to).slice(0, 320),
        typed,
        refused,
      },
      visit.locale,
    );
    const title = visit.locale.text('compose.new');
    await pages.show(ctx, visit, { template: 'new', title, view: { compose } });
  }
}

function mayOn(visit: Visit, { ticket }: TicketFolder, right: Right): boolean {
  return [ticket.queue, ...ticket.alsoQueues].some((queue) => visit.may(right, queue));
}

function findMessage(folder: TicketFolder, name: string | undefined): TicketEvent {
  const found = folder.messages.find(({ event }) => event.name === name)?.event;
  if (found === undefined) throw new PageRefusal('unknown-message');
  return found;
}

function toRequest(folder: TicketFolder, { typed, refused }: Shown): ComposeRequest {
  return { folder, typed, refused };
}

/** What was typed comes back, with the reason above it. */
function refusedWith(form: Form, refusal: Refusal, { locale }: Visit): Shown {
  return {
    typed: { get: (name) => withLf(form.get(name)), ticked: form.all('attach') },
    refused: { text: refusalText(refusal, locale), lostFiles: form.files('files').length > 0 },
  };
}

function toForward(form: Form): TicketCommand {
  const to = toAddresses(form.get('to'));
  const joined = form.get('join') === '1' ? to : [];
  return {
    kind: 'forward',
    to,
    cc: toAddresses(form.get('cc')),
    subject: form.get('subject'),
    text: withLf(form.get('text')),
    message: form.get('message'),
    attach:
      form.get('original') === '1'
        ? 'original'
        : form.all('attach').map((id) => (/^\d{1,4}$/.test(id) ? Number(id) : -1)),
    attachments: toFiles(form),
    changes: joined.map(
      ({ address }): Change => ({ kind: 'add', set: 'participant', value: address.toLowerCase() }),
    ),
  };
}

function toResend(form: Form): TicketCommand {
  return { kind: 'resend', to: toAddresses(form.get('to')), message: form.get('message') };
}

function toCall(form: Form): TicketCommand {
  const state = form.get('state');
  return {
    kind: 'call',
    direction: form.get('direction') === 'out' ? 'out' : 'in',
    text: withLf(form.get('text')).trimEnd(),
    phone: form.get('phone'),
    attachments: toFiles(form),
    changes: state === '' ? [] : [{ kind: 'set', field: 'state', value: state }],
  };
}

function toNewByMail(form: Form): NewTicket {
  return {
    ...toNewBase(form),
    via: 'mail',
    to: toAddresses(form.get('to')),
    cc: toAddresses(form.get('cc')),
  };
}

function toNewByPhone(form: Form): NewTicket {
  const address = form.get('customer').trim();
  const name = form.get('name').trim();
  return {
    ...toNewBase(form),
    via: 'phone',
    direction: form.get('direction') === 'out' ? 'out' : 'in',
    phone: form.get('phone'),
    ...(address === '' ? {} : { customer: { name, address } }),
  };
}

function toNewBase(form: Form) {
  const set = (field: string): readonly Change[] =>
    form.has(field) ? [{ kind: 'set', field, value: form.get(field) }] : [];
  return {
    queue: form.get('queue'),
    subject: form.get('subject'),
    text: withLf(form.get('text')).trimEnd(),
    attachments: toFiles(form),
    changes: [...set('state'), ...set('owner')],
  };
}

function toFiles(form: Form): readonly OutgoingFile[] {
  return form
    .files('files')
    .map(({ name, type, bytes }) => ({ name, type: type === '' ? typeOfName(name) : type, bytes }));
}

/** Browsers send line breaks as CR LF. */
function withLf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
