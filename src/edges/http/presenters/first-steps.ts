/**
 * The page of first steps: where one stands, the fields of each step with what was wrong in them, what a mail server said.
 *
 * Promises: pure; every field has a label, and what was wrong says what should stand there and what did.
 */

import type { SmtpFailureKind } from '../../../core/delivery/smtp-failure.ts';
import type { Step, StepName, StepState } from '../../../core/first-steps/steps.ts';
import type { BadField, Expectation } from '../../../services/first-steps/step-refusal.ts';
import type { Locale } from '../../../services/render/locale.ts';

export type StepPlace = StepName | 'ready';

export function stepHref(name: StepPlace): string {
  return `/begin/${name}`;
}

export const stepKeys: Readonly<
  Record<StepName, { readonly short: string; readonly title: string }>
> = {
  desk: { short: 'begin.desk.short', title: 'begin.desk.title' },
  sending: { short: 'begin.sending.short', title: 'begin.sending.title' },
  receiving: { short: 'begin.receiving.short', title: 'begin.receiving.title' },
  queue: { short: 'begin.queue.short', title: 'begin.queue.title' },
  colleague: { short: 'begin.colleague.short', title: 'begin.colleague.title' },
};

const stateKeys: Readonly<Record<StepState, string>> = {
  open: 'begin.state.open',
  later: 'begin.state.later',
  done: 'begin.state.done',
};

export function presentProgress(
  steps: readonly Step[],
  current: StepPlace,
  { isOffered, locale }: { readonly isOffered: boolean; readonly locale: Locale },
) {
  const done = steps.filter(({ state }) => state === 'done').length;
  const open = steps.filter(({ state }) => state === 'open').length;
  return {
    steps: steps.map(({ name, state }, at) => ({
      name: locale.text(stepKeys[name].short),
      title: locale.text(stepKeys[name].title),
      href: stepHref(name),
      state,
      stateText: locale.text(stateKeys[state]),
      number: at + 1,
      isCurrent: name === current,
    })),
    number: steps.findIndex(({ name }) => name === current) + 1,
    count: steps.length,
    done,
    open,
    isOffered,
    isReady: current === 'ready',
  };
}

export type FieldKind = 'text' | 'email' | 'password' | 'area' | 'select' | 'radio' | 'tick';

export interface FieldWish {
  readonly name: string;
  readonly kind: FieldKind;
  /** Text key. */
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly options?: readonly {
    readonly value: string;
    readonly text: string;
    readonly hint?: string;
  }[];
  readonly complete?: string;
  /** An address, a host: written from left to right in every language. */
  readonly isCode?: boolean;
  readonly isNeeded?: boolean;
  readonly width?: 'short';
  readonly placeholder?: string;
  /** What says it instead of the file. */
  readonly fixedBy?: string | undefined;
}

export function presentField(wish: FieldWish, bad: readonly BadField[], locale: Locale) {
  const wrong = bad.find(({ field }) => field === wish.name);
  return {
    name: wish.name,
    kind: wish.kind,
    label: locale.text(wish.label),
    hint: wish.hint,
    value: wish.value,
    options: (wish.options ?? []).map((option) => ({
      ...option,
      isChosen: option.value === wish.value,
    })),
    // A password of somewhere else: the browser must not put in the one of the desk, and a program that keeps passwords may.
    complete: wish.complete ?? (wish.kind === 'password' ? 'new-password' : 'off'),
    isCode: wish.isCode === true,
    isNeeded: wish.isNeeded === true,
    width: wish.width,
    placeholder: wish.placeholder,
    fixed:
      wish.fixedBy === undefined ? undefined : locale.text('begin.fixed', { by: wish.fixedBy }),
    wrong: wrong === undefined ? undefined : locale.text(expectationKeys[wrong.expected]),
    came:
      wrong === undefined || wrong.value.trim() === ''
        ? undefined
        : locale.text('begin.came', { value: wrong.value.slice(0, 200) }),
  };
}

const expectationKeys: Readonly<Record<Expectation, string>> = {
  line: 'begin.expect.line',
  address: 'begin.expect.address',
  'not-own': 'begin.expect.not-own',
  'free-address': 'begin.expect.free-address',
  password: 'begin.expect.password',
  same: 'begin.expect.same',
  addresses: 'begin.expect.addresses',
  zone: 'begin.expect.zone',
  language: 'begin.expect.language',
  host: 'begin.expect.host',
  port: 'begin.expect.port',
  security: 'begin.expect.security',
  'password-needed': 'begin.expect.password-needed',
  'user-needed': 'begin.expect.user-needed',
  'queue-name': 'begin.expect.queue-name',
  login: 'begin.expect.login',
  'free-login': 'begin.expect.free-login',
};

const failureKeys: Readonly<Record<SmtpFailureKind, string>> = {
  'name-unknown': 'begin.failed.name-unknown',
  'nobody-listens': 'begin.failed.nobody-listens',
  unreachable: 'begin.failed.unreachable',
  timeout: 'begin.failed.timeout',
  certificate: 'begin.failed.certificate',
  tls: 'begin.failed.tls',
  'no-starttls': 'begin.failed.no-starttls',
  'not-smtp': 'begin.failed.not-smtp',
  'login-refused': 'begin.failed.login-refused',
  'login-needed': 'begin.failed.login-needed',
  'sender-refused': 'begin.failed.sender-refused',
  'relay-denied': 'begin.failed.relay-denied',
  'recipient-refused': 'begin.failed.recipient-refused',
  'too-large': 'begin.failed.too-large',
  'try-later': 'begin.failed.try-later',
  refused: 'begin.failed.refused',
  dropped: 'begin.failed.dropped',
};

/** What is so, and what to do about it. */
export function failureText(
  failure: SmtpFailureKind,
  { server, sender }: { readonly server: string; readonly sender: string },
  locale: Locale,
): string {
  return locale.text(failureKeys[failure], { server, sender });
}
