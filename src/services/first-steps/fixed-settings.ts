/** Settings that desk.yaml cannot change, because the environment or the command line says them. */
import type { Environment } from '../../config/reader.ts';
import { type SettingName, settings } from '../../config/settings.ts';

export interface FixedSettings {
  /** What says it, as people call it: `MAILDESK_NAME`, `--name`. Undefined for what the file may say. */
  by(name: SettingName): string | undefined;
}

export function createFixedSettings(environment: Environment, flags: Environment): FixedSettings {
  return {
    by(name) {
      const { key, environment: variable } = settings[name];
      if (flags[key]?.trim()) return `--${key}`;
      return environment[variable]?.trim() ? variable : undefined;
    },
  };
}
