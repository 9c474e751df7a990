/** `maildesk list` and `maildesk search`: tickets that match a query. */

import { type Command, InvalidArgumentError } from 'commander';
import { displayName } from '../../../core/message/address.ts';
import type { Query } from '../../../core/search/query.ts';
import { findView, type SavedView } from '../../../core/views/view.ts';
import type { ListRequest, TicketRecord } from '../../../services/index/index.ts';
import {
  mostListed,
  parseLimit,
  parseSort,
  sortNames,
} from '../../../services/present/list-request.ts';
import { expectOneOf } from '../../../services/present/refusals.ts';
import { toTicketSummary } from '../../../services/present/ticket-json.ts';
import type { CliDesk } from '../desk.ts';
import { queryFailure, viewFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable, shorten } from '../text.ts';

interface ListOptions {
  readonly sort?: Pick<ListRequest, 'sort' | 'descending'>;
  readonly view?: string;
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
}

export function addListCommands(program: Command, session: CliSession): void {
  const list = program
    .command('list')
    .description('list tickets')
    .argument('[query...]', 'such as: state:open invoice');
  const search = program
    .command('search')
    .description('search tickets, with the passage in which the words stand')
    .argument('[query...]');
  for (const [command, withSnippet, sort] of [
    [list, false, '-updated'],
    [search, true, 'relevance'],
  ] as const) {
    command
      .option('--sort <key>', `a minus in front means descending (default: ${sort})`, readSort)
      .option('--view <name>', 'a saved view: of the agent of --as, or a shared one')
      .option(
        '--limit <count>',
        `at most so many tickets, up to ${mostListed} (default: 50)`,
        readLimit,
        50,
      )
      .option('--after <mark>', 'the "next" of the page before')
      .option('--json', 'print JSON')
      .addHelpText(
        'after',
        '\nA query that begins with a minus stands behind "--": maildesk list -- -tag:spam',
      )
      .action((words: readonly string[], options: ListOptions) =>
        listTickets(session, { ...options, words, withSnippet, usual: sort }),
      );
  }
}

function readSort(text: string): Pick<ListRequest, 'sort' | 'descending'> {
  const order = parseSort(text);
  if (order === undefined) throw new InvalidArgumentError(expectOneOf(text, sortNames));
  return order;
}

function readLimit(text: string): number {
  const limit = parseLimit(text);
  if (limit === undefined)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${mostListed}`);
  return limit;
}

async function listTickets(
  session: CliSession,
  options: ListOptions & {
    readonly words: readonly string[];
    readonly withSnippet: boolean;
    /** The order where none is asked for. */
    readonly usual: string;
  },
): Promise<void> {
  await withDesk(session, 'indexed', async (desk) => {
    const login = loginOf(session, desk);
    const view = options.view === undefined ? undefined : await viewOf(options.view, login, desk);
    const query = await desk.searching.read([view?.query ?? '', options.words.join(' ')], login);
    if (!query.ok) throw queryFailure(query.refusal);
    await desk.index.settled();
    await searchArchive(session, desk, query.value);
    const page = await desk.index.list({
      query: query.value,
      ...(options.sort ?? parseSort(view?.sort ?? options.usual) ?? newestFirst),
      limit: options.limit,
      wholeArchive: true,
      ...(options.after === undefined ? {} : { after: options.after }),
    });
    if (!page.ok) throw queryFailure(page.refusal);
    const { records, next, total, complete } = page.value;
    if (options.json) {
      session.io.stdout(
        formatJson({ tickets: records.map(toTicketSummary), next: next ?? null, total, complete }),
      );
      return;
    }
    const { timeZone } = desk.config.current().desk;
    session.io.stdout(
      toTable(records, {
        timeZone,
        words: options.withSnippet ? await wordsOf(query.value, records, desk) : undefined,
        isTerminal: session.io.isTerminal,
      }),
    );
    if (next !== undefined)
      session.io.stderr(`${records.length} of ${total} tickets; more with --after ${next}\n`);
  });
}

const newestFirst = { sort: 'updated', descending: true } as const;

async function viewOf(
  wanted: string,
  login: string | undefined,
  desk: CliDesk,
): Promise<SavedView> {
  const agent = login === undefined ? undefined : desk.accounts.find(login);
  const views = await desk.savedViews.list(agent);
  const view = findView(views, wanted);
  if (view === undefined) throw viewFailure(wanted, views);
  return view;
}

/** Month by month; on a terminal one line says how far it is. */
async function searchArchive(
  { io }: CliSession,
  { index }: CliDesk,
  query: ListRequest['query'],
): Promise<void> {
  let width = 0;
  const show = (line: string) => {
    if (io.isTerminal) io.stderr(`\r${line.padEnd(width)}`);
    width = line.length;
  };
  for await (const { month, searched, months } of index.searchArchive({ query }))
    show(`archive ${month}: ${searched} of ${months} months searched`);
  if (width > 0 && io.isTerminal) io.stderr(`\r${' '.repeat(width)}\r`);
}

/** Of `--as`; whoever runs the desk sees everything. */
function loginOf(session: CliSession, desk: CliDesk): string | undefined {
  const actor = actorOf(session, desk);
  return actor.kind === 'agent' ? actor.login : undefined;
}

/** The passage that was found, with the file's name where it stands in one; else the first words. */
async function wordsOf(
  query: Query,
  records: readonly TicketRecord[],
  { passages }: CliDesk,
): Promise<(record: TicketRecord) => string> {
  const found = await passages.find(query, records);
  return ({ number, snippet }) => {
    const passage = found.get(number);
    if (passage === undefined) return snippet;
    const text = passage.pieces.map((piece) => piece.text).join('');
    return passage.file === undefined ? text : `${passage.file}: ${text}`;
  };
}

interface TableView {
  readonly timeZone: string;
  /** What is said of each ticket; undefined where nothing is. */
  readonly words: ((record: TicketRecord) => string) | undefined;
  readonly isTerminal: boolean;
}

function toTable(
  records: readonly TicketRecord[],
  { timeZone, words, isTerminal }: TableView,
): string {
  const header = [
    'NUMBER',
    'STATE',
    'QUEUE',
    'PRIORITY',
    'OWNER',
    'UPDATED',
    'CUSTOMER',
    'SUBJECT',
  ];
  const rows = records.map((record) => [
    record.number,
    record.state,
    record.queue,
    record.priority,
    record.owner ?? '-',
    formatLocal(record.updated, timeZone),
    record.customer === undefined ? '-' : shorten(displayName(record.customer), 24),
    shorten(record.subject, 80),
    ...(words === undefined ? [] : [shorten(words(record), 100)]),
  ]);
  return formatTable(rows, {
    header: words === undefined ? header : [...header, 'PASSAGE'],
    isTerminal,
  });
}
