/** First steps: how mail comes in, and whether it has. */
import type Router from '@koa/router';
import { emptyMailbox, type MailboxTyped } from '../../../services/first-steps/mailbox-step.ts';
import type { BeginDeps, BeginPage, Refused } from '../begin-page.ts';
import type { PageContext } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import { type FieldWish, presentField } from '../presenters/first-steps.ts';
import { subjectOf } from '../presenters/list.ts';
import { addressName } from '../presenters/people.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

const mostArrived = 3;

export function addBeginReceivingRoutes(router: Router, page: BeginPage, deps: BeginDeps): void {
  const { firstSteps, lists, config, visitor } = deps;

  router.get(
    '/begin/receiving',
    page.admin(async (ctx, visit) => show(ctx, visit, emptyMailbox, undefined)),
  );

  router.post(
    '/begin/receiving/mailbox',
    page.adminForm(async (ctx, visit, form) => {
      const typed = readTyped(form);
      const saved = await firstSteps.mailbox.save(typed);
      if (!saved.ok) {
        const refused = page.refuse(ctx, visit, saved.refusal);
        return show(ctx, visit, typed, refused);
      }
      visitor.say(ctx, 'toast.begin-saved');
      goTo(ctx, '/begin/receiving');
    }),
  );

  async function readArrived({ agent, locale }: Visit) {
    const found = await lists.read('', mostArrived, agent);
    return {
      total: found?.total ?? 0,
      tickets: (found?.records ?? []).map((record) => ({
        subject: subjectOf(record.subject, locale),
        from: addressName(record.customer) ?? '',
        queue: record.queue,
        href: `/tickets/${record.number}`,
      })),
    };
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    typed: MailboxTyped,
    refused: Refused | undefined,
  ): Promise<void> {
    const { locale } = visit;
    const { desk, mailboxes } = config.current();
    const { smtp, lmtp } = firstSteps.listening();
    const problems = config.problems();
    const field = (wish: FieldWish) => presentField(wish, refused?.bad ?? [], locale);
    await page.show(ctx, visit, 'receiving', {
      news: refused?.news,
      address: desk.addresses[0] ?? '',
      addresses: desk.addresses,
      smtp: smtp === undefined ? undefined : `${bracketed(smtp.host)}:${smtp.port}`,
      lmtp: lmtp === undefined ? undefined : `${bracketed(lmtp.host)}:${lmtp.port}`,
      isLocal: smtp !== undefined && /^(?:127\.|::1$|localhost$)/.test(smtp.host),
      transports: smtp === undefined ? [] : transportLines(desk.addresses, smtp),
      arrived: await readArrived(visit),
      mailboxes: mailboxes.map(({ name, user, host }) => ({
        user,
        host,
        problem: problems.find(({ file }) => file === `mailboxes/${name}.yaml`)?.reason ?? '',
      })),
      isOpen: refused !== undefined,
      fields: mailboxFields(typed, field, visit),
    });
  }

  function mailboxFields(
    typed: MailboxTyped,
    field: (wish: FieldWish) => object,
    { locale }: Visit,
  ): readonly object[] {
    const byItself = locale.text('begin.server.by-itself');
    return [
      field({
        name: 'user',
        kind: 'text',
        label: 'begin.mailbox.user',
        hint: locale.text('begin.mailbox.user-hint'),
        value: typed.user,
        isCode: true,
        isNeeded: true,
      }),
      field({
        name: 'password',
        kind: 'password',
        label: 'login.password',
        value: typed.password,
        hint: locale.text('begin.server.password-hint'),
        isNeeded: true,
      }),
      field({
        name: 'host',
        kind: 'text',
        label: 'begin.mailbox.host',
        hint: locale.text('begin.mailbox.host-hint'),
        value: typed.host,
        isCode: true,
      }),
      field({
        name: 'port',
        kind: 'text',
        label: 'begin.server.port',
        value: typed.port,
        isCode: true,
        width: 'short',
        placeholder: byItself,
      }),
      field({
        name: 'security',
        kind: 'select',
        label: 'begin.server.security',
        value: typed.security,
        width: 'short',
        options: [
          { value: '', text: byItself },
          { value: 'tls', text: locale.text('begin.server.tls') },
          { value: 'starttls', text: locale.text('begin.server.starttls') },
          { value: 'none', text: locale.text('begin.mailbox.none') },
        ],
      }),
      field({
        name: 'folder',
        kind: 'text',
        label: 'begin.mailbox.folder',
        value: typed.folder,
        isCode: true,
        width: 'short',
        placeholder: 'INBOX',
      }),
    ];
  }
}

/** Lines of a transport map of Postfix, one an address. */
function transportLines(
  addresses: readonly string[],
  { host, port }: { readonly host: string; readonly port: number },
): readonly string[] {
  const machine = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const place = machine.includes(':') ? `ipv6:${machine}` : machine;
  return addresses.map((address) => `${address}  smtp:[${place}]:${port}`);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function readTyped(form: Form): MailboxTyped {
  return {
    host: form.get('host'),
    port: form.get('port'),
    security: form.get('security'),
    user: form.get('user'),
    password: form.get('password'),
    folder: form.get('folder'),
  };
}
