/**
 * The `.yaml` beside a dropped file.
 *
 * Promises: pure and total on any text; what is wrong is named by its key. Leaves to others: what the facts mean
 * (core/drop/sidecar.ts).
 */
import { type Instant, parseInstant, parseWallTime, second, toInstant } from '../base/clock.ts';
import { type ReadSidecar, readSeconds, type Sidecar, sidecarKeys } from '../core/drop/sidecar.ts';
import { mostTranscript } from '../core/drop/transcript.ts';
import { isLanguageTag } from './values.ts';
import { readYamlTable, scalarText } from './yaml.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `zone`: where times without one are meant. */
export function parseSidecar(text: string, zone: string): ReadSidecar {
  const table = readYamlTable(text, 'sidecar');
  if (table.problems.length > 0)
    return {
      facts: {},
      wrong: table.problems.map(({ line }) => `YAML${line === undefined ? '' : ` ${line}`}`),
    };
  const facts: Mutable<Sidecar> = {};
  const wrong: string[] = [];
  for (const { key, value } of table.entries) {
    if (value === null) continue;
    const found = value instanceof Object ? undefined : scalarText(value);
    if (found === undefined || !put(facts, key, found, zone)) wrong.push(key.slice(0, 40));
  }
  return { facts, wrong };
}

/** False for what is not known or cannot be read. */
function put(facts: Mutable<Sidecar>, key: string, value: string, zone: string): boolean {
  const known = sidecarKeys.find((each) => each === key.toLowerCase());
  switch (known) {
    case undefined:
      return false;
    case 'ticket':
    case 'from':
    case 'to':
    case 'queue':
    case 'agent':
    case 'subject':
      if (!isLine(value)) return false;
      facts[known] = value;
      return true;
    case 'language':
      if (!isLanguageTag(value)) return false;
      facts.language = value;
      return true;
    case 'text':
    case 'transcript':
      facts.text = value.slice(0, mostTranscript);
      return true;
    case 'direction':
      return putDirection(facts, value.toLowerCase());
    case 'duration': {
      const seconds = readSeconds(value);
      if (seconds !== undefined) facts.duration = seconds;
      return seconds !== undefined;
    }
    case 'at': {
      const at = readMoment(value, zone);
      if (at !== undefined) facts.at = at;
      return at !== undefined;
    }
  }
}

function isLine(value: string): boolean {
  return value !== '' && value.length <= 300 && !/\p{Cc}/u.test(value);
}

function putDirection(facts: Mutable<Sidecar>, value: string): boolean {
  if (value !== 'in' && value !== 'out') return false;
  facts.direction = value;
  return true;
}

/** ISO 8601 with a zone, or what a clock on the wall showed. */
function readMoment(text: string, zone: string): Instant | undefined {
  if (/^\d{4}-\d{2}-\d{2}[T ][\d:.]{4,16}\s?(?:Z|[+-]\d{2}:?\d{2})$/i.test(text))
    return parseInstant(text);
  const [, day, time = '00:00', seconds = '0'] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?)?$/.exec(text) ?? [];
  const at = day === undefined ? undefined : parseWallTime(`${day}T${time}`, zone);
  return at === undefined ? undefined : toInstant(at + Number(seconds) * second);
}
