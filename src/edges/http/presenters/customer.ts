/**
 * A customer beside a conversation and on a page of his own: who he is, his tickets, those of his company.
 *
 * Promises: pure; what is guessed says so.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { Company, Person, Standing } from '../../../core/customer/customer.ts';
import { companyDomainOf } from '../../../core/customer/free-mail.ts';
import { guessTimeZone, type MailDate } from '../../../core/customer/time-zone.ts';
import { addressKey, domainOf, isAddress } from '../../../core/message/address.ts';
import { doubtName } from '../../../core/message/look-alike.ts';
import { phoneOf } from '../../../core/phone/phone-number.ts';
import { isEnded } from '../../../core/ticket/states.ts';
import type { FoundTickets } from '../../../services/customer-tickets.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { ownerOf, type RowWords, subjectOf } from './list.ts';
import type { NameOf } from './people.ts';
import { shownPhone } from './phone.ts';
import { stateLooks } from './states.ts';

export type CustomerWords = RowWords;

export interface CustomerFindings {
  readonly address: string;
  /** Its own first. */
  readonly addresses: readonly string[];
  readonly person: Person | undefined;
  readonly domain: string | undefined;
  readonly company: Company | undefined;
  readonly standing: Standing | undefined;
  readonly own: FoundTickets;
  readonly ofDomain: FoundTickets | undefined;
  /** Of mails, newest first. */
  readonly dates: readonly MailDate[];
}

const besideConversation = 5;
const onPage = 200;

export function customerHref(address: string): string {
  return `/customers/${encodeURIComponent(address)}`;
}

export function presentCustomer(
  found: CustomerFindings,
  place: { readonly folder: TicketFolder; readonly name: string; readonly mayEdit: boolean },
  words: CustomerWords,
) {
  const { locale } = words;
  const { ticket } = place.folder;
  const others = found.own.records.filter(({ number }) => number !== ticket.number);
  const href = customerHref(found.address);
  const ofDomain = (found.ofDomain?.records ?? []).filter(({ number }) => number !== ticket.number);
  return {
    ...presentFacts(found, { language: ticket.language, name: place.name }, words),
    href,
    editHref:
      place.mayEdit && phoneOf(found.address) === undefined
        ? `${href}?back=${ticket.number}#notes`
        : undefined,
    own: presentGroup(others, found.own.isCut, besideConversation, words),
    company:
      found.domain === undefined
        ? undefined
        : {
            name: companyName(found),
            notes: found.company?.notes ?? '',
            text: locale.text('customer.of-domain', { domain: found.domain }),
            tickets: presentGroup(
              ofDomain,
              found.ofDomain?.isCut === true,
              besideConversation,
              words,
            ),
          },
  };
}

/** What may be done here. */
export interface CustomerRights {
  readonly mayEdit: boolean;
  readonly mayRestrictDomain: boolean;
}

export function presentCustomerPage(
  found: CustomerFindings,
  { mayEdit, mayRestrictDomain }: CustomerRights,
  words: CustomerWords,
) {
  const { locale, dates } = words;
  const { person, domain, company, own } = found;
  const newest = own.records.find(({ language }) => language !== undefined);
  const customer = own.records.find(
    (record) =>
      record.customer !== undefined &&
      found.addresses.includes(addressKey(record.customer.address)),
  )?.customer;
  const first = Math.min(...own.records.map(({ created }) => created));
  const last = own.records[0]?.updated;
  const href = customerHref(found.address);
  return {
    ...presentFacts(found, { language: newest?.language, name: customer?.name ?? '' }, words),
    href,
    mayEdit,
    joined: found.addresses.map((address) => ({
      address: shownPhone(phoneOf(address)) ?? address,
      isThis: address === found.address,
      href: customerHref(address),
      canPart: mayEdit && found.addresses.length > 1,
    })),
    contact:
      last === undefined
        ? undefined
        : {
            first: dates.full(toTime(own.records, first)),
            last: dates.full(last),
          },
    form: {
      name: person?.name ?? customer?.name ?? '',
      language: person?.language ?? '',
      timeZone: person?.timeZone ?? '',
      company: person?.company ?? '',
      notes: person?.notes ?? '',
    },
    acts: mayEdit ? restrictActs(`${href}/restrict`, person, locale) : undefined,
    own: presentGroup(own.records, own.isCut, onPage, words),
    company:
      domain === undefined
        ? undefined
        : {
            domain,
            name: companyName(found),
            since: sinceText(company, words),
            form: { name: company?.name ?? '', notes: company?.notes ?? '' },
            action: `/companies/${encodeURIComponent(domain)}`,
            acts: mayRestrictDomain
              ? restrictActs(`/companies/${encodeURIComponent(domain)}/restrict`, company, locale)
              : undefined,
            text: locale.text('customer.of-domain', { domain }),
            tickets: presentGroup(
              found.ofDomain?.records ?? [],
              found.ofDomain?.isCut === true,
              onPage,
              words,
            ),
          },
  };
}

