/**
 * Raw texts in, the frozen configuration or all that is wrong with it out.
 *
 * Promises: pure and total. A value is taken from the first of flags, environment, desk.yaml and
 * default that has it. There is always at least one queue; the default one stands first and takes
 * every address of the desk that no other claims.
 * Leaves to others: where the texts come from (load.ts).
 */
import { type Result, refuse } from '../base/result.ts';
import type { Sla } from '../core/escalation/targets.ts';
import type { Hook } from '../core/hooks/hook.ts';
import { addressKey } from '../core/message/address.ts';
import type { AccessConfig } from './access.ts';
import { parseHolidayFile } from './calendar-ics.ts';
import { calendarNameOf, holidayYears, parseCalendarFile } from './calendars.ts';
import type {
  CalendarConfig,
  Config,
  ConfigProblem,
  DeskConfig,
  Endpoint,
  MailboxConfig,
  QueueConfig,
} from './config.ts';
import { reportUnknownQueues } from './escalation.ts';
import { parseGatewayFile } from './gateways.ts';
import { parseHookFile } from './hooks.ts';
import { type MailboxFile, parseMailboxFile } from './mailboxes.ts';
import type { PhoneConfig } from './phone.ts';
import { parseQueueFile, type QueueFile } from './queues.ts';
import { readAccess } from './read-access.ts';
import { readPhoneSettings } from './read-phone.ts';
import { readScanning } from './read-scanning.ts';
import {
  type ConfigSources,
  createReader,
  type Report,
  reportUnknownEnvironment,
  type SettingReader,
} from './reader.ts';
import type { ScanningConfig } from './scanning.ts';
import { type SettingName, settings } from './settings.ts';
import { parseSlaFile } from './slas.ts';
import { readTicketRules } from './ticket-rules.ts';
import { distinctAddresses } from './values.ts';
import { unknownKey } from './yaml.ts';

export type { ConfigSources, Environment, SourceFile } from './reader.ts';

export function parseConfig(sources: ConfigSources): Result<Config, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const report = (problem: ConfigProblem) => problems.push(problem);

  reportUnknownEnvironment(sources.environment, report);
  const reader = createReader(sources, report);
  const files = sources.queues.map(({ file, text }) => parseQueueFile(text, file));
  for (const file of files) problems.push(...file.problems);
  reportRepetitions(files, report);

  const queues = arrangeQueues(files, reader, report);
  const scanning = readScanning(reader, queues, report);
  const configFolder = `${sources.directory}/config`;
  const access = readAccess(reader, (path) => resolveFile(configFolder, path), report);
  const phone = readPhoneSettings(reader);
  const desk = { ...readDesk(sources, reader, queues), ...scanning, ...access, ...phone };
  reportContradictions(desk, reader, report);
  const boxes = (sources.mailboxes ?? []).map(({ file, text }) => parseMailboxFile(text, file));
  for (const box of boxes) problems.push(...box.problems);
  reportMailboxes(boxes, queues, report);
  const calendars = readCalendars(sources, desk.timeZone, files, report);
  const names = queues.map(({ name }) => name);
  reportUnknownQueues(files, names, report);
  const slas = readSlas(sources, queues, report);
  const ticketRules = readTicketRules(sources.desk, names, report);
  const hooks = readHooks(sources, names, report);

  const gateways = (sources.gateways ?? []).map(({ file, text }) =>
    parseGatewayFile(text, file, names),
  );
  for (const problem of gateways.flatMap((each) => each.problems)) report(problem);

  if (problems.length > 0) return refuse(problems);
  const mailboxes = boxes.flatMap(({ mailbox }) =>
    mailbox === undefined ? [] : resolveMailbox(`${sources.directory}/config`, mailbox),
  );
  const known = gateways.flatMap(({ gateway }) => gateway ?? []);
  const value = { desk, queues, mailboxes, calendars, ticketRules, slas, hooks, gateways: known };
  return { ok: true, value: freeze(value) };
}

function readCalendars(
  sources: ConfigSources,
  deskZone: string,
  queues: readonly QueueFile[],
  report: Report,
): readonly CalendarConfig[] {
  const holidays = (sources.holidays ?? []).map((source) => parseHolidayFile(source, holidayYears));
  const files = (sources.calendars ?? []).map(({ file, text }) =>
    parseCalendarFile(text, file, deskZone, holidays),
  );
  for (const problem of [...holidays, ...files].flatMap(({ problems }) => problems))
    report(problem);
  // A file with a problem of its own is there all the same.
  const known = files.map(({ file }) => calendarNameOf(file));
  for (const { file, queue, lines } of queues) {
    const wanted = queue?.calendar;
    if (wanted !== undefined && !known.includes(wanted))
      report({ file, line: lines.calendar, reason: unknownKey('calendar', wanted, known) });
  }
  return files.flatMap(({ calendar }) => calendar ?? []);
}

