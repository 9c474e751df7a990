/**
 * The table of settings for people: `maildesk config list`.
 *
 * Promises: a secret's value never appears.
 */
import type { Config } from './config.ts';
import { type SettingName, type SettingValues, settings } from './settings.ts';

export interface SettingRow {
  readonly key: string;
  readonly environment: string;
  readonly value: string;
  readonly default: string;
  readonly unit: string | undefined;
  readonly sentence: string;
}

/** One row a setting, in the order of their declaration. */
export function describeSettings(config: Config): readonly SettingRow[] {
  const values: SettingValues = config.desk;
  return Object.keys(settings)
    .filter(isSettingName)
    .map((name) => describe(name, values));
}

function isSettingName(text: string): text is SettingName {
  return Object.hasOwn(settings, text);
}

function describe<N extends SettingName>(name: N, values: SettingValues): SettingRow {
  const { key, environment, kind, initial, initialText, sentence, secret } = settings[name];
  const value = values[name];
  return {
    key,
    environment,
    value: secret && value !== undefined ? '***' : kind.format(value),
    default: initialText ?? kind.format(initial),
    unit: kind.unit,
    sentence,
  };
}
