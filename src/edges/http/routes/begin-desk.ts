/** First steps: who the admin is, and what the desk is called and answers for. */
import type Router from '@koa/router';
import type { DeskTyped } from '../../../services/first-steps/desk-step.ts';
import { timeZoneNames } from '../../../services/render/locale.ts';
import type { BeginDeps, BeginPage, Refused } from '../begin-page.ts';
import type { PageContext } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import { type FieldWish, presentField } from '../presenters/first-steps.ts';
import type { Visit } from '../visit.ts';

export function addBeginDeskRoutes(router: Router, page: BeginPage, deps: BeginDeps): void {
  const { firstSteps, access, audit, config, renderer, visitor } = deps;

  router.get(
    '/begin/desk',
    page.admin(async (ctx, visit) => {
      const { typed, digest } = await firstSteps.desk.read(visit.agent);
      await show(ctx, visit, await suggest(visit, typed), digest, undefined);
    }),
  );

  router.post(
    '/begin/desk',
    page.adminForm(async (ctx, visit, form) => {
      const typed = readTyped(form);
      const digest = form.get('digest');
      const saved = await firstSteps.desk.save(visit.agent, typed, digest);
      if (!saved.ok) {
        const refused = page.refuse(ctx, visit, saved.refusal);
        const fresh =
          refused.isStale === true ? (await firstSteps.desk.read(visit.agent)).digest : digest;
        return show(ctx, visit, typed, fresh, refused);
      }
      const { agent, isPasswordNew } = saved.value;
      if (isPasswordNew) {
        const way = visitor.sessionOf(ctx)?.way ?? 'password';
        await access.sessions.endAll(agent.login);
        audit.note({ event: 'password-set', agent: agent.login, ...visitor.originOf(ctx) });
        // Sessions made before are void now, so this one is opened again.
        await visitor.openSession(ctx, agent, way);
      }
      await page.goOn(ctx, { ...visit, agent }, 'desk', 'done');
    }),
  );

  /** As long as nobody said otherwise, customers most likely speak the language of the admin. */
  async function suggest(visit: Visit, typed: DeskTyped): Promise<DeskTyped> {
    const step = (await page.steps(visit)).find(({ name }) => name === 'desk');
    const isSaid = step?.state !== 'open' || firstSteps.fixed.by('language') !== undefined;
    return isSaid ? typed : { ...typed, language: visit.locale.code };
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    typed: DeskTyped,
    digest: string,
    refused: Refused | undefined,
  ): Promise<void> {
    const { locale, agent } = visit;
    const field = (wish: FieldWish) => presentField(wish, refused?.bad ?? [], locale);
    const hasPasswords = config.current().desk.passwordLogin;
    const isNew = (await page.steps(visit)).some(
      ({ name, state }) => name === 'desk' && state === 'open',
    );
    await page.show(ctx, visit, 'desk', {
      digest,
      // Servers often run in UTC; the browser knows better where people sit.
      asksZone: isNew && refused === undefined && typed.timeZone === 'UTC',
      news: refused?.news,
      login: agent.login,
      you: [
        field({
          name: 'name',
          kind: 'text',
          label: 'begin.desk.your-name',
          hint: locale.text('begin.desk.your-name-hint'),
          value: typed.name,
          complete: 'name',
          isNeeded: true,
        }),
        field({
          name: 'email',
          kind: 'email',
          label: 'begin.desk.your-address',
          hint: locale.text('begin.desk.your-address-hint'),
          value: typed.email,
          complete: 'email',
          isCode: true,
          isNeeded: true,
        }),
        ...(hasPasswords ? passwordFields(visit, field) : []),
      ],
      fields: deskFields(visit, typed, field),
    });
  }

  function passwordFields({ locale, agent }: Visit, field: (wish: FieldWish) => object) {
    const hint = agent.hasPassword ? 'begin.desk.password-kept' : 'begin.desk.password-hint';
    const password = { kind: 'password' as const, value: '', complete: 'new-password' };
    return [
      field({
        ...password,
        name: 'password',
        label: agent.hasPassword ? 'account.new-password' : 'begin.desk.password',
        hint: locale.text(hint),
      }),
      field({ ...password, name: 'again', label: 'account.again' }),
    ];
  }

  function deskFields(
    { locale }: Visit,
    typed: DeskTyped,
    field: (wish: FieldWish) => object,
  ): readonly object[] {
    const { fixed } = firstSteps;
    const languages = renderer.locales.all.map(({ code, name }) => ({ value: code, text: name }));
    const isKnown = languages.some(({ value }) => value === typed.language);
    const other = { value: typed.language, text: locale.languageName(typed.language) };
    return [
      field({
        name: 'addresses',
        kind: 'text',
        label: 'begin.desk.addresses',
        hint: locale.text('begin.desk.addresses-hint'),
        value: typed.addresses,
        isCode: true,
        isNeeded: true,
        fixedBy: fixed.by('addresses'),
      }),
      field({
        name: 'deskName',
        kind: 'text',
        label: 'begin.desk.name',
        hint: locale.text('begin.desk.name-hint'),
        value: typed.deskName,
        complete: 'organization',
        isNeeded: true,
        fixedBy: fixed.by('name'),
      }),
      field({
        name: 'language',
        kind: 'select',
        label: 'begin.desk.language',
        hint: locale.text('begin.desk.language-hint'),
        value: typed.language,
        options: isKnown ? languages : [other, ...languages],
        width: 'short',
        fixedBy: fixed.by('language'),
      }),
      field({
        name: 'timeZone',
        kind: 'select',
        label: 'begin.desk.zone',
        hint: locale.text('begin.desk.zone-hint'),
        value: typed.timeZone,
        options: zonesWith(typed.timeZone).map((value) => ({ value, text: value })),
        width: 'short',
        fixedBy: fixed.by('timeZone'),
      }),
    ];
  }
}

/** Zones have names of old that the list leaves out. */
function zonesWith(zone: string): readonly string[] {
  const known = timeZoneNames();
  return known.includes(zone) ? known : [zone, ...known];
}

function readTyped(form: Form): DeskTyped {
  return {
    name: form.get('name'),
    email: form.get('email'),
    password: form.get('password'),
    again: form.get('again'),
    deskName: form.get('deskName'),
    addresses: form.get('addresses'),
    timeZone: form.get('timeZone'),
    language: form.get('language'),
  };
}