function readSlas(
  sources: ConfigSources,
  queues: readonly QueueConfig[],
  report: Report,
): readonly Sla[] {
  // A calendar with a problem of its own is there all the same.
  const calendars = (sources.calendars ?? []).map(({ file }) => calendarNameOf(file));
  const facts = { queues: queues.map(({ name }) => name), calendars };
  const files = (sources.slas ?? []).map((source) => parseSlaFile(source, facts));
  for (const problem of files.flatMap(({ problems }) => problems)) report(problem);
  return files.flatMap(({ sla }) => sla ?? []);
}

function readHooks(
  sources: ConfigSources,
  queues: readonly string[],
  report: Report,
): readonly Hook[] {
  const files = (sources.hooks ?? []).map(({ file, text }) => parseHookFile(text, file));
  for (const { file, hook, queuesLine, problems } of files) {
    for (const problem of problems) report(problem);
    for (const wanted of hook?.queues ?? [])
      if (!queues.some((name) => isSameName(name, wanted)))
        report({ file, line: queuesLine, reason: unknownKey('queue', wanted, queues) });
  }
  return files.flatMap(({ hook }) => hook ?? []);
}

function reportMailboxes(
  boxes: readonly MailboxFile[],
  queues: readonly QueueConfig[],
  report: Report,
): void {
  const places = new Map<string, string>();
  for (const { file, mailbox, queueLine } of boxes) {
    if (mailbox === undefined) continue;
    const { queue, host, port, user, folder } = mailbox;
    const known = queues.map(({ name }) => name);
    if (queue !== undefined && !known.some((name) => isSameName(name, queue)))
      report({ file, line: queueLine, reason: unknownKey('queue', queue, known) });
    const place = [host.toLowerCase(), port, user, folder].join('\n');
    const other = places.get(place);
    if (other === undefined) places.set(place, file);
    else
      report({ file, line: undefined, reason: `The same folder is fetched by ${other} already` });
  }
}

function resolveMailbox(folder: string, mailbox: MailboxConfig): MailboxConfig {
  const { secret } = mailbox;
  if (secret.kind !== 'file') return mailbox;
  return { ...mailbox, secret: { ...secret, path: resolveFile(folder, secret.path) } };
}

function reportRepetitions(files: readonly QueueFile[], report: Report): void {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const { file, queue, lines } of files) {
    if (queue === undefined) continue;
    const name = queue.name.toLowerCase();
    const other = names.get(name);
    if (other === undefined) names.set(name, file);
    else
      report({
        file,
        line: lines.name,
        reason: `The queue "${queue.name}" stands in ${other} already`,
      });

    const second = queue.secondLevel?.toLowerCase();
    const known = files.flatMap((each) => each.queue?.name ?? []);
    if (second !== undefined && !known.some((each) => each.toLowerCase() === second))
      report({
        file,
        line: undefined,
        reason: `"secondLevel" of "${queue.name}": ${unknownKey('queue', second, known)}`,
      });
    else if (second === name)
      report({ file, line: undefined, reason: `"${queue.name}" is its own "secondLevel"` });

    for (const address of queue.addresses) {
      const owner = owners.get(addressKey(address));
      if (owner === undefined) owners.set(addressKey(address), file);
      else
        report({
          file,
          line: lines.addresses,
          reason: `The address ${address} belongs to ${owner} already`,
        });
    }
  }
}

/** The default queue first, the others by name. */
function arrangeQueues(
  files: readonly QueueFile[],
  reader: SettingReader,
  report: Report,
): readonly QueueConfig[] {
  const queues = files
    .flatMap(({ queue }) => queue ?? [])
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const wanted = reader.read('defaultQueue');
  const named = queues.find(({ name }) => isSameName(name, wanted ?? 'Support'));

  const isComplete = files.every(({ queue }) => queue !== undefined);
  if (wanted !== undefined && named === undefined && isComplete) {
    const known = queues.map(({ name }) => name);
    report({ ...reader.originOf('defaultQueue'), reason: unknownKey('queue', wanted, known) });
  }
  const initial = named ?? queues[0] ?? soleQueue;
  const others = queues.filter((queue) => queue !== initial);
  const claimed = others.flatMap(({ addresses }) => addresses).map(addressKey);
  const left = reader.read('addresses').filter((address) => !claimed.includes(addressKey(address)));
  return [{ ...initial, addresses: distinctAddresses([...initial.addresses, ...left]) }, ...others];
}

