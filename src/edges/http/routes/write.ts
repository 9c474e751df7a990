/**
 * Answers and notes: the form, and what becomes of it.
 *
 * Promises: whatever is refused comes back as it was typed. A warning (the ticket changed, a file is missing, the draft was
 * saved in another window) takes one more click and no more.
 * Leaves to others: keeping drafts (services/drafts), what a script asks beside the form (routes/drafts.ts).
 */
import type Router from '@koa/router';
import { type Instant, toInstant } from '../../../base/clock.ts';
import type { Result } from '../../../base/result.ts';
import { modulesStillIn } from '../../../core/answers/made-with.ts';
import { isAddress } from '../../../core/message/address.ts';
import { isOnlyPhone } from '../../../core/phone/phone-number.ts';
import type { Refusal, TicketCommand } from '../../../core/ticket/decide.ts';
import { parseDraftId, type SendTime } from '../../../core/ticket/draft.ts';
import { parseDigest, type TicketEvent } from '../../../core/ticket/event.ts';
import { headsOf } from '../../../core/ticket/news.ts';
import type { NewFile, OpenDraft } from '../../../services/drafts/drafts.ts';
import { findRecipients } from '../../../services/recipients.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Insertions } from '../insertions.ts';
import { mayOn } from '../may-on.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { OfferViews } from '../offer-views.ts';
import { type Draft, emptyNote, startAnswer } from '../presenters/answer.ts';
import { findDoubts, noDoubts } from '../presenters/doubts.ts';
import { faxAddressIn, presentFaxOffer } from '../presenters/phone.ts';
import { readSendTime } from '../presenters/send-times.ts';
import { stateChange, toReply } from '../presenters/write-command.ts';
import {
  fromDraft,
  presentWrite,
  readWriteForm,
  toFields,
  type WriteForm,
  type WriteRequest,
  type Writing,
  withoutMarks,
} from '../presenters/write-form.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface WriteDeps
  extends Pick<
    ViewerDeps,
    'tickets' | 'drafts' | 'reader' | 'config' | 'renderer' | 'clock' | 'filling' | 'answers'
  > {
  readonly visitor: Visitor;
  readonly views: TicketViews;
  readonly offers: OfferViews;
  readonly insertions: Insertions;
}

interface Place {
  readonly ctx: PageContext;
  readonly visit: Visit;
  readonly folder: TicketFolder;
}

/** What the page shows beside the form. */
type Warnings = Partial<
  Pick<WriteRequest, 'refused' | 'hasOther' | 'news' | 'doubts' | 'returned' | 'files'>
> & { readonly withOffers?: boolean };

