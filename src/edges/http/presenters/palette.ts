/**
 * What the palette finds beside the actions of the page: standard answers and tickets.
 *
 * Promises: pure; a standard answer is a button that opens the answer with it, or a link to its own page; a ticket is a link.
 */
import type { OfferedModule } from '../../../core/answers/offered-modules.ts';
import { keyOfModule } from '../../../services/answers/prepared-texts.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { moduleHref } from './answer-list.ts';
import { subjectOf } from './list.ts';
import { addressName } from './people.ts';

export interface PaletteHit {
  readonly name: string;
  readonly more: string;
  readonly sign: string;
  /** Of a link. */
  readonly href?: string;
  /** Of a button: where it is sent, and which text it puts in. */
  readonly action?: string;
  readonly offer?: string;
  readonly language?: string;
}

export interface PaletteGroup {
  readonly title: string;
  readonly hits: readonly PaletteHit[];
}

export interface PaletteRequest {
  /** Where standard answers go; undefined where there is no ticket, then they are opened. */
  readonly ticket: string | undefined;
  readonly modules: readonly OfferedModule[];
  readonly tickets: readonly TicketRecord[];
}

/** Groups in which nothing was found are left out. */
export function presentPalette(
  { ticket, modules, tickets }: PaletteRequest,
  locale: Locale,
): readonly PaletteGroup[] {
  const groups = [
    {
      title: locale.text('palette.answers'),
      hits: modules.map((found) => toModuleHit(found, ticket, locale)),
    },
    {
      title: locale.text('palette.tickets'),
      hits: tickets.map((record) => presentTicketHit(record, locale)),
    },
  ];
  return groups.filter(({ hits }) => hits.length > 0);
}

function toModuleHit(
  { module }: OfferedModule,
  ticket: string | undefined,
  locale: Locale,
): PaletteHit {
  return {
    name: module.title,
    more: locale.facts([`::${module.shortcut}`, locale.languageName(module.language)]),
    sign: 'book',
    language: module.language,
    ...(ticket === undefined
      ? { href: moduleHref(module) }
      : { action: `/tickets/${ticket}/insert`, offer: keyOfModule(module) }),
  };
}

export function presentTicketHit(
  { number, subject, queue, customer }: TicketRecord,
  locale: Locale,
): PaletteHit {
  const name = addressName(customer);
  return {
    name: subjectOf(subject, locale),
    more: locale.facts([number, queue, ...(name === undefined ? [] : [name])]),
    sign: 'inbox',
    href: `/tickets/${number}`,
  };
}
