/** First steps: the server that takes the desk's mail, and a test mail over it. */
import type Router from '@koa/router';
import { workOutServer } from '../../../core/first-steps/providers.ts';
import type { SendingTyped } from '../../../services/first-steps/sending-step.ts';
import type { BeginDeps, BeginNews, BeginPage, Refused } from '../begin-page.ts';
import type { PageContext } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import { type FieldWish, failureText, presentField } from '../presenters/first-steps.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';

interface Shown {
  readonly typed: SendingTyped;
  readonly digest: string;
  readonly hasPassword: boolean;
  readonly refused?: Refused;
  readonly news?: BeginNews;
  /** A test mail went out. */
  readonly isSent?: boolean;
}

export function addBeginSendingRoutes(router: Router, page: BeginPage, deps: BeginDeps): void {
  const { firstSteps, config } = deps;
  const { sending, fixed } = firstSteps;

  router.get(
    '/begin/sending',
    page.admin(async (ctx, visit) => {
      const { typed, ...seen } = await sending.read();
      await show(ctx, visit, { ...seen, typed: { ...typed, to: visit.agent.email } });
    }),
  );

  router.post(
    '/begin/sending',
    page.adminForm(async (ctx, visit, form) => {
      const typed = readTyped(form);
      const saved = await sending.save(typed, form.get('digest'));
      if (!saved.ok) return showRefused(ctx, visit, form, page.refuse(ctx, visit, saved.refusal));
      await page.goOn(ctx, visit, 'sending', 'done');
    }),
  );

  // What the server takes is written down at once: nobody tries a server that he does not want.
  router.post(
    '/begin/sending/try',
    page.adminForm(async (ctx, visit, form) => {
      const typed = sending.workOut(readTyped(form));
      const tried = await sending.tryOut(typed, wordsOf(visit));
      if (!tried.ok) return showRefused(ctx, visit, form, page.refuse(ctx, visit, tried.refusal));
      if (tried.value.kind === 'failed') {
        ctx.status = 422;
        const { failure, said } = tried.value;
        const sender = config.current().desk.addresses[0] ?? '';
        const { host, port } = inForce() ?? typed;
        const server = `${host}:${port}`;
        const text = failureText(failure, { server, sender }, visit.locale);
        return showRefused(ctx, visit, form, { bad: [], news: { kind: 'bad', text, said } });
      }
      if (fixed.by('smarthost') === undefined) {
        const saved = await sending.save(typed, form.get('digest'));
        if (!saved.ok) return showRefused(ctx, visit, form, page.refuse(ctx, visit, saved.refusal));
      }
      await firstSteps.mark('sending', 'done');
      const { typed: kept, ...seen } = await sending.read();
      const text = visit.locale.text('begin.sending.sent', { address: typed.to });
      await show(ctx, visit, {
        ...seen,
        typed: { ...kept, to: typed.to },
        news: { kind: 'good', text, said: tried.value.reply },
        isSent: true,
      });
    }),
  );

  /** For the script: what the empty fields will be filled with. */
  router.get(
    '/begin/sending/worked-out',
    page.admin(async (ctx, visit) => {
      const read = (name: string) => textOf(ctx.query[name]);
      const protocol = read('protocol') === 'imap' ? 'imap' : 'smtp';
      const address = config.current().desk.addresses[0] ?? '';
      const typed = { host: read('host'), port: '', security: '', user: read('user'), address };
      const { provider, ...found } = workOutServer(protocol, typed);
      ctx.body = { ...found, hint: hintOf(provider, visit) };
    }),
  );

  /** The server that this page cannot change; undefined where it can. */
  function inForce() {
    return fixed.by('smarthost') === undefined ? undefined : config.current().desk.smarthost;
  }

  function hintOf(
    provider: ReturnType<typeof workOutServer>['provider'],
    { locale }: Visit,
  ): string {
    if (provider === undefined) return '';
    const key = provider.needsAppPassword ? 'begin.provider.app-password' : 'begin.provider.known';
    return locale.text(key, { name: provider.name });
  }

  function wordsOf({ locale }: Visit): { readonly subject: string; readonly text: string } {
    const { name } = config.current().desk;
    return {
      subject: locale.text('begin.mail.test-subject', { name }),
      text: `${locale.text('begin.mail.test-text', { name })}\n`,
    };
  }

  async function showRefused(
    ctx: PageContext,
    visit: Visit,
    form: Form,
    refused: Refused,
  ): Promise<void> {
    const typed = readTyped(form);
    const now = await sending.read();
    // Whoever has been told that the file changed writes over it knowingly.
    const digest = refused.isStale === true ? now.digest : form.get('digest');
    await show(ctx, visit, { typed, digest, hasPassword: now.hasPassword, refused });
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    { typed, digest, hasPassword, refused, news, isSent = false }: Shown,
  ): Promise<void> {
    const { locale } = visit;
    const { desk } = config.current();
    const fixedBy = fixed.by('smarthost');
    const field = (wish: FieldWish) => presentField(wish, refused?.bad ?? [], locale);
    const to = field({
      name: 'to',
      kind: 'email',
      label: 'begin.sending.to',
      value: typed.to,
      complete: 'email',
      isCode: true,
    });
    await page.show(ctx, visit, 'sending', {
      digest,
      news: refused?.news ?? news,
      isSent,
      isFixed: fixedBy === undefined ? undefined : locale.text('begin.fixed', { by: fixedBy }),
      hasSmarthost: desk.smarthost !== undefined,
      sender: desk.addresses[0] ?? '',
      hint: hintOf(workOutServer('smtp', { ...typed, address: '' }).provider, visit),
      fields: fixedBy === undefined ? serverFields(typed, hasPassword, field, visit) : [],
      to,
    });
  }

  function serverFields(
    typed: SendingTyped,
    hasPassword: boolean,
    field: (wish: FieldWish) => object,
    { locale }: Visit,
  ): readonly object[] {
    return [
      field({
        name: 'host',
        kind: 'text',
        label: 'begin.server.host',
        hint: locale.text('begin.server.host-hint'),
        value: typed.host,
        isCode: true,
        isNeeded: true,
      }),
      field({
        name: 'port',
        kind: 'text',
        label: 'begin.server.port',
        value: typed.port,
        isCode: true,
        width: 'short',
        placeholder: locale.text('begin.server.by-itself'),
      }),
      field({
        name: 'security',
        kind: 'select',
        label: 'begin.server.security',
        value: typed.security,
        width: 'short',
        options: [
          { value: '', text: locale.text('begin.server.by-itself') },
          { value: 'starttls', text: locale.text('begin.server.starttls') },
          { value: 'tls', text: locale.text('begin.server.tls') },
        ],
      }),
      field({
        name: 'user',
        kind: 'text',
        label: 'begin.server.user',
        hint: locale.text('begin.server.user-hint'),
        value: typed.user,
        isCode: true,
      }),
      field({
        name: 'password',
        kind: 'password',
        label: 'login.password',
        value: typed.password,
        hint: locale.text(
          hasPassword ? 'begin.server.password-kept' : 'begin.server.password-hint',
        ),
      }),
    ];
  }
}

function readTyped(form: Form): SendingTyped {
  return {
    host: form.get('host'),
    port: form.get('port'),
    security: form.get('security'),
    user: form.get('user'),
    password: form.get('password'),
    to: form.get('to'),
  };
}