/** Of a desk without queue files. */
const soleQueue: QueueConfig = {
  name: 'Support',
  addresses: [],
  closedFollowUp: 'reopen',
  reopenDays: 0,
  signature: '',
};

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function readDesk(
  sources: ConfigSources,
  { read }: SettingReader,
  queues: readonly QueueConfig[],
): Omit<DeskConfig, keyof ScanningConfig | keyof AccessConfig | keyof PhoneConfig> {
  const folder = `${sources.directory}/config`;
  const own = queues.flatMap(({ addresses }) => addresses);
  return {
    directory: sources.directory,
    addresses: distinctAddresses([...read('addresses'), ...own]),
    name: read('name'),
    timeZone: read('timeZone'),
    language: read('language'),
    defaultQueue: queues[0]?.name ?? soleQueue.name,
    http: read('http'),
    publicUrl: read('publicUrl'),
    smtp: read('smtp'),
    lmtp: read('lmtp'),
    hostName: read('hostName'),
    tlsKeyFile: resolveFile(folder, read('tlsKeyFile')),
    tlsCertificateFile: resolveFile(folder, read('tlsCertificateFile')),
    maxMessageBytes: read('maxMessageBytes'),
    maxRecipients: read('maxRecipients'),
    maxConnections: read('maxConnections'),
    idleTimeoutMs: read('idleTimeoutMs'),
    smarthost: read('smarthost'),
    sendConnections: read('sendConnections'),
    giveUpAfterMs: read('giveUpAfterMs'),
    plusAddresses: read('plusAddresses'),
    confirmations: read('confirmations'),
    confirmationsPerHour: read('confirmationsPerHour'),
    autoReplyPauseMs: read('autoReplyPauseMs'),
    ticketAutoReplies: read('ticketAutoReplies'),
    autoRepliesPerHour: read('autoRepliesPerHour'),
    breakerMails: read('breakerMails'),
    breakerReopenings: read('breakerReopenings'),
    sweepEveryMs: read('sweepEveryMs'),
    archiveAfter: read('archiveAfter'),
    watchedFolders: read('watchedFolders'),
    infoSeparator: read('infoSeparator'),
    views: read('views'),
    sessionHours: read('sessionHours'),
    logLevel: read('logLevel'),
    checkSenders: read('checkSenders'),
    authenticationTimeoutMs: read('authenticationTimeoutMs'),
    dnsServer: read('dnsServer'),
    trustedRelays: read('trustedRelays'),
    authservIds: read('authservIds'),
    dkimKeyFile: resolveFile(folder, read('dkimKeyFile')),
    dkimSelector: read('dkimSelector'),
    dkimDomain: read('dkimDomain'),
    foreignNumbers: read('foreignNumbers'),
    answerHtml: read('answerHtml'),
    quoting: read('quoting'),
    signaturePlace: read('signaturePlace'),
    lockHours: read('lockHours'),
    undoSendMs: read('undoSendMs'),
    appointmentReminderMs: read('appointmentReminderMs'),
    notifyPauseMs: read('notifyPauseMs'),
    pdfBrowser: read('pdfBrowser'),
    pendingReminder: read('pendingReminder'),
    pendingClose: read('pendingClose'),
    pendingCustomer: read('pendingCustomer'),
  };
}

function resolveFile(folder: string, path: string): string;
function resolveFile(folder: string, path: string | undefined): string | undefined;
function resolveFile(folder: string, path: string | undefined): string | undefined {
  if (path === undefined || /^(?:\/|[a-z]:[\\/])/i.test(path)) return path;
  return `${folder}/${path}`;
}

function reportContradictions(desk: DeskConfig, { originOf }: SettingReader, report: Report): void {
  const { tlsKeyFile, tlsCertificateFile, http, smtp, lmtp } = desk;
  if (tlsKeyFile !== undefined && tlsCertificateFile === undefined) {
    report({ ...originOf('tlsKeyFile'), reason: '"tlsKey" needs a "tlsCertificate" beside it' });
  }
  if (tlsCertificateFile !== undefined && tlsKeyFile === undefined) {
    report({
      ...originOf('tlsCertificateFile'),
      reason: '"tlsCertificate" needs a "tlsKey" beside it',
    });
  }
  if (desk.dkimKeyFile !== undefined && desk.dkimSelector === undefined) {
    report({ ...originOf('dkimKeyFile'), reason: '"dkimKey" needs a "dkimSelector" beside it' });
  }
  const clash = (one: SettingName, other: SettingName) => ({
    ...originOf(one),
    reason: `"${settings[one].key}" and "${settings[other].key}" listen at the same host and port`,
  });
  if (isSameEndpoint(smtp, http)) report(clash('smtp', 'http'));
  if (isSameEndpoint(lmtp, http)) report(clash('lmtp', 'http'));
  if (isSameEndpoint(lmtp, smtp)) report(clash('lmtp', 'smtp'));
}

function isSameEndpoint(one: Endpoint | undefined, other: Endpoint | undefined): boolean {
  return one !== undefined && one.port !== 0 && one.port === other?.port && one.host === other.host;
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
