/** The page of a customer, and what may be said of him and of his company. */
import type Router from '@koa/router';
import { isCompanyDomain } from '../../../config/customers.ts';
import { addressKey, isAddress } from '../../../core/message/address.ts';
import { phoneOf } from '../../../core/phone/phone-number.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { CustomerCommand, CustomerFacts } from '../../../services/customer-care.ts';
import type { CustomerViews } from '../customer-views.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { customerHref } from '../presenters/customer.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';

export interface CustomerRouteDeps extends Pick<ViewerDeps, 'customerCare'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly customerViews: CustomerViews;
}

const personFacts = ['name', 'language', 'timeZone', 'company', 'notes'] as const;
const companyFacts = ['name', 'notes'] as const;

export function addCustomerRoutes(
  router: Router,
  { customerCare, customerViews, visitor, pages }: CustomerRouteDeps,
): void {
  router.get(
    '/customers/:address',
    visitor.member((ctx, visit) => show(ctx, visit, addressOf(ctx))),
  );

  const route = (path: string, command: (ctx: PageContext, form: Form) => CustomerCommand) =>
    router.post(
      path,
      visitor.memberForm((ctx, visit, form) => change(ctx, visit, form, command(ctx, form))),
    );

  route('/customers/:address/describe', (ctx, form) => ({
    kind: 'describe',
    whom: addressOf(ctx),
    facts: factsIn(form, personFacts),
  }));
  route('/customers/:address/join', (ctx, form) => ({
    kind: 'join',
    whom: addressOf(ctx),
    other: form.get('other').trim(),
  }));
  route('/customers/:address/unjoin', (ctx, form) => ({
    kind: 'unjoin',
    whom: addressOf(ctx),
    other: form.get('other').trim(),
  }));
  route('/customers/:address/restrict', (ctx, form) => restriction(addressOf(ctx), form));
  route('/companies/:domain/describe', (ctx, form) => ({
    kind: 'describe',
    whom: domainOf(ctx),
    facts: factsIn(form, companyFacts),
  }));
  route('/companies/:domain/restrict', (ctx, form) => restriction(domainOf(ctx), form));

  async function change(
    ctx: PageContext,
    visit: Visit,
    form: Form,
    command: CustomerCommand,
  ): Promise<void> {
    const actor = { kind: 'agent', login: visit.agent.login } as const;
    const done = await customerCare.run(command, actor);
    const address = isAddress(form.get('customer')) ? form.get('customer') : command.whom;
    if (!done.ok && done.refusal.code !== 'nothing-to-change') {
      ctx.status = httpAnswers[done.refusal.code].status;
      if (!isAddress(address)) throw new PageRefusal(done.refusal.code);
      return show(ctx, visit, addressKey(address), refusalText(done.refusal, visit.locale));
    }
    visitor.say(ctx, 'toast.customer-changed');
    goTo(ctx, form.has('back') ? safeBack(form.get('back')) : customerHref(addressKey(address)));
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    address: string,
    refused?: string,
  ): Promise<void> {
    const customer = await customerViews.presentPage(address, visit);
    const back = parseTicketNumber(textOf(ctx.query.back));
    await pages.show(ctx, visit, {
      template: 'customer',
      title: visit.locale.text('customer.title', { name: customer.name }),
      view: {
        customer,
        refused,
        from: back,
        eraseHref: visit.agent.roles.includes('admin')
          ? `/erase?who=${encodeURIComponent(address)}`
          : undefined,
      },
    });
  }
}

function restriction(whom: string, form: Form): CustomerCommand {
  const what = form.get('what');
  if (what !== 'blocked' && what !== 'muted') throw new PageRefusal('no-page');
  return { kind: 'restrict', whom, what, isOn: form.get('on') === '1' };
}

function factsIn(form: Form, known: readonly (keyof CustomerFacts)[]): CustomerFacts {
  return Object.fromEntries(
    known.filter((name) => form.has(name)).map((name) => [name, form.get(name).trim()]),
  );
}

function addressOf(ctx: PageContext): string {
  const address = ctx.params.address ?? '';
  if (!isAddress(address) && phoneOf(address) === undefined) throw new PageRefusal('no-page');
  return addressKey(address);
}

function domainOf(ctx: PageContext): string {
  const domain = (ctx.params.domain ?? '').toLowerCase();
  if (!isCompanyDomain(domain)) throw new PageRefusal('no-page');
  return domain;
}
