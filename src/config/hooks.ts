/**
 * Hook files: config/hooks/*.yaml, one webhook or program a file that is told of what happens.
 *
 * Promises: pure and total; every thing wrong is a problem with its line, and no problem quotes a secret.
 * Leaves to others: whether the queues exist (parse.ts), telling them (services/hooks).
 */
import { day, minute, second } from '../base/clock.ts';
import { type Happening, happenings } from '../core/hooks/happenings.ts';
import type { Hook } from '../core/hooks/hook.ts';
import type { ConfigProblem } from './config.ts';
import { createTableReader, readFileName, type TableReader } from './table-reader.ts';
import { duration, textOf, type ValueKind, yesOrNo } from './values.ts';
import { scalarTexts, unknownKey } from './yaml.ts';

export interface HookFile {
  readonly file: string;
  /** Undefined when the file is not right. */
  readonly hook: Hook | undefined;
  readonly queuesLine: number | undefined;
  readonly problems: readonly ConfigProblem[];
}

const keys = [
  'url',
  'secret',
  'program',
  'on',
  'queues',
  'text',
  'timeout',
  'giveUpAfter',
  'enabled',
] as const;

type Source = TableReader<(typeof keys)[number]>;

const mostSecrets = 3;
const leastSecretLength = 16;
const timeout = duration({ least: second, most: 10 * minute });
const giveUpAfter = duration({ least: minute, most: 30 * day });

/** An address with whatever its receiver wants in it; a password in it would stand in logs. */
const hookAddress: ValueKind<string> = {
  expected: 'an address such as https://chat.example.org/hooks/1, without user and password',
  unit: undefined,
  parse(text) {
    if (!/^https?:\/\/[^\s#]{1,2000}$/i.test(text) || !URL.canParse(text)) return undefined;
    const { username, password, href } = new URL(text);
    return username === '' && password === '' ? { value: href } : undefined;
  },
  format: (value) => value,
};

export function parseHookFile(text: string, file: string): HookFile {
  const source = createTableReader(text, { file, what: 'hook', keys });
  const hook = source.isTable ? readHook(readFileName(file, source, 'hook'), source) : undefined;
  return {
    file,
    hook: source.problems.length > 0 ? undefined : hook,
    queuesLine: source.entry('queues')?.line,
    problems: source.problems,
  };
}

/** Undefined also for one that is switched off. */
function readHook(name: string, source: Source): Hook | undefined {
  const target = readTarget(source);
  const hook = {
    on: readHappenings(source),
    queues: readTexts(source, 'queues'),
    text: source.value('text', yesOrNo) ?? false,
    timeoutMs: source.value('timeout', timeout) ?? 30 * second,
    giveUpAfterMs: source.value('giveUpAfter', giveUpAfter) ?? 3 * day,
  };
  const isEnabled = source.value('enabled', yesOrNo) ?? true;
  return target === undefined || !isEnabled ? undefined : { name, target, ...hook };
}

function readTarget(source: Source): Hook['target'] | undefined {
  const { entry, report } = source;
  const [url, program] = [entry('url'), entry('program')];
  if ((url === undefined) === (program === undefined)) {
    report(program?.line, 'The hook needs one of "url", "program"');
    return undefined;
  }
  if (program !== undefined) {
    if (entry('secret') !== undefined)
      report(entry('secret')?.line, 'A "secret" signs what goes to a "url"; a program needs none');
    const command = readTexts(source, 'program');
    return command === undefined ? undefined : { kind: 'program', command: locate(command) };
  }
  const address = source.value('url', hookAddress);
  const secrets = readSecrets(source);
  return address === undefined || secrets === undefined
    ? undefined
    : { kind: 'url', url: address, secrets };
}

/** Programs run in the desk's folder; one without an absolute path lies in `config/hooks`. */
function locate([program = '', ...given]: readonly string[]): readonly string[] {
  return [program.startsWith('/') ? program : `config/hooks/${program}`, ...given];
}

function readSecrets({ entry, report }: Source): readonly string[] | undefined {
  const found = entry('secret');
  const secrets = scalarTexts(found?.value) ?? [];
  const isRight =
    secrets.length > 0 &&
    secrets.length <= mostSecrets &&
    secrets.every((each) => each.length >= leastSecretLength && each.length <= 1000);
  if (isRight) return secrets;
  const rule = `a text of at least ${leastSecretLength} characters, or a list of at most ${mostSecrets} of them`;
  report(found?.line, `The hook's "secret" signs what it is told and should be ${rule}`);
  return undefined;
}

function readHappenings(source: Source): ReadonlySet<Happening> {
  const line = source.entry('on')?.line;
  const wanted = readTexts(source, 'on');
  if (wanted === undefined) return new Set(happenings);
  const found = new Set<Happening>();
  for (const text of wanted) {
    const known = happenings.find((each) => each === text);
    if (known === undefined) source.report(line, unknownKey('happening', text, happenings));
    else found.add(known);
  }
  return found;
}

const word = textOf({ most: 1000 });

/** A text, or a list of them that is not empty. */
function readTexts(
  { entry, report }: Source,
  key: 'on' | 'queues' | 'program',
): readonly string[] | undefined {
  const found = entry(key);
  if (found === undefined) return undefined;
  const texts = scalarTexts(found.value) ?? [];
  if (texts.length > 0 && texts.every((text) => word.parse(text) !== undefined)) return texts;
  report(found.line, `The hook's "${key}" should be a text or a list of texts`);
  return undefined;
}
