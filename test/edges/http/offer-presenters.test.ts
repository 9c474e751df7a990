import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import type { TextModule } from '../../../src/core/answers/text-module.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { findDoubts } from '../../../src/edges/http/presenters/doubts.ts';
import type { MessageWords } from '../../../src/edges/http/presenters/message.ts';
import { presentOffers } from '../../../src/edges/http/presenters/offers.ts';
import type { Locale } from '../../../src/services/render/locale.ts';
import { createRenderer } from '../../../src/services/render/templates.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const now = toInstant(Date.parse('2026-11-23T10:00:00Z'));
let locale: Locale;

beforeAll(async () => {
  const renderer = await createRenderer({
    templatesDirectory: join(root, 'templates'),
    localesDirectory: join(root, 'locales'),
  });
  const found = renderer.locales.find('en');
  if (found === undefined) throw new Error('There is no English');
  locale = found;
});

function words(): MessageWords {
  const dates = locale.dates('UTC');
  return {
    locale,
    dates,
    now,
    login: 'anna',
    nameOf: (login) => login,
    hasSmarthost: true,
    zone: 'UTC',
  };
}

const module: TextModule = {
  id: 'billing/refund',
  language: 'de',
  file: 'answers/billing/refund.de.md',
  title: 'Erstattung',
  keywords: [],
  shortcut: 'refund',
  queues: [],
  kind: 'piece',
  state: undefined,
  attachments: [],
  cursor: '{{cursor}}',
  text: 'Text',
};

it('a module says why it fits, how often it was used, and that it is in another language', () => {
  const [offer] = presentOffers(
    [{ kind: 'module', module, isOtherLanguage: true, words: ['doppelt', 'Geld'], used: 41 }],
    words(),
  );
  expect(offer).toEqual({
    key: 'module:billing/refund:de',
    number: 1,
    title: 'Erstattung',
    language: 'de',
    mark: 'German',
    why: 'Has the words doppelt and Geld. Used 41 times. There is none in the customer’s language; this one is in German.',
    words: 'doppelt · Geld',
    isEarlier: false,
    canSend: false,
  });
});

it('an earlier answer says when it was sent and where, and is not sent unread', () => {
  const ticket = parseTicketNumber('20261123004266');
  const message = parseMessageName('1.M1.desk');
  if (ticket === undefined || message === undefined) throw new Error('Names are wrong');
  const text = 'Dear Kim,\n\nwe paid the money back today.';
  const at = toInstant(now - 40 * 86_400_000);
  const [offer] = presentOffers(
    [{ kind: 'earlier', ticket, message, at, text, words: ['money'] }],
    words(),
  );
  expect(offer).toMatchObject({
    key: 'earlier:20261123004266:1.M1.desk',
    title: 'we paid the money back today.',
    mark: expect.stringMatching(/^Answer of .*Oct/),
    why: expect.stringMatching(
      /^Sent on 14 October 2026 .* in ticket 20261123004266\. Has the words money\.$/,
    ),
    isEarlier: true,
    canSend: false,
  });
});

it('doubts come together, and there are none about a text that is whole', () => {
  const offered = [{ module, isOtherLanguage: false }];
  const text = 'See the attachment.\n::refund\nOrder {{order}}.';
  expect(findDoubts(text, { files: 0, offered })).toEqual({
    lacksAttachment: true,
    unfilled: ['{{order}}'],
    shortcuts: ['::refund'],
  });
  expect(findDoubts('See the attachment.', { files: 1, offered })).toBeUndefined();
});
