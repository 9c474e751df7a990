/** What an agent's quiet times and digest mean: his zone, and calendars by name. Promises: pure. */
import { calendarNamed } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import type { QuietPlace } from '../../core/notify/quiet.ts';
import type { Agent } from '../accounts/accounts.ts';

export function placeOf({ timeZone }: Pick<Agent, 'timeZone'>, config: Config): QuietPlace {
  return {
    timeZone: timeZone ?? config.desk.timeZone,
    calendarOf: (name) => calendarNamed(config, name),
  };
}
