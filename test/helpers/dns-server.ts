/**
 * A real DNS server (dnsmasq) on the loopback interface, with the records of a test.
 *
 * Promises: it asks nobody else; a name below `.example` that has no records does not exist; it is listening when
 * `startDnsServer` resolves. Leaves to others: closing it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './programs.ts';

export interface DnsServer {
  readonly port: number;
  /** As the setting `dnsServer` has it. */
  readonly address: string;
  close(): Promise<void>;
}

export interface Records {
  /** Text by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** IPv4 address by name. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Name of the mail server by domain. */
  readonly mailServers?: Readonly<Record<string, string>>;
}

export async function startDnsServer(records: Records): Promise<DnsServer> {
  const program = await findProgram('dnsmasq', 'dnsmasq-base');
  const directory = await mkdtemp(join(tmpdir(), 'maildesk-dns-'));
  const file = join(directory, 'dnsmasq.conf');
  await writeFile(file, formatRecords(records));
  // Somebody else may take the port between asking for it and using it.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    const child = await start(program, file, port);
    if (child === undefined) continue;
    return {
      port,
      address: `127.0.0.1:${port}`,
      async close() {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
        await rm(directory, { recursive: true, force: true });
      },
    };
  }
  throw new Error('dnsmasq finds no free port');
}

/** Takes questions and answers none. */
export async function startSilentServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return {
    port,
    address: `127.0.0.1:${port}`,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

async function start(
  program: string,
  file: string,
  port: number,
): Promise<ChildProcess | undefined> {
  const child = spawn(
    program,
    [
      '--keep-in-foreground',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      '--listen-address=127.0.0.1',
      `--port=${port}`,
      `--conf-file=${file}`,
      '--pid-file=',
      '--log-facility=-',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  for await (const chunk of child.stderr) {
    said += String(chunk);
    if (said.includes('started, version')) {
      child.stderr.destroy();
      return child;
    }
    if (said.includes('failed to create listening socket')) return undefined;
  }
  throw new Error(`dnsmasq does not start: ${said.trim()}`);
}

function formatRecords({ texts, hosts = {}, mailServers = {} }: Records): string {
  return [
    'local=/example/',
    // A text of a record has at most 255 bytes; longer ones come in pieces.
    ...Object.entries(texts).map(
      ([name, text]) =>
        `txt-record=${name},${(text.match(/.{1,200}/g) ?? []).map((piece) => `"${piece}"`).join(',')}`,
    ),
    ...Object.entries(hosts).map(([name, address]) => `host-record=${name},${address}`),
    ...Object.entries(mailServers).map(([domain, name]) => `mx-host=${domain},${name},10`),
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
