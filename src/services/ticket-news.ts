/**
 * Atom feeds of tickets: what changed last in a queue, or among what any search finds.
 *
 * Promises: whoever has an agent's address reads what that agent may see at this moment, and nothing when he is kept out. Reading is
 * a list like any other: bounded, the newest change first, of what was removed nothing. Leaves to others: HTTP.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import type { LiveConfig } from '../config/config.ts';
import { displayName } from '../core/message/address.ts';
import type { QueryProblem } from '../core/search/query.ts';
import { dayOf } from '../core/ticket/number.ts';
import type { Agent } from './accounts/accounts.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import type { ListReader, TicketIndex, TicketRecord } from './index/index.ts';
import { type AtomEntry, formatAtom } from './present/atom.ts';
import type { Locale } from './render/locale.ts';
import type { Searching } from './searching.ts';

export interface NewsText {
  readonly text: string;
  /** Changes with the text. */
  readonly tag: string;
}

export type NewsProblem = QueryProblem | { readonly code: 'unknown-address' };

export interface TicketNews {
  /** Path below the viewer's address: `/news/SECRET/anna.atom?q=queue%3ABilling`. */
  pathOf(login: string, query: string): Promise<string>;
  /** `file` is the last part of the path, decoded. */
  read(secret: string, file: string, query: string): Promise<Result<NewsText, NewsProblem>>;
}

export interface TicketNewsDeps {
  readonly addresses: FeedAddresses;
  readonly index: Pick<TicketIndex, 'list'>;
  readonly agents: () => readonly Agent[];
  readonly readerOf: (agent: Agent) => ListReader | undefined;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly searching: Searching;
  readonly localeFor: (language: string) => Promise<Locale>;
  /** Where people reach the viewer. */
  readonly viewer: () => string;
  readonly clock: Clock;
}

const mostEntries = 100;

export function createTicketNews(deps: TicketNewsDeps): TicketNews {
  const { addresses, index, config } = deps;

  async function pathOf(login: string, query: string): Promise<string> {
    const file = fileOf(login);
    const secret = await addresses.secretOf({ kind: 'agent', login }, file);
    return `/news/${secret}/${encodeURIComponent(file)}?q=${encodeURIComponent(query)}`;
  }

  async function read(
    secret: string,
    file: string,
    text: string,
  ): Promise<Result<NewsText, NewsProblem>> {
    const agent = deps.agents().find(({ login, isDisabled }) => {
      return isDisabled !== true && fileOf(login) === file;
    });
    const isRight =
      agent !== undefined &&
      (await addresses.isSecretOf({ kind: 'agent', login: agent.login }, file, secret));
    if (!isRight) return refuse({ code: 'unknown-address' });
    const query = await deps.searching.read(text, agent.login);
    if (!query.ok) return query;
    const page = await index.list({
      query: query.value,
      sort: 'updated',
      descending: true,
      limit: mostEntries,
      reader: deps.readerOf(agent),
    });
    return page.ok ? ok(await write(agent, text, page.value.records)) : page;
  }

  async function write(
    agent: Agent,
    query: string,
    records: readonly TicketRecord[],
  ): Promise<NewsText> {
    const { desk } = config.current();
    const locale = await deps.localeFor(agent.language ?? desk.language);
    const base = deps.viewer().replace(/\/$/, '');
    const host = new URL(base).hostname;
    const search = `?q=${encodeURIComponent(query)}`;
    const text = formatAtom({
      id: `tag:${host},2026:news/${encodeURIComponent(agent.login)}${search}`,
      title: query === '' ? desk.name : `${desk.name}: ${query}`,
      updated: records[0]?.updated ?? deps.clock.now(),
      self: `${base}${await pathOf(agent.login, query)}`,
      page: `${base}/tickets${search}`,
      language: locale.code,
      entries: records.map((record) => toEntry(record, { base, host, locale })),
    });
    return { text, tag: createHash('sha256').update(text).digest('hex').slice(0, 32) };
  }

  return { pathOf, read };
}

interface EntryPlace {
  readonly base: string;
  readonly host: string;
  readonly locale: Locale;
}

function toEntry(record: TicketRecord, { base, host, locale }: EntryPlace): AtomEntry {
  const { number, subject, customer, updated, created, queue, state, snippet } = record;
  const day = dayOf(number);
  const author = customer === undefined ? '' : displayName(customer);
  return {
    id: `tag:${host},${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}:tickets/${number}`,
    title: subject === '' ? locale.text('ticket.no-subject') : subject,
    updated,
    published: created,
    author: author === '' ? host : author,
    page: `${base}/tickets/${number}`,
    categories: [queue, record.stateName ?? state],
    summary: snippet,
  };
}

function fileOf(login: string): string {
  return `${login}.atom`;
}
