/** The syntax of a Ticket block, line by line. Promises: pure and total; each finding has the byte at which its line begins. */
import { parseInstant } from '../../base/clock.ts';
import {
  isEventKind,
  type MessageName,
  parseActor,
  parseChange,
  parseDigest,
  parseParameters,
} from '../../core/ticket/event.ts';
import { parseTicketNumber } from '../../core/ticket/number.ts';
import { type PlacedField, splitPlaced } from '../../storage/block.ts';
import type { FileFinding } from './finding.ts';

export interface BlockCheck {
  /** Value of `Ticket-Raw`. */
  readonly raw: string | undefined;
  readonly findings: readonly FileFinding[];
}

type Check = (value: string) => boolean;

const checks: Readonly<Record<string, Check>> = {
  seal: (value) => parseDigest(value) !== undefined,
  number: (value) => parseTicketNumber(value) !== undefined,
  time: (value) => parseInstant(value) !== undefined,
  actor: (value) => parseActor(value) !== undefined,
  prev: (value) => parseDigest(value) !== undefined,
  set: (value) => parseChange('set', value) !== undefined,
  add: (value) => parseChange('add', value) !== undefined,
  remove: (value) => parseChange('remove', value) !== undefined,
  raw: (value) => {
    const parameters = parseParameters(value);
    return (
      /^[0-9]{1,15}$/.test(parameters.get('bytes') ?? '') &&
      /^[0-9a-f]{64}$/i.test(parameters.get('sha256') ?? '')
    );
  },
};

const atMostOnce: ReadonlySet<string> = new Set([
  'seal',
  'event',
  'number',
  'time',
  'actor',
  'raw',
]);

export function checkBlock(name: MessageName, head: Buffer): BlockCheck {
  const fields = splitPlaced(head);
  const seen = new Set<string>();
  const findings: FileFinding[] = [];
  for (const { name: written, value, offset } of fields) {
    const key = written.toLowerCase();
    const isAgain = seen.has(key) && atMostOnce.has(key);
    seen.add(key);
    if (isAgain || checks[key]?.(value) === false || /\p{Cc}/u.test(value))
      findings.push({ kind: 'format', name, field: `Ticket-${written}`, offset });
    if (key === 'event' && !isEventKind(value))
      findings.push({ kind: 'unknown-kind', name, value });
  }
  return { raw: firstValue(fields, 'raw'), findings };
}

function firstValue(fields: readonly PlacedField[], key: string): string | undefined {
  return fields.find(({ name }) => name.toLowerCase() === key)?.value;
}