export function addWriteRoutes(router: Router, page: TicketPage, deps: WriteDeps): void {
  const { tickets, drafts, reader, config, renderer, clock, filling, visitor, views, insertions } =
    deps;

  for (const writing of ['answer', 'note'] as const) {
    router.get(
      `/tickets/:number/${writing}`,
      visitor.member(async (ctx, visit) => {
        const place = { ctx, visit, folder: await readTicket(ctx, reader) };
        const isNamed = ctx.query.fax !== undefined || ctx.query.writer !== undefined;
        const kept = isNamed ? undefined : await findKept(place, writing);
        const withOffers = ctx.query.offers !== undefined;
        if (kept === undefined) return show(place, await begin(place, writing), { withOffers });
        const { returned } = kept.draft;
        await show(place, fromDraft(kept), { files: kept.files, returned, withOffers });
      }),
    );
    router.post(
      `/tickets/:number/${writing}`,
      visitor.memberForm(async (ctx, visit, form) =>
        act({ ctx, visit, folder: await readTicket(ctx, reader) }, form, writing),
      ),
    );
  }

  // An offer pressed while no answer is open: it opens with the text in it, or goes out.
  router.post(
    '/tickets/:number/insert',
    visitor.memberForm(async (ctx, visit, form) => {
      const place = { ctx, visit, folder: await readTicket(ctx, reader) };
      if (!mayOn(visit.agent, place.folder.ticket, config.current().queues)('answer'))
        throw new PageRefusal('unknown-ticket');
      const kept = await findKept(place, 'answer');
      const typed = kept === undefined ? await begin(place, 'answer') : fromDraft(kept);
      const seen = form.get('seen').split(' ');
      await putIn(place, [], {
        typed: { ...typed, seen: seen.flatMap((digest) => parseDigest(digest) ?? []) },
        key: form.get('send') || form.get('offer'),
        // What was begun earlier is not sent unread.
        sends: form.has('send') && kept === undefined,
      });
    }),
  );

  /** The draft that is named, else the one for the message that is answered. */
  async function findKept(
    { ctx, visit, folder }: Place,
    writing: Writing,
  ): Promise<OpenDraft | undefined> {
    const { login } = visit.agent;
    const id = parseDraftId(textOf(ctx.query.draft));
    const named = id === undefined ? undefined : await drafts.open(folder, login, id);
    if (named !== undefined) return named.draft.send === undefined ? named : undefined;
    const message =
      writing === 'note' ? undefined : findMessage(folder, textOf(ctx.query.to))?.name;
    return drafts.open(folder, login, { writing, message });
  }

  async function begin({ ctx, visit, folder }: Place, writing: Writing): Promise<WriteForm> {
    const draft =
      writing === 'note'
        ? emptyNote
        : await beginAnswer(folder, visit, {
            message: textOf(ctx.query.to),
            toAll: ctx.query.all !== undefined,
            byFax: ctx.query.fax !== undefined,
          });
    // The writer of a mail that is attached to the one answered.
    const writer = textOf(ctx.query.writer);
    return {
      ...draft,
      ...(writing === 'answer' && isAddress(writer) ? { to: writer } : {}),
      writing,
      id: undefined,
      revision: 0,
      seen: seenNow(folder),
      accepts: false,
      modules: [],
    };
  }

  async function beginAnswer(
    folder: TicketFolder,
    { agent }: Visit,
    wanted: { message: string; toAll: boolean; byFax: boolean },
  ): Promise<Draft> {
    const answered = findMessage(folder, wanted.message);
    const quoted = answered === undefined ? undefined : await views.readText(folder, answered);
    const current = config.current();
    const recipients = await findRecipients({ reader, config: current }, folder, {
      inReplyTo: answered?.name,
      toAll: wanted.toAll,
      self: agent.email,
    });
    const fax = faxAddressIn(folder, current);
    const { customer } = folder.ticket;
    const hasOnlyPhone = customer !== undefined && isOnlyPhone(customer);
    // Whoever has nothing but a number is faxed where that is possible, and refused with the reason where it is not.
    const byPhone =
      wanted.byFax || hasOnlyPhone ? (fax ?? (hasOnlyPhone ? customer : undefined)) : undefined;
    const named = byPhone !== undefined && (wanted.byFax || recipients.to.length === 0);
    return startAnswer({
      folder,
      answered,
      quoted,
      recipients: named ? { to: [byPhone], cc: [] } : recipients,
      agent,
      config: current,
      frame: filling.frame({ folder, agent }),
      customerLocale: customerLocale(folder),
      attribute: renderer.attribute,
    });
  }

  function customerLocale({ ticket }: TicketFolder) {
    const { locales } = renderer;
    return (
      locales.find(ticket.language ?? '') ?? locales.choose('', config.current().desk.language)
    );
  }

  async function act(place: Place, form: Form, writing: Writing): Promise<void> {
    const [wish = '', ...rest] = (form.get('do') || 'send').split(':');
    const value = rest.join(':');
    const typed = readWriteForm(form, writing);
    const fresh = form.files('files').filter(({ bytes }) => bytes.length > 0);
    if (wish === 'keep' || wish === 'attach') return keep(place, fresh, typed, []);
    if (wish === 'remove')
      return keep(place, fresh, { ...typed, text: withoutMarks(typed.text, [value]) }, [value]);
    if (wish === 'discard') return discard(place, typed);
    if (writing === 'note') return fileNote(place, fresh, typed);
    if (wish === 'offers') return show(place, typed, { withOffers: true });
    if (wish === 'expand') return expand(place, fresh, typed);
    if (wish === 'offer' || wish === 'offer-send')
      return putIn(place, fresh, { typed, key: value, sends: wish === 'offer-send' });
    if (wish !== 'later') return sendAnswer(place, fresh, typed, undefined);
    const wanted = value === '' ? form.get('at') : value;
    const zone = { now: clock.now(), timeZone: place.visit.timeZone };
    const at = readSendTime(wanted, zone);
    if (at === undefined) return refuse(place, typed, { code: 'bad-time', value: wanted });
    await sendAnswer(place, fresh, typed, at);
  }

  /** The draft with a prepared text and its files in it; then it is shown, or sent like any other. */
  async function putIn(
    place: Place,
    fresh: readonly NewFile[],
    { typed, key, sends }: { typed: WriteForm; key: string; sends: boolean },
  ): Promise<void> {
    const inserted = await insertions.putIn(place, typed, key);
    if (inserted === undefined)
      return refuse(place, typed, { code: 'module-not-offered', value: key });
    const files = [...fresh, ...inserted.files];
    if (!sends) return keep(place, files, inserted.form, []);
    // Kept first: whatever speaks against sending, text and files are there.
    const saved = await saveForm(place, files, inserted.form);
    if (!saved.ok) return refuse(place, inserted.form, saved.refusal);
    const folder = (await reader.read(place.folder.number)) ?? place.folder;
    await sendAnswer({ ...place, folder }, [], fromDraft(saved.value), undefined);
  }

  async function expand(place: Place, fresh: readonly NewFile[], typed: WriteForm): Promise<void> {
    const inserted = await insertions.expand(place, typed);
    await keep(place, [...fresh, ...inserted.files], inserted.form, []);
  }

  function saveForm(
    { visit, folder }: Place,
    add: readonly NewFile[],
    typed: WriteForm,
    more: { readonly remove?: readonly string[]; readonly send?: SendTime } = {},
  ): Promise<Result<OpenDraft, Refusal>> {
    return drafts.save(folder.number, {
      login: visit.agent.login,
      id: typed.id,
      revision: typed.revision,
      fields: toFields(typed),
      add,
      ...more,
    });
  }

  async function keep(
    place: Place,
    add: readonly NewFile[],
    typed: WriteForm,
    remove: readonly string[],
  ): Promise<void> {
    const saved = await saveForm(place, add, typed, { remove });
    if (!saved.ok) return refuse(place, typed, saved.refusal);
    goTo(
      place.ctx,
      `/tickets/${place.folder.number}/${typed.writing}?draft=${saved.value.draft.id}`,
    );
  }

  async function discard(place: Place, { id }: WriteForm): Promise<void> {
    const { ctx, visit, folder } = place;
    if (id !== undefined) await drafts.discard(folder.number, visit.agent.login, id);
    visitor.say(ctx, 'toast.draft-gone');
    goTo(ctx, `/tickets/${folder.number}`);
  }

  async function fileNote(
    place: Place,
    fresh: readonly NewFile[],
    typed: WriteForm,
  ): Promise<void> {
    const files = await keptFiles(place, fresh, typed);
    const command: TicketCommand = {
      kind: 'note',
      text: typed.text,
      changes: stateChange(typed),
      attachments: files,
    };
    if (await carryOut(place, typed, command)) visitor.say(place.ctx, 'toast.note-filed');
  }

  async function sendAnswer(
    place: Place,
    fresh: readonly NewFile[],
    written: WriteForm,
    later: Instant | undefined,
  ): Promise<void> {
    const modules = modulesStillIn(written.text, written.modules, deps.answers.modules());
    const typed = { ...written, modules };
    const actor = { kind: 'agent', login: place.visit.agent.login } as const;
    const files = await keptFiles(place, fresh, typed);
    const command = { ...toReply(typed), attachments: files };
    const checked = await tickets.foresee(place.folder.number, command, actor);
    if (!checked.ok) return refuse(place, typed, checked.refusal);
    const known = { files: files.length, offered: insertions.offered(place) };
    const doubts = typed.accepts ? undefined : findDoubts(typed.text, known);
    if (doubts !== undefined) return show(place, { ...written, accepts: true }, { doubts });
    const { undoSendMs, smarthost } = config.current().desk;
    if (later === undefined && undoSendMs === 0) {
      if (await carryOut(place, typed, command))
        visitor.say(place.ctx, smarthost === undefined ? 'toast.answer-kept' : 'toast.answer-sent');
      return;
    }
    const send: SendTime =
      later === undefined
        ? { at: toInstant(clock.now() + undoSendMs), way: 'send' }
        : { at: later, way: 'later' };
    const saved = await saveForm(place, fresh, typed, { send });
    if (!saved.ok) return refuse(place, typed, saved.refusal);
    goTo(place.ctx, `/tickets/${place.folder.number}`);
  }

  /** Files of the draft, and those that came with the form. */
  async function keptFiles({ visit, folder }: Place, fresh: readonly NewFile[], { id }: WriteForm) {
    const draft = id === undefined ? undefined : await drafts.open(folder, visit.agent.login, id);
    const kept = (draft?.files ?? []).map(({ key: contentId, ...file }) => ({
      ...file,
      contentId,
    }));
    return [...kept, ...fresh];
  }

  /** At once; its draft is not needed any more then. */
  async function carryOut(
    place: Place,
    typed: WriteForm,
    command: TicketCommand,
  ): Promise<boolean> {
    const { ctx, visit, folder } = place;
    const { login } = visit.agent;
    const outcome = await tickets.run(folder.number, command, { kind: 'agent', login });
    if (!outcome.ok) {
      await refuse(place, typed, outcome.refusal);
      return false;
    }
    if (typed.id !== undefined) await drafts.discard(folder.number, login, typed.id);
    goTo(ctx, `/tickets/${folder.number}`);
    return true;
  }

  /** What was typed comes back, with the reason above it, and so that the next click goes on where it may. */
  async function refuse(place: Place, typed: WriteForm, refusal: Refusal): Promise<void> {
    const { ctx, visit, folder } = place;
    ctx.status = httpAnswers[refusal.code].status;
    switch (refusal.code) {
      case 'ticket-changed': {
        const news = folder.messages
          .map(({ event }) => event)
          .filter(({ name }) => refusal.events.includes(name));
        return show(place, { ...typed, seen: seenNow(folder) }, { news });
      }
      case 'draft-changed':
        return show(place, { ...typed, revision: refusal.revision }, { hasOther: true });
      case 'unknown-draft':
        return show(
          place,
          { ...typed, id: undefined, revision: 0 },
          { refused: refusalText(refusal, visit.locale) },
        );
      default:
        return show(place, typed, { refused: refusalText(refusal, visit.locale) });
    }
  }

  async function show(place: Place, form: WriteForm, warnings: Warnings): Promise<void> {
    const { ctx, visit, folder } = place;
    const { id } = form;
    const kept = id === undefined ? undefined : await drafts.open(folder, visit.agent.login, id);
    const words = views.draftWords(visit);
    const presented = presentWrite(
      {
        folder,
        form,
        files: warnings.files ?? kept?.files ?? [],
        returned: warnings.returned,
        refused: warnings.refused,
        hasOther: warnings.hasOther ?? false,
        news: warnings.news ?? [],
        doubts: warnings.doubts ?? noDoubts,
        kept:
          kept === undefined
            ? undefined
            : visit.locale.text('write.kept-at', {
                time: words.dates.moment(kept.draft.time, words.now),
              }),
        language: folder.ticket.language ?? customerLocale(folder).code,
      },
      words,
    );
    const offers =
      warnings.withOffers === true ? { offers: await deps.offers.read(place, form.message) } : {};
    const answering = form.writing === 'answer' ? { answering: form.message } : {};
    const seen = form.seen.join(' ');
    const fax = presentFaxOffer(folder, form, config.current(), visit.locale);
    const write = { ...presented, fax };
    await page.show(ctx, visit, folder, { write, draft: id, seen, ...offers, ...answering });
  }
}

function seenNow({ messages }: TicketFolder) {
  return headsOf(messages.map(({ event }) => event));
}

/** The message that is answered: the named one, else the newest of a customer. */
function findMessage(folder: TicketFolder, name: string): TicketEvent | undefined {
  const events = folder.messages.map(({ event }) => event);
  return (
    events.find((event) => event.name === name) ?? events.findLast(({ kind }) => kind === 'mail-in')
  );
}
