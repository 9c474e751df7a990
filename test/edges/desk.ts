/** A desk in a temporary directory: real ticket folders and rules, small doubles for what stands around them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Instant, parseInstant, toInstant } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import { ok, refuse } from '../../src/base/result.ts';
import { isTokenScope, type TokenScope } from '../../src/config/agent-tokens.ts';
import type { Config, ConfigProblem, LiveConfig } from '../../src/config/config.ts';
import { createSignedIds } from '../../src/core/message/message-id.ts';
import { defaultPreferences } from '../../src/core/notify/reasons.ts';
import { standingOf } from '../../src/core/team/standing.ts';
import { courseOf } from '../../src/core/ticket/course.ts';
import type { MessageName } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { rights } from '../../src/core/ticket/rights.ts';
import { createDeskSavedViews } from '../../src/desk-search.ts';
import type { Accounts, Agent } from '../../src/services/accounts/accounts.ts';
import { type AnswerBook, createAnswerBook } from '../../src/services/answers/answer-book.ts';
import { createFilling, type Filling } from '../../src/services/answers/fill.ts';
import {
  createPreparedTexts,
  type PreparedTexts,
} from '../../src/services/answers/prepared-texts.ts';
import {
  type Appointments,
  createAppointments,
} from '../../src/services/appointments/appointments.ts';
import type { NewAuditEntry } from '../../src/services/audit/audit.ts';
import { type CustomerCare, createCustomerCare } from '../../src/services/customer-care.ts';
import {
  type CustomerTickets,
  createCustomerTickets,
} from '../../src/services/customer-tickets.ts';
import { type CustomerBook, createCustomerBook } from '../../src/services/customers.ts';
import { createDrafts } from '../../src/services/drafts/drafts.ts';
import { createSendLater, type SendLater } from '../../src/services/drafts/send-later.ts';
import { createDueBook, type DueBook } from '../../src/services/escalation/due-book.ts';
import { createFigureBook, type FigureBook } from '../../src/services/figures/figure-book.ts';
import type {
  IndexChange,
  ListRequest,
  TicketIndex,
  TicketRecord,
} from '../../src/services/index/index.ts';
import { isMessageKind } from '../../src/services/index/projector.ts';
import type { IncomingMail, Intake, IntakeOutcome } from '../../src/services/intake/incoming.ts';
import { createDeskLedger } from '../../src/services/ledger/desk-ledger.ts';
import type { Ledger } from '../../src/services/ledger/ledger.ts';
import { createMetrics } from '../../src/services/metrics.ts';
import type { WaitingMail } from '../../src/services/outbound/outbox.ts';
import { createPassages, type Passages } from '../../src/services/passages/passages.ts';
import { createReadMarks } from '../../src/services/read-marks.ts';
import { readLocales } from '../../src/services/render/templates.ts';
import { createSearching, type Searching } from '../../src/services/searching.ts';
import { createTickets, type DeskDirectory, type Tickets } from '../../src/services/tickets.ts';
import { createTrouble, type Trouble } from '../../src/services/trouble.ts';
import type { SavedViews } from '../../src/services/views/saved-views.ts';
import { decodeMail, toFacts } from '../../src/storage/codec.ts';
import { createDraftFiles } from '../../src/storage/draft-files.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { createNameMaker } from '../../src/storage/maildir.ts';
import { createSpool } from '../../src/storage/spool.ts';
import type { TicketFolder, TicketWriter } from '../../src/storage/ticket-store.ts';
import { openStore } from '../helpers/desk-parts.ts';

export const token = 'token-of-anna';

export interface TestDesk {
  readonly root: string;
  readonly store: TicketWriter;
  readonly tickets: Tickets;
  readonly sendLater: SendLater;
  readonly prepared: PreparedTexts;
  readonly index: FakeIndex;
  readonly intake: Intake;
  readonly accounts: Accounts;
  readonly customers: CustomerBook;
  readonly due: DueBook;
  readonly customerCare: CustomerCare;
  readonly appointments: Appointments;
  readonly customerTickets: CustomerTickets;
  readonly searching: Searching;
  readonly savedViews: SavedViews;
  readonly passages: Passages;
  readonly figures: FigureBook;
  readonly answers: AnswerBook;
  readonly filling: Filling;
  readonly config: LiveConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly logged: { readonly event: string; readonly fields: unknown }[];
  readonly received: IncomingMail[];
  readonly waiting: WaitingMail[];
  /** What the log of readings was told. */
  readonly noted: NewAuditEntry[];
  readonly trouble: Trouble;
  readonly problems: ConfigProblem[];
  readonly announced: TicketNumber[];
  readonly ledger: Ledger;
  /** What the next call of intake fails with. */
  failIntake: unknown;
  /** What the next call of intake comes to, instead of filing. */
  turnAway: IntakeOutcome | undefined;
  /** Files a mail as a new ticket. */
  open(raw: string, options?: OpenOptions): Promise<{ ticket: TicketNumber; message: MessageName }>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly queue?: string;
  readonly fields?: readonly (readonly [string, string])[];
}

