/**
 * Gateway files: config/gateways/*.yaml, one fax server or telephone system that mails a file.
 *
 * Promises: pure and total; every thing wrong is a problem with its line. Only what stands here is believed: a number in
 * a mail of anybody else means nothing.
 * Leaves to others: what such mails look like (core/phone/gateway-mail.ts), believing them (services/intake/gateways.ts).
 */
import { addressKey, isAddress } from '../core/message/address.ts';
import { type IpNetwork, parseIpNetwork } from '../core/message/ip-network.ts';
import type { ConfigProblem } from './config.ts';
import type { GatewayConfig } from './phone.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';

const keys = ['from', 'kind', 'clients', 'trust', 'queue'] as const;

export interface GatewayFile {
  readonly gateway: GatewayConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** `queues`: names of those there are. */
export function parseGatewayFile(
  text: string,
  file: string,
  queues: readonly string[],
): GatewayFile {
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const report = (line: number | undefined, reason: string) =>
    void problems.push({ file, line, reason });
  for (const { key, line } of table.entries)
    if (!keys.some((known) => known === key))
      report(line, unknownKey('gateway setting', key, keys));
  const find = (key: (typeof keys)[number]) =>
    table.entries.find((entry) => entry.key === key && entry.value !== null);
  const gateway = {
    name: file.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
    from: readFrom(find('from'), report),
    kind: readWord(find('kind'), ['fax', 'recording'] as const, report),
    clients: readClients(find('clients'), report),
    trustsLocal: readWord(find('trust'), ['sender', 'local'] as const, report) === 'local',
    queue: readQueue(find('queue'), queues, report),
  };
  return { gateway: problems.length > 0 ? undefined : gateway, problems };
}

type Report = (line: number | undefined, reason: string) => void;

function readFrom(entry: YamlEntry | undefined, report: Report): readonly string[] {
  const texts = scalarTexts(entry?.value) ?? [];
  const isRight = (text: string) => isAddress(text.startsWith('@') ? `fax${text}` : text);
  if (texts.length > 0 && texts.length <= 100 && texts.every(isRight)) return texts.map(addressKey);
  report(
    entry?.line,
    'The gateway\'s "from" should be addresses such as fax@example.org, or "@example.org"',
  );
  return [];
}

function readWord<T extends string>(
  entry: YamlEntry | undefined,
  words: readonly T[],
  report: Report,
): T | undefined {
  if (entry === undefined) return undefined;
  const found = words.find((word) => word === scalarText(entry.value));
  if (found === undefined)
    report(
      entry.line,
      `The gateway's "${entry.key}" should be ${words.map((word) => `"${word}"`).join(' or ')}`,
    );
  return found;
}

function readClients(entry: YamlEntry | undefined, report: Report): readonly IpNetwork[] {
  if (entry === undefined) return [];
  const networks = (scalarTexts(entry.value) ?? ['']).map(parseIpNetwork);
  const known = networks.filter((network) => network !== undefined);
  if (known.length < networks.length)
    report(
      entry.line,
      'The gateway\'s "clients" should be addresses and networks such as 192.0.2.1',
    );
  return known;
}

function readQueue(
  entry: YamlEntry | undefined,
  queues: readonly string[],
  report: Report,
): string | undefined {
  if (entry === undefined) return undefined;
  const wanted = scalarText(entry.value) ?? '';
  const found = queues.find((name) => name.toLowerCase() === wanted.toLowerCase());
  if (found === undefined) report(entry.line, unknownKey('queue', wanted, queues));
  return found;
}
