/**
 * Addresses of spam filters and virus scanners as values of settings, each in one line.
 *
 *     spamd://host:783                 spamd:///run/spamd.sock
 *     rspamd://host:11334?password=…   rspamd:///run/rspamd.sock?controller=/run/controller.sock
 *     clamd://host:3310                clamd:///run/clamav/clamd.ctl
 *
 * Promises: reading is total; what `format` writes, `parse` reads back as the same value.
 */
import type { SocketAddress, SpamFilterAddress } from './scanning.ts';
import { endpoint, type ValueKind } from './values.ts';

const usualPorts = { spamd: 783, rspamd: 11_333, clamd: 3310 } as const;
const usualControllerPort = 11_334;

type Program = keyof typeof usualPorts;

interface ParsedAddress {
  readonly program: Program;
  readonly at: SocketAddress;
  readonly parameters: URLSearchParams;
}

export const spamFilter: ValueKind<SpamFilterAddress> = {
  expected:
    'spamd://host:port, spamd:///path/of/socket, rspamd://host:port?password=… or rspamd:///path?controller=/path',
  unit: undefined,
  parse(text) {
    const parsed = parseAddress(text);
    if (parsed?.program === 'spamd' && parsed.parameters.size === 0) {
      return { value: { program: 'spamd', at: parsed.at } };
    }
    return parsed?.program === 'rspamd' ? readRspamd(parsed) : undefined;
  },
  format(value) {
    const address = `${value.program}://${formatSocket(value.at)}`;
    if (value.program === 'spamd') return address;
    const parameters = new URLSearchParams();
    if (!isSameSocket(value.controller, value.at)) {
      parameters.set('controller', formatSocket(value.controller));
    }
    if (value.password !== undefined) parameters.set('password', value.password);
    return parameters.size === 0 ? address : `${address}?${parameters}`;
  },
};

export const virusScanner: ValueKind<SocketAddress> = {
  expected: 'clamd://host:port or clamd:///path/of/socket',
  unit: undefined,
  parse(text) {
    const parsed = parseAddress(text);
    const isRight = parsed?.program === 'clamd' && parsed.parameters.size === 0;
    return isRight ? { value: parsed.at } : undefined;
  },
  format: (value) => `clamd://${formatSocket(value)}`,
};

function readRspamd({ at, parameters }: ParsedAddress): { value: SpamFilterAddress } | undefined {
  const keys = [...parameters.keys()];
  const isKnown = keys.every((key) => key === 'controller' || key === 'password');
  if (!isKnown || new Set(keys).size < keys.length) return undefined;
  const named = parameters.get('controller');
  const controller = named === null ? at : parseSocket(named, usualControllerPort);
  if (controller === undefined) return undefined;
  const password = parameters.get('password') ?? '';
  return {
    value: {
      program: 'rspamd',
      at,
      controller,
      password: password === '' ? undefined : password,
    },
  };
}

function parseAddress(text: string): ParsedAddress | undefined {
  const match = /^(spamd|rspamd|clamd):\/\/([^?#\s]{1,1000})(?:\?(\S{0,2000}))?$/.exec(text);
  const program = match?.[1];
  if (match === null || !isProgram(program)) return undefined;
  const at = parseSocket(match[2] ?? '', usualPorts[program]);
  if (at === undefined) return undefined;
  return { program, at, parameters: new URLSearchParams(match[3] ?? '') };
}

function isProgram(text: string | undefined): text is Program {
  return text !== undefined && Object.hasOwn(usualPorts, text);
}

/** `/path` for a socket, else `host`, `host:port`, `[IPv6]:port`. */
function parseSocket(text: string, usualPort: number): SocketAddress | undefined {
  if (text.startsWith('/')) {
    const isPath = text.length > 1 && text.length <= 1000 && !/[\p{Cc}?#\s]/u.test(text);
    return isPath ? { kind: 'unix', path: text } : undefined;
  }
  if (/^\d+$/.test(text)) return undefined;
  const hasPort = /:\d+$/.test(text) && (!text.startsWith('[') || text.includes(']:'));
  const found = endpoint.parse(hasPort ? text : `${text}:${usualPort}`)?.value;
  if (found === undefined || found.port === 0) return undefined;
  return { kind: 'tcp', host: found.host, port: found.port };
}

function formatSocket(address: SocketAddress): string {
  return address.kind === 'unix' ? address.path : endpoint.format(address);
}

function isSameSocket(one: SocketAddress, other: SocketAddress): boolean {
  return formatSocket(one) === formatSocket(other);
}