export const anna: Agent = {
  login: 'anna',
  name: 'Anna Adler',
  email: 'anna@example.org',
  language: undefined,
  roles: ['agent'],
  passwordMark: '',
  hasPassword: true,
  notify: defaultPreferences,
};

const locales = readLocales(join(import.meta.dirname, '..', '..', 'locales'));

export async function openTestDesk(): Promise<TestDesk> {
  const root = await mkdtemp(join(tmpdir(), 'maildesk-edge-'));
  const clock = createTickingClock('2026-11-23T10:15:30.000Z');
  const store = await openStore(root, { clock });
  const index = createFakeIndex();
  const problems: ConfigProblem[] = [];
  const config: LiveConfig = {
    current: () => testConfig,
    problems: () => problems,
    onChange: () => () => {},
  };
  const accounts = createFakeAccounts();
  const logged: TestDesk['logged'] = [];
  const spool = createSpool(
    { files: nodeFiles, directory: join(root, 'trouble'), host: 'test.example', clock },
    { staleAfterMs: 3_600_000 },
  );
  await spool.open();
  const trouble = createTrouble({
    spool,
    files: nodeFiles,
    names: createNameMaker(clock, 'test.example', 4711),
    clock,
    log: collectLog(logged),
  });
  const directory: DeskDirectory = {
    config: () => testConfig,
    agents: () => accounts.list().map(({ login }) => login),
    agentAddress: () => undefined,
    rightsOf: () => new Set(rights),
  };
  const tickets = createTickets({
    writer: store,
    announce: async (_, folder) => index.put(folder),
    send: async () => {},
    desk: directory,
    ids: createSignedIds(Buffer.from('secret')),
    clock,
    random: systemRandom,
    log: silentLog,
  });

  const drafts = createDrafts({
    whole: store,
    store,
    files: createDraftFiles(
      { files: nodeFiles, clock, names: createNameMaker(clock, 'drafts', 1) },
      { directory: join(root, 'tickets'), infoSeparator: ':' },
    ),
    announce: async () => {},
    desk: directory,
    clock,
    random: systemRandom,
  });
  const sendLater = createSendLater({ tickets, drafts, whole: store, clock, random: systemRandom });

  const customers = createCustomerBook({
    files: nodeFiles,
    directory: root,
    random: systemRandom,
    log: silentLog,
  });
  const answers = createAnswerBook({ files: nodeFiles, directory: root, log: silentLog });
  const filling = createFilling({
    answers,
    customers,
    config: () => testConfig,
    files: nodeFiles,
    directory: root,
    clock,
  });
  const prepared = createPreparedTexts({ answers, filling, reader: store });
  const customerTickets = createCustomerTickets(index);
  const customerCare = createCustomerCare({
    book: customers,
    tickets: customerTickets,
    config: () => testConfig,
    rightsOf: () => new Set(rights),
    clock,
    log: silentLog,
  });

  async function open(raw: string | Buffer, { queue = 'Support', fields = [] }: OpenOptions = {}) {
    const bytes = Buffer.from(raw);
    const { mail } = await decodeMail(bytes);
    const draft = {
      kind: 'mail-in' as const,
      actor: { kind: 'customer' as const, address: mail.from?.address ?? 'unknown' },
      changes: [{ kind: 'set' as const, field: 'queue', value: queue }],
      fields,
    };
    const trace = ['Return-Path: <kim@customer.example>'];
    const { ticket, message } = await tickets.open(draft, {
      raw: bytes,
      trace,
      facts: toFacts(mail),
    });
    return { ticket, message };
  }

  const desk: TestDesk = {
    root,
    store,
    tickets,
    sendLater,
    prepared,
    index,
    accounts,
    customers,
    due: createDueBook({ config: config.current, customers }),
    customerCare,
    appointments: createAppointments({
      tickets,
      reader: store,
      ids: createSignedIds(Buffer.from('secret')),
      config: () => testConfig,
      nameOf: (login) => login,
      localeFor: async (language) => (await locales).choose(language, 'en'),
      random: systemRandom,
    }),
    customerTickets,
    searching: createSearching({
      agents: accounts.list,
      config: config.current,
      readMarks: createReadMarks({ files: nodeFiles, directory: join(root, 'agents') }),
      clock,
    }),
    passages: createPassages({
      reader: store,
      isMessageKind,
      textOf: async () => undefined,
      clock,
    }),
    savedViews: createDeskSavedViews({
      files: nodeFiles,
      directory: root,
      config: config.current,
      random: systemRandom,
      log: silentLog,
    }),
    figures: createFigureBook({
      index,
      config: () => testConfig,
      agents: accounts.list,
      due: createDueBook({ config: () => testConfig, customers }),
      clock,
    }),
    answers,
    filling,
    config,
    clock,
    logged,
    log: collectLog(logged),
    received: [],
    waiting: [],
    noted: [],
    trouble,
    problems,
    announced: [],
    ledger: createDeskLedger(
      {
        files: nodeFiles,
        reader: store,
        index: noIndex,
        metrics: createMetrics(),
        timeZone: () => 'UTC',
        clock,
        log: silentLog,
      },
      { directory: root, infoSeparator: ':' },
    ),
    failIntake: undefined,
    turnAway: undefined,
    intake: {
      async process(mail) {
        if (desk.failIntake !== undefined) throw desk.failIntake;
        desk.received.push(mail);
        if (desk.turnAway !== undefined) return desk.turnAway;
        return {
          outcome: 'filed',
          ...(await open(
            mail.raw.toString('latin1'),
            mail.queue === undefined ? {} : { queue: mail.queue },
          )),
          rule: 'new',
        };
      },
    },
    open,
    close: () => rm(root, { recursive: true }),
  };
  return desk;
}

