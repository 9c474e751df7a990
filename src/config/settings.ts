/**
 * Every setting of the desk, declared once.
 *
 * Owns: key in desk.yaml, environment name, kind of value, default, sentence of documentation. The
 * types of the values follow from it. Leaves to others: reading (parse.ts), printing (describe.ts).
 */
import { type Duration, day, hour, minute, second } from '../base/clock.ts';
import type { LogLevel } from '../base/log.ts';
import type { Quoting, SignaturePlace } from '../core/answers/quotation.ts';
import type { NamePattern } from '../core/drop/drop-name.ts';
import type { WaitSpan } from '../core/escalation/span.ts';
import type { ForeignKind } from '../core/followup/foreign.ts';
import { type IpNetwork, parseIpNetwork } from '../core/message/ip-network.ts';
import type { FaxGateway } from '../core/phone/fax-gateway.ts';
import type { Country } from '../core/phone/phone-number.ts';
import type { ViewScope } from '../core/views/view-folders.ts';
import type { Endpoint } from './config.ts';
import { issuer } from './issuer.ts';
import { country, faxGateway, namePatterns } from './phone-values.ts';
import { spamFilter, virusScanner } from './scanner-addresses.ts';
import {
  addressEndpoint,
  addresses,
  duration,
  endpoint,
  foreignKinds,
  host,
  hosts,
  language,
  logLevel,
  networks,
  oneOf,
  orOff,
  score,
  size,
  smarthost,
  textOf,
  timeZone,
  type ValueKind,
  waitSpan,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './values.ts';

export interface Setting<T> {
  /** Name in desk.yaml, and of the flag. */
  readonly key: string;
  readonly environment: string;
  readonly kind: ValueKind<T>;
  readonly initial: T;
  /** Shown in place of the default where that depends on the machine. */
  readonly initialText?: string;
  readonly sentence: string;
  /** Never printed. */
  readonly secret?: boolean;
}

function setting<T>(declared: Setting<T>): Setting<T> {
  return declared;
}

const path = textOf({ most: 4000 });
const megabyte = 1024 * 1024;

const declared = {
  directory: setting({
    key: 'data',
    environment: 'MAILDESK_DATA',
    kind: path,
    initial: './data',
    sentence: 'Directory that holds everything of this desk; not in desk.yaml, which lies in it.',
  }),
  addresses: setting<readonly string[]>({
    key: 'address',
    environment: 'MAILDESK_ADDRESS',
    kind: addresses,
    initial: ['support@localhost'],
    sentence: 'Addresses that the desk answers for; the first is its own sender.',
  }),
  name: setting({
    key: 'name',
    environment: 'MAILDESK_NAME',
    kind: textOf({ most: 100 }),
    initial: 'Support',
    sentence: 'Name that customers see beside the address.',
  }),
  timeZone: setting({
    key: 'timeZone',
    environment: 'MAILDESK_TIME_ZONE',
    kind: timeZone,
    initial: 'UTC',
    sentence: 'Time zone of ticket numbers and of the times in mails.',
  }),
  language: setting({
    key: 'language',
    environment: 'MAILDESK_LANGUAGE',
    kind: language,
    initial: 'en',
    sentence: 'Language of texts to customers whose own is not known.',
  }),
  defaultQueue: setting<string | undefined>({
    key: 'defaultQueue',
    environment: 'MAILDESK_DEFAULT_QUEUE',
    kind: orOff(textOf({ most: 100 })),
    initial: undefined,
    initialText: 'Support, else the first queue',
    sentence: 'Queue for mail to an address that no queue names.',
  }),
  http: setting({
    key: 'http',
    environment: 'MAILDESK_HTTP',
    kind: endpoint,
    initial: { host: '127.0.0.1', port: 8080 },
    sentence: 'Where the viewer and the API listen.',
  }),
  publicUrl: setting<string | undefined>({
    key: 'publicUrl',
    environment: 'MAILDESK_PUBLIC_URL',
    kind: orOff(webAddress),
    initial: undefined,
    initialText: 'made from http',
    sentence: 'How people reach the viewer, where a proxy stands in front of it.',
  }),
  smtp: setting({
    key: 'smtp',
    environment: 'MAILDESK_SMTP',
    kind: orOff(endpoint),
    initial: { host: '127.0.0.1', port: 2525 },
    sentence: 'Where mail is accepted by SMTP.',
  }),
  lmtp: setting({
    key: 'lmtp',
    environment: 'MAILDESK_LMTP',
    kind: orOff(endpoint),
    initial: undefined,
    sentence: 'Where mail is accepted by LMTP.',
  }),
  hostName: setting({
    key: 'hostName',
    environment: 'MAILDESK_HOST_NAME',
    kind: host,
    initial: 'localhost',
    initialText: 'name of the machine',
    sentence: 'Name in the SMTP greeting, in Received fields and in names of message files.',
  }),
  tlsKeyFile: setting<string | undefined>({
    key: 'tlsKey',
    environment: 'MAILDESK_TLS_KEY',
    kind: orOff(path),
    initial: undefined,
    sentence: 'File with the private key for STARTTLS (PEM).',
  }),
  tlsCertificateFile: setting<string | undefined>({
    key: 'tlsCertificate',
    environment: 'MAILDESK_TLS_CERTIFICATE',
    kind: orOff(path),
    initial: undefined,
    sentence: 'File with the certificate for STARTTLS and those above it (PEM).',
  }),
  maxMessageBytes: setting({
    key: 'maxMessage',
    environment: 'MAILDESK_MAX_MESSAGE',
    kind: size({ least: 1024, most: 1024 * megabyte }),
    initial: 50 * megabyte,
    sentence: 'Greatest mail that is accepted.',
  }),
  maxRecipients: setting({
    key: 'maxRecipients',
    environment: 'MAILDESK_MAX_RECIPIENTS',
    kind: wholeNumber({ least: 1, most: 10_000 }),
    initial: 100,
    sentence: 'Most recipients of one mail by SMTP.',
  }),
  maxConnections: setting({
    key: 'maxConnections',
    environment: 'MAILDESK_MAX_CONNECTIONS',
    kind: wholeNumber({ least: 1, most: 10_000 }),
    initial: 200,
    sentence: 'Most SMTP connections at a time.',
  }),
  idleTimeoutMs: setting({
    key: 'idleTimeout',
    environment: 'MAILDESK_IDLE_TIMEOUT',
    kind: duration({ least: 100, most: hour }),
    initial: 5 * minute,
    sentence: 'An SMTP connection that is silent for this long is closed.',
  }),
  smarthost: setting({
    key: 'smarthost',
    environment: 'MAILDESK_SMARTHOST',
    kind: orOff(smarthost),
    initial: undefined,
    sentence: 'Server that outgoing mail is given to; without one it waits in the outbox.',
    secret: true,
  }),
  sendConnections: setting({
    key: 'sendConnections',
    environment: 'MAILDESK_SEND_CONNECTIONS',
    kind: wholeNumber({ least: 1, most: 100 }),
    initial: 5,
    sentence: 'Most connections to the smarthost at a time.',
  }),
  giveUpAfterMs: setting({
    key: 'giveUpAfter',
    environment: 'MAILDESK_GIVE_UP_AFTER',
    kind: duration({ least: second, most: 30 * day }),
    initial: 5 * day,
    sentence: 'A mail that could not be sent for this long has failed.',
  }),
  plusAddresses: setting({
    key: 'plusAddresses',
    environment: 'MAILDESK_PLUS_ADDRESSES',
    kind: yesOrNo,
    initial: false,
    sentence: 'Answers carry a signed address of their own (support+NUMBER…@) to write back to.',
  }),
  confirmations: setting({
    key: 'confirmations',
    environment: 'MAILDESK_CONFIRMATIONS',
    kind: yesOrNo,
    initial: true,
    sentence: 'Who opens a ticket by mail gets a confirmation with its number.',
  }),
  confirmationsPerHour: setting({
    key: 'confirmationsPerHour',
    environment: 'MAILDESK_CONFIRMATIONS_PER_HOUR',
    kind: wholeNumber({ least: 0, most: 1000 }),
    initial: 3,
    sentence: 'Most automatic answers to one sender in an hour.',
  }),
  autoReplyPauseMs: setting({
    key: 'autoReplyPause',
    environment: 'MAILDESK_AUTO_REPLY_PAUSE',
    kind: duration({ least: 0, most: 30 * day }),
    initial: 4 * hour,
    sentence: 'Nobody gets two automatic answers from one ticket within this time.',
  }),
  ticketAutoReplies: setting({
    key: 'ticketAutoReplies',
    environment: 'MAILDESK_TICKET_AUTO_REPLIES',
    kind: wholeNumber({ least: 0, most: 1000 }),
    initial: 5,
    sentence: 'Most automatic answers from one ticket in a day.',
  }),
  autoRepliesPerHour: setting({
    key: 'autoRepliesPerHour',
    environment: 'MAILDESK_AUTO_REPLIES_PER_HOUR',
    kind: wholeNumber({ least: 0, most: 100_000 }),
    initial: 300,
    sentence: 'Most automatic answers of the whole desk in an hour.',
  }),
  breakerMails: setting({
    key: 'breakerMails',
    environment: 'MAILDESK_BREAKER_MAILS',
    kind: wholeNumber({ least: 1, most: 1000 }),
    initial: 10,
    sentence:
      'More automatic mails than this into one ticket in an hour end its automatic answers.',
  }),
  breakerReopenings: setting({
    key: 'breakerReopenings',
    environment: 'MAILDESK_BREAKER_REOPENINGS',
    kind: wholeNumber({ least: 1, most: 1000 }),
    initial: 10,
    sentence: 'More reopenings of one ticket than this in an hour end its automatic answers.',
  }),
  sweepEveryMs: setting({
    key: 'sweepEvery',
    environment: 'MAILDESK_SWEEP_EVERY',
    kind: duration({ least: 100, most: day }),
    initial: minute,
    sentence: 'How often all ticket folders are looked at for changes by others.',
  }),
  watchedFolders: setting({
    key: 'watchedFolders',
    environment: 'MAILDESK_WATCHED_FOLDERS',
    kind: wholeNumber({ least: 0, most: 100_000 }),
    initial: 256,
    sentence: 'Most ticket folders in which changes by others are seen at once.',
  }),
  infoSeparator: setting({
    key: 'infoSeparator',
    environment: 'MAILDESK_INFO_SEPARATOR',
    kind: oneOf<string>([':', ';', '!']),
    initial: ':',
    sentence: 'Sign between name and flags of a message file; ";" where files cannot hold ":".',
  }),
  views: setting<ViewScope | 'off'>({
    key: 'views',
    environment: 'MAILDESK_VIEWS',
    kind: oneOf<ViewScope | 'off'>(['open', 'all', 'off']),
    initial: 'open',
    sentence: 'Which tickets have links below `views/`: those that are open, all, or none (off).',
  }),
  sessionHours: setting({
    key: 'sessionHours',
    environment: 'MAILDESK_SESSION_HOURS',
    kind: wholeNumber({ least: 1, most: 8760, unit: 'hours' }),
    initial: 12,
    sentence: 'How long a log-in lasts.',
  }),
  logLevel: setting<LogLevel>({
    key: 'logLevel',
    environment: 'MAILDESK_LOG_LEVEL',
    kind: logLevel,
    initial: 'info',
    sentence: 'Least weight of the lines that are logged.',
  }),
  spamFilter: setting({
    key: 'spamFilter',
    environment: 'MAILDESK_SPAM_FILTER',
    kind: orOff(spamFilter),
    initial: undefined,
    sentence:
      'SpamAssassin or rspamd: spamd://host:port, rspamd://host:port, or a path of a socket.',
    secret: true,
  }),
  virusScanner: setting({
    key: 'virusScanner',
    environment: 'MAILDESK_VIRUS_SCANNER',
    kind: orOff(virusScanner),
    initial: undefined,
    sentence: 'ClamAV: clamd://host:port, or clamd:///path/of/socket.',
  }),
  scanTimeoutMs: setting({
    key: 'scanTimeout',
    environment: 'MAILDESK_SCAN_TIMEOUT',
    kind: duration({ least: 100, most: 5 * minute }),
    initial: 20 * second,
    sentence: 'How long a scanner may take for one mail.',
  }),
  scannerDown: setting<'accept' | 'defer'>({
    key: 'scannerDown',
    environment: 'MAILDESK_SCANNER_DOWN',
    kind: oneOf(['accept', 'defer']),
    initial: 'accept',
    sentence: 'When a scanner cannot be asked: accept the mail as not scanned, or defer it (451).',
  }),
  spamScore: setting<number | undefined>({
    key: 'spamScore',
    environment: 'MAILDESK_SPAM_SCORE',
    kind: orOff(score),
    initial: undefined,
    initialText: 'as the filter decides',
    sentence: 'Score from which on a mail is spam.',
  }),
  refuseSpamScore: setting<number | undefined>({
    key: 'refuseSpamScore',
    environment: 'MAILDESK_REFUSE_SPAM_SCORE',
    kind: orOff(score),
    initial: undefined,
    sentence: 'Score from which on spam is refused at SMTP time (550) instead of filed.',
  }),
  junkQueue: setting<string | undefined>({
    key: 'junkQueue',
    environment: 'MAILDESK_JUNK_QUEUE',
    kind: orOff(textOf({ most: 100 })),
    initial: 'Junk',
    sentence: 'Queue for spam; moving a ticket into it or out of it trains the filter.',
  }),
  virusAtSmtp: setting<'quarantine' | 'refuse'>({
    key: 'virusAtSmtp',
    environment: 'MAILDESK_VIRUS_AT_SMTP',
    kind: oneOf(['quarantine', 'refuse']),
    initial: 'quarantine',
    sentence: 'A mail with a virus is kept in trouble/, or refused at SMTP time (550).',
  }),
  checkSenders: setting({
    key: 'checkSenders',
    environment: 'MAILDESK_CHECK_SENDERS',
    kind: yesOrNo,
    initial: true,
    sentence: 'Whether SPF, DKIM, DMARC and ARC of incoming mail are looked at.',
  }),
  authenticationTimeoutMs: setting({
    key: 'authenticationTimeout',
    environment: 'MAILDESK_AUTHENTICATION_TIMEOUT',
    kind: duration({ least: 100, most: 2 * minute }),
    initial: 10 * second,
    sentence: 'Longest that a mail waits for the DNS while its sender is checked.',
  }),
  dnsServer: setting<Endpoint | undefined>({
    key: 'dnsServer',
    environment: 'MAILDESK_DNS_SERVER',
    kind: orOff(addressEndpoint),
    initial: undefined,
    sentence: 'Server that is asked about senders; without one those of the system.',
  }),
  trustedRelays: setting<readonly IpNetwork[]>({
    key: 'trustedRelays',
    environment: 'MAILDESK_TRUSTED_RELAYS',
    kind: networks,
    initial: ['127.0.0.0/8', '::1'].flatMap((text) => parseIpNetwork(text) ?? []),
    sentence:
      'Mail servers of your own that hand mail on by SMTP; their addresses say nothing of it.',
  }),
  authservIds: setting<readonly string[]>({
    key: 'authservIds',
    environment: 'MAILDESK_AUTHSERV_IDS',
    kind: hosts,
    initial: [],
    sentence: 'Names under which your own mail servers write Authentication-Results fields.',
  }),
  dkimKeyFile: setting<string | undefined>({
    key: 'dkimKey',
    environment: 'MAILDESK_DKIM_KEY',
    kind: orOff(path),
    initial: undefined,
    sentence: 'File with the private key that signs outgoing mail (PEM; RSA or Ed25519).',
  }),
  dkimSelector: setting<string | undefined>({
    key: 'dkimSelector',
    environment: 'MAILDESK_DKIM_SELECTOR',
    kind: orOff(host),
    initial: undefined,
    sentence: 'Name under which the public key stands in the DNS: SELECTOR._domainkey.DOMAIN.',
  }),
  dkimDomain: setting<string | undefined>({
    key: 'dkimDomain',
    environment: 'MAILDESK_DKIM_DOMAIN',
    kind: orOff(host),
    initial: undefined,
    initialText: 'domain of the sender',
    sentence: 'Domain that signs outgoing mail.',
  }),
  foreignNumbers: setting<readonly ForeignKind[]>({
    key: 'foreignNumbers',
    environment: 'MAILDESK_FOREIGN_NUMBERS',
    kind: foreignKinds,
    initial: [],
    sentence:
      'Ticket numbers of other systems that are understood in subjects: otrs, zammad, rt NAME, or NAME TEXT.',
  }),
  answerHtml: setting({
    key: 'answerHtml',
    environment: 'MAILDESK_ANSWER_HTML',
    kind: yesOrNo,
    initial: true,
    sentence: 'Whether answers carry an HTML form beside their plain text.',
  }),
  quoting: setting<Quoting>({
    key: 'quoting',
    environment: 'MAILDESK_QUOTING',
    kind: oneOf(['full', 'trimmed', 'none']),
    initial: 'full',
    sentence:
      'What an answer quotes: full, trimmed (what the customer wrote last), or none; a queue may differ.',
  }),
  signaturePlace: setting<SignaturePlace>({
    key: 'signaturePlace',
    environment: 'MAILDESK_SIGNATURE_PLACE',
    kind: oneOf(['above', 'below']),
    initial: 'above',
    sentence: 'Where the signature of the queue stands: above or below what is quoted.',
  }),
  lockHours: setting({
    key: 'lockHours',
    environment: 'MAILDESK_LOCK_HOURS',
    kind: wholeNumber({ least: 0, most: 1000, unit: 'working hours' }),
    initial: 8,
    sentence: 'How long a ticket stays locked for whoever answered it; 0 for no locks.',
  }),
  undoSendMs: setting({
    key: 'undoSend',
    environment: 'MAILDESK_UNDO_SEND',
    kind: duration({ least: 0, most: 10 * minute }),
    initial: 10 * second,
    sentence:
      'How long an answer that was sent in the viewer can be called back; `0s` sends at once.',
  }),
  appointmentReminderMs: setting({
    key: 'appointmentReminder',
    environment: 'MAILDESK_APPOINTMENT_REMINDER',
    kind: duration({ least: 0, most: 7 * day }),
    initial: 15 * minute,
    sentence: 'How long before an appointment whoever it concerns is told of it; `0s` for never.',
  }),
  notifyPauseMs: setting({
    key: 'notifyPause',
    environment: 'MAILDESK_NOTIFY_PAUSE',
    kind: duration({ least: 0, most: hour }),
    initial: minute,
    sentence: 'What an agent is told of one ticket by mail within this time is one mail.',
  }),
  pendingReminder: setting<WaitSpan | undefined>({
    key: 'pendingReminder',
    environment: 'MAILDESK_PENDING_REMINDER',
    kind: orOff(waitSpan),
    initial: { amount: 1, unit: 'wd' },
    sentence: 'How long a reminder waits where nobody says a time; a queue may differ.',
  }),
  pendingClose: setting<WaitSpan | undefined>({
    key: 'pendingClose',
    environment: 'MAILDESK_PENDING_CLOSE',
    kind: orOff(waitSpan),
    initial: { amount: 1, unit: 'wd' },
    sentence:
      'How long a ticket that closes by itself waits where nobody says a time; a queue may differ.',
  }),
  pendingCustomer: setting<WaitSpan | undefined>({
    key: 'pendingCustomer',
    environment: 'MAILDESK_PENDING_CUSTOMER',
    kind: orOff(waitSpan),
    initial: undefined,
    sentence:
      'After which time a ticket that waits for the customer comes back; a queue may differ.',
  }),
  requireTotp: setting<'never' | 'admins' | 'all'>({
    key: 'requireTotp',
    environment: 'MAILDESK_REQUIRE_TOTP',
    kind: oneOf(['never', 'admins', 'all']),
    initial: 'never',
    sentence: 'Who must set up a second step (TOTP) before anything else in the viewer.',
  }),
  passwordLogin: setting({
    key: 'passwordLogin',
    environment: 'MAILDESK_PASSWORD_LOGIN',
    kind: yesOrNo,
    initial: true,
    sentence: 'Whether passwords log in; one-time links and OpenID Connect do in any case.',
  }),
  auditDays: setting({
    key: 'auditDays',
    environment: 'MAILDESK_AUDIT_DAYS',
    kind: wholeNumber({ least: 1, most: 36_500, unit: 'days' }),
    initial: 365,
    sentence: 'How many days the log of log-ins and of what was read is kept.',
  }),
  openidIssuer: setting<string | undefined>({
    key: 'openidIssuer',
    environment: 'MAILDESK_OPENID_ISSUER',
    kind: orOff(issuer),
    initial: undefined,
    sentence: 'OpenID provider that agents may log in with.',
  }),
  openidClientId: setting<string | undefined>({
    key: 'openidClientId',
    environment: 'MAILDESK_OPENID_CLIENT_ID',
    kind: orOff(textOf({ most: 500 })),
    initial: undefined,
    sentence: 'Name of this desk at the OpenID provider.',
  }),
  openidClientSecret: setting<string | undefined>({
    key: 'openidClientSecret',
    environment: 'MAILDESK_OPENID_CLIENT_SECRET',
    kind: orOff(textOf({ most: 2000 })),
    initial: undefined,
    sentence: 'Secret of this desk at the OpenID provider; without one it is a public client.',
    secret: true,
  }),
  openidClientSecretFile: setting<string | undefined>({
    key: 'openidClientSecretFile',
    environment: 'MAILDESK_OPENID_CLIENT_SECRET_FILE',
    kind: orOff(path),
    initial: undefined,
    sentence: 'File whose first line is that secret.',
  }),
  openidName: setting({
    key: 'openidName',
    environment: 'MAILDESK_OPENID_NAME',
    kind: textOf({ most: 60 }),
    initial: 'OpenID',
    sentence: 'Name of the OpenID provider on the button of the log-in page.',
  }),
  openidScopes: setting({
    key: 'openidScopes',
    environment: 'MAILDESK_OPENID_SCOPES',
    kind: textOf({ most: 500 }),
    initial: 'openid email profile',
    sentence: 'What the OpenID provider is asked for, parted by blanks.',
  }),
  openidCreate: setting({
    key: 'openidCreate',
    environment: 'MAILDESK_OPENID_CREATE',
    kind: yesOrNo,
    initial: false,
    sentence:
      'Whether somebody whom the OpenID provider knows, and the desk does not, becomes an agent.',
  }),
  openidRolesClaim: setting<string | undefined>({
    key: 'openidRolesClaim',
    environment: 'MAILDESK_OPENID_ROLES_CLAIM',
    kind: orOff(textOf({ most: 100 })),
    initial: undefined,
    sentence:
      'Claim of the OpenID provider that holds roles; they replace those of the agent at each log-in.',
  }),
  archiveAfter: setting<Duration | undefined>({
    key: 'archiveAfter',
    environment: 'MAILDESK_ARCHIVE_AFTER',
    kind: orOff(duration({ least: day, most: 36_600 * day })),
    initial: undefined,
    sentence:
      'How long after its end a ticket goes to the archive, where its queue says nothing else.',
  }),
  pdfBrowser: setting<string | undefined>({
    key: 'pdfBrowser',
    environment: 'MAILDESK_PDF_BROWSER',
    kind: orOff(path),
    initial: undefined,
    sentence:
      'Chromium or Chrome, which makes PDF files; without one the usual places are looked at.',
  }),
  country: setting<Country | undefined>({
    key: 'country',
    environment: 'MAILDESK_COUNTRY',
    kind: orOff(country),
    initial: undefined,
    sentence: 'Country in which telephone numbers without "+" are dialled, such as DE.',
  }),
  dropStableMs: setting({
    key: 'dropStable',
    environment: 'MAILDESK_DROP_STABLE',
    kind: duration({ least: 100, most: hour }),
    initial: 5 * second,
    sentence: 'How long a file in drop/ must have stayed the same before it is taken.',
  }),
  dropMostBytes: setting({
    key: 'dropLimit',
    environment: 'MAILDESK_DROP_LIMIT',
    kind: size({ least: 1024, most: 200 * megabyte }),
    initial: 50 * megabyte,
    sentence: 'Largest file that is taken from drop/; larger ones stay there and are named.',
  }),
  dropNames: setting<readonly NamePattern[]>({
    key: 'dropNames',
    environment: 'MAILDESK_DROP_NAMES',
    kind: namePatterns,
    initial: [],
    sentence: 'Names of your own for files in drop/, asked before the built-in ones.',
  }),
  faxGateway: setting<FaxGateway | undefined>({
    key: 'faxGateway',
    environment: 'MAILDESK_FAX_GATEWAY',
    kind: orOff(faxGateway),
    initial: undefined,
    sentence: 'Address of the gateway that faxes what is mailed to it: {number}@fax.example.org.',
  }),
  faxText: setting<'body' | 'file'>({
    key: 'faxText',
    environment: 'MAILDESK_FAX_TEXT',
    kind: oneOf<'body' | 'file'>(['body', 'file']),
    initial: 'body',
    sentence: 'Whether the text of an answer by fax is the mail itself, or a file attached to it.',
  }),
};

type ValueOf<S> = S extends Setting<infer T> ? T : never;

export type SettingName = keyof typeof declared;

export type SettingValues = { readonly [N in SettingName]: ValueOf<(typeof declared)[N]> };

export const settings: { readonly [N in SettingName]: Setting<SettingValues[N]> } = declared;

/** The setting alone that says where desk.yaml lies, and so cannot stand in it. */
export const directorySetting = settings.directory;

export const allSettings: readonly Pick<Setting<unknown>, 'key' | 'environment'>[] =
  Object.values(settings);
