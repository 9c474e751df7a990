/**
 * Commands on the first lines of a mail: `#close`, `#owner ben`, then what is to be said.
 *
 * Promises: pure and total. A first line that begins with `#` and a letter is a command or is refused, so that a slip of
 * the pen never goes out to a customer.
 * Leaves to others: what was quoted (quoted.ts), whether the agent may do it (core/ticket/decide.ts, needs.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Change } from '../ticket/event.ts';
import { priorities } from '../ticket/states.ts';

export const mailedCommands = [
  '#note',
  '#close',
  '#open',
  '#pending',
  '#owner',
  '#take',
  '#queue',
  '#priority',
  '#tag',
  '#untag',
  '#watch',
] as const;

export interface MailedOrder {
  /** The text is for the team, not for the customer. */
  readonly isNote: boolean;
  readonly changes: readonly Change[];
  readonly text: string;
}

export type MailedProblem =
  | { readonly code: 'unknown-command'; readonly line: string }
  | { readonly code: 'bad-argument'; readonly line: string; readonly expected: MailedArgument }
  | { readonly code: 'too-many-commands'; readonly most: number }
  | { readonly code: 'nothing-said' };

export type MailedArgument = 'agent' | 'queue' | 'priority' | 'tag' | 'day' | 'none';

export interface MailedContext {
  /** Of the writer. */
  readonly login: string;
  /** The instant that a day and a time have on the desk's wall; undefined when there is none. */
  readonly instantOf: (day: string, time: string) => string | undefined;
}

const mostCommands = 20;
const longestCommand = 300;

/** `text` is what the agent wrote, without what was quoted. */
export function readOrder(
  text: string,
  context: MailedContext,
): Result<MailedOrder, MailedProblem> {
  const lines = text.split('\n');
  const changes: Change[] = [];
  let isNote = false;
  let at = 0;
  let count = 0;
  for (; at < lines.length; at += 1) {
    const line = withoutMarks(lines[at] ?? '');
    if (line === '') continue;
    if (!isCommandLine(line)) break;
    count += 1;
    if (count > mostCommands) return refuse({ code: 'too-many-commands', most: mostCommands });
    const read = readCommand(line.slice(0, longestCommand), context);
    if (!read.ok) return read;
    if (read.value === 'note') isNote = true;
    else changes.push(...read.value);
  }
  const said = lines.slice(at).join('\n').trim();
  if (said === '' && (isNote || changes.length === 0)) return refuse({ code: 'nothing-said' });
  return ok({ isNote, changes: lastOfEach(changes), text: said });
}

/** Programs put invisible marks of direction where Latin words stand in Arabic or Hebrew text, and people copy them. */
function withoutMarks(line: string): string {
  return line.replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g, '').trim();
}

function isCommandLine(line: string): boolean {
  return /^#\p{L}/u.test(line);
}

function readCommand(
  line: string,
  { login, instantOf }: MailedContext,
): Result<'note' | readonly Change[], MailedProblem> {
  const [word = '', ...rest] = line.split(/\s+/);
  const argument = rest.join(' ');
  const bad = (expected: MailedArgument) =>
    refuse({ code: 'bad-argument', line, expected } as const);
  const alone = (value: 'note' | readonly Change[]) => (argument === '' ? ok(value) : bad('none'));
  switch (word.toLowerCase()) {
    case '#note':
      return alone('note');
    case '#close':
      return alone([set('state', 'closed')]);
    case '#open':
      return alone([set('state', 'open')]);
    case '#take':
      return alone([set('owner', login)]);
    case '#watch':
      return alone([{ kind: 'add', set: 'watcher', value: login }]);
    case '#owner':
      return isWord(argument) ? ok([set('owner', argument.toLowerCase())]) : bad('agent');
    case '#queue':
      return argument === '' ? bad('queue') : ok([set('queue', argument)]);
    case '#priority': {
      const priority = argument.toLowerCase();
      return priorities.some((known) => known === priority)
        ? ok([set('priority', priority)])
        : bad('priority');
    }
    case '#tag':
    case '#untag': {
      const kind = word.toLowerCase() === '#tag' ? 'add' : 'remove';
      return isWord(argument) ? ok([{ kind, set: 'tag', value: argument }]) : bad('tag');
    }
    case '#pending': {
      const [, day = '', time = '09:00'] =
        /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?$/.exec(argument) ?? [];
      const until = day === '' ? undefined : instantOf(day, time);
      return until === undefined
        ? bad('day')
        : ok([set('state', 'pending-reminder'), set('pending-until', until)]);
    }
    default:
      return refuse({ code: 'unknown-command', line });
  }
}

function set(field: string, value: string): Change {
  return { kind: 'set', field, value };
}

function isWord(text: string): boolean {
  return /^[^\s\p{Cc}=]{1,100}$/u.test(text);
}

/** Who says two states means the last. */
function lastOfEach(changes: readonly Change[]): readonly Change[] {
  return changes.filter(
    (change, at) =>
      change.kind !== 'set' ||
      !changes.slice(at + 1).some((later) => later.kind === 'set' && later.field === change.field),
  );
}
