/** `maildesk rules …`: the routing rules in force, and what they do to a mail. Nothing is filed. */
import type { Command } from 'commander';
import { type Instant, parseInstant } from '../../../base/clock.ts';
import type { ConditionTrace, RuleTrace } from '../../../core/rules/evaluate.ts';
import { routeBy } from '../../../core/rules/outcome.ts';
import type { Rule } from '../../../core/rules/rule.ts';
import type { Change } from '../../../core/ticket/event.ts';
import type { IncomingMail, IntakeTrial } from '../../../services/intake/incoming.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { type CliSession, readInput, withDesk } from '../session.ts';
import { formatJson, formatTable, toLine } from '../text.ts';

interface TestOptions {
  readonly json?: true;
  readonly at?: string;
  readonly sender?: string;
  readonly recipient?: readonly string[];
  readonly via?: string;
}

export function addRulesCommands(program: Command, session: CliSession): void {
  const rules = program.command('rules').description('the routing rules');

  rules
    .command('list')
    .description('print the rules in the order in which they are asked')
    .option('--json', 'print JSON')
    .action(({ json }: { readonly json?: true }) =>
      withDesk(session, 'store', async (desk) => {
        const all = desk.rules.rules();
        const { io } = session;
        if (json) io.stdout(formatJson({ rules: all.map(toRuleJson), problems: problemsOf(desk) }));
        else
          io.stdout(
            formatTable(
              all.map((rule) => [rule.name, rule.on, placeOf(rule), formatActions(rule)]),
              { header: ['RULE', 'ON', 'FILE', 'ACTIONS'], isTerminal: io.isTerminal },
            ),
          );
        tellProblems(session, desk);
      }),
    );

  rules
    .command('test')
    .description('tell which rules fire for the mail on standard input, and why; nothing is filed')
    .option('--json', 'print JSON')
    .option('--at <time>', 'as if the mail came at this time (2026-11-25T08:00:00Z)')
    .option('--sender <address>', 'sender of the envelope; "<>" for none')
    .option('--recipient <address...>', 'recipients of the envelope')
    .option('--via <way>', 'way in: smtp, lmtp, inbox, pipe, api', 'pipe')
    .action((options: TestOptions) =>
      withDesk(session, 'indexed', (desk) => testRules(session, desk, options)),
    );
}

async function testRules(session: CliSession, desk: CliDesk, options: TestOptions): Promise<void> {
  const { io } = session;
  const at = readTime(options.at);
  const raw = await readInput(session, desk.config.current().desk.maxMessageBytes);
  const trial = await desk.tryOut(
    {
      raw,
      via: readWay(options.via),
      sender: options.sender?.replace(/^<(.*)>$/, '$1'),
      recipients: options.recipient ?? [],
      client: undefined,
    },
    at,
  );
  if (options.json) io.stdout(formatJson({ ...toTrialJson(trial), problems: problemsOf(desk) }));
  else io.stdout(formatTrial(trial));
  tellProblems(session, desk);
}

function readTime(text: string | undefined): Instant | undefined {
  const time = text === undefined ? undefined : parseInstant(text);
  if (text === undefined || time !== undefined) return time;
  throw new CliFailure(
    exits.usage,
    `"${text}" is no time; expected one such as 2026-11-25T08:00:00Z`,
  );
}

const ways: readonly IncomingMail['via'][] = ['smtp', 'lmtp', 'inbox', 'pipe', 'api', 'imap'];

function readWay(text: string | undefined): IncomingMail['via'] {
  const way = ways.find((known) => known === text);
  if (way !== undefined) return way;
  throw new CliFailure(exits.usage, `"${text}" is no way in; expected ${ways.join(', ')}`);
}

function formatTrial(trial: IntakeTrial): string {
  const { outcome } = trial;
  const { changes, silencedBy } = routeBy(outcome.fired);
  const results = [
    ...changes.map(formatChange),
    ...(silencedBy === undefined ? [] : ['no automatic reply']),
  ];
  return [
    formatFate(trial),
    ...outcome.traces.flatMap(formatTrace),
    outcome.traces.length === 0
      ? 'There are no rules'
      : `Result: ${results.length === 0 ? 'no rule changes anything' : results.join(', ')}`,
    '',
  ].join('\n');
}

