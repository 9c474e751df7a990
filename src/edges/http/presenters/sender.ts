/**
 * Who really sent a mail, as one sign at its card; what the checks came to unfolds from it.
 *
 * Promises: pure; no sign where nothing was checked. Red is for a mail that its author's domain wants to be refused or set aside.
 */
import { domainOf } from '../../../core/message/address.ts';
import { judgeSender, type SenderSign } from '../../../core/message/sender-sign.ts';
import {
  type AuthenticationResult,
  readVerdicts,
  type SenderVerdict,
} from '../../../core/message/verdicts.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Locale } from '../../../services/render/locale.ts';

export interface SenderView {
  readonly look: 'done' | 'quiet' | 'soon' | 'late';
  readonly sign: string;
  readonly text: string;
  /** Belongs before the text of the mail, not below it. */
  readonly isWarning: boolean;
  readonly details: readonly { readonly name: string; readonly result: string }[];
  /** Who checked. */
  readonly source: string;
}

type Words = Pick<Locale, 'text'>;

export function presentSender(
  event: Pick<TicketEvent, 'fields' | 'mail'>,
  locale: Words,
): SenderView | undefined {
  const { sender } = readVerdicts(event.fields);
  if (sender === undefined) return undefined;
  const domain = domainOf(event.mail.from?.address ?? '');
  const { look, sign, key } = lookOf(judgeSender(sender, domain), sender);
  const { spf, dkim, dmarc, arc, by, dkimDomain, dmarcPolicy } = sender;
  const word = (result: AuthenticationResult) => locale.text(resultKeys[result]);
  const signed = word(dkim);
  return {
    look,
    sign,
    text: locale.text(key, { domain }),
    isWarning: look === 'late' || look === 'soon',
    details: [
      { name: 'SPF', result: word(spf) },
      {
        name: 'DKIM',
        result:
          dkimDomain === undefined
            ? signed
            : locale.text('world.detail', { text: signed, detail: dkimDomain }),
      },
      { name: 'DMARC', result: withPolicy(word(dmarc), dmarcPolicy, locale) },
      { name: 'ARC', result: word(arc) },
    ],
    source:
      by === 'desk' || by === ''
        ? locale.text('sender.by-desk')
        : locale.text('sender.by-server', { host: by }),
  };
}

interface Look {
  readonly look: SenderView['look'];
  readonly sign: string;
  readonly key: string;
}

const looks: Readonly<Record<SenderSign, Look>> = {
  confirmed: { look: 'done', sign: 'check', key: 'sender.confirmed' },
  unconfirmed: { look: 'quiet', sign: 'ring', key: 'sender.unconfirmed' },
  unchecked: { look: 'quiet', sign: 'ring', key: 'sender.unchecked' },
  forged: { look: 'late', sign: 'tri', key: 'sender.forged' },
};

/** A domain that asks for nothing is often still finding out which of its own servers send its mail. */
function lookOf(judged: SenderSign, { dmarcPolicy }: SenderVerdict): Look {
  const isStrict = dmarcPolicy === 'reject' || dmarcPolicy === 'quarantine';
  return judged === 'forged' && !isStrict
    ? { look: 'soon', sign: 'tri', key: 'sender.unknown' }
    : looks[judged];
}

function withPolicy(result: string, policy: string | undefined, locale: Words): string {
  const key = policyKeys[policy ?? ''];
  return key === undefined
    ? result
    : locale.text('world.detail', { text: result, detail: locale.text(key) });
}

const policyKeys: Readonly<Record<string, string>> = {
  none: 'sender.policy-none',
  quarantine: 'sender.policy-quarantine',
  reject: 'sender.policy-reject',
};

const resultKeys: Readonly<Record<AuthenticationResult, string>> = {
  pass: 'sender.pass',
  fail: 'sender.fail',
  softfail: 'sender.softfail',
  neutral: 'sender.neutral',
  none: 'sender.none',
  policy: 'sender.policy',
  temperror: 'sender.temperror',
  permerror: 'sender.permerror',
};
