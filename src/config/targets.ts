/**
 * Targets in files: the table `targets` of a queue and of a service level.
 *
 *     targets:
 *       firstResponse: 4h
 *       update: 8h
 *       solution: 24h
 *       priorities:
 *         urgent: { firstResponse: 30m }
 *
 * Promises: pure and total; everything wrong is a problem with its line.
 */
import { type Duration, day, hour, minute } from '../base/clock.ts';
import {
  type TargetKind,
  type TargetSpec,
  type TargetTimes,
  targetKinds,
  type UpdateMode,
  updateModes,
} from '../core/escalation/targets.ts';
import {
  choosableStates,
  isEnded,
  isPriority,
  priorities,
  type TicketState,
} from '../core/ticket/states.ts';
import { unknownKey } from './yaml.ts';
import { describeNode, nodeTexts, type ReportLine, type YamlNode } from './yaml-tree.ts';

export const targetKeys = [
  ...targetKinds,
  'updateFrom',
  'pausing',
  'firstResponsePausing',
  'priorities',
] as const;

/** Undefined for nothing there, or nothing that can be used. */
export function readTargets(
  node: YamlNode | undefined,
  report: ReportLine,
): TargetSpec | undefined {
  if (node === undefined || node.kind === 'nothing') return undefined;
  if (node.kind !== 'table') {
    report(
      node.line,
      `"targets" should be a table such as "firstResponse: 4h", not ${describeNode(node)}`,
    );
    return undefined;
  }
  for (const { key, line } of node.pairs)
    if (!targetKeys.some((known) => known === key))
      report(line, unknownKey('target', key, targetKeys));
  const find = (key: string) => {
    const found = node.pairs.find((pair) => pair.key === key)?.node;
    return found?.kind === 'nothing' ? undefined : found;
  };
  const updateFrom = readMode(find('updateFrom'), report);
  const pausing = readStates('pausing', find('pausing'), report);
  const firstResponsePausing = readStates(
    'firstResponsePausing',
    find('firstResponsePausing'),
    report,
  );
  return {
    times: readTimes(node, report),
    priorities: readPriorities(find('priorities'), report),
    ...(updateFrom === undefined ? {} : { updateFrom }),
    ...(pausing === undefined ? {} : { pausing }),
    ...(firstResponsePausing === undefined ? {} : { firstResponsePausing }),
  };
}

function readTimes(node: YamlNode, report: ReportLine): TargetTimes {
  const times: Partial<Record<TargetKind, Duration | 'off'>> = {};
  for (const { key, line, node: value } of node.kind === 'table' ? node.pairs : []) {
    const kind = targetKinds.find((known) => known === key);
    if (kind === undefined || value.kind === 'nothing') continue;
    const time = value.kind === 'scalar' ? parseWorkingTime(value.text) : undefined;
    if (time !== undefined) times[kind] = time;
    else report(line, `"${key}" is ${describeNode(value)}, but should be ${expectedTime}`);
  }
  return times;
}

const expectedTime =
  'working hours and minutes such as 4h, 90m or 1h30m, at most 9000h, or off; a day of work has as many hours as its calendar';
const longest: Duration = 375 * day;

/** `4h`, `90m`, `1h30m`, `1.5h`; `off` and `false`, as YAML has it. Days would leave open how many hours they have. */
export function parseWorkingTime(text: string): Duration | 'off' | undefined {
  if (/^(?:off|false|no)$/i.test(text.trim())) return 'off';
  const [, hours, minutes] =
    /^(?:(\d{1,5}(?:\.\d{1,3})?)\s*h)?\s*(?:(\d{1,6})\s*m(?:in)?)?$/i.exec(text.trim()) ?? [];
  const time = Math.round(Number(hours ?? 0) * hour + Number(minutes ?? 0) * minute);
  return time > 0 && time <= longest ? time : undefined;
}

function readPriorities(
  node: YamlNode | undefined,
  report: ReportLine,
): NonNullable<TargetSpec['priorities']> {
  const read: Partial<Record<(typeof priorities)[number], TargetTimes>> = {};
  if (node === undefined) return read;
  if (node.kind !== 'table') {
    report(
      node.line,
      `"priorities" should be a table such as "urgent: { firstResponse: 30m }", not ${describeNode(node)}`,
    );
    return read;
  }
  for (const { key, line, node: times } of node.pairs) {
    if (!isPriority(key)) report(line, unknownKey('priority', key, priorities));
    else if (times.kind !== 'table')
      report(
        line,
        `"${key}" should be a table such as "{ firstResponse: 30m }", not ${describeNode(times)}`,
      );
    else {
      for (const pair of times.pairs)
        if (!targetKinds.some((known) => known === pair.key))
          report(pair.line, unknownKey('target of a priority', pair.key, targetKinds));
      read[key] = readTimes(times, report);
    }
  }
  return read;
}

function readMode(node: YamlNode | undefined, report: ReportLine): UpdateMode | undefined {
  if (node === undefined) return undefined;
  const mode = updateModes.find((known) => node.kind === 'scalar' && known === node.text);
  if (mode === undefined)
    report(
      node.line,
      `"updateFrom" is ${describeNode(node)}, but should be "customer" or "contact"`,
    );
  return mode;
}

const pausable = choosableStates.filter((state) => !isEnded(state));

function readStates(
  key: string,
  node: YamlNode | undefined,
  report: ReportLine,
): readonly TicketState[] | undefined {
  if (node === undefined) return undefined;
  const isEmpty = node.kind === 'list' && node.items.length === 0;
  const texts = isEmpty ? [] : (nodeTexts(node) ?? ['']);
  if (texts.length === 1 && /^(?:none|off|false|no)$/i.test(texts[0] ?? '')) return [];
  return texts.flatMap((text) => {
    const state = pausable.find((known) => known === text);
    if (state === undefined)
      report(
        node.line,
        `"${key}" names ${text === '' ? describeNode(node) : `"${text.slice(0, 100)}"`}, but should name states: ${pausable.join(', ')}`,
      );
    return state ?? [];
  });
}
