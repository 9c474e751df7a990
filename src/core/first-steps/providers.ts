/**
 * What can be worked out about a mail server from what somebody types.
 *
 * Promises: pure and total. What was typed wins over what is known; nothing is guessed where neither says anything.
 * Leaves to others: whether such a server is there (services/outbound/trial.ts).
 */
import { domainOf, isAddress } from '../message/address.ts';

export type Security = 'starttls' | 'tls';

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
}

export interface Provider {
  readonly name: string;
  readonly smtp: Server;
  readonly imap: Server;
  /** The ordinary password is refused there; a password for programs is made in the account's settings. */
  readonly needsAppPassword: boolean;
}

/** As people type it; empty where they typed nothing. */
export interface TypedServer {
  readonly host: string;
  readonly port: string;
  readonly security: string;
  readonly user: string;
  /** The desk's own address. */
  readonly address: string;
}

export interface WorkedOut {
  readonly host: string;
  readonly port: string;
  readonly security: string;
  readonly user: string;
  readonly provider: Provider | undefined;
}

type Protocol = 'smtp' | 'imap';

interface Known extends Provider {
  readonly domains: readonly string[];
}

const provider = (
  name: string,
  domains: readonly string[],
  smtp: readonly [host: string, port: number],
  imap: string,
  needsAppPassword = false,
): Known => ({
  name,
  domains,
  smtp: { host: smtp[0], port: smtp[1], security: securityOfPort('smtp', smtp[1]) },
  imap: { host: imap, port: 993, security: 'tls' },
  needsAppPassword,
});