function toTime(records: readonly TicketRecord[], first: number): Instant {
  const oldest = records.find(({ created }) => created === first);
  if (oldest === undefined) throw new RangeError('There is no first ticket');
  return oldest.created;
}

function companyName({ person, company, domain }: CustomerFindings): string {
  return [person?.company, company?.name, domain].find((name) => (name ?? '') !== '') ?? '';
}

interface Guessed {
  readonly language: string | undefined;
  readonly name: string;
}

function presentFacts(found: CustomerFindings, guessed: Guessed, words: CustomerWords) {
  const { locale } = words;
  const { person, address } = found;
  const said = person?.language;
  const language = said ?? guessed.language;
  // Shown alone, a name that is made to be taken for another's would hide who it is.
  const isDoubtful = doubtName({ name: guessed.name, address }) !== undefined;
  const name = [person?.name, isDoubtful ? '' : guessed.name].find(
    (text) => (text ?? '').trim() !== '',
  );
  return {
    address,
    name: name ?? shownPhone(phoneOf(address)) ?? address,
    hasName: name !== undefined && phoneOf(address) === undefined,
    mailto: `mailto:${encodeURIComponent(address).replace('%40', '@')}`,
    addresses: found.addresses.filter((other) => other !== address),
    notes: person?.notes ?? '',
    standing: presentStanding(found, words),
    language:
      language === undefined
        ? undefined
        : {
            text: locale.languageName(language),
            hint: locale.text(said === undefined ? 'customer.language-guessed' : 'customer.said'),
          },
    time: presentTime(found, language, words),
  };
}

/** The clock on his wall. */
function presentTime(
  { person, dates, address }: CustomerFindings,
  language: string | undefined,
  { locale, now, dates: deskDates }: CustomerWords,
) {
  const guess = guessTimeZone({ dates, language, domain: domainOf(address) });
  const zone = person?.timeZone ?? guess?.zone;
  if (zone === undefined) return undefined;
  const there = locale.dates(zone);
  const isOther = there.day(now) !== deskDates.day(now);
  return {
    text: isOther ? there.weekdayTime(now) : there.time(now),
    zone: zone.replaceAll('_', ' '),
    isGuess: person?.timeZone === undefined,
    hint: locale.text(
      person?.timeZone !== undefined
        ? 'customer.said'
        : guess?.byDates === true
          ? 'customer.zone-by-dates'
          : 'customer.zone-by-country',
    ),
  };
}

function presentStanding({ standing, address }: CustomerFindings, words: CustomerWords) {
  if (standing === undefined) return undefined;
  const { locale } = words;
  const { kind, by, since } = standing;
  return {
    sign: kind === 'blocked' ? 'snot' : 'mute',
    text: locale.text(kind === 'blocked' ? 'customer.blocked' : 'customer.muted', {
      whom: by === address ? address : by,
    }),
    since: dayText(since, words.nameOf, locale),
    hint: locale.text(kind === 'blocked' ? 'customer.blocked-hint' : 'customer.muted-hint'),
  };
}

function sinceText(company: Company | undefined, { locale, nameOf }: CustomerWords) {
  const since = company?.blocked ?? company?.muted;
  if (company === undefined || since === undefined) return undefined;
  const key = company.blocked === undefined ? 'customer.muted' : 'customer.blocked';
  const day = dayText(since, nameOf, locale);
  const text = locale.text(key, { whom: company.domain });
  return { sign: company.blocked === undefined ? 'mute' : 'snot', text, since: day };
}

function dayText(
  { day, by }: Standing['since'],
  nameOf: NameOf,
  locale: Locale,
): string | undefined {
  if (day === undefined) return undefined;
  return by === undefined
    ? locale.text('customer.since', { day })
    : locale.text('customer.since-by', { day, who: nameOf(by) });
}

interface RestrictAct {
  readonly what: Standing['kind'];
  readonly on: '0' | '1';
  readonly sign: string;
  readonly text: string;
}

export interface RestrictActs {
  readonly action: string;
  readonly buttons: readonly RestrictAct[];
}

