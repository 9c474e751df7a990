/**
 * What stands beside a dropped file about it: the facts of its `.yaml`, or of the file that Asterisk's voicemail writes.
 *
 * Promises: pure and total; a value that cannot be read is named and left out, the others hold.
 * Leaves to others: YAML (config/drop-sidecar.ts), what follows (drop-event.ts).
 */
import { type Instant, toInstant } from '../../base/clock.ts';

export interface Sidecar {
  readonly ticket?: string;
  readonly from?: string;
  readonly to?: string;
  readonly at?: Instant;
  readonly direction?: 'in' | 'out';
  /** Seconds. */
  readonly duration?: number;
  readonly queue?: string;
  readonly language?: string;
  readonly subject?: string;
  readonly text?: string;
  /** Login of whoever of us called or sent it. */
  readonly agent?: string;
}

export interface ReadSidecar {
  readonly facts: Sidecar;
  /** Keys that are not known, and those whose value cannot be read. */
  readonly wrong: readonly string[];
}

export const nothingSaid: ReadSidecar = { facts: {}, wrong: [] };

export const sidecarKeys = [
  'ticket',
  'from',
  'to',
  'at',
  'direction',
  'duration',
  'queue',
  'language',
  'subject',
  'text',
  'transcript',
  'agent',
] as const;

/** `73`, `73s`, `1:13` or `0:01:13`, in seconds; undefined for anything else. */
export function readSeconds(text: string): number | undefined {
  const plain = /^(\d{1,7})(?:\.\d{1,6})?\s?s?$/.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const [, hours = '0', minutes, seconds] = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (minutes === undefined || seconds === undefined) return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/**
 * The text file beside a message of Asterisk's voicemail: `[message]` and `key=value` lines. Undefined when it is none of
 * these, and so a transcript.
 */
export function readVoicemail(text: string): Sidecar | undefined {
  if (!/^\s*(?:;[^\n]*\n\s*)*\[message\]/i.test(text.slice(0, 2000))) return undefined;
  const values = new Map(
    text
      .slice(0, 20_000)
      .split('\n')
      .flatMap((line) => {
        const [, key, value] = /^\s*([a-z_]{1,40})\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
        return key === undefined || value === undefined
          ? []
          : [[key.toLowerCase(), value] as const];
      }),
  );
  const caller = values.get('callerid') ?? '';
  const from = /<([^<>]{1,40})>\s*$/.exec(caller)?.[1] ?? caller;
  const seconds = Number(values.get('origtime'));
  const duration = readSeconds(values.get('duration') ?? '');
  const to = values.get('origmailbox');
  return {
    ...(from === '' ? {} : { from }),
    ...(to === undefined || to === '' ? {} : { to }),
    ...(Number.isInteger(seconds) && seconds > 0 && seconds < 1e11
      ? { at: toInstant(seconds * 1000) }
      : {}),
    ...(duration === undefined ? {} : { duration }),
    direction: 'in',
  };
}
