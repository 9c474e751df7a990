/** `maildesk answers …`: which standard answers there are, and what one becomes for a ticket. */
import type { Command } from 'commander';
import { browseModules } from '../../../core/answers/find-modules.ts';
import type { TextModule } from '../../../core/answers/text-module.ts';
import type { Writer } from '../../../services/answers/fill.ts';
import {
  type FilledAnswerJson,
  fillAnswerJson,
  toAnswerJson,
} from '../../../services/present/answer-json.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, formatTable, toLines } from '../text.ts';

interface ListOptions {
  readonly json?: true;
  readonly queue?: string;
  readonly language?: string;
}

interface FillOptions {
  readonly json?: true;
  readonly language?: string;
}

export function addAnswerCommands(program: Command, session: CliSession): void {
  const answers = program
    .command('answers')
    .description('standard answers and pieces of answers')
    .helpCommand(false);
  answers
    .command('list')
    .description('those that have the words, or all')
    .argument('[word...]')
    .option('--queue <name>', 'those offered there')
    .option('--language <tag>', 'those there in it')
    .option('--json', 'print JSON, as the API gives it')
    .action((words: readonly string[], options: ListOptions) => list(session, words, options));
  answers
    .command('show')
    .description('an answer in every language it has')
    .argument('<id>', 'such as billing/refund')
    .option('--json', 'print JSON, as the API gives it')
    .action((id: string, { json }: { readonly json?: true }) => show(session, id, json));
  answers
    .command('fill')
    .description('an answer filled in for a ticket; nothing is sent')
    .argument('<id>', 'such as billing/refund')
    .argument('<number>', 'of the ticket')
    .option('--language <tag>', 'that of the ticket when absent')
    .option('--json', 'print JSON, as the API gives it')
    .action((id: string, number: string, options: FillOptions) =>
      fill(session, { id, number, ...options }),
    );
}

async function list(
  session: CliSession,
  words: readonly string[],
  { json, queue = '', language = '' }: ListOptions,
): Promise<void> {
  await withDesk(session, 'store', async (desk) => {
    const search = { words: words.join(' '), queue, language, sees: () => true };
    const found = browseModules(desk.answers.modules(), search);
    session.io.stdout(
      json
        ? formatJson({ answers: found.flat().map(toAnswerJson) })
        : formatTable(found.map(toRow), { isTerminal: session.io.isTerminal }),
    );
  });
}

function toRow(variants: readonly TextModule[]): readonly string[] {
  const [first] = variants;
  return [
    first?.id ?? '',
    variants.map(({ language }) => language).join(','),
    `::${first?.shortcut ?? ''}`,
    first?.title ?? '',
  ];
}

async function show(session: CliSession, id: string, json: true | undefined): Promise<void> {
  await withDesk(session, 'store', async (desk) => {
    const found = variantsOf(desk, id).map(toAnswerJson);
    const pages = found.map((one) => {
      const facts = [
        ['Answer', one.id],
        ['Language', one.language],
        ['Title', one.title],
        ['Keywords', one.keywords.join(', ')],
        ['Shortcut', `::${one.shortcut}`],
        ['Queues', one.queues.join(', ')],
        ['Attachments', one.attachments.join(', ')],
      ].filter(([, value]) => value !== '');
      return `${formatTable(facts, { isTerminal: false })}\n${toLines(one.text).trimEnd()}\n`;
    });
    session.io.stdout(json ? formatJson({ answers: found }) : pages.join('\n'));
  });
}

async function fill(
  session: CliSession,
  {
    id,
    number: given,
    json,
    language,
  }: FillOptions & { readonly id: string; readonly number: string },
): Promise<void> {
  const number = requireNumber(given);
  await withDesk(session, 'store', async (desk) => {
    const folder = await desk.reader.read(number);
    if (folder === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
    const filled = fillAnswerJson(desk.filling, {
      variants: variantsOf(desk, id),
      languages: [language, folder.ticket.language, desk.config.current().desk.language],
      folder,
      agent: writerOf(session, desk),
    });
    if (filled === undefined) throw unknown(id);
    session.io.stdout(json ? formatJson(filled) : toPage(filled));
    if (filled.missing.length > 0)
      session.io.stderr(`Not filled in: ${filled.missing.join(', ')}\n`);
  });
}

/** Whoever acts as no agent has no name that a customer would know. */
function writerOf(session: CliSession, desk: CliDesk): Writer {
  const actor = actorOf(session, desk);
  const agent = actor.kind === 'agent' ? desk.accounts.find(actor.login) : undefined;
  return agent ?? { name: '', email: '' };
}

function toPage({ salutation, text, signature, attachments }: FilledAnswerJson): string {
  const parts = [
    salutation,
    text.trimEnd(),
    signature,
    attachments.map((name) => `[${name}]`).join('\n'),
  ];
  return `${parts
    .filter((part) => part !== '')
    .map((part) => toLines(part).trimEnd())
    .join('\n\n')}\n`;
}

function variantsOf(desk: CliDesk, id: string): readonly TextModule[] {
  const variants = desk.answers.modules().filter((each) => each.id === id);
  if (variants.length === 0) throw unknown(id);
  return variants;
}

function unknown(id: string): CliFailure {
  return new CliFailure(exits.data, `There is no answer "${id}"; "answers list" names all`);
}