const noIndex = {
  find: async () => undefined,
  findMessage: async () => [],
  findContent: async () => [],
};

/** Every look at it is a second later, so that events have an order. */
function createTickingClock(start: string): Clock {
  let now: Instant = parseInstant(start) ?? toInstant(0);
  return {
    now() {
      now = toInstant(now + 1000);
      return now;
    },
    after: () => () => {},
  };
}

function collectLog(lines: TestDesk['logged']): Log {
  const add = (event: string, fields?: unknown) => {
    lines.push({ event, fields });
  };
  const log: Log = { debug: add, info: add, warn: add, error: add, child: () => log };
  return log;
}

const testConfig: Config = {
  mailboxes: [],
  queues: ['Support', 'Billing'].map((name) => ({
    name,
    addresses: [`${name.toLowerCase()}@example.org`],
    closedFollowUp: 'reopen',
    reopenDays: 0,
    signature: '',
  })),
  desk: {
    directory: '/nowhere',
    addresses: ['support@example.org'],
    name: 'Example',
    timeZone: 'Europe/Berlin',
    defaultQueue: 'Support',
    language: 'en',
    http: { host: '127.0.0.1', port: 8080 },
    publicUrl: undefined,
    pdfBrowser: undefined,
    smtp: undefined,
    lmtp: undefined,
    hostName: 'desk.example.org',
    tlsKeyFile: undefined,
    tlsCertificateFile: undefined,
    maxMessageBytes: 100_000,
    maxRecipients: 10,
    maxConnections: 10,
    idleTimeoutMs: 1000,
    smarthost: undefined,
    sendConnections: 1,
    giveUpAfterMs: 1000,
    plusAddresses: false,
    confirmations: false,
    confirmationsPerHour: 1,
    autoReplyPauseMs: 1,
    ticketAutoReplies: 1,
    autoRepliesPerHour: 1,
    breakerMails: 1,
    breakerReopenings: 1,
    sweepEveryMs: 1000,
    archiveAfter: undefined,
    watchedFolders: 1,
    infoSeparator: ':',
    views: 'open',
    sessionHours: 1,
    logLevel: 'silent',
    lockHours: 0,
    spamFilter: undefined,
    virusScanner: undefined,
    scanTimeoutMs: 1000,
    scannerDown: 'accept',
    spamScore: undefined,
    refuseSpamScore: undefined,
    junkQueue: undefined,
    virusAtSmtp: 'quarantine',
    checkSenders: false,
    authenticationTimeoutMs: 1000,
    dnsServer: undefined,
    trustedRelays: [],
    authservIds: [],
    dkimKeyFile: undefined,
    dkimSelector: undefined,
    dkimDomain: undefined,
    foreignNumbers: [],
    answerHtml: true,
    quoting: 'full',
    signaturePlace: 'above',
    undoSendMs: 0,
    appointmentReminderMs: 900_000,
    notifyPauseMs: 0,
    pendingReminder: undefined,
    pendingClose: undefined,
    pendingCustomer: undefined,
    requireTotp: 'never',
    passwordLogin: true,
    auditDays: 365,
    openidIssuer: undefined,
    openidClientId: undefined,
    openidClientSecret: undefined,
    openidClientSecretFile: undefined,
    openidName: 'OpenID',
    openidScopes: 'openid',
    openidCreate: false,
    openidRolesClaim: undefined,
    country: undefined,
    dropStableMs: 1000,
    dropMostBytes: 1_000_000,
    dropNames: [],
    faxGateway: undefined,
    faxText: 'body',
  },
};