function formatFate({ rule, ticket, language, queue }: IntakeTrial): string {
  const written = language === undefined ? 'in no known language' : `in ${language}`;
  if (rule === 'duplicate')
    return `A mail that is known already, in ticket ${ticket}; it would not be filed again`;
  if (ticket !== undefined) return `A follow-up (${rule}) of ticket ${ticket}, ${written}`;
  return toLine(`A new ticket, by its address in ${queue}, ${written}`);
}

const verdicts: Readonly<Record<RuleTrace['result'], string>> = {
  fired: 'FIRES',
  no: 'does not fire',
  'only-new': 'not asked: only for new tickets',
  'only-follow-up': 'not asked: only for follow-ups',
  stopped: 'not asked: a rule before it says stop',
};

function formatTrace({ rule, result, condition }: RuleTrace): readonly string[] {
  const head = `${toLine(rule.name)} (${placeOf(rule)}): ${verdicts[result]}`;
  const lines = condition === undefined ? [] : formatCondition(condition, 1);
  return [head, ...lines, ...(result === 'fired' ? [`  then ${formatActions(rule)}`] : [])];
}

/** `+` before what holds, `-` before what does not. */
function formatCondition(trace: ConditionTrace, depth: number): readonly string[] {
  const begin = `${'  '.repeat(depth)}${trace.holds ? '+' : '-'}`;
  if (trace.kind === 'test') {
    const { key, wanted, saw } = trace;
    return [`${begin} ${toLine(`${key}: ${wanted}`)}  — saw: ${toLine(saw)}`];
  }
  if (trace.of.length === 0) return [`${begin} every mail`];
  const inner = trace.of.flatMap((part) => formatCondition(part, depth + 1));
  return [`${begin} ${trace.kind}`, ...inner];
}

function placeOf({ file, line }: Rule): string {
  return toLine(line === undefined ? file : `${file}:${line}`);
}

function formatActions({ actions }: Rule): string {
  const parts = [
    ...actions.set.map(([field, value]) => `${field}=${value}`),
    ...actions.tags.map((tag) => `tag=${tag}`),
    ...(actions.autoReply ? [] : ['no automatic reply']),
    ...(actions.stop ? ['stop'] : []),
  ];
  return toLine(parts.join(', '));
}

function formatChange(change: Change): string {
  const field = change.kind === 'set' ? change.field : change.set;
  return toLine(`${field}=${change.value}`);
}

function toRuleJson(rule: Rule) {
  const { name, file, line, on, actions } = rule;
  return { name, file, line: line ?? null, on, actions: toActionsJson(actions) };
}

function toActionsJson({ set, tags, autoReply, stop }: Rule['actions']) {
  return { set: Object.fromEntries(set), tags, autoReply, stop };
}

function toTrialJson({ rule, ticket, language, queue, outcome }: IntakeTrial) {
  const { changes, silencedBy } = routeBy(outcome.fired);
  return {
    followUp: rule,
    ticket: ticket ?? null,
    language: language ?? null,
    queue,
    fired: outcome.fired.map(({ name }) => name),
    changes: changes.map((change) => ({
      kind: change.kind,
      field: change.kind === 'set' ? change.field : change.set,
      value: change.value,
    })),
    autoReply: silencedBy === undefined,
    rules: outcome.traces.map(({ rule: each, result, condition }) => ({
      ...toRuleJson(each),
      result,
      condition: condition ?? null,
    })),
  };
}

function problemsOf({ rules }: CliDesk) {
  return rules.problems().map(({ file, line, reason }) => ({ file, line: line ?? null, reason }));
}

function tellProblems({ io }: CliSession, { rules }: CliDesk): void {
  for (const { file, line, reason } of rules.problems()) {
    const place = line === undefined ? file : `${file}:${line}`;
    io.stderr(`maildesk: ${toLine(`${place}: ${reason}; the file is skipped`)}\n`);
  }
}
