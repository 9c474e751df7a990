/**
 * Which text says what a setting is: flag, environment, desk.yaml or machine, in this order.
 *
 * Promises: pure and total; what is wrong is reported once, and the default stands in for it.
 * Leaves to others: what follows from the values (parse.ts).
 */
import type { ConfigProblem } from './config.ts';
import { findNearest } from './nearest.ts';
import {
  allSettings,
  directorySetting,
  type SettingName,
  type SettingValues,
  settings,
} from './settings.ts';
import { isTableKey } from './ticket-rules.ts';
import { host } from './values.ts';
import { readYamlTable, scalarTexts, unknownKey } from './yaml.ts';

export interface SourceFile {
  /** Path below `config/`. */
  readonly file: string;
  readonly text: string;
}

/** Texts by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  readonly desk: SourceFile | undefined;
  readonly queues: readonly SourceFile[];
  readonly mailboxes?: readonly SourceFile[];
  readonly calendars?: readonly SourceFile[];
  /** The .ics files beside the calendars. */
  readonly holidays?: readonly SourceFile[];
  readonly slas?: readonly SourceFile[];
  readonly hooks?: readonly SourceFile[];
  readonly gateways?: readonly SourceFile[];
  readonly environment: Environment;
  /** Texts by key of desk.yaml. */
  readonly flags: Environment;
  /** Name of the machine, the default of the setting. */
  readonly hostName: string;
  readonly directory: string;
}

export type Report = (problem: ConfigProblem) => void;

export interface Origin {
  readonly file: string;
  readonly line: number | undefined;
}

export interface SettingReader {
  /** The value, or the default when it is absent or wrong; what is wrong was reported. */
  read<N extends SettingName>(name: N): SettingValues[N];
  originOf(name: SettingName): Origin;
}

interface RawValue extends Origin {
  /** Undefined when the value cannot be text. */
  readonly text: string | undefined;
  /** How the setting is called there. */
  readonly label: string;
}

export function createReader(sources: ConfigSources, report: Report): SettingReader {
  const desk = readDeskFile(sources.desk, report);
  const machine = readMachineName(sources.hostName);

  function find(name: SettingName): RawValue | undefined {
    const { key, environment } = settings[name];
    const flag = sources.flags[key]?.trim();
    if (flag) return { text: flag, label: `--${key}`, file: 'command line', line: undefined };
    const variable = sources.environment[environment]?.trim();
    if (variable)
      return { text: variable, label: environment, file: 'environment', line: undefined };
    return desk.get(key) ?? (name === 'hostName' ? machine : undefined);
  }

  const reported = new Set<SettingName>();

  return {
    read(name) {
      const { kind, initial, secret } = settings[name];
      const raw = find(name);
      if (raw === undefined) return initial;
      const parsed = raw.text === undefined ? undefined : kind.parse(raw.text);
      if (parsed !== undefined) return parsed.value;
      if (reported.has(name)) return initial;
      reported.add(name);
      const shown = secret || raw.text === undefined ? '' : ` is "${raw.text.slice(0, 100)}", but`;
      const { file, line, label } = raw;
      report({ file, line, reason: `${label}${shown} should be ${kind.expected}` });
      return initial;
    },
    originOf(name) {
      const { file, line } = find(name) ?? { file: 'desk.yaml', line: undefined };
      return { file, line };
    },
  };
}

/** A machine may have a name that cannot stand in SMTP; that is nobody's mistake here. */
function readMachineName(text: string): RawValue | undefined {
  const name = host.parse(text)?.value;
  return name === undefined
    ? undefined
    : { text: name, label: '"hostName"', file: 'desk.yaml', line: undefined };
}

function readDeskFile(
  source: SourceFile | undefined,
  report: Report,
): ReadonlyMap<string, RawValue> {
  const values = new Map<string, RawValue>();
  if (source === undefined) return values;
  const { file, text } = source;
  const table = readYamlTable(text, file);
  for (const problem of table.problems) report(problem);

  const keys = allSettings.map(({ key }) => key).filter((key) => key !== directorySetting.key);
  for (const { key, line, value } of table.entries) {
    if (key === directorySetting.key) {
      report({ file, line, reason: `"${key}" cannot be set in the directory that it names` });
    } else if (isTableKey(key)) {
      // Read by ticket-rules.ts.
    } else if (!keys.includes(key)) {
      report({ file, line, reason: unknownKey('setting', key, keys) });
    } else if (value !== null) {
      values.set(key, { file, line, label: `"${key}"`, text: scalarTexts(value)?.join(', ') });
    }
  }
  return values;
}

/** Only what looks like a slip of the pen: other programs may have names of their own that begin like ours. */
export function reportUnknownEnvironment(environment: Environment, report: Report): void {
  const known = allSettings.map((setting) => setting.environment);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('MAILDESK_') || known.includes(name)) continue;
    const nearest = findNearest(name, known);
    if (nearest === undefined || nearest.distance > 2) continue;
    const reason = `Unknown variable ${name} (did you mean ${nearest.word}?)`;
    report({ file: 'environment', line: undefined, reason });
  }
}