interface FakeIndex
  extends Pick<
    TicketIndex,
    | 'isReady'
    | 'list'
    | 'searchArchive'
    | 'sweep'
    | 'rebuild'
    | 'settled'
    | 'onChange'
    | 'records'
    | 'counts'
  > {
  isSeen: boolean;
  put(folder: TicketFolder): void;
}

/** Lists by number; `after` is the number that the page before ended with. Text terms look at the subject. */
function createFakeIndex(): FakeIndex {
  const records = new Map<TicketNumber, TicketRecord>();
  const listeners = new Set<(change: IndexChange) => void>();

  function matches(record: TicketRecord, { query }: ListRequest): boolean {
    return query.terms.every((term) => {
      if (term.kind === 'group') return true;
      const found =
        term.kind === 'text'
          ? record.subject.toLowerCase().includes(term.text.toLowerCase())
          : term.field === 'state' && record.state === term.value;
      return found !== term.negated;
    });
  }

  const index: FakeIndex = {
    isSeen: true,
    put(folder) {
      const record = toRecord(folder);
      const isNew = !records.has(record.number);
      records.set(record.number, record);
      for (const listener of listeners) listener({ number: record.number, record, isNew });
    },
    isReady: () => index.isSeen,
    rebuild: async () => ({ tickets: records.size, differences: [] }),
    sweep: async () => ({ tickets: records.size, changed: 1, gone: 0, tookMs: 1 }),
    async list(request) {
      if (request.after === 'nonsense') return refuse({ code: 'bad-cursor', cursor: 'nonsense' });
      const sign = request.descending ? -1 : 1;
      const all = [...records.values()]
        .filter((record) => matches(record, request))
        .sort((one, other) => sign * (one.number < other.number ? -1 : 1));
      const start =
        request.after === undefined
          ? 0
          : all.findIndex(({ number }) => number === request.after) + 1;
      const page = all.slice(start, start + request.limit);
      const next = start + page.length < all.length ? page.at(-1)?.number : undefined;
      return ok({ records: page, total: all.length, next, complete: true });
    },
    async *records() {
      yield [...records.values()];
    },
    counts: async () => [],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: async () => {},
    async *searchArchive() {},
  };
  return index;
}