const known: readonly Known[] = [
  provider(
    'Gmail',
    ['gmail.com', 'googlemail.com'],
    ['smtp.gmail.com', 465],
    'imap.gmail.com',
    true,
  ),
  provider(
    'Microsoft 365',
    ['outlook.com', 'hotmail.com', 'live.com', 'office365.com', 'onmicrosoft.com'],
    ['smtp.office365.com', 587],
    'outlook.office365.com',
  ),
  provider(
    'iCloud',
    ['icloud.com', 'me.com', 'mac.com'],
    ['smtp.mail.me.com', 587],
    'imap.mail.me.com',
    true,
  ),
  provider(
    'Yahoo',
    ['yahoo.com', 'yahoo.de', 'yahoo.co.uk', 'yahoo.fr', 'ymail.com'],
    ['smtp.mail.yahoo.com', 465],
    'imap.mail.yahoo.com',
    true,
  ),
  provider(
    'Fastmail',
    ['fastmail.com', 'fastmail.fm'],
    ['smtp.fastmail.com', 465],
    'imap.fastmail.com',
    true,
  ),
  provider('GMX', ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch'], ['mail.gmx.net', 465], 'imap.gmx.net'),
  provider('WEB.DE', ['web.de'], ['smtp.web.de', 587], 'imap.web.de'),
  provider(
    'T-Online',
    ['t-online.de', 'magenta.de'],
    ['securesmtp.t-online.de', 465],
    'secureimap.t-online.de',
    true,
  ),
  provider('mailbox.org', ['mailbox.org'], ['smtp.mailbox.org', 465], 'imap.mailbox.org'),
  provider('Posteo', ['posteo.de', 'posteo.net'], ['posteo.de', 465], 'posteo.de'),
  provider(
    'IONOS',
    ['ionos.de', 'ionos.com', 'online.de', '1und1.de'],
    ['smtp.ionos.de', 465],
    'imap.ionos.de',
  ),
  provider('STRATO', ['strato.de'], ['smtp.strato.de', 465], 'imap.strato.de'),
  provider('Zoho', ['zoho.com', 'zohomail.eu'], ['smtp.zoho.com', 465], 'imap.zoho.com'),
  provider(
    'Yandex',
    ['yandex.ru', 'yandex.com', 'ya.ru'],
    ['smtp.yandex.com', 465],
    'imap.yandex.com',
    true,
  ),
  provider('Orange', ['orange.fr', 'wanadoo.fr'], ['smtp.orange.fr', 465], 'imap.orange.fr'),
  provider('OVHcloud', ['ovh.net'], ['ssl0.ovh.net', 465], 'ssl0.ovh.net'),
  provider(
    'Infomaniak',
    ['infomaniak.com', 'ik.me'],
    ['mail.infomaniak.com', 465],
    'mail.infomaniak.com',
  ),
];

export function workOutServer(protocol: Protocol, typed: TypedServer): WorkedOut {
  const spelled = readSpelled(typed.host);
  const provider =
    spelled.host === ''
      ? providerOfDomain(domainIn(typed))
      : providerOfHost(spelled.host, protocol);
  const server = provider?.[protocol];
  const host = spelled.host === '' ? (server?.host ?? '') : spelled.host;
  const isLocal = isLoopback(host);
  const security = [typed.security, spelled.security].find(isSecurity);
  const port = [typed.port.trim(), spelled.port].find((text) => text !== '');
  const usual = host === '' ? undefined : (server ?? usualServer(protocol, host, isLocal));
  const settledPort =
    port ?? (security === undefined ? usual?.port : portOf(protocol, security, isLocal));
  return {
    host,
    port: settledPort === undefined ? '' : String(settledPort),
    security: security ?? securityOf(protocol, port, usual) ?? '',
    // A server on this machine knows us by where we are.
    user: typed.user.trim() !== '' || isLocal || host === '' ? typed.user.trim() : typed.address,
    provider,
  };
}

function securityOf(
  protocol: Protocol,
  port: string | undefined,
  usual: Server | undefined,
): Security | undefined {
  if (usual === undefined) return undefined;
  return port === undefined ? usual.security : securityOfPort(protocol, Number(port));
}

function usualServer(protocol: Protocol, host: string, isLocal: boolean): Server {
  const security = protocol === 'imap' && !isLocal ? 'tls' : 'starttls';
  return { host, port: portOf(protocol, security, isLocal), security };
}

function portOf(protocol: Protocol, security: Security, isLocal: boolean): number {
  if (protocol === 'imap') return security === 'tls' ? 993 : 143;
  if (security === 'tls') return 465;
  return isLocal ? 25 : 587;
}

function securityOfPort(protocol: Protocol, port: number): Security {
  return port === (protocol === 'imap' ? 993 : 465) ? 'tls' : 'starttls';
}

interface Spelled {
  readonly host: string;
  readonly port: string;
  readonly security: Security | '';
}

/** `smtps://mail.example.org:465`, `mail.example.org:465`, or the address of a mailbox there. */
function readSpelled(text: string): Spelled {
  const trimmed = text.trim().slice(0, 300);
  if (isAddress(trimmed)) return { host: '', port: '', security: '' };
  const match =
    /^(?:(smtp|smtps|imap|imaps):\/\/)?(?:\[([0-9a-f:.]+)\]|([^\s:/]*))(?::(\d{1,5}))?\/?$/i.exec(
      trimmed,
    );
  if (match === null) return { host: trimmed, port: '', security: '' };
  const scheme = match[1]?.toLowerCase() ?? '';
  return {
    host: (match[2] ?? match[3] ?? '').toLowerCase(),
    port: match[4] ?? '',
    security: scheme === '' ? '' : scheme.endsWith('s') ? 'tls' : 'starttls',
  };
}

/** An address in the field of the host says more than that of the desk. */
function domainIn({ host, user, address }: TypedServer): string {
  const meant = [host.trim(), user.trim(), address].find(isAddress);
  return meant === undefined ? '' : domainOf(meant).toLowerCase();
}

function providerOfDomain(domain: string): Provider | undefined {
  return known.find(({ domains }) => domains.includes(domain));
}

function providerOfHost(host: string, protocol: Protocol): Provider | undefined {
  return known.find((each) => each[protocol].host === host);
}

function isSecurity(text: string | undefined): text is Security {
  return text === 'starttls' || text === 'tls';
}

export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