/** One button for each thing: does it, or takes it back. */
function restrictActs(
  action: string,
  known: Pick<Person, 'blocked' | 'muted'> | undefined,
  locale: Locale,
): RestrictActs {
  const button = (what: Standing['kind'], isOn: boolean, sign: string, key: string) => ({
    what,
    on: isOn ? ('0' as const) : ('1' as const),
    sign,
    text: locale.text(key),
  });
  const isMuted = known?.muted !== undefined;
  const isBlocked = known?.blocked !== undefined;
  return {
    action,
    buttons: [
      button('muted', isMuted, 'mute', isMuted ? 'customer.unmute' : 'customer.mute'),
      button('blocked', isBlocked, 'snot', isBlocked ? 'customer.unblock' : 'customer.block'),
    ],
  };
}

export interface SenderActs {
  readonly label: string;
  readonly address: string;
  readonly customerHref: string;
  readonly standing: { readonly sign: string; readonly text: string } | undefined;
  readonly forms: readonly {
    readonly action: string;
    readonly what: Standing['kind'];
    readonly on: '0' | '1';
    readonly sign: string;
    readonly text: string;
  }[];
}

/** What may be done about the writer of a mail, one click each; undefined when nothing is known and nothing may be done. */
export function presentSenderActs(
  { address, standing }: { readonly address: string; readonly standing: Standing | undefined },
  { mayEdit, mayRestrictDomain }: CustomerRights,
  locale: Locale,
): SenderActs | undefined {
  if (!isAddress(address)) return undefined;
  const forms = standing === undefined ? offers() : takeBack(standing);
  return {
    label: locale.text('customer.sender', { address }),
    address,
    customerHref: customerHref(addressKey(address)),
    standing:
      standing === undefined
        ? undefined
        : {
            sign: standing.kind === 'blocked' ? 'snot' : 'mute',
            text: locale.text(
              standing.kind === 'blocked' ? 'customer.is-blocked' : 'customer.is-muted',
            ),
          },
    forms,
  };

  function offers(): SenderActs['forms'] {
    const domain = companyDomainOf(address);
    const own = `${customerHref(addressKey(address))}/restrict`;
    const act = (action: string, what: Standing['kind'], sign: string, text: string) => ({
      action,
      what,
      on: '1' as const,
      sign,
      text,
    });
    return [
      ...(mayEdit
        ? [
            act(own, 'muted', 'mute', locale.text('customer.mute-whom', { whom: address })),
            act(own, 'blocked', 'snot', locale.text('customer.block-whom', { whom: address })),
          ]
        : []),
      ...(mayRestrictDomain && domain !== undefined
        ? [
            act(
              `/companies/${encodeURIComponent(domain)}/restrict`,
              'blocked',
              'snot',
              locale.text('customer.block-whom', { whom: domain }),
            ),
          ]
        : []),
    ];
  }

  function takeBack({ kind, by }: Standing): SenderActs['forms'] {
    const isDomain = !by.includes('@');
    if (isDomain ? !mayRestrictDomain : !mayEdit) return [];
    const path = isDomain ? `/companies/${encodeURIComponent(by)}` : customerHref(by);
    const key = kind === 'blocked' ? 'customer.unblock-whom' : 'customer.unmute-whom';
    const text = locale.text(key, { whom: by });
    return [{ action: `${path}/restrict`, what: kind, on: '0', sign: 'check', text }];
  }
}

function presentGroup(
  records: readonly TicketRecord[],
  isCut: boolean,
  most: number,
  words: CustomerWords,
) {
  const { locale } = words;
  const open = records.filter(({ state }) => !isEnded(state)).length;
  return {
    count: locale.number(records.length),
    total: isCut
      ? locale.text('customer.more-than', { count: records.length })
      : locale.text('customer.tickets', { count: records.length }),
    counts: locale.list([
      locale.text('customer.open', { count: open }),
      locale.text('customer.ended', { count: records.length - open }),
    ]),
    rows: records.slice(0, most).map((record) => presentRecord(record, words)),
    rest:
      records.length > most ? locale.text('customer.rest', { count: records.length - most }) : '',
  };
}

function presentRecord(record: TicketRecord, words: CustomerWords) {
  const { locale, dates, now } = words;
  const owner = ownerOf(record.owner, words);
  return {
    href: `/tickets/${record.number}`,
    number: record.number,
    sign: stateLooks[record.state].sign,
    state: locale.text(stateLooks[record.state].key),
    subject: subjectOf(record.subject, locale),
    language: record.language,
    queue: record.queue,
    owner: owner?.name ?? '',
    customer: shownPhone(phoneOf(record.customer?.address ?? '')) ?? record.customer?.address ?? '',
    age: dates.age(record.updated, now),
    ageFull: dates.full(record.updated),
    ageIso: formatInstant(record.updated),
  };
}