function toRecord({ number, ticket, messages }: TicketFolder): TicketRecord {
  return {
    number,
    subject: ticket.subject,
    state: ticket.state,
    queue: ticket.queue,
    priority: ticket.priority,
    owner: ticket.owner,
    language: ticket.language,
    customer: ticket.customer,
    participants: [...ticket.participants],
    tags: [...ticket.tags],
    created: ticket.created,
    updated: ticket.updated,
    closedAt: ticket.closedAt,
    mergedInto: undefined,
    snippet: messages[0]?.event.mail.snippet ?? '',
    marks: [],
    messageCount: messages.length,
    delivery: undefined,
    confirmationDue: false,
    messages: [],
    stamp: undefined,
    links: [],
    merged: [],
    alsoQueues: [],
    foreign: [],
    moves: [],
    stateName: undefined,
    pendingUntil: ticket.pendingUntil,
    fields: {},
    standing: standingOf(
      ticket,
      messages.map(({ event }) => event),
    ),
    course: courseOf(messages.map(({ event }) => event)),
  };
}

function createFakeAccounts(): Accounts {
  const agents = new Map([[anna.login, anna]]);
  const unknown = (value: string) =>
    refuse({ code: 'unknown-agent' as const, value, known: [...agents.keys()] });
  return {
    list: () => [...agents.values()],
    find: (login) => agents.get(login),
    logIn: async () => refuse({ code: 'wrong-login' }),
    createLoginToken: async (login) => `link-of-${login}`,
    redeemLoginToken: async () => refuse({ code: 'link-used' }),
    async setPassword(login, password) {
      const agent = agents.get(login);
      if (agent === undefined) return unknown(login);
      if (password.length < 10) return refuse({ code: 'weak-password', least: 10 });
      const changed = { ...agent, passwordMark: password };
      agents.set(login, changed);
      return ok(changed);
    },
    setLanguage: async () => {},
    setTimeZone: async () => {},
    setNewestFirst: async () => {},
    async setAbsence(login, absence) {
      const agent = agents.get(login);
      if (agent === undefined) return unknown(login);
      const changed = { ...agent, absence };
      agents.set(login, changed);
      return ok(changed);
    },
    setNotify: async () => {},
    setReport: async () => {},
    setKeys: async () => {},
    async add(agent) {
      if (agents.has(agent.login)) return refuse({ code: 'agent-exists', login: agent.login });
      const added: Agent = { ...anna, ...agent, passwordMark: '', hasPassword: false };
      agents.set(agent.login, added);
      return ok(added);
    },
    createApiToken: async (login) => (agents.has(login) ? ok(`token-of-${login}`) : unknown(login)),
    checkPassword: async () => refuse({ code: 'wrong-login' }),
    findByApiToken(given) {
      const scopes = given === token ? undefined : scopesIn(given);
      const isKnown = given === token || scopes !== undefined;
      return isKnown ? { agent: agents.get('anna') ?? anna, tokenId: 'aaaa', scopes } : undefined;
    },
  };
}

/** `token-of-anna/read+note` is a token of anna's with these scopes. */
function scopesIn(given: string): readonly TokenScope[] | undefined {
  const [name, scopes] = given.split('/');
  return name === token ? scopes?.split('+').filter(isTokenScope) : undefined;
}

export const lampMail = [
  'From: Kim Stone <kim@customer.example>',
  'To: support@example.org',
  'Cc: Lee <lee@customer.example>',
  'Subject: The lamp is dark',
  'Date: Mon, 23 Nov 2026 11:00:00 +0100',
  'Message-ID: <lamp@customer.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'It does not shine any more.',
  '--b',
  'Content-Type: text/plain; name="lamp.txt"',
  'Content-Disposition: attachment; filename="lamp.txt"',
  '',
  'serial 4711',
  '--b--',
  '',
].join('\r\n');
